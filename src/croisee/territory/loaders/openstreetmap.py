"""Extracts of OpenStreetMap, `.osm.pbf` or `.osm`: their ways that one may walk, and their date."""

import datetime as dt
import json
import re
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely
from django.conf import settings
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.loaders import streams
from croisee.territory.loaders.points import Box
from croisee.territory.loaders.refusals import unwritable

SUFFIXES = (".osm", ".pbf")
NAMES = (".osm", ".osm.gz", ".osm.pbf")
"""What a file is called that can be nothing else; a `.pbf` may be something else."""

ROADS = {"tertiary", "secondary", "primary"}
STREETS = {"living_street", "residential", "service", "unclassified"}
PATHS = {"footway", "pedestrian", "path", "steps", "track", "cycleway"}
WALKED = frozenset(PATHS | STREETS | ROADS | {f"{road}_link" for road in ROADS})
WALKED_WHERE_SAID = frozenset({"trunk", "trunk_link", "bridleway", "busway"})
ALLOWED = frozenset({"yes", "designated", "permissive"})
FORBIDDEN = frozenset({"no", "private", "use_sidepath"})
CLOSED = frozenset({"no", "private"})
QUERY = "SELECT highway, other_tags FROM lines WHERE highway IS NOT NULL"
"""Asked as a query, GDAL builds nothing but the lines: neither buildings nor points of interest."""

LONGEST_HEADER = 1 << 20
TIMESTAMPS = (rb"<osm\b[^>]*?\btimestamp=[\"']([0-9-]{10})", rb"\bosm_base=[\"']([0-9-]{10})")


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of an extract that one may walk, as lines in degrees; `seen` counts those that one may not, too."""

    seen: int
    start: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    @property
    def walked(self) -> int:
        """How many one may walk."""
        return len(self.start) - 1


def is_extract(path: Path, source: str) -> bool:
    """Whether a file holds OpenStreetMap data. Raises FaultyInput when only its name says so."""
    head = streams.head_of(path, source)
    if b"OSMHeader" in head[:64] or re.search(rb"<osm[\s>]", head[:4096]):
        return True
    if source.lower().endswith(NAMES):
        problem = _("this is no OpenStreetMap file.")
        raise FaultyInput([Fault(source, None, None, problem, _again())])
    return False


def may_be_walked(highway: str, tags: dict[str, str]) -> bool:
    """Whether a way is open to walkers.

    The wiki of OpenStreetMap (“OSM tags for routing/Access restrictions”) gives what holds where a way says nothing:
    streets and paths are walked, motorways never (in France: Code de la route, R421-2), and `foot` says more
    than `access` (“Key:access”). Roads for motor traffic (`trunk`, `motorroad`), bridleways and bus lanes count
    where `foot` allows it; cycleways unless `foot` forbids it. Areas (`area=yes`) are no ways. Gates are not
    looked at.
    """
    foot = tags.get("foot", "")
    if foot in FORBIDDEN or tags.get("area") == "yes":
        return False
    if foot in ALLOWED:
        return highway in WALKED or highway in WALKED_WHERE_SAID
    return highway in WALKED and tags.get("access") not in CLOSED and tags.get("motorroad") != "yes"


def read_ways(path: Path, source: str, box: Box) -> Ways:
    """The ways that touch the box. Raises FaultyInput for a file that cannot be read to its end.

    GDAL keeps at most 100 MB of nodes in memory, and the others in a file of the folder of this installation.
    """
    address = f"/vsigzip/{path.absolute()}" if path.suffix.lower() == ".gz" else str(path)
    bounds = (box.west, box.south, box.east, box.north)
    try:
        with _nodes_beside_the_data(), warnings.catch_warnings(action="ignore"):
            _about, _fids, geometries, (highways, tags) = pyogrio.raw.read(
                address, sql=QUERY, bbox=bounds, TAGS_FORMAT="JSON"
            )
        walked = np.fromiter(map(_may_be_walked, highways, tags), bool, len(highways))
        lines = shapely.from_wkb(geometries[walked])
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        shapely.errors.ShapelyError,
        ValueError,
    ) as error:
        problem = _("the file is damaged (%(reason)s).") % {"reason": error}
        raise FaultyInput([Fault(source, None, None, problem, _again())]) from error
    points, line = shapely.get_coordinates(lines, return_index=True)
    start = np.concatenate([[0], np.cumsum(np.bincount(line, minlength=len(lines)))]).astype(np.int64)
    return Ways(len(highways), start, points[:, 0], points[:, 1])


def snapshot_of(path: Path, source: str) -> dt.date | None:
    """The day (UTC) whose state the file holds; None when it does not say."""
    head = streams.head_of(path, source)
    if b"OSMHeader" in head[:64]:
        return _snapshot_of_pbf(path)
    for pattern in TIMESTAMPS:
        if said := re.search(pattern, head[:4096]):
            try:
                return dt.date.fromisoformat(said[1].decode())
            except ValueError:
                return None
    return None


def _may_be_walked(highway: str, tags: str | None) -> bool:
    return may_be_walked(highway, json.loads(tags) if tags else {})


def _again() -> str:
    return _("Download it again, for example the .osm.pbf of your region from download.geofabrik.de.")


@contextmanager
def _nodes_beside_the_data() -> Iterator[None]:
    """GDAL would write its temporary file to the current folder."""
    folder = Path(settings.VAR_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    pyogrio.set_gdal_config_options({"CPL_TMPDIR": str(folder)})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"CPL_TMPDIR": None})


def _snapshot_of_pbf(path: Path) -> dt.date | None:
    """`osmosis_replication_timestamp`, field 32 of the header block (wiki.openstreetmap.org/wiki/PBF_Format)."""
    try:
        with path.open("rb") as stream:
            about = dict(_fields(stream.read(int.from_bytes(stream.read(4), "big"))))
            blob = dict(_fields(stream.read(min(int(about[3]), LONGEST_HEADER))))
        header = blob[1] if 1 in blob else zlib.decompressobj().decompress(bytes(blob[3]), LONGEST_HEADER)
        seconds = dict(_fields(bytes(header))).get(32)
        return None if seconds is None else dt.datetime.fromtimestamp(int(seconds), dt.UTC).date()
    except (LookupError, ValueError, TypeError, OverflowError, OSError, zlib.error):
        return None


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The numbers and the bytes of a protobuf message, by field."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        value, at = _varint(message, at)
        if key & 7 == 2:
            yield key >> 3, message[at : at + value]
            at += value
        elif key & 7 == 0:
            yield key >> 3, value
        else:
            raise ValueError(key)


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (message[at] & 127) << shift
        shift += 7
        at += 1
        if message[at - 1] < 128:
            return value, at
