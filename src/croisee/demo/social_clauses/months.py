"""Who works where in the demonstration, and the hours of the last months: validated, to check, missing, rejected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle

import numpy as np
from django.utils import timezone

from croisee.clauses.models import (
    Allocation,
    Assignment,
    Channel,
    Commitment,
    ContactLog,
    ContractType,
    Lot,
    Need,
    Participant,
    ProofKind,
    Situation,
    Statement,
    Way,
)
from croisee.clauses.queries.balances import with_balance
from croisee.demo import people
from croisee.demo.generator.chance import stream
from croisee.demo.social_clauses.contracts import month_before
from croisee.directory.models import Person
from croisee.directory.rome import JOBS, Trade
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform_all

# Hours done, in proportion to those that the time gone by asks for: ahead, as foreseen, late, very late.
PACES = (1.05, 0.9, 0.7, 0.35)
USUAL_PRESENCE = 0.78
WAYS = (
    (Way.DIRECT, ContractType.CDD), (Way.DIRECT, ContractType.CDI), (Way.SECONDMENT, ContractType.MISSION),
    (Way.SECONDMENT, ContractType.MISSION), (Way.INCLUSIVE, ContractType.CDDI),
    (Way.ALTERNANCE, ContractType.APPRENTICESHIP),
)  # fmt: skip
AFTER = (
    Situation.LASTING_JOB,
    Situation.SHORT_JOB,
    Situation.TRAINING,
    Situation.UNEMPLOYED,
    Situation.UNKNOWN,
)
# A payroll table needs no file of its own; others have none yet in the demonstration.
PROOFS = (*(ProofKind.PAYROLL,) * 5, ProofKind.TIMESHEET)
# One statement in so many is not as the others.
MISSING, REJECTED, TOO_MANY = 6, 31, 23
CALLS = (
    "Appel au conducteur de travaux : deux personnes attendues le mois prochain.",
    "Visite de chantier : accueil bien organisé, un tuteur est nommé.",
    "Le contact change au 1er du mois ; nouvelle adresse notée.",
)


def make_months(
    commitments: Sequence[Commitment], participants: Sequence[Participant], seed: int, today: date
) -> None:
    """Assignments over the last months, their statements, a few needs to fill and contacts noted."""
    rng = stream(seed, "clauses: months")
    assignments = _assignments(commitments, participants, rng, today)
    _statements(assignments, rng, today)
    _needs(commitments, today)
    _contacts(commitments, today)


def _assignments(
    commitments: Sequence[Commitment],
    participants: Sequence[Participant],
    rng: np.random.Generator,
    today: date,
) -> list[Assignment]:
    """One person after the other, until each lot has had about the share of its hours that its pace says."""
    known = {one.pk: one for one in Person.objects.filter(pk__in=[one.person_id for one in participants])}
    free = iter(participants)
    rows: list[Assignment] = []
    for commitment, pace in zip(commitments, cycle(PACES), strict=False):
        wanted = pace * _due_by_now(commitment, today)
        while wanted > 0 and (one := next(free, None)) is not None:
            row = _assignment(commitment, one, rng, today)
            row.residence = known[one.person_id].residence
            row.zone_codes = known[one.person_id].zone_codes
            wanted -= _worked(row, today)
            rows.append(row)
    Assignment.objects.bulk_create(rows)
    keys = [row.pk for row in rows]
    perform_all(Assignment.objects.filter(pk__in=keys), "hire", None)
    over = Assignment.objects.filter(pk__in=keys, ends_on__lt=today)
    perform_all(over, "end", None)
    for rank, row in enumerate(over.order_by(*people.by_name("participant__person"), "starts_on")):
        row.situation_at_end = AFTER[rank % len(AFTER)]
        row.save(update_fields=["situation_at_end"])
    return rows


def _due_by_now(commitment: Commitment, today: date) -> float:
    """Hours that would be done today if they were done evenly over the dates of the lot."""
    lot = with_balance(Lot.objects.filter(pk=commitment.clause.lot_id), today).get()
    start, end = lot.starts_on or today, lot.ends_on or today
    return float(lot.due) * (today - start).days / max((end - start).days, 1)


def _assignment(
    commitment: Commitment, one: Participant, rng: np.random.Generator, today: date
) -> Assignment:
    """A contract of some months that began since the lot did: a third of them are still going on."""
    lot = commitment.clause.lot
    way, contract_type = WAYS[int(rng.integers(len(WAYS)))]
    months = int(rng.integers(3, 9))
    start = max(lot.starts_on or today, month_before(today, int(rng.integers(1, 11))))
    lasting = contract_type == ContractType.CDI
    return Assignment(
        commitment=commitment,
        participant=one,
        employer=commitment.organisation,
        way=way,
        contract_type=contract_type,
        job=JOBS[Trade(lot.trade)][0] if JOBS[Trade(lot.trade)] else "",
        starts_on=start,
        ends_on=None if lasting else month_before(start, -months) - timedelta(days=1),
        weekly_hours=one.person.profile.weekly_hours,
    )


def _worked(row: Assignment, today: date) -> float:
    """About how many hours the contract has had until today."""
    end = min(row.ends_on or today, today)
    return max((end - row.starts_on).days, 1) / 7 * float(row.weekly_hours) * USUAL_PRESENCE


def _statements(assignments: Sequence[Assignment], rng: np.random.Generator, today: date) -> None:
    this_month = month_before(today, 0)
    rows: list[Statement] = []
    for one in assignments:
        month = one.starts_on.replace(day=1)
        while month < this_month and (one.ends_on is None or month <= one.ends_on):
            rows.append(_statement(one, month, rng))
            month = month_before(month, -1)
    last = month_before(today, 1)
    late = [row for rank, row in enumerate(rows) if row.month == last and rank % MISSING == 1]
    kept = [row for row in rows if row not in late]
    Statement.objects.bulk_create(kept)
    Allocation.objects.bulk_create(
        Allocation(statement=row, commitment=row.assignment.commitment, hours=row.hours) for row in kept
    )
    _decide(kept, last, today)


def _statement(one: Assignment, month: date, rng: np.random.Generator) -> Statement:
    usual = float(one.weekly_hours) * 52 / 12
    hours = usual * float(rng.uniform(0.55, 1.0))
    if int(rng.integers(TOO_MANY)) == 0:
        hours = usual * 1.5
    return Statement(
        assignment=one,
        month=month,
        hours=Decimal(str(round(hours, 1))),
        proof_kind=PROOFS[int(rng.integers(len(PROOFS)))],
        sent_at=timezone.now(),
    )


def _decide(rows: Sequence[Statement], last: date, today: date) -> None:
    """Everything is sent; months before the last are validated, but for a few that were rejected."""
    facilitateur = people.account_of(Role.FACILITATEUR)
    every = [row.pk for row in rows]
    perform_all(Statement.objects.filter(pk__in=every), "send", None)
    former = [row.pk for row in rows if row.month < last]
    rejected = former[::REJECTED]
    validated = sorted(set(former) - set(rejected))
    decided = {"decided_by": facilitateur, "decided_at": timezone.now()}
    perform_all(
        Statement.objects.filter(pk__in=rejected),
        "reject",
        facilitateur,
        why_rejected="La feuille d’heures n’est pas signée par le salarié.",
        **decided,
    )
    perform_all(Statement.objects.filter(pk__in=validated), "check", facilitateur)
    perform_all(Statement.objects.filter(pk__in=validated), "validate", facilitateur, **decided)


def _needs(commitments: Sequence[Commitment], today: date) -> None:
    Need.objects.bulk_create(
        Need(
            commitment=one,
            title=f"Agent : {Trade(one.clause.lot.trade).label!s}",
            job=JOBS[Trade(one.clause.lot.trade)][0] if JOBS[Trade(one.clause.lot.trade)] else "",
            people=1 + rank % 3,
            starts_on=today + timedelta(days=20 + 9 * rank),
            months=6,
            address=one.clause.lot.contract.operation.address,
            lon=one.clause.lot.contract.operation.lon,
            lat=one.clause.lot.contract.operation.lat,
        )
        for rank, one in enumerate(commitments[::4])
    )


def _contacts(commitments: Sequence[Commitment], today: date) -> None:
    by = people.account_of(Role.FACILITATEUR)
    ContactLog.objects.bulk_create(
        ContactLog(
            contract=one.clause.lot.contract,
            commitment=one,
            channel=(Channel.PHONE, Channel.VISIT, Channel.EMAIL)[rank % 3],
            at=timezone.now() - timedelta(days=9 * rank + 2),
            with_whom=one.contact_name,
            text=CALLS[rank % len(CALLS)],
            next_on=today + timedelta(days=rank) if rank % 4 == 0 else None,
            by=by,
        )
        for rank, one in enumerate(commitments)
    )
