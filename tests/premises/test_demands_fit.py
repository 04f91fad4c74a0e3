"""What fits: against a plain recount, whatever the order; relaxing never loses a fit; each repair makes it true."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from croisee.premises import fit
from croisee.premises.fit import POINTS, Finding, Wanted, judge
from croisee.premises.fit_wording import LIMITS, MEANING, TOPICS, in_words
from croisee.premises.repairs import MOST_FAILED, Means, mended, near_misses, repairs_of
from croisee.premises.stock import FAILS, NOT_KNOWN, Limit, Offered, Stock
from tests.premises.demands_helpers import DAY, HERE, demands, demands_for_a_time, offers, recount

stocks = st.lists(offers(), max_size=12, unique_by=lambda unit: unit.key)


def unit(number: int = 1, **fields: object) -> Offered:
    """A unit of 50 m² at 400 € a month with charges, for any craft, free now."""
    values: dict[str, object] = {
        "key": uuid.UUID(int=number),
        "kind": "workshop",
        "surface": 500,
        "uses": frozenset({"craft"}),
        "rent": 35_000,
        "charges": 5_000,
    }
    return Offered(**(values | fields))  # type: ignore[arg-type]


def wanted(**fields: object) -> Wanted:
    """40 to 60 m² for a craft, at 500 € at most."""
    values: dict[str, object] = {
        "use": "craft",
        "least": 400,
        "most": 600,
        "most_rent": 50_000,
        "wanted_from": DAY,
    }
    return Wanted(**(values | fields))  # type: ignore[arg-type]


@given(demands_for_a_time(), stocks)
def test_every_answer_is_that_of_a_plain_recount(asked: Wanted, units: list[Offered]) -> None:
    judged = judge(asked, Stock(units))
    for at, one in enumerate(units):
        expected = recount(asked, one)
        assert set(judged.answers) == set(expected)
        answers = {limit: {1: True, 0: None, -1: False}[int(judged.answers[limit][at])] for limit in expected}
        assert answers == expected
        assert judged.failed_by(at) == [limit for limit in judged.answers if expected[limit] is False]
        assert judged.to_ask_of(at) == [limit for limit in judged.answers if expected[limit] is None]
    fitting = {
        one.key
        for one in units
        if one.offered and not any(met is False for met in recount(asked, one).values())
    }
    assert {units[at].key for at in judged.fits} == fitting
    places, points = fit.fitting(asked, judged.stock)
    assert list(places) == list(judged.fits)
    assert list(points) == list(judged.points[judged.fits])


@given(demands_for_a_time(), stocks, st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing(asked: Wanted, units: list[Offered], draw: random.Random) -> None:
    shuffled = units.copy()
    draw.shuffle(shuffled)
    orders = []
    for some in (units, shuffled):
        judged = judge(asked, Stock(some))
        orders.append(
            (
                [(some[at].key, int(judged.points[at]), judged.reasons(at)) for at in judged.fits],
                [
                    (some[miss.at].key, miss.points, miss.effort, [one.means for one in miss.repairs])
                    for miss in near_misses(judged)
                ],
            )
        )
    assert orders[0] == orders[1]


@given(demands_for_a_time(), stocks, st.data())
def test_asking_for_less_never_loses_a_fit(asked: Wanted, units: list[Offered], data: st.DataObject) -> None:
    more = st.integers(1, 500)
    looser = data.draw(
        st.sampled_from(
            [
                replace(asked, least=max(1, asked.least - data.draw(more))),
                replace(asked, most=None),
                replace(asked, most=None if asked.most is None else asked.most + data.draw(more)),
                replace(
                    asked, most_rent=None if asked.most_rent is None else asked.most_rent + data.draw(more)
                ),
                replace(
                    asked, most_price=None if asked.most_price is None else asked.most_price + data.draw(more)
                ),
                replace(asked, most_rent=None, most_price=None),
                replace(asked, kinds=frozenset()),
                replace(asked, least_height=None, least_kva=None, erp_type=""),
                replace(asked, ground_floor=False, extraction=False, water=False, three_phase=False),
                replace(asked, accessible=False, delivery=False, shop_window=False),
                replace(asked, opens=None, closes=None),
                replace(asked, wanted_until=None),
                replace(asked, zone="", points=None),
                replace(asked, metres=asked.metres + data.draw(more)),
            ]
        )
    )
    stock = Stock(units)
    assert set(judge(asked, stock).fits) <= set(judge(looser, stock).fits)


@given(demands_for_a_time(), stocks)
def test_points_are_the_sum_of_reasons_and_reasons_are_true(asked: Wanted, units: list[Offered]) -> None:
    judged = judge(asked, Stock(units))
    for at, one in enumerate(units):
        reasons = dict(zip(POINTS, judged.reasons(at), strict=True))
        assert int(judged.points[at]) == sum(points for _finding, points in reasons.values()) <= 100
        met = recount(asked, one)
        use = {True: Finding.USE_FORESEEN, None: Finding.USE_NOT_KNOWN, False: Finding.USE_NOT_FORESEEN}
        assert reasons["use"][0] is use[met[Limit.USE]]
        money = [met[limit] for limit in (Limit.RENT, Limit.PRICE, Limit.COST) if limit in met]
        assert (reasons["rent"][0] is Finding.RENT_NOT_ASKED) == (not money)
        assert (reasons["rent"][0] is Finding.RENT_OVER) == (money == [False])
        assert (reasons["place"][0] is Finding.PLACE_OTHER) == (met.get(Limit.PLACE) is False)
        if reasons["dates"][0] is Finding.FREE_SOON_AFTER:
            assert one.free_from is not None
            assert dt.timedelta(0) < one.free_from - asked.wanted_from <= dt.timedelta(days=31)
        if reasons["dates"][0] in (Finding.FREE_THEN, Finding.FREE_FOR_A_TIME):
            assert met[Limit.DATES]
    assert sum(max(table.values()) for table in POINTS.values()) == 100


@given(demands_for_a_time(), stocks)
def test_a_near_miss_fits_once_it_is_mended(asked: Wanted, units: list[Offered]) -> None:
    stock = Stock(units)
    judged = judge(asked, stock)
    found = near_misses(judged)
    expected = [
        at for at, one in enumerate(units) if one.offered and 0 < len(judged.failed_by(at)) <= MOST_FAILED
    ]
    assert sorted(miss.at for miss in found) == expected
    assert [miss.effort for miss in found] == sorted(miss.effort for miss in found)
    for miss in found:
        mended_wanted, mended_unit = mended(asked, units[miss.at], miss.repairs)
        after = judge(mended_wanted, Stock([mended_unit]))
        assert after.failed_by(0) == []
        assert all(in_words(repair) for repair in miss.repairs)


@given(demands(), offers())
def test_joining_is_chosen_only_where_it_takes_less(asked: Wanted, one: Offered) -> None:
    assume(one.surface < asked.least)
    alone = Stock([replace(one, near_to=frozenset({"a"}))])
    next_to = replace(one, key=uuid.UUID(int=5), offered=False, near_to=frozenset({"a"}), surface=asked.least)
    assume(one.key != next_to.key)
    both = Stock([replace(one, near_to=frozenset({"a"})), next_to])
    effort = [sum(r.effort for r in repairs_of(judge(asked, stock), 0)) for stock in (alone, both)]
    assert effort[1] <= effort[0]


def test_what_is_not_known_is_to_be_asked_and_refuses_nobody() -> None:
    bare = unit(uses=frozenset(), rent=None, charges=None)
    judged = judge(wanted(extraction=True, opens=480, closes=1080, zone="QN1"), Stock([bare]))
    assert list(judged.fits) == [0]
    assert set(judged.to_ask_of(0)) == {Limit.USE, Limit.RENT, Limit.EXTRACTION, Limit.HOURS, Limit.PLACE}


def test_the_issue_s_own_example_twelve_square_metres_short_and_the_next_unit_is_vacant() -> None:
    small = unit(1, surface=280, rent=20_000, near_to=frozenset({"address:x"}))
    vacant = unit(2, surface=180, rent=12_000, offered=False, near_to=frozenset({"address:x"}))
    elsewhere = unit(3, surface=300, offered=False, near_to=frozenset({"address:y"}))
    judged = judge(wanted(), Stock([small, vacant, elsewhere]))
    (miss,) = near_misses(judged)
    (repair,) = miss.repairs
    assert (repair.means, repair.amount, repair.neighbour) == (Means.JOIN, 120, vacant)
    assert in_words(repair).startswith("12 m² ")


def test_a_neighbour_that_makes_it_too_dear_says_so_or_is_left() -> None:
    small = unit(1, surface=250, rent=28_000, near_to=frozenset({"b"}))
    vacant = unit(2, surface=200, rent=28_000, offered=False, near_to=frozenset({"b"}))
    judged = judge(wanted(), Stock([small, vacant]))
    means = [one.means for one in repairs_of(judged, 0)]
    assert means == [Means.JOIN, Means.LOWER_COST]
    assert repairs_of(judged, 0)[1].amount == 2 * 28_000 + 2 * 5_000 - 50_000


@pytest.mark.parametrize(
    ("fields", "asked", "means", "amount"),
    [
        ({"rent": 49_000}, {}, Means.LOWER_COST, 4_000),
        ({"free_from": DAY + dt.timedelta(days=21)}, {}, Means.WAIT, 21),
        ({"extraction": False}, {"extraction": True}, Means.WORKS, 0),
        ({"surface": 390}, {}, Means.TAKE_LESS, 10),
        ({"surface": 900, "rent": 10_000}, {}, Means.DIVIDE, 300),
        ({"uses": frozenset({"food"})}, {}, Means.OTHER_USE, 0),
        ({"height": 250}, {"least_height": 300}, Means.CANNOT, 50),
        ({"kva": 120}, {"least_kva": 360}, Means.MORE_POWER, 240),
    ],
)
def test_the_smallest_repair(
    fields: dict[str, object], asked: dict[str, object], means: Means, amount: int
) -> None:
    judged = judge(wanted(**asked), Stock([unit(**fields)]))
    (miss,) = near_misses(judged)
    assert [(one.means, one.amount) for one in miss.repairs] == [(means, amount)]


def test_a_part_is_paid_in_proportion() -> None:
    large = unit(surface=2000, divisible_from=300, rent=160_000, charges=0)
    assert list(judge(wanted(), Stock([large])).fits) == [0]
    assert judge(wanted(most_rent=31_999), Stock([large])).failed_by(0) == [Limit.RENT]


def test_hours_past_midnight() -> None:
    bar = wanted(opens=18 * 60, closes=2 * 60)
    late, early = unit(1, opens=8 * 60, closes=3 * 60), unit(2, opens=8 * 60, closes=23 * 60)
    answers = judge(bar, Stock([late, early])).answers[Limit.HOURS]
    assert list(answers) == [1, FAILS]


def test_a_line_that_is_no_longer_known_refuses_nobody() -> None:
    judged = judge(wanted(points=()), Stock([unit(lon=HERE[0], lat=HERE[1])]))
    assert list(judged.answers[Limit.PLACE]) == [NOT_KNOWN]


def test_every_finding_limit_and_topic_has_its_words() -> None:
    assert set(MEANING) == set(Finding) == {finding for table in POINTS.values() for finding in table}
    assert set(LIMITS) == set(Limit)
    assert list(TOPICS) == list(POINTS)
