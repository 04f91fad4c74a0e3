"""Spreadsheets and CSV files in and out: what people send is read, what is wrong with it is said.

    table = read_table(path, [Column("pupil_id"), Column("rank")])   # FaultyInput when it is no such table
    faults = list(table.faults)                                      # rows that do not hold together
    ranks = table.parse("rank", values.positive_integer, faults)     # one value or None a row

    with replaced_folder(out) as folder:                             # all of it appears, or nothing
        write_csv(folder / "placements.csv", header, rows)

Needs no database. Messages are in the active language.
"""

from croisee.foundation.tables.columns import Column
from croisee.foundation.tables.faults import Fault, FaultyInput, fault_lines, write_faults
from croisee.foundation.tables.folders import OutputFailed, replaced_file, replaced_folder, require_file
from croisee.foundation.tables.reading import read_bytes, read_header, read_sheet, read_table
from croisee.foundation.tables.table import Sheet, Table
from croisee.foundation.tables.values import Refused
from croisee.foundation.tables.writing import safe_cell, unsafe_cell, write_csv, write_xlsx

__all__ = [
    "Column",
    "Fault",
    "FaultyInput",
    "OutputFailed",
    "Refused",
    "Sheet",
    "Table",
    "fault_lines",
    "read_bytes",
    "read_header",
    "read_sheet",
    "read_table",
    "replaced_file",
    "replaced_folder",
    "require_file",
    "safe_cell",
    "unsafe_cell",
    "write_csv",
    "write_faults",
    "write_xlsx",
]
