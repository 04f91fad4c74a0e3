"""Indicators of priority neighbourhoods: a table of one row a neighbourhood (and a year), one column an indicator."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from croisee.foundation.identifiers import qpv_generation
from croisee.foundation.tables import Column, Fault, Refused, Table, decoding, read_bytes, read_header
from croisee.foundation.tables.columns import header_key
from croisee.foundation.tables.values import decimal, shown
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.indicator_rows import CODE, PERIOD, rows_of
from croisee.territory.loaders.loading import STALE, Format, Load, NotConcerned, Peek
from croisee.territory.models import DataSet, DataSetKind, Indicator, ZoneIndicator
from croisee.territory.models.indicators import LARGEST
from croisee.territory.wording import plain

# Columns that say which neighbourhood it is, and where.
NAMES_SOMETHING = re.compile(
    "(code|cod|libelle|lib|nom|insee|siren)*"
    r"(qpv?|quartier|commune|com|departement|dep|region|reg|epci|geo|insee)?(20\d\d)?"
)
OF_OTHER_THINGS = {"siret", "siren", "uai", "numerouai", "numeroetablissement", "nomvoie", "adresse"}
# What statisticians write, once `plain`, for what is secret, not available or not significant; a dash is plain "".
MISSING = {"", "s", "c", "nd", "n d", "ns", "n s", "na", "n a", "nc", "n c"}

Key = tuple[UUID, str, str]
"""A zone, an indicator, a period."""


def recognises(peek: Peek) -> bool:
    """A table of neighbourhoods that has more columns than those that name them."""
    if peek.family != "table" or not set(CODE.keys) & peek.columns or OF_OTHER_THINGS & peek.columns:
        return False
    return any(_may_be_a_figure(key) for key in peek.columns)


def _may_be_a_figure(key: str) -> bool:
    return key not in {*CODE.keys, *PERIOD} and not NAMES_SOMETHING.fullmatch(key)


def load(load: Load) -> None:
    """Store the figures of the EPCI's neighbourhoods; a cell that is no number is missing, never zero."""
    table, names = _read(load)
    load.refusals.extend(table.faults)
    rows = rows_of(load, table)
    if not rows:
        raise NotConcerned
    names = [name for name in names if _holds_numbers(table.columns[name])]
    wanted = {row.index for row in rows}
    ours = table.keep([index in wanted for index in range(len(table))])
    found: dict[Key, float] = {}
    faults: list[Fault] = []
    for name in names:
        for row, value in zip(rows, ours.parse(name, number, faults), strict=True):
            if value is not None:
                found[row.zone.pk, code_of(name), row.period] = value
    load.refusals.extend(faults)
    _announce(table, names, {code for _zone, code, _period in found})
    _store(load, found)
    load.data_set.generation = max(qpv_generation(row.zone.code) for row in rows)
    load.data_set.vintage = ", ".join(sorted({row.period for row in rows if row.period}))[:40]
    if not load.data_set.vintage and not load.note:
        load.note = _("the year of these figures is not stated: add a column “annee”")
    load.advance(load.path.stat().st_size)


def code_of(name: str) -> str:
    """The code of an indicator, from the name of its column or of its entry in a dictionary."""
    return name.strip().lower()[:60]


def number(text: str) -> float | None:
    """A figure; None when the producer says that there is none to be known. Raises Refused."""
    if plain(text) in MISSING:
        return None
    value = decimal(text)
    if abs(value) <= LARGEST:
        return value
    problem = _("“%(text)s” is too large for a figure of a neighbourhood.") % {"text": shown(text)}
    raise Refused(problem, _("Correct the cell: it counts as missing."))


def _read(load: Load) -> tuple[Table, list[str]]:
    """The table, its columns under the names that it gives them, and which of these may be figures."""
    data = decoding.read_file(load.path, load.source)
    header = read_header(data, [CODE], file=load.source)
    others = [name for name in header if header_key(name) not in CODE.keys]
    table = read_bytes(data, [CODE, *map(Column, others)], file=load.source)
    return table, [name for name in others if _may_be_a_figure(header_key(name))]


def _holds_numbers(cells: Sequence[str]) -> bool:
    """Whether a column is one of figures: at least half of what is written in it are numbers."""
    written = [cell for cell in cells if plain(cell) not in MISSING]
    return bool(written) and 2 * sum(_value_of(cell) is not None for cell in written) >= len(written)


def _value_of(cell: str) -> float | None:
    try:
        return number(cell)
    except Refused:
        return None


def _announce(table: Table, names: Sequence[str], used: set[str]) -> None:
    """Hold each indicator that has values; the dictionary is due again for those that are new."""
    held = set(Indicator.objects.filter(code__in=used).values_list("code", flat=True))
    added = []
    for position, name in enumerate(names):
        if (code := code_of(name)) in used - held:
            is_whole = all((_value_of(cell) or 0.0).is_integer() for cell in table.columns[name])
            added.append(Indicator(code=code, position=position, is_whole=is_whole))
    Indicator.objects.bulk_create(added)
    if added:
        DataSet.objects.filter(kind=DataSetKind.INDICATOR_LABELS).update(checksum=STALE)


def _store(load: Load, found: Mapping[Key, float]) -> None:
    """Write the differences; a value belongs to the file that gave it first."""
    zones = {zone for zone, _code, _period in found}
    held = {
        (value.zone_id, value.indicator_id, value.period): value
        for value in ZoneIndicator.objects.filter(zone__in=zones)
    }
    added, changed, already = [], [], 0
    for key, figure in found.items():
        zone, code, period = key
        value = held.get(key)
        if value is None:
            added.append(
                ZoneIndicator(
                    zone_id=zone, indicator_id=code, period=period, value=figure, data_set=load.data_set
                )
            )
        elif value.data_set_id != load.data_set.pk:
            already += 1
        elif value.value != figure:
            value.value = figure
            changed.append(value)
    mine = ZoneIndicator.objects.filter(data_set=load.data_set)
    gone = [value.pk for value in mine if (value.zone_id, value.indicator_id, value.period) not in found]
    ZoneIndicator.objects.filter(pk__in=gone).delete()
    ZoneIndicator.objects.bulk_create(added, batch_size=5000)
    ZoneIndicator.objects.bulk_update(changed, ["value"], batch_size=1000)
    Indicator.objects.filter(values__isnull=True).delete()
    load.kept = len(found) - already
    load.difference += Difference(len(added), len(changed), len(gone))
    if already:
        load.note = _("%(n)d values are already given by another file") % {"n": already}


FORMAT = Format(DataSetKind.INDICATORS, recognises, load)
