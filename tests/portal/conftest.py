"""A small made-up territory: two communes, a priority neighbourhood in each generation, three schools, their reach."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import shapely

from croisee.territory.models import (
    Address,
    Commune,
    DataSet,
    DataSetKind,
    Epci,
    School,
    SchoolKind,
    Street,
    Zone,
    ZoneKind,
)
from croisee.territory.reach.services import survey_reach
from croisee.territory.wording import normalise

WEST, SOUTH = 3.0, 50.6


@dataclass(frozen=True)
class Territory:
    """What the fixture made."""

    current: Zone
    former: Zone
    college: School


def square(west: float, south: float, side: float) -> shapely.Geometry:
    """A square of `side` degrees."""
    return shapely.box(west, south, west + side, south + side)


@pytest.fixture
def territory(db: None) -> Territory:
    """Two communes side by side; a 2024 and a 2015 neighbourhood near each other in the first."""
    epci = Epci.objects.create(code="200093201", name="Métropole d’essai", kind="METRO")
    source = {"epci": epci, "producer": "Essai", "licence": "Licence Ouverte 2.0", "checksum": "0" * 64}
    loaded = datetime(2026, 1, 5, tzinfo=UTC)
    data_set = DataSet.objects.create(
        kind=DataSetKind.QPV,
        title="Quartiers",
        source="qpv.geojson",
        generation=2024,
        loaded_at=loaded,
        **source,
    )
    for number, name, people in ((1, "Ville-Haute", 94_000), (2, "Ville-Basse", 31_000)):
        commune = Commune(code=f"5900{number}", name=name, epci=epci, population=people, postcodes=["59000"])
        commune.geometry = square(WEST + 0.1 * (number - 1), SOUTH, 0.1)
        commune.save()
    zones = []
    for generation, code, name, place in (
        (2024, "QN05901M", "Les Trois Ponts", (WEST + 0.04, SOUTH + 0.04)),
        (2015, "QP059001", "Les Trois Ponts - Gare", (WEST + 0.035, SOUTH + 0.04)),
    ):
        zone = Zone(
            kind=ZoneKind.QPV,
            generation=generation,
            code=code,
            name=name,
            commune_codes=["59001"],
            valid_from=date(generation, 1, 1),
            data_set=data_set,
        )
        zone.geometry = square(*place, 0.01)
        zone.save()
        zones.append(zone)
    addresses(data_sets(epci, data_set))
    college = schools(epci)
    survey_reach(epci.pk)
    return Territory(zones[0], zones[1], college)


def data_sets(epci: Epci, current: DataSet) -> DataSet:
    """Both generations of neighbourhoods cover the communes; returns the data set of the addresses."""
    current.covered_communes = ["59001", "59002"]
    current.save()
    same = {"epci": epci, "producer": "Essai", "licence": "Licence Ouverte 2.0", "checksum": "0" * 64}
    DataSet.objects.create(
        kind=DataSetKind.QPV,
        title="Quartiers de 2015",
        source="qpv2015.geojson",
        generation=2015,
        covered_communes=["59001", "59002"],
        loaded_at=current.loaded_at,
        **same,
    )
    return DataSet.objects.create(
        kind=DataSetKind.BAN, title="Adresses", source="ban.csv", loaded_at=current.loaded_at, **same
    )


def addresses(data_set: DataSet) -> None:
    """Rue des Ponts: number 1 in the neighbourhood, 2 outside, 3 ten metres from its limit; and Rue du Canal."""
    for name, numbers in (
        ("Rue des Ponts", {1: WEST + 0.045, 2: WEST + 0.07, 3: WEST + 0.04986}),
        ("Rue du Canal", {1: WEST + 0.08}),
    ):
        street = Street.objects.create(
            key=f"59001_{normalise(name).replace(' ', '')[:8]}",
            name=name,
            normalised=normalise(name),
            commune_id="59001",
            place="Ville-Haute",
            postcodes=["59000"],
            longitude=WEST + 0.045,
            latitude=SOUTH + 0.045,
            size=len(numbers),
            data_set=data_set,
        )
        for number, longitude in numbers.items():
            Address.objects.create(
                ban_id=f"{street.key}_{number:05}",
                street=street,
                number=number,
                postcode="59000",
                longitude=longitude,
                latitude=SOUTH + 0.045,
                position="entrance",
            )


def schools(epci: Epci) -> School:
    """A REP+ collège in the neighbourhood, one 200 m from it, a lycée far away; returns the first."""
    commune = Commune.objects.get(code="59001")
    made = [
        School.objects.create(
            uai=uai,
            name=name,
            kind=kind,
            epci=epci,
            commune=commune,
            longitude=longitude,
            latitude=SOUTH + 0.045,
            location="point",
            priority=priority,
        )
        for uai, name, kind, longitude, priority in (
            (uai_of(590001), "Collège des Ponts", SchoolKind.COLLEGE, WEST + 0.045, "REP+"),
            (uai_of(590002), "Collège du Canal", SchoolKind.COLLEGE, WEST + 0.0525, "none"),
            (uai_of(590003), "Lycée de la Gare", SchoolKind.LYCEE, WEST + 0.09, ""),
        )
    ]
    return made[0]


def uai_of(number: int) -> str:
    """The school identifier of that number, with its control letter."""
    return f"{number:07d}" + "ABCDEFGHJKLMNPRSTUVWXYZ"[number % 23]
