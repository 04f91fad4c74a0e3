"""What a school reads of a campaign: its classes, how far each pupil is, what is to do next."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Contact, Enrolment, SchoolClass
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.opportunities.models import Application, ApplicationState, Opportunity, OpportunityState, Period
from croisee.stages.models import (
    Campaign,
    ClassWeek,
    Convention,
    ConventionState,
    ConventionVersion,
    Signature,
)
from croisee.stages.models.conventions import ENDED
from croisee.stages.models.internships import KIND
from croisee.stages.phases import turn
from croisee.stages.queries.campaigns import elsewhere

SCHOOL = (Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)
TO_SIGN = (ConventionState.READY, ConventionState.SIGNING)
SIGNED = (ConventionState.SIGNED, ConventionState.RUNNING, ConventionState.DONE)


class Situation(TextChoices):
    """How far a pupil is in a campaign."""

    NO_WEEK = "no_week", _("week not known")
    NO_WISH = "no_wish", _("no wish yet")
    WISHED = "wished", _("wishes noted")
    NO_PLACE = "no_place", _("no place")
    OFFERED = "offered", _("place to confirm")
    CONFIRMED = "confirmed", _("convention to write")
    TO_SIGN = "to_sign", _("convention to be signed")
    SIGNED = "signed", _("convention signed")


TONES = {
    Situation.NO_WEEK: "bad",
    Situation.NO_WISH: "bad",
    Situation.WISHED: "info",
    Situation.NO_PLACE: "bad",
    Situation.OFFERED: "warn",
    Situation.CONFIRMED: "warn",
    Situation.TO_SIGN: "warn",
    Situation.SIGNED: "ok",
}
PLACED = (Situation.CONFIRMED, Situation.TO_SIGN, Situation.SIGNED)
WITHOUT_PLACE = (Situation.NO_WEEK, Situation.NO_PLACE, Situation.WISHED)
"""Those who hold none once places are published; wishes of a second round are no place yet."""


@dataclass(frozen=True)
class ClassRow:
    """A class in a campaign: how many of its pupils are in each situation. `monday` is None until its week is set."""

    school_class: SchoolClass
    monday: dt.date | None
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the class is called."""
        return self.school_class.name

    @property
    def school(self) -> str:
        """What its school is called."""
        return str(self.school_class.school.name)

    def of(self, *situations: Situation) -> int:
        """Pupils in one of these situations."""
        return sum(self.counts.get(situation, 0) for situation in situations)

    @property
    def pupils(self) -> int:
        """Pupils of the class."""
        return sum(self.counts.values())


def schools_of(account: Account) -> QuerySet[Organisation]:
    """The schools where `account` works."""
    return account.organisations(*SCHOOL)


def classes(campaign: Campaign, account: Account) -> QuerySet[SchoolClass]:
    """The classes of the campaign's school year in the schools where `account` works, by school and name."""
    own = SchoolClass.objects.visible_to(account).filter(school__in=schools_of(account).values("pk"))
    return own.filter(school_year=campaign.school_year).select_related("school")


def taking_part(campaign: Campaign, account: Account) -> QuerySet[SchoolClass]:
    """These classes but for those that have their week in another campaign of that year, and none in this one."""
    here = ClassWeek.objects.filter(campaign=campaign).values("school_class")
    away = elsewhere(campaign).exclude(school_class__in=here).values("school_class")
    return classes(campaign, account).exclude(pk__in=away)


def pupils(campaign: Campaign, account: Account) -> QuerySet[Any]:
    """The pupils of the classes that take part: enrolments, each with `monday`, `wishes`, `place`, `host`,
    `reachable`, `has_place`, `convention` (its primary key) and `situation` (of `Situation`), all computed by the
    database.
    """
    rows = Enrolment.objects.active().filter(school_class__in=taking_part(campaign, account))
    return with_situation(rows, campaign).select_related("person", "school_class", "school_class__school")


def with_situation(rows: QuerySet[Enrolment], campaign: Campaign) -> QuerySet[Any]:
    """`rows` with what `pupils` says of each."""
    asked = Application.objects.filter(call=campaign.pk, person=OuterRef("person_id"))
    held = asked.holding()
    wishes = asked.filter(state=ApplicationState.ASKED, turn=turn(campaign)).order_by().values("person")
    conventions = Convention.objects.living().filter(
        application__call=campaign.pk, application__person=OuterRef("person_id")
    )
    weeks = ClassWeek.objects.filter(campaign=campaign, school_class=OuterRef("school_class_id"))
    reachable = Contact.objects.filter(Q(account__isnull=False) | ~Q(email=""), person=OuterRef("person_id"))
    return rows.annotate(
        monday=Subquery(weeks.values("monday")[:1]),
        wishes=Coalesce(
            Subquery(wishes.annotate(n=Count("pk")).values("n")), Value(0), output_field=IntegerField()
        ),
        held=Subquery(held.values("state")[:1]),
        place=Subquery(held.values("period__opportunity__title")[:1]),
        host=Subquery(held.values("period__opportunity__organisation__name")[:1]),
        convention=Subquery(conventions.values("pk")[:1]),
        convention_state=Subquery(conventions.values("state")[:1]),
        reachable=Exists(reachable),
    ).annotate(
        has_place=Case(
            When(held__isnull=False, then=Value(True)), default=Value(False), output_field=BooleanField()
        ),
        situation=_situation(campaign),
    )


def _situation(campaign: Campaign) -> Case:
    return Case(
        When(convention_state__in=SIGNED, then=Value(Situation.SIGNED)),
        When(convention_state__in=TO_SIGN, then=Value(Situation.TO_SIGN)),
        When(held=ApplicationState.CONFIRMED, then=Value(Situation.CONFIRMED)),
        When(held=ApplicationState.OFFERED, then=Value(Situation.OFFERED)),
        When(monday__isnull=True, then=Value(Situation.NO_WEEK)),
        When(wishes__gt=0, then=Value(Situation.WISHED)),
        default=Value(Situation.NO_PLACE if campaign.published_turn else Situation.NO_WISH),
    )


def class_rows(campaign: Campaign, account: Account) -> list[ClassRow]:
    """Each class that takes part with its week and its pupils by situation; three queries whatever the size."""
    tally: dict[UUID, Counter[str]] = {}
    counted = pupils(campaign, account).order_by().values_list("school_class_id", "situation")
    for school_class, situation in counted:
        tally.setdefault(school_class, Counter())[situation] += 1
    mondays = weeks(campaign, account)
    return [
        ClassRow(one, mondays.get(one.pk), tally.get(one.pk, Counter()))
        for one in taking_part(campaign, account)
    ]


def weeks(campaign: Campaign, account: Account) -> dict[UUID, dt.date]:
    """The Monday of each class that has one."""
    rows = ClassWeek.objects.visible_to(account).filter(
        campaign=campaign, school_class__in=classes(campaign, account)
    )
    return dict(rows.values_list("school_class_id", "monday"))


def seats_by_week(campaign: Campaign) -> dict[dt.date, int]:
    """How many seats everyone may ask for in each week, by Monday."""
    offered = Opportunity.objects.filter(
        kind=KIND, listed=True, state=OpportunityState.PUBLISHED, internship__campaign=campaign
    )
    seats: Counter[dt.date] = Counter()
    for monday, number in Period.objects.filter(opportunity__in=offered).values_list("starts_on", "seats"):
        seats[monday] += number
    return dict(seats)


UNSENT = Q(convention__isnull=True) | Q(convention_state=ConventionState.DRAFT)


def confirmed(campaign: Campaign, account: Account) -> QuerySet[Application]:
    """The confirmed places of these pupils, by class and name, each with `class_name`, `convention` (its primary key),
    `convention_state`, `signed` (how many of its signatures are given) and `waiting` (who has yet to sign,
    comma-separated).
    """
    enrolled = Enrolment.objects.active()
    own = enrolled.filter(school_class__in=classes(campaign, account))
    living = Convention.objects.living().filter(application=OuterRef("pk"))
    asked = (
        Signature.objects.living()
        .filter(convention__application=OuterRef("pk"))
        .exclude(convention__state__in=ENDED)
        .order_by()
        .values("convention__application")
    )
    given = asked.filter(signed_at__isnull=False).annotate(n=Count("pk"))
    waiting = asked.filter(signed_at__isnull=True).annotate(
        who=StringAgg("signatory", delimiter=",", order_by="signatory")
    )
    # Open once for each person: the class of now.
    class_name = enrolled.filter(person=OuterRef("person_id")).order_by().values("school_class__name")
    return (
        Application.objects.filter(
            call=campaign.pk, state=ApplicationState.CONFIRMED, person__in=own.order_by().values("person")
        )
        .select_related("person", "period__opportunity__organisation")
        .annotate(
            class_name=Subquery(class_name),
            convention=Subquery(living.order_by().values("pk")),
            convention_state=Subquery(living.order_by().values("state")),
            signed=Coalesce(Subquery(given.values("n")), Value(0), output_field=IntegerField()),
            waiting=Coalesce(Subquery(waiting.values("who")), Value(""), output_field=TextField()),
        )
        .order_by("class_name", "person__family_name", "person__given_name", "pk")
    )


def latest_contents(conventions: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """What the last version of each convention agrees, by convention; `conventions` are their primary keys."""
    versions = ConventionVersion.objects.filter(convention__in=conventions).order_by("number")
    return {version.convention_id: version.content for version in versions}
