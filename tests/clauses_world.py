"""A small world of social clauses: a buyer, a facilitateur, two companies, a lot under way, people at work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import import_module

from django.apps import apps
from django.db.models import Model

from croisee.clauses.models import (
    Allocation,
    Assignment,
    Clause,
    ClauseKind,
    Commitment,
    Contract,
    ContractNature,
    ContractType,
    Criterion,
    Eligibility,
    Lot,
    Need,
    Operation,
    Parameter,
    Participant,
    ProofKind,
    Statement,
    Way,
)
from croisee.directory.models import Capacity, Contact, Level, Person, Profile, Residence, Sex
from croisee.directory.rome import Trade
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from tests.world import TODAY, member

SIRETS = ("21350238800019", "41816609600069", "42490157300032")
STARTED = TODAY - dt.timedelta(days=150)
ENDS = TODAY + dt.timedelta(days=300)


@dataclass
class ClausesWorld:
    """What `make_clauses_world` made. Company 0 holds the lot and employs the first two people, company 1 nobody."""

    metropolis: Organisation
    facilitateur: Account
    colleague: Account
    buyer: Account
    official: Account
    operation: Operation
    contract: Contract
    lot: Lot
    clause: Clause
    companies: list[Organisation] = field(default_factory=list)
    employers: list[Account] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)


def move(row: Model, *states: str) -> None:
    """Take a row along its lifecycle by its states, one after the other."""
    for state in states:
        type(row)._base_manager.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()


def first_of_month(months: int = 0) -> dt.date:
    """The first day of the month that is so many months from this one."""
    index = TODAY.year * 12 + TODAY.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def make_lot(
    operation: Operation,
    title: str,
    company: Organisation,
    hours: int = 833,
    state: str = "running",
    trade: Trade = Trade.PAINTING,
) -> Commitment:
    """A contract with one lot, its clause and its holder, taken to `state`."""
    contract = Contract.objects.create(
        operation=operation,
        reference=f"M{Contract.objects.count() + 1:05}",
        title=title,
        nature=ContractNature.WORKS,
        amount=Decimal(1_000_000),
        estimate=Decimal(1_000_000),
        consulted_on=STARTED - dt.timedelta(days=90),
        notified_on=STARTED - dt.timedelta(days=10),
        months=12,
    )
    lot = Lot.objects.create(
        contract=contract,
        title=title,
        trade=trade,
        amount=Decimal(1_000_000),
        starts_on=STARTED,
        ends_on=ENDS,
    )
    clause = Clause.objects.create(
        lot=lot, kind=ClauseKind.EXECUTION, hours_due=hours, penalty_per_hour=Decimal(50)
    )
    commitment = Commitment.objects.create(
        clause=clause,
        organisation=company,
        hours=hours,
        contact_name="Rozenn Quéré",
        contact_email=f"chantier{Commitment.objects.count()}@example.org",
    )
    path = ["calibrated", "published", "awarded", "running"]
    move(lot, *path[: path.index(state) + 1]) if state in path else None
    return commitment


def make_participant(number: int, residence: str = Residence.NO, **fields: object) -> Participant:
    """A made-up person, eligible since half a year for two years; `fields` are of the work profile."""
    person = Person.objects.create(
        given_name=f"Prénom{number}",
        family_name=f"Nom{number}",
        birth_date=dt.date(1985 + number % 20, 3, 1 + number % 28),
        address=f"{number} rue des Essais, 35000 Rennes",
        lon=-1.68,
        lat=48.11,
        residence=residence,
        residence_on=TODAY - dt.timedelta(days=200),
        zone_codes="QN03501M" if residence == Residence.YES else "",
        zone_generation=2024,
    )
    Contact.objects.create(
        person=person, capacity=Capacity.SELF, name=str(person), email=f"personne{number}@example.org"
    )
    values: dict[str, object] = {
        "sex": (Sex.WOMAN, Sex.MAN)[number % 2],
        "level": Level.LEVEL_3,
        "jobs": ["F1606"],
    }
    Profile.objects.create(person=person, **(values | fields))
    participant = Participant.objects.create(person=person)
    eligibility = Eligibility.objects.create(
        participant=participant,
        criterion=Criterion.RSA,
        proof_name="Attestation CAF",
        proof_on=STARTED - dt.timedelta(days=40),
        checked_on=STARTED - dt.timedelta(days=30),
        starts_on=STARTED - dt.timedelta(days=30),
        ends_on=STARTED + dt.timedelta(days=730),
    )
    move(eligibility, "verified")
    return participant


def make_assignment(
    commitment: Commitment, participant: Participant, employer: Organisation, state: str = "hired"
) -> Assignment:
    """Somebody hired by `employer` since the lot began."""
    assignment = Assignment.objects.create(
        commitment=commitment,
        participant=participant,
        employer=employer,
        way=Way.DIRECT,
        contract_type=ContractType.CDD,
        starts_on=STARTED,
        ends_on=ENDS,
        residence=participant.person.residence,
        zone_codes=participant.person.zone_codes,
    )
    if state != "proposed":
        move(assignment, state)
    return assignment


def make_statement(
    assignment: Assignment, month: dt.date, hours: str = "120.00", state: str = "draft", **fields: object
) -> Statement:
    """The hours of a month, all counted for the assignment's own commitment, taken to `state`."""
    statement = Statement.objects.create(
        assignment=assignment, month=month, hours=Decimal(hours), proof_kind=ProofKind.TIMESHEET, **fields
    )
    Allocation.objects.create(statement=statement, commitment=assignment.commitment, hours=Decimal(hours))
    path = {
        "draft": (),
        "sent": ("sent",),
        "checked": ("sent", "checked"),
        "validated": ("sent", "checked", "validated"),
        "rejected": ("sent", "rejected"),
    }[state]
    move(statement, *path)
    return statement


def dated_figures() -> None:
    """The figures that migrations give, put back where a test that empties the tables has taken them away."""
    if not Parameter.objects.exists():
        import_module("croisee.clauses.migrations.0002_parameters").load(apps, None)


def make_clauses_world(metropolis: Organisation | None = None) -> ClausesWorld:
    """Everything once: statements validated, sent, in draft; a need; a candidate who is free."""
    dated_figures()
    metropolis = metropolis or Organisation.objects.create(
        name="Métropole d’essai", kind=Kind.METROPOLIS, siret=SIRETS[0]
    )
    if not metropolis.siret:
        metropolis.siret = SIRETS[0]
        metropolis.save()
    operation = Operation.objects.create(
        name="Groupe scolaire des Essais",
        buyer=metropolis,
        address="2 rue des Essais, 35000 Rennes",
        lon=-1.67,
        lat=48.1,
        in_qpv=Residence.YES,
        zone_codes="QN03501M",
        zone_generation=2024,
        zone_on=TODAY,
    )
    companies = [
        Organisation.objects.create(name=f"Peintures {name}", kind=Kind.EMPLOYER, siret=siret)
        for name, siret in zip(("Gallo", "Armor"), SIRETS[1:], strict=True)
    ]
    commitments = [
        make_lot(operation, "Peinture du groupe scolaire", companies[0]),
        make_lot(operation, "Nettoyage du groupe scolaire", companies[1], hours=300, trade=Trade.CLEANING),
    ]
    world = ClausesWorld(
        metropolis=metropolis,
        facilitateur=member(Role.FACILITATEUR, metropolis, "facilitateur@example.org"),
        colleague=member(Role.FACILITATEUR, metropolis, "collegue@example.org"),
        buyer=member(Role.BUYER, metropolis, "acheteur@example.org"),
        official=member(Role.OFFICIAL, metropolis, "directrice@example.org"),
        operation=operation,
        contract=commitments[0].clause.lot.contract,
        lot=commitments[0].clause.lot,
        clause=commitments[0].clause,
        companies=companies,
        employers=[
            member(Role.EMPLOYER, one, f"entreprise{n}@example.org") for n, one in enumerate(companies)
        ],
        commitments=commitments,
    )
    world.participants = [
        make_participant(1, Residence.YES),
        make_participant(2),
        make_participant(3, Residence.YES),
        make_participant(4, Residence.UNCERTAIN),
    ]
    world.needs = [
        Need.objects.create(
            commitment=commitments[0],
            title="Peintre en bâtiment",
            job="F1606",
            starts_on=TODAY,
            lon=-1.67,
            lat=48.1,
        )
    ]
    world.assignments = [make_assignment(commitments[0], one, companies[0]) for one in world.participants[:2]]
    world.statements = [
        make_statement(world.assignments[0], first_of_month(-3), state="validated"),
        make_statement(world.assignments[0], first_of_month(-2), state="sent"),
        make_statement(world.assignments[1], first_of_month(-2), "151.67", state="sent"),
        make_statement(world.assignments[1], first_of_month(-1), "80"),
    ]
    return world
