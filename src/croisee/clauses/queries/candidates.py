"""Who may be put forward for a need: everyone who is eligible and looks for work, in the order of `ranking`."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q
from django.utils import timezone

from croisee.clauses.durations import last_day
from croisee.clauses.models import (
    HIRED,
    Assignment,
    AssignmentState,
    Need,
    Participant,
    Way,
)
from croisee.clauses.queries.eligibility import eligible_until
from croisee.clauses.queries.jobs import trades_of
from croisee.clauses.ranking import BEYOND, NOT_KNOWN, Facts, Job, Ranked, rank
from croisee.clauses.trades import JOBS, Trade
from croisee.clauses.travel import minutes_table
from croisee.territory.travel.modes import Mode as TravelMode
from croisee.territory.travel.network import NEVER, Basis, Network, current_network

LIVING = (AssignmentState.PROPOSED, AssignmentState.HIRED)
"""States of a proposal that still stands."""
Home = tuple[float, float, str]
"""Longitude and latitude in degrees, and the means."""
KEPT_SITES = 32
_COLUMNS = (
    "pk",
    "jobs",
    "mode",
    "minutes",
    "available_from",
    "available_until",
    "weekly_hours",
    "created_at",
    "person__lon",
    "person__lat",
    "person__given_name",
    "person__family_name",
)


@dataclass(frozen=True)
class Candidates:
    """Those put forward, in order: within reach, then too far.

    `basis`: what travel times by public transport rest on. `names`: what each is called.
    """

    job: Job
    within: list[Ranked]
    too_far: list[Ranked]
    basis: Basis
    names: Mapping[UUID, str]

    def of(self, key: UUID) -> Ranked | None:
        """Somebody among them."""
        return next((one for one in (*self.within, *self.too_far) if one.facts.key == key), None)


def job_of(need: Need) -> Job:
    """What a need looks for, as the ranking takes it."""
    trades = trades_of(need.job) or (need.commitment.clause.lot.trade,)
    jobs = frozenset(code for trade in trades for code in JOBS.get(Trade(trade), ()))
    return Job(
        code=need.job,
        trade_jobs=jobs,
        starts_on=need.starts_on,
        ends_on=last_day(need.starts_on, need.months),
        months=need.months,
        weekly_hours=float(need.weekly_hours),
    )


def candidates(need: Need, today: dt.date | None = None) -> Candidates:
    """Everyone who looks for work and is eligible when the need begins, but those proposed for it already; ranked.

    Four queries, however many people there are.
    """
    day = today or timezone.localdate()
    rows = list(
        Participant.objects.filter(looking=True)
        .exclude(assignments__in=Assignment.objects.filter(need=need, state__in=LIVING))
        .order_by()
        .values_list(*_COLUMNS)
    )
    looking = Participant.objects.filter(looking=True)
    until = eligible_until(looking, max(day, need.starts_on))
    rows = [row for row in rows if row[0] in until]
    past = _past(day)
    minutes, basis = _minutes(need, rows)
    job = job_of(need)
    people = [
        Facts(
            key=row[0],
            jobs=tuple(row[1]),
            minutes=way,
            limit=row[3],
            available_from=row[4],
            available_until=row[5],
            weekly_hours=float(row[6]),
            until=until[row[0]],
            waiting_since=past[row[0]].since if row[0] in past else timezone.localdate(row[7]),
            worked=row[0] in past and past[row[0]].worked,
            trained_for=past[row[0]].trained if row[0] in past else (),
        )
        for row, way in zip(rows, minutes, strict=True)
    ]
    ranked = rank(job, people, day)
    return Candidates(
        job,
        [one for one in ranked if not one.too_far],
        [one for one in ranked if one.too_far],
        basis,
        {row[0]: f"{row[10]} {row[11]}" for row in rows},
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """The end of somebody's last contract; whether it was one of work; the jobs of training that is over."""

    since: dt.date
    worked: bool
    trained: tuple[str, ...]


def _past(today: dt.date) -> dict[UUID, _Past]:
    """What those who look for work did before, in one query."""
    training = Q(way=Way.TRAINING, state=AssignmentState.ENDED)
    rows = (
        Assignment.objects.filter(participant__looking=True, state__in=HIRED)
        .order_by()
        .values("participant")
        .annotate(
            last=Max("ends_on"),
            began=Max("starts_on"),
            contracts=Count("pk", filter=~Q(way=Way.TRAINING)),
            trained=ArrayAgg("job", filter=training, distinct=True, default=[]),
        )
    )
    return {
        row["participant"]: _Past(
            min(row["last"] or row["began"], today), row["contracts"] > 0, tuple(sorted(row["trained"]))
        )
        for row in rows
    }


def _minutes(need: Need, rows: list[Any]) -> tuple[list[int], Basis]:
    """Each person's way to the place of the need by their own means; once for those of one home and one means."""
    network = current_network()
    basis = network.basis(TravelMode.TRANSIT)
    if need.lon is None or need.lat is None or not rows:
        return [NOT_KNOWN] * len(rows), basis
    homes = [(row[8], row[9], row[2]) if row[8] is not None else None for row in rows]
    distinct = sorted({home for home in homes if home is not None})
    found = _ways(network, (need.lon, need.lat), distinct)
    ways = [NOT_KNOWN if home is None else found[home] for home in homes]
    return [
        BEYOND if way == NEVER and home is not None else way for way, home in zip(ways, homes, strict=True)
    ], basis


_kept: "OrderedDict[tuple[float, float], tuple[Network, Mapping[Home, int]]]" = OrderedDict()
"""What was found lately in this process, by site: with a timetable a few thousand homes take seconds."""


def _ways(network: Network, site: tuple[float, float], homes: list[Home]) -> Mapping[Home, int]:
    """The minutes from each home to a site; only those of homes that were not asked about lately are looked for."""
    before, known = _kept.get(site, (network, {}))
    if before is not network:
        known = {}
    new = [home for home in homes if home not in known]
    if new:
        lon, lat = (np.array([home[axis] for home in new], float) for axis in (0, 1))
        to_lon, to_lat = (np.array([degrees]) for degrees in site)
        table = minutes_table(network, lon, lat, [home[2] for home in new], to_lon, to_lat)
        known = {**known, **{home: int(way) for home, way in zip(new, table[:, 0], strict=True)}}
        _kept[site] = network, known
        while len(_kept) > KEPT_SITES:
            _kept.popitem(last=False)
    return known
