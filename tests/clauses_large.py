"""Social clauses with many rows, that grow: what `tests/large_world.py` is to internships.

`LargeClauses.grow()` adds as much again of everything, in each state it may have: operations, contracts, lots,
companies, people, assignments, statements, needs, contacts, penalties, audits, plans.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone

from croisee.clauses.models import (
    AuditItem,
    Channel,
    Commitment,
    CompanyLink,
    ContactLog,
    Criterion,
    Eligibility,
    HoursPlan,
    Need,
    Operation,
    Order,
    Part,
    Penalty,
    PlannedContract,
    PlanShortfall,
    ProofAudit,
    PublishedContract,
    Statement,
)
from croisee.clauses.models.published import Kind as PublishedKind
from croisee.directory.models import Contact, Residence
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.identifiers import InvalidIdentifier, siret
from tests.clauses_world import (
    STARTED,
    ClausesWorld,
    first_of_month,
    make_assignment,
    make_clauses_world,
    make_lot,
    make_participant,
    make_statement,
    move,
)
from tests.world import TODAY

SEVERAL, PEOPLE, NEEDS = 2, 4, 4
LOTS = ("study", "calibrated", "published", "awarded", "running", "running")
CLOSED = ("done", "partial", "penalised", "pooled")
STATEMENTS = ("validated", "validated", "sent", "rejected", "draft")
ITEMS: tuple[tuple[str, ...], ...] = (
    (),
    ("conform",),
    ("challenged",),
    ("challenged", "answered"),
    ("challenged", "answered", "upheld"),
    ("challenged", "answered", "lifted"),
)
PENALTIES: tuple[tuple[str, ...], ...] = ((), ("notified",), ("notified", "applied"), ("notified", "waived"))


def made_up_siret(number: int) -> str:
    """The first valid SIRET from a number on: its last digit is the one that makes it hold."""
    for last in range(10):
        try:
            return siret(f"9{number:08d}0001{last}")
        except InvalidIdentifier:
            continue
    raise ValueError(number)


class LargeClauses:
    """A world of social clauses, and those who look at it: `world` holds them.

    `employer` acts for the first company; `worker` is the first person at work, who reads about their own hours.
    """

    def __init__(self, metropolis: Organisation, employer: Account, worker: Account) -> None:
        self.world: ClausesWorld = make_clauses_world(metropolis)
        company = self.world.companies[0]
        Membership.objects.create(
            account=employer, organisation=company, role=Role.EMPLOYER, administers=True
        )
        Contact.objects.filter(person=self.world.participants[0].person).update(account=worker)
        self.serial = 0
        self.grow()

    def grow(self) -> None:
        """As much again of everything."""
        self.serial += 1
        commitments = [
            one for rank in range(SEVERAL) for one in self._operation(f"Opération {self.serial}-{rank}", rank)
        ]
        statements = self._people(commitments)
        self._around(commitments)
        self._audits(statements)
        self._plan(commitments)

    def _company(self, rank: int) -> Organisation:
        """The first company every other time, so that its own pages grow too."""
        if rank % 2 == 0:
            return self.world.companies[0]
        number = self.serial * 1000 + rank
        return Organisation.objects.create(
            name=f"Entreprise {number}", kind=Kind.EMPLOYER, siret=made_up_siret(number)
        )

    def _operation(self, name: str, rank: int) -> list[Commitment]:
        operation = Operation.objects.create(
            name=name,
            buyer=self.world.metropolis,
            address="3 rue des Essais, 35000 Rennes",
            lon=-1.66,
            lat=48.11,
            in_qpv=Residence.YES if rank % 2 else Residence.NO,
            zone_on=TODAY,
        )
        PublishedContract.objects.create(
            buyer_siret=self.world.metropolis.siret,
            decp_id=name,
            kind=PublishedKind.MARCHE,
            purchase="works",
            object=name,
            initial_amount=6_000_000,
            amount=6_000_000,
            notified_on=TODAY,
            said_on=TODAY,
            format="2022",
        )
        made = []
        for number, state in enumerate((*LOTS, *CLOSED)):
            closed = state in CLOSED
            commitment = make_lot(
                operation,
                f"{name}, lot {number}",
                self._company(rank * 10 + number),
                state="running" if closed else state,
            )
            if closed:
                move(commitment.clause.lot, state)
            made.append(commitment)
            Order.objects.create(lot=commitment.clause.lot, reference="1", ordered_on=TODAY, amount=1000)
        Commitment.objects.create(
            clause=made[4].clause,
            organisation=self._company(rank * 10 + 91),
            part=Part.SUBCONTRACTOR,
            of=made[4],
            hours=50,
            contact_bounced_at=timezone.now(),
        )
        return [one for one in made if one.clause.lot.state == "running"]

    def _people(self, commitments: list[Commitment]) -> list[Statement]:
        statements = []
        for rank, commitment in enumerate(commitments):
            number = self.serial * 1000 + rank * 10
            people = [
                make_participant(number + one, Residence.YES if one % 2 else Residence.NO)
                for one in range(PEOPLE)
            ]
            for one, state in zip(people, ("hired", "hired", "proposed", "declined"), strict=True):
                assignment = make_assignment(commitment, one, commitment.organisation, state)
                if state == "hired":
                    statements += self._statements(assignment, commitment.organisation)
            self._eligibilities(people)
        return statements

    def _statements(self, assignment: object, company: Organisation) -> list[Statement]:
        return [
            make_statement(assignment, first_of_month(-1 - back), f"{90 + back}", state)  # type: ignore[arg-type]
            for back, state in enumerate(STATEMENTS)
        ]

    def _eligibilities(self, people: list[object]) -> None:
        for one, state in zip(people, ("proposed", "verified", "refused", "proposed"), strict=True):
            row = Eligibility.objects.create(
                participant=one,
                criterion=Criterion.DELD,
                proof_on=STARTED,
                checked_on=STARTED,
                starts_on=STARTED,
                ends_on=TODAY + dt.timedelta(days=20),
            )
            row.proof.save("proof.pdf", ContentFile(b"%PDF-1.7"))
            if state != "proposed":
                move(row, state)

    def _around(self, commitments: list[Commitment]) -> None:
        for rank, one in enumerate(commitments):
            for number in range(NEEDS):
                need = Need.objects.create(
                    commitment=one,
                    title=f"Besoin {number}",
                    job="F1606",
                    starts_on=TODAY,
                    lon=-1.67,
                    lat=48.1,
                )
                if number > 1:
                    move(need, ("filled", "closed")[number % 2])
                ContactLog.objects.create(
                    contract=one.clause.lot.contract,
                    commitment=one,
                    channel=Channel.PHONE,
                    text=f"Appel {number}",
                    next_on=TODAY,
                    by=self.world.facilitateur,
                )
            CompanyLink.objects.create(
                commitment=one,
                email=one.contact_email,
                digest=f"{self.serial:032x}{rank:032x}",
                expires_at=timezone.now() + dt.timedelta(days=30),
            )
            penalty = Penalty.objects.create(
                commitment=one, missing=10, per_hour=50, amount=500, counted_on=TODAY
            )
            move(penalty, *PENALTIES[rank % len(PENALTIES)])

    def _audits(self, statements: list[Statement]) -> None:
        validated = [row for row in statements if row.state == "validated"]
        audit = ProofAudit.objects.create(
            name=f"Contrôle {self.serial}",
            first_month=first_of_month(-6),
            last_month=first_of_month(-1),
            size=len(ITEMS) * SEVERAL,
            seed=self.serial,
            population=len(validated),
            population_hours=sum(row.hours for row in validated),
            frame="0" * 64,
            made_by=self.world.facilitateur,
        )
        for rank, statement in enumerate(validated[: len(ITEMS) * SEVERAL]):
            item = AuditItem.objects.create(
                audit=audit, statement=statement, order=rank + 1, hours_refused=Decimal(1)
            )
            move(item, *ITEMS[rank % len(ITEMS)])

    def _plan(self, commitments: list[Commitment]) -> None:
        figures = {
            "asked": 10,
            "met": 5,
            "gap": 0.0,
            "bounds": {"met": 5, "broken": 0, "long": 1},
            "contracts": 1,
            "people_at_work": 1,
            "long": 1,
            "broken": 0,
        }
        simple = {name: figures[name] for name in ("met", "contracts", "people_at_work", "long", "broken")}
        plan = HoursPlan.objects.create(
            first_month=first_of_month(1),
            made_by=self.world.facilitateur,
            ready_at=timezone.now(),
            figures=figures | {"simple": simple, "forecast": [], "lots": 1, "people": 1, "seconds": 1.0},
        )
        for one in commitments:
            PlannedContract.objects.create(
                plan=plan,
                lot=one.clause.lot,
                participant=self.world.participants[0],
                first_month=first_of_month(1),
                last_month=first_of_month(3),
                hours=100,
            )
            PlanShortfall.objects.create(plan=plan, lot=one.clause.lot, missing=5, why="taken")
