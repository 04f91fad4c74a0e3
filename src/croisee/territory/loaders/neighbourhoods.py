"""Neighbourhoods of a city and their parts, as cities publish them."""

from django.utils.translation import gettext as _

from croisee.territory.loaders import zones
from croisee.territory.loaders.features import read_features
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.models import DataSetKind, ZoneKind

PART, WHOLE = "nusquart", "nuquart"


def recognises(peek: Peek) -> bool:
    """Polygons with the number of a neighbourhood and the code of its commune."""
    return peek.family == "polygons" and "codeinsee" in peek.columns and WHOLE in peek.columns


def load(load: Load) -> None:
    """Store the neighbourhoods, or their parts, of the EPCI's communes; numbers are made unique by the commune's code."""
    found = {}
    kind = ZoneKind.NEIGHBOURHOOD
    for feature in read_features(load.path, load.layer, load.source):
        commune = load.communes.get(feature.text("codeinsee"))
        if commune is None:
            load.elsewhere += 1
            continue
        if PART in feature.said:
            kind = ZoneKind.SUBNEIGHBOURHOOD
        code = f"{commune}-{feature.text(PART if PART in feature.said else WHOLE)}"
        if feature.geometry is None:
            load.refuse(
                feature.row,
                "geometry",
                _("the outline of %(code)s has no area.") % {"code": code},
                _("Correct the outline."),
            )
            continue
        name = feature.text("nomsquart", "nmsquart", "nom", "nmquart")
        found[code] = zones.Found(code, name, {commune}, feature.geometry, feature.repaired)
    if not found:
        raise NotConcerned
    zones.store(load, kind, 0, found)
    zones.tag_addresses_again()


FORMAT = Format(DataSetKind.NEIGHBOURHOODS, recognises, load)
