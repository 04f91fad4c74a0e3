"""Layers of polygon files with what they say of each polygon, in longitude and latitude, mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas
import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError

from croisee.engine.zones import repair
from croisee.foundation.tables import Fault, FaultyInput
from croisee.foundation.tables.columns import header_key

SUFFIXES = (".geojson", ".gpkg", ".shp", ".zip", ".topojson", ".json", ".fgb", ".gml", ".kml")
WGS84 = 4326
ROWS_OF_A_PEEK = 50


@dataclass(frozen=True, slots=True)
class Feature:
    """One polygon: its row in the file (from 1), what is said of it by normalised column name, and its outline.

    `geometry` is None when the file gives no area; `repaired` says that its outline crossed itself.
    """

    row: int
    said: Mapping[str, object]
    geometry: shapely.Geometry | None
    repaired: bool

    def text(self, *names: str) -> str:
        """The first of the columns `names` that the layer has and that says something, as text."""
        for name in names:
            value = self.said.get(name)
            if value is not None and value == value and str(value).strip():
                number = isinstance(value, float) and value.is_integer()
                return str(int(value)) if number and isinstance(value, float) else str(value).strip()
        return ""


def layers_of(path: Path, source: str) -> list[str]:
    """The names of the layers that have geometries. Raises FaultyInput for a file that cannot be opened."""
    try:
        return [str(name) for name, kind in pyogrio.list_layers(readable(path)) if kind is not None]
    except (DataSourceError, OSError) as error:
        raise unreadable(source, error) from error


def columns_and_rows(path: Path, layer: str, source: str) -> tuple[list[str], int, str]:
    """The columns of a layer, its number of features, and their type of geometry."""
    try:
        info = pyogrio.read_info(readable(path), layer=layer or None, force_feature_count=True)
    except (DataSourceError, DataLayerError, OSError) as error:
        raise unreadable(source, error) from error
    return [str(name) for name in info["fields"]], int(info["features"]), str(info["geometry_type"])


def sample_of(path: Path, layer: str) -> list[dict[str, object]]:
    """What is said of the first features, by normalised column name."""
    frame = pyogrio.read_dataframe(
        readable(path), layer=layer or None, read_geometry=False, max_features=ROWS_OF_A_PEEK
    )
    return [{header_key(str(name)): value for name, value in row.items()} for row in frame.to_dict("records")]


def read_features(path: Path, layer: str, source: str) -> list[Feature]:
    """Every feature of a layer. Raises FaultyInput when the layer is empty or cannot be read."""
    try:
        frame = pyogrio.read_dataframe(readable(path), layer=layer or None, **_encoding(path))
    except (DataSourceError, DataLayerError, OSError, ValueError) as error:
        raise unreadable(source, error) from error
    if not len(frame) or not isinstance(frame, geopandas.GeoDataFrame):
        problem = _("the file holds no polygon.")
        raise FaultyInput(
            [Fault(source, None, None, problem, _("Check that it is the file that was meant."))]
        )
    # A topojson states no system; its format admits degrees only.
    frame = frame.set_crs(WGS84) if frame.crs is None else frame.to_crs(WGS84)
    names = {name: header_key(str(name)) for name in frame.columns if name != frame.geometry.name}
    said = frame[list(names)].rename(columns=names).to_dict("records")
    features = []
    for row, (values, outline) in enumerate(zip(said, frame.geometry, strict=True), start=1):
        geometry, repaired = mended(outline)
        features.append(Feature(row, values, geometry, repaired))
    return features


def mended(outline: shapely.Geometry | None) -> tuple[shapely.Geometry | None, bool]:
    """The valid, two-dimensional area of an outline (None when it has none), and whether it had to be mended."""
    if outline is None or shapely.is_empty(outline):
        return None, False
    flat = shapely.force_2d(outline)
    area = repair(flat)
    return (None, True) if shapely.area(area) == 0 else (area, area is not flat)


def readable(path: Path) -> str:
    """The path as GDAL opens it: through the compression of a gzip or of a zipped shapefile."""
    name = str(path)
    if name.lower().endswith(".gz"):
        return f"/vsigzip/{name}"
    return f"/vsizip/{name}" if name.lower().endswith(".zip") else name


def _encoding(path: Path) -> dict[str, str]:
    """Zipped shapefiles of French cities are in UTF-8 more often than they say so."""
    return {"encoding": "UTF-8"} if path.suffix.lower() in {".zip", ".shp"} else {}


def unreadable(source: str, error: Exception) -> FaultyInput:
    """The refusal of a file that GDAL cannot read."""
    problem = _("the map file cannot be read (%(reason)s).") % {"reason": str(error)[:200]}
    return FaultyInput([Fault(source, None, None, problem, _("Download it again, or export it as GeoJSON."))])
