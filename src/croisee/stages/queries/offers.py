"""What the pages of employers read, beyond a filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from croisee.directory.models import Consent, Enrolment, Purpose
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.opportunities.models import Application, ApplicationState, Opportunity, Period, Source
from croisee.opportunities.models.applications import HOLDING
from croisee.opportunities.sectors import Sector, sector_of
from croisee.stages.models import Campaign, ClassWeek, Convention, HostKind
from croisee.stages.models.internships import KIND
from croisee.stages.phases import OFFERS_WELCOME, phase
from croisee.territory.models import Establishment

LAST_DAY = timedelta(days=4)
PUBLIC_SIREN = ("1", "2")


@dataclass(frozen=True)
class Week:
    """A week in which classes of a campaign are on internship, with how many pupils."""

    monday: date
    pupils: int

    @property
    def friday(self) -> date:
        """Its last day of internship."""
        return self.monday + LAST_DAY


@dataclass(frozen=True)
class HostFacts:
    """What is known of a host from its SIRET: all that an offer can be prefilled with."""

    name: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    sector: Sector | None = None
    host_kind: HostKind = HostKind.PRIVATE


@dataclass(frozen=True)
class Holders:
    """Who holds seats of a period: all, those on reserved seats, those who confirmed; and the wishes for it."""

    held: int = 0
    on_reserved: int = 0
    confirmed: int = 0
    wished: int = 0


def weeks_of(campaign: Campaign) -> list[Week]:
    """The weeks of a campaign, in order, with the pupils who have not left."""
    rows = (
        ClassWeek.objects.filter(campaign=campaign)
        .values("monday")
        .annotate(
            pupils=Count("school_class__enrolments", filter=Q(school_class__enrolments__left_on__isnull=True))
        )
        .order_by("monday")
    )
    return [Week(row["monday"], row["pupils"]) for row in rows]


def welcoming() -> list[Campaign]:
    """The campaigns in which new offers are taken, the nearest school year first."""
    under_way = Campaign.objects.under_way().order_by("school_year", "created_at")
    return [campaign for campaign in under_way if phase(campaign) in OFFERS_WELCOME]


def usual_reserve(campaign: Campaign, seats: int) -> int:
    """The reserved seats of an offer that says nothing: the campaign's share, rounded up."""
    return ceil(seats * campaign.reserved_share / 100)


def least_reserve(campaign: Campaign, seats: int) -> int:
    """The fewest seats that an offer reserves: the campaign's share, rounded down."""
    return seats * campaign.reserved_share // 100


def facts_of(siret: str) -> HostFacts:
    """What SIRENE says of an establishment, guesses included; empty where it is not loaded.

    A SIREN number that begins with 1 or 2 is that of a public administration (INSEE, "Numéro Siren").
    """
    kind = HostKind.PUBLIC if siret.startswith(PUBLIC_SIREN) else HostKind.PRIVATE
    found = Establishment.objects.filter(pk=siret).select_related("commune").first() if siret else None
    if found is None:
        return HostFacts(host_kind=kind)
    town = f"{found.postcode} {found.commune.name}".strip()
    return HostFacts(
        name=found.name,
        address=f"{found.address}, {town}" if found.address else town,
        lon=found.longitude,
        lat=found.latitude,
        sector=sector_of(found.naf),
        host_kind=kind,
    )


def team(organisation: Organisation) -> list[Account]:
    """The accounts that act for a host today."""
    members = Membership.objects.active().filter(
        organisation=organisation, role=Role.EMPLOYER, account__is_active=True
    )
    return list(Account.objects.filter(pk__in=members.values("account")).order_by("email"))


def own_offers(account: Account) -> QuerySet[Opportunity]:
    """The internships that `account` may change, with the sums of their seats."""
    return with_sums(
        Opportunity.objects.offered_by(account)
        .filter(kind=KIND, source=Source.OWN, internship__isnull=False)
        .select_related("organisation", "internship__campaign")
    )


def with_sums(offers: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """Offers with `seats`, `reserved`, `held` and `confirmed`, over all their weeks."""
    periods = Period.objects.filter(opportunity=OuterRef("pk")).order_by().values("opportunity")
    confirmed = (
        Application.objects.filter(period__opportunity=OuterRef("pk"), state=ApplicationState.CONFIRMED)
        .order_by()
        .values("period__opportunity")
        .annotate(n=Count("pk"))
        .values("n")
    )

    def total(name: str) -> Coalesce:
        summed = periods.annotate(n=Sum(name)).values("n")
        return Coalesce(Subquery(summed, output_field=IntegerField()), 0)

    return offers.annotate(
        seats=total("seats"),
        reserved=total("reserved"),
        held=total("taken"),
        confirmed=Coalesce(Subquery(confirmed, output_field=IntegerField()), 0),
    )


def holders_by_period(periods: Sequence[Period]) -> dict[object, Holders]:
    """Who holds and wishes for each of `periods`, by primary key."""
    rows = (
        Application.objects.filter(period__in=[period.pk for period in periods])
        .values("period")
        .annotate(
            held=Count("pk", filter=Q(state__in=HOLDING)),
            on_reserved=Count("pk", filter=Q(state__in=HOLDING, reserved_seat=True)),
            confirmed=Count("pk", filter=Q(state=ApplicationState.CONFIRMED)),
            wished=Count("pk", filter=Q(state=ApplicationState.ASKED)),
        )
        .order_by()
    )
    found = {
        row["period"]: Holders(row["held"], row["on_reserved"], row["confirmed"], row["wished"])
        for row in rows
    }
    return {period.pk: found.get(period.pk, Holders()) for period in periods}


def hosted(account: Account) -> QuerySet[Application]:
    """The pupils who confirmed a place at the hosts of `account`, in order of time, with what a host may know.

    `person.classes` holds the class with its school and teacher; `person.shared` is empty unless the family
    consents that the host is told the needs; `live_conventions` holds the convention once the host may read it.
    """
    hosts = account.organisations(Role.EMPLOYER).values("pk")
    classes = Enrolment.objects.select_related("school_class__school").order_by(
        F("left_on").desc(nulls_first=True), "-created_at"
    )
    shared = Consent.objects.active().filter(purpose=Purpose.SHARE_NEEDS)
    conventions = Convention.objects.visible_to(account).living()
    return (
        Application.objects.filter(
            state=ApplicationState.CONFIRMED,
            period__opportunity__kind=KIND,
            period__opportunity__organisation__in=hosts,
        )
        .select_related("person", "period__opportunity__organisation")
        .prefetch_related(  # type: ignore[type-var]  # prefetches of several models
            Prefetch("person__enrolments", classes, to_attr="classes"),
            Prefetch("person__consents", shared, to_attr="shared"),
            Prefetch("conventions", conventions, to_attr="live_conventions"),
        )
        .order_by("period__starts_on", "period__opportunity__title", "person__given_name", "pk")
    )
