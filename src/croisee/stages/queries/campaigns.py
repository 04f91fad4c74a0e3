"""What the pages of a campaign read, beyond a filter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.models import Enrolment
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.opportunities.models import Application, ApplicationState, Origin, Period
from croisee.stages import small_counts, wording
from croisee.stages.models import (
    Campaign,
    CampaignState,
    ClassWeek,
    Convention,
    ConventionState,
    Round,
    RoundState,
)
from croisee.stages.phases import Phase, phase
from croisee.stages.queries.market import pupils_of, seats_open

SIGNED = (ConventionState.SIGNED, ConventionState.RUNNING, ConventionState.DONE)
_ROUND_OF = {Phase.CLOSED: 1, Phase.SECOND_CLOSED: 2}


def current(account: Account) -> Campaign | None:
    """The campaign that `account` works in now: the latest under way; else, for managers, the latest in preparation;
    else the latest finished. None when there is none that it may see.

    In a year when classes of one's school have weeks, only the campaigns of these weeks count.
    """
    states = [str(CampaignState.ANNOUNCED), str(CampaignState.FINISHED)]
    if account.has_role(Role.CAMPAIGN_MANAGER):
        states.insert(1, str(CampaignState.DRAFT))
    rows = list(with_own(Campaign.objects.visible_to(account).filter(state__in=states), account))
    years = {row.school_year for row in rows if row.own}
    return min(
        rows,
        key=lambda row: (row.school_year in years and not row.own, states.index(row.state)),
        default=None,
    )


def with_own(campaigns: QuerySet[Campaign], account: Account) -> QuerySet[Any]:
    """`campaigns`, each with `own`: whether a class of a school where `account` works has its week in it."""
    schools = account.organisations(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF).values("pk")
    weeks = ClassWeek.objects.filter(campaign=OuterRef("pk"), school_class__school__in=schools)
    return campaigns.annotate(own=Exists(weeks))


def others(campaign: Campaign, account: Account) -> list[Campaign]:
    """The other campaigns that a school may look at: those of its classes first, then the latest."""
    rows = with_own(Campaign.objects.visible_to(account).exclude(pk=campaign.pk), account)
    return list(rows.order_by("-own", "-school_year", "-created_at"))


def elsewhere(campaign: Campaign) -> QuerySet[ClassWeek]:
    """The weeks of classes in the other campaigns of that year: these classes are not missing here."""
    alive = Campaign.objects.filter(school_year=campaign.school_year).exclude(state=CampaignState.CANCELLED)
    return ClassWeek.objects.filter(campaign__in=alive.exclude(pk=campaign.pk))


@dataclass(frozen=True)
class Figure:
    """A figure of a campaign, as it may be shown."""

    label: str
    text: str


@dataclass(frozen=True)
class Step:
    """A date of the calendar: `state` is past, next (the first to come) or later."""

    label: str
    moment: datetime
    state: str
    text: str = ""


@dataclass(frozen=True)
class NextThing:
    """What is to be done now: a sentence, and where to go. `post` when the address takes a click, not a visit."""

    text: str
    url: str = ""
    button: str = ""
    post: bool = False


def figures(campaign: Campaign, *, exact: bool) -> list[Figure]:
    """Where the campaign stands in numbers, in four queries; unless `exact`, no count of fewer than five pupils."""
    of_campaign = Application.objects.filter(call=campaign.pk)
    wished = of_campaign.filter(person=OuterRef("person"), origin=Origin.WISH)
    people = pupils_of(campaign).aggregate(pupils=Count("pk"), wishing=Count("pk", filter=Q(Exists(wished))))
    seats = seats_open(campaign).aggregate(
        offers=Count("opportunity", distinct=True), seats=Sum("seats"), reserved=Sum("reserved")
    )
    places = of_campaign.aggregate(
        offered=Count("pk", filter=Q(state=ApplicationState.OFFERED)),
        confirmed=Count("pk", filter=Q(state=ApplicationState.CONFIRMED)),
    )
    signed = Convention.objects.filter(application__in=of_campaign, state__in=SIGNED).count()
    pupils = people["pupils"]

    def of_pupils(count: int, whole: int = pupils) -> str:
        """`count` of all pupils, and of those who are left beside another figure: no subtraction tells of a few."""
        if exact:
            return wording.number(count)
        hidden = small_counts.is_hidden(count, max(pupils, count))
        return small_counts.shown(count, max(pupils if hidden else whole, count))

    return [
        Figure(_("pupils"), of_pupils(pupils)),
        Figure(_("with wishes"), of_pupils(people["wishing"])),
        Figure(_("offers"), wording.number(seats["offers"])),
        Figure(_("seats"), wording.number(seats["seats"] or 0)),
        Figure(_("reserved seats"), wording.number(seats["reserved"] or 0)),
        Figure(_("places to be confirmed"), of_pupils(places["offered"], pupils - places["confirmed"])),
        Figure(_("places confirmed"), of_pupils(places["confirmed"])),
        Figure(_("conventions signed"), of_pupils(signed, places["confirmed"])),
    ]


def timeline(campaign: Campaign, now: datetime | None = None) -> list[Step]:
    """The calendar, in order."""
    moment = now or timezone.now()
    told = [
        ("opens_at", _("Wishes open"), _("Families rank the internships they would like.")),
        ("closes_at", _("Wishes close"), _("What is ranked then counts; later wishes do not.")),
        ("publishes_at", _("Places are published"), _("Each family reads its place, and why that one.")),
        ("confirm_by", _("Places are confirmed before"), _("A place not confirmed goes to somebody else.")),
        (
            "second_opens_at",
            _("Second round: wishes open"),
            _("For who has no place yet, on the seats that are left."),
        ),
        ("second_closes_at", _("Second round: wishes close"), ""),
        ("second_publishes_at", _("Second round: places are published"), ""),
        ("second_confirm_by", _("Second round: places are confirmed before"), ""),
    ]
    steps, found = [], False
    for name, label, text in told:
        at = getattr(campaign, name)
        state = "past" if at <= moment else "later" if found else "next"
        found = found or state == "next"
        steps.append(Step(label, at, state, text))
    return steps


def next_thing(campaign: Campaign) -> NextThing | None:
    """What the manager does next, by the phase; nothing in a campaign that is over or cancelled."""
    stands = phase(campaign)
    if stands in _ROUND_OF:
        return _next_of_round(campaign, _ROUND_OF[stands])
    balance = reverse("stages:balance", args=[campaign.pk])
    if stands == Phase.DRAFT:
        return NextThing(_("Read dates and rules once more, then announce: the rules hold from then on."))
    if stands in {Phase.ANNOUNCED, Phase.OPEN}:
        return NextThing(
            _("See where offers are missing, while employers can still be asked."),
            balance,
            _("Supply and demand"),
        )
    if stands in {Phase.CONFIRMING, Phase.SECOND_CONFIRMING}:
        return NextThing(
            _("Families confirm their places. Follow who has not answered yet."),
            reverse("stages:campaign_applications", args=[campaign.pk]) + "?state=offered",
            _("Places to be confirmed"),
        )
    if stands in {Phase.BETWEEN, Phase.SECOND_OPEN}:
        return NextThing(
            _("The second round gives the seats that are left to who has no place."),
            balance,
            _("What is left"),
        )
    if stands == Phase.UNDER_WAY:
        return NextThing(_("Places are given. Conventions are signed, then internships take place."))
    return None


def _next_of_round(campaign: Campaign, turn: int) -> NextThing:
    start = reverse("stages:start_round", args=[campaign.pk, turn])
    computed = campaign.rounds.filter(turn=turn, state=RoundState.COMPUTED).first()
    if computed is None:
        return NextThing(
            _("Wishes are closed. Compute the round: nobody sees the result before you publish it."),
            start,
            _("Compute the round"),
            post=True,
        )
    return NextThing(
        _("The round is computed. Look at it, then publish it."),
        computed.get_absolute_url(),
        _("Look at the round"),
    )


def rounds_of(campaign: Campaign, account: Account) -> QuerySet[Round]:
    """The rounds of a campaign that `account` may see and that were not given up, in order."""
    seen = Round.objects.visible_to(account).filter(campaign=campaign)
    return seen.exclude(state=RoundState.DISCARDED).order_by("turn")


def without_week(campaign: Campaign) -> list[str]:
    """Schools that have pupils of that year in classes without a week in the campaign: these pupils get no place."""
    rows = (
        Enrolment.objects.active()
        .filter(
            school_class__school_year=campaign.school_year, school_class__school__in=_schools_of(campaign)
        )
        .exclude(school_class__weeks__campaign=campaign)
        .exclude(school_class__in=elsewhere(campaign).values("school_class"))
    )
    return list(
        rows.order_by("school_class__school__name")
        .values_list("school_class__school__name", flat=True)
        .distinct()
    )


def _schools_of(campaign: Campaign) -> QuerySet[Any]:
    """Schools that take part: at least one class has its week."""
    return campaign.class_weeks.values("school_class__school")


def applications(campaign: Campaign, account: Account) -> QuerySet[Application]:
    """The applications of a campaign that `account` may see, with the pupil's reference, school and class."""
    enrolled = Enrolment.objects.active().filter(person=OuterRef("person"))
    return (
        Application.objects.visible_to(account)
        .filter(call=campaign.pk)
        .select_related("period__opportunity__organisation")
        .annotate(
            reference=enrolled.values("reference")[:1],
            school=enrolled.values("school_class__school__name")[:1],
            class_name=enrolled.values("school_class__name")[:1],
        )
        .order_by("turn", "reference", "rank")
    )


def offers(campaign: Campaign, account: Account) -> QuerySet[Period]:
    """The seats of a campaign by offer and week, with the wishes of both rounds and the seats left."""
    return (
        Period.objects.visible_to(account)
        .filter(opportunity__internship__campaign=campaign)
        .select_related("opportunity__organisation")
        .annotate(
            asked=Count("applications", filter=Q(applications__origin=Origin.WISH)),
            left=F("seats") - F("taken"),
        )
        .order_by("opportunity__title", "starts_on")
    )


def public() -> QuerySet[Campaign]:
    """Campaigns whose calendar and rules everyone reads."""
    return Campaign.objects.announced().select_related("organisation")
