"""Reading about entries: requests, agendas, what committees decided, how programmes stand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.journeys.models import (
    FOLLOWED,
    Committee,
    CommitteeState,
    Decision,
    Following,
    Journey,
    JourneyState,
    Programme,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.directory.models import Person

ACCEPTED = Verdict.ACCEPTED.value
"""How a request stands that somebody entered on, whatever became of the journey: that is for who follows it."""
STANDS = (JourneyState.PROPOSED.value, ACCEPTED, JourneyState.REFUSED.value, JourneyState.WITHDRAWN.value)
"""How a request may stand."""


def programmes_listed(account: Account) -> QuerySet[Any]:
    """Programmes that one may see, with `followed` and `waiting` (how many people), and `next_on`, the next meeting."""
    coming = Committee.objects.filter(
        programme=OuterRef("pk"), state=CommitteeState.PLANNED, held_on__gte=timezone.localdate()
    ).order_by("held_on")
    return (
        Programme.objects.visible_to(account)
        .select_related("organisation")
        .annotate(
            followed=_people(state__in=FOLLOWED),
            waiting=_people(state=JourneyState.PROPOSED, person__isnull=False),
            next_on=Subquery(coming.values("held_on")[:1]),
        )
    )


def _people(**states: Any) -> Any:
    """How many journeys of the programme are in these states."""
    rows = Journey.objects.filter(programme=OuterRef("pk"), **states).order_by().values("programme")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def manages(account: Account, programme: Programme) -> bool:
    """Whether `account` manages a programme."""
    return Programme.objects.managed_by(account).filter(pk=programme.pk).exists()


def committees_of(account: Account, programme: Programme) -> QuerySet[Any]:
    """The meetings of a programme, newest first, with `lines` and `accepted`: how many requests."""
    rows = Committee.objects.visible_to(account).filter(programme=programme)
    return rows.annotate(
        lines=Count("decisions"), accepted=Count("decisions", filter=Q(decisions__verdict=Verdict.ACCEPTED))
    ).order_by("-held_on", "pk")


def requests_listed(account: Account) -> QuerySet[Any]:
    """Requests that one wrote or decides on, each with how it `stands` (one of `STANDS`), and `meeting_on`: the day of
    the meeting whose agenda it is on."""
    planned = Committee.objects.filter(
        state=CommitteeState.PLANNED, decisions__journey=OuterRef("pk")
    ).order_by("held_on")
    rows: QuerySet[Any] = (
        with_standing(Journey.objects.asked_by(account))
        .select_related("person", "programme", "prescriber")
        .annotate(meeting_on=Subquery(planned.values("held_on")[:1]))
        .order_by("-asked_on", "pk")
    )
    return rows


def with_standing(rows: QuerySet[Journey]) -> QuerySet[Any]:
    """Requests with how each `stands`."""
    entered = When(entered_on__isnull=False, then=Value(ACCEPTED))
    return rows.annotate(stands=Case(entered, default=F("state"), output_field=CharField()))


def request_with_decisions(account: Account) -> QuerySet[Any]:
    """Requests with all that the page of one reads: three queries."""
    decisions = Decision.objects.select_related("committee", "referent").order_by("created_at")
    return (
        with_standing(Journey.objects.asked_by(account))
        .select_related("person__profile", "programme__organisation", "prescriber", "written_by")
        .prefetch_related(Prefetch("decisions", decisions, to_attr="decided"))
    )


def waiting_for(committee: Committee) -> QuerySet[Any]:
    """The requests of a programme that may be on the agenda of a meeting: waiting, on no other one; oldest first.

    `on_agenda` says whether it is on this one, `postponed` how often a committee put it off.
    """
    elsewhere = Decision.objects.filter(
        journey=OuterRef("pk"), committee__state=CommitteeState.PLANNED
    ).exclude(committee=committee)
    here = Decision.objects.filter(journey=OuterRef("pk"), committee=committee)
    return (
        Journey.objects.filter(
            programme=committee.programme_id, state=JourneyState.PROPOSED, person__isnull=False
        )
        .exclude(Exists(elsewhere))
        .select_related("person", "prescriber")
        .annotate(
            on_agenda=Exists(here),
            postponed=Count("decisions", filter=Q(decisions__verdict=Verdict.POSTPONED)),
        )
        .order_by("asked_on", "created_at", "pk")
    )


def to_decide(committee: Committee) -> QuerySet[Decision]:
    """The lines of an agenda whose request still waits, in its order."""
    rows = Decision.objects.filter(
        committee=committee, journey__state=JourneyState.PROPOSED, journey__person__isnull=False
    )
    return _named(rows).order_by("journey__asked_on", "created_at", "pk")


def decided(account: Account, committee: Committee) -> QuerySet[Decision]:
    """The lines of a meeting that `account` reads: managers all, others those of requests that they wrote or follow."""
    rows = Decision.objects.filter(committee=committee)
    seen = Journey.objects.visible_to(account).order_by().values("pk")
    asked = Journey.objects.asked_by(account).order_by().values("pk")
    rows = rows.filter(Q(journey__in=seen) | Q(journey__in=asked))
    return _named(rows).order_by("journey__asked_on", "created_at", "pk")


def _named(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    return rows.select_related(
        "journey__person__profile", "journey__programme", "journey__prescriber", "referent"
    )


def with_load(referents: QuerySet[Account], programme: Programme) -> QuerySet[Any]:
    """Référents with `load`: how many people each follows today, in all programmes."""
    today = timezone.localdate()
    rows = (
        Following.objects.filter(referent=OuterRef("pk"), journey__state__in=FOLLOWED)
        .current(today)
        .order_by()
        .values("referent")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return referents.annotate(load=Coalesce(Subquery(rows, output_field=IntegerField()), 0))


def prescribers() -> QuerySet[Organisation]:
    """Who may send people: associations, communes, public bodies."""
    kinds = (Kind.ASSOCIATION, Kind.COMMUNE, Kind.METROPOLIS, Kind.OTHER)
    return Organisation.objects.filter(kind__in=kinds).order_by("name")


def possible_partners() -> QuerySet[Organisation]:
    """Organisations where somebody may follow people today."""
    today = timezone.localdate()
    active = Q(memberships__ended_on__isnull=True) | Q(memberships__ended_on__gt=today)
    roles = Q(memberships__role__in=(Role.REFERENT, Role.PROGRAMME_MANAGER))
    found = Organisation.objects.filter(active & roles, memberships__started_on__lte=today)
    return found.distinct().order_by("name")


def whom_it_may_be(people: Iterable[Person], account: Account, programme: Programme) -> list[dict[str, Any]]:
    """People of the name and birth date written, as the reader may know them: masked, unless entitled to see them.

    Each: `pk`, `name`, `address` (empty when masked), `is_masked`, `is_there` (in the programme, or asked for).
    """
    from croisee.directory.models import Person as People

    found = list(people)
    keys = [one.pk for one in found]
    seen = set(People.objects.visible_to(account).filter(pk__in=keys).values_list("pk", flat=True))
    living = (JourneyState.PROPOSED, *FOLLOWED)
    there = set(
        Journey.objects.filter(person__in=keys, programme=programme, state__in=living).values_list(
            "person", flat=True
        )
    )
    return [
        {
            "pk": str(one.pk),
            "name": str(one) if one.pk in seen else masked(one),
            "address": one.address if one.pk in seen else "",
            "is_masked": one.pk not in seen,
            "is_there": one.pk in there,
        }
        for one in found
    ]


def masked(person: Person) -> str:
    """Initials alone: `A… L…`."""
    return f"{person.given_name[:1]}… {person.family_name[:1]}…"


def managed_waiting(account: Account) -> QuerySet[Journey]:
    """Requests that wait in the programmes one manages."""
    managed = Programme.objects.managed_by(account).order_by().values("pk")
    rows = Journey.objects.filter(programme__in=managed, person__isnull=False)
    return rows.filter(state=JourneyState.PROPOSED)


def own_waiting(account: Account) -> QuerySet[Journey]:
    """Requests that one wrote and that wait."""
    rows = Journey.objects.filter(written_by=account, person__isnull=False)
    return rows.filter(state=JourneyState.PROPOSED)


def meetings_to_come(
    account: Account, *, late: bool = False, today: dt.date | None = None
) -> QuerySet[Committee]:
    """Meetings planned in the programmes one manages; `late`: past ones whose minutes are not closed."""
    day = today or timezone.localdate()
    planned = Committee.objects.managed_by(account).filter(state=CommitteeState.PLANNED)
    return planned.filter(held_on__lt=day) if late else planned.filter(held_on__gte=day)
