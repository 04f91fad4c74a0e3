"""Made-up people on the real ground of Lille, Marseille and Rennes, from the files that are there."""

import numpy as np
import pytest
import shapely
from django.conf import settings

from croisee.demo.generator.campaign import Campaign, make_campaign
from croisee.demo.generator.ground import Sizes
from croisee.demo.generator.stocks.sectors import sectors
from croisee.demo.real_ground import NoGround, real_ground
from croisee.territory.models import Commune, Epci, School, Zone
from croisee.territory.services import load_territory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.SHARED_DATA.exists(), reason="the real files are not here"),
]
FILES = ("territoires", "qpv", "education", "rennes")


def _campaign(epci: str) -> Campaign:
    places = [str(settings.SHARED_DATA / name) for name in FILES]
    list(load_territory(epci, places))
    sizes = Sizes()
    return make_campaign(real_ground(epci, places, sizes, 1), sectors(), sizes, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("epci", "communes", "qpv", "share"),
    [("200093201", 95, 26, (0.05, 0.3)), ("200054807", 92, 37, (0.05, 0.3)), ("243500139", 43, 0, (0, 0))],
)
def test_people_live_where_people_live(
    epci: str, communes: int, qpv: int, share: tuple[float, float]
) -> None:
    campaign = _campaign(epci)
    assert Commune.objects.filter(epci=epci).count() == communes
    outlined = Zone.objects.filter(kind="qpv", outline__isnull=False)
    assert outlined.count() == qpv
    places, pupils = campaign.ground.places, campaign.pupils
    whole = shapely.union_all([c.geometry for c in Commune.objects.exclude(outline=None)])
    shapely.prepare(whole)
    inside = shapely.contains_xy(whole, places.lon[pupils.home], places.lat[pupils.home])
    assert inside.mean() > 0.999
    held = shapely.union_all([zone.geometry for zone in outlined])
    by_geos = shapely.contains_xy(held, places.lon, places.lat)
    assert (by_geos == places.in_qpv).mean() > 0.9999
    assert share[0] <= places.in_qpv[pupils.home].mean() <= share[1]
    assert all("approximative" in address for address in places.address[pupils.home])
    for school in campaign.ground.schools:
        real = School.objects.get(pk=school.uai)
        assert school.priority == (real.priority if real.is_priority else "")
    assert any(school.priority for school in campaign.ground.schools)
    assert len(campaign.pupils.number) == 1_200
    assert campaign.offers.seats.sum() == 1_500
    assert np.bincount(places.commune[pupils.home]).max() > 30


def test_a_territory_without_outlines_is_refused_with_what_is_missing() -> None:
    epci = Epci.objects.create(code="243500139", name="Rennes Métropole")
    Commune.objects.create(code="35238", name="Rennes", epci=epci, population=230_000)
    with pytest.raises(NoGround) as refusal:
        real_ground(epci.code, [], Sizes(), 1)
    assert refusal.value.missing
