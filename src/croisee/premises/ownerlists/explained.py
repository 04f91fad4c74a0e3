"""What a table of an owner's premises may hold, explained, and the table to begin with."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from croisee.foundation.tables import write_xlsx
from croisee.premises.kinds import UnitKind
from croisee.premises.ownerlists import columns as c
from croisee.premises.ownerlists.rows import FIELDS

if TYPE_CHECKING:
    from croisee.premises.models import Unit


@dataclass(frozen=True)
class Explained:
    """A column: what it is, whether it must be there, what it may say."""

    label: str
    needed: bool
    says: str


def columns_explained() -> list[Explained]:
    """Every column that is read, in the order of the model."""
    says = {
        c.REFERENCE: _("yours, the same from one file to the next"),
        c.KIND: _("needed for new units: %(words)s; or words of yours: you say what they mean")
        % {"words": ", ".join(str(label) for label in UnitKind.labels)},
        c.SURFACE: _("needed for new units"),
        c.FLOOR: _("0 for the ground floor"),
        c.FREE_FROM: _("a date; day or month first, you say which"),
        c.STATE: _("%(words)s; or words of yours: you say what they mean")
        % {"words": ", ".join(label for _value, label in c.said_states())},
    }
    return [
        Explained(capfirst(str(c.LABELS[column.name])), column.required, says.get(column.name, ""))
        for column in c.COLUMNS
    ]


def model_file(units: Iterable[Unit]) -> bytes:
    """A workbook with the headings that are recognised by themselves, and what is here of these units."""
    headings = [capfirst(str(c.LABELS[column.name])) for column in c.COLUMNS]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.xlsx"
        write_xlsx(path, headings, [_cells(unit) for unit in units])
        return path.read_bytes()


def _cells(unit: Unit) -> list[Any]:
    found = {name: getattr(unit, one) for name, one in FIELDS.items()}
    found |= {
        c.REFERENCE: unit.reference,
        c.KIND: str(unit.get_kind_display()),
        c.STATE: str(unit.get_state_display()) if unit.state in c.SAID_STATES else "",
    }
    return [_cell(found[column.name]) for column in c.COLUMNS]


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, dt.date) else value
