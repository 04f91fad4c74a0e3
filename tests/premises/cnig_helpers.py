"""A small validator of Table Schema, made apart from ours; the published examples; a world with files to write."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import shapely
from django.utils import timezone

from croisee.premises.cnig import FileStandard, Type
from croisee.premises.kinds import UnitKind
from croisee.premises.models import OwnerKind, Site, Unit
from croisee.territory.models import Commune, DataSet, DataSetKind, Epci, Establishment
from tests.premises_world import PremisesWorld, make_unit

SHARED = Path(__file__).parents[3] / "shared" / "data"
EMPTY = {"", "NA", "NaN", "N/A"}
MARKS = ("cnig", "friche", "site-eco", "pole-eco", "terrain-eco", "etablissement-1", "sites-economiques")


def published_schemas() -> dict[str, dict[str, Any]]:
    """The published schemas that lie in the shared data, by the name of the standard's file."""
    found = {}
    for path in sorted(SHARED.rglob("*.json")) if SHARED.exists() else ():
        if any(mark in path.name.casefold() for mark in MARKS):
            schema = json.loads(path.read_text(encoding="utf-8"))
            name = _name_of({field["name"] for field in schema.get("fields", ())})
            if name:
                found[name] = schema
    return found


def _name_of(fields: set[str]) -> str:
    marks = {
        "urba_zaer": "friches",
        "pole_vocadomi": "POLE-ECO",
        "site_vocadomi": "SITE-ECO",
        "terr_usage": "TERRAIN-ECO",
        "SIRET": "ETABLISSEMENT",
    }
    return next((name for mark, name in marks.items() if mark in fields), "")


def descriptor(standard: FileStandard) -> dict[str, Any]:
    """Our table written as a Table Schema."""
    kinds = {
        Type.TEXT: ("string", "default"),
        Type.URI: ("string", "uri"),
        Type.EMAIL: ("string", "email"),
        Type.DAY: ("date", "%Y-%m-%d"),
        Type.YEAR: ("date", "%Y"),
        Type.NUMBER: ("number", "default"),
        Type.INTEGER: ("integer", "default"),
        Type.POINT: ("geopoint", "default"),
        Type.GEOJSON: ("geojson", "default"),
    }
    fields = []
    for one in standard.fields:
        kind, form = kinds[one.type]
        constraints: dict[str, Any] = {"required": one.required}
        if one.values and one.enforced:
            constraints["enum"] = list(one.values)
        if one.pattern:
            constraints["pattern"] = one.pattern
        fields.append({"name": one.name, "type": kind, "format": form, "constraints": constraints})
    return {"fields": fields, "primaryKey": standard.key}


def verdict(schema: dict[str, Any], header: list[str], row: dict[str, str]) -> list[tuple[str, str]]:
    """What a validator of Table Schema says of a row under a header: each fault as column and kind."""
    names = [field["name"] for field in schema["fields"]]
    faults = [("", "missing-label") for name in names if name not in header]
    faults += [("", "extra-label") for name in header if name not in names]
    if not faults and header != names:
        faults.append(("", "incorrect-label"))
    for field in schema["fields"]:
        text, limits = row.get(field["name"], ""), field.get("constraints", {})
        if text in EMPTY:
            if limits.get("required"):
                faults.append((field["name"], "required"))
        elif not _fits(field["type"], field.get("format", "default"), text):
            faults.append((field["name"], "type"))
        else:
            if "enum" in limits and text not in limits["enum"]:
                faults.append((field["name"], "enum"))
            if "pattern" in limits and re.compile(limits["pattern"]).fullmatch(text) is None:
                faults.append((field["name"], "pattern"))
    return faults


def _fits(kind: str, form: str, text: str) -> bool:
    try:
        if kind == "date":
            dt.datetime.strptime(text, form)  # noqa: DTZ007  a day has no zone
        elif kind == "integer":
            int(text)
        elif kind == "number":
            Decimal(text)
        elif kind == "geopoint":
            lon, lat = (Decimal(part.strip()) for part in text.split(","))
            return abs(lon) <= 180 and abs(lat) <= 90
        elif kind == "geojson":
            shapely.from_geojson(text)
            return isinstance(json.loads(text), dict)
        elif form == "uri":
            return re.match(r"[a-z]+:", text) is not None
        elif form == "email":
            return re.fullmatch(r"\S+@\S+\.\S+", text) is not None
    except (ValueError, ArithmeticError, shapely.errors.GEOSException):
        return False
    return True


POLYGON = json.dumps(
    {"type": "Polygon", "coordinates": [[[30.0, 10.0], [40.0, 40.0], [20.0, 40.0], [30.0, 10.0]]]}
)
FRICHE = {
    "site_id": "12083_22-12.0017",
    "site_nom": "Centre médical thermal",
    "site_type": "friche industrielle",
    "site_identif_date": "2003-05-18",
    "site_actu_date": "2019-06-23",
    "site_url": "http://fiches-risques.brgm.fr/georisques/basias-detaillee/AQI4008059",
    "site_securite": "interdictions ou limitations d'accès au site",
    "site_occupation": "partiellement inoccupé",
    "site_statut": "friche avec projet",
    "site_projet_url": "http://www.reconvtafriche.fr/site_tulipe/laureat2021.html",
    "site_reconv_annee": "2022",
    "site_reconv_type": "aménagement d'espace public",
    "activite_code": "B05.10Z|V89.04Z",
    "comm_nom": "CRANSAC",
    "comm_insee": "12083",
    "bati_type": "secteur tertiaire|commercial",
    "bati_nombre": "2",
    "proprio_type": "P4a|G1a|Z2b|G1a|M1a|G1a|R2a|R5a|X1a",
    "proprio_personne": "personne morale",
    "unite_fonciere_surface": "16750",
    "unite_fonciere_refcad": "12083000AH0035|12083000AH0072|12083000AH0279|12083000AH0367",
    "urba_zaer": "non",
    "urba_doc_type": "PLUI",
    "desserte_distance": "2|6|46",
    "source_nom": "BASIAS",
    "geompoint": "POINT(49.2527 3.9815)",
}
POLE = {
    "pole_id": "84003_POLE-ECO_00162",
    "pole_nom": "Les Bornes du Temps",
    "pole_vocadomi": "mixte à dominante logistique",
    "pole_identif_date": "2016-03-26",
    "pole_surface": "21",
    "pole_geompoint": "3.9815, 49.2527",
    "pole_rayonnement": "régional",
}
SITE = {
    "site_id": "80024_SITE-ECO_00001",
    "pole_id": "80024_POLE-ECO_00162",
    "site_nom": "ZAC Les Bornes du Temps",
    "site_type": "zone d'activité économique",
    "site_vocadomi": "entrepôts, logistique",
    "site_etat": "existant et actif",
    "site_surf_brute": "37.2",
    "site_surf_utile": "35.3",
    "site_creation_date": "2015",
    "site_identif_date": "2016-03-26",
    "site_actu_date": "2023-08-29",
    "site_url": "https://les-bornes-du-temps/index.html",
    "site_epci_nom": "Communauté de Communes Nièvre et Somme",
    "site_epci_siren": "200071223",
    "site_comm_nom": "Argoeuves",
    "site_comm_insee": "80024",
    "site_moa_type": "epci",
    "site_taux_vacance": "13",
    "site_geomsurf": POLYGON,
    "site_geompoint": "3.9815, 49.2527",
    "reseau_gaz": "oui",
}
TERRAIN = {
    "terr_id": "80024_TERRAIN-ECO_00131",
    "site_id": "80024_SITE-ECO_00001",
    "terr_refcad": "80024000ZO0030|80024000ZO0034|80024000ZO0035",
    "terr_surf_brute": "9.9",
    "terr_identif_date": "2023-08-29",
    "terr_actu_date": "2023-08-29",
    "terr_maitrise_fonc": "structure intercommunale",
    "terr_stade_amngt": "viabilisé et aménagé",
    "terr_stade_comm": "vendu, commercialisation achevée",
    "terr_etat_occup": "occupé",
    "terr_usage": "bâti productif",
    "terr_geomsurf": POLYGON,
    "terr_m2_prix": "5.35",
}
ETAB = {
    "SIRET": "34749951900010",
    "SIREN": "347499519",
    "terr_id": "80024_TERRAIN-ECO_00131",
    "etab_raison_sociale": "Picardie service véhicules industriels",
    "etab_nat_juridique": "5710",
    "etab_nom": "MAN TRUCK",
    "epci_nom": "Communauté de Communes Nièvre et Somme",
    "epci_siren": "200071223",
    "comm_nom": "Saint-Sauveur",
    "comm_insee": "80718",
    "etab_siege": "oui",
    "etab_creation_date": "2015-06-04",
    "etab_identif_date": "2016-03-26",
    "etab_actu_date": "2023-04-30",
    "etab_fermeture_date": "2025-02-08",
    "etab_activite_code": "4520B",
    "etab_activite_libelle": "Entretien et réparation d'autres véhicules automobiles",
    "etab_effectif_code": "03",
    "etab_effectif_libelle": "6 à 9 salariés",
    "etab_effectif_annee": "2022",
    "etab_source_info": "CCI de Amiens",
    "geocodage_qualite": "localisation au bâtiment",
    "etab_geompoint": json.dumps({"type": "MultiPoint", "coordinates": [[2.3626, 51.0934], [4.1999, 50.72]]}),
    "etab_contact_mail": "mantruck-contact@gmail.com",
}
EXAMPLES = {
    "friches": FRICHE,
    "POLE-ECO": POLE,
    "SITE-ECO": SITE,
    "TERRAIN-ECO": TERRAIN,
    "ETABLISSEMENT": ETAB,
}


def rows_of(content: bytes, delimiter: str) -> tuple[list[str], list[dict[str, str]]]:
    """The header and the rows of a CSV file."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), delimiter=delimiter))
    return lines[0], [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


SQUARE = shapely.box(-1.670, 48.080, -1.660, 48.090)
SMALL = shapely.box(-1.668, 48.082, -1.665, 48.085)


def make_territory() -> Commune:
    """Rennes and its metropolis, as loaded."""
    epci, _made = Epci.objects.get_or_create(code="243500139", defaults={"name": "Rennes Métropole"})
    commune, _made = Commune.objects.get_or_create(
        code="35238", defaults={"name": "Rennes", "epci": epci, "postcodes": ["35000", "35200"]}
    )
    return commune


def make_establishment(siret: str, **fields: Any) -> Establishment:
    """An establishment of a company, with all that a file needs."""
    commune = make_territory()
    data_set = DataSet.objects.create(
        epci=commune.epci,
        kind=DataSetKind.SIRENE,
        source="sirene.csv",
        checksum="0" * 64,
        loaded_at=timezone.now(),
    )
    values: dict[str, Any] = {
        "name": "Menuiserie du Sud",
        "legal_category": "5710",
        "naf": "43.32A",
        "employees_band": "03",
        "employees_year": 2024,
        "created_on": dt.date(2015, 6, 4),
        "is_employer": True,
        "is_head_office": True,
        "address": "12 boulevard de Yougoslavie",
        "postcode": "35200",
        "commune": commune,
        "data_set": data_set,
    }
    return Establishment.objects.create(siret=siret, **(values | fields))


def complete(site: Site) -> Site:
    """A site with all that SITE-ECO requires, but its identifier."""
    site.useful, site.outline = Decimal("10.2"), shapely.to_wkb(SQUARE)
    site.pole_id, site.pole_name = "35238_POLE-ECO_00001", "Pôle Sud"
    site.save()
    return site


def make_plot(world: PremisesWorld, name: str = "Lot 12", state: str = "available", **fields: Any) -> Unit:
    """A plot of the site, drawn, of 4 500 m²."""
    values: dict[str, Any] = {
        "kind": UnitKind.PLOT,
        "site": world.site,
        "uses": [],
        "surface": Decimal(4500),
        "outline": shapely.to_wkb(SMALL),
        "lon": -1.6665,
        "lat": 48.0835,
        "parcels": ["35238000AB0012"],
        "floor": None,
        "height": None,
        "zone_codes": "",
        "owner_kind": OwnerKind.SEM,
        "owner_name": "Territoires d’essai",
    }
    return make_unit(None, name, state, **(values | fields))


def make_brownfield(name: str = "Ancienne laiterie", state: str = "vacant", **fields: Any) -> Unit:
    """A brownfield outside any site."""
    values: dict[str, Any] = {
        "kind": UnitKind.BROWNFIELD,
        "surface": Decimal(1250),
        "owner_kind": OwnerKind.PERSON,
        "parcels": ["35238000CD0034"],
        "floor": None,
    }
    return make_unit(None, name, state, **(values | fields))
