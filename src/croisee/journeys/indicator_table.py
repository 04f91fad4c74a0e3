"""The common indicators as a table by sex; with small figures hidden for who does not follow people one by one. Pure.

What is hidden and why: docs/methods/fse.md. Within a frame (who entered, who left, six months after) the indicators cut
everybody into parts (by situation at work, by age, by level; yes or not for the others): in each cut a part of one to
four people is hidden, with as many others as it takes for subtraction not to give it back (`engine/suppression.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from croisee.engine.suppression import hidden_lines, is_small
from croisee.journeys.indicators import LATER, NOT_COLLECTED, OF_ENTITIES, OUTPUTS, RESULTS

if TYPE_CHECKING:
    from croisee.journeys.queries.indicators import Counted

SEXES = ("woman", "man", "unknown")
Numbers = tuple[int, ...]
"""Everybody, then by sex."""
PARTS: Mapping[str, Sequence[str]] = {"enters": OUTPUTS, "leaves": RESULTS, "later": LATER}
CUTS: Sequence[Sequence[str]] = (
    ("EECO02", "EECO04", "EECO05"),
    ("EECO06", "EECO07", "EECO08"),
    ("EECO09", "EECO10", "EECO11"),
)
"""Indicators that cut who entered into parts, with a rest that is in none of them."""
ABSENT = (*NOT_COLLECTED, *OF_ENTITIES)


@dataclass(frozen=True)
class Row:
    """One indicator: women, men, not said, everybody (None: not shown), and how many answers are missing."""

    code: str
    cells: tuple[int | None, int | None, int | None, int | None]
    missing: int | None


@dataclass(frozen=True)
class Part:
    """The indicators of a frame, and who is in it."""

    frame: str
    whole: Row
    rows: tuple[Row, ...]


def table(counted: Counted, *, exact: bool) -> tuple[Part, ...]:
    """The three parts; `exact` for who follows the people one by one."""
    return tuple(_part(counted, frame, codes, exact=exact) for frame, codes in PARTS.items())


def hides(parts: Iterable[Part]) -> bool:
    """Whether something is not shown."""
    return any(None in row.cells for part in parts for row in (part.whole, *part.rows))


def _part(counted: Counted, frame: str, codes: Sequence[str], *, exact: bool) -> Part:
    whole = _numbers(counted.frames[frame])
    numbers = {code: _numbers(counted.counts[code]) for code in codes}
    if exact:
        rows = tuple(Row(code, _cells(numbers[code]), sum(counted.missing[code].values())) for code in codes)
        return Part(frame, Row(frame, _cells(whole), None), rows)
    if is_small(whole[0]):
        return Part(frame, _nothing(frame), tuple(_nothing(code) for code in codes))
    width = 1 if any(map(is_small, whole)) else len(whole)
    cut = {code: line[:width] for code, line in numbers.items()}
    hidden = _hidden(cut, whole[:width])
    rows = tuple(_nothing(code) if code in hidden else Row(code, _cells(cut[code]), None) for code in codes)
    return Part(frame, Row(frame, _cells(whole[:width]), None), rows)


def _numbers(by_sex: Mapping[str, int]) -> Numbers:
    parts = tuple(by_sex[sex] for sex in SEXES)
    return (sum(parts), *parts)


def _cells(line: Numbers) -> tuple[int | None, int | None, int | None, int | None]:
    """By sex, then everybody; without the sexes when the line has its total alone."""
    if len(line) == 1:
        return None, None, None, line[0]
    return line[1], line[2], line[3], line[0]


def _nothing(code: str) -> Row:
    return Row(code, (None, None, None, None), None)


def _hidden(lines: Mapping[str, Numbers], whole: Numbers) -> set[str]:
    """The indicators of a frame that are not shown."""
    hidden: set[str] = set()
    told = {code for cut in CUTS for code in cut if code in lines}
    for cut in CUTS:
        if cut[0] not in lines:
            continue
        parts = [lines[code] for code in cut]
        gone = hidden_lines([*parts, _rest(whole, parts)])
        hidden |= {code for place, code in enumerate(cut) if place in gone}
        # Who did not say their situation is everybody but EECO01.
        if cut[0] == "EECO02" and len(cut) in gone:
            hidden.add("EECO01")
    for code, line in lines.items():
        if code in told or code == "EECO01":
            continue
        of, within = ("EECO02", lines["EECO02"]) if code == "EECO03" else ("", whole)
        if of in hidden or hidden_lines([line, _rest(within, [line])]):
            hidden.add(code)
    return hidden


def _rest(whole: Numbers, parts: Sequence[Numbers]) -> Numbers:
    """What is in none of the parts."""
    return tuple(number - sum(part[place] for part in parts) for place, number in enumerate(whole))
