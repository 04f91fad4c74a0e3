"""Small files in the official formats: an EPCI of two square communes, one priority neighbourhood in each."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyproj
import shapely
from shapely.geometry import box, mapping

from croisee.territory.loaders.loading import Result
from croisee.territory.services import load_territory

EPCI = "200000008"
WEST_TOWN, EAST_TOWN = "35901", "35902"
NAMES = {WEST_TOWN: "Ponant", EAST_TOWN: "Levant-sur-Ille"}
POSTCODES = {WEST_TOWN: "35910", EAST_TOWN: "35920"}
REAL = Path(__file__).parents[3] / "shared" / "data"

# Metres (EPSG:2154): communes of 4 km side by side, a neighbourhood of 400 m in the middle of each.
CORNER = (340_000.0, 6_780_000.0)
TOWNS = {
    WEST_TOWN: box(340_000, 6_780_000, 344_000, 6_784_000),
    EAST_TOWN: box(344_000, 6_780_000, 348_000, 6_784_000),
}
WEST_QPV = box(341_800, 6_781_800, 342_200, 6_782_200)
EAST_QPV = box(345_800, 6_781_800, 346_200, 6_782_200)
_to_degrees = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)

BAN_HEADER = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position"


def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point in metres."""
    longitude, latitude = _to_degrees.transform(x, y)
    return float(longitude), float(latitude)


def in_degrees(shape: Any) -> Any:
    """A shape in metres as longitudes and latitudes."""
    return shapely.transform(shape, _to_degrees.transform, interleaved=False)


def write_geojson(path: Path, features: Iterable[tuple[dict[str, Any], Any]]) -> Path:
    """A GeoJSON of (properties, shape in degrees)."""
    rows = [{"type": "Feature", "properties": said, "geometry": mapping(shape)} for said, shape in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    return path


def write_epci(folder: Path, towns: Iterable[str] = TOWNS) -> Path:
    """The file of EPCI and members."""
    members = [{"code": code, "nom": NAMES.get(code, code), "populationMunicipale": 1000} for code in towns]
    path = folder / "epci.json"
    path.write_text(
        json.dumps([{"code": EPCI, "nom": "Métropole d'essai", "type": "METRO", "membres": members}])
    )
    return path


def write_outlines(folder: Path) -> Path:
    """The outlines of the communes."""
    features = [
        ({"code": code, "nom": NAMES.get(code, code)}, in_degrees(outline)) for code, outline in TOWNS.items()
    ]
    return write_geojson(folder / "communes.geojson", features)


def write_qpv(
    folder: Path, name: str = "qpv2024.geojson", first: str = "QN03591M", second: str = "QN03592M"
) -> Path:
    """The two neighbourhoods, without the code of their commune."""
    features = [
        ({"code_qp": first, "lib_qp": "Les Ormes"}, in_degrees(WEST_QPV)),
        ({"code_qp": second, "lib_qp": "Le Pont"}, in_degrees(EAST_QPV)),
    ]
    return write_geojson(folder / name, features)


def ban_row(
    number: int = 1, street: str = "Rue de Brest", *, key: str = f"{WEST_TOWN}_0001", **changed: Any
) -> str:
    """A row of the national base, in the middle of the west neighbourhood unless told otherwise."""
    x, y = changed.pop("at", (342_000.0, 6_782_000.0))
    longitude, latitude = degrees(x, y)
    town = key.split("_")[0]
    values = {
        "id": f"{key}_{number:05d}",
        "numero": number,
        "rep": "",
        "nom_voie": street,
        "code_postal": POSTCODES.get(town, ""),
        "code_insee": town,
        "nom_commune": NAMES.get(town, town),
        "x": x,
        "y": y,
        "lon": f"{longitude:.7f}",
        "lat": f"{latitude:.7f}",
        "type_position": "entrée",
    } | changed
    return ";".join(str(values[name]) for name in BAN_HEADER.split(";"))


def write_ban(
    folder: Path, rows: Iterable[str], name: str = "adresses-35.csv", encoding: str = "utf-8"
) -> Path:
    """A file of the national base; gzip when the name ends so."""
    text = "\n".join([BAN_HEADER, *rows, ""]).encode(encoding)
    path = folder / name
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return path


def load(*places: Path | str, only: Iterable[str] = (), epci: str = EPCI) -> list[Result]:
    """Load files for the EPCI of the tests, and return what became of each."""
    return list(load_territory(epci, [str(place) for place in places], only=list(only)))
