"""The figures of an incubator in words: headlines, tables, survival; exact, or with small ones hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from croisee.directory.models import Residence
from croisee.incubation.indicators import (
    NO_REVIEW,
    Shown,
    Span,
    shown_number,
    survival_without_small,
    without_small,
)
from croisee.incubation.models import Destination, Origin, Turnover
from croisee.incubation.survival import FEW, TOO_FEW

if TYPE_CHECKING:
    from croisee.incubation.queries.outcomes import Found
    from croisee.incubation.survival import Survival

Number = int | float | None
"""None: not shown, or not known."""


@dataclass(frozen=True)
class Headline:
    """One figure in large: now and before as text and as numbers, and what it means."""

    label: str
    value: str
    before: str
    meaning: str
    now: Number
    then: Number


@dataclass(frozen=True)
class Line:
    """One line of a table: now and before, and what part of the whole it is now (0 to 100; None: not shown)."""

    label: str
    now: int | None
    before: int | None
    percent: float | None

    @property
    def cells(self) -> tuple[str, str, str]:
        """Now, its share, before, as shown."""
        share = "" if self.percent is None else percent(self.percent, 0)
        return integer(self.now), share, integer(self.before)


@dataclass(frozen=True)
class Table:
    """A breakdown with its title, the head of its first column, and what it counts."""

    name: str
    title: str
    head: str
    meaning: str
    lines: Sequence[Line]

    @property
    def hides(self) -> bool:
        """Whether something is not shown."""
        return any(None in (line.now, line.before) for line in self.lines)


@dataclass(frozen=True)
class SurvivalLine:
    """The companies founded in a year, so many years after: how many, still active, the published share."""

    label: str
    years: str
    n: int
    alive: int
    unknown: int
    share: str
    interval: str
    published: str
    note: str
    percent: float | None
    low: float | None
    high: float | None
    insee: float | None


@dataclass(frozen=True)
class Scope:
    """The survival of companies, or of micro-entrepreneurs."""

    title: str
    lines: Sequence[SurvivalLine]

    @property
    def warning(self) -> str:
        """What is to be borne in mind where there are few companies."""
        if all(line.n >= FEW for line in self.lines):
            return ""
        words = _(
            "Lines of fewer than %(few)d companies say little: one more that ceased would change much. Fewer than "
            "%(least)d: no share is shown."
        )
        return words % {"few": FEW, "least": TOO_FEW}


def percent(value: float | Decimal | None, digits: int = 1) -> str:
    """A percentage as text."""
    if value is None:
        return _("not known")
    return _("%(value)s %%") % {"value": number_format(round(float(value), digits), digits, use_l10n=True)}


def integer(value: int | None) -> str:
    """A number as text; None is not shown."""
    return _("not shown") if value is None else str(number_format(value, use_l10n=True, force_grouping=True))


def period(span: Span) -> str:
    """A period in words: a year, or its two days."""
    if (span.first.month, span.first.day, span.last.month, span.last.day) == (1, 1, 12, 31):
        first, last = span.first.year, span.last.year
        return str(first) if first == last else f"{first}–{last}"
    return _("%(first)s to %(last)s") % {
        "first": date_format(span.first, "DATE_FORMAT"),
        "last": date_format(span.last, "DATE_FORMAT"),
    }


def headlines(found: Found, *, exact: bool) -> list[Headline]:
    """The figures in large, in their order."""
    now, before = found.now, found.before
    figures = [
        _rate(
            _("occupancy"), found.rate, found.rate_before, _("m² × days occupied, of m² × days in service")
        ),
        _counted(
            _("people received"),
            now.received,
            before.received,
            _("projects received in the period"),
            exact=exact,
        ),
        _counted(
            _("companies founded"),
            now.founded,
            before.founded,
            _("by project holders, in the period"),
            exact=exact,
        ),
        _counted(
            _("companies hosted"), now.hosted, before.hosted, _("on some day of the period"), exact=exact
        ),
        _jobs(found, exact=exact),
        _living_there(found, exact=exact),
    ]
    if exact:
        meaning = _("projects accepted without a place, today")
        count = found.waiting
        figures.insert(1, Headline(_("on the waiting list"), integer(count), "", meaning, count, None))
    return figures


def _rate(label: str, now: Decimal | None, then: Decimal | None, meaning: str) -> Headline:
    before = "" if then is None else percent(then)
    return Headline(label, percent(now), before, meaning, _float(now), _float(then))


def _counted(label: str, now: int, then: int, meaning: str, *, exact: bool) -> Headline:
    shown, before = (now, then) if exact else (shown_number(now), shown_number(then))
    return Headline(label, integer(shown), integer(before), meaning, shown, before)


def _jobs(found: Found, *, exact: bool) -> Headline:
    """Jobs of fewer than five companies would tell of one of them."""
    shown = [
        one.jobs if exact or (shown_number(one.jobs) and shown_number(one.reviewed)) else None
        for one in (found.now, found.before)
    ]
    shown = [
        0 if not one.jobs else value for one, value in zip((found.now, found.before), shown, strict=True)
    ]
    meaning = _("in companies present on the last day, by their last review")
    return Headline(_("jobs"), integer(shown[0]), integer(shown[1]), meaning, shown[0], shown[1])


def _living_there(found: Found, *, exact: bool) -> Headline:
    now, then = (_share_living_there(one.residences, exact=exact) for one in (found.now, found.before))
    before = "" if then is None else percent(then)
    meaning = _("of those received whose answer is yes or no")
    return Headline(_("live in a priority neighbourhood"), percent(now), before, meaning, now, then)


def _share_living_there(counts: Mapping[str, int], *, exact: bool) -> float | None:
    shown = _shown(counts, exact=exact)
    yes, no = shown.get(Residence.YES, 0), shown.get(Residence.NO, 0)
    return 100 * yes / (yes + no) if yes is not None and no is not None and yes + no else None


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _shown(counts: Mapping[str, int], *, exact: bool) -> Shown:
    return counts if exact else without_small(counts)


def tables(found: Found, *, exact: bool) -> list[Table]:
    """Who came and from where, how companies fare, where they went."""
    now, before = found.now, found.before
    labels = [(one.value, str(one.label)) for one in Turnover]
    labels.append((NO_REVIEW, _("no review yet")))
    return [
        _table(
            "origins",
            (_("Who sent them"), _("Sent by")),
            _("Projects received in the period."),
            [(one.value, str(one.label)) for one in Origin],
            (now.origins, before.origins),
            exact=exact,
        ),
        _table(
            "residences",
            (_("Where project holders lived"), _("In a priority neighbourhood")),
            _(
                "In a priority neighbourhood or not, when the project was received. What is not known is shown apart."
            ),
            [(one.value, str(one.label)) for one in Residence],
            (now.residences, before.residences),
            exact=exact,
        ),
        _table(
            "turnovers",
            (_("Turnover of companies present"), pgettext("company", "Turnover")),
            _("On the last day of the period, by the last review of each."),
            labels,
            (now.turnovers, before.turnovers),
            exact=exact,
        ),
        _table(
            "destinations",
            (_("Where companies that left went"), _("Where to")),
            _("Ways out in the period."),
            [(one.value, str(one.label)) for one in Destination],
            (now.destinations, before.destinations),
            exact=exact,
        ),
    ]


def _table(
    name: str,
    titles: tuple[str, str],
    meaning: str,
    labels: Iterable[tuple[str, str]],
    counts: tuple[Mapping[str, int], Mapping[str, int]],
    *,
    exact: bool,
) -> Table:
    keys = [(key, label) for key, label in labels if counts[0].get(key) or counts[1].get(key)]
    now, before = (_shown({key: one.get(key, 0) for key, _label in keys}, exact=exact) for one in counts)
    total = sum(counts[0].values())
    lines = [
        Line(capfirst(label), value, before[key], _part(value, total))
        for key, label in keys
        for value in (now[key],)
    ]
    return Table(name, *titles, meaning, lines)


def _part(value: int | None, total: int) -> float | None:
    return None if value is None or not total else 100 * value / total


def survival(found: Found, *, exact: bool) -> list[Scope]:
    """The tables of survival, micro-entrepreneurs apart; those that have a line."""
    lines = found.survival if exact else survival_without_small(found.survival)
    titles = {False: _("Companies, micro-entrepreneurs left out"), True: _("Micro-entrepreneurs")}
    scopes = [
        Scope(title, [_survival_line(one) for one in lines if one.micro is micro])
        for micro, title in titles.items()
    ]
    return [scope for scope in scopes if scope.lines]


def _survival_line(one: Survival) -> SurvivalLine:
    interval = one.interval
    low, high = interval or (None, None)
    ends = {"low": percent(low, 0), "high": percent(high, 0)}
    return SurvivalLine(
        label=_("all years") if one.founded is None else _("founded in %(year)d") % {"year": one.founded},
        years=ngettext("%(n)d year", "%(n)d years", one.years) % {"n": one.years},
        n=one.n,
        alive=one.alive,
        unknown=one.unknown,
        share=pgettext("share", "too few") if one.percent is None else percent(one.percent, 0),
        interval="" if interval is None else _("%(low)s to %(high)s") % ends,
        published=_published(one),
        note=pgettext("share", "few") if one.few and one.percent is not None else "",
        percent=one.percent,
        low=low,
        high=high,
        insee=one.compared.percent if one.compared else None,
    )


def _published(one: Survival) -> str:
    if one.compared is None:
        return ""
    values = {"value": percent(one.compared.percent, 0), "year": one.compared.of}
    return _("%(value)s (cohort of %(year)d)") % values
