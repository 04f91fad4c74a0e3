"""Economic sites: what is written, what the law asks of their inventory, how their outline is read."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import Any

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from croisee.premises import inventory
from croisee.premises.inventory import Standing
from croisee.premises.models import Site
from croisee.premises.outlines import LARGEST, hectares, holds, read_outline
from croisee.premises.queries import sites as queries
from croisee.premises.services import sites as services
from croisee.territory.models import Commune, Epci
from tests.premises_world import PremisesWorld, make_unit
from tests.world import TODAY

DAY = dt.timedelta(days=1)
SQUARE = [[-1.67, 48.08], [-1.66, 48.08], [-1.66, 48.09], [-1.67, 48.09], [-1.67, 48.08]]
VALUES: dict[str, Any] = {"name": "ZA du Banat", "commune_code": "35238", "commune_name": "Rennes"}


def square(*, west: float = -1.67, south: float = 48.08, side: float = 0.01) -> dict[str, Any]:
    """A square as a GeoJSON polygon."""
    box = shapely.box(west, south, west + side, south + side)
    found: dict[str, Any] = json.loads(shapely.to_geojson(box))
    return found


def text(found: Any) -> bytes:
    """A GeoJSON object as it is sent."""
    return json.dumps(found).encode()


def upload(data: bytes) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile("za.geojson", data)


# The inventory


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (dt.date(2020, 3, 1), Standing.UP_TO_DATE),
        (dt.date(2025, 2, 28), Standing.UP_TO_DATE),
        (dt.date(2025, 3, 1), Standing.UP_TO_DATE),
        (dt.date(2025, 3, 2), Standing.DUE),
        (dt.date(2026, 3, 1), Standing.DUE),
        (dt.date(2026, 3, 2), Standing.LATE),
    ],
)
def test_an_inventory_is_good_for_six_years(today: dt.date, expected: Standing) -> None:
    """To the day (code de l'urbanisme, L318-8-2); of another site none is asked."""
    day = dt.date(2020, 3, 1)
    assert inventory.due_on(day) == dt.date(2026, 3, 1)
    said = {
        zone: inventory.standing(zone=zone, updated_on=day, consulted_on=None, today=today) for zone in (1, 0)
    }
    assert said == {1: expected, 0: Standing.NOT_ASKED}


@pytest.mark.parametrize(("days", "running"), [(-1, False), (0, True), (29, True), (30, False)])
def test_a_consultation_lasts_thirty_days(days: int, running: bool) -> None:
    """Its first day counted; meanwhile a late inventory is in hand."""
    first = dt.date(2026, 4, 1)
    assert inventory.consultation_ends(first) == dt.date(2026, 4, 30)
    today = first + days * DAY
    said = inventory.standing(zone=True, updated_on=dt.date(2019, 1, 1), consulted_on=first, today=today)
    assert said == (Standing.CONSULTING if running else Standing.LATE)
    assert inventory.too_early(today, first) == running
    assert not inventory.too_early(today, None)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)), st.integers(-2600, 2600))
def test_the_list_and_the_page_agree_on_what_is_late(updated_on: dt.date, days: int) -> None:
    """Late past the same day of the year, six years on; from a leap day, past the last of February."""
    today = updated_on + days * DAY
    late = (
        inventory.standing(zone=True, updated_on=updated_on, consulted_on=None, today=today) == Standing.LATE
    )
    year = updated_on.year + 6
    same = (updated_on.month, updated_on.day)
    last = dt.date(year, 2, 28) if same == (2, 29) and year % 4 else updated_on.replace(year=year)
    assert late == (today > last)


def test_late_inventories_are_found_by_the_database(world: PremisesWorld) -> None:
    """As the rule says, day by day around the term."""
    for days in range(-3, 4):
        updated_on = dt.date(TODAY.year - 6, TODAY.month, min(TODAY.day, 28)) + days * DAY
        Site.objects.filter(pk=world.site.pk).update(updated_on=updated_on)
        row = Site.objects.get()
        assert queries.late(world.developer).exists() == (queries.of_inventory(row) == Standing.LATE)


# Writing


def test_a_site_is_written_with_the_name_of_its_commune(world: PremisesWorld) -> None:
    """That of the territory where it is loaded."""
    site = services.add_site(VALUES | {"commune_name": "Rennes (35)"}, world.developer)
    assert site.commune_name == "Rennes (35)"
    epci = Epci.objects.create(code="243500139", name="Rennes Métropole")
    Commune.objects.create(code="35238", name="Rennes", epci=epci)
    services.change_site(site, {"gross": Decimal("3.5")}, world.developer)
    assert (site.commune_name, site.gross) == ("Rennes", Decimal("3.5"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"commune_code": "99"}, "commune_code"),
        ({"commune_name": ""}, "commune_name"),
        ({"name": ""}, "name"),
        ({"updated_on": TODAY + DAY}, "updated_on"),
        ({"identified_on": TODAY + DAY}, "identified_on"),
        ({"gross": Decimal(1), "useful": Decimal(2)}, "useful"),
        ({"consulted_on": TODAY - 29 * DAY, "updated_on": TODAY}, "updated_on"),
        ({"consulted_on": dt.date.max}, "consulted_on"),
        ({"vocation": "spatiale"}, "vocation"),
    ],
)
def test_what_cannot_be_is_named(world: PremisesWorld, values: dict[str, Any], field: str) -> None:
    """And nothing is written."""
    with pytest.raises(ValidationError) as refusal:
        services.add_site(VALUES | values, world.developer)
    assert field in refusal.value.message_dict
    assert Site.objects.count() == 1


def test_the_inventory_comes_after_its_consultation(world: PremisesWorld) -> None:
    """On the day after the thirtieth; a site that is no zone is not asked."""
    values = VALUES | {"consulted_on": TODAY - 30 * DAY, "updated_on": TODAY}
    assert services.add_site(values, None).updated_on == TODAY
    other = values | {"consulted_on": TODAY - 2 * DAY, "zone": False}
    assert services.add_site(other, None).pk


def test_a_change_made_meanwhile_is_not_written_over(world: PremisesWorld) -> None:
    """Whoever is late is told; what is no field of one's own is refused."""
    seen = world.site.updated_at
    services.change_site(Site.objects.get(), {"name": "ZA Nord"}, None, seen)
    with pytest.raises(services.Stale):
        services.change_site(world.site, {"name": "ZA Est"}, None, seen)
    with pytest.raises(KeyError):
        services.change_site(world.site, {"outline": b""}, None)
    assert Site.objects.get().name == "ZA Nord"


# The outline


def test_units_that_lie_in_an_outline_are_put_in_the_site(world: PremisesWorld) -> None:
    """Those of no site; the surface follows where nobody gave it."""
    elsewhere = services.add_site(VALUES, None)
    other = make_unit(None, "Ailleurs", site=elsewhere)
    far = make_unit(None, "Loin", lon=2.0, lat=48.0)
    make_unit(None, "Sans point", lon=None, lat=None)
    Site.objects.filter(pk=world.site.pk).update(gross=None)
    taken = services.outline_site(world.site, upload(text(square())), world.developer)
    assert taken == 5
    assert set(world.site.units.values_list("pk", flat=True)) == {unit.pk for unit in world.units}
    other.refresh_from_db()
    far.refresh_from_db()
    assert (other.site, far.site) == (elsewhere, None)
    world.site.refresh_from_db()
    assert world.site.gross == pytest.approx(Decimal("82.9"), abs=Decimal("0.5"))
    assert services.outline_site(world.site, upload(text(square(side=0.001))), None) == 0
    assert world.site.gross > 80


FEATURE = {"type": "Feature", "properties": {}, "geometry": square()}


@pytest.mark.parametrize(
    "found",
    [
        square(),
        FEATURE,
        {"type": "FeatureCollection", "features": [FEATURE]},
        {"type": "GeometryCollection", "geometries": [square()]},
        {"type": "MultiPolygon", "coordinates": [square()["coordinates"]]},
        square() | {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
        {"type": "Polygon", "coordinates": [[[lon, lat, 31.5] for lon, lat in SQUARE]]},
    ],
)
def test_an_outline_is_read_whatever_holds_it(found: dict[str, Any]) -> None:
    """The same area in two dimensions."""
    area = shapely.from_wkb(read_outline(b"\xef\xbb\xbf" + text(found)))
    assert shapely.symmetric_difference(area, shapely.box(-1.67, 48.08, -1.66, 48.09)).area < 1e-12
    assert not shapely.has_z(area)


def test_several_polygons_become_one_area() -> None:
    """Two that touch are one; two apart stay two parts."""
    parts = [square(), square(west=-1.66), square(west=-1.5)]
    found = {"type": "FeatureCollection", "features": [FEATURE | {"geometry": one} for one in parts]}
    area = shapely.from_wkb(read_outline(text(found)))
    assert len(area.geoms) == 2
    assert area.area == pytest.approx(0.0003)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no GeoJSON"),
        (b"\x00\xff", "no GeoJSON"),
        (b"[]", "no GeoJSON"),
        (b'{"type": "Polygon"}', "no GeoJSON"),
        (b'{"type": "Circle", "coordinates": []}', "no GeoJSON"),
        (text({"type": "Feature", "geometry": None}), "no GeoJSON"),
        (text({"type": "FeatureCollection", "features": []}), "Polygons alone"),
        (text({"type": "Point", "coordinates": [1, 48]}), "Polygons alone"),
        (text({"type": "Polygon", "coordinates": []}), "Polygons alone"),
        (text(square(west=352_000, south=6_789_000, side=100)), "WGS 84"),
        (text(square() | {"crs": {"properties": {"name": "EPSG:2154"}}}), "WGS 84"),
        (
            text({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}),
            "crosses itself",
        ),
        (b" " * (LARGEST + 1), "2 MB"),
    ],
)
def test_what_is_no_outline_is_refused(world: PremisesWorld, data: bytes, said: str) -> None:
    """In words that say what to do; the site stays as it was."""
    with pytest.raises(ValidationError) as refusal:
        read_outline(data)
    assert said in " ".join(refusal.value.messages)
    with pytest.raises(ValidationError) as refusal:
        services.outline_site(world.site, upload(data), None)
    assert "file" in refusal.value.message_dict
    assert Site.objects.get().outline is None


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.0005, 0.02))
def test_surfaces_are_those_of_the_sphere_nearly(west: float, south: float, side: float) -> None:
    """Within one per cent of a plain formula on a sphere."""
    outline = read_outline(text(square(west=west, south=south, side=side)))
    radius = 6_371_008.8
    north = math.radians(south + side)
    band = math.sin(north) - math.sin(math.radians(south))
    plain = radius**2 * math.radians(side) * band / 10_000
    assert float(hectares(outline)) == pytest.approx(plain, rel=0.01, abs=0.001)
    assert holds(outline, west + side / 2, south + side / 2)
    assert not holds(outline, west + 2 * side, south)
