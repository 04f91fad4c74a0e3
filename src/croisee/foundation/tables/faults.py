"""One shape for everything wrong with an input: where it is, what it is, and what to do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one input file.

    `row` counts lines as a spreadsheet shows them (the header is row 1), None when the whole file is at
    fault; `field` is the column's name as the file writes it, None when the whole row is; `problem` and
    `remedy` are sentences in the reader's language.
    """

    file: str
    row: int | None
    field: str | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(_("row %(row)d") % {"row": self.row})
        if self.field is not None:
            where.append(_("column “%(field)s”") % {"field": self.field})
        return _("%(where)s: %(problem)s %(remedy)s") % {
            "where": ", ".join(where),
            "problem": self.problem,
            "remedy": self.remedy,
        }


class FaultyInput(Exception):  # noqa: N818  reads as the sentence it is
    """Input refused as a whole: nothing was written. Carries every fault found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} fault(s)")
        self.faults = faults


def fault_lines(faults: Sequence[Fault], limit: int = 50) -> list[str]:
    """The first `limit` faults, one sentence each, then how many are left unsaid."""
    lines = [str(fault) for fault in faults[:limit]]
    if (more := len(faults) - limit) > 0:
        lines.append(ngettext("… and %(n)d more fault.", "… and %(n)d more faults.", more) % {"n": more})
    return lines


FAULT_HEADER = ("file", "row", "field", "problem", "remedy")


def write_faults(path: Path, faults: Iterable[Fault]) -> None:
    """Every fault as a CSV file: `file,row,field,problem,remedy`."""
    from croisee.foundation.tables.writing import write_csv

    rows = ((fault.file, fault.row, fault.field, fault.problem, fault.remedy) for fault in faults)
    write_csv(path, FAULT_HEADER, rows, bom=False)
