"""Collèges with their commune, their address and their distance to the nearest priority neighbourhood of 2015."""

from typing import Any

from croisee.foundation.tables import Column, read_table
from croisee.territory.loaders import schools
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.models import DataSetKind, EducationPriority, School, SchoolKind

COLUMNS = [
    Column("numero_uai"),
    Column("code_commune_insee"),
    Column("patromyne_etablissement", ("patronyme_etablissement",), required=False),
    Column("adresse_etablissement", required=False),
    Column("code_postal", required=False),
    Column("rep+"),
    Column("rep"),
]
YES = "oui"


def recognises(peek: Peek) -> bool:
    """The one table with the distance to the nearest neighbourhood."""
    return (
        peek.family == "table" and {"numerouai", "repplus", "rep", "distanceqpvleplusproche"} <= peek.columns
    )


def load(load: Load) -> None:
    """Complete the collèges of the EPCI; an official list of REP, which has a year, has the last word on them."""
    table = read_table(load.path, COLUMNS, file=load.source)
    load.refusals.extend(table.faults)
    names = set(School.objects.filter(epci=load.epci).exclude(name="").values_list("uai", flat=True))
    dated = set(School.objects.filter(priority_year__isnull=False).values_list("uai", flat=True))
    found: dict[str, dict[str, Any]] = {}
    outside = set()
    for index in range(len(table)):
        cell = {name: cells[index] for name, cells in table.columns.items()}
        code = schools.checked_uai(load, table, index, "numero_uai")
        if code is None:
            continue
        commune = load.communes.get(cell["code_commune_insee"])
        if commune is None:
            outside.add(code)
            continue
        found[code] = {"kind": SchoolKind.COLLEGE, "commune_id": commune, "is_public": True}
        if code not in names:
            found[code]["name"] = f"Collège {cell['patromyne_etablissement'].title()}".strip()
        if cell["adresse_etablissement"]:
            found[code]["address"] = cell["adresse_etablissement"][:200]
        if code not in dated:
            found[code]["priority"] = _priority(cell)
    load.elsewhere = len(outside)
    schools.forget(load, outside)
    if not found:
        raise NotConcerned
    schools.store(load, found)
    schools.locate_at_communes(load.epci)


def _priority(cell: dict[str, str]) -> EducationPriority:
    if cell["rep+"].casefold() == YES:
        return EducationPriority.REP_PLUS
    return EducationPriority.REP if cell["rep"].casefold() == YES else EducationPriority.NONE


FORMAT = Format(DataSetKind.NEAREST_QPV, recognises, load)
