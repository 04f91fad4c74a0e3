"""What a service says of its figures: which there are, of what, in which unit; and what is in force on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import event_model
from croisee.foundation.figures.models import DatedFigure

if TYPE_CHECKING:
    from django.db.models import TextChoices

F = TypeVar("F", bound=DatedFigure)
MOST_LINES = 100


class NoFigure(LookupError):  # noqa: N818  reads as the sentence it is
    """No value of this figure is in force on that day: an administrator gives one on the page of figures."""


class Unit(Enum):
    """In what a figure is counted."""

    NUMBER = "number"
    EUROS = "euros"
    PERCENT = "percent"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"
    KILOMETRES = "kilometres"
    YES_NO = "yes or no"


@dataclass(frozen=True)
class Standing(Generic[F]):
    """A figure for a key on a day: the value in force and the next one, None where there is none.

    `group`: what the figure is, in a few words; `name`: of what in particular.
    """

    figure: str
    key: str
    group: str
    name: str
    now: F | None
    coming: F | None

    @property
    def state(self) -> str:
        """`missing`, `to_confirm` or `sourced`."""
        if self.now is None:
            return "missing"
        return "to_confirm" if self.now.to_confirm else "sourced"


@dataclass(frozen=True)
class GivenBy:
    """One line of the journal of a figure: when, who (empty: the software), what was done, the value and its days."""

    at: dt.datetime
    who: str
    action: str
    value: Decimal
    valid_from: dt.date
    valid_until: dt.date | None


def _one_key(figure: str) -> list[tuple[str, str]]:
    return [("", "")]


def _no_names() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class FigureBook(Generic[F]):
    """The figures of one service, kept in `model`, listed in `figures`.

    `keys_of(figure)`: what it may be the value of, as (key, words), in order; one empty key for a figure that is of
    nothing else. `names()`: figures in a few words, without their unit, which values carry. `optional`: figures that
    may well have no value for some keys. `shares`: percentages that cannot exceed 100. `positive`: figures that others
    are divided by.
    """

    model: type[F]
    figures: type[TextChoices]
    units: Mapping[str, Unit]
    keys_of: Callable[[str], list[tuple[str, str]]] = _one_key
    names: Callable[[], Mapping[str, str]] = _no_names
    optional: frozenset[str] = field(default_factory=frozenset)
    shares: frozenset[str] = field(default_factory=frozenset)
    positive: frozenset[str] = field(default_factory=frozenset)

    @property
    def rows(self) -> QuerySet[F]:
        """Every value: of services and calculations. Pages read `visible_to` their reader."""
        rows: Any = self.model._default_manager.all()
        found: QuerySet[F] = rows
        return found

    def in_force(self, figure: str, key: str = "", *, on: dt.date) -> F:
        """The row of `figure` for `key` that holds on a day; NoFigure when there is none."""
        found = self._in_force(on).filter(figure=figure, key=key).order_by("-valid_from").first()
        if found is None:
            raise NoFigure(f"{figure} {key} {on}")
        return found

    def value(self, figure: str, key: str = "", *, on: dt.date) -> Decimal:
        """The value of `in_force`."""
        return self.in_force(figure, key, on=on).value

    def values(self, figure: str, *, on: dt.date) -> Mapping[str, Decimal]:
        """Each key's value on a day: one query for all."""
        rows = self._in_force(on).filter(figure=figure).order_by("valid_from")
        return dict(rows.values_list("key", "value"))

    def short_name(self, figure: str) -> str:
        """A figure in a few words."""
        return str(self.names().get(figure) or capfirst(str(self.figures(figure).label)))

    def standings(self, rows: QuerySet[F], on: dt.date) -> list[Standing[F]]:
        """Every figure and key with its value on a day and the next one, of `rows`: one query.

        An optional figure without a value in force or to come is `absent`, and not among them.
        """
        now: dict[tuple[str, str], F] = {}
        coming: dict[tuple[str, str], F] = {}
        for row in rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on)).order_by("-valid_from"):
            place = now if row.valid_from <= on else coming
            place[figure_of(row), row.key] = row
        found = []
        for figure in self.figures.values:
            for key, words in self.keys_of(figure):
                at = (figure, key)
                if figure in self.optional and at not in now and at not in coming:
                    continue
                group = self.short_name(figure)
                found.append(Standing(figure, key, group, words, now.get(at), coming.get(at)))
        return found

    def absent(self, standings: Iterable[Standing[F]]) -> list[Standing[F]]:
        """Optional figures and keys that are not among `standings`: who writes figures may give them a value."""
        there = {(one.figure, one.key) for one in standings}
        return [
            Standing(figure, key, self.short_name(figure), words, None, None)
            for figure in self.figures.values
            if figure in self.optional
            for key, words in self.keys_of(figure)
            if (figure, key) not in there
        ]

    def history(self, rows: QuerySet[F], figure: str, key: str) -> list[F]:
        """Every value of a figure for a key, latest first."""
        return list(rows.filter(figure=figure, key=key).order_by("-valid_from"))

    def journal(self, figure: str, key: str) -> list[GivenBy]:
        """Who gave, ended or confirmed the values of a figure, latest first; for who may change them. Two queries."""
        model: Any = event_model(self.model)
        events = list(model._default_manager.filter(figure=figure, key=key).order_by("-pgh_id")[:MOST_LINES])
        accounts = {(one.pgh_context or {}).get("account") for one in events} - {None}
        names = {
            str(pk): name for pk, name in Account.objects.filter(pk__in=accounts).values_list("pk", "name")
        }
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

    def shown_value(self, figure: str, value: Decimal) -> str:
        """A value with its unit, as people of the active language write it."""
        unit = self.units.get(figure, Unit.NUMBER)
        if unit == Unit.YES_NO:
            return str(_("yes") if value == 1 else _("no"))
        text = number_format(value.normalize() + 0, use_l10n=True, force_grouping=True)
        patterns = {
            Unit.EUROS: _("%(value)s €"),
            Unit.PERCENT: _("%(value)s %%"),
            Unit.MONTHS: _("%(value)s months"),
            Unit.YEARS: _("%(value)s years"),
            Unit.HOURS: _("%(value)s h"),
            Unit.KILOMETRES: _("%(value)s km"),
        }
        return str(patterns[unit] % {"value": text}) if unit in patterns else text

    def check(self, figure: str, key: str, value: Decimal) -> None:
        """Raise ValidationError, by field, for a value that such a figure cannot have."""
        if figure not in self.figures.values or key not in dict(self.keys_of(figure)):
            raise ValidationError(_("There is no such figure."))
        if figure in self.shares and value > 100:
            raise ValidationError({"value": _("A share is between 0 and 100 %.")})
        if figure in self.positive and value <= 0:
            raise ValidationError({"value": _("This figure is more than 0: others are divided by it.")})
        if self.units.get(figure) == Unit.YES_NO and value not in (0, 1):
            raise ValidationError({"value": _("Write 1 for yes, or 0 for no.")})

    def _in_force(self, on: dt.date) -> QuerySet[F]:
        rows: Any = self.model._default_manager.get_queryset()
        found: QuerySet[F] = rows.in_force(on)
        return found


def figure_of(row: DatedFigure) -> str:
    """Which figure a row is a value of."""
    row_: Any = row
    return str(row_.figure)
