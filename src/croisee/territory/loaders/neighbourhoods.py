"""Neighbourhoods of a city and their parts, as cities publish them."""

from croisee.territory.loaders import zones
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.maps import read_zones, said_of, text
from croisee.territory.models import DataSetKind, ZoneKind

PART, WHOLE = "nusquart", "nuquart"


def recognises(peek: Peek) -> bool:
    """Polygons with the number of a neighbourhood and the code of its commune."""
    return peek.family == "polygons" and "codeinsee" in peek.columns and WHOLE in peek.columns


def load(load: Load) -> None:
    """Store the neighbourhoods, or their parts, of the EPCI's communes; the commune's code makes numbers unique."""
    is_part = PART in load.peek.columns
    found = {}
    for zone, outline in read_zones(load, code=PART if is_part else WHOLE):
        commune = load.communes.get(text(said_of(zone)[0], "codeinsee"))
        if commune is None:
            load.elsewhere += 1
            continue
        code = f"{commune}-{zone.code}"
        found[code] = zones.Found(code, zone.name, {commune}, outline, bool(zone.repaired))
    if not found:
        raise NotConcerned
    zones.store(load, ZoneKind.SUBNEIGHBOURHOOD if is_part else ZoneKind.NEIGHBOURHOOD, 0, found)
    zones.tag_addresses_again()


FORMAT = Format(DataSetKind.NEIGHBOURHOODS, recognises, load)
