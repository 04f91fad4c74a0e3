"""The figure in force on a day; every figure with what is in force and what is to come."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from croisee.clauses.models import ContractNature, ContractType, Criterion, Figure, Parameter, Programme
from croisee.directory.rome import Trade
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import event_model


class NoFigure(LookupError):  # noqa: N818  reads as the sentence it is
    """No value of this figure is in force on that day: an administrator gives one on the page of figures."""


def in_force(figure: Figure, key: str = "", *, on: dt.date) -> Parameter:
    """The row of `figure` for `key` that holds on a day; NoFigure when there is none."""
    found = Parameter.objects.in_force(on).filter(figure=figure, key=key).order_by("-valid_from").first()
    if found is None:
        raise NoFigure(f"{figure} {key} {on}")
    return found


def value(figure: Figure, key: str = "", *, on: dt.date) -> Decimal:
    """The value of `in_force`."""
    return in_force(figure, key, on=on).value


def values(figure: Figure, *, on: dt.date) -> Mapping[str, Decimal]:
    """Each key's value on a day: one query for all."""
    rows = Parameter.objects.in_force(on).filter(figure=figure).order_by("valid_from")
    return dict(rows.values_list("key", "value"))


@dataclass(frozen=True)
class Standing:
    """A figure for a key on a day: the value in force and the next one, None where there is none."""

    figure: Figure
    key: str
    name: str
    now: Parameter | None
    coming: Parameter | None

    @property
    def group(self) -> str:
        """What the figure is, in a few words."""
        return short_name(self.figure)

    @property
    def state(self) -> str:
        """`missing`, `to_confirm` or `sourced`."""
        if self.now is None:
            return "missing"
        return "to_confirm" if self.now.to_confirm else "sourced"


def short_name(figure: Figure) -> str:
    """A figure in a few words, without its unit, which its values carry."""
    names = {
        Figure.THRESHOLD: _("European threshold"),
        Figure.OBLIGATION: _("Social condition due above the threshold"),
        Figure.LABOUR_SHARE: _("Share of labour"),
        Figure.HOURLY_COST: _("Cost of an hour"),
        Figure.INSERTION_RATE: _("Rate of insertion"),
        Figure.PROOF_MONTHS: _("Age of a proof at most"),
        Figure.ELIGIBLE_MONTHS: _("Eligible from the first contract for"),
        Figure.MONTHLY_HOURS: _("Hours a month at most"),
        Figure.HOURS_A_DAY: _("Hours in a day"),
        Figure.SHARE_TARGET: _("Share of hours of a programme"),
        Figure.POTENTIAL_SUPPLIERS: _("Inclusive suppliers, more than"),
        Figure.POTENTIAL_DEPENDENCY: _("Dependency, below"),
        Figure.POTENTIAL_DISTANCE: _("Suppliers are local within"),
    }
    return str(names.get(figure) or capfirst(str(figure.label)))


def keys_of(figure: Figure) -> list[tuple[str, str]]:
    """What a figure may be the value of: (key, words), in order; one empty key for a figure that is of nothing else."""
    rates = [("low", _("from")), ("usual", _("as a rule")), ("high", _("to"))]
    advice = [("reserved", _("the whole contract")), ("lot", _("one lot")), ("execution", _("a clause"))]
    durations = [(kind.value, str(kind.label)) for kind in ContractType]
    keys: dict[Figure, list[tuple[str, str]]] = {
        Figure.THRESHOLD: [(one.value, str(one.label)) for one in ContractNature],
        Figure.LABOUR_SHARE: [(one.value, str(one.label)) for one in Trade],
        Figure.INSERTION_RATE: [(key, str(words)) for key, words in rates],
        Figure.PROOF_MONTHS: [(one.value, str(one.label)) for one in Criterion],
        Figure.ELIGIBLE_MONTHS: durations,
        Figure.SHARE_TARGET: [(one.value, str(one.label)) for one in Programme if one != Programme.ORDINARY],
        Figure.POTENTIAL_SUPPLIERS: [(key, str(words)) for key, words in advice],
        Figure.POTENTIAL_DEPENDENCY: [("reserved", str(_("the whole contract")))],
    }
    return keys.get(figure, [("", "")])


def standings(rows: QuerySet[Parameter], on: dt.date) -> list[Standing]:
    """Every figure and key with its value on a day and the next one: one query.

    A figure that may well have no value for some keys (how old a proof may be) shows those that it has.
    """
    now: dict[tuple[str, str], Parameter] = {}
    coming: dict[tuple[str, str], Parameter] = {}
    for row in rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on)).order_by("-valid_from"):
        place = now if row.valid_from <= on else coming
        place[row.figure, row.key] = row
    found = []
    for figure in Figure:
        for key, words in keys_of(figure):
            place_ = (figure.value, key)
            if figure in OPTIONAL and place_ not in now and place_ not in coming:
                continue
            found.append(Standing(figure, key, words, now.get(place_), coming.get(place_)))
    return found


MOST_LINES = 100
OPTIONAL = (Figure.PROOF_MONTHS,)


def history(rows: QuerySet[Parameter], figure: Figure, key: str) -> list[Parameter]:
    """Every value of a figure for a key, latest first."""
    return list(rows.filter(figure=figure, key=key).order_by("-valid_from"))


@dataclass(frozen=True)
class GivenBy:
    """One line of the journal of a figure: when, who (empty: the software), what was done, the value and its days."""

    at: dt.datetime
    who: str
    action: str
    value: Decimal
    valid_from: dt.date
    valid_until: dt.date | None


def journal(figure: Figure, key: str) -> list[GivenBy]:
    """Who gave, ended or confirmed the values of a figure, latest first; for who may change figures. Two queries."""
    model: Any = event_model(Parameter)
    events = list(model._default_manager.filter(figure=figure, key=key).order_by("-pgh_id")[:MOST_LINES])
    accounts = {(one.pgh_context or {}).get("account") for one in events} - {None}
    names = {str(pk): name for pk, name in Account.objects.filter(pk__in=accounts).values_list("pk", "name")}
    words = {"insert": _("given"), "update": _("changed"), "delete": _("withdrawn")}
    return [
        GivenBy(
            at=one.pgh_created_at,
            who=names.get((one.pgh_context or {}).get("account", ""), ""),
            action=str(words.get(one.pgh_label, one.pgh_label)),
            value=one.value,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
        )
        for one in events
    ]


def shown_value(figure: Figure, value: Decimal) -> str:
    """A value with its unit, as people of the active language write it."""
    text = number_format(value.normalize() + 0, use_l10n=True, force_grouping=True)
    if figure in EUROS:
        return str(_("%(value)s €") % {"value": text})
    if figure in PERCENT:
        return str(_("%(value)s %%") % {"value": text})
    if figure in MONTHS:
        return str(_("%(value)s months") % {"value": text})
    if figure in HOURS:
        return str(_("%(value)s h") % {"value": text})
    if figure == Figure.POTENTIAL_DISTANCE:
        return str(_("%(value)s km") % {"value": text})
    if figure == Figure.OBLIGATION:
        return str(_("yes") if value == 1 else _("no"))
    return text


EUROS = (Figure.THRESHOLD, Figure.HOURLY_COST)
PERCENT = (
    Figure.LABOUR_SHARE,
    Figure.INSERTION_RATE,
    Figure.SHARE_TARGET,
    Figure.POTENTIAL_DEPENDENCY,
    Figure.HOURS_TOLERANCE,
)
MONTHS = (Figure.PROOF_MONTHS, Figure.ELIGIBLE_MONTHS)
HOURS = (Figure.MONTHLY_HOURS, Figure.HOURS_A_DAY)
