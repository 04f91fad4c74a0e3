"""Made-up rounds of any size, from a seed: files as a metropolis would send them, without a fault."""

import csv
import datetime as dt
import json
import random
from pathlib import Path

from croisee.foundation.identifiers import UAI_LETTERS

OFFERS = [
    "offer_id",
    "title",
    "sector",
    "siret",
    "address",
    "lon",
    "lat",
    "week",
    "seats",
    "reserved",
    "min_age",
]
PUPILS = ["pupil_id", "school_uai", "birth_date", "address", "lon", "lat", "week", "protected", "max_minutes"]
WISHES = ["pupil_id", "rank", "offer_id"]
WEEKS = ("2027-W05", "2027-W10")
WEST, SOUTH, EAST, NORTH = -1.80, 48.03, -1.55, 48.17
ZONES = [(-1.72, 48.12), (-1.66, 48.135), (-1.645, 48.08), (-1.69, 48.085), (-1.70, 48.105)]
SECTORS = ("Santé", "Bâtiment", "Commerce", "Administration publique", "Culture", "Agriculture", "Numérique")


def siret(number: int, first: str = "4") -> str:
    """A SIRET whose SIREN and whole satisfy Luhn."""
    siren = first + f"{number:07d}"
    siren += _luhn(siren)
    return siren + "0001" + _luhn(siren + "0001")


def _luhn(digits: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 - position % 2)
        total += value - 9 * (value > 9)
    return str(-total % 10)


def uai(number: int) -> str:
    """A UAI of Ille-et-Vilaine with its check letter."""
    digits = f"035{number:04d}"
    return digits + UAI_LETTERS[int(digits) % 23]


def write_round(folder: Path, pupils: int, seed: int = 1, wishes: int = 10, schools: int = 40) -> Path:
    """offers.csv, pupils.csv, wishes.csv, zones.geojson and schools.csv in `folder`."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    offers = list(_offers(rng, pupils))
    _write(folder / "offers.csv", OFFERS, offers)
    people = list(_pupils(rng, pupils, schools))
    _write(folder / "pupils.csv", PUPILS, people)
    _write(folder / "wishes.csv", WISHES, _wishes(rng, people, offers, wishes))
    names = ["uai", "name", "status", "lat", "lon"]
    _write(
        folder / "schools.csv",
        names,
        [
            [uai(n), f"Collège n° {n}", "REP+" if n % 8 == 0 else "REP" if n % 8 == 1 else "", 48.11, -1.68]
            for n in range(schools)
        ],
    )
    (folder / "zones.geojson").write_text(json.dumps(zones()))
    return folder


def zones() -> dict:
    """Five square neighbourhoods of about 900 m."""
    features = []
    for number, (lon, lat) in enumerate(ZONES):
        ring = [
            [lon + dx * 0.006, lat + dy * 0.004] for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
        ]
        features.append(
            {
                "type": "Feature",
                "properties": {"code_qp": f"QN0350{number + 1}M", "lib_qp": f"Quartier {number + 1}"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _offers(rng: random.Random, pupils: int):
    seats, number = 0, 0
    while seats < 1.25 * pupils:
        number += 1
        count = rng.choice((1, 1, 1, 2, 2, 3, 5))
        seats += count
        public = rng.random() < 0.25
        yield [
            f"O{number:05d}", f"Stage {number}", rng.choice(SECTORS), siret(number, "2" if public else "4"),
            f"{number} rue de l’Exemple, 35000 Rennes", _lon(rng), _lat(rng), rng.choice(WEEKS), count,
            round(0.3 * count), rng.choice(("", "", 14)),
        ]  # fmt: skip


def _pupils(rng: random.Random, pupils: int, schools: int):
    for number in range(pupils):
        school = rng.randrange(schools)
        if rng.random() < 0.15:
            lon, lat = rng.choice(ZONES)
            lon, lat = f"{lon + rng.uniform(-0.005, 0.005):.6f}", f"{lat + rng.uniform(-0.0035, 0.0035):.6f}"
        else:
            lon, lat = _lon(rng), _lat(rng)
        birth = dt.date(2012, 3, 1) + dt.timedelta(rng.randrange(-60, 290))
        yield [
            f"P{number:05d}", uai(school), birth.isoformat(), "", lon, lat, WEEKS[school % 2],
            "", rng.choice(("", 30, 45, 60)),
        ]  # fmt: skip


def _wishes(rng: random.Random, people: list, offers: list, count: int):
    by_week = {week: [offer for offer in offers if offer[7] == week] for week in WEEKS}
    for pupil in people:
        birth = dt.date.fromisoformat(pupil[2])
        start = dt.date.fromisocalendar(int(pupil[6][:4]), int(pupil[6][6:]), 1)
        young = (start.year - birth.year - ((start.month, start.day) < (birth.month, birth.day))) < 14
        there = by_week[pupil[6]]
        # A few famous offers are asked by many: squares of a uniform draw.
        drawn = (there[int(len(there) * rng.random() ** 1.7)] for _ in range(count * 4))
        chosen = {offer[0]: offer for offer in drawn if not (young and offer[10])}
        for rank, offer in enumerate(list(chosen)[:count], start=1):
            yield [pupil[0], rank, offer]


def _lon(rng: random.Random) -> str:
    return f"{rng.gauss((WEST + EAST) / 2, 0.05):.6f}"


def _lat(rng: random.Random) -> str:
    return f"{rng.gauss((SOUTH + NORTH) / 2, 0.03):.6f}"


def _write(path: Path, header: list, rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
