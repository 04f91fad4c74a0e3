"""Searching by travel time: what is near is what is reached in time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from croisee.foundation.accounts.models import Account
from croisee.opportunities.describing import in_short
from croisee.opportunities.models import Opportunity
from croisee.opportunities.searching import Criteria, find
from croisee.opportunities.travelling import ways_to
from croisee.opportunities.views.search import PLACE
from croisee.territory.travel.network import current_network
from tests.buses import BY_BUS, HOME, MINUTES, NO_BUS, load_buses
from tests.world import World

pytestmark = pytest.mark.django_db
HERE = dict(zip(("lon", "lat"), HOME, strict=True))


@pytest.fixture
def spread(world: World) -> World:
    """One offer by bus, one without a point, one without a bus."""
    for offer, (lon, lat) in zip(world.offers, (BY_BUS, (None, None), NO_BUS), strict=True):
        Opportunity.objects.filter(pk=offer.pk).update(lon=lon, lat=lat)
    return world


def found(**asked: Any) -> list[tuple[str, int | None]]:
    rows = find(Opportunity.objects.all(), Criteria(**HERE, **asked))
    return [(offer.title, getattr(offer, "minutes", None)) for offer in rows]


def test_the_soonest_reached_comes_first_however_far(spread: World, tmp_path: Path, settings: Any) -> None:
    load_buses(tmp_path, settings)
    assert found() == [("Boulangerie", MINUTES), ("Théâtre", None), ("Bureau d’études", None)]
    assert [title for title, _minutes in found(sort="distance")] == [
        "Théâtre",
        "Boulangerie",
        "Bureau d’études",
    ]
    assert found(within_minutes=MINUTES) == [("Boulangerie", MINUTES)]
    assert found(within_minutes=MINUTES - 1) == []
    # 2.45 km and 6.5 km at 15 km/h, by a way 1.3 times as long; 2.45 km so at 1.25 m/s.
    assert found(within_minutes=20, by="bicycle") == [("Théâtre", 13)]
    assert found(within_minutes=40, by="bicycle") == [("Théâtre", 13), ("Boulangerie", 34)]
    assert found(within_minutes=60, by="foot") == [("Théâtre", 43)]
    assert found(within_minutes=60, text="théâtre") == []


def test_without_a_timetable_minutes_are_an_estimate_that_says_so(spread: World) -> None:
    # 250 m a minute as the crow flies.
    assert found() == [("Théâtre", 10), ("Boulangerie", 26), ("Bureau d’études", None)]
    assert found(within_minutes=20) == [("Théâtre", 10)]


def test_minutes_without_a_point_bound_nothing(spread: World) -> None:
    assert find(Opportunity.objects.all(), Criteria(within_minutes=15)).count() == 3


@pytest.mark.parametrize("asked", ["0", "-5", "121", "x", "²", "99999", ""])
def test_malformed_minutes_are_not_asked(asked: str) -> None:
    assert Criteria.of({"within_minutes": asked}).within_minutes is None
    assert Criteria.of({"by": asked}).by == ""


def test_public_transport_is_asked_by_asking_nothing() -> None:
    """The form always sends it: it narrows nothing, and is no search of its own."""
    assert Criteria.of({"by": "transit"}).asked() == {}
    assert Criteria.of({"by": "foot"}).asked() == {"by": "foot"}


def test_what_is_counted_from_nowhere_is_said(spread: World, sign_in: Callable[[Account], Client]) -> None:
    client = sign_in(spread.families[0])
    client.cookies["django_language"] = "en"
    said = "give the address it is counted from"
    for asked in ({"within_minutes": "30"}, {"within_km": "5"}, {"sort": "minutes"}, {"sort": "distance"}):
        assert said in client.get(reverse("opportunities:search"), asked).content.decode()
    assert said not in client.get(reverse("opportunities:search"), {"sort": "date"}).content.decode()
    seen_from_home(client)
    assert said not in client.get(reverse("opportunities:search"), {"sort": "minutes"}).content.decode()


def test_a_saved_search_keeps_minutes_and_way() -> None:
    criteria = Criteria(within_minutes=30, by="bicycle").at(1.0, 2.0)
    assert Criteria.kept(criteria.to_keep()) == criteria
    with override("en"):
        assert in_short(criteria) == "within 30 min by bicycle"
        assert in_short(Criteria(within_minutes=30, within_km=5).at(1.0, 2.0)) == (
            "within 30 min by public transport, within 5 km"
        )


def seen_from_home(client: Client) -> None:
    session = client.session
    session[PLACE] = {"lon": HOME[0], "lat": HOME[1], "label": "chez moi"}
    session.save()


def test_where_walking_is_as_quick_it_is_said(spread: World, tmp_path: Path, settings: Any) -> None:
    load_buses(tmp_path, settings)
    Opportunity.objects.filter(pk=spread.offers[0].pk).update(lon=HOME[0] + 0.005, lat=HOME[1])
    ways = ways_to(current_network(), Opportunity.objects.all(), *HOME)
    with override("en"):
        assert ways[spread.offers[0].pk].words == "7 min on foot (350 m)"
        assert ways[spread.offers[2].pk].words == "not reached in time by public transport (2.4 km)"


def test_the_page_tells_minutes_and_what_they_rest_on(
    spread: World, sign_in: Callable[[Account], Client], tmp_path: Path, settings: Any
) -> None:
    load_buses(tmp_path, settings)
    client = sign_in(spread.families[0])
    client.cookies["django_language"] = "en"
    seen_from_home(client)
    current_network()
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("opportunities:search")).content.decode()
    assert len(queries) <= 12
    assert f"{MINUTES} min by public transport (6.4 km)" in page
    assert "not reached in time by public transport (2.4 km)" in page
    assert "by the timetable of" in page
    assert page.index("Boulangerie") < page.index("Théâtre")
    # The map shows the address, with its legend.
    assert f'data-point="{HOME[0]:.6f},{HOME[1]:.6f}"' in page
    assert "the address you start from" in page
    asked = client.get(reverse("opportunities:search"), {"within_minutes": "20", "by": "bicycle"})
    assert "13 min by bicycle" in asked.content.decode()
    assert "Boulangerie" not in asked.content.decode()
    nothing = client.get(reverse("opportunities:search"), {"within_minutes": "15"}).content.decode()
    assert "without the travel time" in nothing


def test_the_page_of_an_offer_tells_the_way_there(
    spread: World, sign_in: Callable[[Account], Client], tmp_path: Path, settings: Any
) -> None:
    load_buses(tmp_path, settings)
    client = sign_in(spread.families[0])
    client.cookies["django_language"] = "en"
    offer = reverse("opportunities:opportunity", args=[spread.offers[0].pk])
    assert "Give an address" in client.get(offer).content.decode()
    seen_from_home(client)
    page = client.get(offer).content.decode()
    assert "From chez moi" in page
    assert "Give an address" not in page
    assert "Leave at 8:19, there at 8:41: 22 min, without a change" in page
    assert "From Les Lilas to Le Moulin, towards Moulin" in page
    assert "34 min by bicycle" in page
    spread_far = reverse("opportunities:opportunity", args=[spread.offers[1].pk])
    assert "How to get there" not in client.get(spread_far).content.decode()
