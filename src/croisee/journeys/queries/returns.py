"""Reading what is returned: situations to ask, proofs to check or that end, participants for a table, controls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf

from croisee.directory.models import Capacity, Contact
from croisee.engine.sampling import Estimate, Found, Unit, estimate
from croisee.foundation.dates import add_months
from croisee.journeys.completeness import due_by, reached_on
from croisee.journeys.models import (
    ENTERED,
    FOLLOWED,
    Control,
    ControlItem,
    Following,
    ItemState,
    Journey,
    Moment,
    Programme,
    Proof,
    ProofState,
    ReturnTable,
    Situation,
)
from croisee.journeys.queries.completeness import MONTHS_LOOKED_AT, answers_of, later_on, missing_proofs
from croisee.journeys.returning import Line, Written

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.indicators import Period

SOON = 60
"""Days before the end of a proof from which it is announced."""
CHUNK = 1_000
COLUMNS_TO_ASK = (
    *(
        "pk",
        "person",
        "person__given_name",
        "person__family_name",
        "programme__name",
        "entered_on",
        "exited_on",
    ),
    *("phone", "email", "referent", "referent_name", *(f"no_{moment}" for moment in Moment)),
)


def looked_at(rows: QuerySet[Journey], today: dt.date) -> QuerySet[Journey]:
    """Those whose returns are still asked for: followed, or ended for a year at most."""
    since = add_months(today, -MONTHS_LOOKED_AT)
    return rows.filter(Q(exited_on__isnull=True) | Q(exited_on__gte=since), state__in=ENTERED)


def lacking_proofs(account: Account, today: dt.date) -> QuerySet[Journey]:
    """Journeys that one may write in and that lack a proof."""
    own = Journey.objects.followed_by(account)
    return looked_at(missing_proofs(today), today).filter(pk__in=own.order_by().values("pk"))


# Situations to ask


@dataclass(frozen=True)
class ToAsk:
    """A questionnaire whose day has come and that is not answered: until when, of whom, by whom."""

    journey: UUID
    moment: str
    reached: dt.date
    until: dt.date
    late: bool
    person: str
    contact: str
    programme: str
    referent: UUID | None
    referent_name: str

    @property
    def state(self) -> str:
        """Whether its time is over."""
        return "late" if self.late else "in_time"


def waiting(rows: QuerySet[Journey], today: dt.date) -> QuerySet[Any]:
    """Journeys of FSE+ programmes with `no_entry`, `no_exit`, `no_six_months`: which questionnaires are to be asked."""
    answered = Situation.objects.filter(journey=OuterRef("pk"), answered_on__isnull=False)
    found = looked_at(rows, today).filter(programme__fse=True).annotate(later_on=later_on())
    reached = {Moment.ENTRY: "entered_on", Moment.EXIT: "exited_on", Moment.SIX_MONTHS: "later_on"}
    asked = {
        f"no_{moment}": Q(~Exists(answered.filter(moment=moment)), **{f"{on}__lte": today})
        for moment, on in reached.items()
    }
    any_asked = Q()
    for one in asked.values():
        any_asked |= one
    flags = {
        name: Case(When(one, then=Value(value=True)), default=Value(value=False))
        for name, one in asked.items()
    }
    asked_rows: QuerySet[Any] = found.filter(any_asked).annotate(**flags)
    return asked_rows


def to_ask(rows: QuerySet[Journey], today: dt.date) -> list[ToAsk]:
    """The questionnaires to ask, soonest end first, in one query."""
    own = Contact.objects.filter(person=OuterRef("person"), capacity=Capacity.SELF).order_by("created_at")
    following = Following.objects.filter(journey=OuterRef("pk")).order_by("-started_on", "-created_at")
    name = Coalesce(NullIf("referent__name", Value("")), "referent__email", output_field=CharField())
    found = waiting(rows, today).annotate(
        phone=Subquery(own.values("phone")[:1]),
        email=Subquery(own.values("email")[:1]),
        referent=Subquery(following.values("referent")[:1]),
        referent_name=Subquery(following.annotate(label=name).values("label")[:1]),
    )
    lines = [
        _to_ask(row, moment, today)
        for row in found.order_by().values_list(*COLUMNS_TO_ASK, named=True)
        for moment in Moment
        if getattr(row, f"no_{moment}")
    ]
    return sorted(lines, key=lambda line: (line.until, line.person, line.journey, line.moment))


def _to_ask(row: Any, moment: str, today: dt.date) -> ToAsk:
    reached = reached_on(moment, row.entered_on, row.exited_on) or today
    until = due_by(moment, reached)
    return ToAsk(
        row.pk,
        moment,
        reached,
        until,
        until < today,
        f"{row.person__given_name} {row.person__family_name}" if row.person else "",
        " · ".join(filter(None, (row.phone, row.email))),
        row.programme__name,
        row.referent,
        row.referent_name or "",
    )


# Proofs


def proofs(account: Account, today: dt.date) -> QuerySet[Any]:
    """The proofs that one may check; `ends` is `ending` for those of people followed that are over or soon will be.

    Not of those that a newer one of the same kind takes the place of.
    """
    newer = Proof.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until")),
        journey=OuterRef("journey"),
        kind=OuterRef("kind"),
    ).exclude(state=ProofState.REFUSED)
    accepted = Q(state=ProofState.ACCEPTED, journey__state__in=FOLLOWED)
    is_ending = accepted & Q(valid_until__lte=today + dt.timedelta(days=SOON)) & ~Exists(newer)
    return (
        Proof.objects.followed_by(account)
        .select_related("journey__person", "journey__programme")
        .annotate(
            ends=Case(When(is_ending, then=Value("ending")), default=Value("none"), output_field=CharField())
        )
    )


def to_check(account: Account) -> QuerySet[Proof]:
    """The proofs that wait for a check."""
    return Proof.objects.followed_by(account).filter(state=ProofState.TO_CHECK)


def ending(account: Account, today: dt.date) -> QuerySet[Any]:
    """The proofs of people followed that are over, or soon are, with no newer one."""
    return proofs(account, today).filter(ends="ending")


# Tables of participants

ENTERED_THEN, LEFT_THEN, PRESENT_THEN = "entered", "left", "present"


def participants(programme: Programme, period: Period, which: str = PRESENT_THEN) -> QuerySet[Journey]:
    """The journeys of a programme that began in a period, ended in it, or went on at some day of it."""
    rows = Journey.objects.filter(programme=programme, state__in=ENTERED)
    if which == ENTERED_THEN:
        rows = rows.filter(entered_on__gte=period.first, entered_on__lte=period.last)
    elif which == LEFT_THEN:
        rows = rows.filter(exited_on__gte=period.first, exited_on__lte=period.last)
    else:
        going_on = Q(exited_on__isnull=True) | Q(exited_on__gte=period.first)
        rows = rows.filter(going_on, entered_on__lte=period.last)
    return rows.order_by("entered_on", "pk")


def lines(rows: QuerySet[Journey]) -> Iterator[Line]:
    """What a table may say of these journeys: three queries a thousand."""
    own = Contact.objects.filter(capacity=Capacity.SELF)
    found = rows.select_related("person", "programme").prefetch_related(
        "situations", Prefetch("person__contacts", own, to_attr="own_contacts")
    )
    for journey in found.iterator(chunk_size=CHUNK):
        person: Any = journey.person
        contact = next(iter(person.own_contacts), None) if person else None
        yield Line(
            journey,
            {row.moment: answers_of(row) for row in journey.situations.all()},
            contact.email if contact else "",
            contact.phone if contact else "",
        )


def tables(account: Account) -> QuerySet[Any]:
    """The tables that one may see, with how many columns each has."""
    rows = ReturnTable.objects.visible_to(account).select_related("programme")
    return rows.annotate(wide=Count("columns")).order_by("programme__name", "name", "pk")


def columns_of(table: ReturnTable) -> list[Written]:
    """The columns of a table, in their order."""
    return [
        Written(row.header, row.field, row.fixed, row.words) for row in table.columns.order_by("order", "pk")
    ]


# Controls


def frame(programme: Programme, period: Period) -> list[Unit]:
    """The journeys that went on in a period, all of one size: what a sample is drawn from, each with the same chance.

    In the order of their identifiers, which are random: neighbours have nothing in common.
    """
    keys = participants(programme, period).order_by("pk").values_list("pk", flat=True)
    return [Unit(str(key), 1) for key in keys.iterator(chunk_size=10_000)]


def controls(account: Account) -> QuerySet[Any]:
    """Controls that one may see, with how many journeys are `drawn`, `open` and `unsound`."""
    return (
        Control.objects.visible_to(account)
        .select_related("programme")
        .annotate(
            drawn=Count("items"),
            open=Count("items", filter=Q(items__state=ItemState.OPEN)),
            unsound=Count("items", filter=Q(items__state=ItemState.UNSOUND)),
        )
        .order_by("-created_at", "pk")
    )


def items(account: Account, control: Control) -> QuerySet[Any]:
    """The journeys drawn for a control, with how many proofs each has that were accepted."""
    accepted = Count("journey__proofs", filter=Q(journey__proofs__state=ProofState.ACCEPTED), distinct=True)
    return (
        ControlItem.objects.visible_to(account)
        .filter(control=control)
        .select_related("journey__person", "journey__programme")
        .annotate(accepted=accepted)
        .order_by("order")
    )


@dataclass(frozen=True)
class Progress:
    """How far a control is; `result` is None as long as a journey is to be looked at."""

    drawn: int
    open: int
    unsound: int
    result: Estimate | None


def progress(control: Control) -> Progress:
    """How far a control is, and what it says of all the journeys of the period: one query."""
    states = list(control.items.order_by("order").values_list("state", flat=True))
    unread = states.count(ItemState.OPEN)
    certain = len(states) >= control.population
    found = [Found(1.0, float(state == ItemState.UNSOUND), certain=certain) for state in states]
    result = estimate(found, float(control.population)) if found and not unread else None
    return Progress(len(states), unread, states.count(ItemState.UNSOUND), result)
