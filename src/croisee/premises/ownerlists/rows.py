"""The rows of an owner's table as what is said of units, what that changes, and all that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, Refused, Table, values
from croisee.foundation.tables.columns import header_key
from croisee.premises.kinds import UnitKind
from croisee.premises.models import Unit, UnitState
from croisee.premises.models.units import UNIT
from croisee.premises.ownerlists import columns as c

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account, Organisation

BY_OPTION = ("hold", "release")
"""Moves that go by an option and its day, never by a list."""
FIELDS = {
    c.NAME: "name",
    c.KIND: "kind",
    c.ADDRESS: "address",
    c.POSTCODE: "postcode",
    c.TOWN: "city",
    c.SURFACE: "surface",
    c.FLOOR: "floor",
    c.HEIGHT: "height",
    c.RENT: "rent",
    c.CHARGES: "charges",
    c.FREE_FROM: "available_from",
    c.DESCRIPTION: "description",
    c.EMAIL: "contact_email",
    c.PHONE: "contact_phone",
}
COLUMN_OF = {name: column for column, name in FIELDS.items()}


@dataclass
class Goal:
    """Whose list it is, who sends it; the units known by their references."""

    organisation: Organisation
    account: Account
    known: dict[str, Unit] = field(default_factory=dict)

    def look(self) -> dict[str, Unit]:
        """The units of the owner that have a reference, as they are now."""
        rows = Unit.objects.filter(owner=self.organisation).exclude(reference="").defer("outline")
        self.known = {key_of(unit.reference): unit for unit in rows}
        return self.known


def key_of(reference: str) -> str:
    """A reference as it is compared: whatever its case and its blanks."""
    return "".join(reference.split()).casefold()


@dataclass(frozen=True)
class Row:
    """What a row says of a unit (`said`: by fields, nothing empty), the unit if it is known, and what that changes."""

    number: int
    index: int
    reference: str
    said: dict[str, Any]
    unit: Unit | None
    changed: dict[str, Any]
    moves: tuple[str, ...]
    held: bool = False

    def __str__(self) -> str:
        name = self.said.get("name") or (self.unit.name if self.unit else "")
        return f"{self.reference}, {name}" if name else self.reference


def route(origin: str, target: str) -> tuple[str, ...] | None:
    """The fewest moves of an owner from one state to another, none by an option; None when there is no way."""
    ways: dict[str, tuple[str, ...]] = {origin: ()}
    queue = [origin]
    while queue:
        state = queue.pop(0)
        if state == target:
            return ways[state]
        for move in UNIT.transitions:
            reached = str(move.target)
            sources = {str(source) for source in move.origins}
            if state in sources and reached not in ways and move.name not in BY_OPTION:
                ways[reached] = (*ways[state], move.name)
                queue.append(reached)
    return None


def read_rows(table: Table, goal: Goal) -> tuple[list[Row], list[Fault]]:
    """The rows that hold together, and every fault of the others, with its row, its field and its remedy."""
    faults: list[Fault] = []
    parsed = {name: table.parse(name, parser, faults) for name, parser in _PARSERS.items()}
    known = goal.look()
    seen: dict[str, int] = {}
    wrong = {fault.row for fault in faults}
    rows = []
    for i in range(len(table)):
        reference = " ".join(table.columns[c.REFERENCE][i].split())
        found = _of_reference(table, i, reference, seen)
        if found is not None:
            faults.append(found)
        elif table.rows[i] not in wrong:
            cells = {name: found_ones[i] for name, found_ones in parsed.items() if name in FIELDS}
            said = {FIELDS[name]: value for name, value in cells.items() if value is not None}
            said |= {FIELDS[name]: text for name in _TEXTS if (text := table.columns[name][i].strip())}
            if "address" in said:
                said["address"] = _one_line(said)
            state = parsed[c.STATE][i] or ""
            row = _row(table, i, reference, said, known.get(key_of(reference)), state)
            faults += (problems := _problems(table, i, row, goal))
            if not problems:
                rows.append(row)
    return rows, faults


def _one_line(said: dict[str, Any]) -> str:
    """An address with its postcode and town, as units have it."""
    address, postcode = " ".join(said["address"].split()), said.get("postcode", "")
    town = f"{postcode} {said.get('city', '')}".strip()
    return f"{address}, {town}"[:300] if postcode and postcode not in address else address


def _of_reference(table: Table, i: int, reference: str, seen: dict[str, int]) -> Fault | None:
    if not reference:
        return table.fault(
            i,
            c.REFERENCE,
            _("this cell is empty."),
            _("Write your reference of the unit, or take the row out."),
        )
    first = seen.setdefault(key_of(reference), table.rows[i])
    if first != table.rows[i]:
        return table.fault(
            i,
            c.REFERENCE,
            _("row %(row)d has the same reference.") % {"row": first},
            _("Give each unit a reference of its own, or take one of the rows out."),
        )
    return None


def _row(table: Table, i: int, reference: str, said: dict[str, Any], unit: Unit | None, state: str) -> Row:
    origin = str(unit.state) if unit else str(UnitState.FOUND)
    held = unit is not None and unit.state == UnitState.OPTION
    moves = route(origin, state) if state and not held else ()
    if unit is None:
        changed = {"name": reference, **said}
    else:
        changed = {name: value for name, value in said.items() if getattr(unit, name) != value}
    return Row(
        table.rows[i],
        i,
        reference,
        said,
        unit,
        changed,
        moves or (),
        held=held and bool(state) and state != origin,
    )


def _problems(table: Table, i: int, row: Row, goal: Goal) -> list[Fault]:
    """What would be refused when the row is written."""
    if row.unit is None:
        needed = (
            (c.KIND, _("Say what this unit is: it is new here.")),
            (c.SURFACE, _("Write its surface in m²: it is new here.")),
        )
        missing = [
            table.fault(i, name, _("this cell is empty."), remedy)
            for name, remedy in needed
            if FIELDS[name] not in row.said
        ]
        if missing:
            return missing
    tried = Unit(owner=goal.organisation, reference=row.reference)
    if row.unit is not None:
        for one in Unit._meta.concrete_fields:
            if one.attname in row.unit.__dict__:
                setattr(tried, one.attname, getattr(row.unit, one.attname))
    for name, value in row.changed.items():
        setattr(tried, name, value)
    try:
        tried.full_clean(exclude=["opportunity", "owner"], validate_unique=False, validate_constraints=False)
    except ValidationError as refused:
        return [
            table.fault(i, COLUMN_OF.get(name), " ".join(texts), _("Correct this cell, or empty it."))
            for name, texts in refused.message_dict.items()
        ]
    until = tried.available_until
    if until is not None and tried.available_from is not None and until < tried.available_from:
        problem = _("these premises are available until %(day)s only.") % {"day": until}
        return [
            table.fault(i, c.FREE_FROM, problem, _("Write an earlier day, or change the other one here."))
        ]
    return []


def _number(least: str, decimals: int, most: str) -> Callable[[str], Decimal]:
    """A number within bounds, rounded to the decimals that are kept."""

    def parse(text: str) -> Decimal:
        number = Decimal(str(values.decimal(text.replace("€", "").replace("m²", "").replace(" ", ""))))
        number = number.quantize(Decimal(1).scaleb(-decimals))
        if not Decimal(least) <= number <= Decimal(most):
            raise Refused(
                _("“%(text)s” is not between %(least)s and %(most)s.")
                % {"text": values.shown(text), "least": least, "most": most},
                _("Check the number and its unit."),
            )
        return number

    return parse


def _floor(text: str) -> int:
    if text.casefold() in ("rdc", "rez-de-chaussée", "rez de chaussée"):
        return 0
    number = values.integer(text)
    if not -5 <= number <= 60:
        raise Refused(
            _("“%(text)s” is no floor.") % {"text": values.shown(text)}, _("Write 0 for the ground floor.")
        )
    return number


def _kind(text: str) -> str:
    return _meant(text, UnitKind.choices, _("“%(text)s” is no kind of premises."))


def _state(text: str) -> str:
    return _meant(text, c.said_states(), _("“%(text)s” is no state that a list may say."))


def _meant(text: str, options: Iterable[tuple[str, Any]], problem: str) -> str:
    """The value that a cell means, written itself or as it is called."""
    meanings = {header_key(word): value for value, label in options for word in (value, str(label))}
    found = meanings.get(header_key(text))
    if found is None:
        raise Refused(
            problem % {"text": values.shown(text)},
            _("Say what this word means, or choose one of the list."),
        )
    return found


_PARSERS: dict[str, Callable[[str], Any]] = {
    c.KIND: _kind,
    c.STATE: _state,
    c.SURFACE: _number("1", 1, "9999999"),
    c.FLOOR: _floor,
    c.HEIGHT: _number("1", 2, "40"),
    c.RENT: _number("0", 2, "999999"),
    c.CHARGES: _number("0", 2, "999999"),
    c.FREE_FROM: values.date,
}
_TEXTS = (c.NAME, c.ADDRESS, c.POSTCODE, c.TOWN, c.DESCRIPTION, c.EMAIL, c.PHONE)
