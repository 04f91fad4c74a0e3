"""What a plan of hours is made from: lots with hours left to do, people who may do them, and why some may not."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Prefetch
from numpy.typing import NDArray

from croisee.clauses.models import Assignment, AssignmentState, Eligibility, Lot, Participant
from croisee.clauses.queries.balances import with_balance
from croisee.directory.rome import JOBS, Trade
from croisee.engine.hours import Lots, People, Why
from croisee.opportunities.commuting import minutes_table
from croisee.territory.travel.network import NEVER, Network

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

Ints = NDArray[np.int64]
Marks = NDArray[np.uint8]
WEEKS_A_MONTH = Decimal(52) / 12
TRADES = list(Trade)


@dataclass(frozen=True)
class Market:
    """The tables of a plan, and the rows they come from, in the same order. Months count from `first_month`."""

    first_month: dt.date
    months: int
    lot_rows: Sequence[Any]
    people_rows: Sequence[Participant]
    lots: Lots
    people: People
    reasons: Marks
    lot_trade: Ints
    person_trade: NDArray[np.bool_]


def month_after(month: dt.date, count: int) -> dt.date:
    """The first day of the month so many months after `month`'s."""
    index = month.year * 12 + month.month - 1 + count
    return dt.date(index // 12, index % 12 + 1, 1)


def months_between(start: dt.date, end: dt.date) -> int:
    """How many months `end`'s month comes after `start`'s."""
    return (end.year - start.year) * 12 + end.month - start.month


def market(account: Account, first_month: dt.date, months: int, network: Network) -> Market:
    """Everything that a plan from `first_month` over `months` rests on, of what `account` follows; four queries.

    A lot has left to do what is due, less what is done, waiting and forecast of those already hired. A person has the
    weekly hours said, in months of availability and eligibility, less the contracts under way.
    """
    lots = [lot for lot in _lots(account, first_month) if _left(lot) >= 1]
    people = list(_people(account))
    return Market(
        first_month,
        months,
        lots,
        people,
        Lots(
            hours=np.array([_left(lot) for lot in lots], np.int64),
            first=_clipped([lot.starts_on for lot in lots], first_month, months, 0),
            last=_clipped([lot.ends_on for lot in lots], first_month, months, months - 1),
        ),
        People(hours=_hours(people, first_month, months)),
        _reasons(people, lots, network),
        np.array([TRADES.index(Trade(lot.trade)) for lot in lots], np.int64),
        _trades_of(people),
    )


def _lots(account: Account, first_month: dt.date) -> list[Any]:
    rows = Lot.objects.visible_to(account).followed().filter(clause__isnull=False)
    rows = rows.exclude(ends_on__lt=first_month).order_by("ends_on", "pk")
    return list(with_balance(rows, first_month).select_related("clause", "contract__operation"))


def _left(lot: Any) -> int:
    return max(0, int(lot.due - lot.done - lot.waiting - lot.forecast))


def _people(account: Account) -> Iterable[Participant]:
    rows: Any = Participant.objects.visible_to(account).filter(looking=True)
    rows = rows.select_related("person__profile")
    rows = rows.filter(pk__in=Eligibility.objects.in_force().values("participant"))
    found: Iterable[Participant] = rows.order_by("pk").prefetch_related(
        Prefetch("eligibilities", Eligibility.objects.in_force()),
        Prefetch("assignments", Assignment.objects.filter(state=AssignmentState.HIRED)),
    )
    return found


def _clipped(days: Sequence[dt.date | None], first: dt.date, months: int, default: int) -> Ints:
    found = [default if day is None else months_between(first, day) for day in days]
    return np.clip(np.array(found, np.int64), 0, months - 1)


def _hours(people: Sequence[Participant], first: dt.date, months: int) -> Ints:
    table = np.zeros((len(people), months), np.int64)
    for row, person in enumerate(people):
        profile = person.person.profile
        table[row] = int(profile.weekly_hours * WEEKS_A_MONTH)
        table[row, ~_eligible(person, first, months)] = 0
        start, end = _span(profile.available_from, profile.available_until, first, months)
        table[row, :start] = 0
        table[row, end:] = 0
        for work in person.assignments.all():
            start, end = _span(work.starts_on, work.ends_on, first, months)
            table[row, start:end] -= int(work.weekly_hours * WEEKS_A_MONTH)
    return np.maximum(table, 0)


def _eligible(person: Participant, first: dt.date, months: int) -> NDArray[np.bool_]:
    """The months during all of which one of the person's eligibilities is in force (or begins)."""
    mask = np.zeros(months, bool)
    for row in person.eligibilities.all():
        start, end = _span(row.starts_on, row.ends_on, first, months)
        mask[start:end] = True
    return mask


def _span(start: dt.date | None, end: dt.date | None, first: dt.date, months: int) -> tuple[int, int]:
    """The months from `start` to `end`, both included, cut to the plan: first, and one past the last."""
    begin = 0 if start is None else months_between(first, start)
    over = months if end is None else months_between(first, end) + 1
    return min(max(begin, 0), months), min(max(over, 0), months)


def _reasons(people: Sequence[Participant], lots: Sequence[Any], network: Network) -> Marks:
    """Why each person may not work on each lot: eligibility first, then trade, then travel; rows: people."""
    table = np.full((len(people), len(lots)), Why.MAY, np.uint8)
    if not table.size:
        return table
    table[_too_far(people, lots, network)] = Why.TRAVEL
    skilled = _trades_of(people)
    for column, lot in enumerate(lots):
        table[~skilled[:, TRADES.index(Trade(lot.trade))], column] = Why.TRADE
        if lot.clause.publics:
            wanted = set(lot.clause.publics)
            outside = [wanted.isdisjoint(row.criterion for row in one.eligibilities.all()) for one in people]
            table[np.array(outside), column] = Why.ELIGIBILITY
    return table


def _trades_of(people: Sequence[Participant]) -> NDArray[np.bool_]:
    """Which trades each person has a job of (rows: people); all of them for who named no job."""
    by_job: dict[str, list[int]] = defaultdict(list)
    for column, trade in enumerate(TRADES):
        for job in JOBS[trade]:
            by_job[job].append(column)
    table = np.zeros((len(people), len(TRADES)), bool)
    for row, person in enumerate(people):
        jobs = person.person.profile.jobs
        for job in jobs:
            table[row, by_job.get(job, [])] = True
        if not jobs:
            table[row] = True
    table[:, [column for column, trade in enumerate(TRADES) if not JOBS[trade]]] = True
    return table


def _too_far(people: Sequence[Participant], lots: Sequence[Any], network: Network) -> NDArray[np.bool_]:
    """Who would travel longer than they accept; without a point, nothing is known against anyone."""
    homes = _points([one.person for one in people])
    sites, site_of = np.unique(_points([lot.contract.operation for lot in lots]), axis=0, return_inverse=True)
    table = minutes_table(
        network,
        homes[:, 0],
        homes[:, 1],
        [one.person.profile.mode for one in people],
        sites[:, 0],
        sites[:, 1],
    )
    limit = np.array([one.person.profile.minutes for one in people])[:, None]
    known = ~np.isnan(homes[:, 0])[:, None] & ~np.isnan(sites[:, 0])[None, :]
    far = known & ((table == NEVER) | (table > limit))
    reached: NDArray[np.bool_] = far[:, site_of.ravel()]
    return reached


def _points(things: Sequence[Any]) -> NDArray[np.float64]:
    nowhere = (np.nan, np.nan)
    rows = [nowhere if one.lon is None else (one.lon, one.lat) for one in things]
    return np.array(rows, float).reshape(-1, 2)
