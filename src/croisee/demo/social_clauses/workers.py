"""People of the demonstration who are eligible for clause hours: who they are, where they live, on what proofs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from croisee.clauses.models import (
    Criterion,
    Eligibility,
    Level,
    Mode,
    Participant,
    Sex,
)
from croisee.clauses.trades import JOBS, Trade
from croisee.demo import people
from croisee.demo.directory import DOMAIN
from croisee.demo.generator.chance import draw, stream
from croisee.demo.generator.ground import Ground
from croisee.demo.generator.stocks import people as stock
from croisee.directory.models import Capacity, Contact, Person, Residence
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform_all
from croisee.stages import loaded
from croisee.stages.files.locations import Locations

PEOPLE = 180
IN_QPV = 6  # a home in a priority neighbourhood weighs so many times another
AGES = (19, 58)
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
MODES = (Mode.TRANSIT, Mode.TRANSIT, Mode.TRANSIT, Mode.BIKE, Mode.CAR)
LEVELS = (Level.NONE, Level.NONE, Level.LEVEL_3, Level.LEVEL_3, Level.LEVEL_4, Level.LEVEL_5)
WEEKS = (Decimal(35), Decimal(35), Decimal(30), Decimal(24))
# One eligibility in so many is still to be checked; one began long ago and ends soon.
TO_CHECK, ENDING = 12, 9


def make_workers(ground: Ground, seed: int, today: date) -> list[Participant]:
    """Participants with their homes answered and their eligibility checked, most of them."""
    rng = stream(seed, "clauses: people")
    persons = _persons(ground, rng, today)
    Person.objects.bulk_create(persons)
    Contact.objects.bulk_create(
        Contact(person=one, capacity=Capacity.SELF, name=str(one), email=f"personne{rank}@{DOMAIN}")
        for rank, one in enumerate(persons)
    )
    participants = Participant.objects.bulk_create(
        Participant(
            person=one,
            sex=Sex.WOMAN if rng.random() < 0.35 else Sex.MAN,
            level=LEVELS[int(rng.integers(len(LEVELS)))],
            jobs=_jobs(rng),
            weekly_hours=WEEKS[int(rng.integers(len(WEEKS)))],
            mode=MODES[int(rng.integers(len(MODES)))],
            minutes=int(rng.choice([30, 45, 60])),
        )
        for one in persons
    )
    _eligibilities(participants, rng, today)
    return participants


def _persons(ground: Ground, rng: np.random.Generator, today: date) -> list[Person]:
    places = ground.places
    homes = draw(rng, places.homes * np.where(places.in_qpv, IN_QPV, 1), PEOPLE)
    zones = loaded.zones()
    where = Locations(places.lon[homes], places.lat[homes], [str(places.address[home]) for home in homes])
    codes, near = zones.answer(where) if zones else ([""] * PEOPLE, [False] * PEOPLE)
    days = rng.integers(AGES[0] * 365, AGES[1] * 365, PEOPLE)
    first, last = (
        rng.integers(len(stock.FIRST_NAMES), size=PEOPLE),
        rng.integers(len(stock.SURNAMES), size=PEOPLE),
    )
    return [
        Person(
            given_name=stock.FIRST_NAMES[first[rank]],
            family_name=stock.SURNAMES[last[rank]],
            birth_date=today - timedelta(days=int(days[rank])),
            address=where.addresses[rank],
            lon=float(where.lon[rank]),
            lat=float(where.lat[rank]),
            residence=Residence.UNCERTAIN if near[rank] else Residence.YES if codes[rank] else Residence.NO,
            residence_on=today,
            zone_codes=codes[rank],
        )
        for rank in range(PEOPLE)
    ]


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
