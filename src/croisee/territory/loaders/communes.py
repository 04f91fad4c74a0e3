"""Communes with their population, postcodes and former codes: the JSON published by Etalab."""

from collections import defaultdict
from typing import Any

from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.records import read_records
from croisee.territory.models import Commune, DataSetKind

ACTUAL = "commune-actuelle"
MERGED = {"commune-deleguee", "commune-associee"}


def recognises(peek: Peek) -> bool:
    """A list of communes: they alone have a type and a department."""
    return peek.family == "records" and {"code", "nom", "type", "departement", "typeliaison"} <= peek.columns


def load(load: Load) -> None:
    """Complete the communes of the EPCI; a commune merged into another leaves its code to it."""
    records = read_records(load.path, load.source, load.advance)
    former: dict[str, set[str]] = defaultdict(set)
    actual: dict[str, dict[str, Any]] = {}
    for record in records:
        if record.get("type") == ACTUAL:
            actual[record["code"]] = record
            former[record["code"]] |= set(record.get("anciensCodes", []))
        elif record.get("type") in MERGED and record.get("chefLieu"):
            former[record["chefLieu"]].add(record["code"])
    changed = []
    communes = list(Commune.objects.filter(epci=load.epci))
    for commune in communes:
        if (found := actual.get(commune.code)) is None:
            continue
        load.kept += 1
        values = {
            "name": found["nom"],
            "population": found.get("population", commune.population),
            "postcodes": sorted(found.get("codesPostaux", [])),
            "former_codes": sorted(former[commune.code] - {commune.code}),
        }
        if any(getattr(commune, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(commune, name, value)
            changed.append(commune)
    if not load.kept:
        raise NotConcerned
    Commune.objects.bulk_update(changed, ["name", "population", "postcodes", "former_codes"])
    load.elsewhere = len(actual) - load.kept
    load.difference = Difference(changed=len(changed))


FORMAT = Format(DataSetKind.COMMUNES, recognises, load)
