"""People of the demonstration who are eligible for clause hours: who they are, where they live, on what proofs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from croisee.clauses.models import Criterion, Eligibility, Participant
from croisee.demo import people
from croisee.demo.generator.chance import stream
from croisee.demo.generator.ground import Ground
from croisee.demo.residents import make_residents
from croisee.directory.rome import JOBS, Trade
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform_all

PEOPLE = 180
CRITERIA = (
    Criterion.RSA,
    Criterion.DELD,
    Criterion.JEUNE,
    Criterion.TH,
    Criterion.SENIOR,
    Criterion.QPV,
    Criterion.PLIE,
)
PROOFS = {
    Criterion.RSA: "Attestation CAF",
    Criterion.DELD: "Attestation France Travail",
    Criterion.JEUNE: "Attestation de la mission locale",
    Criterion.TH: "Décision RQTH",
    Criterion.SENIOR: "Pièce d’identité",
    Criterion.QPV: "Justificatif de domicile",
    Criterion.PLIE: "Attestation du PLIE",
}
WORKED = (
    Trade.PAINTING, Trade.MASONRY, Trade.CLEANING, Trade.GREEN_SPACES, Trade.ROADS, Trade.WASTE, Trade.CATERING,
    Trade.INSULATION, Trade.SECURITY, Trade.LOGISTICS,
)  # fmt: skip
# One eligibility in so many is still to be checked; one began long ago and ends soon.
TO_CHECK, ENDING = 12, 9


def make_workers(ground: Ground, seed: int, today: date) -> list[Participant]:
    """Participants with their homes answered and their eligibility checked, most of them."""
    rng = stream(seed, "clauses: people")
    persons = make_residents(ground, rng, today, PEOPLE, "personne", lambda: _jobs(rng))
    participants = Participant.objects.bulk_create(Participant(person=one) for one in persons)
    _eligibilities(participants, rng, today)
    return participants


def _jobs(rng: np.random.Generator) -> list[str]:
    """One or two trades, with two jobs of each at most."""
    trades = rng.choice(len(WORKED), size=int(rng.integers(1, 3)), replace=False)
    return [job for trade in trades for job in JOBS[WORKED[int(trade)]][:2]]


def _eligibilities(participants: Sequence[Participant], rng: np.random.Generator, today: date) -> None:
    checker = people.account_of(Role.FACILITATEUR)
    rows = []
    for rank, one in enumerate(participants):
        criterion = CRITERIA[int(rng.integers(len(CRITERIA)))]
        start = today - timedelta(days=670 if rank % ENDING == 4 else int(rng.integers(30, 420)))
        checked = rank % TO_CHECK != 5
        rows.append(
            Eligibility(
                participant=one,
                criterion=criterion,
                proof_name=PROOFS[criterion],
                proof_on=start - timedelta(days=int(rng.integers(1, 60))),
                checked_by=checker if checked else None,
                checked_on=start if checked else None,
                starts_on=start if checked else None,
                ends_on=start + timedelta(days=730) if checked else None,
            )
        )
    Eligibility.objects.bulk_create(rows)
    found = [row.pk for row in rows if row.checked_on]
    perform_all(Eligibility.objects.filter(pk__in=found), "verify", checker)
