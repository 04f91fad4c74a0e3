"""Which ways are shown in which cut of the flow, so that no figure, nor the difference of two, tells of few people.

The cuts are fixed and do not combine: all; by band of cohorts; in priority neighbourhoods or outside; by neighbourhood.
In each, a way taken by one to four people is hidden, and with it enough others that neither the total of the part nor
the other parts give it back: each part is protected across its ways, whose sum it shows, and each way across the parts,
whose sum the cut above shows. A part of too few people is withheld whole, with enough others likewise.

Method and criterion: `engine.suppression` (Hundepool et al., 2012, chapter 4). As if it were known that a hidden figure
is of one person at least: with `k` hidden that hold `s` people together, each may be of `s - (k - 1)`, which must reach
five. Ways that nobody took are not shown either: a reader cannot tell one that is hidden from one that is empty.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from croisee.engine.suppression import FEWEST, is_small

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Hidden:
    """What is not shown of a cut: parts that are withheld whole, and the ways hidden in each of the others."""

    parts: frozenset[str]
    ways: Mapping[str, frozenset[str]]


def hidden_of(parts: Mapping[str, Counts], above: Collection[str] = ()) -> Hidden:
    """What is not shown of the parts of a cut; `above`: the ways hidden where all parts are one, so in each of them.

    Goes from ways to parts and back until nothing more need be hidden; that ends, for what is hidden only grows.
    """
    names = sorted({name for ways in parts.values() for name in ways})
    ways = {key: {name for name in above if counts.get(name)} for key, counts in parts.items()}
    withheld: set[str] = set()
    while True:
        before = len(withheld), sum(map(len, ways.values()))
        totals = {key: sum(counts.values()) for key, counts in parts.items()}
        withheld |= _enough(totals, withheld)
        if withheld and not _is_safe([totals[key] for key in withheld]):
            withheld = set(parts)
        for key, counts in parts.items():
            ways[key] |= {name for name in counts if counts[name]} if key in withheld else set()
            ways[key] |= _enough(counts, ways[key])
            if ways[key] and not _is_safe([counts[name] for name in ways[key]]):
                withheld.add(key)
        for name in names:
            across = {key: counts.get(name, 0) for key, counts in parts.items()}
            for key in _enough(across, {key for key in parts if name in ways[key]}):
                ways[key].add(name)
        if (len(withheld), sum(map(len, ways.values()))) == before:
            return Hidden(frozenset(withheld), {key: frozenset(found) for key, found in ways.items()})


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
