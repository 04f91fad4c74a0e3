"""What the small charts of journeys draw: numbers in, places of bars out."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT, BAR = 48, 120, 22, 18
"""Units of the drawing: from month to month, the height of the highest bar, room for names below, a bar's width."""


@dataclass(frozen=True)
class Pair:
    """Two bars side by side, and the name below."""

    label: str
    label_at: int
    first_at: int
    first_top: float
    first_height: float
    second_at: int
    second_top: float
    second_height: float


@dataclass(frozen=True)
class Pairs:
    """The bars, the size of the drawing, and the number at its top."""

    columns: Sequence[Pair]
    width: int
    height: int
    base: int
    label_base: int
    most: int


def pairs(rows: Sequence[tuple[str, int, int]]) -> Pairs | None:
    """Two bars for each row (name, first number, second number), the highest at full height; None without any."""
    most = max((max(first, second) for _label, first, second in rows), default=0)
    if not most:
        return None
    columns = []
    for place, (label, first, second) in enumerate(rows):
        middle = place * WIDTH + WIDTH // 2
        high, low = (round(HEIGHT * number / most, 2) for number in (first, second))
        columns.append(Pair(label, middle, middle - BAR, HEIGHT - high, high, middle, HEIGHT - low, low))
    return Pairs(columns, WIDTH * len(rows), HEIGHT + FOOT, HEIGHT, HEIGHT + 16, most)
