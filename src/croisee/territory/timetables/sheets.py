"""A table of a feed as columns of text, and the rows of it that were refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from django.utils.translation import ngettext
from numpy.typing import NDArray

from croisee.engine.transit.timetable import Flags, Ints, Longs
from croisee.foundation.tables import Fault
from croisee.foundation.tables.values import shown

Refuse = Callable[[Fault], None]
MOST_TOLD = 1_000
"""Rows with the same fault that are told one by one; of the others it is told how many they are."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A column: each distinct text once (trimmed), and the position among `texts` of what each row holds."""

    texts: list[str]
    codes: Ints

    def __getitem__(self, row: int) -> str:
        return self.texts[int(self.codes[row])]

    def each(self, read: Callable[[str], Any], dtype: Any) -> NDArray[Any]:
        """What `read` makes of the text of each row; called once a distinct text."""
        return np.array([read(text) for text in self.texts], dtype)[self.codes]

    def among(self, positions: Mapping[str, int]) -> Ints:
        """The position of each row's text in a list; -1 for what is not in it."""
        found: Ints = self.each(lambda text: positions.get(text, -1), np.int32)
        return found

    def within(self, texts: frozenset[str]) -> Flags:
        """Which rows hold one of `texts`."""
        found: Flags = self.each(texts.__contains__, np.bool_)
        return found

    def equal(self, text: str) -> Flags:
        """Which rows hold this very text."""
        return self.within(frozenset([text]))

    def all(self) -> list[str]:
        """The text of every row."""
        return [self.texts[code] for code in self.codes]

    def taking(self, rows: NDArray[np.integer]) -> Cells:
        """The same with these rows only, in this order."""
        return Cells(self.texts, self.codes[rows])


@dataclass(slots=True)
class Sheet:
    """A table whose rows can be refused: `row` is the row of the file, `kept` which ones are still good."""

    file: str
    columns: dict[str, Cells]
    row: Longs
    refuse: Refuse
    kept: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.kept = np.ones(len(self.row), np.bool_)

    def __len__(self) -> int:
        return len(self.row)

    def __getitem__(self, name: str) -> Cells:
        return self.columns[name]

    def reject(self, wrong: Flags, name: str | None, problem: str, remedy: str) -> None:
        """Refuse the rows that are `wrong`; %(text)s in the problem is what the column `name` says there."""
        self.mention(wrong, name, problem, remedy)
        self.drop(wrong)

    def mention(self, wrong: Flags, name: str | None, problem: str, remedy: str) -> None:
        """Report rows that are kept without what is wrong in them."""
        rows = np.flatnonzero(wrong & self.kept)
        for at in rows[:MOST_TOLD].tolist():
            text = shown(self.columns[name][at]) if name else ""
            self.refuse(Fault(self.file, int(self.row[at]), name, problem % {"text": text}, remedy))
        if len(rows) > MOST_TOLD:
            self.refuse(others(self.file, name, len(rows) - MOST_TOLD, remedy))

    def drop(self, rows: Flags) -> None:
        """Leave rows out that miss something refused elsewhere: that was said there."""
        self.kept &= ~rows

    def taking(self, rows: NDArray[np.integer]) -> Self:
        """The same with these rows only, in this order."""
        columns = {name: cells.taking(rows) for name, cells in self.columns.items()}
        return type(self)(self.file, columns, self.row[rows], self.refuse)

    def sound(self) -> Self:
        """The same with the rows that are still good."""
        return self if self.kept.all() else self.taking(np.flatnonzero(self.kept))


def others(file: str, name: str | None, n: int, remedy: str) -> Fault:
    """What is told of `n` rows more than are told one by one."""
    problem = ngettext("%(n)d other row has this fault.", "%(n)d other rows have this fault.", n) % {"n": n}
    return Fault(file, None, name, problem, remedy)


def repeated(*keys: NDArray[Any]) -> Flags:
    """Which rows have the keys of a row before them."""
    order = np.lexsort(keys[::-1])
    again = np.ones(max(len(order) - 1, 0), np.bool_)
    for key in keys:
        again &= key[order[1:]] == key[order[:-1]]
    found = np.zeros(len(order), np.bool_)
    found[order[1:]] = again
    return found
