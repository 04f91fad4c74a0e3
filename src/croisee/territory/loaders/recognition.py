"""Which format each file is in, told by what is in it: its columns, a few values, never by its name alone."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from croisee.foundation.tables import Fault, FaultyInput
from croisee.foundation.tables.columns import header_key
from croisee.territory.loaders import (
    ban,
    communes,
    directory,
    epci,
    indicator_labels,
    indicators,
    legal_units,
    maps,
    nearest_qpv,
    neighbourhoods,
    openstreetmap,
    outlines,
    qpv,
    qpv_list,
    rep,
    schools_in_qpv,
    sirene,
    streams,
    streets,
    timetables,
    zfu,
)
from croisee.territory.loaders.loading import Format, Peek
from croisee.territory.loaders.records import read_records
from croisee.territory.models import DataSetKind
from croisee.territory.timetables.archive import is_feed

FORMATS: tuple[Format, ...] = (
    epci.FORMAT,
    communes.FORMAT,
    zfu.FORMAT,
    neighbourhoods.FORMAT,
    qpv_list.FORMAT,
    qpv.FORMAT,
    outlines.FORMAT,
    directory.FORMAT,
    nearest_qpv.FORMAT,
    rep.FORMAT,
    schools_in_qpv.FORMAT,
    sirene.FORMAT,
    legal_units.FORMAT,
    ban.FORMAT,
    indicators.FORMAT,
    indicator_labels.FORMAT,
    timetables.FORMAT,
    streets.FORMAT,
)
TABLES = (".csv", ".txt", ".tsv", ".xlsx", ".parquet")
MAPS = (".geojson", ".gpkg", ".shp", ".topojson", ".fgb", ".gml", ".kml")
KNOWN = frozenset({".gtfs", ".json", *TABLES, *MAPS, *openstreetmap.SUFFIXES})
"""What a name can say; a file named otherwise may still be an archive: downloads often have no suffix."""
LARGEST_IN_MEMORY = 1_000_000_000
"""Bytes of a map or of a JSON list, which are read whole; tables are streamed and have no limit.

Of OpenStreetMap only what lies about the EPCI is held, but the whole file is gone through."""
PRECISION = (".gpkg", ".shp", ".zip", ".fgb", ".geojson", ".json", ".topojson")
"""Where two files give the same outline the first of these is kept: the others are often simplified."""


def recognised(path: Path, source: str) -> list[tuple[Peek, Format | None]]:
    """Each layer of the file (a plain file has one) and the format that reads it, None when none does.

    Raises FaultyInput for a file of a family that we read, and that cannot be opened or is empty.
    """
    return [
        (peek, next((form for form in FORMATS if form.recognises(peek)), None))
        for peek in _peeks(path, source)
    ]


def loading_order(found: tuple[Peek, Format]) -> tuple[int, bool, int, str, str]:
    """Kinds in the order in which they need one another; within one, what says less first, precise maps first."""
    peek, form = found
    kind = list(DataSetKind).index(form.kind)
    says_more = "codecommune" in peek.columns if form.kind == DataSetKind.SCHOOLS else False
    suffix = next(
        (place for place, end in enumerate(PRECISION) if plain_suffix(peek.path) == end), len(PRECISION)
    )
    return kind, says_more, suffix, peek.source, peek.layer


def plain_suffix(path: Path) -> str:
    """The suffix of the file, or of what it compresses, in lower case."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return suffixes[-2] if len(suffixes) > 1 and suffixes[-1] == ".gz" else (suffixes or [""])[-1]


def _peeks(path: Path, source: str) -> Iterator[Peek]:
    suffix = ".gtfs" if path.is_dir() else plain_suffix(path)
    if suffix in {".json", *TABLES, *MAPS, ".zip"} and path.stat().st_size == 0:
        raise FaultyInput(
            [Fault(source, None, None, _("the file is empty."), _("Download or export it again."))]
        )
    if suffix in {".json", *MAPS, *openstreetmap.SUFFIXES} and path.stat().st_size > LARGEST_IN_MEMORY:
        raise _too_large(source)
    if suffix == ".zip" or (suffix not in KNOWN and zipfile.is_zipfile(path)):
        suffix = _suffix_inside(path, source)
    if suffix == ".json":
        suffix = _kind_of_json(path, source)
    if suffix == ".gtfs":
        yield Peek(path, source, "", "feed", frozenset())
    elif suffix == ".list":
        records = read_records(path, source)
        columns = frozenset(header_key(name) for name in (records[0] if records else ()))
        yield Peek(path, source, "", "records", columns, records[:1000], len(records))
    elif suffix in openstreetmap.SUFFIXES:
        if openstreetmap.is_extract(path, source):
            yield Peek(path, source, "", "streets", frozenset())
    elif suffix in TABLES:
        yield _table_peek(path, source, suffix)
    elif suffix in MAPS:
        yield from _map_peeks(path, source)


def _table_peek(path: Path, source: str, suffix: str) -> Peek:
    names = _workbook_columns(path, source) if suffix == ".xlsx" else streams.columns_of(path, source)
    return Peek(path, source, "", "table", frozenset(header_key(name) for name in names))


def _workbook_columns(path: Path, source: str) -> list[str]:
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(nrows=1)
    except (CalamineError, OSError) as error:
        raise _damaged(source, error) from error
    return [str(name) for name in rows[0]] if rows else []


def _map_peeks(path: Path, source: str) -> Iterator[Peek]:
    layers = maps.layers_of(path, source)
    for layer in layers:
        # A file of one layer is named by itself alone: the layer's name often changes with the file's.
        name = layer.name if len(layers) > 1 else ""
        family = "points" if layer.are_points else "polygons"
        yield Peek(path, source, name, family, layer.columns, layer.sample, layer.rows)


def _suffix_inside(path: Path, source: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _damaged(source, error) from error
    if is_feed(names):
        return ".gtfs"
    for suffix in (*MAPS, ".csv"):
        if any(name.lower().endswith(suffix) for name in names):
            return suffix
    if names and all(name.lower().endswith(".zip") or name.endswith("/") for name in names):
        problem = _("it holds other archives instead of tables.")
        raise FaultyInput([Fault(source, None, None, problem, _("Unpack it, and load what is in it."))])
    return ""


def _kind_of_json(path: Path, source: str) -> str:
    """A list of records, a map, or something else: JSON of any kind may lie in a folder."""
    head = streams.head_of(path, source).lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"["):
        return ".list"
    is_map = any(word in head[:2000] for word in (b'"FeatureCollection"', b'"Feature"', b'"Topology"'))
    return ".geojson" if is_map else ""


def _damaged(source: str, error: Exception) -> FaultyInput:
    problem = _("the file is damaged (%(reason)s).") % {"reason": error}
    return FaultyInput([Fault(source, None, None, problem, _("Download it again."))])


def _too_large(source: str) -> FaultyInput:
    problem = _("the file is larger than %(megabytes)d MB.") % {"megabytes": LARGEST_IN_MEMORY // 1_000_000}
    remedy = _("Take the extract of your region or department.")
    return FaultyInput([Fault(source, None, None, problem, remedy)])
