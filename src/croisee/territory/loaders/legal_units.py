"""Legal units: INSEE's StockUniteLegale (CSV, zip or Parquet), which tells who owns the loaded establishments."""

import pyarrow as pa
import pyarrow.compute as pc

from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.sirene import HIDDEN
from croisee.territory.loaders.streams import read_blocks
from croisee.territory.models import DataSetKind, Establishment
from croisee.territory.models.establishments import NATURAL_PERSON

COLUMNS = ("siren", "categorieJuridiqueUniteLegale", "denominationUniteLegale")


def recognises(peek: Peek) -> bool:
    """A table of legal units, without establishments."""
    wanted = {"siren", "categoriejuridiqueunitelegale", "denominationunitelegale"}
    return peek.family == "table" and wanted <= peek.columns and "siret" not in peek.columns


def load(load: Load) -> None:
    """Name the establishments of legal persons; those of natural persons keep none. Persons' names are not read."""
    held: dict[str, list[str]] = {}
    for siret in Establishment.objects.filter(commune__epci=load.epci).values_list("siret", flat=True):
        held.setdefault(siret[:9], []).append(siret)
    wanted = pa.array(list(held), pa.string())
    changed = []
    for block in read_blocks(load.path, load.source, COLUMNS, refuse=load.refusals.add, advance=load.advance):
        table = block.table.filter(pc.is_in(block.table["siren"], value_set=wanted))
        load.elsewhere += len(block.table) - len(table)
        load.kept += len(table)
        for unit in table.to_pylist():
            category = unit["categorieJuridiqueUniteLegale"]
            known = unit["denominationUniteLegale"] not in {"", HIDDEN}
            person = category in {"", NATURAL_PERSON}
            name = unit["denominationUniteLegale"][:200] if known and not person else ""
            changed += [
                Establishment(siret=siret, legal_category=category[:4], name=name)
                for siret in held[unit["siren"]]
            ]
    if not load.kept:
        raise NotConcerned
    Establishment.objects.bulk_update(changed, ["legal_category", "name"], batch_size=1000)
    load.difference = Difference(changed=len(changed))


FORMAT = Format(DataSetKind.LEGAL_UNITS, recognises, load)
