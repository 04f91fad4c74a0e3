"""Where a person stands in the campaign of their school year: week, phase, wishes, place; what is open to them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from croisee.directory.models import Enrolment
from croisee.opportunities.models import (
    Application,
    ApplicationState,
    OpportunityState,
    Origin,
    Period,
    Source,
)
from croisee.stages.files.weeks import age_on
from croisee.stages.models import Campaign, ClassWeek, HostKind
from croisee.stages.models.internships import KIND
from croisee.stages.parameters import PRIVATE_HOST_AGE
from croisee.stages.phases import WISHES_OPEN, Phase, phase, turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from croisee.directory.models import Person

# When who has no place may take a seat that is left: after a round, while no other one is being asked for.
LEFT_OPEN = frozenset({Phase.CONFIRMING, Phase.BETWEEN, Phase.SECOND_CONFIRMING, Phase.UNDER_WAY})
PUBLISHED = frozenset(
    {
        Phase.CONFIRMING,
        Phase.BETWEEN,
        Phase.SECOND_OPEN,
        Phase.SECOND_CLOSED,
        Phase.SECOND_CONFIRMING,
        Phase.UNDER_WAY,
        Phase.FINISHED,
    }
)
_HELD = (ApplicationState.OFFERED, ApplicationState.CONFIRMED)
_LOST = (ApplicationState.GIVEN_BACK, ApplicationState.LAPSED, ApplicationState.CANCELLED)


@dataclass(frozen=True)
class Situation:
    """A person in a campaign, at the moment it was read.

    `campaign` and `enrolment` are None for who is in no class, or in one whose school year has no campaign yet;
    `monday` is None while the class has no week. `applications` are all those of the campaign.
    """

    person: Person
    enrolment: Enrolment | None = None
    campaign: Campaign | None = None
    monday: date | None = None
    applications: list[Application] = field(default_factory=list)

    @property
    def phase(self) -> Phase | None:
        """Where the campaign stands."""
        return phase(self.campaign) if self.campaign else None

    @property
    def turn(self) -> int:
        """The round that wishes made now count in."""
        return turn(self.campaign) if self.campaign else 1

    @property
    def wishes(self) -> list[Application]:
        """The list of the present round, in its order."""
        return self.wishes_of(self.turn)

    def wishes_of(self, number: int) -> list[Application]:
        """The list of a round, in its order."""
        return [row for row in self.applications if row.origin == Origin.WISH and row.turn == number]

    @property
    def place(self) -> Application | None:
        """The place held, confirmed or to be confirmed."""
        return next((row for row in self.applications if row.state in _HELD), None)

    @property
    def lost(self) -> list[Application]:
        """Places given back, lapsed or cancelled."""
        return [row for row in self.applications if row.state in _LOST]

    @property
    def can_wish(self) -> bool:
        """Whether the list of wishes may be changed now."""
        return self.phase in WISHES_OPEN and self.monday is not None and self.place is None

    @property
    def can_take_left(self) -> bool:
        """Whether a seat that is left may be taken now."""
        return (
            self.phase in LEFT_OPEN
            and self.place is None
            and self.monday is not None
            and self.monday > timezone.localdate()
        )


@dataclass(frozen=True)
class Odds:
    """How many seats a period has and how many wishes, of which first ones, it received in a round so far."""

    seats: int
    reserved: int
    wishes: int = 0
    first: int = 0


def situations(persons: Iterable[Person]) -> list[Situation]:
    """Where each person stands, in their order, in four queries however many they are."""
    people = list(persons)
    enrolments = {
        row.person_id: row
        for row in Enrolment.objects.active().filter(person__in=people).select_related("school_class__school")
    }
    years = {row.school_class.school_year for row in enrolments.values()}
    campaigns = {
        row.school_year: row
        for row in Campaign.objects.announced().filter(school_year__in=years).order_by("created_at")
    }
    mondays = {
        (row.campaign_id, row.school_class_id): row.monday
        for row in ClassWeek.objects.filter(
            campaign__in=campaigns.values(),
            school_class__in=[row.school_class_id for row in enrolments.values()],
        )
    }
    applications: dict[tuple[UUID, UUID], list[Application]] = defaultdict(list)
    for application in _applications(people, campaigns.values()):
        applications[application.person_id, application.call].append(application)
    found = []
    for person in people:
        enrolment = enrolments.get(person.pk)
        campaign = campaigns.get(enrolment.school_class.school_year) if enrolment else None
        if enrolment is None or campaign is None:
            found.append(Situation(person, enrolment))
            continue
        monday = mondays.get((campaign.pk, enrolment.school_class_id))
        own = applications[person.pk, campaign.pk]
        found.append(Situation(person, enrolment, campaign, monday, own))
    return found


def situation(person: Person) -> Situation:
    """Where one person stands."""
    return situations([person])[0]


def _applications(people: Sequence[Person], campaigns: Iterable[Campaign]) -> QuerySet[Application]:
    return (
        Application.objects.filter(person__in=people, call__in=[row.pk for row in campaigns])
        .select_related("period__opportunity__organisation", "period__opportunity__internship")
        .order_by("turn", F("rank").asc(nulls_last=True), "created_at")
    )


def week_of(person: Person, campaign: Campaign) -> date | None:
    """The Monday of the week in which the person's class is on internship; None while it has none."""
    return (
        ClassWeek.objects.filter(
            campaign=campaign,
            school_class__enrolments__person=person,
            school_class__enrolments__left_on__isnull=True,
        )
        .values_list("monday", flat=True)
        .first()
    )


def periods_of_week(campaign: Campaign, monday: date) -> QuerySet[Period]:
    """The periods that anyone could wish for in a week: published, listed, and offered here."""
    rows: QuerySet[Period] = Period.objects.filter(
        starts_on=monday,
        opportunity__kind=KIND,
        opportunity__state=OpportunityState.PUBLISHED,
        opportunity__listed=True,
        opportunity__source=Source.OWN,
        opportunity__internship__campaign=campaign,
    )
    return rows


def for_age(periods: QuerySet[Period], person: Person, monday: date) -> QuerySet[Period]:
    """Those of `periods` whose host may take the person, who has an age on the first day.

    Where an offer names no age, the law does: 14, unless the host is public (code du travail L.4153-1, L.4153-5).
    """
    by_law = Case(
        When(opportunity__internship__host_kind=HostKind.PUBLIC, then=Value(0)),
        default=Value(PRIVATE_HOST_AGE),
    )
    return periods.annotate(youngest=Coalesce("opportunity__internship__least_age", by_law)).filter(
        youngest__lte=age_on(person.birth_date, monday)
    )


def open_periods(person: Person, campaign: Campaign) -> QuerySet[Period]:
    """What a person may wish for now: the periods of their week whose host may take them.

    In the second round, only those with a seat left.
    """
    monday = week_of(person, campaign)
    if monday is None:
        return Period.objects.none()
    rows = for_age(periods_of_week(campaign, monday), person, monday)
    return rows if turn(campaign) == 1 else rows.filter(taken__lt=F("seats"))


def odds(periods: Iterable[Period], campaign: Campaign, number: int) -> dict[UUID, Odds]:
    """What there is and what was asked, for each of `periods`, in a round of the campaign."""
    rows = list(periods)
    asked: dict[UUID, dict[str, int]] = {
        line["period"]: {"wishes": line["wishes"], "first": line["first"]}
        for line in Application.objects.filter(
            period__in=rows, call=campaign.pk, turn=number, origin=Origin.WISH
        )
        .order_by()
        .values("period")
        .annotate(wishes=Count("pk"), first=Count("pk", filter=Q(rank=1)))
    }
    first_turn = number == 1
    found = {}
    for row in rows:
        line = asked.get(row.pk, {})
        seats = row.seats if first_turn else row.free
        reserved = min(row.reserved, seats)
        found[row.pk] = Odds(seats, reserved, line.get("wishes", 0), line.get("first", 0))
    return found


def fingerprint(wishes: Iterable[Application]) -> str:
    """A short text that changes with the list: a form carries it, so that a stale one is told from a fresh one."""
    text = ",".join(str(row.pk) for row in wishes)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
