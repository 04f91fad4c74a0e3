"""The tables that managing authorities ask for: made from a model or blank, their columns written on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from croisee.journeys.models import Programme, ReturnColumn, ReturnTable
from croisee.journeys.returning import FIELDS, MODEL, Made

MOST_COLUMNS = 120


def default_tables(programme: Programme) -> ReturnTable:
    """The table of participants that ships with the software, for a programme; the one that it has already, if so.

    In French: it goes to French authorities. Its columns follow annex I of Regulation (EU) 2021/1057; the columns that
    an authority's own form asks for are to be written over it.
    """
    name = "FSE+ participants (modèle)"
    found = ReturnTable.objects.filter(programme=programme, name=name).first()
    return found or make_table(programme, name, MODEL)


@transaction.atomic
def make_table(programme: Programme, name: str, columns: Sequence[Made], note: str = "") -> ReturnTable:
    """A table with these columns. Raises ValidationError when the programme has one of this name."""
    table = ReturnTable(programme=programme, name=name, note=note)
    table.full_clean()
    table.save()
    with override("fr"):
        ReturnColumn.objects.bulk_create(
            ReturnColumn(
                table=table,
                order=order,
                header=made.header,
                field=made.field,
                fixed=made.fixed,
                words=dict(made.words),
            )
            for order, made in enumerate(columns, 1)
        )
    return table


@transaction.atomic
def copy_table(programme: Programme, name: str, source: ReturnTable) -> ReturnTable:
    """A table like another one. Raises ValidationError when the programme has one of this name."""
    columns = [Made(row.header, row.field, row.fixed, row.words) for row in source.columns.order_by("order")]
    return make_table(programme, name, columns, source.note)


@transaction.atomic
def rename_table(table: ReturnTable, name: str, note: str) -> ReturnTable:
    """Give a table another name and note. Raises ValidationError by field."""
    row = ReturnTable.objects.select_for_update(of=("self",)).get(pk=table.pk)
    row.name, row.note = name, note
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def delete_table(table: ReturnTable) -> None:
    """Delete a table with its columns; files that were exported are not touched."""
    ReturnTable.objects.select_for_update(of=("self",)).get(pk=table.pk).delete()


@transaction.atomic
def add_column(table: ReturnTable, values: Mapping[str, Any]) -> ReturnColumn:
    """A column after the others. `values`: header, field, fixed, words. Raises ValidationError by field."""
    ReturnTable.objects.select_for_update(of=("self",)).get(pk=table.pk)
    last = table.columns.aggregate(last=Max("order"))["last"] or 0
    if table.columns.count() >= MOST_COLUMNS:
        raise ValidationError(_("A table has %(most)d columns at most.") % {"most": MOST_COLUMNS})
    return _written(ReturnColumn(table=table, order=last + 1), values)


@transaction.atomic
def change_column(column: ReturnColumn, values: Mapping[str, Any]) -> ReturnColumn:
    """Write a column anew. Raises ValidationError by field."""
    return _written(ReturnColumn.objects.select_for_update(of=("self",)).get(pk=column.pk), values)


def _written(row: ReturnColumn, values: Mapping[str, Any]) -> ReturnColumn:
    for name in ("header", "field", "fixed", "words"):
        if name in values:
            setattr(row, name, values[name])
    if row.field and row.field not in FIELDS:
        raise ValidationError({"field": _("Choose what the column holds in the list.")})
    if not row.field and not row.fixed and "fixed" not in values:
        raise ValidationError({"field": _("Choose what the column holds, or write a fixed text.")})
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def delete_column(column: ReturnColumn) -> None:
    """Take a column away; those after it move up."""
    ReturnTable.objects.select_for_update(of=("self",)).get(pk=column.table_id)
    row = ReturnColumn.objects.get(pk=column.pk)
    ReturnColumn.objects.filter(table=row.table_id, order__gt=row.order).update(order=F("order") - 1)
    row.delete()


@transaction.atomic
def move_column(column: ReturnColumn, by: int) -> None:
    """Put a column one place up (-1) or down (1); nothing at the ends."""
    ReturnTable.objects.select_for_update(of=("self",)).get(pk=column.table_id)
    row = ReturnColumn.objects.get(pk=column.pk)
    other = ReturnColumn.objects.filter(table=row.table_id, order=row.order + by).first()
    if other is not None:
        row.order, other.order = other.order, row.order
        row.save()
        other.save()
