"""Figures that would tell of fewer than five people, and what would give them back by subtraction, are not shown.

Those who follow the people one by one read exact figures. Everyone else reads tables in which a line of one to four
people is hidden whole (people and what is counted of them), and with it enough other lines that the total of the table
does not give it back: seen from outside, a hidden line may be of five people or more.

Method: cell suppression, primary then complementary (Hundepool et al., *Statistical Disclosure Control*, Wiley, 2012,
chapter 4), with the interval that an attacker can compute as the criterion. See docs/methods/clauses.md.
"""

from collections.abc import Sequence

FEWEST = 5


def is_small(count: int) -> bool:
    """Whether `count` is of one to four people; nobody is no one's secret."""
    return 0 < count < FEWEST


def hidden_lines(lines: Sequence[Sequence[int]]) -> frozenset[int]:
    """Which lines of a table that adds up are not shown, by their place.

    Parameters
    ----------
    lines
        For each line its numbers of people: the whole first, then parts of it that are shown too (residents, say),
        in the same order on every line. The total of each column is known to the reader, and is zero or five at least.

    Returns
    -------
    frozenset of int
        The smallest lines first, as many as are needed; every line, empty ones included, when fewer do not do.

    Notes
    -----
    A line without anybody is shown, so a hidden line is known to be of one person at least. With `k` lines hidden
    that hold `s` people together, each may be of one to `s - (k - 1)` people: that must reach five.
    """
    hidden = [place for place, line in enumerate(lines) if any(is_small(count) for count in line)]
    if not hidden:
        return frozenset()
    others = sorted(
        (place for place, line in enumerate(lines) if line[0] and place not in hidden),
        key=lambda place: (lines[place][0], place),
    )
    for other in [*others, None]:
        if _is_safe([lines[place] for place in hidden]):
            return frozenset(hidden)
        if other is not None:
            hidden.append(other)
    return frozenset(range(len(lines)))


def _is_safe(hidden: Sequence[Sequence[int]]) -> bool:
    """Whether each hidden number may, seen from outside, be of five people or more, in every column that needs it."""
    if len(hidden) < 2:
        return False
    for column, counts in enumerate(zip(*hidden, strict=True)):
        least = 1 if column == 0 else 0
        if any(map(is_small, counts)) and sum(counts) - least * (len(counts) - 1) < FEWEST:
            return False
    return True
