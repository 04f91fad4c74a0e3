"""ETABLISSEMENT.csv: who occupies premises of economic sites, and which land that is on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from django.utils.translation import gettext as _

from croisee.premises.cnig import geometry as places
from croisee.premises.cnig import nearest
from croisee.premises.cnig.fields import Flaw
from croisee.premises.cnig.labels import BANDS, activities
from croisee.premises.cnig.rows import Known, Loss, Made, Row, day_of, outline_of, point_of, problem_of
from croisee.premises.cnig.sites import ETABLISSEMENT
from croisee.premises.models import Letting, Unit

NATURAL_PERSON = "1000"
"""Insee's legal category of sole traders, whose name is a person's."""


def establishment_rows(lettings: Iterable[Letting], land: Sequence[Unit], known: Known) -> Made:
    """ETABLISSEMENT.csv: occupants known by their SIRET, each with the land that it stands on.

    `lettings`: those of today in economic sites, with unit and tenant. `land`: the units that have a row of
    TERRAIN-ECO. Sole traders are left out: their name is a person's.
    """
    made, groups = Made(ETABLISSEMENT), defaultdict(list)
    ground = _Ground(land)
    for letting in lettings:
        siret = letting.tenant.siret if letting.tenant else ""
        if siret:
            groups[siret].append(letting)
        else:
            name = f"{letting}, {letting.unit.name}"
            made.note(name, letting.unit.get_absolute_url(), "SIRET", problem_of(Flaw.REQUIRED, ""), Loss.ROW)
    for siret, group in sorted(groups.items()):
        first = min(group, key=lambda one: (one.created_at, str(one.pk)))
        url, found = first.unit.get_absolute_url(), known.establishments.get(siret)
        if found is None or found.legal_category in ("", NATURAL_PERSON):
            problem = (
                _("This SIRET is not among the establishments loaded.")
                if found is None
                else _("Its name may be that of a person: it is not published.")
            )
            made.note(siret, url, "SIRET", problem, Loss.ROW)
            continue
        made.add(_establishment(first, group, found, ground, known), str(first.tenant), url)
    return made


def _establishment(
    first: Letting, group: Sequence[Letting], found: Any, ground: _Ground, known: Known
) -> Row:
    terrains = sorted({one for letting in group for one in ground.under(letting.unit)})
    points = [point for letting in group if (point := point_of(letting.unit))]
    code = found.naf.replace(".", "")
    band = found.employees_band or ("" if found.is_employer else "NN")
    place = known.communes.get(found.commune_id)
    year = found.employees_year or (found.data_set.loaded_at.year if band == "NN" else None)
    unit = first.unit
    return {
        "SIRET": found.siret,
        "SIREN": found.siret[:9],
        "terr_id": "|".join(terrains),
        "ban-id": unit.ban_id,
        "bat-id": "|".join(dict.fromkeys(one.unit.building_id for one in group if one.unit.building_id)),
        "etab_adresse": found.address,
        "etab_raison_sociale": str(first.tenant),
        "etab_nat_juridique": found.legal_category,
        "etab_nom": found.name,
        "epci_nom": place.epci_name if place else "",
        "epci_siren": place.epci_siren if place else "",
        "comm_nom": place.name if place else "",
        "comm_insee": found.commune_id,
        "etab_siege": "oui" if found.is_head_office else "non",
        "etab_creation_date": found.created_on.isoformat() if found.created_on else "",
        "etab_identif_date": day_of(first.created_at),
        "etab_actu_date": day_of(max(one.updated_at for one in group)),
        "etab_actif": "oui",
        "etab_activite_code": code,
        "etab_activite_libelle": activities().get(code, ""),
        "etab_effectif_code": band,
        "etab_effectif_libelle": BANDS.get(band, ""),
        "etab_effectif_annee": str(year or ""),
        "etab_source_info": "SIRENE",
        "geocodage_qualite": _quality(unit),
        "etab_geompoint": places.geojson_text(shapely.MultiPoint(points)) if points else "",
    }


def _quality(unit: Unit) -> str:
    if unit.building_id:
        return "localisation au bâtiment"
    if unit.ban_id:
        return "localisation à la plaque adresse"
    return "localisation à la parcelle" if unit.parcels else nearest.UNKNOWN


class _Ground:
    """Which land premises stand on: the unit itself, one with a parcel of its own, or one whose outline holds it."""

    def __init__(self, land: Sequence[Unit]) -> None:
        self.ids = {unit.pk: unit.cnig_id for unit in land}
        self.by_parcel: dict[str, set[str]] = defaultdict(set)
        for unit in land:
            for parcel in unit.parcels:
                self.by_parcel[parcel].add(unit.cnig_id)
        drawn = [(unit.cnig_id, outline) for unit in land if (outline := outline_of(unit))]
        self.drawn = [cnig_id for cnig_id, _outline_ in drawn]
        self.tree = shapely.STRtree([outline for _cnig_id, outline in drawn])

    def under(self, unit: Unit) -> set[str]:
        """The identifiers of the land under a unit."""
        if unit.pk in self.ids:
            return {self.ids[unit.pk]}
        shared = {one for parcel in unit.parcels for one in self.by_parcel.get(parcel, ())}
        point = point_of(unit)
        if shared or point is None:
            return shared
        return {self.drawn[place] for place in self.tree.query(point, predicate="intersects")}
