"""The made-up employers and what they offer in a campaign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from croisee.demo.generator.campaign import Campaign as Generated
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.lifecycles.services import perform_all
from croisee.opportunities.models import Opportunity, Period
from croisee.opportunities.sectors import Sector, sector_of
from croisee.opportunities.services import searchable_text
from croisee.stages.models import Campaign, HostKind, Internship
from croisee.stages.models.internships import KIND
from croisee.stages.siting import in_parts

DAY = [["09:00", "12:00"], ["13:30", "16:30"]]
HOURS = {str(day): DAY for day in range(1, 6)}
DESCRIPTION = (
    "{title} chez {employer}. Vous découvrez les métiers de la structure, vous accompagnez l’équipe dans son "
    "travail de tous les jours et vous participez à une petite réalisation dont vous gardez la trace."
)
LUNCH = (
    "Repas pris sur place, offert.",
    "Repas apporté, à réchauffer sur place.",
    "Repas pris à l’extérieur.",
)
TUTORS = ("Maëlle Hamon", "Yanis Traoré", "Julie Perrot", "David Nguyen", "Inès Salaün", "Marc Olivier")
ACCESSIBLE = 3  # one offer in three


def make_employers(generated: Generated) -> list[Organisation]:
    """Every employer of the generator; the one that the demonstration's employer works for may be there already."""
    there = dict(Organisation.objects.exclude(siret="").values_list("siret", "pk"))
    employers = generated.employers
    made = [
        Organisation(name=name, kind=Kind.EMPLOYER, siret=siret)
        for siret, name in zip(employers.siret, employers.name, strict=True)
        if siret not in there
    ]
    Organisation.objects.bulk_create(made)
    by_siret = {organisation.siret: organisation for organisation in Organisation.objects.exclude(siret="")}
    return [by_siret[siret] for siret in employers.siret]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An offer to make: its row in the generator, and the seats and reserved seats of each week."""

    row: int
    seats: Mapping[date, tuple[int, int]]


def make_offers(
    campaign: Campaign, generated: Generated, employers: Sequence[Organisation], wanted: Sequence[Wanted]
) -> list[Opportunity]:
    """Published offers of a campaign, in the order of `wanted`."""
    offers = propose_offers(campaign, generated, employers, wanted)
    rows = Opportunity.objects.filter(pk__in=[offer.pk for offer in offers])
    perform_all(rows, "publish", None)
    rows.update(published_at=timezone.now())
    return offers


def propose_offers(
    campaign: Campaign, generated: Generated, employers: Sequence[Organisation], wanted: Sequence[Wanted]
) -> list[Opportunity]:
    """Offers of a campaign that nobody has checked yet, in the order of `wanted`."""
    offers = [_offer(campaign, generated, employers, each.row) for each in wanted]
    for offer in offers:
        offer.searchable = searchable_text(offer)
    Opportunity.objects.bulk_create(offers)
    Internship.objects.bulk_create(
        _internship(campaign, generated, offer, each.row) for offer, each in zip(offers, wanted, strict=True)
    )
    Period.objects.bulk_create(
        Period(
            opportunity=offer,
            starts_on=monday,
            ends_on=monday + timedelta(days=4),
            seats=seats,
            reserved=reserved,
        )
        for offer, each in zip(offers, wanted, strict=True)
        for monday, (seats, reserved) in each.seats.items()
    )
    perform_all(Opportunity.objects.filter(pk__in=[offer.pk for offer in offers]), "submit", None)
    return offers


def _offer(
    campaign: Campaign, generated: Generated, employers: Sequence[Organisation], row: int
) -> Opportunity:
    employer = int(generated.offers.employer[row])
    places, at = generated.ground.places, generated.employers.place[employer]
    title = generated.offers.title[row]
    site = in_parts(str(places.address[at]))
    return Opportunity(
        kind=KIND,
        organisation=employers[employer],
        title=title,
        description=DESCRIPTION.format(title=title, employer=employers[employer].name),
        sector=sector_of(generated.employers.naf[employer]) or Sector.SERVICES,
        address=site.address,
        postcode=site.postcode,
        city=site.city or generated.ground.communes[places.commune[at]],
        lon=float(places.lon[at]),
        lat=float(places.lat[at]),
        accessible=row % ACCESSIBLE == 0,
        reserved_until=campaign.reserved_until,
    )


def _internship(campaign: Campaign, generated: Generated, offer: Opportunity, row: int) -> Internship:
    employer = int(generated.offers.employer[row])
    return Internship(
        opportunity=offer,
        campaign=campaign,
        hours=HOURS,
        lunch=LUNCH[row % len(LUNCH)],
        host_kind=HostKind.PUBLIC if generated.employers.public[employer] else HostKind.PRIVATE,
        least_age=int(generated.offers.min_age[row]) or None,
        tutor_name=TUTORS[row % len(TUTORS)],
        tutor_email=f"tuteur.{row + 1}@demo.invalid",
        tutor_phone="",
    )
