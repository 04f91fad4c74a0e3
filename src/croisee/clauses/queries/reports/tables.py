"""Making the report of a scope: each figure counted, hidden where it must be, put beside the year before."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from croisee.clauses.models import Criterion, Figure, Programme, Situation, Way
from croisee.clauses.queries import parameters
from croisee.clauses.queries.reports.counting import BEFORE, NOW, Counted, Figures, Key, Lots, count, day
from croisee.clauses.queries.reports.definitions import AGES, HEADLINES, TABLES
from croisee.clauses.queries.reports.scope import Scope
from croisee.clauses.queries.reports.shapes import Headline, Line, Move, ProgrammeLine, Report, Table
from croisee.directory.models import Level, Residence, Sex
from croisee.directory.rome import Trade
from croisee.engine.suppression import hidden_lines, is_small
from croisee.foundation.accounts.models import Organisation
from croisee.territory.models import Zone, ZoneKind

NATIONAL_HOURS_A_PERSON = 395
"""Alliance Villes Emploi, consolidation of 2015: 10.07 million hours, 25 484 people, 38 014 contracts."""
LEAST_MOVE = 2.0
MOST_MOVES = 6
PERIODS = (NOW, BEFORE)
BY_SIZE = frozenset({"neighbourhood", "works_neighbourhood", "trade", "buyer", "criterion"})
"""Tables whose longest lines come first; others keep the order of what they name."""


def report(scope: Scope) -> Report:
    """The report of `scope`, with small numbers hidden unless it is exact: five queries, whatever the tables hold."""
    counted = count(scope)
    builder = ReportBuilder(scope, counted)
    tables = builder.tables()
    programmes = builder.programmes()
    withheld = bool(programmes) and all(line.hours is None for line in programmes)
    return Report(
        scope,
        builder.headlines(tables),
        tables,
        [] if withheld else programmes,
        [] if scope.running else _moves(tables),
        too_few=not scope.exact and is_small(counted.total().people),
        programmes_withheld=withheld,
    )


class ReportBuilder:
    """What is shown of what was counted."""

    def __init__(self, scope: Scope, counted: Counted) -> None:
        self.scope, self.counted = scope, counted
        self._hidden_wholly = {
            period: not scope.exact and is_small(counted.total(period).people) for period in PERIODS
        }
        self._hidden: dict[tuple[str, int], frozenset[Key]] = {}

    # Which lines are hidden

    def hidden(self, name: str, period: int) -> frozenset[Key]:
        """The keys of a table that are not shown in a period."""
        if self.scope.exact:
            return frozenset()
        if (name, period) not in self._hidden:
            self._hidden[name, period] = self._found_hidden(name, period)
        return self._hidden[name, period]

    def _found_hidden(self, name: str, period: int) -> frozenset[Key]:
        figures = self._of(name, period)
        few = sum(each.people for each in figures.values()) if name in {"at_end", "after"} else 0
        if is_small(few) or (self._hidden_wholly[period] and name not in {"at_end", "after"}):
            return frozenset(figures)
        # The lines of neighbourhoods add up to one line of the table above.
        parent = {"neighbourhood": "residence", "works_neighbourhood": "works"}.get(name)
        if parent and (str(Residence.YES),) in self.hidden(parent, period):
            return frozenset(figures)
        return _hidden_of(figures)

    # Headlines

    def headlines(self, tables: Mapping[str, Table]) -> dict[str, Headline]:
        """The figures in large, by name."""
        values = [self._values(period, tables) for period in PERIODS]
        return {
            name: Headline(
                name,
                str(label),
                str(text),
                values[NOW][name],
                values[BEFORE][name],
                percent=name == "residents",
                comparable=not self.scope.running,
            )
            for name, (label, text) in HEADLINES.items()
        }

    def _values(self, period: int, tables: Mapping[str, Table]) -> dict[str, Any]:
        total = self.counted.total(period)
        served, due = (found.get(period, Lots()) for found in (self.counted.served, self.counted.lots))
        people: dict[str, Any] = dict.fromkeys(
            ("hours", "people", "contracts", "by_person", "by_contract", "residents")
        )
        if not self._hidden_wholly[period]:
            people = {
                "hours": total.hours,
                "people": total.people,
                "contracts": total.contracts,
                "by_person": total.hours / total.people if total.people else None,
                "by_contract": total.hours / total.contracts if total.contracts else None,
                "residents": _share_of_residents(tables["residence"], period),
            }
        return people | {
            "public_contracts": served.contracts,
            "lots": served.lots,
            "buyers": served.buyers,
            "companies": served.companies,
            "due_lots": due.lots,
            "holders": due.companies,
            "due": due.due,
            "due_in_period": due.due_in_period,
        }

    # Tables

    def tables(self) -> dict[str, Table]:
        """The tables, by name, in the order in which they are read."""
        names = _names(self.counted)
        labels: dict[str, Mapping[Key, str]] = {
            "month": {(each.isoformat(),): date_format(each, "F Y") for each in self.scope.months},
            "residence": _labels(Residence),
            "neighbourhood": {},
            "works": _labels(Residence),
            "works_neighbourhood": {},
            "sex": _labels(Sex),
            "age": {(key,): str(label) for key, label in AGES.items()},
            "level": _labels(Level),
            "criterion": _labels(Criterion),
            "way": _labels(Way),
            "trade": _labels(Trade),
            "buyer": {},
            "at_end": _labels(Situation),
            "after": _labels(Situation),
        }
        return {name: self._table(name, known, names) for name, known in labels.items()}

    def _table(self, name: str, labels: Mapping[Key, str], names: Mapping[str, str]) -> Table:
        of_hours = name not in {"at_end", "after"}
        periods = [self._shown(name, period) for period in PERIODS]
        # A line that is not there is of nobody, unless not even that is told.
        absent = [None if self._withholds(name, period) else Figures() for period in PERIODS]
        wholes = [self._whole(name, period) for period in PERIODS]
        keys = list(labels) if name == "month" else _worth(labels, periods)
        lines = []
        for key in keys:
            now, before = (periods[period].get(key, absent[period]) for period in PERIODS)
            shares = [
                _share(figures, whole, of_hours=of_hours)
                for figures, whole in zip((now, before), wholes, strict=True)
            ]
            lines.append(Line(key, labels.get(key) or _named(key, names), now, before, *shares))
        if name in BY_SIZE:
            lines.sort(key=_by_size)
        title, definition = TABLES[name]
        withheld = absent[NOW] is None and not any(line.before for line in lines)
        return Table(name, str(title), str(definition), [] if withheld else lines, of_hours, withheld)

    def _withholds(self, name: str, period: int) -> bool:
        """Whether every line with somebody is hidden: then which lines these are is not told either."""
        figures = self._of(name, period)
        return bool(figures) and self.hidden(name, period) >= figures.keys()

    def _whole(self, name: str, period: int) -> float:
        """What shares are shares of: all the hours, or all the contracts that ended."""
        if name in {"at_end", "after"}:
            return float(sum(each.contracts for each in self._of(name, period).values()))
        return float(self.counted.total(period).hours)

    def _of(self, name: str, period: int) -> dict[Key, Figures]:
        """The figures that the lines of a table come from; of neighbourhoods, those of residents or of works inside."""
        figures = self.counted.of(name, period)
        if name in {"neighbourhood", "works_neighbourhood"}:
            return {key: value for key, value in figures.items() if key[0] == Residence.YES}
        return figures

    def _shown(self, name: str, period: int) -> dict[Key, Figures | None]:
        hidden = self.hidden(name, period)
        if self._withholds(name, period):
            return {}
        shown = {key: None if key in hidden else value for key, value in self._of(name, period).items()}
        if name == "month":
            # Last year's months stand beside those of the same name.
            return {_same_month(key, period): value for key, value in shown.items()}
        return shown

    # Programmes

    def programmes(self) -> list[ProgrammeLine]:
        """Hours and residents of each programme in the period, beside the share that its charter asks for."""
        targets = parameters.values(Figure.SHARE_TARGET, on=self.scope.ends_on)
        whole = self.counted.of("programme")
        residents = self.counted.of("programme_residents")
        rows = [
            (
                programme,
                whole[(str(programme),)],
                residents.get((str(programme), str(Residence.YES)), Figures()),
            )
            for programme in Programme
            if (str(programme),) in whole
        ]
        people = [(every.people, ours.people, max(every.people - ours.people, 0)) for _p, every, ours in rows]
        hidden: frozenset[int] = frozenset() if self.scope.exact else hidden_lines(people)
        if self._hidden_wholly[NOW]:
            hidden = frozenset(range(len(rows)))
        return [
            ProgrammeLine(
                str(programme.label),
                None if place in hidden else every.hours,
                None if place in hidden else ours.hours,
                None if place in hidden or not every.hours else 100 * float(ours.hours / every.hours),
                targets.get(str(programme)),
            )
            for place, (programme, every, ours) in enumerate(rows)
        ]


def _hidden_of(figures: Mapping[Key, Figures]) -> frozenset[Key]:
    keys = list(figures)
    return frozenset(keys[place] for place in hidden_lines([(figures[key].people,) for key in keys]))


def _labels(choices: type[TextChoices]) -> dict[Key, str]:
    return {(str(value),): capfirst(str(label)) for value, label in choices.choices}


def _worth(labels: Mapping[Key, str], periods: Sequence[Mapping[Key, Figures | None]]) -> list[Key]:
    """The keys to show: those with somebody in one of the periods, known ones first in their order."""
    found = {**periods[NOW], **periods[BEFORE]}
    return [*(key for key in labels if key in found), *(key for key in found if key not in labels)]


def _named(key: Key, names: Mapping[str, str]) -> str:
    """A neighbourhood or a buyer by its name; several codes are several neighbourhoods."""
    codes = key[-1].split()
    return ", ".join(names.get(code, code) for code in codes) or _("neighbourhood not known")


def _names(counted: Counted) -> dict[str, str]:
    """Names of the buyers and of the neighbourhoods that were counted: two queries."""
    buyers = {key[0] for period in PERIODS for key in counted.of("buyer", period)}
    codes = {
        code
        for name in ("neighbourhood", "works_neighbourhood")
        for period in PERIODS
        for key in counted.of(name, period)
        for code in key[1].split()
    }
    named = Organisation.objects.filter(pk__in=buyers).values_list("pk", "name")
    zones = Zone.objects.filter(kind=ZoneKind.QPV, code__in=codes).values_list("code", "name")
    return {str(pk): name for pk, name in named} | {code: name for code, name in zones if name}


def _same_month(key: Key, period: int) -> Key:
    found = day(key[0])
    return (found.replace(year=found.year + period).isoformat(),)


def _share(figures: Figures | None, whole: float, *, of_hours: bool) -> float | None:
    if figures is None or not whole:
        return None
    return 100 * float(figures.hours if of_hours else figures.contracts) / whole


def _by_size(line: Line) -> tuple[bool, Decimal, str]:
    """Shown lines first, the largest first; among hidden ones nothing tells which is larger."""
    return (line.now is None, -line.now.hours if line.now else Decimal(0), line.label)


def _share_of_residents(residence: Table, period: int) -> float | None:
    for line in residence.lines:
        if line.key == (str(Residence.YES),):
            return line.share if period == NOW else line.share_before
    return 0.0 if residence.lines else None


def _moves(tables: Mapping[str, Table]) -> list[Move]:
    """The shares of hours that changed most, in points; what is hidden in one of the years is left out."""
    watched: Sequence[str] = ("residence", "works", "sex", "age", "level", "way", "trade")
    moved = [
        Move(tables[name].title, line.label, line.share - line.share_before)
        for name in watched
        for line in tables[name].lines
        if line.share is not None and line.share_before is not None and _has_before(tables[name])
    ]
    large = [move for move in moved if abs(move.points) >= LEAST_MOVE]
    return sorted(large, key=lambda move: -abs(move.points))[:MOST_MOVES]


def _has_before(table: Table) -> bool:
    return any(line.before and line.before.hours for line in table.lines)
