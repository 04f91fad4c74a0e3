"""The flow of people from stage to stage as a picture: ways with their numbers in, places of bands and ribbons out.

A column for each stage of a way in its order (first, second…); in a column, a band for each stage that somebody was at
then; between two columns, a ribbon for those who went from one band to the next. After Sankey: what is drawn is as wide
as people are many, at one scale for the whole picture.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

WIDTH, HEIGHT = 960, 420
BAND, GAP, HEAD = 16, 14, 4
"""The width of a band, the least space between two of a column, and above them."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class Band:
    """A stage at its place in ways: `people` were there, of whom `going` went on to another stage."""

    column: int
    stage: str
    people: int
    going: int
    x: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return round(self.y + self.height / 2, 2)

    @property
    def is_last(self) -> bool:
        """Whether it is at the right edge: its words stand before it, for there is no room after."""
        return self.x + BAND >= WIDTH


@dataclass(frozen=True)
class Ribbon:
    """Those who went from a band to one of the next column; `top` and `bottom` are its edges at both ends."""

    column: int
    origin: str
    target: str
    people: int
    left: float
    right: float
    left_top: float
    right_top: float
    height: float

    @property
    def path(self) -> str:
        """Its outline, for the `d` of an SVG path."""
        middle = (self.left + self.right) / 2
        down_left, down_right = self.left_top + self.height, self.right_top + self.height
        return (
            f"M{self.left:.2f} {self.left_top:.2f}"
            f"C{middle:.2f} {self.left_top:.2f} {middle:.2f} {self.right_top:.2f} {self.right:.2f} {self.right_top:.2f}"
            f"V{down_right:.2f}"
            f"C{middle:.2f} {down_right:.2f} {middle:.2f} {down_left:.2f} {self.left:.2f} {down_left:.2f}Z"
        )


@dataclass(frozen=True)
class Flow:
    """The whole picture. `columns` is how many there are; bands and ribbons from left to right, from top to bottom."""

    bands: Sequence[Band]
    ribbons: Sequence[Ribbon]
    columns: int
    people: int
    width: int = WIDTH
    height: int = HEIGHT


def layout(ways: Mapping[Path, int], order: Sequence[str]) -> Flow:
    """Lay out ways (stages in their order, each with how many people took it).

    `order`: the stages from top to bottom of a column. The same ways give the same picture whatever their order in the
    mapping. Raises ValueError for a number below nought, or for a stage that is not in `order`.
    """
    if any(count < 0 for count in ways.values()):
        raise ValueError("no way is taken by fewer than nobody")
    taken = {path: count for path, count in ways.items() if count and path}
    if unknown := {stage for path in taken for stage in path} - set(order):
        raise ValueError(f"unknown stages: {sorted(unknown)}")
    here: Counter[tuple[int, str]] = Counter()
    links: Counter[tuple[int, str, str]] = Counter()
    for path, count in taken.items():
        for column, stage in enumerate(path):
            here[column, stage] += count
        for column, (origin, target) in enumerate(pairwise(path)):
            links[column, origin, target] += count
    people = sum(taken.values())
    if not people:
        return Flow((), (), 0, 0)
    columns = 1 + max(column for column, _stage in here)
    return _drawn(here, links, columns, people, {stage: rank for rank, stage in enumerate(order)})


def _drawn(
    here: Counter[tuple[int, str]],
    links: Counter[tuple[int, str, str]],
    columns: int,
    people: int,
    rank: Mapping[str, int],
) -> Flow:
    most = max(Counter(column for column, _stage in here).values())
    scale = (HEIGHT - HEAD - (most - 1) * GAP) / people
    going: Counter[tuple[int, str]] = Counter()
    for (column, origin, _target), count in links.items():
        going[column, origin] += count
    step = (WIDTH - BAND) / max(columns - 1, 1)
    bands: dict[tuple[int, str], Band] = {}
    for column in range(columns):
        y = float(HEAD)
        for stage in sorted((stage for at, stage in here if at == column), key=rank.__getitem__):
            height = here[column, stage] * scale
            key = (column, stage)
            bands[key] = Band(column, stage, here[key], going[key], round(column * step, 2), y, height)
            y += height + GAP
    ribbons = _ribbons(links, bands, scale, rank)
    drawn = [replace(band, y=round(band.y, 2), height=round(band.height, 2)) for band in bands.values()]
    return Flow(drawn, ribbons, columns, people)


def _ribbons(
    links: Counter[tuple[int, str, str]],
    bands: Mapping[tuple[int, str], Band],
    scale: float,
    rank: Mapping[str, int],
) -> list[Ribbon]:
    """Ribbons side by side along their bands: they leave in the order of where they go, arrive in that of origins."""
    ordered = sorted(links, key=lambda link: (link[0], rank[link[1]], rank[link[2]]))
    leaves: dict[tuple[int, str], float] = {key: band.y for key, band in bands.items()}
    comes = dict(leaves)
    ribbons = []
    for column, origin, target in ordered:
        count = links[column, origin, target]
        start, end = (column, origin), (column + 1, target)
        height = count * scale
        ribbons.append(
            Ribbon(
                column,
                origin,
                target,
                count,
                round(bands[start].x + BAND, 2),
                bands[end].x,
                round(leaves[start], 2),
                round(comes[end], 2),
                round(height, 2),
            )
        )
        leaves[start] += height
        comes[end] += height
    return ribbons
