"""Polygons from any file that people publish them in: GeoJSON, GeoPackage, shapefile (zipped or not)…

Producers name their columns as they like and change them from one vintage to the next; a neighbourhood may
come as one feature per commune; outlines cross themselves. Here each zone becomes one valid polygon under its
code, and whatever was done to it is said. Needs no database.
"""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
import pyproj
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.engine.zones import Index, repair
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.france import in_france, in_mainland

LAMBERT_93, LON_LAT = 2154, 4326

CODE_COLUMNS = (
    *("codeqp", "codeqpv", "codequartier", "codqp", "idqp", "codezfu"),
    *("nusquart", "nuquart", "codeiris", "dcomiris"),
    *("inseecom", "codeinsee", "codecommune", "insee", "codgeo"),
    *("code", "codeepci", "epci", "codesiren", "siren", "id", "gmlid", "objectid"),
)
"""What the column of codes may be called (without case and punctuation), the most telling name first."""

NAME_COLUMNS = (
    *("nomqp", "libqp", "nomqpv", "libqpv", "nomquartier", "libquartier", "nomzfu"),
    *("nomsquart", "nmsquart", "nmquart", "numnom", "nomiris"),
    *("libcom", "nomcommune", "nomcom", "nom", "libelle", "lib", "name"),
)
TELLING = CODE_COLUMNS.index("nusquart")  # the columns before tell a layer of neighbourhoods from all others
OF_COMMUNES = {"inseecom", "codeinsee", "codecommune", "insee", "codgeo"}  # and their names:
COMMUNE_NAMES = NAME_COLUMNS[NAME_COLUMNS.index("libcom") :]

GENERATION_OF_CODE = {
    2015: re.compile(r"QP([0-9]{3}|02[AB])[0-9]{3}"),
    2024: re.compile(r"QN([0-9]{3}|02[AB])[0-9A-Z]{3}"),
}


@dataclass(frozen=True, slots=True)
class FileZone:
    """One zone of a file: `polygon` is valid, `features` are the attributes of its features."""

    code: str
    name: str
    generation: int | None
    polygon: Any
    features: tuple[dict[str, Any], ...]
    repaired: str = ""
    """Why the file's outline was invalid, in the words of GEOS; empty when it was not."""


@dataclass(frozen=True, slots=True)
class PolygonFile:
    """The zones of one layer of a file, in the coordinates `epsg`: 2154 or 4326 (longitude, latitude).

    `faults` are features left out; `notes` say what a reader should know of how the file was understood.
    """

    source: str
    layer: str
    epsg: int
    zones: tuple[FileZone, ...]
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    """The columns taken for `code` and `name`, as the file writes them."""

    def index(self, bands: Sequence[float] = (300.0,)) -> Index:
        """The engine's index of these zones; raises ValueError for bad bands."""
        codes = [zone.code for zone in self.zones]
        return Index([zone.polygon for zone in self.zones], codes, bands, crs=self.epsg)


def generation_of(code: str) -> int | None:
    """The generation that the code of a priority neighbourhood belongs to, None for any other code."""
    return next((year for year, shape in GENERATION_OF_CODE.items() if shape.fullmatch(code)), None)


def read_polygons(path: Path | str, *, layer: str | None = None, code: str | None = None) -> PolygonFile:
    """The zones of the file at `path`.

    Parameters: `layer`, which one to read (by default the one that has neighbourhoods, or the only one with
    polygons); `code`, the column that holds the codes (by default the first of `CODE_COLUMNS` there is).
    Coordinates in EPSG:2154 or EPSG:4326 are kept to the last bit, others are projected to one of these.
    Raises FaultyInput when the file is no file of polygons in France, each fault with its remedy.
    """
    path = Path(path)
    source = path.name
    address = _address(path, source)
    chosen = layer or _layer_of(address, source)
    with _explained(source), warnings.catch_warnings(action="ignore"):
        about, _fids, geometries, values = pyogrio.raw.read(address, layer=chosen, force_2d=True)
        shapes = shapely.from_wkb(geometries) if geometries is not None else np.full(len(_fids or ()), None)
    if not len(shapes):
        raise _refused(
            source, _("the file holds no feature."), _("Download it again, or choose another layer.")
        )
    attributes = dict(zip(about["fields"], values, strict=True))
    column, notes = _code_column(source, attributes, code)
    name_column = _first_of(COMMUNE_NAMES if _plain(column) in OF_COMMUNES else NAME_COLUMNS, attributes)
    shapes, epsg, more = _in_known_coordinates(source, shapes, about["crs"])
    outside = _outside_france(source, shapes, epsg)
    faults: list[Fault] = []
    features = defaultdict(list)
    for row, (shape, written) in enumerate(zip(shapes, attributes[column], strict=True), start=1):
        zone_code = _as_code(written)
        fault = _fault_of(source, row, column, zone_code, shape)
        if fault is None and outside[row - 1]:
            problem = _("the polygon of “%(code)s” is outside France.") % {"code": zone_code}
            fault = Fault(source, row, None, problem, _("Correct it, or take the feature out."))
        if fault is None:
            features[zone_code].append(row - 1)
        else:
            faults.append(fault)
    if not features:
        raise FaultyInput(faults)
    records = _records(attributes)
    zones = tuple(
        _zone(zone_code, name_column, [records[row] for row in rows], shapes[rows])
        for zone_code, rows in features.items()
    )
    columns = {"code": column} | ({"name": name_column} if name_column else {})
    return PolygonFile(source, chosen, epsg, zones, tuple(faults), (*notes, *more), columns)


def polygon_layers(path: Path | str) -> list[str]:
    """The layers of a file that hold polygons. Raises FaultyInput when it is no such file."""
    path = Path(path)
    return _polygon_layers(_address(path, path.name), path.name)


def _zone(
    code: str, name_column: str | None, features: list[dict[str, Any]], shapes: NDArray[np.object_]
) -> FileZone:
    """One zone of its features: repaired where need be, then dissolved."""
    reasons = [shapely.is_valid_reason(shape) for shape in shapes if not shapely.is_valid(shape)]
    mended = [repair(shape) for shape in shapes]
    polygon = mended[0] if len(mended) == 1 else repair(shapely.union_all(mended))
    name = next((str(f[name_column]).strip() for f in features if name_column and f[name_column]), "")
    return FileZone(code, name, generation_of(code), polygon, tuple(features), "; ".join(reasons))


def _fault_of(source: str, row: int, column: str, code: str, shape: Any) -> Fault | None:
    if not code:
        problem, remedy = _("the code is missing."), _("Give every feature its code.")
        return Fault(source, row, column, problem, remedy)
    values = {"code": code}
    if shape is None or shapely.is_empty(shape):
        problem = _("the feature “%(code)s” has no geometry.") % values
    elif shapely.get_type_id(shape) not in (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON):
        problem = _("the feature “%(code)s” is no polygon.") % values
    elif not np.isfinite(shapely.get_coordinates(shape)).all():
        problem = _("the feature “%(code)s” has a coordinate that is no number.") % values
    elif shapely.is_empty(repair(shape)):
        problem = _("the outline of “%(code)s” crosses itself and encloses no area.") % values
    else:
        return None
    return Fault(source, row, None, problem, _("Correct it, or take the feature out."))


def _as_code(written: Any) -> str:
    """A code as text: 190.0 is "190"; codes of priority neighbourhoods are in capitals."""
    if written is None or (isinstance(written, float | np.floating) and np.isnan(written)):
        return ""
    if isinstance(written, float | np.floating) and float(written).is_integer():
        written = int(written)
    code = " ".join(str(written).split())
    return code.upper() if generation_of(code.upper()) else code


def _records(attributes: dict[str, NDArray[Any]]) -> list[dict[str, Any]]:
    rows = zip(*(values.tolist() for values in attributes.values()), strict=True)
    return [dict(zip(attributes, row, strict=True)) for row in rows]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _first_of(wanted: Sequence[str], names: Any) -> str | None:
    """The name that comes first among those wanted, as it is written."""
    written = {_plain(name): name for name in reversed(list(names))}
    return next((written[name] for name in wanted if name in written), None)


def _code_column(source: str, attributes: dict[str, Any], asked: str | None) -> tuple[str, list[str]]:
    names = list(attributes)
    if asked is not None:
        column = _first_of([_plain(asked)], names)
        if column is None:
            problem = _("the column “%(name)s” is missing.") % {"name": asked}
            raise _refused(source, problem, _("Its columns are: %(names)s.") % {"names": ", ".join(names)})
        return column, []
    column = _first_of(CODE_COLUMNS, names)
    if column is None:
        remedy = _("Name the column of codes “code” or “code_qp”. Its columns are: %(names)s.")
        raise _refused(source, _("no column holds the zones' codes."), remedy % {"names": ", ".join(names)})
    if not any("," in str(value) for value in attributes[column]):
        return column, []
    # A file of communes that lists the neighbourhoods of each: its outlines are not theirs.
    other = _first_of([name for name in CODE_COLUMNS if name != _plain(column)], names)
    values = {"column": column, "other": other}
    if other is None:
        problem = (
            _("the column “%(column)s” lists several codes a feature: the outlines are not theirs.") % values
        )
        raise _refused(source, problem, _("Use a file with one outline per code."))
    note = _("the column “%(column)s” lists several codes a feature; the outlines bear those of “%(other)s”.")
    return other, [note % values]


def _address(path: Path, source: str) -> str:
    """The file as GDAL opens it; refused when there is nothing to open."""
    if not path.exists():
        raise _refused(source, _("the file does not exist."), _("Check its name: %(path)s") % {"path": path})
    if path.is_file() and not path.stat().st_size:
        raise _refused(source, _("the file is empty."), _("Download it again."))
    if path.suffix.lower() == ".gz":
        return f"/vsigzip/{path.absolute()}"
    return str(path)


def _polygon_layers(address: str, source: str) -> list[str]:
    with _explained(source):
        layers = pyogrio.list_layers(address)
    return [
        str(name)
        for name, kind in layers
        if kind and ("Polygon" in kind or kind in ("Unknown", "GeometryCollection"))
    ]


def _layer_of(address: str, source: str) -> str:
    layers = _polygon_layers(address, source)
    if not layers:
        raise _refused(
            source, _("the file holds no polygon."), _("Choose a file with the outlines of zones.")
        )
    if len(layers) == 1:
        return layers[0]
    with _explained(source):
        columns = {name: pyogrio.read_info(address, layer=name)["fields"] for name in layers}
    telling = [name for name in layers if _first_of(CODE_COLUMNS[:TELLING], columns[name])]
    if len(telling) == 1:
        return telling[0]
    problem = _("the file holds several layers of polygons: %(names)s.") % {"names": ", ".join(layers)}
    raise _refused(source, problem, _("Say which one to read."))


def _in_known_coordinates(
    source: str, shapes: NDArray[np.object_], declared: str | None
) -> tuple[NDArray[np.object_], int, list[str]]:
    """The shapes in EPSG:2154 or 4326, which of both, and what had to be assumed."""
    epsg, notes = _epsg_of(declared), []
    degrees = _in_degrees(shapes)
    if declared is None:
        epsg = LON_LAT if degrees else LAMBERT_93
        note = _("the file does not say its system of coordinates; read as EPSG:%(epsg)d.")
        notes.append(note % {"epsg": epsg})
    elif epsg == LON_LAT and not degrees:
        epsg = LAMBERT_93
        notes.append(_("the coordinates are no degrees, as the file says; read as EPSG:2154."))
    if epsg is None:
        shapes, epsg = _projected(shapes, declared, LON_LAT), LON_LAT
        if in_mainland(*_centres(shapes)).all():
            shapes, epsg = _projected(shapes, LON_LAT, LAMBERT_93), LAMBERT_93
    return shapes, epsg, notes


def _projected(shapes: NDArray[np.object_], origin: str | int | None, target: int) -> NDArray[np.object_]:
    transformer = pyproj.Transformer.from_crs(origin, target, always_xy=True)
    moved: NDArray[np.object_] = shapely.transform(
        shapes, lambda points: np.column_stack(transformer.transform(*points.T))
    )
    return moved


def _epsg_of(declared: str | None) -> int | None:
    """2154 or 4326 when the declared system is one of these (RGF93 degrees count as WGS 84), else None."""
    if declared is None:
        return None
    crs = pyproj.CRS.from_user_input(declared)
    if crs.is_geographic and (crs.to_epsg(min_confidence=25) in (LON_LAT, 4171, 4979) or "CRS84" in declared):
        return LON_LAT
    return LAMBERT_93 if crs.to_epsg(min_confidence=25) == LAMBERT_93 else None


Floats = NDArray[np.float64]


def _in_degrees(shapes: NDArray[np.object_]) -> bool:
    points = shapely.get_coordinates(shapes)
    return not (np.abs(points) > (180.0, 90.0)).any()


def _centres(shapes: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """The middles of the shapes' boxes, NaN for a shape without any."""
    west, south, east, north = shapely.bounds(shapes).T
    return (west + east) / 2, (south + north) / 2


def _outside_france(source: str, shapes: NDArray[np.object_], epsg: int) -> NDArray[np.bool_]:
    """Which shapes have a place, but not in France. Refuses a file of which none is in France."""
    lon, lat = _centres(shapes if epsg == LON_LAT else _projected(shapes, epsg, LON_LAT))
    placed, inside = np.isfinite(lon + lat), in_france(lon, lat)
    if inside.any() or not placed.any():
        return placed & ~inside
    where = {"where": f"{lon[placed][0]:.6g}, {lat[placed][0]:.6g}"}
    if in_france(lat, lon).any():
        problem = _("longitude and latitude are swapped (%(where)s).")
        raise _refused(source, problem % where, _("Exchange the two in every coordinate."))
    problem = _("the polygons are outside France (%(where)s).")
    raise _refused(source, problem % where, _("Check the system of coordinates of the file."))


@contextmanager
def _explained(source: str) -> Iterator[None]:
    """What GDAL and GEOS refuse, in words that help."""
    remedy = _("Give a GeoJSON, GeoPackage, TopoJSON or shapefile (.shp with its .dbf and .shx, or zipped).")
    try:
        yield
    except pyogrio.errors.DataLayerError as error:
        raise _refused(source, _("this layer is not in the file."), str(error)) from error
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FieldError, shapely.errors.ShapelyError) as error:
        raise _refused(source, _("this is no readable file of polygons."), remedy) from error
    except UnicodeDecodeError as error:
        problem = _("the text is in another encoding than the file says.")
        raise _refused(source, problem, _("Save it again in UTF-8.")) from error


def _refused(source: str, problem: str, remedy: str) -> FaultyInput:
    return FaultyInput([Fault(source, None, None, problem, remedy)])
