"""The columns of a table, and how their cells read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from croisee.foundation.tables.writing import Cell as FileCell

Text = str | Promise


@dataclass(frozen=True)
class Column:
    """One column. `value` gives what a row shows and exports (by default its attribute `name`).

    `sort` makes the head a link: for a QuerySet the field to order by, for a list any non-empty text (the
    value orders). `link`, `badge` and `bar` give a row's address, its tone (ok, warn, bad, info) and a
    percentage to draw (0 to 100). `pick` gives what a box before the cell sends as `chosen`, with the form whose
    identifier is the listing's name and `-chosen`; it is ticked beforehand for rows that `picked` says.
    """

    name: str
    label: Text
    value: Callable[[Any], object] | None = None
    sort: str | None = None
    numeric: bool = False
    link: Callable[[Any], str | None] | None = None
    badge: Callable[[Any], str] | None = None
    bar: Callable[[Any], float | None] | None = None
    pick: Callable[[Any], str] | None = None
    picked: Callable[[Any], bool] | None = None

    def of(self, row: Any) -> object:
        """What `row` has in this column."""
        return getattr(row, self.name) if self.value is None else self.value(row)


@dataclass(frozen=True)
class Where:
    """An option of a filter that is a condition of the database, not the value of a column; `name`: in addresses."""

    name: str
    condition: Any

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Head:
    """The head of a column as shown."""

    label: Text
    numeric: bool
    url: str
    direction: str


@dataclass(frozen=True)
class ShownCell:
    """A cell as shown."""

    text: str
    numeric: bool
    url: str | None
    badge: str
    percent: float | None
    pick: str = ""
    picked: bool = False


@dataclass(frozen=True)
class ChoiceField:
    """A drop-down of the filters, and what is chosen in it."""

    name: str
    label: Text
    options: Sequence[tuple[Any, Text]]
    chosen: str


def shown_text(value: object) -> str:
    """A value as people of the active language write it; nothing known is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return str(number_format(value, use_l10n=True, force_grouping=True))
    if isinstance(value, float):
        return str(number_format(round(value, 1), 1, use_l10n=True, force_grouping=True))
    if isinstance(value, datetime):
        return str(date_format(localtime(value), "SHORT_DATETIME_FORMAT"))
    if isinstance(value, date):
        return str(date_format(value, "SHORT_DATE_FORMAT"))
    return str(value)


def file_cell(value: object) -> FileCell:
    """A value as a file holds it: numbers stay numbers, dates are ISO."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
