"""Who may be put forward for a need: everyone who is eligible and looks for work, in the order of `ranking`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q
from django.utils import timezone

from croisee.clauses.models import (
    HIRED,
    Assignment,
    AssignmentState,
    Need,
    Participant,
    Way,
)
from croisee.clauses.queries.eligibility import eligible_until
from croisee.clauses.ranking import Facts, Job, Ranked, rank
from croisee.directory.rome import JOBS, Trade, trades_of
from croisee.foundation.dates import last_day
from croisee.opportunities.commuting import Home, minutes_to
from croisee.territory.travel.modes import Mode as TravelMode
from croisee.territory.travel.network import Basis, current_network

LIVING = (AssignmentState.PROPOSED, AssignmentState.HIRED)
"""States of a proposal that still stands."""
_COLUMNS = (
    "pk",
    "person__profile__jobs",
    "person__profile__mode",
    "person__profile__minutes",
    "person__profile__available_from",
    "person__profile__available_until",
    "person__profile__weekly_hours",
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
    network = current_network()
    minutes = minutes_to(network, _site(need), [_home(row) for row in rows])
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
        network.basis(TravelMode.TRANSIT),
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


def _site(need: Need) -> tuple[float, float] | None:
    return None if need.lon is None or need.lat is None else (need.lon, need.lat)


def _home(row: Sequence[Any]) -> Home | None:
    """Where somebody starts from and by what means; None without a point."""
    return None if row[8] is None else (row[8], row[9], row[2])
