"""Where a person stands in the campaign of their school year: week, phase, wishes, place; what is open to them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from croisee.directory.models import Contact, Enrolment
from croisee.opportunities.models import (
    Application,
    ApplicationState,
    OpportunityState,
    Origin,
    Period,
    Source,
)
from croisee.stages.files.weeks import age_on
from croisee.stages.models import Campaign, ClassWeek, Convention, ConventionState, HostKind
from croisee.stages.models.internships import KIND
from croisee.stages.parameters import PRIVATE_HOST_AGE
from croisee.stages.phases import WISHES_OPEN, Phase, phase, turn
from croisee.territory.models import School

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account

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
_SIGNED = (ConventionState.SIGNED, ConventionState.RUNNING, ConventionState.DONE)
_LOST = (ApplicationState.GIVEN_BACK, ApplicationState.LAPSED, ApplicationState.CANCELLED)


@dataclass(frozen=True)
class Situation:
    """A person in a campaign, at the moment it was read.

    `enrolment` also bears the point of the school, `school_lon` and `school_lat`. It is None for who is in no class,
    `campaign` as well where that school year has none yet; `monday` is None while the class has no week.
    `applications` are all those of the campaign.
    """

    person: Person
    enrolment: Any = None
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
    """Where each person stands, in their order, in three queries however many they are."""
    people = list(persons)
    enrolments = {row.person_id: row for row in _enrolments(people)}
    campaigns = Campaign.objects.in_bulk([row.campaign_id for row in enrolments.values() if row.campaign_id])
    applications: dict[tuple[UUID, UUID], list[Application]] = defaultdict(list)
    for application in _applications(people, campaigns.values()):
        applications[application.person_id, application.call].append(application)
    found = []
    for person in people:
        row = enrolments.get(person.pk)
        campaign = campaigns.get(row.campaign_id) if row else None
        if row is None or campaign is None:
            found.append(Situation(person, row))
        else:
            found.append(Situation(person, row, campaign, row.monday, applications[person.pk, campaign.pk]))
    return found


def _enrolments(people: Sequence[Person]) -> QuerySet[Any]:
    """Who is in which class, with its campaign and week, and the point of its school."""
    own = ClassWeek.objects.filter(campaign=OuterRef("pk"), school_class=OuterRef(OuterRef("school_class")))
    # The campaign in which the class has its week; else the one under way ("announced" comes before "finished").
    campaigns = (
        Campaign.objects.announced()
        .filter(school_year=OuterRef("school_class__school_year"))
        .annotate(has_week=Exists(own))
        .order_by("-has_week", "state", "-created_at")
    )
    weeks = ClassWeek.objects.filter(campaign=OuterRef("campaign_id"), school_class=OuterRef("school_class"))
    schools = School.objects.filter(uai=OuterRef("school_class__school__uai"))
    return (
        Enrolment.objects.active()
        .filter(person__in=people)
        .select_related("school_class__school")
        .annotate(
            campaign_id=Subquery(campaigns.values("pk")[:1]),
            school_lon=Subquery(schools.values("longitude")),
            school_lat=Subquery(schools.values("latitude")),
        )
        .annotate(monday=Subquery(weeks.values("monday")))
    )


def has_begun(application: Application) -> bool:
    """Whether the first day of a place has come."""
    return bool(application.period.starts_on <= timezone.localdate())


def situation(person: Person) -> Situation:
    """Where one person stands."""
    return situations([person])[0]


def _applications(people: Sequence[Person], campaigns: Iterable[Campaign]) -> QuerySet[Application]:
    """Those of the campaigns, each with `signed`: whether all have signed its convention."""
    return (
        Application.objects.filter(person__in=people, call__in=[row.pk for row in campaigns])
        .select_related("period__opportunity__organisation", "period__opportunity__internship")
        .annotate(signed=Exists(Convention.objects.filter(application=OuterRef("pk"), state__in=_SIGNED)))
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


def weeks_of_pupils(persons: QuerySet[Person], campaign: Campaign) -> dict[UUID, date]:
    """The Monday of each of `persons` whose class has its week in the campaign, by the person's key, in one query."""
    enrolled = Enrolment.objects.active().filter(
        person__in=persons.values("pk"), school_class__weeks__campaign=campaign
    )
    return dict(enrolled.values_list("person_id", "school_class__weeks__monday"))


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


def with_odds(periods: QuerySet[Period], campaign: Campaign, number: int) -> QuerySet[Period]:
    """`periods` with how many wishes of a round of the campaign each received, `asked`, `asked_first` of them first."""
    wished = Q(applications__call=campaign.pk, applications__turn=number, applications__origin=Origin.WISH)
    return periods.annotate(
        asked=Count("applications", filter=wished),
        asked_first=Count("applications", filter=wished & Q(applications__rank=1)),
    )


def odds_of(period: Any, number: int) -> Odds:
    """The odds of a period that `with_odds` gave; in the second round, of the seats that are left."""
    seats = period.seats if number == 1 else period.free
    return Odds(seats, min(period.reserved, seats), period.asked, period.asked_first)


def odds(periods: Iterable[Period], campaign: Campaign, number: int) -> dict[UUID, Odds]:
    """What there is and what was asked, for each of `periods`, in a round of the campaign; one query."""
    rows = with_odds(Period.objects.filter(pk__in=[row.pk for row in periods]), campaign, number)
    return {row.pk: odds_of(row, number) for row in rows}


def own_or_helped(persons: QuerySet[Person], account: Account) -> QuerySet[Any]:
    """`persons`, each with `own`: whether `account` is that person or a legal representative, not one who helps."""
    contacts = Contact.objects.filter(person=OuterRef("pk"), account=account)
    return persons.annotate(own=Exists(contacts))


def fingerprint(wishes: Iterable[Application]) -> str:
    """A short text that changes with the list: a form carries it, so that a stale one is told from a fresh one."""
    text = ",".join(str(row.pk) for row in wishes)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
