"""The figures that a calculation starts from, each with its source and its day; lots that wait for one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from croisee.clauses.formula import Calculation, Factor, FactorName, Load, quantity, sensitivity
from croisee.clauses.models import Figure, Lot, LotState, Parameter
from croisee.clauses.queries.operations import steered

if TYPE_CHECKING:
    from croisee.clauses.models import Contract
    from croisee.foundation.accounts.models import Account

OPEN = (LotState.STUDY, LotState.CALIBRATED)
"""The states in which a clause may still be written: afterwards companies have read it."""


@dataclass(frozen=True)
class Figures:
    """What is in force for a trade on a day; None where no figure is."""

    labour_share: Parameter | None
    cost: Parameter | None
    low: Parameter | None
    usual: Parameter | None
    high: Parameter | None
    hours_a_day: Parameter | None

    @property
    def missing(self) -> list[str]:
        """The figures that must be typed because none is in force, in words."""
        wanted = {
            _("the share of labour of this trade"): self.labour_share,
            _("the cost of an hour"): self.cost,
        }
        return [words for words, row in wanted.items() if row is None]

    @property
    def day(self) -> Decimal:
        """Hours in a day of work; seven, the legal week in five days, while no figure says it (L3121-27)."""
        return self.hours_a_day.value if self.hours_a_day and self.hours_a_day.value else Decimal(7)

    def initial(self) -> dict[str, Any]:
        """What the fields of the calculation begin with."""
        rows = {"labour_share": self.labour_share, "rate": self.usual, "cost": self.cost}
        return {name: _short(row.value) for name, row in rows.items() if row is not None}

    def factor(self, name: FactorName, value: Decimal) -> Factor:
        """A factor with the source of its figure, when its value is the figure's; else it was chosen here."""
        row = {
            FactorName.LABOUR_SHARE: self.labour_share,
            FactorName.COST: self.cost,
            FactorName.RATE: self.usual,
        }.get(name)
        if row is not None and row.value == value:
            return Factor(name, value, row.source, row.valid_from, row.to_confirm)
        return Factor(name, value, _("chosen when calibrating"))


def figures(trade: str, on: dt.date) -> Figures:
    """What is in force for a trade on a day, in one query."""
    wanted = Q(figure=Figure.LABOUR_SHARE, key=trade) | Q(
        figure__in=(Figure.HOURLY_COST, Figure.INSERTION_RATE, Figure.HOURS_A_DAY)
    )
    found = {(row.figure, row.key): row for row in Parameter.objects.in_force(on).filter(wanted)}
    return Figures(
        labour_share=found.get((Figure.LABOUR_SHARE, trade)),
        cost=found.get((Figure.HOURLY_COST, "")),
        low=found.get((Figure.INSERTION_RATE, "low")),
        usual=found.get((Figure.INSERTION_RATE, "usual")),
        high=found.get((Figure.INSERTION_RATE, "high")),
        hours_a_day=found.get((Figure.HOURS_A_DAY, "")),
    )


def calculation(
    known: Figures,
    *,
    amount: Decimal | None,
    labour_share: Decimal,
    rate: Decimal,
    cost: Decimal,
    amount_source: str = "",
) -> Calculation:
    """The calculation of these values, each with its source; FactorRefused, naming the factor, when one cannot be."""
    whole = None
    if amount is not None:
        whole = Factor(FactorName.AMOUNT, amount, amount_source or _("chosen when calibrating"))
    return Calculation.of(
        known.factor(FactorName.LABOUR_SHARE, labour_share),
        known.factor(FactorName.RATE, rate),
        known.factor(FactorName.COST, cost),
        whole,
    )


def amount_of(lot: Lot) -> tuple[Decimal | None, str]:
    """The amount that hours of a lot are counted from, and what it is.

    Its own, or its contract's when that has one lot. Needs `lot.contract`; costs one query when the lot has none.
    """
    if lot.amount is not None:
        return lot.amount, _("amount of the lot")
    contract: Contract = lot.contract
    whole = contract.estimate if contract.estimate is not None else contract.amount
    if whole is None or contract.lots.count() > 1:
        return None, ""
    return whole, _("estimated value of the contract")


def to_calibrate(account: Account) -> QuerySet[Lot]:
    """The lots that `account` writes and that still have to be calibrated."""
    return steered(Lot, account).filter(state=LotState.STUDY)


def _short(value: Decimal) -> Decimal:
    """Without needless zeros, as one would type it."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


@dataclass(frozen=True)
class Result:
    """What a calculation comes to, as it is shown: hours, days and people, each step, and what would change it."""

    calculation: Calculation
    hours_a_day: Decimal
    months: int
    expected: Decimal | None = None

    @property
    def is_ratio(self) -> bool:
        """Whether it is hours for 1 000 € ordered."""
        return self.calculation.amount is None

    @property
    def hours(self) -> str:
        """The hours, or the hours for 1 000 €, with the unit."""
        if self.calculation.hours is None:
            return quantity(self.calculation.per_keuro, "hours_fine")
        return quantity(Decimal(self.calculation.hours), "hours")

    @property
    def load(self) -> Load | None:
        """The hours in days and months; for a framework, those of what it is expected to order; None when unknown."""
        if self.calculation.hours is not None:
            return Load(Decimal(self.calculation.hours), self.hours_a_day)
        if self.expected is None:
            return None
        return Load(self.calculation.per_keuro * self.expected / 1000, self.hours_a_day)

    @property
    def expected_hours(self) -> str:
        """The hours of what a framework is expected to order."""
        return quantity(Decimal(int(self.load.hours)), "hours") if self.load else ""

    @property
    def days(self) -> str:
        """The load in days."""
        return shown(self.load.days) if self.load else ""

    @property
    def full_time_months(self) -> str:
        """The load in months of one full-time person."""
        return shown(self.load.months) if self.load else ""

    @property
    def people(self) -> str:
        """How many full-time people that is over the months of the contract; empty when it has no duration."""
        people = self.load.people(self.months) if self.load else None
        return "" if people is None else shown(people)

    @property
    def variants(self) -> list[tuple[str, str, list[tuple[str, bool]]]]:
        """Other costs: the change in words, the cost, and for each rate the hours and whether it is the one chosen."""
        unit = "hours_fine" if self.is_ratio else "hours"
        chosen = self.calculation.rate.value
        found = sensitivity(self.calculation)
        return [
            (
                _("as it is") if not change else shown(change, sign=True) + "\N{NO-BREAK SPACE}%",
                quantity(cost, "eur_per_hour"),
                [
                    (quantity(value, unit), not change and rate == chosen)
                    for rate, value in zip(found.rates, values, strict=True)
                ],
            )
            for change, cost, values in found.rows
        ]

    @property
    def rates(self) -> list[str]:
        """The rates that `variants` compares."""
        return [quantity(rate, "percent") for rate in sensitivity(self.calculation).rates]


def trace_of(lot: Lot) -> Calculation | None:
    """The calculation that a lot's clause was set with; None without one. Needs `lot.clause` where there is one."""
    kept = lot.clause.calibration if hasattr(lot, "clause") else {}
    try:
        return Calculation.of_json(kept)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return None


def shown(value: Decimal, *, sign: bool = False) -> str:
    """A number as people of the active language write it, to the tenth at most."""
    short = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    whole = short.to_integral_value()
    text = str(number_format(whole if whole == short else short, use_l10n=True, force_grouping=True))
    return f"+{text}" if sign and value > 0 else text


def shown_fine(value: Decimal) -> str:
    """A number as people of the active language write it, to the hundredth at most."""
    return str(number_format(_short(value), use_l10n=True, force_grouping=True))
