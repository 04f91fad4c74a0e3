"""Outlines of communes, from any file of polygons that bear an INSEE code and a name."""

import re

from django.utils.translation import gettext as _

from croisee.territory.loaders import schools
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.maps import read_zones
from croisee.territory.models import Commune, DataSetKind
from croisee.territory.models.communes import INSEE_SHAPE

CODES = ("inseecom", "codecommune", "codeinsee", "insee", "codgeo", "code")
NAMES = {"nom", "nomcommune", "libcom", "libgeo", "libelle", "nomcom"}
SMALLER = {"codeqp", "nuquart", "nusquart", "codeiris"}


def recognises(peek: Peek) -> bool:
    """A layer of polygons whose code is that of a commune, and which names nothing smaller."""
    column = code_column(peek)
    if peek.family != "polygons" or column is None or not NAMES & peek.columns or SMALLER & peek.columns:
        return False
    return all(re.match(INSEE_SHAPE, str(row.get(column, ""))) for row in peek.sample)


def code_column(peek: Peek) -> str | None:
    """The column that holds the code of the commune."""
    return next((name for name in CODES if name in peek.columns), None)


def load(load: Load) -> None:
    """Give each commune of the EPCI its outline, unless another file has given it one."""
    communes = {commune.code: commune for commune in Commune.objects.filter(epci=load.epci)}
    changed, already = [], 0
    for zone, outline in read_zones(load, code=code_column(load.peek)):
        commune = communes.get(zone.code)
        if commune is None:
            load.elsewhere += 1
        elif commune.outlined_by_id not in {None, load.data_set.pk}:
            already += 1
        else:
            load.kept += 1
            load.repaired += bool(zone.repaired)
            before = commune.outline and bytes(commune.outline)
            commune.geometry = outline
            commune.outlined_by = load.data_set
            if commune.outline != before:
                changed.append(commune)
    if not load.kept and not already:
        raise NotConcerned
    if already:
        load.note = _("%(n)d communes already have an outline from another file") % {"n": already}
    Commune.objects.bulk_update(changed, ["outline", "west", "south", "east", "north", "outlined_by"])
    load.difference = Difference(changed=len(changed))
    if changed:
        schools.locate_at_communes(load.epci)


FORMAT = Format(DataSetKind.OUTLINES, recognises, load)
