"""The report in words: the same on the page, in the document and in the workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from croisee.clauses.queries.reports.counting import Figures
from croisee.clauses.queries.reports.definitions import TABLES
from croisee.clauses.queries.reports.scope import Scope
from croisee.clauses.queries.reports.shapes import Headline, Line, Move, ProgrammeLine, Report, Table
from croisee.clauses.queries.reports.tables import NATIONAL_HOURS_A_PERSON

SECTIONS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("months", ("month",)),
    ("people", ("residence", "neighbourhood", "sex", "age", "level", "criterion")),
    ("works", ("works", "works_neighbourhood", "way", "trade", "buyer")),
    ("after", ("at_end", "after")),
)
NATIONAL = NATIONAL_HOURS_A_PERSON
IN_LARGE = ("hours", "people", "contracts", "by_person", "by_contract", "residents")
SERVED = ("public_contracts", "lots", "buyers", "companies")
DUE = ("due_lots", "holders", "due", "due_in_period")


@dataclass(frozen=True)
class ShownLine:
    """A line as it is written: its label, its figures (empty when hidden), the share that its bar draws."""

    label: str
    cells: Sequence[str]
    percent: float | None
    hidden: bool


@dataclass(frozen=True)
class ShownTable:
    """A table as it is written."""

    name: str
    title: str
    definition: str
    header: Sequence[str]
    lines: Sequence[ShownLine]
    withheld: bool


@dataclass(frozen=True)
class ShownHeadline:
    """A figure in large as it is written."""

    name: str
    label: str
    definition: str
    value: str
    change: str


def section_title(name: str) -> str:
    """What a part of the report is called."""
    return {
        "months": _("Over the year"),
        "people": _("Who worked"),
        "works": _("For which contracts, and how"),
        "after": _("And then"),
    }[name]


def whole(value: Decimal | float | int | None) -> str:
    """A number without decimals, in the reader's language; a dash when it is not known or not shown."""
    return "–" if value is None else str(number_format(round(value), use_l10n=True, force_grouping=True))


def percent(value: float | Decimal | None) -> str:
    """A share with one decimal; a dash when it is not known or not shown."""
    return "–" if value is None else _("%(share)s %%") % {"share": number_format(round(float(value), 1), 1)}


def signed(value: float, decimals: int = 1) -> str:
    """A change, with its sign."""
    rounded = round(value, decimals)
    written = number_format(abs(rounded), decimals, use_l10n=True, force_grouping=True)
    return f"{'−' if rounded < 0 else '+'}{written}"


def period(scope: Scope) -> str:
    """The months of a report: a year, or from a month to another."""
    if scope.whole_year:
        return str(scope.first.year)
    if scope.first == scope.last:
        return date_format(scope.last, "F Y")
    return _("%(first)s to %(last)s") % {
        "first": date_format(scope.first, "F" if scope.first.year == scope.last.year else "F Y"),
        "last": date_format(scope.last, "F Y"),
    }


def headlines(report: Report, names: Sequence[str]) -> list[ShownHeadline]:
    """The figures called `names`, as they are written."""
    return [_headline(report.headlines[name], report) for name in names]


def _headline(headline: Headline, report: Report) -> ShownHeadline:
    value = (
        percent(float(headline.now)) if headline.percent and headline.now is not None else whole(headline.now)
    )
    change = ""
    if headline.change is not None:
        change = _("%(change)s %% since %(year)s") % {
            "change": signed(headline.change, 0),
            "year": report.scope.before.last.year,
        }
    elif headline.percent and headline.now is not None and headline.before and headline.comparable:
        change = _("%(change)s points since %(year)s") % {
            "change": signed(float(headline.now) - float(headline.before)),
            "year": report.scope.before.last.year,
        }
    return ShownHeadline(headline.name, headline.label, headline.definition, value, change)


def moved(report: Report) -> list[str]:
    """What changed most, one sentence each."""
    return [_move(move) for move in report.moves]


def _move(move: Move) -> str:
    return _("%(label)s (%(table)s): %(points)s points of the hours") % {
        "label": move.label,
        "table": move.table.lower(),
        "points": signed(move.points),
    }


def shown(report: Report, table: Table, most: int | None = None) -> ShownTable:
    """A table as it is written; with `most`, its first lines and one for the others."""
    year, before = report.scope.last.year, report.scope.before.last.year
    lines = [_line(line, of_hours=table.of_hours) for line in table.lines[:most]]
    if most is not None and len(table.lines) > most:
        lines.append(_rest(table, most))
    header = [_("People"), _("Contracts of work")]
    if table.of_hours:
        header += [_("Hours of work"), _("Their share in %(year)s") % {"year": year}, str(before)]
    else:
        header += [_("Share in %(year)s") % {"year": year}, str(before)]
    return ShownTable(table.name, table.title, table.definition, header, lines, table.withheld)


def _line(line: Line, *, of_hours: bool) -> ShownLine:
    before = "–" if line.before is None else percent(line.share_before)
    cells = [] if line.now is None else [*_figures(line.now, of_hours=of_hours), percent(line.share), before]
    return ShownLine(line.label, cells, line.share, line.now is None)


def _figures(figures: Figures, *, of_hours: bool) -> list[str]:
    cells = [whole(figures.people), whole(figures.contracts)]
    return [*cells, whole(figures.hours)] if of_hours else cells


def _rest(table: Table, most: int) -> ShownLine:
    """One line for those that are left out; people are not added up, some being in several lines."""
    rest = [line for line in table.lines[most:] if line.now is not None]
    hours = sum((line.now.hours for line in rest if line.now), Decimal(0))
    share = sum(line.share or 0.0 for line in rest)
    label = _("%(count)s others (all of them in the workbook)") % {"count": whole(len(table.lines) - most)}
    return ShownLine(label, ["–", "–", whole(hours), percent(share), "–"], share, hidden=False)


def programme_header() -> list[str]:
    """The heads of the table of programmes."""
    return [_("Hours of work"), _("By residents of QPV"), _("Their share"), _("Share asked for")]


def programme(line: ProgrammeLine) -> ShownLine:
    """Hours of a programme as they are written."""
    cells = [whole(line.hours), whole(line.residents), percent(line.share), percent(line.target)]
    return ShownLine(line.label, cells if line.hours is not None else [], line.share, line.hours is None)


def programmes(report: Report) -> ShownTable:
    """The table of programmes as it is written."""
    title, definition = TABLES["programme"]
    lines = [programme(line) for line in report.programmes]
    return ShownTable(
        "programme", str(title), str(definition), programme_header(), lines, report.programmes_withheld
    )


def hidden_note() -> str:
    """Why some figures are not shown."""
    return _(
        "“Not shown” stands for figures of fewer than five people, and for those that would give them back by "
        "subtraction."
    )
