"""The table to fill: a company's people at work and the months that they have not declared."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Q

from croisee.clauses.models import HIRED, Assignment
from croisee.clauses.months import address, first_of, last_month
from croisee.clauses.payroll.columns import BORN, CONTRACT, FAMILY_NAME, GIVEN_NAME, HOURS, MONTH
from croisee.clauses.payroll.rows import reference
from croisee.clauses.queries.missing import not_declared
from croisee.foundation.dates import add_months
from croisee.foundation.tables.writing import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from croisee.foundation.accounts.models import Organisation

MONTHS = 3
HEADER = [CONTRACT, FAMILY_NAME, GIVEN_NAME, BORN, MONTH, HOURS]


def table_to_fill(organisation: Organisation, today: dt.date) -> bytes:
    """An Excel workbook with a row for each person and month of the last three that is not declared; hours empty."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hours.xlsx"
        write_xlsx(path, HEADER, list(_lines(organisation, today)), sheet=HOURS)
        return path.read_bytes()


def _lines(organisation: Organisation, today: dt.date) -> Iterator[list[str | None]]:
    own = Assignment.objects.filter(
        Q(employer=organisation) | Q(commitment__organisation=organisation), state__in=HIRED
    )
    latest = last_month(today)
    for back in range(MONTHS - 1, -1, -1):
        month = first_of(add_months(latest, -back))
        rows = not_declared(own, month).select_related("participant__person")
        for row in rows.order_by("participant__person__family_name", "participant__person__given_name", "pk"):
            person = row.participant.person
            yield [
                reference(row),
                person.family_name,
                person.given_name,
                person.birth_date.isoformat(),
                address(month),
                None,
            ]
