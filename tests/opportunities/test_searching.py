"""What a search finds, in which order; how far things are."""

import datetime as dt
import math

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from croisee.opportunities.distance import METRES_PER_DEGREE, box_around, metres_between
from croisee.opportunities.models import Opportunity, Period
from croisee.opportunities.searching import Criteria, find
from croisee.opportunities.services import write_searchable
from tests.world import MONDAY, OTHER_MONDAY, World, make_offer

LONGITUDES, LATITUDES = st.floats(-179, 179), st.floats(-85, 85)


@pytest.fixture
def offers(world: World) -> World:
    """Offers whose words are searched."""
    for title, description, place in (
        ("Électricien du bâtiment", "Découvrir les chantiers, aider l’équipe.", "Saint-Grégoire"),
        ("Cabinet vétérinaire", "Soigner les animaux avec les vétérinaires.", "Cesson-Sévigné"),
        ("Informatique à l’hôpital", "Réseaux, postes, dépannage.", "Rennes"),
        ("Cœur de métier", "Un métier de bouche.", "Betton"),
    ):
        offer = make_offer(world.campaign, world.hosts[0], title, description=description, city=place)
        write_searchable(offer)
    return world


def titles(**asked: object) -> list[str]:
    criteria = Criteria(**asked)  # type: ignore[arg-type]
    return [offer.title for offer in find(Opportunity.objects.all(), criteria)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("électricien", "Électricien du bâtiment"),
        ("electricien", "Électricien du bâtiment"),
        ("ELECTRICIENS", "Électricien du bâtiment"),
        ("batiment", "Électricien du bâtiment"),
        ("chantier", "Électricien du bâtiment"),
        ("les chantiers", "Électricien du bâtiment"),
        ("saint gregoire", "Électricien du bâtiment"),
        ("électricien saint-grégoire", "Électricien du bâtiment"),
        ("animal", "Cabinet vétérinaire"),
        ("veterinaires", "Cabinet vétérinaire"),
        ("véto", None),
        ("vétér", "Cabinet vétérinaire"),
        ("informatiq", "Informatique à l’hôpital"),
        ("réseau informatique", "Informatique à l’hôpital"),
        ("l'hopital", "Informatique à l’hôpital"),
        ("coeur", "Cœur de métier"),
        ("cœurs", "Cœur de métier"),
        ("betton bouche", "Cœur de métier"),
        ("betton vétérinaire", None),
    ],
)
def test_words_are_found(offers: World, text: str, found: str | None) -> None:
    assert titles(text=text) == ([found] if found else [])


@pytest.mark.django_db
def test_sectors_are_found_in_both_languages(world: World) -> None:
    assert titles(text="patrimoine") == titles(text="heritage") == ["Théâtre"]


@pytest.mark.django_db
def test_a_title_counts_more_than_a_description(world: World) -> None:
    for title, text in (
        ("Accueil", "Parfois un peu de théâtre le soir avec les gens."),
        ("Le théâtre", "Accueil."),
    ):
        write_searchable(make_offer(world.campaign, world.hosts[0], title, description=text))
    assert titles(text="théâtre")[-1] == "Accueil"


@pytest.mark.django_db
def test_the_nearest_comes_first_and_the_far_is_left_out(world: World) -> None:
    for number, offer in enumerate(world.offers):
        Opportunity.objects.filter(pk=offer.pk).update(lat=48.11 + number / 20)
    Opportunity.objects.filter(pk=world.offers[1].pk).update(lon=None, lat=None)
    here = {"lon": -1.68, "lat": 48.11}
    assert titles(**here) == ["Boulangerie", "Théâtre", "Bureau d’études"]
    assert titles(**here, within_km=5) == ["Boulangerie"]
    assert titles(**here, within_km=12) == ["Boulangerie", "Théâtre"]
    far = find(Opportunity.objects.all(), Criteria(**here)).values_list("metres", flat=True)
    assert list(far) == [
        pytest.approx(0, abs=0.001),
        pytest.approx(0.1 * METRES_PER_DEGREE, rel=1e-6),
        None,
    ]


@pytest.mark.django_db
def test_weeks_seats_accessibility(world: World) -> None:
    Opportunity.objects.filter(pk=world.offers[2].pk).update(accessible=True)
    assert titles(accessible=True) == ["Théâtre"]
    Period.objects.filter(opportunity=world.offers[0], starts_on=MONDAY).delete()
    assert "Boulangerie" not in titles(starts_on=MONDAY)
    assert "Boulangerie" in titles(starts_on=OTHER_MONDAY + dt.timedelta(days=3))
    Period.objects.filter(opportunity=world.offers[1]).update(seats=0)
    assert "Bureau d’études" in titles()
    assert "Bureau d’études" not in titles(free_only=True)
    assert titles(sector="culture", kind="stage_3e", organisation=world.hosts[1].pk) == ["Théâtre"]


@pytest.mark.django_db
def test_the_order_asked_is_kept_when_it_can_be(world: World) -> None:
    assert Criteria(text="a", sort="date").order == "date"
    assert Criteria(text="a", sort="distance").order == "relevance"
    assert Criteria(text="a", sort="distance", lon=1.0, lat=1.0).order == "distance"
    assert Criteria(text="&", lon=1.0, lat=1.0).order == "minutes"
    assert Criteria(sort="relevance").order == "date"


def test_the_address_of_a_search_reads_back_the_same_without_a_point() -> None:
    criteria = Criteria.of(
        QueryDict(
            "text=pain&sector=food&within_km=5&starts_on=2027-02-01&free_only=1&lon=1.5&lat=2.5&sort=date"
        )
    )
    assert (criteria.text, criteria.within_km, criteria.lon) == ("pain", 5, None)
    assert Criteria.of(criteria.at(1.0, 2.0).asked()) == criteria
    assert Criteria.kept(criteria.at(1.0, 2.0).to_keep()) == criteria.at(1.0, 2.0)
    assert "lon" not in criteria.at(1.0, 2.0).asked()


@given(LONGITUDES, LATITUDES, LONGITUDES, LATITUDES)
def test_distances_are_those_of_a_sphere(lon: float, lat: float, other_lon: float, other_lat: float) -> None:
    there = metres_between(lon, lat, other_lon, other_lat)
    assert there == pytest.approx(metres_between(other_lon, other_lat, lon, lat), abs=1e-3)
    assert 0 <= there <= math.pi * 6_371_009
    assert metres_between(lon, lat, lon, lat) == 0


@given(st.floats(-179, 179), st.floats(-60, 60), st.floats(0, 50_000), st.floats(0, 2 * math.pi))
def test_the_box_holds_what_is_near(lon: float, lat: float, metres: float, bearing: float) -> None:
    north = math.cos(bearing) * metres / METRES_PER_DEGREE
    east = math.sin(bearing) * metres / METRES_PER_DEGREE / math.cos(math.radians(lat))
    if metres_between(lon, lat, lon + east, lat + north) > metres:
        return
    west_edge, south_edge, east_edge, north_edge = box_around(lon, lat, metres)
    slack = 1e-9
    assert west_edge - slack <= lon + east <= east_edge + slack
    assert south_edge - slack <= lat + north <= north_edge + slack
