"""Outlines of priority neighbourhoods: national, regional and local files, of 2015 and of 2024.

Field names differ by vintage and producer, and a neighbourhood may come as several features: see
`territory.polygons`, which reads them.
"""

from collections import defaultdict

import shapely
from django.utils.translation import gettext as _

from croisee.foundation.identifiers import InvalidIdentifier, qpv, qpv_generation
from croisee.territory.loaders import zones
from croisee.territory.loaders.features import Feature, layers_of, mended, read_features
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.models import Commune, DataSetKind, ZoneKind
from croisee.territory.rules import GENERATIONS

CODES = ("codeqp", "codeqpv", "codequartier", "codeqp2024", "codeqp2015", "qp")
NAMES = ("libqp", "nomqp", "nomqpv", "libqpv", "nomquartier", "nom")
COMMUNES = ("inseecom", "codecommune", "codeinsee", "cominsee")
NATIONAL = 60
"""Departments that a file must name for it to be taken as the whole of France (the decrees name some 90)."""


def recognises(peek: Peek) -> bool:
    """Polygons, each with the code of one neighbourhood; a list of codes belongs to `qpv_list`."""
    column = next((name for name in CODES if name in peek.columns), None)
    if peek.family != "polygons" or column is None:
        return False
    return not any("," in str(row.get(column, "")) for row in peek.sample)


def load(load: Load) -> None:
    """Store the neighbourhoods that lie in the EPCI, and say in which communes having none means that there is none."""
    features = _by_code(load)
    departments = {code[2:5] for code in features}
    generations = {qpv_generation(code) for code in features}
    if len(generations) != 1:
        raise NotConcerned
    generation = generations.pop()
    communes = zones.CommuneMap(load.epci)
    found = {code: zone for code in features if (zone := _zone(load, code, features[code], communes))}
    load.elsewhere = len(features) - len(found)
    national = len(departments) >= NATIONAL
    if not found and not national:
        raise NotConcerned
    load.data_set.generation = generation
    load.data_set.covered_communes = _covered(load, found, national)
    zones.store(load, ZoneKind.QPV, generation, found, takes_over=national)
    zones.tag_addresses_again()


def _by_code(load: Load) -> dict[str, list[Feature]]:
    """The features of each neighbourhood; rows without a code, or without an area, are refused."""
    features = defaultdict(list)
    for feature in read_features(load.path, load.layer, load.source):
        written = feature.text(*CODES)
        try:
            code = qpv(written)
        except InvalidIdentifier:
            problem = _("“%(code)s” is not the code of a priority neighbourhood.") % {"code": written}
            load.refuse(
                feature.row, "code_qp", problem, _("Correct it (QP and 6 figures, QN and 6 characters).")
            )
            continue
        if feature.geometry is None:
            problem = _("the outline of %(code)s has no area.") % {"code": code}
            load.refuse(feature.row, "geometry", problem, _("Correct the outline."))
            continue
        features[code].append(feature)
    return features


def _zone(load: Load, code: str, features: list[Feature], communes: zones.CommuneMap) -> zones.Found | None:
    """The neighbourhood, in one piece, or None when it lies elsewhere: by its commune's code, else by its outline."""
    outline = features[0].geometry
    if len(features) > 1:
        outline, _repaired = mended(shapely.union_all([feature.geometry for feature in features]))
    named = {
        load.communes.get(part.strip()) for feature in features for part in feature.text(*COMMUNES).split(",")
    }
    inside = communes.communes_of(outline) | {commune for commune in named if commune}
    if not inside:
        return None
    overseas = code[2:5] >= "971"
    valid_from, valid_to = GENERATIONS[qpv_generation(code)].validity(overseas)
    return zones.Found(
        code=code,
        name=features[0].text(*NAMES),
        communes=inside,
        geometry=outline,
        repaired=any(feature.repaired for feature in features),
        valid_from=valid_from,
        valid_to=valid_to,
    )


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
    if load.path.suffix.lower() != ".gpkg" or "epci" not in layers_of(load.path, load.source):
        return set()
    return {
        feature.text("codesiren", "siren", "sirenepci")
        for feature in read_features(load.path, "epci", load.source)
    }


FORMAT = Format(DataSetKind.QPV, recognises, load)
