"""The rows that a loader refused: counted, the first ones shown, all of them in a report for a spreadsheet."""

import csv
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput, safe_cell
from croisee.foundation.tables.faults import FAULT_HEADER

SHOWN = 20


class Refusals:
    """Refused rows of one file; the report is written as they come, so that millions of them take no memory.

    Without any refusal no file is made. A disk that cannot take the report stops the load: a refusal never goes
    unsaid.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.first: list[Fault] = []
        self._stream: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def add(self, fault: Fault) -> None:
        """Refuse one row."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(fault)
        try:
            if self._writer is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._stream = self.path.open("w", encoding="utf-8-sig", newline="")
                self._writer = csv.writer(self._stream, lineterminator="\r\n")
                self._writer.writerow(FAULT_HEADER)
            self._writer.writerow(
                [
                    safe_cell(cell)
                    for cell in (fault.file, fault.row, fault.field, fault.problem, fault.remedy)
                ]
            )
        except OSError as error:
            raise unwritable(self.path, error) from error

    def extend(self, faults: list[Fault]) -> None:
        """Refuse several rows."""
        for fault in faults:
            self.add(fault)


def unwritable(path: Path, error: OSError) -> FaultyInput:
    """The refusal of a whole load when the disk does not take what it writes beside the database."""
    problem = _("cannot be written (%(reason)s).") % {"reason": error.strerror or error}
    remedy = _("Free some space, or set CROISEE_VAR to another disk, and run again: nothing was changed.")
    return FaultyInput([Fault(str(path), None, None, problem, remedy)])
