"""Intercommunal bodies and their communes: the JSON of the administrative divisions published by Etalab."""

from django.utils.translation import gettext as _

from croisee.foundation.identifiers import InvalidIdentifier, commune
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.loading import STALE, Format, Load, NotConcerned, Peek
from croisee.territory.loaders.records import read_records
from croisee.territory.models import Commune, DataSet, DataSetKind, Epci


def recognises(peek: Peek) -> bool:
    """A list of bodies with their members; the territorial bodies of Greater Paris are published apart."""
    return (
        peek.family == "records"
        and {"code", "nom", "membres"} <= peek.columns
        and any(record.get("type") != "EPT" for record in peek.sample)
    )


def load(load: Load) -> None:
    """Store the body and its communes; when its members change, what was loaded for it is to be loaded again."""
    records = read_records(load.path, load.source, load.advance)
    found = next((record for record in records if record.get("code") == load.epci), None)
    load.elsewhere = len(records) - 1
    if found is None:
        raise NotConcerned
    Epci.objects.filter(code=load.epci).update(name=found["nom"], kind=str(found.get("type", ""))[:10])
    members = _members(load, found["membres"])
    before = {held.code: held for held in Commune.objects.filter(code__in=members)}
    moved_out = Commune.objects.filter(epci=load.epci).exclude(code__in=members)
    moved_in = [code for code in members if code not in before or before[code].epci_id != load.epci]
    removed = moved_out.count()
    moved_out.delete()
    for code, (name, population) in members.items():
        held = before.get(code)
        if held is None:
            Commune.objects.create(code=code, name=name, epci_id=load.epci, population=population)
        elif held.epci_id != load.epci:
            Commune.objects.filter(code=code).update(epci_id=load.epci)
    if moved_in or removed:
        DataSet.objects.filter(epci=load.epci).exclude(pk=load.data_set.pk).update(checksum=STALE)
    load.kept = len(members)
    load.difference = Difference(added=len(moved_in), removed=removed)


def _members(load: Load, records: list[dict[str, object]]) -> dict[str, tuple[str, int | None]]:
    members = {}
    for row, record in enumerate(records, start=1):
        try:
            code = commune(str(record.get("code", "")))
        except InvalidIdentifier:
            problem = _("“%(code)s” is not an INSEE commune code.") % {"code": record.get("code", "")}
            load.refuse(row, "code", problem, _("Correct it, or download the file again."))
            continue
        population = record.get("populationMunicipale")
        members[code] = (str(record.get("nom", code)), population if isinstance(population, int) else None)
    return members


FORMAT = Format(DataSetKind.EPCI, recognises, load)
