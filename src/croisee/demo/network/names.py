"""Names of stops: those of places where they have one, else what streets are called after, never a person."""

from collections.abc import Iterator
from itertools import count

import numpy as np

from croisee.demo.generator.chance import stream
from croisee.demo.generator.stocks.places import HUBS
from croisee.demo.generator.stocks.streets import ROAD_NAMES, STREET_NAMES
from croisee.demo.network.lines import Line
from croisee.demo.network.places import Places

ARTICLES = ("des ", "du ", "de la ", "de l'", "de ")
KINDS = ("Place", "Clos", "Pont", "Cours")


def stop_names(places: Places, lines: list[Line], seed: int) -> dict[int, str]:
    """The name of each stop on a line, no two alike; stops where many lines meet are named first."""
    meeting: dict[int, int] = {}
    for line in lines:
        for stop in set(line.stops):
            meeting[stop] = meeting.get(stop, 0) + 1
    names = {stop: places.name[stop] for stop in meeting if stop < len(places.x) and places.name[stop]}
    fresh = _fresh_names(stream(seed, "names of stops"), set(names.values()))
    for stop in sorted(meeting, key=lambda stop: (-meeting[stop], stop)):
        if stop not in names:
            names[stop] = next(fresh)
    return names


def _fresh_names(rng: np.random.Generator, taken: set[str]) -> Iterator[str]:
    """Names not taken: short ones, then those of squares and bridges, at last numbered ones."""
    full = [name for name in (*STREET_NAMES, *ROAD_NAMES) if name.startswith(ARTICLES)]
    full = [full[row] for row in rng.permutation(len(full))]
    for name in (*HUBS, *map(_short, full), *(f"{kind} {name}" for kind in KINDS for name in full)):
        if name not in taken:
            taken.add(name)
            yield name
    yield from (f"Arrêt n° {number}" for number in count(1))


def _short(name: str) -> str:
    """`Tilleuls` for `des Tilleuls`."""
    article = next(article for article in ARTICLES if name.startswith(article))
    return name.removeprefix(article).replace("-", " ")
