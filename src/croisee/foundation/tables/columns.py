"""Which column of a file is which: names match whatever their case, accents, spaces and punctuation."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from croisee.foundation.tables.faults import Fault

LIKELY_RENAMED = 60  # rapidfuzz ratio above which another column's name is suggested


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a reader wants: its name, its other names, and whether the file must have it."""

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    max_length: int = 1_000

    @property
    def keys(self) -> tuple[str, ...]:
        """The names under which a header is recognised, normalised."""
        return tuple(header_key(name) for name in (self.name, *self.aliases))


def header_key(name: str) -> str:
    """`name` without case, accents, spaces and punctuation; a plus sign counts (REP is not REP+)."""
    plain = unicodedata.normalize("NFKD", name.replace("+", "plus")).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Header:
    """Where each wanted column is: name to (position, name as written); and the columns nobody wants."""

    positions: dict[str, tuple[int, str]]
    ignored: list[str]
    width: int


def recognised(header: Sequence[str], columns: Sequence[Column]) -> int:
    """How many of `columns` the header names."""
    present = {header_key(name) for name in header}
    return sum(any(key in present for key in column.keys) for column in columns)


def match_header(
    file: str, row: int, header: Sequence[str], columns: Sequence[Column]
) -> tuple[Header, list[Fault]]:
    """The places of `columns` in `header`, and a fault for each missing or doubled one.

    A name of several columns (“Élève” for family and given name) stands for them when none of them has its own.
    """
    wanted: dict[str, list[Column]] = {}
    for column in columns:
        for key in set(column.keys):
            wanted.setdefault(key, []).append(column)
    positions: dict[str, tuple[int, str]] = {}
    shared: list[tuple[int, str, list[Column]]] = []
    ignored: list[str] = []
    faults: list[Fault] = []
    for position, written in enumerate(header):
        named = wanted.get(header_key(written), [])
        if len(named) > 1:
            shared.append((position, written.strip(), named))
        elif not named:
            if written.strip():
                ignored.append(written.strip())
        elif named[0].name in positions:
            faults.append(_doubled(file, row, written.strip(), positions[named[0].name][1]))
        else:
            positions[named[0].name] = (position, written.strip())
    own = set(positions)
    for position, written, named in shared:
        names = {column.name for column in named}
        if positions.keys().isdisjoint(names):
            positions |= dict.fromkeys(names, (position, written))
        elif own.isdisjoint(names):
            faults.append(_doubled(file, row, written, positions[named[0].name][1]))
        else:
            ignored.append(written)
    missing = [column for column in columns if column.required and column.name not in positions]
    faults += [_missing(file, row, column, ignored) for column in missing]
    return Header(positions, ignored, len(header)), faults


def _doubled(file: str, row: int, name: str, first: str) -> Fault:
    return Fault(
        file,
        row,
        name,
        _("the column appears twice (“%(first)s” and “%(name)s”).") % {"first": first, "name": name},
        _("Keep one of the two and delete the other."),
    )


def _missing(file: str, row: int, column: Column, others: Sequence[str]) -> Fault:
    near = process.extractOne(column.name, others, scorer=fuzz.WRatio, score_cutoff=LIKELY_RENAMED)
    if near:
        remedy = _("The column “%(near)s” looks like it: rename it to “%(name)s” if so.")
    else:
        remedy = _("Add a column “%(name)s” to the first row; its cells may be left empty where allowed.")
    values = {"name": column.name, "near": near[0] if near else ""}
    return Fault(file, row, column.name, _("the column “%(name)s” is missing.") % values, remedy % values)
