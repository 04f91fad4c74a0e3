"""Map files as loaders need them: their layers and columns, and their zones in longitude and latitude.

`territory.polygons` reads the outlines themselves: encodings, systems of coordinates, dissolving, mending.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyogrio
import pyogrio.errors
import pyogrio.raw
import pyproj
import shapely
from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput
from croisee.foundation.tables.columns import header_key
from croisee.territory.loaders.loading import Load
from croisee.territory.polygons import LON_LAT, FileZone, read_polygons

ROWS_OF_A_PEEK = 50
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer with geometries: its name, its columns (normalised), what its first features say."""

    name: str
    columns: frozenset[str]
    sample: list[dict[str, Any]]
    rows: int
    are_points: bool


def layers_of(path: Path, source: str) -> list[Layer]:
    """The layers of a map file. Raises FaultyInput when it is none."""
    address = _address(path)
    try:
        names = [str(name) for name, kind in pyogrio.list_layers(address) if kind is not None]
        return [_layer(address, name) for name in names]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        problem = _("the map file cannot be read.")
        remedy = _("Download it again, or export it as GeoJSON.")
        raise FaultyInput([Fault(source, None, None, problem, remedy)]) from error


def read_zones(
    load: Load, *, layer: str | None = None, code: str | None = None
) -> Iterator[tuple[FileZone, shapely.Geometry]]:
    """Each zone of the loaded file with its outline in longitude and latitude; features left out are refused."""
    file = read_polygons(load.path, layer=layer or load.layer or None, code=code)
    load.refusals.extend(list(file.faults))
    to_degrees = pyproj.Transformer.from_crs(file.epsg, LON_LAT, always_xy=True)
    for zone in file.zones:
        outline = zone.polygon
        if file.epsg != LON_LAT:
            outline = shapely.transform(outline, to_degrees.transform, interleaved=False)
        yield zone, outline
    load.advance(load.path.stat().st_size)


def read_attributes(load: Load) -> list[dict[str, Any]]:
    """What is said of each feature, by normalised column name; geometries are not read."""
    said = _said(_address(load.path), load.layer or None)
    load.advance(load.path.stat().st_size)
    return said


def said_of(zone: FileZone) -> list[dict[str, Any]]:
    """What is said of each feature of a zone, by normalised column name."""
    return [{header_key(name): value for name, value in feature.items()} for feature in zone.features]


def text(said: Said, *names: str) -> str:
    """The first of the columns `names` that says something, as text: 190.0 is `190`."""
    for name in names:
        value = said.get(name)
        if isinstance(value, float):
            value = None if value != value else int(value) if value.is_integer() else value
        if value is not None and str(value).strip():
            return str(value).strip()
    return ""


def _layer(address: str, name: str) -> Layer:
    info = pyogrio.read_info(address, layer=name, force_feature_count=True)
    columns = frozenset(header_key(str(column)) for column in info["fields"])
    sample = _said(address, name, max_features=ROWS_OF_A_PEEK)
    return Layer(name, columns, sample, int(info["features"]), "Point" in str(info["geometry_type"]))


def _said(address: str, layer: str | None, **options: Any) -> list[dict[str, Any]]:
    about, _fids, _geometries, values = pyogrio.raw.read(address, layer=layer, read_geometry=False, **options)
    names = [header_key(str(name)) for name in about["fields"]]
    return [
        dict(zip(names, row, strict=True))
        for row in zip(*(column.tolist() for column in values), strict=True)
    ]


def _address(path: Path) -> str:
    return f"/vsigzip/{path.absolute()}" if path.suffix.lower() == ".gz" else str(path)
