"""Priority education networks: the ministry's list of schools in REP and REP+ at the start of a school year."""

import re
from typing import Any

from django.utils.translation import gettext as _

from croisee.foundation.tables import Column, Table, read_table
from croisee.territory.loaders import schools
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek, vintage_of
from croisee.territory.models import DataSetKind, EducationPriority, School, SchoolKind

COLUMNS = [
    Column("numero", ("uai", "numero_uai")),
    Column("nom de l'etablissement", ("nom_etablissement",)),
    Column("type_detablissement", ("type_etablissement",)),
    Column("commune", ("nom_commune",)),
    Column("ep", ("rep/rep+",)),
]


def recognises(peek: Peek) -> bool:
    """A table with the head of each network."""
    return peek.family == "table" and {"uaitetedereseau", "numero", "ep", "commune"} <= peek.columns


def load(load: Load) -> None:
    """Say of each school of the EPCI whether it is in REP or REP+: in the departments listed, the others are not."""
    table = read_table(load.path, COLUMNS, file=load.source)
    load.refusals.extend(table.faults)
    year = _year(load.source)
    commune_of = schools.towns_of(load.epci)
    held = dict(School.objects.filter(epci=load.epci).values_list("uai", "commune_id"))
    found: dict[str, dict[str, Any]] = {}
    listed: set[str] = set()
    outside: set[str] = set()
    for index in range(len(table)):
        code = schools.checked_uai(load, table, index, "numero")
        if code is None or not _is_listed(load, table, index):
            continue
        listed.add(code[:3])
        commune = commune_of(code[:3], table.columns["commune"][index]) or held.get(code)
        if commune is None:
            outside.add(code)
            continue
        found[code] = {"priority": table.columns["ep"][index].upper(), "priority_year": year}
        if held.get(code) is None:
            found[code] |= {"commune_id": commune}
        if code not in held:
            kind = schools.kind_of(table.columns["type_detablissement"][index]) or SchoolKind.OTHER
            name = table.columns["nom de l'etablissement"][index].title()[:200]
            found[code] |= {"kind": kind, "name": name}
    load.elsewhere = len(outside)
    schools.forget(load, outside)
    if not found and not (listed & schools.departments_of(load.epci)):
        raise NotConcerned
    schools.store(load, found)
    load.difference += Difference(changed=_others_are_outside(load.epci, listed, set(found), year))
    schools.locate_at_communes(load.epci)


def _is_listed(load: Load, table: Table, index: int) -> bool:
    written = table.columns["ep"][index].upper()
    if written in {EducationPriority.REP, EducationPriority.REP_PLUS}:
        return True
    problem = _("“%(ep)s” is neither REP nor REP+.") % {"ep": written}
    load.refusals.add(table.fault(index, "ep", problem, _("Write REP or REP+.")))
    return False


def _others_are_outside(epci: str, departments: set[str], listed: set[str], year: int | None) -> int:
    """Schools of the departments that the list covers, and that it does not name, are outside priority education."""
    outside = {"priority": EducationPriority.NONE, "priority_year": year}
    others = School.objects.filter(epci=epci).exclude(uai__in=listed).exclude(**outside)
    codes = [code for code in others.values_list("uai", flat=True) if code[:3] in departments]
    return School.objects.filter(uai__in=codes).update(**outside)


def _year(source: str) -> int | None:
    found = re.match(r"20\d\d", vintage_of(source))
    return int(found.group()) if found else None


FORMAT = Format(DataSetKind.REP, recognises, load)
