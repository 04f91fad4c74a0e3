"""Small OpenStreetMap extracts, as XML or as PBF (wiki.openstreetmap.org/wiki/OSM_XML, /wiki/PBF_Format)."""

import gzip
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

Way = tuple[Sequence[int], dict[str, str]]
"""Numbers of nodes, and tags."""

Box = tuple[float, float, float, float]
SNAPSHOT = "2025-03-02T21:20:00Z"
SNAPSHOT_SECONDS = 1_740_950_400


def write_xml(path: Path, nodes: Sequence[tuple[float, float]], ways: Iterable[Way], head: str = "") -> Path:
    """Nodes are longitudes and latitudes, numbered from 1; gzip when the name ends so."""
    lines = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" timestamp="{SNAPSHOT}">{head}',
        *(
            f'<node id="{number}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>'
            for number, (lon, lat) in enumerate(nodes, 1)
        ),
    ]
    for number, (refs, tags) in enumerate(ways, 1):
        lines.append(f'<way id="{number}" version="1">')
        lines += [f'<nd ref="{ref}"/>' for ref in refs]
        lines += [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]
        lines.append("</way>")
    text = "\n".join([*lines, "</osm>\n"]).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def write_pbf(
    path: Path, nodes: Sequence[tuple[float, float]], ways: Iterable[Way], box: Box | None = None
) -> Path:
    """The same as PBF: one block of nodes, one of ways; `box` (west, south, east, north) goes into the header."""
    head = b"".join(_text(4, feature) for feature in ("OsmSchema-V0.6", "DenseNodes"))
    head += _number(32, SNAPSHOT_SECONDS)
    if box is not None:
        west, south, east, north = (_zigzag(round(degrees * 1e9)) for degrees in box)
        corners = zip((1, 2, 3, 4), (west, east, north, south), strict=True)
        head = _bytes(1, b"".join(_number(field, value) for field, value in corners)) + head
    ids = [1] * len(nodes)
    dense = _packed(1, [_zigzag(step) for step in ids])
    for field, values in ((8, [lat for _lon, lat in nodes]), (9, [lon for lon, _lat in nodes])):
        whole = [round(degrees * 1e7) for degrees in values]
        steps = [b - a for a, b in zip([0, *whole], whole, strict=False)]
        dense += _packed(field, [_zigzag(step) for step in steps])
    strings, written = [""], []
    for number, (refs, tags) in enumerate(ways, 1):
        places = [len(strings) + k for k in range(2 * len(tags))]
        strings += [word for pair in tags.items() for word in pair]
        steps = [b - a for a, b in zip([0, *refs], refs, strict=False)]
        way = _number(1, number) + _packed(2, places[::2]) + _packed(3, places[1::2])
        written.append(_bytes(3, way + _packed(8, [_zigzag(step) for step in steps])))
    table = _bytes(1, b"".join(_text(1, word) for word in strings))
    blocks = [
        _blob("OSMHeader", head),
        _blob("OSMData", _bytes(1, _text(1, "")) + _bytes(2, _bytes(2, dense))),
        _blob("OSMData", table + _bytes(2, b"".join(written))),
    ]
    path.write_bytes(b"".join(blocks))
    return path


def _blob(kind: str, block: bytes) -> bytes:
    blob = _number(2, len(block)) + _bytes(3, zlib.compress(block))
    header = _text(1, kind) + _number(3, len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])


def _zigzag(value: int) -> int:
    return 2 * value if value >= 0 else -2 * value - 1


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _packed(field: int, values: Iterable[int]) -> bytes:
    return _bytes(field, b"".join(map(_varint, values)))
