"""Plans that were kept, in words and tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.models import Figure, HoursPlan
from croisee.clauses.queries.parameters import NoFigure, value
from croisee.clauses.queries.planning import month_after
from croisee.directory.rome import Trade

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_ALERTS = 5
MONTHS_A_QUARTER = 3

LACKS: Mapping[str, StrOrPromise] = {
    "nothing": gettext_lazy("nothing is missing"),
    "site": gettext_lazy("the site cannot take that many hours by the end of the lot"),
    "absent": gettext_lazy("all the people together have too few hours by the end of the lot"),
    "eligibility": gettext_lazy("nobody else is among the publics of this clause in these months"),
    "trade": gettext_lazy("nobody else has the jobs of this trade"),
    "travel": gettext_lazy("those who could do it would travel longer than they accept"),
    "other": gettext_lazy("those who could do it are left out for another reason"),
    "taken": gettext_lazy("people exist, and other lots need them in the same months"),
}
"""Why hours of a lot are missing, by the engine's code."""


@dataclass(frozen=True)
class Alert:
    """A trade that runs short in a quarter: in words, and the day a training would have to begin."""

    text: str
    late: bool


def _number(amount: float) -> str:
    return str(number_format(amount, use_l10n=True, force_grouping=True))


def in_words(plan: HoursPlan) -> str:
    """What the plan reaches, and how sure it is that no other reaches more."""
    told = plan.figures
    share = 100 * told["met"] / told["asked"] if told["asked"] else 100
    words = {
        "met": _number(told["met"]),
        "asked": _number(told["asked"]),
        "share": number_format(share, 1),
        "gap": number_format(100 * told["gap"], 2),
    }
    met = _("%(met)s of the %(asked)s hours left to do are met (%(share)s %%).") % words
    if round(100 * told["gap"], 2) == 0:
        return met + " " + _("It is proven that no plan meets more.")
    return met + " " + _("It is proven that no plan meets %(gap)s %% more.") % words


def comparison(plan: HoursPlan) -> list[tuple[StrOrPromise, str, str, str]]:
    """Figure, this plan, the plan that takes lots one after the other, what no plan can pass (proven)."""
    told, simple, bounds = plan.figures, plan.figures["simple"], plan.figures["bounds"]
    labels = {
        "met": _("Hours met"),
        "contracts": _("Contracts"),
        "people_at_work": _("People at work"),
        "long": _("Contracts of six months or more"),
        "broken": _("Contracts that are short or interrupted"),
    }
    return [
        (label, _number(told[name]), _number(simple[name]), _number(bounds[name]) if name in bounds else "–")
        for name, label in labels.items()
    ]


def quarters(plan: HoursPlan) -> list[str]:
    """The heads of the forecast: “Q1 2027”."""
    rows = plan.figures["forecast"]
    return [_quarter(cell["from"]) for cell in rows[0]["quarters"]] if rows else []


def trades(plan: HoursPlan) -> list[dict[str, Any]]:
    """The rows of the forecast: each trade with its quarters."""
    return [
        {"label": capfirst(Trade(row["trade"]).label), "quarters": [_cell(one) for one in row["quarters"]]}
        for row in plan.figures["forecast"]
    ]


def _cell(quarter: dict[str, Any]) -> dict[str, str]:
    """A quarter's figures as shown; empty where nothing is due, or short."""
    return {name: _number(quarter[name]) if quarter[name] else "" for name in ("due", "ready", "gap")}


def training_alerts(plan: HoursPlan, today: dt.date) -> list[Alert]:
    """The largest gaps to come, and when training would have to begin for people to be ready."""
    try:
        lead = int(value(Figure.TRAINING_MONTHS, on=today))
    except NoFigure:
        return []
    cells = [
        (cell["gap"], row["trade"], cell)
        for row in plan.figures["forecast"]
        for cell in row["quarters"]
        if cell["gap"] > 0 and dt.date.fromisoformat(cell["from"]) > today
    ]
    largest = sorted(cells, key=lambda one: (-one[0], one[1], one[2]["from"]))[:MOST_ALERTS]
    return [_alert(trade, cell, lead, today) for _gap, trade, cell in largest]


def _alert(trade: str, cell: dict[str, Any], lead: int, today: dt.date) -> Alert:
    begin = month_after(dt.date.fromisoformat(cell["from"]), -lead)
    words = {
        "trade": capfirst(Trade(trade).label),
        "quarter": _quarter(cell["from"]),
        "due": _number(cell["due"]),
        "gap": _number(cell["gap"]),
        "day": date_format(begin, "DATE_FORMAT"),
    }
    text = (
        _("%(trade)s, %(quarter)s: %(due)s hours are coming and nobody is left for %(gap)s of them. ") % words
    )
    if begin <= today:
        return Alert(text + _("A training would end too late: look for people already trained."), late=True)
    return Alert(text + _("A training would have to begin before %(day)s.") % words, late=False)


def _quarter(day: str) -> str:
    first = dt.date.fromisoformat(day)
    number = (first.month - 1) // MONTHS_A_QUARTER + 1
    return _("Q%(number)d %(year)d") % {"number": number, "year": first.year}
