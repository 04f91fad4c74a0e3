"""A made-up metropolis's social clauses: lots that owe hours, people who may work them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from croisee.engine.hours import Lots, People, Why

TRADES = 8
OF_LOTS = np.array([0.22, 0.18, 0.14, 0.12, 0.12, 0.10, 0.08, 0.04])
"""Share of the lots in each trade: building, finishing, roads, green spaces, cleaning, logistics, catering, digital."""
OF_PEOPLE = np.array([0.10, 0.11, 0.06, 0.13, 0.26, 0.17, 0.15, 0.02])
"""Share of the people in each trade: builders and digital workers are scarce, cleaners are not."""
WEEKLY, OF_WEEKLY = np.array([35, 30, 26, 20, 15]), np.array([0.50, 0.10, 0.20, 0.15, 0.05])
WEEKS = np.array([4.4, 4.0, 4.4, 4.3, 4.2, 4.3, 4.4, 2.2, 4.3, 4.4, 4.2, 4.0])
"""Weeks of work in each month of the year: August counts half."""
CITY_KM, NEIGHBOURHOODS = 24.0, 14


@dataclass(frozen=True)
class MadeUp:
    """An instance, and the trades that a forecast asks for."""

    lots: Lots
    people: People
    reasons: NDArray[np.uint8]
    lot_trade: NDArray[np.int64]
    person_trade: NDArray[np.bool_]


def made_up(
    lots: int = 200, people: int = 1500, months: int = 24, *, tightness: float = 1.0, seed: int = 1
) -> MadeUp:
    """An instance drawn from `seed`; `tightness` multiplies the hours that lots owe."""
    g = np.random.default_rng(seed)
    trade = g.choice(TRADES, lots, p=OF_LOTS)
    trades = np.zeros((people, TRADES), np.bool_)
    for _ in range(2):
        more = g.random(people) < (1.0 if not trades.any() else 0.35)
        trades[more, g.choice(TRADES, people, p=OF_PEOPLE)[more]] = True
    centres = g.uniform(0, CITY_KM, (NEIGHBOURHOODS, 2))
    home = centres[g.integers(NEIGHBOURHOODS, size=people)] + g.normal(0, 0.8, (people, 2))
    site = g.uniform(0, CITY_KM, (lots, 2))
    reach = np.where(g.random(people) < 0.3, g.uniform(12, 25, people), g.uniform(5, 11, people))
    reasons = np.zeros((people, lots), np.uint8)
    reasons[g.random((people, lots)) < 0.02] = Why.OTHER
    reasons[np.hypot(*(home[:, None] - site[None]).transpose(2, 0, 1)) > reach[:, None]] = Why.TRAVEL
    reasons[~trades[:, trade]] = Why.TRADE
    publics = g.random((people, 3)) < [0.7, 0.35, 0.3]
    asked = g.choice(3, lots, p=[0.8, 0.12, 0.08])
    reasons[~publics[:, asked] & (g.random(lots) < 0.5)] = Why.ELIGIBILITY
    return MadeUp(
        _lots(g, lots, months, trade, tightness), _people(g, people, months), reasons, trade, trades
    )


def _lots(g: Any, lots: int, months: int, trade: NDArray[np.int64], tightness: float) -> Lots:
    typical = np.array([10, 6, 8, 9, 14, 8, 9, 6])[trade]
    lasts = np.clip(np.round(typical * g.lognormal(0, 0.45, lots)), 1, months).astype(np.int64)
    first = np.floor(g.random(lots) * (months - lasts + 1)).astype(np.int64)
    hours = np.clip(130 * lasts * g.lognormal(0, 0.8, lots) * tightness, 40, 30_000).astype(np.int64)
    even = hours / lasts
    most = np.where(g.random(lots) < 0.4, np.ceil(even * g.uniform(0.98, 2.0, lots)), -1).astype(np.int64)
    return Lots(hours, first, first + lasts - 1, most)


def _people(g: Any, people: int, months: int) -> People:
    weekly = g.choice(WEEKLY, people, p=OF_WEEKLY)
    hours = np.floor(weekly[:, None] * WEEKS[np.arange(months) % 12]).astype(np.int64)
    begins = g.integers(-10, months - 2, people)
    ends = begins + np.where(g.random(people) < 0.2, g.integers(2, 6, people), g.integers(6, 25, people))
    month = np.arange(months)
    hours[(month < begins[:, None]) | (month >= ends[:, None])] = 0
    hours[g.random(hours.shape) < 0.015] = 0
    return People(hours)
