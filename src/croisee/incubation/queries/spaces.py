"""What the pages of incubators and their spaces read: what is offered, who is where and until when, how full it is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.incubation.models import GridStep, Incubator, Occupancy, Space, SpaceKind
from croisee.incubation.models.readers import managed
from croisee.incubation.occupancy import DAY, Held, Stay, free_from, rate

if TYPE_CHECKING:
    from typing import Any

    from croisee.foundation.records import Reader

WINDOW = 12
"""Months that the plan shows."""


def public_incubators() -> QuerySet[Any]:
    """All of them, with how many spaces are let there, how many are free today, and the lowest rent."""
    occupied = _held_on(timezone.localdate())
    let = Q(spaces__withdrawn_on__isnull=True, spaces__bookable=False)
    free = (
        Space.objects.in_service()
        .filter(~Exists(occupied), bookable=False, incubator=OuterRef("pk"))
        .order_by()
        .values("incubator")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        Incubator.objects.select_related("organisation")
        .annotate(
            let=Count("spaces", filter=let, distinct=True),
            free=Subquery(free),
            lowest=Min("grid__rent", filter=~Q(grid__kind=SpaceKind.STORE)),
        )
        .order_by("name", "pk")
    )


def _held_on(day: dt.date) -> QuerySet[Occupancy]:
    """Occupations of the space of an outer query on a day."""
    return Occupancy.objects.filter(space=OuterRef("pk"), held=True, starts_on__lte=day).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    )


def free_spaces(account: Reader) -> QuerySet[Space]:
    """Spaces that nobody is in today, in the incubators that `account` manages."""
    return Space.objects.in_service().filter(
        managed(account, "incubator__"), ~Exists(_held_on(timezone.localdate())), bookable=False
    )


def without_incubator(account: Account) -> QuerySet[Organisation]:
    """Organisations for which `account` manages incubators, and which have none yet."""
    return account.organisations(Role.INCUBATOR_MANAGER).filter(incubators__isnull=True).order_by("name")


def chosen(account: Account, asked: str) -> tuple[Incubator | None, list[Incubator]]:
    """The incubator that a page is about: the one asked for among those that `account` manages, else the first."""
    every = list(Incubator.objects.managed_by(account).order_by("name", "pk"))
    return pick(every, asked), every


def pick(every: Sequence[Incubator], asked: str) -> Incubator | None:
    """The one of `every` whose identifier is asked for, else the first; None when there is none."""
    return next((one for one in every if str(one.pk) == asked), every[0] if every else None)


@dataclass(frozen=True)
class KindOffered:
    """Spaces of one kind: how many, how large, how many free, and their rents by year of the stay (€/m²/month)."""

    label: str
    count: int
    free: int
    smallest: Decimal
    largest: Decimal
    rents: Sequence[Decimal | None]


@dataclass(frozen=True)
class Offered:
    """What an incubator offers: kinds of spaces to have, spaces booked by hours, how many can be reached by all."""

    kinds: Sequence[KindOffered]
    years: Sequence[int]
    rooms: Sequence[Space]
    spaces: int
    accessible: int


def offered(incubator: Incubator) -> Offered:
    """What the public page says of the spaces of an incubator; two queries."""
    spaces: list[Any] = list(
        Space.objects.in_service()
        .filter(incubator=incubator)
        .annotate(occupied=Exists(_held_on(timezone.localdate())))
        .order_by("floor", "name")
    )
    steps = {(step.kind, step.year): step.rent for step in GridStep.objects.filter(incubator=incubator)}
    years = sorted({year for _kind, year in steps})
    kinds = []
    for kind in SpaceKind:
        those = [space for space in spaces if space.kind == kind and not space.bookable]
        if those:
            surfaces = [space.surface for space in those]
            kinds.append(
                KindOffered(
                    capfirst(str(kind.label)),
                    len(those),
                    sum(not space.occupied for space in those),
                    min(surfaces),
                    max(surfaces),
                    [steps.get((kind.value, year)) for year in years],
                )
            )
    return Offered(
        kinds,
        years if kinds else (),
        [space for space in spaces if space.bookable],
        len(spaces),
        sum(space.accessible for space in spaces),
    )


def spaces_of(incubator: Incubator) -> QuerySet[Any]:
    """The spaces of an incubator, with who is in each today and when the contract ends."""
    here = _held_on(timezone.localdate()).order_by("-starts_on")
    return (
        Space.objects.filter(incubator=incubator)
        .annotate(
            tenant=Subquery(here.values("agreement__tenant__name")[:1]),
            term=Subquery(here.values("agreement__ends_on")[:1]),
        )
        .order_by(F("withdrawn_on").desc(nulls_first=True), "floor", "name")
    )


@dataclass(frozen=True)
class Bar:
    """A stay drawn in the plan: where it begins and how long it is, in hundredths of the window."""

    offset: float
    width: float
    second: bool


@dataclass(frozen=True)
class PlanRow:
    """A space in the occupancy plan. `free`: the first day on which it is free; `until`: the day before the next."""

    space: Space
    kind: str
    stays: Sequence[Stay]
    bars: Sequence[Bar]
    free: dt.date | None
    until: dt.date | None
    today: dt.date

    @property
    def pk(self) -> UUID:
        """The space's."""
        return self.space.pk

    @property
    def name(self) -> str:
        """The space's."""
        return self.space.name

    @property
    def kind_label(self) -> str:
        """The kind, in words."""
        return str(self.space.get_kind_display())

    @property
    def standing(self) -> str:
        """free, taken or withdrawn: for a filter."""
        if self.free is None:
            return "withdrawn"
        return "free" if self.free <= self.today else "taken"

    @property
    def free_words(self) -> str:
        """When it is free, in words."""
        if self.free is None:
            return _("no longer in service")
        if self.free > self.today:
            return _("from %(day)s") % {"day": date_format(self.free, "SHORT_DATE_FORMAT")}
        if self.until is not None:
            return _("now, until %(day)s") % {"day": date_format(self.until, "SHORT_DATE_FORMAT")}
        return _("now")

    @property
    def words(self) -> list[str]:
        """Who is there from when to when, one after the other."""
        return [stay_words(stay, self.today) for stay in self.stays]

    @property
    def who(self) -> str:
        """The same on one line."""
        return " ; ".join(self.words)

    @property
    def tone(self) -> str:
        """The tone of when it is free."""
        return {"free": "ok", "taken": "info", "withdrawn": ""}[self.standing]


def stay_words(stay: Stay, today: dt.date) -> str:
    """A stay in words: the company, the days; or the term, when nobody knows the last day yet."""
    facts = {"company": stay.name, "first": date_format(stay.first, "SHORT_DATE_FORMAT")}
    if stay.last is not None:
        words = _("%(company)s, %(first)s to %(last)s")
        return words % {**facts, "last": date_format(stay.last, "SHORT_DATE_FORMAT")}
    if stay.term is None:
        return _("%(company)s, since %(first)s") % facts
    facts["term"] = date_format(stay.term, "SHORT_DATE_FORMAT")
    if stay.term < today:
        return _("%(company)s, since %(first)s (past the term of %(term)s)") % facts
    return _("%(company)s, since %(first)s (term on %(term)s)") % facts


@dataclass(frozen=True)
class Plan:
    """The occupancy plan of an incubator over twelve months."""

    first: dt.date
    last: dt.date
    rows: Sequence[PlanRow]
    rate: Decimal | None
    rate_today: Decimal | None
    free_now: int
    months: Sequence[dt.date]
    now: float | None
    """Where today is in the bars, in hundredths."""


def window_from(asked: str, today: dt.date) -> dt.date:
    """The first month of the plan: the one asked for ("2026-11"), else the present one."""
    try:
        found = dt.date.fromisoformat(f"{asked}-01")
    except ValueError:
        return today.replace(day=1)
    return found if dt.date(1990, 1, 1) <= found <= dt.date(2100, 1, 1) else today.replace(day=1)


def plan_of(incubator: Incubator, first: dt.date, today: dt.date) -> Plan:
    """Who is in which space from when to when; two queries, whatever there is. Spaces booked by hours are left out."""
    last = add_months(first, WINDOW) - DAY
    spaces = list(
        Space.objects.filter(incubator=incubator, bookable=False)
        .filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=first))
        .order_by("floor", "name")
    )
    stays: dict[UUID, list[Stay]] = defaultdict(list)
    rows = Occupancy.objects.filter(space__in=spaces, held=True).select_related("agreement__tenant")
    for row in rows.order_by("starts_on"):
        ended = row.ends_on or row.agreement.left_on
        stays[row.space_id].append(
            Stay(row.starts_on, ended, row.agreement.ends_on, row.agreement.tenant.name)
        )
    held = [Held(one.surface, incubator.opened_on, one.withdrawn_on, stays[one.pk]) for one in spaces]
    shown = [_plan_row(space, stays[space.pk], first, last, today) for space in spaces]
    return Plan(
        first=first,
        last=last,
        rows=shown,
        rate=rate(_expected(held, today), first, last),
        rate_today=rate(held, today, today),
        free_now=sum(row.standing == "free" for row in shown),
        months=[add_months(first, number) for number in range(WINDOW)],
        now=_share(today, first, last) if first <= today <= last else None,
    )


def _expected(held: Sequence[Held], today: dt.date) -> list[Held]:
    """The same with the last day of each stay as it is expected: nobody counts as there for ever."""
    return [
        Held(
            one.surface,
            one.opened,
            one.withdrawn,
            [Stay(stay.first, stay.seen_last(today)) for stay in one.stays],
        )
        for one in held
    ]


def _share(day: dt.date, first: dt.date, last: dt.date) -> float:
    return 100 * (day - first).days / ((last - first).days + 1)


def _plan_row(space: Space, stays: Sequence[Stay], first: dt.date, last: dt.date, today: dt.date) -> PlanRow:
    seen = [stay for stay in stays if stay.first <= last and stay.seen_last(today) >= first]
    bars = []
    for number, stay in enumerate(seen):
        begins, ends = max(stay.first, first), min(stay.seen_last(today), last)
        offset = _share(begins, first, last)
        bars.append(Bar(offset, _share(ends + DAY, first, last) - offset, bool(number % 2)))
    free = None if space.withdrawn_on is not None else free_from(stays, today)
    later = [stay.first for stay in stays if free is not None and stay.first > free]
    return PlanRow(space, space.kind, seen, bars, free, min(later) - DAY if later else None, today)
