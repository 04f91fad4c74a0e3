"""`croisee zones tag`: the zones of every row of a CSV file of any size, written as the file came.

Four columns are added, whatever the number of rows in constant memory:

zone_codes        codes of the zones that hold the point, joined by "|"
band_codes        codes of the zones at most 300 m away, those that hold the point included
zone_distance_m   metres to the nearest limit of a zone, on either side; empty without coordinates
zone_answer       yes (in a zone), no, or uncertain: 20 m or less from a limit, or no coordinates
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.engine.zones import Hits, Index
from croisee.foundation.tables import Fault, FaultyInput, replaced_file
from croisee.territory.france import in_france
from croisee.territory.rules import UNCERTAIN_WITHIN
from croisee.territory.scanning import GIVEN, MISSING, ODD, Block, Header, rows_of

BAND = 300.0
ADDED = ("zone_codes", "band_codes", "zone_distance_m", "zone_answer")
JOINED_BY = "|"
MANY_FAULTS = 1_000
"""Without `keep_valid`, reading stops at so many faults: more would say nothing new."""

LAMBERT_93_BOX = (0.0, 6_000_000.0, 1_300_000.0, 7_200_000.0)

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Tagged:
    """What became of a file: rows written, how they were answered, rows left out and the first of their faults."""

    rows: int = 0
    answers: dict[str, int] = field(default_factory=lambda: {"yes": 0, "no": 0, "uncertain": 0})
    without_coordinates: int = 0
    left_out: int = 0
    faults: list[Fault] = field(default_factory=list)


def tag_file(
    source: Path,
    target: Path,
    index: Index,
    *,
    keep_valid: bool = False,
    advance: Callable[[int], object] = lambda size: None,
) -> Tagged:
    """Write `source` with the four columns to `target` (gzip when its name ends in .gz).

    Parameters: `index` with a band of 300 m; `keep_valid` leaves rows with a fault out instead of refusing the
    file; `advance` is told how many bytes of the source were read since it was last told.
    Raises FaultyInput with the faults, OutputFailed when the disk refuses; `target` is then as it was.
    """
    header, blocks = rows_of(source, advance)
    _refuse_columns_taken(source.name, header)
    tagged = Tagged()
    with replaced_file(target) as fresh, pa.output_stream(str(fresh), _compression(target)) as stream:
        stream.write(_header_line(header))
        for block in blocks:
            good = _checked(source.name, header, block, tagged)
            if tagged.faults and not keep_valid and len(tagged.faults) >= MANY_FAULTS:
                break
            if good.any() and (keep_valid or not tagged.faults):
                stream.write(_tagged_rows(block, good, header, index, tagged))
        _refuse(source.name, tagged, keep_valid)
    return tagged


def _refuse(file: str, tagged: Tagged, keep_valid: bool) -> None:
    if tagged.faults and not (keep_valid and tagged.rows):
        raise FaultyInput(tagged.faults)
    if not tagged.rows:
        problem, remedy = _("the file has a header and no row."), _("Add one row per point.")
        raise FaultyInput([Fault(file, None, None, problem, remedy)])


def _refuse_columns_taken(file: str, header: Header) -> None:
    taken = [name for name in header.names if name.strip().casefold() in ADDED]
    if taken:
        problem = _("the file has the column “%(name)s” already.") % {"name": taken[0]}
        raise FaultyInput([Fault(file, 1, taken[0], problem, _("Rename it or take it out."))])


def _compression(target: Path) -> str | None:
    return "gzip" if target.suffix.lower() == ".gz" else None


def _header_line(header: Header) -> bytes:
    return header.delimiter.join([header.line, *(name.encode() for name in ADDED)]) + header.line_end


def _checked(file: str, header: Header, block: Block, tagged: Tagged) -> Mask:
    """Which rows are without a fault; the faults of the others are noted."""
    x, y = block.x, block.y
    missing = (block.state == MISSING).all(axis=1)
    given = (block.state == GIVEN).all(axis=1)
    odd, half = (block.state == ODD).any(axis=1), (block.state == MISSING).sum(axis=1) == 1
    degrees = _is_degrees(header, block)
    inside = np.where(degrees, in_france(x, y), _in_lambert_93(x, y))
    swapped = given & ~inside & np.where(degrees, in_france(y, x), _in_lambert_93(y, x))
    ragged = block.fields != len(header.names)
    good: Mask = ~ragged & (missing | (given & inside))
    tagged.left_out += int((~good).sum())
    for row in np.flatnonzero(~good)[: MANY_FAULTS - len(tagged.faults)]:
        kinds = (bool(ragged[row]), bool(odd[row]), bool(half[row]), bool(swapped[row]))
        tagged.faults.append(_fault_of(file, header, block, int(row), kinds))
    return good


def _is_degrees(header: Header, block: Block) -> Mask:
    degrees: Mask = (np.abs(block.x) <= 180.0) & (np.abs(block.y) <= 90.0)
    return degrees | header.degrees


def _in_lambert_93(x: NDArray[np.float64], y: NDArray[np.float64]) -> Mask:
    west, south, east, north = LAMBERT_93_BOX
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def _fault_of(file: str, header: Header, block: Block, row: int, kinds: tuple[bool, ...]) -> Fault:
    ragged, odd, half, swapped = kinds
    number, columns = int(block.number[row]), (header.names[header.x], header.names[header.y])
    if ragged:
        problem = _("the row has %(n)d cells, the first row %(wanted)d.")
        values = {"n": int(block.fields[row]), "wanted": len(header.names)}
        remedy = _("Look for a delimiter inside a cell, or a quotation mark left open.")
        return Fault(file, number, None, problem % values, remedy)
    texts = (block.text(row, 0), block.text(row, 1))
    if odd:
        which = 0 if block.state[row, 0] == ODD else 1
        problem = _("“%(text)s” is no number.") % {"text": texts[which][:40]}
        return Fault(
            file, number, columns[which], problem, _("Write it as 3.0573, or leave both cells empty.")
        )
    if half:
        which = 0 if block.state[row, 0] == MISSING else 1
        return Fault(
            file, number, columns[which], _("the cell is empty."), _("Fill it, or empty its companion.")
        )
    where = {"x": texts[0][:40], "y": texts[1][:40]}
    if swapped:
        problem = _("the coordinates are swapped (%(x)s, %(y)s).") % where
        return Fault(file, number, columns[0], problem, _("Exchange the two columns."))
    problem = _("the point is outside France (%(x)s, %(y)s).") % where
    remedy = _("Give longitude and latitude in degrees (WGS 84), or x and y in metres (Lambert-93).")
    return Fault(file, number, columns[0], problem, remedy)


def _tagged_rows(block: Block, good: Mask, header: Header, index: Index, tagged: Tagged) -> pa.Buffer:
    """The good rows as they came, each with its four cells."""
    kept = np.flatnonzero(good)
    x, y, degrees = block.x[kept], block.y[kept], _is_degrees(header, block)[kept]
    hits, distance = _located(index, x, y, degrees)
    inside = np.zeros(len(kept), dtype=bool)
    inside[hits.point[hits.level == 0]] = True
    missing = np.isnan(x)
    uncertain = missing | (distance <= UNCERTAIN_WITHIN)
    answer = np.where(uncertain, 2, np.where(inside, 0, 1))
    for name, count in zip(tagged.answers, np.bincount(answer, minlength=3), strict=True):
        tagged.answers[name] += int(count)
    tagged.rows += len(kept)
    tagged.without_coordinates += int(missing.sum())
    near = hits[hits.level <= index.bands.index(BAND) + 1]
    cells = (
        _rows_as_they_came(block, kept),
        _joined_codes(hits[hits.level == 0], len(kept), index.codes, header.delimiter),
        _joined_codes(near, len(kept), index.codes, header.delimiter),
        _as_text(distance),
        pa.array([f"{name}".encode() + header.line_end for name in tagged.answers], pa.large_binary()).take(
            pa.array(answer)
        ),
    )
    lines = pc.binary_join_element_wise(*cells, pa.scalar(header.delimiter, pa.large_binary()))
    offsets = np.frombuffer(lines.buffers()[1], np.int64)
    return lines.buffers()[2].slice(0, int(offsets[len(lines)]))


def _located(
    index: Index, x: NDArray[np.float64], y: NDArray[np.float64], degrees: Mask
) -> tuple[Hits, NDArray[np.float64]]:
    """Hits and distances of points of which some are longitudes and latitudes, others metres."""
    distance = np.full(len(x), math.nan)
    parts = []
    for crs, chosen in ((4326, np.flatnonzero(degrees)), (2154, np.flatnonzero(~degrees))):
        if len(chosen):
            hits = index.locate(x[chosen], y[chosen], crs=crs)
            parts.append(Hits(chosen[hits.point], hits.zone, hits.level))
            distance[chosen] = index.distance(x[chosen], y[chosen], crs=crs)
    hits = Hits.joined(parts)
    return hits[np.argsort(hits.point, kind="stable")] if len(parts) > 1 else hits, distance


def _rows_as_they_came(block: Block, kept: NDArray[np.int64]) -> pa.LargeBinaryArray:
    """The bytes of these rows, without line ends."""
    bounds = pa.py_buffer(np.append(block.span[kept].ravel(), 0))  # rows and the gaps between them by turns
    both = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), max(2 * len(kept) - 1, 0), [None, bounds, pa.py_buffer(block.data)]
    )
    return both.take(pa.array(np.arange(0, 2 * len(kept), 2)))


def _joined_codes(hits: Hits, rows: int, codes: Sequence[str], delimiter: bytes) -> pa.LargeBinaryArray:
    """For each row the codes of its hits, each code once, in one cell."""
    start = np.searchsorted(hits.point, np.arange(rows + 1))
    texts = pa.array([code.encode() for code in codes], pa.binary())
    lists = pa.ListArray.from_arrays(pa.array(start, pa.int32()), texts.take(pa.array(hits.zone)))
    joined = pc.binary_join(lists, JOINED_BY.encode()).cast(pa.large_binary())
    if not any(mark in code.encode() for code in codes for mark in (delimiter, b'"', b"\n", b"\r")):
        return joined
    return pa.array([_quoted(cell) for cell in joined.to_pylist()], pa.large_binary())


def _quoted(cell: bytes) -> bytes:
    return b'"' + cell.replace(b'"', b'""') + b'"' if cell else cell


def _as_text(distance: NDArray[np.float64]) -> pa.LargeBinaryArray:
    """Metres with two decimals at most, nothing for NaN."""
    metres = pc.cast(pa.array(np.round(distance, 2), from_pandas=True), pa.large_string())
    return pc.fill_null(metres, "").cast(pa.large_binary())
