"""How a person fits a job, topic by topic, against the same said another way; how long people take to a site."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from croisee.directory.models import Mode
from croisee.opportunities import commuting, fit
from croisee.opportunities.commuting import minutes_table, minutes_to
from croisee.opportunities.distance import metres_between
from croisee.opportunities.fit import BEYOND, NOT_KNOWN, Fit
from croisee.opportunities.fit_wording import MEANING, with_figures
from croisee.territory.travel.network import NEVER, Network

DAY = dt.date(2026, 9, 1)
CODES = st.sampled_from(["F1606", "F1601", "F1703", "K2204", "A1203"])
OFFSETS = st.one_of(st.none(), st.integers(-30, 60))
HOME, SITE, ELSEWHERE = (-1.68, 48.11), (-1.67, 48.1), (55.45, -20.88)


@given(st.one_of(st.just(""), CODES), st.frozensets(CODES), st.lists(CODES, max_size=3))
def test_skills_are_the_closest_thing_found(asked: str, trade: frozenset[str], jobs: list[str]) -> None:
    found = fit.skills(asked, trade, jobs)
    closeness = {
        Fit.SAME_JOB: [asked],
        Fit.SAME_TRADE: trade,
        Fit.SAME_DOMAIN: [c for c in jobs if c[:3] == asked[:3]],
    }
    expected = next((name for name, codes in closeness.items() if set(codes) & set(jobs)), Fit.OTHER_JOB)
    assert found == (expected if asked else Fit.ANY_JOB)


@given(st.sampled_from([NOT_KNOWN, BEYOND, *range(0, 130, 5)]), st.integers(1, 180))
def test_nobody_is_near_what_is_longer_than_they_accept(minutes: int, limit: int) -> None:
    found = fit.travel(minutes, limit)
    assert (found == Fit.TOO_FAR) == (minutes > limit)
    assert (found == Fit.TRAVEL_NOT_KNOWN) == (minutes == NOT_KNOWN)
    assert found == Fit.TOO_FAR or fit.travel(minutes, 180) == found


@given(OFFSETS, OFFSETS, st.integers(0, 40))
def test_dates_are_days_in_common(after: int | None, until: int | None, length: int) -> None:
    first, last = (None if n is None else DAY + dt.timedelta(days=n) for n in (after, until))
    days = [DAY + dt.timedelta(days=n) for n in range(length + 1)]
    there = [(first is None or day >= first) and (last is None or day <= last) for day in days]
    found = fit.dates(DAY, days[-1], first, last)
    if first is not None and last is not None and last < first:
        return  # no such person: the database refuses it
    assert found == (Fit.WHOLE_TIME if all(there) else Fit.PART_OF_TIME if any(there) else Fit.NOT_THERE)


def test_each_finding_has_its_words() -> None:
    assert set(MEANING) == set(Fit)
    assert fit.hours(35.0, 35.0) == Fit.ENOUGH_HOURS
    assert fit.hours(35.0, 34.5) == Fit.FEWER_HOURS
    assert "12" in with_figures(Fit.VERY_NEAR, 12, 60)
    assert str(BEYOND) not in with_figures(Fit.TOO_FAR, BEYOND, 60)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """Nothing is loaded: times by public transport are taken from distances."""
    monkeypatch.setattr(commuting, "_kept", commuting.OrderedDict())
    return Network.of(None, None, DAY)


def test_each_goes_by_their_own_means(network: Network) -> None:
    lon, lat = (np.array([HOME[axis]] * 4 + [np.nan]) for axis in (0, 1))
    site = tuple(np.array([one]) for one in SITE)
    table = minutes_table(network, lon, lat, [*Mode, Mode.CAR], *site)[:, 0].tolist()
    by = dict(zip(Mode, table, strict=False))
    assert by[Mode.CAR] == np.ceil(metres_between(*HOME, *SITE) / commuting.CAR_M_PER_MIN)
    assert by[Mode.CAR] < by[Mode.BIKE] < by[Mode.WALK]
    assert table[4] == NEVER


def test_one_site_is_asked_once_for_each_home(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    homes = [(*HOME, "car"), None, (*HOME, "car"), (*ELSEWHERE, "walk"), (*ELSEWHERE, "car")]
    found = minutes_to(network, SITE, homes)
    assert found == [found[0], NOT_KNOWN, found[0], BEYOND, BEYOND]
    assert 0 < found[0] < 15
    monkeypatch.setattr(commuting, "minutes_table", None)
    assert minutes_to(network, SITE, homes[:2]) == found[:2]
    assert minutes_to(network, None, homes) == [NOT_KNOWN] * 5
