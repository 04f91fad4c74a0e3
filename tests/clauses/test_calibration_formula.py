"""The formula, the obligation and the potential: the published figures, properties, and another way to compute."""

import datetime as dt
import json
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from croisee.clauses.formula import (
    Calculation,
    Factor,
    FactorName,
    FactorRefused,
    Load,
    hours_due,
    rate_for,
    ratio,
    sensitivity,
)
from croisee.clauses.obligation import Answer, Bought, BuyerKind, Missing, Obligation, Threshold, obligation
from croisee.clauses.potential import Advice, Limits, potential
from croisee.foundation.figures.numbers import NumberField

SINCE = dt.date(2021, 4, 1)
IN_FORCE = dt.date(2026, 8, 22)
D = Decimal


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


THRESHOLDS = (
    Threshold("works", D(5_538_000), day("2024-01-01"), day("2025-12-31")),
    Threshold("works", D(5_404_000), day("2026-01-01"), day("2027-12-31")),
    Threshold("supplies_services", D(221_000), day("2024-01-01"), day("2025-12-31")),
    Threshold("supplies_services", D(216_000), day("2026-01-01"), day("2027-12-31")),
    Threshold("state_supplies_services", D(140_000), day("2026-01-01"), day("2027-12-31")),
)


def asked(
    bought: Bought | None = Bought.WORKS,
    estimate: Decimal | int | None = 5_404_000,
    on: dt.date | None = IN_FORCE,
    buyer: BuyerKind | None = BuyerKind.LOCAL,
    since: dt.date | None = IN_FORCE,
) -> Obligation:
    value = None if estimate is None else D(estimate)
    return obligation(bought, value, on, buyer, in_force_from=since, thresholds=THRESHOLDS)


def calculation(
    amount: str | None = "1000000", share: str = "50", rate: str = "5", cost: str = "30"
) -> Calculation:
    whole = Factor(FactorName.AMOUNT, D(amount), "lot") if amount else None
    return Calculation.of(
        Factor(FactorName.LABOUR_SHARE, D(share), "guide", SINCE, to_confirm=True),
        Factor(FactorName.RATE, D(rate), "usage"),
        Factor(FactorName.COST, D(cost), "guide", SINCE),
        whole,
    )


euros = st.decimals(0, 10**9, places=2)
shares = st.decimals(0, 100, places=2)
positive_shares = st.decimals("0.01", 100, places=2)
costs = st.decimals("0.01", 1000, places=2)


@pytest.mark.parametrize(
    ("amount", "share", "rate", "cost", "hours"),
    [("1000000", "50", "5", "30", 833), ("1500000", "70", "10", "30", 3500), ("0", "50", "5", "30", 0)],
)
def test_the_published_examples(amount: str, share: str, rate: str, cost: str, hours: int) -> None:
    assert calculation(amount, share, rate, cost).hours == hours


def test_hours_for_a_thousand_euros_ordered() -> None:
    framework = calculation(None)
    assert framework.hours is None
    assert framework.per_keuro == D("0.833")
    assert calculation(None, "70", "10").per_keuro == D("2.333")


@given(euros, shares, shares, costs)
def test_it_is_the_floor_of_exact_fractions(
    amount: Decimal, share: Decimal, rate: Decimal, cost: Decimal
) -> None:
    exact = Fraction(amount) * Fraction(share) / 100 * Fraction(rate) / 100 / Fraction(cost)
    assert hours_due(amount, share, rate, cost) == floor(exact)
    per_keuro = Fraction(1000) * Fraction(share) / 100 * Fraction(rate) / 100 / Fraction(cost)
    assert ratio(share, rate, cost) == D(floor(per_keuro * 1000)) / 1000


@given(euros, shares, shares, costs, st.integers(1, 1000))
def test_more_money_labour_or_rate_never_gives_fewer_hours(
    amount: Decimal, share: Decimal, rate: Decimal, cost: Decimal, times: int
) -> None:
    hours = hours_due(amount, share, rate, cost)
    assert hours_due(amount + times, share, rate, cost) >= hours
    assert hours_due(amount, min(D(100), share + 1), rate, cost) >= hours
    assert hours_due(amount, share, min(D(100), rate + 1), cost) >= hours
    assert hours_due(amount, share, rate, cost + 1) <= hours


@given(euros, shares, shares, costs, st.integers(1, 100))
def test_twice_the_money_is_twice_the_hours_but_for_the_rounding(
    amount: Decimal, share: Decimal, rate: Decimal, cost: Decimal, times: int
) -> None:
    once, all_at_once = hours_due(amount, share, rate, cost), hours_due(amount * times, share, rate, cost)
    assert times * once <= all_at_once < times * (once + 1)
    assert hours_due(amount * times, share, rate, cost * times) == once


@given(st.integers(1, 10**6), st.decimals(1000, 10**9, places=2), positive_shares, costs)
def test_the_way_back_gives_the_smallest_rate(
    hours: int, amount: Decimal, share: Decimal, cost: Decimal
) -> None:
    try:
        rate = rate_for(D(hours), amount, share, cost)
    except FactorRefused:
        assert hours_due(amount, share, D(100), cost) < hours
        return
    assert hours_due(amount, share, rate, cost) >= hours
    assert rate == 0 or hours_due(amount, share, rate - D("0.01"), cost) < hours


def test_the_way_back_of_the_example() -> None:
    assert rate_for(D(3500), D(1_500_000), D(70), D(30)) == D("10.00")
    with pytest.raises(FactorRefused):
        rate_for(D(1), D(0), D(50), D(30))


@pytest.mark.parametrize(
    ("bad", "factor"),
    [
        ({"amount": "-1"}, FactorName.AMOUNT),
        ({"share": "100.01"}, FactorName.LABOUR_SHARE),
        ({"rate": "-0.01"}, FactorName.RATE),
        ({"cost": "0"}, FactorName.COST),
        ({"cost": "30.001"}, FactorName.COST),
        ({"amount": "NaN"}, FactorName.AMOUNT),
        ({"rate": "Infinity"}, FactorName.RATE),
    ],
)
def test_a_bad_factor_is_named(bad: dict[str, str], factor: FactorName) -> None:
    with pytest.raises(FactorRefused) as refused, translation.override("en"):
        calculation(**bad)
    assert refused.value.factor == factor
    with translation.override("en"):
        assert Factor(factor, D(1)).label in str(refused.value)


def test_the_trace_goes_to_json_and_back() -> None:
    made = calculation()
    kept = json.loads(json.dumps(made.as_json()))
    assert (kept["labour"], kept["for_insertion"], kept["result"]) == ("500000.00", "25000.00", "833")
    assert kept["factors"][1] == {
        "name": "labour_share",
        "value": "50",
        "unit": "percent",
        "source": "guide",
        "since": "2021-04-01",
        "to_confirm": True,
    }
    assert Calculation.of_json(kept) == made
    assert Calculation.of_json(calculation(None).as_json()) == calculation(None)


def test_the_trace_is_read_line_by_line() -> None:
    with translation.override("en"):
        steps = calculation().steps()
        lines = [f"{step.left} {step.sign} {step.right} = {step.result}" for step in steps]
        assert lines[0] == "1,000,000 € × 50 % = 500,000 €"
        assert [step.result for step in steps][1:] == ["25,000 €", "833.333 h", "833 h"]
        assert len(calculation("1500000", "70", "10").steps()) == 3
        assert calculation(None).steps()[-1].result == "0.833 h"


def test_hours_in_the_units_of_people() -> None:
    load = Load(D(833), D(7))
    assert (load.days, load.month, load.months) == (D("119.0"), D("151.67"), D("5.5"))
    assert load.people(12) == D("0.5")
    assert load.people(0) is None


def test_what_would_change_it() -> None:
    found = sensitivity(calculation())
    assert found.rates == (5, 10, 15, 20)
    assert [row[1] for row in found.rows] == [D("27.00"), D("30.00"), D("33.00")]
    assert found.rows[1][2] == (833, 1666, 2500, 3333)
    assert all(list(values) == sorted(values) for _change, _cost, values in found.rows)


# The obligation


@pytest.mark.parametrize(
    ("bought", "buyer", "estimate", "on", "answer"),
    [
        (Bought.WORKS, None, "5404000", "2026-08-22", Answer.OBLIGATORY),
        (Bought.WORKS, None, "5403999.99", "2026-08-22", Answer.NOT_OBLIGATORY),
        (Bought.WORKS, None, "9000000", "2026-08-21", Answer.NOT_YET),
        (Bought.WORKS, None, "9000000", "2026-08-23", Answer.OBLIGATORY),
        (Bought.SUPPLIES_SERVICES, BuyerKind.LOCAL, "216000", "2027-12-31", Answer.OBLIGATORY),
        (Bought.SUPPLIES_SERVICES, BuyerKind.LOCAL, "215999.99", "2026-12-01", Answer.NOT_OBLIGATORY),
        (Bought.SUPPLIES_SERVICES, BuyerKind.STATE, "140000", "2026-12-01", Answer.OBLIGATORY),
        (Bought.SUPPLIES_SERVICES, BuyerKind.LOCAL, "216000", "2028-01-01", Answer.UNKNOWN),
        (Bought.SUPPLIES_SERVICES, None, "216000", "2026-12-01", Answer.UNKNOWN),
        (Bought.CONCESSION, BuyerKind.LOCAL, "9000000", "2026-12-01", Answer.OUT_OF_SCOPE),
    ],
)
def test_obligatory_or_not(
    bought: Bought, buyer: BuyerKind | None, estimate: str, on: str, answer: Answer
) -> None:
    assert asked(bought, D(estimate), day(on), buyer).answer == answer


def test_thresholds_of_two_years_ago_serve_had_the_article_been_in_force() -> None:
    before = day("2024-01-01")
    for estimate, answer in ((5_538_000, Answer.OBLIGATORY), (5_537_999, Answer.NOT_OBLIGATORY)):
        assert asked(estimate=estimate, on=day("2025-12-31"), since=before).answer == answer
    supplies = asked(Bought.SUPPLIES_SERVICES, 221_000, day("2025-06-01"), since=before)
    assert supplies.answer == Answer.OBLIGATORY


def test_it_says_what_is_missing() -> None:
    assert asked(estimate=None, on=None).missing == (Missing.ESTIMATE, Missing.DATE)
    assert asked(None, 1, None, None).missing == (Missing.NATURE, Missing.DATE)
    assert asked(Bought.SUPPLIES_SERVICES, 216_000, IN_FORCE, None).missing == (Missing.BUYER,)
    assert asked(on=day("2028-01-01")).missing == (Missing.THRESHOLD,)
    assert asked(since=None).missing == (Missing.THRESHOLD,)
    # Before the article was in force, nothing else matters.
    assert asked(None, None, day("2026-01-01"), None).answer == Answer.NOT_YET


def test_the_words_cite_threshold_day_and_article() -> None:
    with translation.override("en"):
        words = asked(on=day("2026-09-01")).words
        assert "5,404,000" in words
        assert "L2112-2-1" in words
        assert "Sept. 1, 2026" in words or "September 1, 2026" in words or "1 September 2026" in words
        assert "L2112-2" in asked(estimate=1).words


@given(st.decimals(0, 10**8, places=2), st.decimals(0, 10**8, places=2))
def test_a_dearer_contract_is_never_less_obliged(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    if asked(estimate=low).answer == Answer.OBLIGATORY:
        assert asked(estimate=high).answer == Answer.OBLIGATORY


# The potential

LIMITS = Limits(reserve=D(30), reserve_lot=D(10), clause=D(1), dependency=D(30))


@pytest.mark.parametrize(
    ("suppliers", "turnover", "budget", "advice"),
    [
        (31, 1_000_000, 299_000, Advice.RESERVE),
        (31, 1_000_000, 300_000, Advice.RESERVE_LOT),
        (31, None, 1, Advice.RESERVE_LOT),
        (30, 1_000_000, 1, Advice.RESERVE_LOT),
        (11, 1_000_000, 1, Advice.RESERVE_LOT),
        (10, 1_000_000, 1, Advice.CLAUSE),
        (2, None, None, Advice.CLAUSE),
        (1, 1_000_000, 1, Advice.CRITERION),
        (0, None, 1, Advice.CRITERION),
    ],
)
def test_the_advice(suppliers: int, turnover: int | None, budget: int | None, advice: Advice) -> None:
    mean = None if turnover is None else D(turnover)
    assert potential(suppliers, mean, None if budget is None else D(budget), LIMITS).advice == advice


# Numbers as they are typed


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("fr", "1 000 000 €", "1000000"),
        ("fr", "1\u202f500\u202f000,50", "1500000.50"),
        ("fr", "1,5 M€", "1500000"),
        ("fr", "800k", "800000"),
        ("fr", "12,5", "12.5"),
        ("fr", "12.5 %", "12.5"),
        ("fr", "1.500.000", "1500000"),
        ("fr", "1,500", "1.5"),
        ("en", "1,500", "1500"),
        ("en", "1,000,000.25", "1000000.25"),
        ("en", "0.5", "0.5"),
    ],
)
def test_numbers_are_read_as_people_write_them(language: str, text: str, value: str) -> None:
    with translation.override(language):
        assert NumberField(max_digits=14, decimal_places=2).clean(text) == D(value)


@pytest.mark.parametrize("text", ["abc", "1..5", "-3", "1,2,3", "1 M M", "1e9", ".", "9" * 40])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        NumberField(max_digits=14, decimal_places=2).clean(text)


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["fr", "en"]))
def test_what_is_shown_is_read_back(value: Decimal, language: str) -> None:
    field = NumberField(max_digits=14, decimal_places=2)
    with translation.override(language):
        assert field.clean(field.widget.format_value(value)) == value
