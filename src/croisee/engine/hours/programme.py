"""Linear and integer programmes, built family of rows by family of rows, solved by HiGHS.

Huangfu & Hall, *Parallelizing the dual revised simplex method*, Mathematical Programming Computation 10, 2018.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, HighsSolution, HighsVarType, MatrixFormat, kHighsInf
from numpy.typing import ArrayLike, NDArray

from croisee.engine.hours.problem import Flags, Whole

Numbers = NDArray[np.float64]
Term = tuple[Whole, Whole, ArrayLike]
"""Rows within their family, columns (-1 for none), coefficients."""


@dataclass
class Programme:
    """Maximise `worth` over columns from `fewest` to `most`, some of them whole numbers, within ranges of rows."""

    worth: Numbers
    fewest: Numbers
    most: Numbers
    whole: Flags
    _terms: list[tuple[Whole, Whole, Numbers]] = field(default_factory=list)
    _ranges: list[tuple[Numbers, Numbers]] = field(default_factory=list)
    rows: int = 0

    def add(
        self, size: int, terms: list[Term], *, low: ArrayLike = -kHighsInf, high: ArrayLike = kHighsInf
    ) -> None:
        """Add a family of `size` rows, each from `low` to `high`."""
        for row, column, value in terms:
            there = column >= 0
            values = np.broadcast_to(np.asarray(value, np.float64), column.shape)
            self._terms.append((row[there] + self.rows, column[there], values[there]))
        ranges = (np.broadcast_to(np.asarray(bound, np.float64), (size,)) for bound in (low, high))
        self._ranges.append((next(ranges), next(ranges)))
        self.rows += size

    def matrix(self) -> tuple[Whole, Whole, Numbers]:
        """Starts of the rows, columns and coefficients; what was added at one place twice is added up."""
        row, column, value = (np.concatenate(parts) for parts in zip(*self._terms, strict=True))
        place, at = np.unique(row * self.worth.size + column, return_inverse=True)
        row, column = np.divmod(place, self.worth.size)
        start: Whole = np.searchsorted(row, np.arange(self.rows + 1)).astype(np.int64)
        return start, column.astype(np.int64), np.bincount(at, value, place.size).astype(np.float64)

    def ranges(self) -> tuple[Numbers, Numbers]:
        """The lowest and highest value of each row."""
        low, high = zip(*self._ranges, strict=True)
        return np.concatenate(low), np.concatenate(high)

    def model(self) -> HighsLp:
        """The programme as HiGHS takes it: a cost to minimise."""
        lp = HighsLp()
        lp.num_col_, lp.num_row_ = self.worth.size, self.rows
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = -self.worth, self.fewest, self.most
        lp.row_lower_, lp.row_upper_ = self.ranges()
        lp.a_matrix_.format_ = MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = self.matrix()
        if self.whole.any():
            kinds = (HighsVarType.kContinuous, HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(whole)] for whole in self.whole]
        return lp


class _Silent(Highs):
    """HiGHS that says nothing: by itself it prints its name while it is being made, before any option can be set."""

    def enableCallbacks(self) -> None:  # noqa: N802
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, eq=False)
class Solution:
    """The best columns found, what a unit more of each row would be worth, and whether nothing better exists."""

    values: Numbers
    prices: Numbers
    optimal: bool


def solved(programme: Programme, options: dict[str, Any], begin: Numbers | None = None) -> Solution:
    """The programme solved by HiGHS, in one thread.

    Parameters
    ----------
    programme : Programme
    options : dict
        Options of HiGHS.
    begin : (columns,) floats, optional
        A solution to begin from.
    """
    highs = _Silent()  # type: ignore[no-untyped-call]
    for name, value in {"threads": 1, **options}.items():
        highs.setOptionValue(name, value)
    highs.passModel(programme.model())
    if begin is not None:
        start = HighsSolution()
        start.col_value = begin
        highs.setSolution(start)
    highs.run()
    solution = highs.getSolution()
    optimal = highs.getModelStatus() == HighsModelStatus.kOptimal
    return Solution(np.array(solution.col_value), -np.array(solution.row_dual), optimal)


def proved(programme: Programme, prices: Numbers) -> float:
    """What prices of the rows prove by weak duality: no columns within the programme are worth more.

    Whatever the prices, and whether or not the programme was solved to its end.
    """
    start, column, value = programme.matrix()
    low, high = programme.ranges()
    prices = np.where((prices > 0) & np.isinf(high) | (prices < 0) & np.isinf(low), 0.0, prices)
    row = np.repeat(np.arange(programme.rows), np.diff(start))
    reduced = programme.worth - np.bincount(column, value * prices[row], programme.worth.size)
    sides = np.where(prices > 0, high, low)
    rows = float(np.sum(prices[prices != 0] * sides[prices != 0]))
    return rows + float(np.sum(np.where(reduced > 0, reduced * programme.most, reduced * programme.fewest)))
