"""Outlines of communes, from any file of polygons that bear an INSEE code and a name."""

import re

from django.utils.translation import gettext as _

from croisee.territory.commune_codes import city_of
from croisee.territory.loaders import schools
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.features import read_features
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.models import Commune, DataSetKind
from croisee.territory.models.communes import INSEE_SHAPE

CODES = ("inseecom", "codecommune", "codeinsee", "insee", "codgeo", "code")
NAMES = ("nom", "nomcommune", "libcom", "libgeo", "libelle", "nomcom")


def recognises(peek: Peek) -> bool:
    """A layer of polygons whose code is that of a commune, and which names nothing smaller."""
    smaller = {"codeqp", "nuquart", "nusquart", "codeiris"}
    if peek.family != "polygons" or not set(NAMES) & peek.columns or smaller & peek.columns:
        return False
    column = next((name for name in CODES if name in peek.columns), None)
    return column is not None and all(re.match(INSEE_SHAPE, str(row.get(column, ""))) for row in peek.sample)


def load(load: Load) -> None:
    """Give each commune of the EPCI its outline, unless another file has given it one."""
    communes = {commune.code: commune for commune in Commune.objects.filter(epci=load.epci)}
    changed, already = [], 0
    for feature in read_features(load.path, load.layer, load.source):
        code = feature.text(*CODES)
        commune = communes.get(city_of(code)) if city_of(code) == code else None
        if commune is None:
            load.elsewhere += 1
        elif commune.outlined_by_id not in {None, load.data_set.pk}:
            already += 1
        elif feature.geometry is None:
            load.refuse(
                feature.row,
                "geometry",
                _("the outline of %(name)s has no area.") % {"name": commune.name},
                _("Correct the outline."),
            )
        else:
            load.kept += 1
            load.repaired += feature.repaired
            before = commune.outline and bytes(commune.outline)
            commune.geometry = feature.geometry
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
