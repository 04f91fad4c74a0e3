"""A small world of two incubators: managers, project holders, hosted companies, an expert, spaces, agreements.

Side A is the incubator of the metropolis in a priority neighbourhood, side B another association's. Rows are written
through the models: services are tested elsewhere.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from croisee.directory.models import Contact, Person, Residence
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.incubation.models import (
    Agreement,
    Candidature,
    Committee,
    Criterion,
    Expert,
    GridStep,
    Incubator,
    Occupancy,
    Project,
    Rent,
    Space,
    SpaceKind,
)
from croisee.opportunities.sectors import Sector
from croisee.opportunities.tenure import Tenure
from tests.journeys_world import make_person, move
from tests.world import TODAY, member

SIRETS = ("55210088500011", "48392045000010")
HOSTED_ON = TODAY - dt.timedelta(days=200)


@dataclass
class Side:
    """One incubator with everything of it: two projects, the first hosted, the second applying."""

    incubator: Incubator
    manager: Account
    holders: list[Account]
    people: list[Person]
    projects: list[Project]
    company: Organisation
    tenant: Account
    spaces: list[Space]
    agreement: Agreement
    candidature: Candidature
    committee: Committee
    criteria: list[Criterion]
    expert: Expert


@dataclass
class IncubationWorld:
    """What `make_incubation_world` made."""

    metropolis: Organisation
    sides: list[Side] = field(default_factory=list)

    @property
    def a(self) -> Side:
        """The side of the metropolis."""
        return self.sides[0]

    @property
    def b(self) -> Side:
        """The other side."""
        return self.sides[1]


def make_incubator(organisation: Organisation, name: str, **fields: object) -> Incubator:
    """An incubator in Rennes with its rent grid."""
    values: dict[str, object] = {
        "address": "7 place du Landrel, 35200 Rennes",
        "postcode": "35200",
        "city": "Rennes",
        "lon": -1.668,
        "lat": 48.086,
        "zone_codes": "QN03505M",
    }
    incubator = Incubator.objects.create(organisation=organisation, name=name, **(values | fields))
    for kind in (SpaceKind.OFFICE, SpaceKind.WORKSHOP, SpaceKind.DESK):
        for year, rent in ((1, "6.00"), (2, "8.00"), (3, "10.00")):
            GridStep.objects.create(
                incubator=incubator, kind=kind, year=year, rent=Decimal(rent), market=Decimal("12.50")
            )
    return incubator


def make_space(incubator: Incubator, name: str, kind: str = SpaceKind.OFFICE, **fields: object) -> Space:
    """A space of 20 m²; rooms are booked by hours."""
    values: dict[str, object] = {"surface": Decimal(20), "seats": 4}
    if kind == SpaceKind.ROOM:
        values |= {"bookable": True, "hourly_price": Decimal(8), "daily_price": Decimal(50)}
    return Space.objects.create(incubator=incubator, name=name, kind=kind, **(values | fields))


def make_project(incubator: Incubator, person: Person, title: str, **fields: object) -> Project:
    """A project that is followed."""
    values: dict[str, object] = {
        "sector": Sector.FOOD,
        "description": "Traiteur végétal livré à vélo.",
        "residence": person.residence,
        "zone_codes": person.zone_codes,
        "received_on": TODAY - dt.timedelta(days=260),
    }
    return Project.objects.create(incubator=incubator, holder=person, title=title, **(values | fields))


def make_agreement(project: Project, tenant: Organisation, space: Space, **fields: object) -> Agreement:
    """A signed short lease of a space that began 200 days ago, for three years less a day, at 120 €."""
    values: dict[str, object] = {
        "kind": Tenure.DEROGATORY,
        "starts_on": HOSTED_ON,
        "ends_on": HOSTED_ON + dt.timedelta(days=3 * 365 - 1),
        "charges": Decimal(40),
    }
    values |= fields
    agreement = Agreement.objects.create(
        incubator=project.incubator, project=project, tenant=tenant, **values
    )
    move(agreement, "signed", signed_on=values["starts_on"])
    Occupancy.objects.create(agreement=agreement, space=space, starts_on=values["starts_on"], held=True)
    Rent.objects.create(
        agreement=agreement, starts_on=values["starts_on"], monthly=Decimal(120), market=Decimal(250)
    )
    return agreement


def make_side(organisation: Organisation, letter: str) -> Side:
    """One side, named by a letter."""
    low, number = letter.lower(), {"A": 40, "B": 60}[letter]
    incubator = make_incubator(organisation, f"Le Quadri {letter}")
    people = [make_person(number, Residence.YES), make_person(number + 1)]
    holders = []
    for index, person in enumerate(people):
        account = member(
            Role.PROJECT_HOLDER, organisation, f"holder-{low}{index}@example.org", administers=False
        )
        Contact.objects.filter(person=person).update(account=account)
        holders.append(account)
    company = Organisation.objects.create(
        name=f"Traiteur {letter}", kind=Kind.EMPLOYER, siret=SIRETS["AB".index(letter)]
    )
    spaces = [
        make_space(incubator, "Bureau 1"),
        make_space(incubator, "Atelier 1", SpaceKind.WORKSHOP, surface=Decimal(100)),
        make_space(incubator, "Salle Vilaine", SpaceKind.ROOM, seats=12),
    ]
    hosted = make_project(
        incubator,
        people[0],
        f"Traiteur {letter}",
        company=company,
        siren=company.siret[:9],
        founded_on=HOSTED_ON - dt.timedelta(days=30),
    )
    move(hosted, "hosted")
    applying = make_project(incubator, people[1], f"Atelier vélo {letter}", sector=Sector.MOTOR)
    move(applying, "applying")
    committee = Committee.objects.create(incubator=incubator, held_on=TODAY + dt.timedelta(days=10))
    criteria = [
        Criterion.objects.create(incubator=incubator, label=label, weight=weight, order=order)
        for order, (label, weight) in enumerate((("Viabilité", 4), ("Emplois", 3), ("Ancrage", 3)), 1)
    ]
    candidature = Candidature.objects.create(
        project=applying, committee=committee, wanted_surface=Decimal(20), motivation="Rester au Blosne."
    )
    move(candidature, "submitted", submitted_on=TODAY - dt.timedelta(days=3))
    adviser = member(Role.EXPERT, organisation, f"expert-{low}@example.org", administers=False)
    return Side(
        incubator=incubator,
        manager=member(Role.INCUBATOR_MANAGER, organisation, f"pepiniere-{low}@example.org"),
        holders=holders,
        people=people,
        projects=[hosted, applying],
        company=company,
        tenant=member(Role.EMPLOYER, company, f"traiteur-{low}@example.org"),
        spaces=spaces,
        agreement=make_agreement(hosted, company, spaces[0]),
        candidature=candidature,
        committee=committee,
        criteria=criteria,
        expert=Expert.objects.create(
            incubator=incubator, account=adviser, organisation_name="BGE", topics="Comptabilité, statut"
        ),
    )


def make_incubation_world(metropolis: Organisation | None = None) -> IncubationWorld:
    """Two sides."""
    metropolis = metropolis or Organisation.objects.create(name="Métropole d’essai", kind=Kind.METROPOLIS)
    other = Organisation.objects.create(name="Pépinière B", kind=Kind.ASSOCIATION)
    assert timezone.localdate() == TODAY
    return IncubationWorld(metropolis, [make_side(metropolis, "A"), make_side(other, "B")])
