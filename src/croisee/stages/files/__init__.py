"""The three files of a round, `offers.csv`, `pupils.csv` and `wishes.csv`: read, checked, made arrays.

    files = read_files(offers_path, pupils_path, wishes_path)
    if files.faults: ...          # each with its file, row, field, problem and remedy

Needs no database.
"""

from croisee.stages.files.offers import Offers
from croisee.stages.files.pupils import Pupils
from croisee.stages.files.reading import RoundFiles, read_files
from croisee.stages.files.schools import School, read_schools
from croisee.stages.files.wishes import Wishes

__all__ = ["Offers", "Pupils", "RoundFiles", "School", "Wishes", "read_files", "read_schools"]
