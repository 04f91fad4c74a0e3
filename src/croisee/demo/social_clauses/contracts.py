"""Operations of the made-up metropolis, their contracts and lots, and the companies that are committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from croisee.clauses.models import (
    Clause,
    ClauseKind,
    Commitment,
    Contract,
    ContractNature,
    Criterion,
    Lot,
    Operation,
    Order,
    Part,
    Programme,
)
from croisee.demo import people
from croisee.demo.directory import DOMAIN
from croisee.demo.generator.campaign import Campaign
from croisee.demo.generator.chance import draw, stream
from croisee.demo.generator.employers import Employers
from croisee.demo.generator.ground import Ground
from croisee.directory.models import Residence
from croisee.directory.residence import answer_home
from croisee.directory.rome import Trade
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform

RATE, COST, PENALTY = Decimal("0.08"), Decimal(30), Decimal(60)
SHARES = {
    Trade.PAINTING: "0.70",
    Trade.STEEL_FRAME: "0.20",
    Trade.CLEANING: "0.80",
    Trade.GREEN_SPACES: "0.70",
}
USUAL_SHARE = "0.50"
CONTACTS = ("Rozenn Quéré", "Malo Guivarch", "Sandra Lopes", "Ibrahima Sow", "Cécile Prigent", "Karim Haddad")
ORDERS = 4
BUILDING = ("41", "42", "43")
DIVISIONS = {
    **dict.fromkeys(Trade, BUILDING),
    Trade.CLEANING: ("81",),
    Trade.GREEN_SPACES: ("81",),
    Trade.WASTE: ("38",),
    Trade.CATERING: ("56",),
    Trade.SECURITY: ("80",),
}
OWN = 6


@dataclass(frozen=True, slots=True)
class Planned:
    """An operation to make: its lots as (trade, thousands of euros); months since its works began, and of works."""

    name: str
    lots: tuple[tuple[Trade, int], ...]
    began: int
    months: int
    programme: Programme = Programme.ORDINARY
    framework: bool = False
    in_qpv: bool = False


OPERATIONS = (
    Planned(
        "Groupe scolaire du Moulin",
        ((Trade.MASONRY, 4200), (Trade.CARPENTRY, 900), (Trade.PAINTING, 380), (Trade.ELECTRICITY, 760)),
        11,
        20,
        in_qpv=True,
    ),
    Planned(
        "Réhabilitation de 120 logements",
        ((Trade.INSULATION, 2600), (Trade.PLUMBING, 900), (Trade.PAINTING, 620)),
        14,
        18,
        Programme.ANRU_WORKS,
        in_qpv=True,
    ),
    Planned(
        "Médiathèque des Quais",
        ((Trade.MASONRY, 3100), (Trade.STEEL_FRAME, 1400), (Trade.FLOORING, 310)),
        8,
        16,
    ),
    Planned("Voirie et réseaux de la couronne", ((Trade.ROADS, 5600),), 10, 24, framework=True),
    Planned(
        "Nettoyage des bâtiments publics",
        ((Trade.CLEANING, 1900), (Trade.CLEANING, 1200)),
        12,
        36,
        framework=True,
    ),
    Planned("Entretien des espaces verts", ((Trade.GREEN_SPACES, 1500),), 9, 36, framework=True),
    Planned(
        "Entretien des pieds d’immeubles", ((Trade.CLEANING, 420),), 7, 24, Programme.ANRU_UPKEEP, in_qpv=True
    ),
    Planned("Restauration des crèches", ((Trade.CATERING, 1100),), 6, 24),
    Planned("Collecte du tri", ((Trade.WASTE, 4800),), 5, 48),
    Planned(
        "Gymnase des Tilleuls", ((Trade.MASONRY, 2300), (Trade.ROADS, 500), (Trade.PAINTING, 260)), -2, 14
    ),
    Planned("Accueil et sécurité des sites", ((Trade.SECURITY, 1300),), -4, 36),
    Planned("Piscine de la Plaine", ((Trade.MASONRY, 7200), (Trade.PLUMBING, 2100)), -7, 22),
)


def month_before(today: date, months: int) -> date:
    """The first day of the month so many months before today's (after, when negative)."""
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def make_contracts(generated: Campaign, seed: int, today: date) -> list[Commitment]:
    """Every operation with its contract, lots, clauses and holders; the commitments of lots under way."""
    buyer = people.account_of(Role.BUYER).organisations(Role.BUYER).get()
    facilitateur = people.account_of(Role.FACILITATEUR)
    companies = Companies(generated.employers)
    rng = stream(seed, "clauses: places")
    made: list[Commitment] = []
    for rank, planned in enumerate(OPERATIONS):
        operation = _operation(planned, buyer, facilitateur, generated.ground, rng, today)
        made += _contract(planned, rank, operation, companies, today)
    return made


class Companies:
    """Who does which trade, by the activity (NAF) of the made-up employers, one after the other.

    One lot in `OWN` goes to the company of the demonstration's employer, so that its pages have something to show.
    """

    def __init__(self, employers: Employers) -> None:
        self._own = people.account_of(Role.EMPLOYER).organisations(Role.EMPLOYER).get()
        rows = Organisation.objects.filter(siret__in=employers.siret).exclude(pk=self._own.pk)
        known = {row.siret: row for row in rows}
        self._all = [known[siret] for siret in employers.siret if siret in known]
        self._by_division = {
            division: [
                known[siret]
                for siret, naf in zip(employers.siret, employers.naf, strict=True)
                if siret in known and naf.startswith(division)
            ]
            for division in {one for ones in DIVISIONS.values() for one in ones}
        }
        self._given = 0

    def next_for(self, trade: Trade) -> Organisation:
        """The company of the next lot of a trade."""
        self._given += 1
        if self._given % OWN == 3:
            return self._own
        fit = [one for division in DIVISIONS.get(trade, BUILDING) for one in self._by_division[division]]
        rows = fit or self._all or [self._own]
        return rows[self._given % len(rows)]


def _operation(
    planned: Planned,
    buyer: Organisation,
    facilitateur: Account,
    ground: Ground,
    rng: np.random.Generator,
    today: date,
) -> Operation:
    places = ground.places
    weights = places.homes * (places.in_qpv == planned.in_qpv)
    at = int(draw(rng, weights if weights.sum() > 0 else places.homes, 1)[0])
    home = answer_home(str(places.address[at]), float(places.lon[at]), float(places.lat[at]))
    start = month_before(today, planned.began)
    return Operation.objects.create(
        name=planned.name,
        buyer=buyer,
        programme=planned.programme,
        facilitateur=facilitateur,
        starts_on=start,
        ends_on=month_before(start, -planned.months) - timedelta(days=1),
        address=home.address,
        lon=home.lon,
        lat=home.lat,
        in_qpv=home.answer,
        zone_codes=home.codes,
        zone_generation=home.generation,
        zone_on=None if home.answer is Residence.UNKNOWN else today,
    )


def _contract(
    planned: Planned, rank: int, operation: Operation, companies: Companies, today: date
) -> list[Commitment]:
    total = sum(thousands for _trade, thousands in planned.lots) * 1000
    start = month_before(today, planned.began)
    works = planned.lots[0][0] not in (
        Trade.CLEANING,
        Trade.GREEN_SPACES,
        Trade.CATERING,
        Trade.WASTE,
        Trade.SECURITY,
    )
    begun = planned.began >= 0
    contract = Contract.objects.create(
        operation=operation,
        reference=f"{start.year}M{rank + 1:03d}",
        title=operation.name,
        nature=ContractNature.WORKS if works else ContractNature.SUPPLIES_SERVICES,
        framework=planned.framework,
        estimate=total,
        amount=total if begun else None,
        consulted_on=start - timedelta(days=150) if planned.began > -6 else None,
        notified_on=start - timedelta(days=20) if begun else None,
        months=planned.months,
    )
    lots = [
        _lot(contract, number, trade, Decimal(thousands * 1000), start)
        for number, (trade, thousands) in enumerate(planned.lots, 1)
    ]
    if planned.began <= -6:
        return []
    return [found for lot in lots if (found := _follow(lot, planned, companies, begun=begun, today=today))]


def _lot(contract: Contract, number: int, trade: Trade, amount: Decimal, start: date) -> Lot:
    return Lot.objects.create(
        contract=contract,
        number=str(number),
        title=f"{contract.title} — {trade.label!s}" if number else contract.title,
        trade=trade,
        amount=amount,
        starts_on=start,
        ends_on=contract.operation.ends_on,
    )


def _follow(
    lot: Lot, planned: Planned, companies: Companies, *, begun: bool, today: date
) -> Commitment | None:
    """The clause of a lot, and, once its works have begun, its holder; lots to come are calibrated."""
    share = Decimal(SHARES.get(Trade(lot.trade), USUAL_SHARE))
    amount = lot.amount or Decimal(0)
    hours = int(amount * share * RATE / COST)
    ratio = (1000 * share * RATE / COST).quantize(Decimal("0.001"))
    clause = Clause.objects.create(
        lot=lot,
        kind=ClauseKind.EXECUTION,
        hours_due=None if planned.framework else hours,
        hours_per_keuro=ratio if planned.framework else None,
        publics=[str(one) for one in Criterion],
        penalty_per_hour=PENALTY,
    )
    perform(lot, "calibrate", None)
    if not begun:
        return None
    company = companies.next_for(Trade(lot.trade))
    commitment = Commitment.objects.create(
        clause=clause,
        organisation=company,
        part=Part.HOLDER,
        hours=None if planned.framework else hours,
        share=Decimal(100) if planned.framework else None,
        contact_name=CONTACTS[int(company.siret[-3:-1] or 0) % len(CONTACTS)],
        contact_email=f"chantiers.{company.siret}@{DOMAIN}",
    )
    for step in ("publish", "award", "begin"):
        perform(lot, step, None)
    if planned.framework:
        _orders(lot, amount, today)
    return commitment


def _orders(lot: Lot, amount: Decimal, today: date) -> None:
    start = lot.starts_on or today
    Order.objects.bulk_create(
        Order(
            lot=lot,
            reference=f"BC{number + 1:02d}",
            ordered_on=start + timedelta(days=45 * number),
            amount=(amount / (2 * ORDERS)).quantize(Decimal("0.01")),
        )
        for number in range(ORDERS)
        if start + timedelta(days=45 * number) <= today
    )
