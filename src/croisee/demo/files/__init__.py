"""The made-up metropolis as files, in the formats that the loaders and `croisee stages place` read.

    generate_files(folder, sizes, seed, day)          # territory/ and round/, with a note that all is made up
    generate_round_files(folder, pupils=10_000, seed=1)  # the round's files, its zones and its schools

No database.
"""

from datetime import date, timedelta
from pathlib import Path

from croisee.demo.files.round_files import write_round
from croisee.demo.files.territory_files import write_schools, write_territory, write_zones
from croisee.demo.generator.campaign import Campaign, make_campaign
from croisee.demo.generator.city import City, make_city
from croisee.demo.generator.ground import Sizes
from croisee.demo.generator.stocks.sectors import sectors
from croisee.demo.network import places_of, write_feed
from croisee.foundation.tables import replaced_folder

NOTE = """Tout ce que contient ce dossier est inventé : métropole, rues, entreprises, collèges, élèves.
Les identifiants sont valides dans leur forme et n'appartiennent à personne (docs/methods/demo.md).

Everything in this folder is made up: metropolis, streets, companies, schools, pupils.
"""
PEOPLE_NOTE = """Tous les élèves, toutes les familles et toutes les entreprises de ce dossier sont inventés ;
seul le territoire est réel. Les adresses des domiciles sont approximatives et ne désignent personne.

Every pupil, family and company in this folder is made up; only the territory is real.
"""
NOTE_NAME = "LISEZMOI.txt"
TERRITORY, ROUND = "territory", "round"
FEED_NAME = "transport-gtfs.zip"
# From the first of a month, so that what is written again within it is the same, to twelve months after its last day.
FEED_DAYS = 31 + 366


def generate_files(folder: Path, sizes: Sizes, seed: int, day: date) -> tuple[City, Campaign]:
    """Write the metropolis to `folder`: all its files, or none when something fails.

    Its timetables are those of twelve months from `day` on. Raises OutputFailed when the disk refuses.
    """
    city = make_city(seed, sizes)
    campaign = make_campaign(city.ground, sectors(), sizes, seed)
    with replaced_folder(folder) as fresh:
        for part in (TERRITORY, ROUND):
            (fresh / part).mkdir()
        (fresh / NOTE_NAME).write_text(NOTE, encoding="utf-8")
        write_territory(fresh / TERRITORY, city, campaign)
        first = day.replace(day=1)
        write_feed(
            fresh / TERRITORY / FEED_NAME,
            places_of(city),
            seed=seed,
            first_day=first,
            last_day=first + timedelta(days=FEED_DAYS),
        )
        write_round(fresh / ROUND, campaign)
    return city, campaign


def write_round_folder(folder: Path, campaign: Campaign) -> None:
    """Write the round of people put on a real ground to `folder`. Raises OutputFailed."""
    with replaced_folder(folder) as fresh:
        (fresh / ROUND).mkdir()
        (fresh / NOTE_NAME).write_text(PEOPLE_NOTE, encoding="utf-8")
        write_round(fresh / ROUND, campaign)


def generate_round_files(folder: Path, pupils: int = 1_200, seed: int = 1) -> Campaign:
    """Write what `croisee stages place` needs to `folder`: the round's three files, zones and schools.

    Files: `offers.csv`, `pupils.csv`, `wishes.csv`, `zones.geojson`, `schools.csv`. Raises OutputFailed.
    """
    sizes = Sizes(pupils=pupils)
    city = make_city(seed, sizes)
    campaign = make_campaign(city.ground, sectors(), sizes, seed)
    with replaced_folder(folder) as fresh:
        write_round(fresh, campaign)
        write_zones(fresh / "zones.geojson", city)
        write_schools(fresh / "schools.csv", city)
    return campaign
