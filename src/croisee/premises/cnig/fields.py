"""What a CNIG standard says of a file: its fields in order, and what a cell of each may hold.

Both standards are published as tables for CSV (Table Schema): an empty cell, `NA`, `NaN` and `N/A` all mean that
nothing is said. Some lists of Sites économiques are declared where no validator looks: `enforced` tells them apart.
We keep to them all the same.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

NOTHING = frozenset({"", "NA", "NaN", "N/A"})
UNSAID = ("inconnu", "autre", "sans objet")
"""The three values that both standards give for what is not said otherwise."""
YES_NO = ("oui", "non")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
SHAPES = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""The types of GeoJSON, and how many lists their positions stand in."""


def listed(shape: str) -> str:
    """The pattern of a list with | between its items.

    The published one, `(?:(?:^|\\|)(X|)\\1+X)+$`, takes a time that doubles with each item where the last is wrong: a
    list of parcels would hold a worker for hours. This one takes the same lists, and no items glued together.
    """
    return rf"^{shape}(?:\|{shape})*$"


class Type(Enum):
    """What a cell is written as."""

    TEXT = "string"
    URI = "uri"
    EMAIL = "email"
    DAY = "date"
    YEAR = "year"
    NUMBER = "number"
    INTEGER = "integer"
    POINT = "geopoint"
    GEOJSON = "geojson"


class Flaw(Enum):
    """Why a cell does not hold. `LIST`: outside a list that the standard declares and no validator looks at."""

    REQUIRED = "required"
    TYPE = "type"
    ENUM = "enum"
    PATTERN = "pattern"
    LIST = "list"


@dataclass(frozen=True)
class Field:
    """One column: its name, what it holds, whether it must, the values or the shape that it may have."""

    name: str
    type: Type = Type.TEXT
    required: bool = False
    values: tuple[str, ...] = ()
    enforced: bool = True
    pattern: str = ""

    @cached_property
    def known(self) -> Mapping[str, str]:
        """The values by how they are compared: whatever the case and the apostrophe."""
        return {plain(value): value for value in self.values}

    def flaws(self, text: str) -> list[Flaw]:
        """Everything wrong with a cell, in the order in which a validator would find it."""
        if text in NOTHING:
            return [Flaw.REQUIRED] if self.required else []
        if not _CHECKS[self.type](text):
            return [Flaw.TYPE]
        found = []
        if self.values and text not in self.values:
            found.append(Flaw.ENUM if self.enforced else Flaw.LIST)
        if self.pattern and not re.fullmatch(self.pattern, text):
            found.append(Flaw.PATTERN)
        return found


@dataclass(frozen=True)
class FileStandard:
    """One file of a standard: its name, its version, its columns in order, and the one that tells rows apart."""

    name: str
    title: str
    version: str
    key: str
    fields: tuple[Field, ...]

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(field.name for field in self.fields)

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The columns by name."""
        return {field.name: field for field in self.fields}

    def flaws(self, row: Mapping[str, str]) -> list[tuple[Field, Flaw]]:
        """What is wrong with a row, column by column."""
        return [(field, flaw) for field in self.fields for flaw in field.flaws(row.get(field.name, ""))]


def refused(flaws: Sequence[tuple[Field, Flaw]]) -> bool:
    """Whether the published schema refuses a row that has these flaws."""
    return any(flaw is not Flaw.LIST for _field, flaw in flaws)


def plain(text: str) -> str:
    """A value as it is compared: the standard itself mixes both apostrophes."""
    return " ".join(text.replace("\u2019", "'").split()).casefold()


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _is_uri(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and not re.search(r"\s", text)


def _is_point(text: str) -> bool:
    parts = text.split(",")
    if len(parts) != 2 or not all(NUMBER.fullmatch(part.strip()) for part in parts):
        return False
    lon, lat = (float(part) for part in parts)
    return -180 <= lon <= 180 and -90 <= lat <= 90


def _is_geojson(text: str) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    if not isinstance(found, dict):
        return False
    kind = found.get("type")
    return kind in SHAPES and _nested(found.get("coordinates"), SHAPES[str(kind)])


def _nested(value: Any, depth: int) -> bool:
    """Whether positions stand `depth` lists deep."""
    if not isinstance(value, list):
        return False
    if depth:
        return all(_nested(one, depth - 1) for one in value)
    return len(value) >= 2 and all(isinstance(x, int | float) and not isinstance(x, bool) for x in value)


_CHECKS = {
    Type.TEXT: lambda text: True,
    Type.URI: _is_uri,
    Type.EMAIL: lambda text: bool(EMAIL.fullmatch(text)),
    Type.DAY: _is_day,
    Type.YEAR: lambda text: bool(re.fullmatch(r"\d{4}", text)),
    Type.NUMBER: lambda text: bool(NUMBER.fullmatch(text)),
    Type.INTEGER: lambda text: bool(re.fullmatch(r"[+-]?\d+", text)),
    Type.POINT: _is_point,
    Type.GEOJSON: _is_geojson,
}
