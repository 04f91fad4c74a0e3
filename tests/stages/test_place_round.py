"""The round itself: who is protected, how lists go on, what is promised, on made-up files checked by plain counting."""

import math

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine.placement import explain
from croisee.engine.zones import Index
from croisee.foundation.tables import Table
from croisee.stages.figures import figures, near_seats, without_a_place
from croisee.stages.files import School
from croisee.stages.files.columns import COLUMNS
from croisee.stages.files.reading import check_tables
from croisee.stages.placements import rows
from croisee.stages.report.numbers import share
from croisee.stages.round import BY_BOTH, BY_FILE, BY_HOME, BY_SCHOOL, FROM_SCHOOL, NOWHERE, Parameters, run
from croisee.stages.zones import Zones
from tests.stages.test_place_files import OFFER, PUPIL

WEEKS = ("2027-W05", "2027-W06")
SCHOOL = "0350963G"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def table(kind, lines):
    names = [column.name for column in COLUMNS[kind]]
    columns = {name: [str(line.get(name, "")) for line in lines] for name in names}
    return Table(f"{kind}.csv", columns, {name: name for name in names}, list(range(2, len(lines) + 2)))


def files(offers, pupils, wishes):
    found = check_tables(
        table("offers", [{**OFFER, "offer_id": f"O{n}", **offer} for n, offer in enumerate(offers)]),
        table("pupils", [{**PUPIL, "pupil_id": f"P{n}", **pupil} for n, pupil in enumerate(pupils)]),
        table("wishes", [{"pupil_id": f"P{p}", "rank": r, "offer_id": f"O{o}"} for p, r, o in wishes]),
    )
    assert not found.faults, [str(fault) for fault in found.faults]
    return found


def given_to(outcome):
    ids = outcome.files.offers.ids
    return [ids[pool] if pool >= 0 else None for pool in outcome.placement.pool]


def square(lon, lat, half=0.002):
    from shapely import box

    return Zones(Index([box(lon - half, lat - half, lon + half, lat + half)], ["QN03501M"], crs=4326))


def test_protection_by_file_home_school_or_both():
    zones = square(-1.67, 48.12)
    rep = {SCHOOL: School(SCHOOL, "Hautes Ourmes", "REP+")}
    pupils = [
        {"protected": "1", "lon": "-1.60", "school_uai": ""},
        {"protected": "0"},
        {"school_uai": ""},
        {"lon": "-1.60"},
        {},
        {"lon": "", "lat": "", "school_uai": ""},
        {"lon": "-1.6681", "school_uai": ""},
    ]
    found = run(files([{}], pupils, []), zones, rep).protection
    assert found.why.tolist() == [BY_FILE, 0, BY_HOME, BY_SCHOOL, BY_BOTH, 0, BY_HOME]
    assert found.protected.tolist() == [True, False, True, True, True, False, True]
    assert found.uncertain.tolist() == [False, False, False, False, False, True, True]
    assert found.zone[2] == "QN03501M"


def test_reserved_seat_goes_to_the_protected_pupil_whatever_the_draw():
    for seed in range(8):
        outcome = run(
            files(
                [{"seats": 1, "reserved": 1}],
                [{"protected": "0"}, {"protected": "1"}],
                [(0, 1, 0), (1, 1, 0)],
            ),
            parameters=Parameters(seed=seed),
        )
        assert given_to(outcome) == [None, "O0"]
        assert outcome.placement.reserved_seat.tolist() == [False, True]


def test_lists_go_on_nearest_first_within_reach_unless_declined():
    offers = [{"lon": "-1.70"}, {"lon": "-1.68", "reserved": 0, "seats": 1}, {"lon": "-1.10"}]
    outcome = run(files(offers, [{"lon": "-1.671", "max_minutes": "20"}], []))
    assert given_to(outcome) == ["O1"]
    assert next(rows(outcome))[3:6] == (1, False, False)
    assert "nearest place left within reach, 1.2 km from home" in next(rows(outcome))[6]
    declined = run(files(offers, [{"continuation": "0"}], []))
    assert given_to(declined) == [None]
    assert next(rows(declined))[6] == "No wish was made. The family declines places it did not ask for."
    far = run(files([{"lon": "-1.10"}], [{"max_minutes": "20"}], []))
    assert given_to(far) == [None]
    assert next(rows(far))[6] == "No wish was made. No other place that fits is left within 5.0 km of home."


def test_home_without_coordinates_goes_on_from_the_school_where_it_is_known():
    unlocated = {"lon": "", "lat": ""}
    outcome = run(files([{}], [unlocated], []))
    assert (given_to(outcome), outcome.reach_from.tolist()) == ([None], [NOWHERE])
    assert "no coordinates" in next(rows(outcome))[6]
    school = School(SCHOOL, "Hautes Ourmes", "", lon=-1.66, lat=48.11)
    outcome = run(files([{}], [unlocated], []), None, {SCHOOL: school})
    assert (given_to(outcome), outcome.reach_from.tolist()) == (["O0"], [FROM_SCHOOL])
    assert given_to(run(files([{}], [unlocated], [(0, 1, 0)]))) == ["O0"]


def test_no_list_goes_on_to_an_offer_that_is_not_located():
    assert given_to(run(files([{"lon": "", "lat": ""}], [{}], []))) == [None]


@pytest.mark.parametrize(
    ("siret", "min_age", "got"),
    [("", "", None), ("21350238800019", "", "O0"), ("", "13", "O0"), ("21350238800019", "14", None)],
)
def test_under_14_lists_go_on_to_public_hosts_only(siret, min_age, got):
    young = {"birth_date": "2013-06-01"}
    outcome = run(files([{"siret": siret, "min_age": min_age}], [young], []))
    assert given_to(outcome) == [got]
    assert not len(outcome.to_check)


def test_under_14_a_wish_for_a_private_host_stands_and_is_to_be_checked():
    outcome = run(files([{"min_age": ""}], [{"birth_date": "2013-06-01"}], [(0, 1, 0)]))
    assert given_to(outcome) == ["O0"]
    assert outcome.to_check.tolist() == [0]


def test_distances_overseas_are_those_of_the_ground():
    offers = [{"lon": "55.50", "lat": "-20.90"}, {"lon": "55.46", "lat": "-20.90"}]
    outcome = run(files(offers, [{"lon": "55.45", "lat": "-20.90", "max_minutes": "30"}], []))
    assert given_to(outcome) == ["O1"]
    assert outcome.distance[0] == pytest.approx(1039, abs=3)


def test_share_never_rounds_someone_away():
    assert share(9_999, 10_000) == "99.9%"
    assert share(1, 10_000) == "0.1%"
    assert (share(0, 5), share(5, 5), share(0, 0)) == ("0%", "100%", "–")


@st.composite
def rounds(draw):
    """Small rounds: two weeks, two ages, short lists, homes and offers on a line."""
    offers = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "week": st.sampled_from(WEEKS),
                    "seats": st.integers(1, 3),
                    "min_age": st.sampled_from(["", "14", "15"]),
                    "lon": st.integers(0, 9).map(lambda n: f"{-1.70 + n / 100:.4f}"),
                }
            ),
            min_size=1,
            max_size=6,
        )
    )
    offers = [{**offer, "reserved": draw(st.integers(0, offer["seats"]))} for offer in offers]
    pupils = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "week": st.sampled_from(WEEKS),
                    "birth_date": st.sampled_from(["2011-06-01", "2012-06-01", "2013-06-01"]),
                    "protected": st.sampled_from(["0", "1"]),
                    "max_minutes": st.sampled_from(["5", "10", "60"]),
                    "continuation": st.sampled_from(["", "", "0"]),
                    "lon": st.integers(0, 9).map(lambda n: f"{-1.70 + n / 100:.4f}"),
                }
            ),
            min_size=1,
            max_size=8,
        )
    )
    wishes = []
    for number, pupil in enumerate(pupils):
        age = 2026 - int(pupil["birth_date"][:4])
        fit = [
            o
            for o, offer in enumerate(offers)
            if offer["week"] == pupil["week"] and age >= int(offer["min_age"] or 0)
        ]
        listed = draw(st.permutations(fit))[: draw(st.integers(0, 3))]
        wishes += [(number, rank, offer) for rank, offer in enumerate(listed, start=1)]
    return offers, pupils, wishes, draw(st.integers(0, 2**64 - 1))


@settings(max_examples=80)
@given(rounds())
def test_what_is_promised_holds_on_any_round(drawn):
    offers, pupils, wishes, seed = drawn
    outcome = run(files(offers, pupils, wishes), parameters=Parameters(seed=seed))
    assert outcome.audit.ok
    again = run(files(offers, pupils, list(reversed(wishes))), parameters=Parameters(seed=seed))
    assert given_to(again) == given_to(outcome)
    ids, pools = outcome.files.offers.ids, outcome.placement.pool
    seats = {f"O{n}": offer["seats"] for n, offer in enumerate(offers)}
    taken = {offer: given_to(outcome).count(offer) for offer in seats}
    assert all(taken[offer] <= seats[offer] for offer in seats)
    wished = {(pupil, f"O{offer}"): rank for pupil, rank, offer in wishes}
    for number, row in enumerate(rows(outcome)):
        assert (row[3] == wished.get((number, row[1]))) if row[4] else ((number, row[1]) not in wished)
        if pools[number] < 0 and pupils[number]["continuation"] != "0":
            # Nobody who accepts other places is left without one while one that fits is free within reach.
            for o, offer in enumerate(offers):
                fits = offer["week"] == pupils[number]["week"] and 2026 - int(
                    pupils[number]["birth_date"][:4]
                ) >= int(offer["min_age"] or 14)
                metres = (
                    abs(float(offer["lon"]) - float(pupils[number]["lon"]))
                    * 111_195
                    * math.cos(math.radians(48.12))
                )
                within = (
                    math.hypot(metres, 0.01 * 111_195) < 250 * float(pupils[number]["max_minutes"]) * 0.99
                )
                assert not (fits and within and taken[f"O{o}"] < seats[f"O{o}"])
    found = figures(outcome)
    assert found.from_wishes + found.beyond + len(without_a_place(outcome)) == len(pupils)
    assert sum(line.everyone for line in found.ranks) == len(pupils)
    reserve = found.reserve
    assert reserve.held + reserve.released + reserve.free == reserve.seats
    assert min(reserve.held, reserve.released, reserve.free) >= 0
    for pupil in without_a_place(outcome).tolist():
        for near in near_seats(outcome, pupil):
            assert near.free == seats[ids[near.pool]] - taken[ids[near.pool]] > 0


@settings(max_examples=30)
@given(rounds())
def test_reasons_agree_with_those_of_the_engine(drawn):
    outcome = run(files(*drawn[:3]), parameters=Parameters(seed=drawn[3]))
    for pupil, row in enumerate(rows(outcome)):
        kinds = {
            reason.kind
            for reason in explain(outcome.market, outcome.placement, pupil)
            if reason.position < outcome.own.lengths[pupil]
        }
        assert "unjustified" not in kinds
        assert ("reserved first" in row[6]) == ("priority_and_reserve" in kinds)
        assert np.isnan(outcome.distance[pupil]) == (outcome.placement.pool[pupil] < 0)
