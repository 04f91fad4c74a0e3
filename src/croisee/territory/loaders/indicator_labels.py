"""The dictionary of a table of indicators: what each of its columns says, in words, and in which unit."""

from django.utils.translation import gettext as _

from croisee.foundation.tables import Column, Table, read_table
from croisee.foundation.tables.columns import header_key
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.indicator_rows import CODE, period_stated_by
from croisee.territory.loaders.indicators import code_of
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.models import DataSetKind, Indicator
from croisee.territory.wording import plain

COLUMNS = [
    Column("colonne"),
    Column("description"),
    Column("type_valeur", required=False),
    Column("unite", required=False),
]
WHOLE = "entier"


def recognises(peek: Peek) -> bool:
    """A table of columns and their descriptions, with their type or their unit."""
    columns = peek.columns
    return (
        peek.family == "table"
        and {"colonne", "description"} <= columns
        and bool({"typevaleur", "unite"} & columns)
    )


def load(load: Load) -> None:
    """Name the indicators that are held, if the EPCI has values of one; other columns are of no use here."""
    table = read_table(load.path, COLUMNS, file=load.source)
    load.refusals.extend(table.faults)
    if not any(header_key(name) in CODE.keys for name in table.columns["colonne"]):
        raise NotConcerned
    held = Indicator.objects.in_bulk()
    described: set[str] = set()
    changed = []
    for index, name in enumerate(table.columns["colonne"]):
        code = code_of(name)
        if code not in held:
            load.elsewhere += 1
        elif _is_sound(load, table, index, code, described):
            described.add(code)
            if _describe(load, held[code], table, index):
                changed.append(held[code])
    here = Indicator.objects.filter(values__zone__commune_codes__overlap=sorted(set(load.communes.values())))
    if described.isdisjoint(here.values_list("code", flat=True)):
        raise NotConcerned
    Indicator.objects.bulk_update(changed, ["label", "unit", "is_whole", "described_by"])
    gone = Indicator.objects.filter(described_by=load.data_set).exclude(code__in=described)
    removed = gone.update(label="", unit="", described_by=None)
    load.data_set.vintage = period_stated_by(load.source)
    load.kept = len(described)
    load.difference += Difference(changed=len(changed), removed=removed)


def _is_sound(load: Load, table: Table, index: int, code: str, described: set[str]) -> bool:
    """Whether the row describes an indicator, once; it is refused otherwise."""
    if code in described:
        problem = _("a row above describes “%(code)s” already.") % {"code": code}
        load.refusals.add(table.fault(index, "colonne", problem, _("Keep one of the two.")))
    elif not table.columns["description"][index]:
        problem = _("“%(code)s” has no description.") % {"code": code}
        load.refusals.add(table.fault(index, "description", problem, _("Say in a few words what it counts.")))
    else:
        return True
    return False


def _describe(load: Load, indicator: Indicator, table: Table, index: int) -> bool:
    """Give the indicator what its row says; True when that changes it."""
    before = (indicator.label, indicator.unit, indicator.is_whole)
    indicator.label = " ".join(table.columns["description"][index].split())[:300]
    indicator.unit = table.columns["unite"][index][:30] or unit_of(indicator.label)
    if kind := plain(table.columns["type_valeur"][index]):
        indicator.is_whole = kind == WHOLE
    if before == (indicator.label, indicator.unit, indicator.is_whole):
        return False
    indicator.described_by = load.data_set
    return True


def unit_of(label: str) -> str:
    """The unit of an indicator whose dictionary has no column for it, from its words; empty when they do not tell.

    >>> unit_of("Part des ménages imposés"), unit_of("Premier décile du revenu déclaré"), unit_of("Nombre d'écoles")
    ('%', '€', '')
    """
    words = plain(label).split()
    if words[:1] in (["part"], ["taux"]):
        return "%"
    return "€" if "revenu" in words or "euros" in words else ""


FORMAT = Format(DataSetKind.INDICATOR_LABELS, recognises, load)
