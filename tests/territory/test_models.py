"""What the database itself refuses."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from shapely.geometry import box

from croisee.foundation.identifiers import UAI_LETTERS
from croisee.territory.models import Address, Commune, DataSet, School, Street, Zone
from tests.territory.official import EPCI, WEST_TOWN, ban_row, load, write_ban

RIGHT = "0350001" + UAI_LETTERS[350001 % 23]


def refused(change: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change()  # type: ignore[operator]


@pytest.mark.parametrize(
    "wrong",
    [{"code": "3590"}, {"code": "ZZ901"}, {"west": 10.0}, {"outline": None}, {"south": 91.0, "north": 92.0}],
)
def test_communes(metropolis: Path, wrong: dict[str, object]) -> None:
    refused(lambda: Commune.objects.filter(code=WEST_TOWN).update(**wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "other"},
        {"code": "QP035001"},
        {"generation": 2015},
        {"code": "QN3591M"},
        {"valid_to": "2023-12-31"},
        {"east": None},
    ],
)
def test_zones(metropolis: Path, wrong: dict[str, object]) -> None:
    refused(lambda: Zone.objects.filter(code="QN03591M").update(**wrong))


def test_a_zone_stands_once_a_generation(metropolis: Path) -> None:
    zone = Zone.objects.get(code="QN03591M")
    refused(lambda: Zone.objects.create(kind="qpv", generation=2024, code=zone.code, data_set=zone.data_set))


@pytest.mark.parametrize(
    ("uai", "wrong"),
    [
        ("0350001" + UAI_LETTERS[350002 % 23], {}),
        ("350001X", {}),
        (RIGHT, {"kind": "university"}),
        (RIGHT, {"priority": "ZEP"}),
        (RIGHT, {"longitude": 1.0}),
        (RIGHT, {"location": "point", "longitude": 1.0}),
        (RIGHT, {"location": "point"}),
        (RIGHT, {"location": "point", "longitude": 181.0, "latitude": 0.0}),
    ],
)
def test_schools(metropolis: Path, uai: str, wrong: dict[str, object]) -> None:
    refused(lambda: School.objects.create(**({"uai": uai, "kind": "college", "epci_id": EPCI} | wrong)))


def test_a_sound_school(metropolis: Path) -> None:
    School.objects.create(
        uai=RIGHT, kind="college", epci_id=EPCI, location="point", longitude=1.0, latitude=48.0
    )


def test_addresses(metropolis: Path) -> None:
    load(write_ban(metropolis, [ban_row(1)]))
    refused(lambda: Address.objects.update(longitude=200.0))
    refused(lambda: Address.objects.update(position="somewhere"))
    refused(lambda: Address.objects.update(number=-1))
    refused(lambda: Street.objects.update(latitude=100.0))


def test_a_data_set_stands_once_with_a_whole_checksum(metropolis: Path) -> None:
    held = DataSet.objects.filter(kind="qpv").get()
    refused(lambda: DataSet.objects.filter(pk=held.pk).update(checksum="abc"))
    refused(
        lambda: DataSet.objects.exclude(kind="qpv").update(kind="qpv", source=held.source, layer=held.layer)
    )


def test_an_outline_is_kept_to_the_last_bit_with_its_bounds(metropolis: Path) -> None:
    shape = box(-1.7123456789012345, 48.1, -1.6, 48.2)
    commune = Commune.objects.get(code=WEST_TOWN)
    commune.geometry = shape
    commune.save()
    commune.refresh_from_db()
    assert commune.geometry is not None
    assert commune.geometry.equals_exact(shape, 0)
    assert (commune.west, commune.north) == (shape.bounds[0], shape.bounds[3])
    commune.geometry = None
    commune.save()
    assert Commune.objects.get(code=WEST_TOWN).geometry is None
