"""Where the missing hours of each lot go."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from croisee.engine.hours.contracts import Lack
from croisee.engine.hours.problem import Lots, People, Whole, Why, checked_reasons

EXCLUDING = {
    Lack.ELIGIBILITY: Why.ELIGIBILITY,
    Lack.TRADE: Why.TRADE,
    Lack.TRAVEL: Why.TRAVEL,
    Lack.OTHER: Why.OTHER,
}
"""Which pairs are left out from which reason on."""


def lacking_hours(lots: Lots, people: People, reasons: ArrayLike, met: Whole) -> Whole:
    """(L, 8) The hours that each lot lacks, by `Lack`.

    Parameters
    ----------
    lots : Lots
    people : People
    reasons : (P, L) integers
    met : (L,) integers
        Hours that a plan gives each lot.

    Notes
    -----
    Each lot is looked at alone. What its site can host between its dates is a first bound of its hours; what
    everybody together has in each month, a second; then people are left out reason by reason, each bound at most
    the one before. The bounds are exact: a lot alone can have that many hours. The step from one to the next
    is counted for its reason, and the step from the last to the hours met for `Lack.TAKEN`.
    """
    codes = checked_reasons(lots, people, reasons)
    month = np.arange(people.months)[None, :]
    inside = (month >= lots.first[:, None]) & (month <= lots.last[:, None])
    site = np.where(inside, lots.site[:, None], 0)
    everybody = np.ones((len(lots), 1)) * people.hours.sum(axis=0)[None, :]
    bounds = {
        Lack.NOTHING: lots.hours,
        Lack.SITE: np.minimum(site.sum(axis=1), lots.hours),
        Lack.ABSENT: np.minimum(np.minimum(site, everybody).sum(axis=1), lots.hours),
    }
    there = everybody
    for lack, why in EXCLUDING.items():
        there = there - (codes == why).T.astype(np.float64) @ people.hours.astype(np.float64)
        bounds[lack] = np.minimum(np.minimum(site, there).sum(axis=1), lots.hours)
    bounds[Lack.TAKEN] = met
    steps = np.stack([bounds[lack] for lack in Lack], axis=1).astype(np.int64)
    return np.concatenate((np.zeros((len(lots), 1), np.int64), steps[:, :-1] - steps[:, 1:]), axis=1)
