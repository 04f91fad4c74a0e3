"""The incubator of the demonstration: where it is, its spaces and rents, its criteria, its experts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal

import numpy as np

from croisee.demo import people
from croisee.demo.directory import DOMAIN
from croisee.demo.generator.ground import Ground
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Criterion, Expert, GridStep, Incubator, Space, SpaceKind
from croisee.incubation.services import advice, spaces

OPENED_YEARS = 7
GRID = {
    SpaceKind.OFFICE: ("12.50", ("6.00", "8.00", "10.00")),
    SpaceKind.WORKSHOP: ("7.50", ("3.60", "4.80", "6.00")),
    SpaceKind.DESK: ("22.00", ("10.00", "13.00", "16.00")),
}
OFFICES = (
    (18, 0),
    (22, 0),
    (26, 0),
    (34, 0),
    (14, 1),
    (16, 1),
    (18, 1),
    (20, 1),
    (24, 1),
    (28, 1),
    (32, 1),
    (38, 1),
)
WORKSHOPS = (62, 85, 120, 175)
DESKS = 6
ROOMS = (("Salle Vilaine", 14, "9", "55"), ("Salle Ille", 6, "6", "35"), ("Grande salle", 60, "22", "140"))
CRITERIA = (
    ("Viabilité économique", "Clients, prix, trésorerie de la première année.", 4),
    ("Emplois attendus", "Dont emplois ouverts aux habitants du quartier.", 3),
    ("Besoin d’accompagnement", "Ce que le centre apporte et que le porteur n’a pas.", 2),
    ("Apport à la vie du quartier", "Services, animation, entraide entre hébergés.", 2),
)
EXPERTS = (
    ("Odile Marchand", "Cabinet Marchand", "Comptabilité, statut, premiers salariés"),
    ("Rachid Ouali", "BGE", "Plan de financement, prêts d’honneur"),
)


def make_incubator(ground: Ground, today: date) -> Incubator:
    """The incubator, in a priority neighbourhood where there is one, run by the metropolis; found by the search."""
    places = ground.places
    weights = np.where(places.in_qpv, places.homes, 0) if places.in_qpv.any() else places.homes
    address = str(places.address[int(np.argmax(weights))])
    manager = people.account_of(Role.INCUBATOR_MANAGER)
    incubator = Incubator(
        organisation=manager.organisations(Role.INCUBATOR_MANAGER).get(),
        name="Centre d’affaires de la Passerelle",
        description=(
            "Bureaux et ateliers à loyer progressif pour les entreprises de moins de trois ans, dans le quartier. "
            "Salles à l’heure, conseils d’experts, entraide entre entreprises."
        ),
        email=f"passerelle@{DOMAIN}",
        opened_on=today - timedelta(days=OPENED_YEARS * 365),
        address=address,
    )
    spaces.put_at(incubator, address)
    if incubator.lon is None:
        row = int(np.argmax(weights))
        incubator.lon, incubator.lat = float(places.lon[row]), float(places.lat[row])
    incubator.full_clean()
    incubator.save()
    _grid(incubator)
    _spaces(incubator)
    Criterion.objects.bulk_create(
        Criterion(incubator=incubator, label=label, help=text, weight=weight, order=order)
        for order, (label, text, weight) in enumerate(CRITERIA, 1)
    )
    spaces.mirror(incubator)
    return incubator


def _grid(incubator: Incubator) -> None:
    GridStep.objects.bulk_create(
        GridStep(incubator=incubator, kind=kind, year=year, rent=Decimal(rent), market=Decimal(market))
        for kind, (market, rents) in GRID.items()
        for year, rent in enumerate(rents, 1)
    )


def _spaces(incubator: Incubator) -> None:
    rows = [
        Space(
            incubator=incubator,
            name=f"Bureau {100 * floor + rank:03d}",
            floor=floor,
            surface=Decimal(surface),
            seats=max(1, surface // 8),
        )
        for rank, (surface, floor) in enumerate(OFFICES, 1)
    ]
    rows += [
        Space(
            incubator=incubator,
            kind=SpaceKind.WORKSHOP,
            name=f"Atelier {rank}",
            surface=Decimal(surface),
            seats=4,
            equipment="Triphasé, porte de 3,20 m, quai partagé",
        )
        for rank, surface in enumerate(WORKSHOPS, 1)
    ]
    rows += [
        Space(incubator=incubator, kind=SpaceKind.DESK, name=f"Poste {rank}", floor=1, surface=Decimal(6))
        for rank in range(1, DESKS + 1)
    ]
    rows += [
        Space(
            incubator=incubator,
            kind=SpaceKind.ROOM,
            name=name,
            surface=Decimal(seats * 2),
            seats=seats,
            equipment="Écran, visioconférence, tableau",
            bookable=True,
            hourly_price=Decimal(hour),
            daily_price=Decimal(day),
            outside_price=Decimal(hour) * 2,
        )
        for name, seats, hour, day in ROOMS
    ]
    Space.objects.bulk_create(rows)


def make_experts(incubator: Incubator, today: date) -> Sequence[Expert]:
    """The demonstration's own expert and two others, each with hours in the weeks to come."""
    own = people.account_of(Role.EXPERT)
    advisers: list[tuple[Account, str, str]] = [
        (own, "Boutique de gestion", "Étude de marché, prix, premiers clients")
    ]
    experts = [
        Expert.objects.create(
            incubator=incubator, account=account, organisation_name=organisation, topics=topics
        )
        for account, organisation, topics in advisers
    ]
    experts += [
        advice.invite(
            incubator,
            {
                "email": f"expert{rank}@{DOMAIN}",
                "name": name,
                "organisation_name": organisation,
                "topics": topics,
                "presentation": "",
            },
        )
        for rank, (name, organisation, topics) in enumerate(EXPERTS, 1)
    ]
    for rank, expert in enumerate(experts):
        advice.lay(
            expert,
            {
                "first": today + timedelta(days=1),
                "last": today + timedelta(days=28),
                "weekdays": [rank, rank + 2],
                "opens": time(9),
                "closes": time(12),
                "minutes": 45,
                "place": "Centre d’affaires, salle Ille",
                "remote": False,
            },
        )
    return experts
