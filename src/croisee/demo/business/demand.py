"""Who looks for premises in the demonstration, what was proposed, seen, kept under option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from croisee.demo import people
from croisee.demo.directory import DOMAIN
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Role
from croisee.premises.kinds import Use
from croisee.premises.models import Demand, Unit, UnitState
from croisee.premises.services import demands, options, visits


@dataclass(frozen=True, slots=True)
class Asked:
    """A demand to make: what for, surfaces (m²), euros a month at most, what else."""

    title: str
    use: Use
    least: int
    most: int
    rent: int
    extraction: bool = False
    delivery: bool = False


ASKED = (
    Asked("Laboratoire de cuisine", Use.FOOD, 40, 80, 900, extraction=True),
    Asked("Bureau pour deux", Use.OFFICE, 20, 40, 450),
    Asked("Atelier de menuiserie", Use.CRAFT, 80, 160, 1100, delivery=True),
    Asked("Boutique de seconde main", Use.SHOP, 40, 70, 700),
    Asked("Cabinet de sage-femme", Use.CARE, 35, 60, 600),
    Asked("Salle de formation", Use.TRAINING, 60, 120, 900),
    Asked("Garage associatif", Use.VEHICLES, 120, 250, 1000, delivery=True),
    Asked("Maraîchage sur toit", Use.GROWING, 300, 900, 500),
    Asked("Stockage de textiles", Use.STORAGE, 200, 400, 1500, delivery=True),
    Asked("Restaurant de quartier", Use.FOOD, 70, 120, 1200, extraction=True),
    Asked("Brasserie artisanale", Use.PRODUCTION, 250, 400, 1600, delivery=True),
)


def make_demand(companies: Sequence[Organisation], stock: Sequence[Unit], today: date) -> None:
    """Demands of hosted companies, of the demonstration's project holder, and of others."""
    developer = people.account_of(Role.DEVELOPER)
    holder = people.account_of(Role.PROJECT_HOLDER)
    made = []
    for rank, asked in enumerate(ASKED):
        company = companies[rank] if rank else None
        account = holder if company is None else developer
        made.append(
            demands.ask(
                account,
                company,
                {
                    "title": asked.title,
                    "activity": "Une activité née au centre d’affaires, qui cherche à s’installer.",
                    "use": asked.use,
                    "least_surface": Decimal(asked.least),
                    "most_surface": Decimal(asked.most),
                    "most_rent": Decimal(asked.rent),
                    "extraction": asked.extraction,
                    "delivery": asked.delivery,
                    "wanted_from": today + timedelta(days=30 + 10 * rank),
                    "contact_email": f"recherche{rank}@{DOMAIN}",
                    "jobs": 1 + rank % 4,
                },
            )
        )
    demands.close(made[-1], "leave", "Un local trouvé à l’autre bout du département.", developer)
    _follow(made, [unit for unit in stock if _fresh(unit).state == UnitState.AVAILABLE], today)


def _fresh(unit: Unit) -> Unit:
    unit.refresh_from_db()
    return unit


def _follow(made: Sequence[Demand], free: Sequence[Unit], today: date) -> None:
    """A few proposals, a visit to come, an option."""
    developer = people.account_of(Role.DEVELOPER)
    for rank, demand in enumerate(made[:6]):
        suiting = [
            unit
            for unit in free
            if demand.use in unit.uses
            and demand.least_surface <= unit.surface <= (demand.most_surface or 0)
            and _fresh(unit).state == UnitState.AVAILABLE
        ]
        if not suiting:
            continue
        proposal = demands.propose(demand, suiting[0], developer, told=False)
        if rank % 2 == 0:
            visits.plan(proposal, timezone.now() + timedelta(days=3 + rank), "Devant l’entrée")
        if rank == 3:
            options.hold(proposal, today + timedelta(days=20), developer)
