"""The score of a candidature: the weighted mean of the committee's marks, from 0 to 100.

Score = Σ (mark × weight) ÷ Σ (5 × weight) × 100, rounded half up to a tenth. Whole numbers only until the last step, so
that a half is a half. Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

HIGHEST_MARK = 5


def score(marks: Iterable[tuple[int, int]]) -> Decimal | None:
    """The score of marks (0 to 5), each with its weight (1 or more); None without any.

    Raises ValueError for a mark or a weight out of these bounds.
    """
    gained = weights = 0
    for mark, weight in marks:
        if not 0 <= mark <= HIGHEST_MARK or weight < 1:
            raise ValueError(f"mark {mark} of weight {weight}")
        gained += mark * weight
        weights += weight
    if not weights:
        return None
    possible = HIGHEST_MARK * weights
    tenths = (2 * 1000 * gained + possible) // (2 * possible)
    return Decimal(tenths) / 10
