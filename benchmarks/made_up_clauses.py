"""A year of social clauses on the scale of France in 2015: rows written by COPY, the same for the same seed.

40 000 public contracts and as many contracts of work, 25 000 people, 10 million hours of validated statements, and two
fifths as many the year before. Triggers are off in the session that writes: states are written as they end, and no
line of history is kept; what is written obeys every constraint of the tables all the same.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

SEED = 2027
PEOPLE_A_CONTRACT = 25 / 40
SITUATIONS = ("unknown", "lasting_job", "short_job", "integration_job", "training", "unemployed", "inactive")
QPV = ("QN03501M", "QN03502M", "QN03503M", "QN03504M", "QN03505M")
HOURS_BEFORE = 0.4
SPLIT = 0.03


@dataclass(frozen=True)
class Size:
    """How much is made up."""

    contracts: int = 40_000
    hours: int = 10_000_000
    companies: int = 2_500
    buyers: int = 60


@dataclass(frozen=True)
class MadeUp:
    """Who reads, of which year."""

    year: int
    facilitateur: Any
    official: Any
    buyer: Any
    employer: Any


def make(size: Size, year: int) -> MadeUp:
    """Write it all into the database, which is empty; return the accounts that read it."""
    from croisee.foundation.accounts.models import Organisation
    from croisee.foundation.accounts.roles import Kind, Role
    from tests.world import member

    metropolis = Organisation.objects.create(name="Métropole", kind=Kind.METROPOLIS)
    draw = np.random.default_rng(SEED)
    with _no_triggers():
        buyers = _organisations("Acheteur", Kind.COMMUNE, size.buyers - 1)
        companies = _organisations("Entreprise", Kind.EMPLOYER, size.companies)
        bought = _bought(size, year, [metropolis.pk, *buyers], companies, draw)
        people = _people(round(size.contracts * PEOPLE_A_CONTRACT), year, draw)
        _worked(size, year, bought, people, draw)
    _analyse()
    return MadeUp(
        year,
        member(Role.FACILITATEUR, metropolis, "facilitateur@example.org"),
        member(Role.OFFICIAL, metropolis, "directrice@example.org"),
        member(Role.BUYER, metropolis, "acheteur@example.org"),
        member(Role.EMPLOYER, Organisation.objects.get(pk=companies[0]), "entreprise@example.org"),
    )


def _bought(
    size: Size, year: int, buyers: Sequence[uuid.UUID], companies: Sequence[uuid.UUID], draw: Any
) -> dict[str, Any]:
    """Operations of ten contracts, contracts of one lot, each with its clause and the commitment of a company."""
    from croisee.clauses.models import (
        Clause,
        Commitment,
        Contract,
        ContractNature,
        Lot,
        Operation,
        Programme,
    )
    from croisee.directory.models import Residence
    from croisee.directory.rome import Trade

    many = size.contracts
    operations = _ids(draw, max(many // 10, 1))
    zones = [QPV[n % len(QPV)] if n % 10 < 4 else "" for n in range(len(operations))]
    answered = dt.date(year - 1, 1, 10)
    _copy(
        Operation,
        id=operations,
        name=[f"Opération {n}" for n in range(len(operations))],
        buyer=draw_from(buyers, len(operations), draw, favour=1.5),
        programme=draw_from(list(Programme.values), len(operations), draw, favour=2.5),
        lon=draw.normal(-1.68, 0.05, len(operations)).round(6).tolist(),
        lat=draw.normal(48.11, 0.03, len(operations)).round(6).tolist(),
        in_qpv=[str(Residence.YES if zone else Residence.NO) for zone in zones],
        zone_codes=zones,
        zone_generation=[2024] * len(operations),
        zone_on=[answered] * len(operations),
    )
    contracts, lots, clauses, commitments = (_ids(draw, many) for _ in range(4))
    starts = [dt.date(year - 1, 1, 1) + dt.timedelta(days=int(n)) for n in draw.integers(0, 600, many)]
    lasts = draw.integers(120, 700, many)
    _copy(
        Contract,
        id=contracts,
        operation=[operations[n % len(operations)] for n in range(many)],
        reference=[f"M{n:06}" for n in range(many)],
        title=[f"Travaux {n}" for n in range(many)],
        nature=[str(ContractNature.WORKS)] * many,
        amount=draw.integers(90_000, 4_000_000, many).tolist(),
        consulted_on=[day - dt.timedelta(days=120) for day in starts],
        notified_on=[day - dt.timedelta(days=15) for day in starts],
        months=[12] * many,
    )
    _copy(
        Lot,
        id=lots,
        contract=contracts,
        number=["1"] * many,
        title=[f"Lot {n}" for n in range(many)],
        trade=draw_from(list(Trade.values), many, draw, favour=1.5),
        amount=draw.integers(90_000, 4_000_000, many).tolist(),
        starts_on=starts,
        ends_on=[day + dt.timedelta(days=int(n)) for day, n in zip(starts, lasts, strict=True)],
        state=draw_from(["running", "done", "partial", "awarded"], many, draw, favour=1.0),
    )
    due = draw.integers(60, 900, many).tolist()
    _copy(
        Clause,
        id=clauses,
        lot=lots,
        kind=["execution"] * many,
        hours_due=due,
        publics=["{}"] * many,
        penalty_per_hour=[50] * many,
    )
    holders = draw_from(companies, many, draw, favour=1.5)
    _copy(
        Commitment,
        id=commitments,
        clause=clauses,
        organisation=holders,
        hours=due,
        contact_name=["Contact"] * many,
        contact_email=[f"contact{n}@example.org" for n in range(many)],
    )
    return {"commitments": commitments, "holders": holders, "starts": starts}


def _people(many: int, year: int, draw: Any) -> dict[str, Any]:
    """People with an answer about their home, and one or two criteria that were checked."""
    from croisee.clauses.models import Criterion, Eligibility, Participant
    from croisee.directory.models import Level, Person, Profile, Residence, Sex

    persons, participants = _ids(draw, many), _ids(draw, many)
    kinds = [str(kind) for kind in (Residence.YES, Residence.NO, Residence.UNCERTAIN, Residence.UNKNOWN)]
    residence = draw.choice(kinds, many, p=(0.35, 0.6, 0.04, 0.01)).tolist()
    zones = [
        QPV[int(n)] if home == kinds[0] else ""
        for home, n in zip(residence, draw.integers(0, 5, many), strict=True)
    ]
    born = [dt.date(year - 65, 1, 1) + dt.timedelta(days=int(n)) for n in draw.integers(0, 46 * 365, many)]
    on = dt.date(year - 2, 6, 1)
    _copy(
        Person,
        id=persons,
        given_name=["Prénom"] * many,
        family_name=[f"Essai {n}" for n in range(many)],
        birth_date=born,
        residence=residence,
        residence_on=[None if home == "unknown" else on for home in residence],
        zone_codes=zones,
    )
    _copy(Participant, id=participants, person=persons)
    _copy(
        Profile,
        id=_ids(draw, many),
        person=persons,
        sex=draw_from(list(Sex.values), many, draw, favour=1.2),
        level=draw_from(list(Level.values), many, draw, favour=1.2),
        jobs=["{F1606}"] * many,
    )
    two = [n for n in range(many) if n % 3 == 0]
    who = [*range(many), *two]
    criteria = list(Criterion.values)
    first = draw.integers(0, len(criteria), many)
    chosen = [criteria[int(first[n])] for n in range(many)]
    chosen += [criteria[(int(first[n]) + 1) % len(criteria)] for n in two]
    _copy(
        Eligibility,
        id=_ids(draw, len(who)),
        participant=[participants[n] for n in who],
        criterion=chosen,
        proof_name=["Attestation"] * len(who),
        proof_on=[on] * len(who),
        state=["verified"] * len(who),
        checked_on=[on] * len(who),
        starts_on=[on] * len(who),
        ends_on=[dt.date(year + 1, 6, 1)] * len(who),
    )
    return {"participants": participants, "residence": residence, "zones": zones}


def _worked(size: Size, year: int, bought: Mapping[str, Any], people: Mapping[str, Any], draw: Any) -> None:
    """Contracts of work, their months in the year and the year before, the hours counted for lots."""
    from croisee.clauses.models import Assignment, Way

    many = size.contracts
    assignments = _ids(draw, many)
    who = [n % len(people["participants"]) for n in range(many)]
    states = draw.choice(["hired", "ended"], many, p=(0.4, 0.6)).tolist()
    starts = [dt.date(year - 1, 1, 1)] * many
    ends = [
        dt.date(year, 1, 1) + dt.timedelta(days=int(n)) if state == "ended" else dt.date(year + 1, 3, 31)
        for state, n in zip(states, draw.integers(-180, 364, many), strict=True)
    ]
    _copy(
        Assignment,
        id=assignments,
        commitment=bought["commitments"],
        participant=[people["participants"][n] for n in who],
        employer=bought["holders"],
        way=draw_from(list(Way.values), many, draw, favour=1.5),
        contract_type=["cdd"] * many,
        job=["F1606"] * many,
        starts_on=starts,
        ends_on=ends,
        state=states,
        reasons=["[]"] * many,
        residence=[people["residence"][n] for n in who],
        zone_codes=[people["zones"][n] for n in who],
        situation_at_end=[_situation(state, draw) for state in states],
        situation_after=[_situation(state, draw) for state in states],
    )
    for which, hours in ((year, size.hours), (year - 1, round(size.hours * HOURS_BEFORE))):
        _statements(which, hours, assignments, bought["commitments"], draw)


def _situation(state: str, draw: Any) -> str:
    return SITUATIONS[int(draw.integers(0, len(SITUATIONS)))] if state == "ended" else SITUATIONS[0]


def _statements(
    year: int, hours: int, assignments: Sequence[uuid.UUID], commitments: Sequence[uuid.UUID], draw: Any
) -> None:
    """Months of the assignments in turn, two to three each, until the hours are there; some still wait."""
    from croisee.clauses.models import Allocation, Statement

    each = 95
    many = hours // each
    month = [int(n % 12) for n in range(many)]
    which = [(n // 12 * 5 + n % 12) % len(assignments) for n in range(many)]
    pairs = dict.fromkeys(zip(which, month, strict=True))
    which, month = ([pair[side] for pair in pairs] for side in (0, 1))
    done = draw.gamma(9, each / 9, len(which)).clip(4, 200)
    done = (done * (hours / done.sum())).round(2)
    ids = _ids(draw, len(which))
    waiting = draw.random(len(which)) < 0.05
    sent = dt.datetime(year, 12, 31, tzinfo=dt.UTC)
    extra = _ids(draw, int(waiting.sum()))
    days = [dt.date(year, m + 1, 1) for m in month]
    _copy(
        Statement,
        id=ids,
        assignment=[assignments[n] for n in which],
        month=days,
        hours=[f"{value:.2f}" for value in done],
        proof_kind=["timesheet"] * len(ids),
        state=["validated"] * len(ids),
        sent_at=[sent] * len(ids),
        decided_at=[sent] * len(ids),
    )
    corrected = [n for n in range(len(ids)) if waiting[n]]
    _copy(
        Statement,
        id=extra,
        assignment=[assignments[which[n]] for n in corrected],
        month=[days[n] for n in corrected],
        version=[2] * len(corrected),
        corrects=[ids[n] for n in corrected],
        hours=[f"{done[n]:.2f}" for n in corrected],
        proof_kind=["timesheet"] * len(corrected),
        state=["sent"] * len(corrected),
        sent_at=[sent] * len(corrected),
    )
    split = draw.random(len(ids)) < SPLIT
    rows = [(ids[n], commitments[which[n]], f"{done[n]:.2f}") for n in range(len(ids)) if not split[n]]
    for n in np.flatnonzero(split).tolist():
        half = round(float(done[n]) / 2, 2)
        rows += [
            (ids[n], commitments[which[n]], f"{half:.2f}"),
            (ids[n], commitments[(which[n] + 1) % len(commitments)], f"{float(done[n]) - half:.2f}"),
        ]
    rows += [(pk, commitments[which[n]], f"{done[n]:.2f}") for pk, n in zip(extra, corrected, strict=True)]
    statements, for_whom, counted = zip(*rows, strict=True)
    _copy(Allocation, id=_ids(draw, len(rows)), statement=statements, commitment=for_whom, hours=counted)


def _organisations(name: str, kind: str, many: int) -> list[uuid.UUID]:
    from croisee.foundation.accounts.models import Organisation

    made = Organisation.objects.bulk_create(
        [Organisation(name=f"{name} {n}", kind=kind) for n in range(many)], batch_size=2_000
    )
    return [row.pk for row in made]


def draw_from(values: Sequence[Any], many: int, draw: Any, *, favour: float) -> list[Any]:
    """So many of `values`, the first ones the most often (by the power `favour` of a uniform number)."""
    return [values[int(n)] for n in (draw.random(many) ** favour * len(values)).astype(int)]


def _ids(draw: Any, many: int) -> list[uuid.UUID]:
    raw = draw.bytes(16 * many)
    return [uuid.UUID(bytes=raw[16 * n : 16 * n + 16], version=4) for n in range(many)]


def _copy(model: Any, **columns: Iterable[Any]) -> None:
    """Write rows by COPY; a column that is not given has the model's default."""
    from django.db import connection
    from django.utils import timezone

    given = {name: list(values) for name, values in columns.items()}
    many = len(next(iter(given.values())))
    now = timezone.now()
    fields = model._meta.local_concrete_fields
    rest = {
        field.column: now if field.name in {"created_at", "updated_at"} else _default(field)
        for field in fields
        if field.name not in given
    }
    names = [*(model._meta.get_field(name).column for name in given), *rest]
    listed = ", ".join(f'"{name}"' for name in names)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({listed}) FROM STDIN") as copy,
    ):
        for n in range(many):
            copy.write_row([*(values[n] for values in given.values()), *rest.values()])


def _default(field: Any) -> Any:
    value = field.get_default()
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) or field.get_internal_type() == "ArrayField" else "[]"
    return value


@contextmanager
def _no_triggers() -> Iterator[None]:
    """No trigger and no foreign key is checked inside: the embedded server's user may say so, for its session alone."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def _analyse() -> None:
    """What the server does by itself within minutes: count rows and note what is visible to all."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
