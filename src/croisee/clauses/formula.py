"""Hours of insertion from money, with the trace of the calculation; and the way back, from hours to a rate.

    hours = amount × labour share × insertion rate ÷ loaded hourly cost, rounded down

Source: guides of the facilitateurs of social clauses; two published examples are tests: 1 000 000 € × 50 % × 5 %
÷ 30 €/h is 833 h, 1 500 000 € × 70 % × 10 % ÷ 30 €/h is 3 500 h. Pure: no database, no clock; decimals throughout.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from typing import Any, Self

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HUNDRED, THOUSAND = Decimal(100), Decimal(1000)
CENT, THOUSANDTH, UNIT = Decimal("0.01"), Decimal("0.001"), Decimal(1)
MOST_EUROS = Decimal(10) ** 12
MOST_COST = Decimal(1000)
WEEKS_A_YEAR, MONTHS_A_YEAR, DAYS_A_WEEK = 52, 12, 5
RATES = (Decimal(5), Decimal(10), Decimal(15), Decimal(20))
COST_CHANGES = (Decimal(-10), Decimal(0), Decimal(10))
# Amounts to the cent times two shares to the hundredth have fewer digits: every product below is exact.
EXACT = Context(prec=60)


class FactorName(StrEnum):
    """The four factors of the formula."""

    AMOUNT = "amount"
    LABOUR_SHARE = "labour_share"
    RATE = "rate"
    COST = "cost"


NAMES = {
    FactorName.AMOUNT: gettext_lazy("amount before tax"),
    FactorName.LABOUR_SHARE: gettext_lazy("share of labour"),
    FactorName.RATE: gettext_lazy("rate of insertion"),
    FactorName.COST: gettext_lazy("loaded cost of an hour"),
}
UNITS = {
    FactorName.AMOUNT: "eur",
    FactorName.LABOUR_SHARE: "percent",
    FactorName.RATE: "percent",
    FactorName.COST: "eur_per_hour",
}


class FactorRefused(ValueError):  # noqa: N818  reads as the sentence it is
    """A factor that no calculation can be made with: `factor` says which, the message says what is asked of it."""

    def __init__(self, factor: str, sentence: str) -> None:
        super().__init__(sentence)
        self.factor = factor


@dataclass(frozen=True)
class Factor:
    """One factor with where it comes from: `since` the day from which its source holds; `to_confirm`: not official."""

    name: FactorName
    value: Decimal
    source: str = ""
    since: dt.date | None = None
    to_confirm: bool = False

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return str(NAMES[self.name])

    @property
    def shown(self) -> str:
        """Its value with its unit."""
        return quantity(self.value, UNITS[self.name])

    @property
    def origin(self) -> str:
        """Its source and the day, in words; empty for neither."""
        if self.since is None:
            return self.source
        day = date_format(self.since, "DATE_FORMAT")
        return _("%(source)s, in force since %(day)s") % {"source": self.source, "day": day}

    def as_json(self) -> dict[str, Any]:
        """As `Clause.calibration` keeps it."""
        return {
            "name": str(self.name),
            "value": str(self.value),
            "unit": UNITS[self.name],
            "source": self.source,
            "since": self.since.isoformat() if self.since else None,
            "to_confirm": self.to_confirm,
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `as_json` wrote."""
        since = dt.date.fromisoformat(kept["since"]) if kept["since"] else None
        return cls(
            FactorName(kept["name"]), Decimal(kept["value"]), kept["source"], since, kept["to_confirm"]
        )


@dataclass(frozen=True)
class Step:
    """One intermediate result: `left sign right = result`, in words with their units."""

    left: str
    sign: str
    right: str
    result: str
    meaning: str


@dataclass(frozen=True)
class Calculation:
    """A result and the factors it comes from.

    `hours` for a fixed amount; `per_keuro`, hours for each 1 000 € ordered, for a framework, which has no amount.
    """

    amount: Factor | None
    labour_share: Factor
    rate: Factor
    cost: Factor

    @classmethod
    def of(
        cls, labour_share: Factor, rate: Factor, cost: Factor, amount: Factor | None = None
    ) -> "Calculation":
        """The calculation of these factors; FactorRefused, which names the factor, when one cannot serve."""
        if amount is not None:
            _require(amount, Decimal(0), MOST_EUROS)
        _require(labour_share, Decimal(0), HUNDRED)
        _require(rate, Decimal(0), HUNDRED)
        _require(cost, CENT, MOST_COST)
        return cls(amount, labour_share, rate, cost)

    @property
    def hours(self) -> int | None:
        """Whole hours due, rounded down; None for a framework."""
        if self.amount is None:
            return None
        return hours_due(self.amount.value, self.labour_share.value, self.rate.value, self.cost.value)

    @property
    def per_keuro(self) -> Decimal:
        """Hours for 1 000 € ordered, to the thousandth, rounded down."""
        return ratio(self.labour_share.value, self.rate.value, self.cost.value)

    @property
    def factors(self) -> list[Factor]:
        """The factors in the order in which they are read."""
        first = [] if self.amount is None else [self.amount]
        return [*first, self.labour_share, self.rate, self.cost]

    @property
    def to_confirm(self) -> list[Factor]:
        """The factors that no official source gives."""
        return [factor for factor in self.factors if factor.to_confirm]

    def steps(self) -> list[Step]:
        """The calculation, line by line, as it is read aloud."""
        with localcontext(EXACT):
            start = THOUSAND if self.amount is None else self.amount.value
            labour = start * self.labour_share.value / HUNDRED
            part = labour * self.rate.value / HUNDRED
            exact = part / self.cost.value
        result = self.per_keuro if self.hours is None else Decimal(self.hours)
        rounded = quantity(result, "hours_fine" if self.amount is None else "hours")
        lines = [
            Step(
                quantity(start, "eur"),
                "×",
                self.labour_share.shown,
                quantity(labour, "eur"),
                _("what is paid for labour"),
            ),
            Step(
                quantity(labour, "eur"),
                "×",
                self.rate.shown,
                quantity(part, "eur"),
                _("what is set aside for insertion"),
            ),
            Step(
                quantity(part, "eur"),
                "÷",
                self.cost.shown,
                quantity(exact, "hours_fine"),
                _("hours of work that this pays for"),
            ),
        ]
        if quantity(exact, "hours_fine") != rounded:
            lines.append(Step("", "", "", rounded, _("rounded down")))
        return lines

    def as_json(self) -> dict[str, Any]:
        """The trace, for `Clause.calibration`: factors, intermediate results, result. `of_json` reads it back."""
        with localcontext(EXACT):
            start = THOUSAND if self.amount is None else self.amount.value
            labour = start * self.labour_share.value / HUNDRED
            part = labour * self.rate.value / HUNDRED
        framework = self.amount is None
        return {
            "formula": "amount × labour share × insertion rate ÷ loaded hourly cost",
            "kind": "ratio" if framework else "hours",
            "factors": [factor.as_json() for factor in self.factors],
            "labour": _plain(labour),
            "for_insertion": _plain(part),
            "result": str(self.per_keuro if framework else self.hours),
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Calculation":
        """The calculation that a trace holds; ValueError or KeyError when it is no trace."""
        factors = {one["name"]: Factor.of_json(one) for one in kept["factors"]}
        return cls.of(
            factors[FactorName.LABOUR_SHARE],
            factors[FactorName.RATE],
            factors[FactorName.COST],
            factors.get(FactorName.AMOUNT),
        )


def hours_due(amount: Decimal, labour_share: Decimal, rate: Decimal, cost: Decimal) -> int:
    """Whole hours: euros before tax × per cent × per cent ÷ euros an hour, rounded down.

    The division is one of whole numbers, so that no rounding of decimals ever makes an hour.
    """
    with localcontext(EXACT):
        return int((amount * labour_share * rate) // (cost * HUNDRED * HUNDRED))


def ratio(labour_share: Decimal, rate: Decimal, cost: Decimal) -> Decimal:
    """Hours for 1 000 € ordered, to the thousandth, rounded down: what a framework's clause says."""
    with localcontext(EXACT):
        thousandths = (THOUSAND * THOUSAND * labour_share * rate) // (cost * HUNDRED * HUNDRED)
        return (thousandths * THOUSANDTH).quantize(THOUSANDTH)


def rate_for(hours: Decimal, amount: Decimal, labour_share: Decimal, cost: Decimal) -> Decimal:
    """The smallest rate of insertion, in per cent to the hundredth, that gives at least so many hours.

    Raises FactorRefused when the amount or the labour pays for none, or when even all the labour is not enough.
    """
    if amount <= 0 or labour_share <= 0:
        name = FactorName.AMOUNT if amount <= 0 else FactorName.LABOUR_SHARE
        raise FactorRefused(name, _("Nothing pays for hours while the %(factor)s is 0.") % _named(name))
    with localcontext(EXACT):
        exact = hours * cost * HUNDRED * HUNDRED / (amount * labour_share)
        rate = exact.quantize(CENT, ROUND_CEILING)
    if rate > HUNDRED:
        most = hours_due(amount, labour_share, HUNDRED, cost)
        raise FactorRefused(
            FactorName.RATE,
            _("All the labour of this amount is %(most)s: so many hours do not fit.")
            % {"most": quantity(Decimal(most), "hours")},
        )
    return rate


@dataclass(frozen=True)
class Load:
    """Hours in the units in which people think."""

    hours: Decimal
    hours_a_day: Decimal

    @property
    def days(self) -> Decimal:
        """Days of work, to the tenth."""
        return (self.hours / self.hours_a_day).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def month(self) -> Decimal:
        """Hours in a month of full time: days of five a week, 52 weeks, 12 months (151.67 h at 7 h a day)."""
        return (self.hours_a_day * DAYS_A_WEEK * WEEKS_A_YEAR / MONTHS_A_YEAR).quantize(CENT, ROUND_HALF_UP)

    @property
    def months(self) -> Decimal:
        """Months of full time of one person, to the tenth."""
        return (self.hours / self.month).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def people(self, months: int) -> Decimal | None:
        """How many full-time people that is over so many months, to the tenth; None without a duration."""
        if months <= 0:
            return None
        return (self.hours / self.month / months).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Sensitivity:
    """What the hours would be with other rates (columns) and other costs (rows: change in per cent, cost, hours)."""

    rates: tuple[Decimal, ...]
    rows: tuple[tuple[Decimal, Decimal, tuple[Decimal, ...]], ...]


def sensitivity(
    calculation: Calculation,
    rates: Iterable[Decimal] = RATES,
    changes: Iterable[Decimal] = COST_CHANGES,
) -> Sensitivity:
    """The hours (or hours for 1 000 €) at each rate, with the cost 10 % lower, as it is, and 10 % higher."""
    columns = tuple(rates)
    share = calculation.labour_share.value

    def result(rate: Decimal, cost: Decimal) -> Decimal:
        if calculation.amount is None:
            return ratio(share, rate, cost)
        return Decimal(hours_due(calculation.amount.value, share, rate, cost))

    rows = []
    for change in changes:
        cost = max(CENT, (calculation.cost.value * (HUNDRED + change) / HUNDRED).quantize(CENT))
        rows.append((change, cost, tuple(result(rate, cost) for rate in columns)))
    return Sensitivity(columns, tuple(rows))


def quantity(value: Decimal, unit: str) -> str:
    """A value with its unit as people of the active language write it: 1 000 000 €, 5 %, 30 €/h, 833 h.

    `unit`: eur, percent, eur_per_hour, hours, or hours_fine (to the thousandth).
    """
    exponent = THOUSANDTH if unit == "hours_fine" else CENT
    rounded = value.quantize(exponent, ROUND_DOWN)
    text = number_format(_trimmed(rounded), use_l10n=True, force_grouping=True)
    words = {
        "eur": _("%(value)s €"),
        "percent": _("%(value)s %%"),
        "eur_per_hour": _("%(value)s €/h"),
        "hours": _("%(value)s h"),
        "hours_fine": _("%(value)s h"),
    }
    return str(words[unit] % {"value": text})


def _require(factor: Factor, least: Decimal, most: Decimal) -> None:
    if not factor.value.is_finite():
        raise FactorRefused(factor.name, _("The %(factor)s is not a number.") % _named(factor.name))
    if not least <= factor.value <= most:
        unit = UNITS[factor.name]
        bounds = {"least": quantity(least, unit), "most": quantity(most, unit)}
        raise FactorRefused(
            factor.name,
            _("The %(factor)s is between %(least)s and %(most)s.") % {**_named(factor.name), **bounds},
        )
    if factor.value != factor.value.quantize(CENT, context=EXACT):
        raise FactorRefused(factor.name, _("The %(factor)s has two decimals at most.") % _named(factor.name))


def _named(name: FactorName) -> dict[str, str]:
    return {"factor": str(NAMES[name])}


def _trimmed(value: Decimal) -> Decimal:
    """Without zeros after the decimal point; euros and cents keep theirs together (12.50)."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize() if value.as_tuple().exponent == -3 else value


def _plain(value: Decimal) -> str:
    return format(value.quantize(CENT, ROUND_DOWN, context=EXACT), "f")
