"""The territory's files, each in the official format that the territory's loaders read."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.geometry
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from croisee.demo.generator.addresses import lonlat
from croisee.demo.generator.campaign import Campaign
from croisee.demo.generator.city import City
from croisee.demo.generator.terrain import DEPARTMENT
from croisee.foundation.tables import write_csv

Row = tuple[str | int, ...]
BAN = (
    "id", "id_fantoir", "numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune",
    "code_insee_ancienne_commune", "nom_ancienne_commune", "x", "y", "lon", "lat", "type_position", "alias",
    "nom_ld", "libelle_acheminement", "nom_afnor", "source_position", "source_nom_voie",
    "certification_commune", "cad_parcelles",
)  # fmt: skip
DIRECTORY = (
    "Identifiant_de_l_etablissement", "Nom_etablissement", "Type_etablissement", "Statut_public_prive",
    "Adresse_1", "Code_postal", "Code_commune", "Nom_commune", "Code_departement",
    "Appartenance_Education_Prioritaire", "etat", "latitude", "longitude", "precision_localisation",
)  # fmt: skip
REP = (
    "ACADEMIE", "N°Département", "DEPARTEMENT", "COMMUNE", "UAI tête de réseau", "NUMERO",
    "NOM DE L'ETABLISSEMENT", "TYPE_DETABLISSEMENT", "EP", "circonscription",
)  # fmt: skip
SIRENE = (
    "siren", "nic", "siret", "statutDiffusionEtablissement", "etablissementSiege", "numeroVoieEtablissement",
    "indiceRepetitionEtablissement", "typeVoieEtablissement", "libelleVoieEtablissement",
    "codePostalEtablissement", "libelleCommuneEtablissement", "codeCommuneEtablissement",
    "etatAdministratifEtablissement", "enseigne1Etablissement", "denominationUsuelleEtablissement",
    "activitePrincipaleEtablissement", "nomenclatureActivitePrincipaleEtablissement",
    "caractereEmployeurEtablissement", "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
)  # fmt: skip


def write_territory(folder: Path, city: City, campaign: Campaign) -> None:
    """Write the metropolis: its communes, neighbourhoods of 2015 and 2024, schools, addresses, companies."""
    _write_json(folder / "epci.json", [_epci(city)])
    _write_json(folder / "communes.json", _communes(city))
    write_outlines(folder / "communes.geojson", city)
    write_zones(folder / "qpv_2024.geojson", city)
    write_zones_2015(folder / "qpv_2015.geojson", city)
    write_schools(folder / "annuaire-education.csv", city)
    write_csv(folder / "rep_reseaux_rentree_2026.csv", REP, _priority_schools(city), delimiter=";")
    write_addresses(folder / f"adresses-{DEPARTMENT}.csv", city)
    write_csv(folder / "StockEtablissement.csv", SIRENE, _establishments(city, campaign))


def write_outlines(path: Path, city: City) -> None:
    """The communes' outlines, as `Admin Express` or `contours-communes` publish them: `code`, `nom`."""
    _write_features(path, [({"code": c.insee, "nom": c.name}, c.polygon) for c in city.terrain.communes])


def write_zones(path: Path, city: City) -> None:
    """The priority neighbourhoods of today, with the fields of the official file."""
    communes = city.terrain.communes
    _write_features(
        path,
        [
            (
                {
                    "code_qp": n.code,
                    "lib_qp": n.name,
                    "insee_dep": DEPARTMENT,
                    "insee_com": communes[n.commune].insee,
                    "lib_com": communes[n.commune].name,
                    "siren_epci": city.epci,
                },
                n.outline,
            )
            for n in city.neighbourhoods
        ],
    )


def write_zones_2015(path: Path, city: City) -> None:
    """The priority neighbourhoods of 2015, with the fields of their time."""
    communes = city.terrain.communes
    _write_features(
        path,
        [
            (
                {"code_qp": n.code_2015, "nom_qp": n.name_2015, "commune_qp": communes[n.commune].name},
                n.outline_2015,
            )
            for n in city.neighbourhoods
        ],
    )


def write_schools(path: Path, city: City) -> None:
    """The collèges, with columns of the education directory."""
    rows = []
    points = lonlat(np.array([s.x for s in city.schools]), np.array([s.y for s in city.schools]))
    for school, lon, lat in zip(city.schools, *points, strict=True):
        commune = city.terrain.communes[school.commune]
        street = school.address.rsplit(",", 1)[0]
        rows.append(
            (
                school.uai,
                school.name,
                "Collège",
                "Public",
                street,
                commune.postcode,
                commune.insee,
                commune.name,
                f"{DEPARTMENT:0>3}",
                school.priority,
                "OUVERT",
                f"{lat:.6f}",
                f"{lon:.6f}",
                "Numéro de rue",
            )
        )
    write_csv(path, DIRECTORY, rows, delimiter=";")


def write_addresses(path: Path, city: City) -> None:
    """The addresses, with the columns of the national base (BAN)."""
    a, communes = city.addresses, city.terrain.communes
    names = [(name, name.upper()) for name in a.street_names]
    rows = []
    for row in range(len(a.x)):
        commune, street = communes[a.commune[row]], a.street[row]
        name, capitals = names[street]
        number = int(a.number[row])
        rows.append(
            (
                f"{commune.insee}_{a.street_codes[street]}_{number:05d}",
                "",
                number,
                "",
                name,
                commune.postcode,
                commune.insee,
                commune.name,
                "",
                "",
                f"{a.x[row]:.2f}",
                f"{a.y[row]:.2f}",
                f"{a.lon[row]:.6f}",
                f"{a.lat[row]:.6f}",
                "entrée",
                "",
                "",
                commune.name.upper(),
                capitals,
                "commune",
                "commune",
                1,
                "",
            )
        )
    write_csv(path, BAN, rows, delimiter=";")


def _priority_schools(city: City) -> list[Row]:
    """The ministry's list: who is in REP or REP+; the schools of the department that it does not name are not."""
    return [
        (
            "INVENTÉE",
            DEPARTMENT,
            "INVENTÉ",
            city.terrain.communes[school.commune].name.upper(),
            school.uai,
            school.uai,
            school.name.removeprefix("Collège ").upper(),
            "COLLEGE",
            school.priority,
            "",
        )
        for school in city.schools
        if school.priority
    ]


def _epci(city: City) -> dict[str, Any]:
    members = [
        {
            "code": c.insee,
            "nom": c.name,
            "populationTotale": c.population,
            "populationMunicipale": c.population,
        }
        for c in city.terrain.communes
    ]
    people = sum(c.population for c in city.terrain.communes)
    head = {"code": city.epci, "nom": city.name, "type": "METRO", "modeFinancement": "FPU"}
    return {**head, "populationTotale": people, "populationMunicipale": people, "membres": members}


def _communes(city: City) -> list[dict[str, Any]]:
    return [
        {
            "code": c.insee,
            "nom": c.name,
            "typeLiaison": 0,
            "zone": "metro",
            "departement": DEPARTMENT,
            "type": "commune-actuelle",
            "codesPostaux": [c.postcode],
            "population": c.population,
        }
        for c in city.terrain.communes
    ]


def _establishments(city: City, campaign: Campaign) -> list[Row]:
    a, employers = city.addresses, campaign.employers
    rows: list[Row] = []
    for row, at in enumerate(employers.place):
        commune = city.terrain.communes[a.commune[at]]
        kind, name = a.street_names[a.street[at]].split(" ", 1)
        siret = employers.siret[row]
        rows.append(
            (
                siret[:9],
                siret[9:],
                siret,
                "O",
                "true",
                int(a.number[at]),
                "",
                kind.upper(),
                name.upper(),
                commune.postcode,
                commune.name.upper(),
                commune.insee,
                "A",
                employers.name[row],
                employers.name[row],
                employers.naf[row],
                "NAFRev2",
                "O",
                f"{a.x[at]:.2f}",
                f"{a.y[at]:.2f}",
            )
        )
    return rows


def _write_features(path: Path, features: list[tuple[dict[str, Any], BaseGeometry]]) -> None:
    """A GeoJSON file in degrees, from shapes in EPSG:2154."""
    outlines = [shapely.transform(shape, _degrees) for _properties, shape in features]
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(outline)}
            for (properties, _shape), outline in zip(features, outlines, strict=True)
        ],
    }
    _write_json(path, collection)


def _degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(lonlat(points[:, 0], points[:, 1], decimals=7))


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
