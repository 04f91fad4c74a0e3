"""The rows that the address of a page asks for, drawn or exported."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.listings.columns import (
    ChoiceField,
    Column,
    Head,
    ShownCell,
    Text,
    Where,
    file_cell,
    shown_text,
)
from croisee.foundation.tables.writing import write_csv, write_xlsx

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_WORDS = 12


@dataclass
class Listing:
    """The rows asked for by the address of a page. `prefix` tells two listings of one page apart."""

    request: HttpRequest
    rows: QuerySet[Any] | Sequence[Any]
    columns: Sequence[Column]
    name: str = "listing"
    search: Sequence[str] = ()
    choices: Mapping[str, tuple[Text, Sequence[tuple[Any, Text]]]] = field(default_factory=dict)
    prefix: str = ""
    per_page: int = 50
    empty_title: Text = ""
    empty_text: Text = ""

    # What is asked

    @property
    def query(self) -> QueryDict:
        """The parameters of the page."""
        return self.request.GET

    @property
    def search_param(self) -> str:
        """The name of the search box."""
        return f"{self.prefix}q"

    @property
    def text(self) -> str:
        """The words searched."""
        return self.query.get(self.search_param, "").strip()

    @property
    def _words(self) -> list[str]:
        """Each word costs a condition: past a few they are those of nobody who searches."""
        return self.text.split()[:MOST_WORDS]

    @cached_property
    def choice_fields(self) -> list[ChoiceField]:
        """The drop-downs; a value that is no option counts as none."""
        fields = []
        for name, (label, options) in self.choices.items():
            asked = self.query.get(self.prefix + name, "")
            texts = [(str(value), text) for value, text in options]
            chosen = asked if asked in dict(texts) else ""
            fields.append(ChoiceField(self.prefix + name, label, texts, chosen))
        return fields

    @property
    def has_filters(self) -> bool:
        """Whether there is anything to filter by."""
        return bool(self.search or self.choices)

    @property
    def filtered(self) -> bool:
        """Whether rows are left out by a filter."""
        return bool((self.search and self.text) or any(choice.chosen for choice in self.choice_fields))

    @cached_property
    def order(self) -> tuple[Column, bool] | None:
        """The column to sort by and whether downwards; None for the rows' own order."""
        asked = self.query.get(f"{self.prefix}sort", "")
        found = [column for column in self.columns if column.sort and column.name == asked.removeprefix("-")]
        return (found[0], asked.startswith("-")) if found else None

    # What is found

    @cached_property
    def matching(self) -> QuerySet[Any] | list[Any]:
        """All rows that pass the filters, in order."""
        if isinstance(self.rows, QuerySet):
            return self._ordered_query(self._filtered_query(self.rows))
        return self._ordered_list([row for row in self.rows if self._keeps(row)])

    def _filtered_query(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.search and self.text:
            for word in self._words:
                rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in self.search)))
        for choice in self.choice_fields:
            if choice.chosen:
                name = choice.name.removeprefix(self.prefix)
                values = {str(value): value for value, _label in self.choices[name][1]}
                value = values[choice.chosen]
                is_rule = isinstance(value, Where)
                rows = rows.filter(value.condition) if is_rule else rows.filter(**{name: value})
        return rows

    def _ordered_query(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.order is None:
            return rows
        column, down = self.order
        expression = F(column.sort or column.name)
        first = expression.desc(nulls_last=True) if down else expression.asc(nulls_last=True)
        return rows.order_by(first, "pk")

    def _keeps(self, row: Any) -> bool:
        words = [word.casefold() for word in self._words] if self.search else []
        content = " ".join(str(getattr(row, name)) for name in self.search).casefold()
        chosen = [choice for choice in self.choice_fields if choice.chosen]
        return all(word in content for word in words) and all(
            str(getattr(row, choice.name.removeprefix(self.prefix))) == choice.chosen for choice in chosen
        )

    def _ordered_list(self, rows: list[Any]) -> list[Any]:
        if self.order is None:
            return rows
        column, down = self.order
        known = [row for row in rows if column.of(row) is not None]
        unknown = [row for row in rows if column.of(row) is None]
        return sorted(known, key=lambda row: _sort_key(column.of(row)), reverse=down) + unknown

    @cached_property
    def _page(self) -> Any:
        return Paginator(self.matching, self.per_page).get_page(self.query.get(f"{self.prefix}page"))

    @property
    def shown(self) -> list[Any]:
        """The rows that are drawn, or all of them for an export."""
        return list(self.matching if self.wants_export else self._page.object_list)

    @property
    def total(self) -> int:
        """How many rows pass the filters."""
        return int(self._page.paginator.count)

    @property
    def page(self) -> int:
        """The number of the page shown, from 1."""
        return int(self._page.number)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return int(self._page.paginator.num_pages)

    @property
    def summary(self) -> str:
        """Which rows are shown, in words."""
        total = number_format(self.total, use_l10n=True, force_grouping=True)
        if self.pages == 1:
            return ngettext("%(total)s row", "%(total)s rows", self.total) % {"total": total}
        shown = {"first": self._page.start_index(), "last": self._page.end_index(), "total": total}
        return _("Rows %(first)s to %(last)s of %(total)s") % shown

    # What is drawn

    @property
    def heads(self) -> list[Head]:
        """The heads of the columns."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        if not column.sort:
            return Head(column.label, column.numeric, "", "")
        sorted_by, down = self.order or (None, False)
        if column is not sorted_by:
            return Head(column.label, column.numeric, self._url(sort=column.name), "")
        if down:
            return Head(column.label, column.numeric, self._url(sort=column.name), "descending")
        return Head(column.label, column.numeric, self._url(sort=f"-{column.name}"), "ascending")

    @cached_property
    def table(self) -> list[list[ShownCell]]:
        """The cells of the page shown, row by row."""
        return [[_shown(column, row) for column in self.columns] for row in self._page.object_list]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form must carry along: the order, and other listings' parameters."""
        own = {self.search_param, f"{self.prefix}page", f"{self.prefix}export"}
        own |= {choice.name for choice in self.choice_fields}
        return [(key, value) for key, values in self.query.lists() if key not in own for value in values]

    def _url(self, **changes: str | None) -> str:
        """The page's address with changes; sorting or filtering goes back to the first page."""
        query = self.query.copy()
        for name in ("page", "export"):
            query.pop(self.prefix + name, None)
        for name, value in changes.items():
            query.pop(self.prefix + name, None)
            if value is not None:
                query[self.prefix + name] = value
        anchor = "" if "export" in changes else f"#{self.name}"
        return f"?{query.urlencode()}{anchor}"

    @property
    def reset_url(self) -> str:
        """The page without filters."""
        nothing: dict[str, str | None] = dict.fromkeys(["q", *self.choices])
        return self._url(**nothing)

    @property
    def previous_url(self) -> str:
        """The page before, or empty."""
        return self._url(page=str(self.page - 1)) if self._page.has_previous() else ""

    @property
    def next_url(self) -> str:
        """The page after, or empty."""
        return self._url(page=str(self.page + 1)) if self._page.has_next() else ""

    # What is exported

    @property
    def csv_url(self) -> str:
        """Where the same rows are a CSV file."""
        return self._url(export="csv")

    @property
    def xlsx_url(self) -> str:
        """Where the same rows are an Excel workbook."""
        return self._url(export="xlsx")

    @property
    def wants_export(self) -> bool:
        """Whether a file is asked for instead of the page."""
        return f"{self.prefix}export" in self.query

    def export(self) -> HttpResponse:
        """All matching rows as a file. Raises Http404 for a format other than csv and xlsx."""
        kind = self.query.get(f"{self.prefix}export", "")
        if kind not in MEDIA_TYPES:
            raise Http404(kind)
        header = [str(column.label) for column in self.columns]
        lines = ([file_cell(column.of(row)) for column in self.columns] for row in self.matching)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{self.name}.{kind}"
            if kind == "csv":
                write_csv(path, header, lines)
            else:
                write_xlsx(path, header, lines, sheet=self.name)
            response = HttpResponse(path.read_bytes(), content_type=MEDIA_TYPES[kind])
        response["Content-Disposition"] = f'attachment; filename="{self.name}.{kind}"'
        return response


def _sort_key(value: object) -> Any:
    return str(value).casefold() if isinstance(value, str | Promise) else value


def _shown(column: Column, row: Any) -> ShownCell:
    return ShownCell(
        text=shown_text(column.of(row)),
        numeric=column.numeric,
        url=column.link(row) if column.link else None,
        badge=column.badge(row) if column.badge else "",
        percent=column.bar(row) if column.bar else None,
        pick=column.pick(row) if column.pick else "",
        picked=column.picked(row) if column.picked else False,
    )
