"""What a table of a caseload may hold, explained."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from croisee.foundation.tables import write_xlsx
from croisee.journeys.caselists import columns as c
from croisee.journeys.models import ExitKind, JourneyState


@dataclass(frozen=True)
class Explained:
    """A column: what it is, whether it must be there, what it may say."""

    label: str
    needed: bool
    says: str


def columns_explained() -> list[Explained]:
    """Every column that is read, in the order of the model."""
    dates = _("a date; day or month first, you say which")
    says = {
        c.FAMILY_NAME: _("may be in one column with the given name"),
        c.JOBS: _("ROME codes, such as F1606"),
        c.REFERENT: _("the name or the e-mail address of somebody who follows people in this programme"),
        c.STATE: _listed(JourneyState),
        c.EXIT_KIND: _listed(ExitKind),
        c.PROJECT: _("in words"),
    } | dict.fromkeys(c.PEOPLE.dates, dates)
    return [
        Explained(capfirst(str(c.LABELS[column.name])), column.required, says.get(column.name, ""))
        for column in c.COLUMNS
    ]


def _listed(choices: type[JourneyState] | type[ExitKind]) -> str:
    return _("%(words)s; or words of yours: you say what they mean") % {
        "words": ", ".join(str(label) for label in choices.labels)
    }


def model_file() -> bytes:
    """An empty workbook with the headings that are recognised by themselves."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.xlsx"
        write_xlsx(path, [capfirst(str(c.LABELS[column.name])) for column in c.COLUMNS], [])
        return path.read_bytes()
