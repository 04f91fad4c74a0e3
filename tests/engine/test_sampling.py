"""Drawing in proportion to sizes, and what a sample says of all: properties, published factors, a simulation."""

import doctest
import math
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine import sampling
from croisee.engine.sampling import Found, Unit, draw, estimate, poisson_factor

frames = st.lists(st.integers(0, 20_000), min_size=1, max_size=40).map(
    lambda hours: [Unit(f"s{n}", value) for n, value in enumerate(hours)]
)


def test_examples() -> None:
    assert doctest.testmod(sampling).failed == 0


@given(frames, st.integers(1, 45), st.integers(0, 2**62))
def test_the_size_is_what_was_asked_and_the_draw_can_be_made_again(
    frame: list[Unit], size: int, seed: int
) -> None:
    sample = draw(frame, size, seed)
    with_hours = [unit for unit in frame if unit.hundredths]
    assert len(sample.drawn) == min(size, len(with_hours))
    assert len({one.key for one in sample.drawn}) == len(sample.drawn)
    assert sample == draw(list(frame), size, seed)
    assert sample.population == len(frame)
    assert sample.hundredths == sum(unit.hundredths for unit in frame)


@given(frames, st.integers(1, 20))
def test_what_reaches_the_interval_is_drawn_for_certain(frame: list[Unit], size: int) -> None:
    sample = draw(frame, size, 1)
    hours = {unit.key: unit.hundredths for unit in frame}
    certain = {one.key for one in sample.drawn if one.certain}
    rest = sum(value for key, value in hours.items() if key not in certain)
    left = size - len(certain)
    assert all(hours[key] * left < rest for key in hours if key not in certain) or left == 0 or not rest
    assert {
        unit.key for unit in frame if unit.hundredths * size >= sample.hundredths > 0 < unit.hundredths
    } <= certain


@settings(max_examples=40)
@given(st.lists(st.integers(1, 30), min_size=2, max_size=8), st.integers(1, 4))
def test_chances_are_in_proportion_to_hours_exactly(hours: list[int], size: int) -> None:
    """Every possible start is tried: each statement is drawn by `size × hours` of the `total` of them."""
    frame = [Unit(f"s{n}", value) for n, value in enumerate(hours)]
    certain = sampling._certain(frame, size)
    rest = [unit for unit in frame if unit.key not in certain]
    total, left = sum(unit.hundredths for unit in rest), size - len(certain)
    times: Counter[str] = Counter()
    for start in range(total):
        times.update(sampling._systematic(rest, left, start))
    for unit in rest:
        assert Fraction(times[unit.key], total) == Fraction(left * unit.hundredths, total)


def test_another_seed_or_frame_starts_elsewhere() -> None:
    frame = [Unit(f"s{n}", 100 + n) for n in range(500)]
    starts = {sampling._start(frame, seed, 10**6) for seed in range(50)}
    assert len(starts) == 50
    assert sampling._start(frame[1:], 1, 10**6) != sampling._start(frame, 1, 10**6)


@pytest.mark.parametrize(
    ("confidence", "factors"),
    [
        # Reliability factors as the Commission's guidance and auditors' tables print them.
        (0.95, (3.00, 4.74, 6.30, 7.75, 9.15)),
        (0.90, (2.30, 3.89, 5.32, 6.68, 7.99)),
        (0.80, (1.61, 2.99, 4.28, 5.52, 6.72)),
    ],
)
def test_factors_are_the_published_ones(confidence: float, factors: tuple[float, ...]) -> None:
    found = [poisson_factor(errors, confidence) for errors in range(len(factors))]
    assert found == pytest.approx(factors, abs=0.011)


def test_without_any_finding_the_bound_is_three_intervals() -> None:
    result = estimate([Found(100, 0, certain=False)] * 30, 30_000)
    assert result.refused == 0
    assert result.most == pytest.approx(1_000 * -math.log(0.05), rel=1e-6)


def test_what_is_drawn_for_certain_is_counted_as_it_is() -> None:
    found = [Found(500, 50, certain=True), Found(100, 100, certain=False), Found(50, 0, certain=False)]
    result = estimate(found, 1_500)
    assert result.refused == pytest.approx(50 + 500 * 1)
    everything = estimate([Found(500, 50, certain=True)], 500)
    assert (everything.refused, everything.most) == (50, 50)


def test_impossible_readings_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        estimate([], 100)
    with pytest.raises(ValueError, match="between"):
        estimate([Found(10, 11, certain=False)], 100)
    with pytest.raises(ValueError, match="size"):
        draw([Unit("a", 1)], 0, 1)
    with pytest.raises(ValueError, match="negative"):
        draw([Unit("a", -1)], 1, 1)


@pytest.mark.parametrize(("faulty", "whole"), [(0.0, 1.0), (0.02, 1.0), (0.1, 0.5), (0.3, 0.2)])
def test_by_simulation_the_estimate_is_right_on_average_and_the_bound_holds(
    faulty: float, whole: float
) -> None:
    """Made-up populations whose errors are known: nineteen bounds in twenty, at least, are above the truth."""
    chance = random.Random(round(1000 * faulty) + 7)
    hours = [round(100 * chance.gammavariate(4, 30)) + 1 for _ in range(900)]
    refused = [
        value * whole * chance.random() * 2 % value if chance.random() < faulty else 0 for value in hours
    ]
    frame = [Unit(f"s{n}", value) for n, value in enumerate(hours)]
    truth, turns = sum(refused) / 100, 300
    by_key = {
        f"s{n}": (value / 100, wrong / 100)
        for n, (value, wrong) in enumerate(zip(hours, refused, strict=True))
    }
    likely, held = [], 0
    for seed in range(turns):
        drawn = draw(frame, 60, seed).drawn
        result = estimate([Found(*by_key[one.key], certain=one.certain) for one in drawn], sum(hours) / 100)
        likely.append(result.refused)
        held += result.most >= truth
    spread = math.sqrt(sum((value - truth) ** 2 for value in likely) / turns)
    assert abs(sum(likely) / turns - truth) <= 4 * spread / math.sqrt(turns) + 1e-9
    assert held >= 0.95 * turns
