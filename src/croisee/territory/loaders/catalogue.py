"""What each kind of data set is officially called, whose it is, and where it is to be had."""

from dataclasses import dataclass

from croisee.territory.models import DataSetKind

OPEN_LICENCE = "Licence Ouverte 2.0"


@dataclass(frozen=True, slots=True)
class Official:
    """One official publication: its title on data.gouv.fr, its producer, its licence, the files that do."""

    title: str
    producer: str
    licence: str
    files: str
    needed: bool = True


OFFICIAL = {
    DataSetKind.EPCI: Official(
        "Découpage administratif communal français (npm @etalab/decoupage-administratif)",
        "INSEE, DGCL, Etalab",
        OPEN_LICENCE,
        "epci.json(.gz)",
    ),
    DataSetKind.COMMUNES: Official(
        "Découpage administratif communal français (npm @etalab/decoupage-administratif)",
        "INSEE, DGCL, Etalab",
        OPEN_LICENCE,
        "communes.json(.gz)",
    ),
    DataSetKind.OUTLINES: Official(
        "Admin Express COG / Contours des communes de France simplifié",
        "IGN, Etalab",
        OPEN_LICENCE,
        "geojson, gpkg, shp, topojson",
    ),
    DataSetKind.QPV: Official(
        "Quartiers prioritaires de la politique de la ville (QPV)",
        "ANCT",
        OPEN_LICENCE,
        "QP2024_France_Hexagonale_Outre_Mer_WGS84 (geojson, gpkg, shp)",
    ),
    DataSetKind.QPV_LIST: Official(
        "Quartiers prioritaires de la politique de la ville (QPV)",
        "ANCT",
        OPEN_LICENCE,
        "communes with their QPV codes and names (geojson)",
        needed=False,
    ),
    DataSetKind.ZFU: Official(
        "Zones franches urbaines - territoires entrepreneurs (ZFU-TE)",
        "ANCT",
        OPEN_LICENCE,
        "topojson, geojson",
        needed=False,
    ),
    DataSetKind.NEIGHBOURHOODS: Official(
        "Périmètres des quartiers et sous-quartiers de la ville",
        "The city",
        "ODbL 1.0",
        "geojson, shp.zip",
        needed=False,
    ),
    DataSetKind.INDICATORS: Official(
        "Indicateurs des quartiers prioritaires de la politique de la ville",
        "ANCT, INSEE, Cnaf, France Travail",
        OPEN_LICENCE,
        "csv, xlsx: a row for each code_qp",
        needed=False,
    ),
    DataSetKind.INDICATOR_LABELS: Official(
        "Indicateurs des quartiers prioritaires de la politique de la ville : dictionnaire",
        "ANCT, INSEE, Cnaf, France Travail",
        OPEN_LICENCE,
        "csv, xlsx: colonne, description, type_valeur, unite",
        needed=False,
    ),
    DataSetKind.SCHOOLS: Official(
        "Annuaire de l'éducation",
        "Ministère de l'Éducation nationale",
        OPEN_LICENCE,
        "fr-en-annuaire-education.csv",
    ),
    DataSetKind.NEAREST_QPV: Official(
        "Collèges et quartier prioritaire le plus proche",
        "Ministère de l'Éducation nationale, ANCT",
        OPEN_LICENCE,
        "csv",
        needed=False,
    ),
    DataSetKind.REP: Official(
        "Liste des établissements REP et REP+",
        "Ministère de l'Éducation nationale",
        OPEN_LICENCE,
        "csv(.gz)",
    ),
    DataSetKind.SCHOOLS_IN_QPV: Official(
        "Établissements scolaires situés dans ou à proximité d'un QPV",
        "DEPP",
        OPEN_LICENCE,
        "fr-en-etablissements-qpv.csv",
        needed=False,
    ),
    DataSetKind.BAN: Official(
        "Base Adresse Nationale (BAN)",
        "IGN, ANCT, communes",
        OPEN_LICENCE,
        "adresses-NN.csv.gz (one a department)",
    ),
    DataSetKind.SIRENE: Official(
        "Base Sirene des entreprises et de leurs établissements (SIREN, SIRET)",
        "INSEE",
        OPEN_LICENCE,
        "StockEtablissement (zip, csv, parquet)",
    ),
    DataSetKind.LEGAL_UNITS: Official(
        "Base Sirene des entreprises et de leurs établissements (SIREN, SIRET)",
        "INSEE",
        OPEN_LICENCE,
        "StockUniteLegale (zip, csv, parquet)",
    ),
    DataSetKind.TIMETABLE: Official(
        "Horaires théoriques du réseau (GTFS), sur transport.data.gouv.fr",
        "l’autorité organisatrice de la mobilité",
        "ODbL 1.0",
        "gtfs.zip",
    ),
    DataSetKind.STREETS: Official(
        "OpenStreetMap, extrait Geofabrik",
        "© les contributeurs d’OpenStreetMap (openstreetmap.org/copyright)",
        "ODbL 1.0",
        "*.osm.pbf",
        needed=False,
    ),
}
