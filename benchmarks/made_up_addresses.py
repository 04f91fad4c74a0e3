"""A made-up metropolis in the official formats, for the benchmark and the tests of the territory's loaders.

Forty-three square communes on a grid around a point of the mainland, five priority neighbourhoods, streets with names
drawn from parts, and addresses along them, in the 23 columns of the national address base.
"""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyproj
import shapely

EPCI = "200000008"
COMMUNES = 43
ACROSS = 7
SIDE = 4_000.0
WEST, SOUTH = 340_000.0, 6_780_000.0
BAN_COLUMNS = (
    "id",
    "id_fantoir",
    "numero",
    "rep",
    "nom_voie",
    "code_postal",
    "code_insee",
    "nom_commune",
    "code_insee_ancienne_commune",
    "nom_ancienne_commune",
    "x",
    "y",
    "lon",
    "lat",
    "type_position",
    "alias",
    "nom_ld",
    "libelle_acheminement",
    "nom_afnor",
    "source_position",
    "source_nom_voie",
    "certification_commune",
    "cad_parcelles",
)
KINDS = ("Rue", "Avenue", "Boulevard", "Allée", "Impasse", "Place", "Chemin", "Square", "Quai", "Passage")
FIRST = (
    *(
        "de la",
        "du",
        "des",
        "de l'",
        "Jean",
        "Marie",
        "Général",
        "Docteur",
        "Saint",
        "Sainte",
        "Abbé",
        "Louis",
    ),
    *(
        "Émile",
        "Jules",
        "Simone",
        "Lucie",
        "Paul",
        "Alfred",
        "Joséphine",
        "Rosa",
        "Victor",
        "Léon",
        "André",
        "Anne",
    ),
)
SOUNDS = "bre ker mo la tou vil gre du chan pré lou mar sau ro ney tin ber gal ri len fou cas ma dé vau"
SYLLABLES = SOUNDS.split()


def write_metropolis(folder: Path, addresses: int, seed: int = 1) -> Path:
    """Write the official files of a made-up metropolis of so many `addresses` into `folder`; returns the BAN file."""
    folder.mkdir(parents=True, exist_ok=True)
    g = np.random.default_rng(seed)
    names = [f"{_word(g).title()}-sur-{_word(g).title()}" for _ in range(COMMUNES)]
    codes = [f"35{900 + number:03d}" for number in range(COMMUNES)]
    members = [
        {"code": code, "nom": name, "populationMunicipale": 10_000}
        for code, name in zip(codes, names, strict=True)
    ]
    (folder / "epci.json").write_text(
        json.dumps([{"code": EPCI, "nom": "Métropole inventée", "type": "METRO", "membres": members}])
    )
    _write_geojson(
        folder / "communes.geojson",
        [({"code": c, "nom": n}, _square(i)) for i, (c, n) in enumerate(zip(codes, names, strict=True))],
    )
    zones = [_blob(g, number) for number in range(5)]
    features = [
        ({"code_qp": f"QN0359{number}M", "lib_qp": f"Quartier {number}"}, zone)
        for number, zone in enumerate(zones)
    ]
    _write_geojson(folder / "qpv.geojson", features)
    return _write_ban(folder / "adresses-35.csv.gz", g, addresses, codes, names)


def _word(g: np.random.Generator) -> str:
    return "".join(g.choice(SYLLABLES, g.integers(2, 5)))


def _square(number: int) -> Any:
    west, south = WEST + SIDE * (number % ACROSS), SOUTH + SIDE * (number // ACROSS)
    return shapely.box(west, south, west + SIDE, south + SIDE)


def _blob(g: np.random.Generator, number: int) -> Any:
    """A neighbourhood of about 450 vertices in the middle of a commune."""
    angles = np.linspace(0, 2 * np.pi, 450, endpoint=False)
    radii = 500 + 120 * np.sin(5 * angles + number) + g.normal(0, 6, 450)
    west, south = WEST + SIDE * (number + 1.5), SOUTH + SIDE * 3.5
    return shapely.Polygon(np.column_stack([west + radii * np.cos(angles), south + radii * np.sin(angles)]))


def _write_geojson(path: Path, features: list[tuple[dict[str, str], Any]]) -> None:
    to_degrees = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)
    rows = [
        {
            "type": "Feature",
            "properties": said,
            "geometry": shapely.geometry.mapping(
                shapely.transform(shape, to_degrees.transform, interleaved=False)
            ),
        }
        for said, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))


def _write_ban(
    path: Path, g: np.random.Generator, addresses: int, codes: list[str], names: list[str]
) -> Path:
    streets = max(1, addresses // 33)
    commune = g.integers(0, COMMUNES, streets)
    street_names = [f"{g.choice(KINDS)} {g.choice(FIRST)} {_word(g).title()}" for _ in range(streets)]
    angle = g.random(streets) * 2 * np.pi
    start_x = WEST + SIDE * (commune % ACROSS + g.random(streets) * 0.8 + 0.1)
    start_y = SOUTH + SIDE * (commune // ACROSS + g.random(streets) * 0.8 + 0.1)
    street = np.sort(g.integers(0, streets, addresses))
    rank = np.arange(addresses) - np.searchsorted(street, street)
    number = rank + 1
    x = start_x[street] + 6.0 * rank * np.cos(angle[street]) + g.normal(0, 2, addresses)
    y = start_y[street] + 6.0 * rank * np.sin(angle[street]) + g.normal(0, 2, addresses)
    longitude, latitude = pyproj.Transformer.from_crs(2154, 4326, always_xy=True).transform(x, y)
    where = commune[street]
    insee = np.array(codes, dtype=object)[where]
    keys = np.array([f"{codes[c]}_{s:04x}" for s, c in enumerate(commune)], dtype=object)[street]
    bis = g.random(addresses) < 0.03
    columns: dict[str, Any] = dict.fromkeys(BAN_COLUMNS, pa.repeat("", addresses))
    columns |= {
        "id": [f"{key}_{n:05d}{'_bis' if b else ''}" for key, n, b in zip(keys, number, bis, strict=True)],
        "numero": [str(n) for n in number],
        "rep": np.where(bis, "bis", ""),
        "nom_voie": np.array(street_names, dtype=object)[street],
        "code_postal": [f"35{c:02d}0" for c in where],
        "code_insee": insee,
        "nom_commune": np.array(names, dtype=object)[where],
        "x": np.round(x, 2),
        "y": np.round(y, 2),
        "lon": np.round(longitude, 7),
        "lat": np.round(latitude, 7),
        "type_position": np.array(["entrée", "segment", "parcelle", ""], dtype=object)[
            g.choice(4, addresses, p=[0.7, 0.15, 0.1, 0.05])
        ],
    }
    options = pa_csv.WriteOptions(delimiter=";", quoting_style="needed")
    with gzip.open(path, "wb", compresslevel=1) as stream:
        pa_csv.write_csv(pa.table(columns), stream, options)
    return path


def questions(rows: list[tuple[int, str, str, str]], seed: int = 2) -> list[tuple[str, str]]:
    """Questions as people type them, with the identifier they mean, from (number, street, town, identifier).

    A third as written, a third abbreviated and without accents, a third with a typing error.
    """
    g = np.random.default_rng(seed)
    short = {"Avenue": "av", "Boulevard": "bd", "Allée": "all", "Place": "pl", "Chemin": "ch", "Saint": "st"}
    asked = []
    for (number, street, town, identifier), how in zip(rows, itertools.cycle(range(3)), strict=False):
        if how == 1:
            street = (
                " ".join(short.get(word, word) for word in street.split()).replace("É", "e").replace("é", "e")
            )
        elif how == 2:
            at = int(g.integers(len(street) - 4, len(street) - 1))
            street = street[:at] + street[at + 1] + street[at] + street[at + 2 :]
        asked.append((f"{number} {street} {town}", identifier))
    return asked
