"""The three files together: read, checked each and against one another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from croisee.foundation.tables import Fault, FaultyInput, Table, read_table
from croisee.stages.files.columns import COLUMNS
from croisee.stages.files.offers import Offers, check_offers
from croisee.stages.files.pupils import Pupils, check_pupils
from croisee.stages.files.wishes import Wishes, check_wishes

Locate = Callable[[Table], list[str]]


@dataclass(frozen=True, slots=True)
class RoundFiles:
    """The rows that are right, every fault, and what the reader did unasked.

    `left_out` holds wishes that fall with a faulty pupil or offer: not faults, but rows that do not count.
    """

    offers: Offers
    pupils: Pupils
    wishes: Wishes
    faults: list[Fault] = field(default_factory=list)
    left_out: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_files(
    offers: Path | str, pupils: Path | str, wishes: Path | str, *, locate: Locate | None = None
) -> RoundFiles:
    """The three files of a round (CSV, gzip or XLSX).

    `locate`, if given, may fill `lon` and `lat` of a table's rows that have an address alone, and returns
    notes. Raises FaultyInput when a file as a whole cannot be read as such a table: then
    with the faults of all three.
    """
    tables, refused = [], []
    for path, kind in ((offers, "offers"), (pupils, "pupils"), (wishes, "wishes")):
        try:
            tables.append(read_table(path, COLUMNS[kind]))
        except FaultyInput as error:
            refused += error.faults
    if refused:
        raise FaultyInput(refused + [fault for table in tables for fault in table.faults])
    if locate:
        for table in tables[:2]:
            table.notes.extend(locate(table))
    return check_tables(*tables)


def check_tables(offers: Table, pupils: Table, wishes: Table) -> RoundFiles:
    """As `read_files`, from tables already read: what an upload gives."""
    faults: list[Fault] = []
    notes = [f"{table.file}: {note}" for table in (offers, pupils, wishes) for note in table.notes]
    right_offers, all_offers = check_offers(offers, faults)
    pupil_notes: list[str] = []
    right_pupils, all_pupils = check_pupils(pupils, faults, pupil_notes)
    notes += [f"{pupils.file}: {note}" for note in pupil_notes]
    left_out: list[Fault] = []
    right_wishes = check_wishes(wishes, right_offers, right_pupils, all_offers, all_pupils, faults, left_out)
    faults += [fault for table in (offers, pupils, wishes) for fault in table.faults]
    order = {table.file: number for number, table in enumerate((offers, pupils, wishes))}
    faults.sort(key=lambda fault: (order[fault.file], fault.row or 0))
    return RoundFiles(right_offers, right_pupils, right_wishes, faults, left_out, notes)
