"""Which ways are shown in which cut of the flow, so that no figure, nor the difference of two, tells of few people.

The cuts are fixed and do not combine: all; by band of cohorts; in priority neighbourhoods or outside; by neighbourhood.
In each, a way taken by one to four people is hidden, and with it enough others that neither the total of the part nor
the other parts give it back: each part is protected across its ways, whose sum it shows, and each way across the parts,
whose sum the cut above shows. A part of too few people is withheld whole, with enough others likewise. What is left is
attacked with all sums at once (`engine.suppression.told_of`), and more is hidden until that tells of nobody.

Method and criterion: `engine.suppression` (Hundepool et al., 2012, chapter 4). As if it were known that a hidden figure
is of one person at least: with `k` hidden that hold `s` people together, each may be of `s - (k - 1)`, which must reach
five. Ways that nobody took are not shown either: a reader cannot tell one that is hidden from one that is empty.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from croisee.engine.suppression import FEWEST, Cell, is_small, told_of

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Hidden:
    """What is not shown of a cut: parts that are withheld whole, and the ways hidden in each of the others."""

    parts: frozenset[str]
    ways: Mapping[str, frozenset[str]]


def hidden_of(parts: Mapping[str, Counts], above: Collection[str] | None = None) -> Hidden:
    """What is not shown of the parts of a cut.

    `above`: the ways hidden where all parts are one, so in each of them; None when no cut above shows their sums.
    Goes from ways to parts and back until nothing more need be hidden; that ends, for what is hidden only grows.
    """
    ways = {key: {name for name in above or () if counts.get(name)} for key, counts in parts.items()}
    withheld: set[str] = set()
    while True:
        _grow(parts, ways, withheld)
        told = set() if above is None else _told(parts, ways, withheld, above)
        left = set(parts) - withheld
        if not told or not left:
            return Hidden(frozenset(withheld), {key: frozenset(found) for key, found in ways.items()})
        # Of parts withheld whole nothing more can be hidden: one more joins them.
        smallest = min(left, key=lambda key: (sum(parts[key].values()), key))
        for key in told & left:
            _hide_more(parts[key], ways[key], key, withheld)
        if not told & left:
            withheld.add(smallest)


def _grow(parts: Mapping[str, Counts], ways: dict[str, set[str]], withheld: set[str]) -> None:
    """Hide in each part, and across the parts, what the sum of each would give back."""
    names = sorted({name for counts in parts.values() for name in counts})
    totals = {key: sum(counts.values()) for key, counts in parts.items()}
    before = None
    while before != (before := (len(withheld), sum(map(len, ways.values())))):
        withheld |= _enough(totals, withheld)
        if withheld and not _is_safe([totals[key] for key in withheld]):
            withheld |= set(parts)
        for key, counts in parts.items():
            ways[key] |= {name for name in counts if counts[name]} if key in withheld else set()
            ways[key] |= _enough(counts, ways[key])
            if ways[key] and not _is_safe([counts[name] for name in ways[key]]):
                withheld.add(key)
        for name in names:
            across = {key: counts.get(name, 0) for key, counts in parts.items()}
            for key in _enough(across, {key for key in parts if name in ways[key]}):
                ways[key].add(name)


def _told(
    parts: Mapping[str, Counts], ways: Mapping[str, set[str]], withheld: set[str], above: Collection[str]
) -> set[str]:
    """The parts of which a figure of few people is known from all sums together.

    Parts withheld count as one row, for only their sum is known; so do as one column the ways hidden above.
    """
    figures: dict[Cell, int] = {}
    of: dict[Cell, set[str]] = {}
    for key, counts in parts.items():
        for name in sorted({name for one in parts.values() for name in one}):
            count = counts.get(name, 0)
            if count and name not in ways[key]:
                continue
            cell = (None if key in withheld else key, None if name in above else name)
            figures[cell] = figures.get(cell, 0) + count
            if is_small(count):
                of.setdefault(cell, set()).add(key)
    return {key for cell in told_of(figures, of) for key in of[cell]}


def _hide_more(counts: Counts, hidden: set[str], key: str, withheld: set[str]) -> None:
    """Hide the smallest way still shown of a part; withhold the part where none is."""
    shown = [(count, name) for name, count in counts.items() if count and name not in hidden]
    if shown:
        hidden.add(min(shown)[1])
    else:
        withheld.add(key)


def _enough(counts: Counts, hidden: Collection[str]) -> set[str]:
    """Those hidden already, those of few people, and the smallest others until none can be told from the total."""
    found = {name for name, count in counts.items() if count and (name in hidden or is_small(count))}
    others = sorted((count, name) for name, count in counts.items() if count and name not in found)
    for _count, name in others:
        if not found or _is_safe([counts[one] for one in found]):
            break
        found.add(name)
    return found


def _is_safe(hidden: Sequence[int]) -> bool:
    """Whether each hidden figure may, seen from outside, be of five people or more."""
    return len(hidden) > 1 and sum(hidden) - (len(hidden) - 1) >= FEWEST


def bands(cohorts: Collection[int], years: int) -> dict[str, tuple[int, int]]:
    """Bands of so many years that hold these cohorts, by name ("2022–2024"), oldest first; their limits are fixed."""
    firsts = sorted({cohort - cohort % years for cohort in cohorts})
    return {f"{first}–{first + years - 1}": (first, first + years - 1) for first in firsts}
