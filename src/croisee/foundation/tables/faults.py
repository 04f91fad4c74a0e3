"""One shape for everything wrong with an input: where it is, what it is, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one input file.

    `row` counts lines as a spreadsheet shows them (the header is row 1), None when the whole file is at fault;
    `field` is the column's name as the file writes it, None when the whole row is; `problem` and `remedy` are
    sentences in the reader's language.
    """

    file: str
    row: int | None
    field: str | None
    problem: str
    remedy: str


class FaultyInput(Exception):
    """Input refused as a whole: nothing was written. Carries every fault found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} fault(s)")
        self.faults = faults
