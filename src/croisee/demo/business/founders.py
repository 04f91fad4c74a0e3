"""Founders of the demonstration: who was received, hosted, left, and what became of the companies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from croisee.demo import people
from croisee.demo.generator.chance import stream
from croisee.demo.generator.ground import Ground
from croisee.demo.generator.identifiers import siret
from croisee.demo.residents import make_residents
from croisee.directory.models import Contact, Person
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.dates import add_months
from croisee.foundation.lifecycles.services import perform
from croisee.incubation.models import (
    Agreement,
    Aid,
    CompanyPeriod,
    Destination,
    Exit,
    ExitReason,
    Incubator,
    Occupancy,
    Origin,
    Project,
    ProjectState,
    Rent,
    Review,
    Space,
    SpaceKind,
    Turnover,
)
from croisee.opportunities.sectors import Sector
from croisee.opportunities.tenure import Tenure

FIRST_RANK = 20_000
"""Of the made-up SIREN of the first founder's company: other parts of the demonstration use lower ones."""
LEFT, HOSTED, OTHERS = 26, 15, 16
CEASED = 0.22
ACTIVITIES = (
    ("Traiteur", Sector.FOOD, "56.21Z"),
    ("Couture et retouche", Sector.INDUSTRY, "14.13Z"),
    ("Réparation de vélos", Sector.MOTOR, "95.29Z"),
    ("Nettoyage écologique", Sector.SERVICES, "81.21Z"),
    ("Sites et applications", Sector.DIGITAL, "62.01Z"),
    ("Menuiserie d’agencement", Sector.BUILDING, "43.32A"),
    ("Transport de colis à vélo", Sector.TRANSPORT, "53.20Z"),
    ("Soutien scolaire", Sector.EDUCATION, "85.59B"),
    ("Cosmétiques artisanaux", Sector.BEAUTY, "20.42Z"),
    ("Graphisme", Sector.MEDIA, "74.10Z"),
    ("Aide à domicile", Sector.SOCIAL, "88.10A"),
    ("Épicerie de quartier", Sector.TRADE, "47.11B"),
)
ORIGINS = tuple(Origin)
TURNOVERS = (Turnover.UNDER_10, Turnover.UNDER_33, Turnover.UNDER_100, Turnover.UNDER_300)
DESTINATIONS = (
    Destination.NEIGHBOURHOOD,
    Destination.METROPOLIS,
    Destination.METROPOLIS,
    Destination.OTHER_QPV,
    Destination.ELSEWHERE,
)


@dataclass(slots=True)
class Founders:
    """Projects by what became of them."""

    left: list[Project]
    hosted: list[Project]
    others: list[Project]


def make_founders(incubator: Incubator, ground: Ground, seed: int, today: date) -> Founders:
    """Founders of seven years: some left, some are hosted, others come with an idea."""
    rng = stream(seed, "incubator: founders")
    count = LEFT + HOSTED + OTHERS
    residents = make_residents(ground, rng, today, count, "porteur", list)
    days = [
        *(int(day) for day in rng.integers(1250, 2300, LEFT)),
        *(int(day) for day in rng.integers(150, 1000, HOSTED)),
        *(int(day) for day in rng.integers(5, 200, OTHERS)),
    ]
    projects = [
        _project(incubator, person, rank, today - timedelta(days=days[rank]), rng)
        for rank, person in enumerate(residents)
    ]
    founders = Founders(projects[:LEFT], projects[LEFT : LEFT + HOSTED], projects[LEFT + HOSTED :])
    for rank, project in enumerate(founders.left + founders.hosted):
        _found(project, rank, rng)
    plan = Plan({space: [] for space in _let(incubator)})
    for project in founders.left:
        _leave(project, plan, rng, today)
    for project in founders.hosted:
        _host(project, plan, rng, today)
    _histories(founders, rng, today)
    _adopt(founders.hosted[0])
    return founders


def _project(
    incubator: Incubator, person: Person, rank: int, received_on: date, rng: np.random.Generator
) -> Project:
    activity, sector, naf = ACTIVITIES[rank % len(ACTIVITIES)]
    return Project.objects.create(
        incubator=incubator,
        holder=person,
        title=f"{activity} {person.family_name}",
        description=f"{activity} : une activité portée par {person.given_name}, née dans la métropole.",
        sector=sector,
        naf=naf,
        origin=ORIGINS[int(rng.integers(len(ORIGINS)))],
        received_on=received_on,
        residence=person.residence,
        zone_codes=person.zone_codes,
        stays=(None, True, False)[int(rng.integers(3))],
        adviser=people.account_of(Role.INCUBATOR_MANAGER),
    )


def _found(project: Project, rank: int, rng: np.random.Generator) -> None:
    company = Organisation.objects.create(
        name=project.title, kind=Kind.EMPLOYER, siret=siret(FIRST_RANK + rank)
    )
    project.company = company
    project.siren = company.siret[:9]
    project.founded_on = project.received_on + timedelta(days=int(rng.integers(30, 90)))
    project.micro = bool(rng.random() < 0.3)
    project.save()


def _company(project: Project) -> Organisation:
    if project.company is None:
        raise LookupError(f"{project} has no company")
    return project.company


def _agreement(
    project: Project, space: Space, starts_on: date, months: int, until: date | None = None
) -> Agreement:
    """A signed short lease with its space (`until` a day, for who has left), its rents year by year, its aid."""
    agreement = Agreement.objects.create(
        incubator=project.incubator,
        project=project,
        tenant=_company(project),
        kind=Tenure.SERVICES if space.kind == SpaceKind.DESK else Tenure.DEROGATORY,
        starts_on=starts_on,
        ends_on=add_months(starts_on, months) - timedelta(days=1),
        charges=space.surface * 2,
        deposit=space.surface * 10,
    )
    agreement.signed_on = starts_on
    agreement.save()
    perform(agreement, "sign", None)
    Occupancy.objects.create(agreement=agreement, space=space, starts_on=starts_on, ends_on=until, held=True)
    aid = Decimal(0)
    for step in project.incubator.grid.filter(kind=space.kind).order_by("year")[: -(-months // 12)]:
        rent = Rent.objects.create(
            agreement=agreement,
            starts_on=add_months(starts_on, 12 * (step.year - 1)),
            monthly=step.rent * space.surface,
            market=step.market * space.surface,
        )
        aid += (rent.market - rent.monthly) * min(12, months - 12 * (step.year - 1))
    Aid.objects.create(
        organisation=_company(project),
        agreement=agreement,
        granted_on=starts_on,
        amount=aid,
        granted_by=str(project.incubator.organisation),
        label="Loyer inférieur au marché",
    )
    return agreement


@dataclass(slots=True)
class Plan:
    """When each space is taken: (first day, last day) of each stay."""

    stays: dict[Space, list[tuple[date, date]]]

    def find(self, starts_on: date, months: int) -> tuple[Space, date]:
        """A space free for so long, as soon as one is; it is taken from there on."""
        while True:
            last = add_months(starts_on, months)
            for space, stays in self.stays.items():
                if all(last < begins or starts_on > ends for begins, ends in stays):
                    stays.append((starts_on, last))
                    return space, starts_on
            starts_on += timedelta(days=15)


def _let(incubator: Incubator) -> list[Space]:
    """The spaces that companies have for themselves, kinds mixed."""
    rows = list(incubator.spaces.exclude(kind=SpaceKind.ROOM).order_by("name"))
    return rows[::3] + rows[1::3] + rows[2::3]


def _host(project: Project, plan: Plan, rng: np.random.Generator, today: date) -> None:
    founded = project.founded_on or project.received_on
    wished = founded + timedelta(days=int(rng.integers(10, 60)))
    space, starts_on = plan.find(max(wished, today - timedelta(days=1060)), 36)
    _agreement(project, space, starts_on, 36)
    perform(project, "host", None)
    _reviews(project, starts_on, today, rng)


def _leave(project: Project, plan: Plan, rng: np.random.Generator, today: date) -> None:
    founded = project.founded_on or project.received_on
    months = int(rng.integers(14, 31))
    space, starts_on = plan.find(founded + timedelta(days=20), months)
    on = min(add_months(starts_on, months), today - timedelta(days=25)) - timedelta(days=1)
    agreement = _agreement(project, space, starts_on, months, until=on)
    perform(project, "host", None)
    agreement.left_on = on
    agreement.save()
    perform(agreement, "end", None)
    ceased = bool(rng.random() < CEASED)
    Exit.objects.create(
        project=project,
        on=on,
        reason=ExitReason.CEASED if ceased else (ExitReason.TERM, ExitReason.OWN)[int(rng.integers(2))],
        destination=Destination.NONE if ceased else DESTINATIONS[int(rng.integers(len(DESTINATIONS)))],
        jobs=0 if ceased else int(rng.integers(1, 7)),
    )
    perform(project, "leave", None)


def _reviews(project: Project, starts_on: date, today: date, rng: np.random.Generator) -> None:
    jobs, band = 1, 0
    for half in range(1, 7):
        due = add_months(starts_on, 6 * half)
        if due > today:
            Review.objects.create(project=project, due_on=due)
            return
        jobs += int(rng.random() < 0.45)
        band = min(band + int(rng.random() < 0.6), len(TURNOVERS) - 1)
        Review.objects.create(
            project=project,
            due_on=due,
            held_on=due + timedelta(days=5),
            held_by=project.adviser,
            turnover=TURNOVERS[band],
            jobs=jobs,
            jobs_qpv=min(jobs, int(rng.integers(0, 3))),
            summary="L’activité progresse ; le carnet de commandes couvre trois mois.",
            needs="Trouver deux clients hors du quartier ; revoir les prix.",
            next_steps="Rendez-vous avec l’experte-comptable avant l’été.",
        )


def _histories(founders: Founders, rng: np.random.Generator, today: date) -> None:
    """What SIRENE would say of each company: active since it was founded, ceased for some."""
    rows: list[CompanyPeriod] = []
    for project in founders.left + founders.hosted:
        founded = project.founded_on or project.received_on
        gone = project.exits.filter(reason=ExitReason.CEASED).first()
        end = gone.on if gone else None
        if project.state == ProjectState.LEFT and end is None and rng.random() < 0.15:
            end = founded + timedelta(days=int(rng.integers(1100, 1800)))
        if end is not None and end >= today:
            end = None
        rows.append(
            CompanyPeriod(siren=project.siren, starts_on=founded, ends_on=end, active=True, told_until=today)
        )
        if end is not None:
            rows.append(
                CompanyPeriod(
                    siren=project.siren,
                    starts_on=end + timedelta(days=1),
                    active=False,
                    told_until=today,
                )
            )
    CompanyPeriod.objects.bulk_create(rows)


def _adopt(project: Project) -> None:
    """The demonstration's project holder is this project's, and acts for its company."""
    account = people.account_of(Role.PROJECT_HOLDER)
    given, _space, family = account.name.partition(" ")
    person = project.holder
    if person is None or project.company is None:
        return
    person.given_name, person.family_name = given, family
    person.save()
    Contact.objects.filter(person=person).update(account=account, name=account.name, email=account.email)
    project.title = f"{ACTIVITIES[0][0]} {family}"
    project.description = f"Cuisine de saison livrée à vélo, portée par {given}."
    project.save()
    company = project.company
    company.name = project.title
    company.save()
    _act_for(account, company)


def _act_for(account: Account, company: Organisation) -> None:
    account.memberships.create(organisation=company, role=Role.EMPLOYER, administers=True)


def companies(founders: Founders) -> Sequence[Organisation]:
    """The companies hosted today."""
    return [project.company for project in founders.hosted if project.company is not None]
