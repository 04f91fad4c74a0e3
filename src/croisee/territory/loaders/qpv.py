"""Outlines of priority neighbourhoods: national, regional and local files, of 2015 and of 2024.

Field names differ by vintage and producer, and a neighbourhood may come as several features: see
`territory.polygons`, which reads them.
"""

import shapely
from django.utils.translation import gettext as _

from croisee.foundation.identifiers import InvalidIdentifier, qpv, qpv_generation
from croisee.territory.loaders import zones
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.maps import read_zones, said_of, text
from croisee.territory.models import Commune, DataSetKind, ZoneKind
from croisee.territory.polygons import FileZone, polygon_layers
from croisee.territory.rules import GENERATIONS

CODES = ("codeqp", "codeqpv", "codequartier", "codeqp2024", "codeqp2015", "qp")
NAMES = ("libqp", "nomqp", "nomqpv", "libqpv", "nomquartier", "nom")
COMMUNES = ("inseecom", "codecommune", "codeinsee", "cominsee")
EXTENT = "epci"
FIRST_OVERSEAS = "971"
NATIONAL = 60
"""Departments that a file must name for it to be taken as the whole of France (the decrees name some 90)."""


def recognises(peek: Peek) -> bool:
    """Polygons, each with the code of one neighbourhood; a list of codes belongs to `qpv_list`."""
    column = code_column(peek)
    if peek.family != "polygons" or column is None:
        return False
    return not any("," in str(row.get(column, "")) for row in peek.sample)


def code_column(peek: Peek) -> str | None:
    """The column that holds the code of the neighbourhood."""
    return next((name for name in CODES if name in peek.columns), None)


def load(load: Load) -> None:
    """Store the neighbourhoods that lie in the EPCI, and note the communes in which having none means none."""
    communes = zones.CommuneMap(load.epci)
    codes: set[str] = set()
    found: dict[str, zones.Found] = {}
    for zone, outline in read_zones(load, code=code_column(load.peek)):
        try:
            code = qpv(zone.code)
        except InvalidIdentifier:
            problem = _("“%(code)s” is not the code of a priority neighbourhood.") % {"code": zone.code}
            load.refuse(None, "code_qp", problem, _("Correct it (QP and 6 figures, QN and 6 characters)."))
            continue
        codes.add(code)
        if inside := communes.communes_of(outline) | _named(load, zone):
            found[code] = _found(code, zone, outline, inside)
    load.elsewhere = len(codes) - len(found)
    national = len({code[2:5] for code in codes}) >= NATIONAL
    generations = {qpv_generation(code) for code in codes}
    if len(generations) != 1 or not (found or national):
        raise NotConcerned
    load.data_set.generation = generations.pop()
    load.data_set.covered_communes = _covered(load, found, national)
    zones.store(load, ZoneKind.QPV, load.data_set.generation, found, takes_over=national)
    zones.tag_addresses_again()


def _named(load: Load, zone: FileZone) -> set[str]:
    """The communes of the EPCI that the file says the neighbourhood lies in."""
    written = ",".join(text(said, *COMMUNES) for said in said_of(zone))
    return {load.communes[code.strip()] for code in written.split(",") if code.strip() in load.communes}


def _found(code: str, zone: FileZone, outline: shapely.Geometry, communes: set[str]) -> zones.Found:
    overseas = code[2:5] >= FIRST_OVERSEAS
    valid_from, valid_to = GENERATIONS[qpv_generation(code)].validity(overseas)
    return zones.Found(code, zone.name, communes, outline, bool(zone.repaired), valid_from, valid_to)


def _covered(load: Load, found: dict[str, zones.Found], national: bool) -> list[str]:
    """The communes for which the file is complete.

    A national file is complete everywhere; so is one that has a layer with this very EPCI as its extent. Of another,
    only the communes where it has a neighbourhood are sure.
    """
    everywhere = list(Commune.objects.filter(epci=load.epci).values_list("code", flat=True))
    if national or load.epci in _extents(load):
        return sorted(everywhere)
    return sorted({commune for zone in found.values() for commune in zone.communes})


def _extents(load: Load) -> set[str]:
    """The EPCI that a file of several layers says it was cut out for."""
    if EXTENT not in polygon_layers(load.path):
        return set()
    return {
        text(said, "codesiren", "siren", "sirenepci")
        for zone, _outline in read_zones(load, layer=EXTENT)
        for said in said_of(zone)
    }


FORMAT = Format(DataSetKind.QPV, recognises, load)
