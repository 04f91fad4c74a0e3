"""Files of the standards as bytes: CSV written with every column in order; CSV and GeoJSON told apart and read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from croisee.foundation.tables import Column
from croisee.foundation.tables.columns import header_key
from croisee.foundation.tables.writing import safe_cell
from croisee.premises.cnig import STANDARDS
from croisee.premises.cnig.fields import FileStandard, Type
from croisee.premises.cnig.friches import FRICHES
from croisee.premises.cnig.geometry import Elsewhere, point_text, read_geojson, wkt_text

LONGEST_SHAPE = 120_000
"""Characters of a geometry in a cell: what a reader of CSV takes."""
NEEDED = {
    "POLE-ECO": ("pole_id", "pole_nom"),
    "SITE-ECO": ("site_id", "site_nom", "site_comm_insee"),
    "TERRAIN-ECO": ("terr_id", "site_id", "terr_surf_brute"),
    "ETABLISSEMENT": ("SIRET", "terr_id"),
    "friches": ("site_id", "site_nom", "comm_insee", "geompoint"),
}
"""The columns without which a file cannot be read; others may be absent from older or partial files."""
AREAS = {"SITE-ECO": "site_geomsurf", "TERRAIN-ECO": "terr_geomsurf", "friches": "geomsurf"}
POINTS = {"POLE-ECO": "pole_geompoint", "friches": "geompoint"}


def file_name(standard: FileStandard) -> str:
    """What the file is called."""
    return f"{standard.name}.csv"


def delimiter(standard: FileStandard) -> str:
    """A comma for Friches, a semicolon for Sites économiques, as the published examples have them."""
    return "," if standard is FRICHES else ";"


def csv_bytes(standard: FileStandard, rows: Iterable[Mapping[str, str]]) -> bytes:
    """The file: UTF-8, every column, the exact names in the order of the standard, quotes where needed.

    Free text is kept from starting a formula in a spreadsheet; typed cells are ours, and stay as they must be.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter(standard), lineterminator="\r\n")
    writer.writerow(standard.header)
    for row in rows:
        writer.writerow(
            [
                safe_cell(row.get(field.name, "")) if _is_free(field) else row.get(field.name, "")
                for field in standard.fields
            ]
        )
    return stream.getvalue().encode("utf-8")


def _is_free(field: Any) -> bool:
    return field.type is Type.TEXT and not field.values and not field.pattern


def columns(standard: FileStandard) -> tuple[Column, ...]:
    """The columns as an import reads them."""
    needed = NEEDED[standard.name]
    shapes = {AREAS.get(standard.name), "etab_geompoint"}
    return tuple(
        Column(
            field.name,
            required=field.name in needed,
            max_length=LONGEST_SHAPE if field.name in shapes else 4_000,
        )
        for field in standard.fields
    )


def recognised(header: Sequence[str]) -> FileStandard | None:
    """The standard that a header is of: the one whose needed columns are all there, and most of whose are."""
    keys = {header_key(name) for name in header}
    found = [
        standard for standard in STANDARDS if all(header_key(name) in keys for name in NEEDED[standard.name])
    ]
    return max(found, key=lambda one: sum(header_key(name) in keys for name in one.header), default=None)


def of_geojson(text: str) -> tuple[FileStandard | None, bytes]:
    """A GeoJSON FeatureCollection with the columns as properties, as the CSV that it stands for.

    No published form: the geometry is the surface, or the point, and goes into the column of the standard. The standard
    is None where the properties are of none. Raises ValueError for what is no FeatureCollection.
    """
    found = json.loads(text)
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise ValueError("no FeatureCollection")
    names = {str(name) for one in features for name in (one.get("properties") or {})}
    has_shape = any(one.get("geometry") for one in features)
    standard = recognised([*names, *(POINTS.values() if has_shape else ())])
    if standard is None:
        return None, b""
    return standard, csv_bytes(standard, [_of_feature(standard, one) for one in features])


def _of_feature(standard: FileStandard, feature: Mapping[str, Any]) -> dict[str, str]:
    row = {str(name): _text(value) for name, value in (feature.get("properties") or {}).items()}
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return row
    text = json.dumps(geometry)
    area, point = AREAS.get(standard.name), POINTS.get(standard.name)
    if area and str(geometry.get("type")).endswith("Polygon"):
        row.setdefault(area, text)
    if point and not row.get(point):
        try:
            centre = read_geojson(text).centroid
        except Elsewhere:
            return row
        row[point] = wkt_text(centre) if standard is FRICHES else point_text(centre.x, centre.y)
    return row


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
