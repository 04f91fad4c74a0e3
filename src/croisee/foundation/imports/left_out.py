"""The rows at fault of a file as a table to correct and send again: its own columns, and what is wrong in one more."""

from django.utils.translation import gettext as _

from croisee.foundation.imports.reading import FileReading, Reading
from croisee.foundation.tables import Fault


def faulty_lines(reading: Reading, slot: str) -> tuple[list[str], list[list[str]]]:
    """The header and the lines: every cell as it was sent, or as it was corrected since."""
    file = reading.files[slot]
    if file.understanding is None:
        return [], []
    sheet = file.understanding.sheet
    place = {number: index for index, number in enumerate(sheet.rows)}
    lines = []
    for number, faults in reading.faulty_rows(slot).items():
        cells = list(sheet.cells[place[number]]) if number in place else [""] * len(sheet.headings)
        for column, text in file.file.corrections.get(str(number), {}).items():
            if (heading := file.file.mapping.get(column)) in sheet.headings:
                cells[sheet.headings.index(heading)] = text
        lines.append([*cells, " ".join(_in_words(file, fault) for fault in faults)])
    return [*sheet.headings, _("to correct")], lines


def _in_words(file: FileReading, fault: Fault) -> str:
    """A fault as a cell says it: column, problem, remedy."""
    values = {"field": fault.field, "problem": fault.problem, "remedy": fault.remedy}
    if fault.field is None:
        return _("%(problem)s %(remedy)s") % values
    return _("%(field)s: %(problem)s %(remedy)s") % values
