"""The made-up metropolis: the same for a seed, plausible, and nobody's."""

import gzip
import json
import unicodedata
from datetime import date

import numpy as np
import pytest
import shapely
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from croisee.demo.generator import identifiers as made_up
from croisee.demo.generator.campaign import Campaign, make_campaign
from croisee.demo.generator.chance import apportion, draw, stream
from croisee.demo.generator.city import City, make_city
from croisee.demo.generator.employers import of
from croisee.demo.generator.ground import Sizes
from croisee.demo.generator.stocks.sectors import sectors, sectors_counted_in
from croisee.demo.generator.wishes import age_on, monday
from croisee.foundation import identifiers

SIZES = Sizes(addresses=12_000)


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(1, SIZES)


@pytest.fixture(scope="module")
def campaign(city: City) -> Campaign:
    return make_campaign(city.ground, sectors(), SIZES, 1)


@given(
    st.integers(0, 5_000), st.lists(st.floats(0, 1e6), min_size=1).filter(lambda shares: sum(shares) > 1e-3)
)
def test_apportioned_numbers_add_up_and_stay_within_one_of_their_share(
    total: int, shares: list[float]
) -> None:
    parts = apportion(total, shares)
    assert parts.sum() == total
    exact = total * np.array(shares) / sum(shares)
    assert (np.abs(parts - exact) < 1 + 1e-6 * max(total, 1)).all()


def test_draws_follow_their_weights() -> None:
    drawn = draw(stream(1, "test"), np.array([0.0, 1.0, 3.0, 0.0]), 40_000)
    shares = np.bincount(drawn, minlength=4) / 40_000
    assert shares[[0, 3]].sum() == 0
    assert shares[1] == pytest.approx(0.25, abs=0.01)


@given(st.integers(1, 29_999))
def test_a_company_has_a_valid_siret_below_the_smallest_ever_given(rank: int) -> None:
    siret = made_up.siret(rank)
    assert identifiers.siret(siret) == siret
    assert int(siret[:9]) < 325_175


@given(st.integers(1, 9_999))
def test_a_public_body_has_a_valid_siret_of_a_department_that_does_not_exist(rank: int) -> None:
    siret = made_up.siret(rank, public=True)
    assert identifiers.siret(siret) == siret
    assert siret.startswith("2199")


@given(st.integers(0, 499))
def test_a_school_has_a_valid_uai(rank: int) -> None:
    assert identifiers.uai(made_up.uai("36", rank)).startswith("03695") or rank >= 100


def test_ranks_beyond_the_free_numbers_are_refused() -> None:
    for wrong in (0, 30_000):
        with pytest.raises(ValueError, match="rank"):
            made_up.siren(wrong)
    with pytest.raises(ValueError, match="rank"):
        made_up.uai("36", 500)


@pytest.mark.parametrize("seed", range(1, 9))
def test_communes_tile_the_metropolis_whatever_the_seed(seed: int) -> None:
    communes = make_city(seed, Sizes(pupils=300, addresses=1_000)).terrain.communes
    shapes = [commune.polygon for commune in communes]
    assert len(communes) == 16
    assert all(shape.is_valid and shape.geom_type == "Polygon" for shape in shapes)
    whole = shapely.union_all(shapes)
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-6)
    assert shapely.buffer(whole, 1).geom_type == "Polygon"


def test_another_seed_is_another_metropolis(city: City) -> None:
    again, other = make_city(1, SIZES), make_city(2, SIZES)
    assert (again.addresses.x == city.addresses.x).all()
    assert not (other.addresses.x == city.addresses.x).all()


def test_every_address_is_in_the_commune_it_names(city: City) -> None:
    a = city.addresses
    assert len(a.x) == SIZES.addresses
    for row, commune in enumerate(city.terrain.communes):
        mine = a.commune == row
        assert shapely.contains_xy(commune.polygon, a.x[mine], a.y[mine]).all()
        assert a.people[mine].sum() == pytest.approx(commune.population)


def test_no_address_twice(city: City) -> None:
    assert len(set(city.places.address.tolist())) == SIZES.addresses


def test_five_neighbourhoods_of_two_generations(city: City) -> None:
    made = city.neighbourhoods
    assert len(made) == 5
    for n in made:
        assert identifiers.qpv(n.code) == n.code
        assert identifiers.qpv(n.code_2015) == n.code_2015
        assert 0.1e6 < n.outline.area < 1.2e6
        assert n.outline.is_valid
        assert n.outline_2015.is_valid
        common = n.outline.intersection(n.outline_2015).area
        assert 0.5 * n.outline.area < common < 0.99 * n.outline.area
        assert n.outline_2015.area > 1.01 * common
        assert city.terrain.communes[n.commune].polygon.buffer(2).contains(n.outline)
    for i, n in enumerate(made):
        assert all(n.outline.distance(other.outline) > 100 for other in made[i + 1 :])


def test_sizes_are_those_of_the_demonstration(campaign: Campaign) -> None:
    assert len(campaign.pupils.number) == 1_200
    assert len(campaign.employers.siret) == 600
    assert len(campaign.offers.number) == 700
    assert campaign.offers.seats.sum() == 1_500
    assert [bool(s.priority) for s in campaign.ground.schools] == [True, True] + [False] * 6
    assert (campaign.offers.reserved <= campaign.offers.seats).all()
    assert 0.2 < campaign.offers.reserved.sum() / 1_500 < 0.4


def test_every_week_has_more_seats_than_pupils(campaign: Campaign) -> None:
    weeks, offer_week = np.array(campaign.pupils.week), np.array(campaign.offers.week)
    for week in np.unique(weeks):
        assert campaign.offers.seats[offer_week == week].sum() > (weeks == week).sum()


def test_pupils_are_of_their_age_and_live_in_priority_neighbourhoods_as_they_do(campaign: Campaign) -> None:
    pupils = campaign.pupils
    ages = [age_on(born, monday(week)) for born, week in zip(pupils.birth, pupils.week, strict=True)]
    assert set(ages) <= {13, 14, 15, 16}
    assert np.mean([age in {14, 15} for age in ages]) > 0.8
    in_qpv = campaign.ground.places.in_qpv[pupils.home]
    in_rep = np.array([bool(s.priority) for s in campaign.ground.schools])[pupils.school]
    assert 0.10 <= in_qpv.mean() <= 0.25
    assert in_qpv[in_rep].mean() > 2 * in_qpv[~in_rep].mean()
    assert 0.2 < (in_qpv | in_rep).mean() < 0.4


def test_wishes_are_eligible_and_skewed_by_sector_and_distance(campaign: Campaign) -> None:
    pupils, offers, wishes, places = campaign.pupils, campaign.offers, campaign.wishes, campaign.ground.places
    for pupil, offer in zip(wishes.pupil, wishes.offer, strict=True):
        assert pupils.week[pupil] == offers.week[offer]
        assert age_on(pupils.birth[pupil], monday(pupils.week[pupil])) >= offers.min_age[offer]
    lengths = np.bincount(wishes.pupil, minlength=len(pupils.number))
    assert lengths.max() == 10
    assert 0 < (lengths == 0).mean() < 0.05
    assert len(set(zip(wishes.pupil.tolist(), wishes.offer.tolist(), strict=True))) == len(wishes.pupil)
    asked = np.sort(np.bincount(wishes.offer, minlength=len(offers.number)) / offers.seats)
    assert asked[-70:].sum() > asked[:350].sum()
    at = campaign.employers.place[offers.employer][wishes.offer]
    home = pupils.home[wishes.pupil]
    away = np.hypot(places.x[at] - places.x[home], places.y[at] - places.y[home])
    assert np.median(away) < 6_000


def test_employers_follow_the_sectors_of_the_real_offers(campaign: Campaign) -> None:
    shares = np.array([sector.offers for sector in campaign.sectors]) / 27_206
    made = np.bincount(campaign.employers.sector, minlength=len(shares)) / 600
    assert len(shares) == 49
    assert np.abs(made - shares).max() < 1 / 600
    assert len(set(campaign.employers.name)) == 600


def test_the_stored_sectors_are_those_of_the_real_file() -> None:
    path = settings.SHARED_DATA / "offres" / "monstage_offres_france_2025-05.csv.gz"
    if not path.exists():
        pytest.skip("the real offers file is not here")
    assert sectors_counted_in(path) == sectors()


def test_no_commune_of_france_is_named_or_numbered_so(city: City) -> None:
    path = settings.SHARED_DATA / "territoires" / "decoupage-administratif-6.0.0_communes.json.gz"
    if not path.exists():
        pytest.skip("the list of communes is not here")
    with gzip.open(path) as file:
        real = json.load(file)
    names, codes = {_bare(c["nom"]) for c in real}, {c["code"] for c in real}
    postcodes = {postcode for c in real for postcode in c.get("codesPostaux", [])}
    for commune in city.terrain.communes:
        assert _bare(commune.name) not in names
        assert commune.insee not in codes
        assert commune.postcode not in postcodes
        assert identifiers.commune(commune.insee) == commune.insee


def test_names_take_the_preposition_they_need() -> None:
    assert [of(name) for name in ("Aubrevance", "Le Havre", "Les Ulis", "La Rochelle", "Lille")] == [
        "d'Aubrevance",
        "du Havre",
        "des Ulis",
        "de La Rochelle",
        "de Lille",
    ]


def test_age_is_counted_to_the_day() -> None:
    assert age_on(date(2013, 1, 11), monday("2027-W02")) == 14
    assert age_on(date(2013, 1, 12), monday("2027-W02")) == 13


def test_too_small_a_metropolis_is_refused() -> None:
    with pytest.raises(ValueError, match="pupil"):
        Sizes(pupils=0)


def _bare(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name.lower()) if c.isalnum())
