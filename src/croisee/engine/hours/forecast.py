"""Hours to come and people ready for them, by trade and quarter, so that training starts in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from croisee.engine.hours.flow import Network
from croisee.engine.hours.problem import Lots, People, Whole


@dataclass(frozen=True, eq=False)
class Forecast:
    """Hours by trade (`K`) and period (`Q`).

    Attributes
    ----------
    first : (Q,) integers
        The first month of each period.
    due : (K, Q) integers
        Hours that lots owe, spread evenly over their dates.
    ready : (K, Q) integers
        Hours of the people with that trade; those of somebody with two trades count in both.
    gap : (K, Q) integers
        Hours due for which nobody is left, each hour of a person used once at most. In each period as few are
        missing in all as can be; which of two trades goes short, where people could fill either, is arbitrary.
    """

    first: Whole
    due: Whole
    ready: Whole
    gap: Whole


def forecast(
    lots: Lots,
    people: People,
    lot_trade: ArrayLike,
    person_trade: ArrayLike,
    *,
    months_per_period: int = 3,
    offset: int = 0,
) -> Forecast:
    """Compare the hours that lots owe with those of the people of their trade.

    Parameters
    ----------
    lots : Lots
        Those that end after the last month of `people` count for their months before.
    people : People
    lot_trade : (L,) integers
        The trade of each lot, from 0.
    person_trade : (P, K) booleans
        The trades of each person.
    months_per_period : int
    offset : int
        Months of the first period that are over when month 0 begins; less than `months_per_period`.

    Raises
    ------
    ValueError
        Naming the argument, and the lot whose trade is unknown.
    """
    trade, able = _checked(lots, people, lot_trade, person_trade)
    if not 0 <= offset < months_per_period:
        raise ValueError(f"offset is {offset}, not from 0 to {months_per_period - 1}")
    period = (np.arange(people.months) + offset) // months_per_period
    periods = int(period.max(initial=-1)) + 1
    due = np.zeros((able.shape[1], periods), np.int64)
    lot = np.repeat(np.arange(len(lots)), lots.months)
    nth = np.arange(lot.size) - (np.cumsum(lots.months) - lots.months)[lot]
    month = lots.first[lot] + nth
    hours = lots.hours[lot] * (nth + 1) // lots.months[lot] - lots.hours[lot] * nth // lots.months[lot]
    inside = month < people.months
    np.add.at(due, (trade[lot[inside]], period[month[inside]]), hours[inside])
    by_person = np.zeros((len(people), periods), np.int64)
    np.add.at(by_person.T, period, people.hours.T)
    gap = [_unmet(due[:, q], by_person[:, q], able) for q in range(periods)]
    first = np.maximum(np.arange(periods) * months_per_period - offset, 0)
    return Forecast(
        first, due, able.T.astype(np.int64) @ by_person, np.array(gap, np.int64).reshape(periods, -1).T
    )


def _checked(
    lots: Lots, people: People, lot_trade: ArrayLike, person_trade: ArrayLike
) -> tuple[Whole, Whole]:
    able = np.asarray(person_trade)
    if able.ndim != 2 or able.shape[0] != len(people) or able.dtype.kind != "b":
        raise ValueError(f"person_trade must be booleans, a row for each of {len(people)} people")
    trade = np.asarray(lot_trade)
    if trade.shape != (len(lots),) or (trade.size and trade.dtype.kind not in "iu"):
        raise ValueError(f"lot_trade must be whole numbers, one for each of {len(lots)} lots")
    wrong = (trade < 0) | (trade >= able.shape[1])
    if wrong.any():
        lot = int(np.argmax(wrong))
        raise ValueError(f"lot_trade of lot {lot} is {trade[lot]}; trades go from 0 to {able.shape[1] - 1}")
    return trade.astype(np.int64), able


def _unmet(due: Whole, hours: Whole, able: Whole) -> Whole:
    """(K,) Hours due that a maximum flow from groups of people with the same trades leaves."""
    trades = due.size
    groups, group = np.unique(able, axis=0, return_inverse=True)
    supply = np.bincount(group.ravel(), hours, len(groups)).astype(np.int64)
    tail, head = np.nonzero(groups)
    source, sink = len(groups) + trades, len(groups) + trades + 1
    network = Network(
        np.concatenate((np.full(len(groups), source), tail, len(groups) + np.arange(trades))),
        np.concatenate((np.arange(len(groups)), len(groups) + head, np.full(trades, sink))),
        np.zeros(len(groups) + tail.size + trades, np.int64),
        np.zeros(len(groups) + tail.size + trades, np.int64),
        np.concatenate((supply, supply[tail], due)),
        source,
        sink,
        slice(len(groups) + tail.size, None),
        len(groups) + tail.size,
    )
    return due - network.with_most().flow[network.lots]
