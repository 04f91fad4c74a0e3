"""The education directory: `fr-en-annuaire-education`, whole or an extract with fewer columns."""

from typing import Any

from django.utils.translation import gettext as _

from croisee.foundation.tables import Column, Table, read_table
from croisee.territory.loaders import schools
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.models import DataSetKind, EducationPriority, Location, SchoolKind

COLUMNS = [
    Column("identifiant_de_l_etablissement", ("uai",)),
    Column("nom_etablissement"),
    Column("type_etablissement"),
    Column("statut_public_prive", required=False),
    Column("adresse_1", required=False),
    Column("code_postal", required=False),
    Column("code_commune", ("code_commune_insee",), required=False),
    Column("latitude", required=False),
    Column("longitude", required=False),
    Column("precision_localisation", required=False),
    Column("appartenance_education_prioritaire", required=False),
    Column("etat", required=False),
]
VAGUE = ("commune", "lieu", "inconnu")


def recognises(peek: Peek) -> bool:
    """A table with the directory's first two columns."""
    wanted = {"identifiantdeletablissement", "nometablissement", "typeetablissement"}
    return peek.family == "table" and wanted <= peek.columns


def load(load: Load) -> None:
    """Store the open schools of the EPCI; those of its departments whose commune the file does not say, too."""
    table = read_table(load.path, COLUMNS, file=load.source)
    load.refusals.extend(table.faults)
    departments = schools.departments_of(load.epci)
    says_commune = table.has("code_commune")
    found: dict[str, dict[str, Any]] = {}
    outside: set[str] = set()
    for index in range(len(table)):
        cell = {name: cells[index] for name, cells in table.columns.items()}
        kind = schools.kind_of(cell["type_etablissement"])
        if kind is None or cell["etat"].upper() == "FERME":
            load.elsewhere += 1
            continue
        code = schools.checked_uai(load, table, index, "identifiant_de_l_etablissement")
        if code is None:
            continue
        commune = load.communes.get(cell["code_commune"])
        if (says_commune and commune is None) or (not says_commune and code[:3] not in departments):
            load.elsewhere += 1
            outside.add(code)
            continue
        found[code] = _school(load, table, index, cell, kind, commune)
    if says_commune:
        schools.forget(load, outside)
    if not found:
        raise NotConcerned
    schools.store(load, found)
    schools.locate_at_communes(load.epci)


def _school(
    load: Load, table: Table, index: int, cell: dict[str, str], kind: SchoolKind, commune: str | None
) -> dict[str, Any]:
    """What the row says; what it does not say is left as another file may have said it."""
    values: dict[str, Any] = {"name": cell["nom_etablissement"][:200], "kind": kind}
    if cell["statut_public_prive"]:
        values["is_public"] = cell["statut_public_prive"].casefold().startswith("public")
    if commune is not None:
        values["commune_id"] = commune
    for field, column in (("address", "adresse_1"), ("postcode", "code_postal")):
        if cell[column]:
            values[field] = cell[column][:200] if field == "address" else cell[column][:5]
    if (point := _point(load, table, index, cell)) is not None:
        values |= {"longitude": point[0], "latitude": point[1], "location": _precision(cell)}
    priority = cell["appartenance_education_prioritaire"].upper()
    if priority in {EducationPriority.REP, EducationPriority.REP_PLUS}:
        values["priority"] = priority
    return values


def _point(load: Load, table: Table, index: int, cell: dict[str, str]) -> tuple[float, float] | None:
    if not cell["longitude"] or not cell["latitude"]:
        return None
    try:
        longitude, latitude = float(cell["longitude"]), float(cell["latitude"])
    except ValueError:
        longitude = latitude = float("nan")
    if -180 <= longitude <= 180 and -90 <= latitude <= 90:
        return longitude, latitude
    problem = _("“%(lat)s, %(lon)s” is not a point.") % {"lat": cell["latitude"], "lon": cell["longitude"]}
    load.refusals.add(table.fault(index, "latitude", problem, _("The school is kept without its point.")))
    return None


def _precision(cell: dict[str, str]) -> Location:
    vague = cell["precision_localisation"].casefold().startswith(VAGUE)
    return Location.COMMUNE if vague else Location.POINT


FORMAT = Format(DataSetKind.SCHOOLS, recognises, load)
