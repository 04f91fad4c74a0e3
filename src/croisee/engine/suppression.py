"""Figures that would tell of fewer than five people, and what would give them back by subtraction, are not shown.

Those who follow the people one by one read exact figures. Everyone else reads tables in which a line of one to four
people is hidden whole (people and what is counted of them), and with it enough other lines that the total of the table
does not give it back: seen from outside, a hidden line may be of five people or more.

Method: cell suppression, primary then complementary (Hundepool et al., *Statistical Disclosure Control*, Wiley, 2012,
chapter 4), with the interval that an attacker can compute as the criterion. See docs/methods/clauses.md.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence

FEWEST = 5
Cell = tuple[Hashable, Hashable]
"""A row and a column."""


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


def told_of(figures: Mapping[Cell, int], asked: Collection[Cell]) -> set[Cell]:
    """Which figures of a table are known to be of fewer than five people, from the sums of its rows and columns.

    Parameters
    ----------
    figures
        The figures that are not shown, empty ones included: a reader cannot tell them apart. Every sum of a row and
        of a column is known to the reader, and so is every figure that is not here.
    asked
        Those to look at.

    Returns
    -------
    set of cells
        Those that cannot, whatever the others are, be of five people or more.

    Notes
    -----
    A figure grows by moving people around a cycle of the table, out of a hidden figure and into another in turn: what
    can be moved is the greatest flow between its column and its row (Gusfield, "A graph theoretic approach to
    statistical data security", SIAM Journal on Computing 17(3), 1988), found here by shortest augmenting paths.
    """
    rows: dict[Hashable, list[Hashable]] = {}
    columns: dict[Hashable, list[Hashable]] = {}
    for row, column in figures:
        rows.setdefault(row, []).append(column)
        columns.setdefault(column, []).append(row)
    return {cell for cell in asked if not _may_grow(cell, dict(figures), rows, columns)}


def _may_grow(
    cell: Cell,
    figures: dict[Cell, int],
    rows: Mapping[Hashable, Sequence[Hashable]],
    columns: Mapping[Hashable, Sequence[Hashable]],
) -> bool:
    """Whether a figure may reach five, the others moved for it: they are changed."""
    while figures[cell] < FEWEST:
        cycle = _cycle(cell, figures, rows, columns)
        if not cycle:
            return False
        people = min(figures[one] for one in cycle[1::2])
        for one in cycle[::2]:
            figures[one] += people
        for one in cycle[1::2]:
            figures[one] -= people
    return True


def _cycle(
    cell: Cell,
    figures: Mapping[Cell, int],
    rows: Mapping[Hashable, Sequence[Hashable]],
    columns: Mapping[Hashable, Sequence[Hashable]],
) -> list[Cell]:
    """The shortest cycle through a figure along which people can be moved; nothing when there is none.

    People go into the first of its figures, out of the second, and so on.
    """
    home, start = cell
    came: dict[Hashable, list[Cell]] = {start: [cell]}
    seen = set()
    front = [start]
    while front:
        following = []
        for column in front:
            for row in columns[column]:
                if row in seen or (row, column) == cell or not figures[row, column]:
                    continue
                out = [*came[column], (row, column)]
                if row == home:
                    return out
                seen.add(row)
                for other in rows[row]:
                    if other not in came:
                        came[other] = [*out, (row, other)]
                        following.append(other)
        front = following
    return []
