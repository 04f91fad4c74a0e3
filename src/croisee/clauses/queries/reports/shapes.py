"""What a report is made of: headlines, tables and their lines, programmes, what moved; nothing here is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from croisee.clauses.queries.reports.counting import Figures, Key
from croisee.clauses.queries.reports.scope import Scope


@dataclass(frozen=True)
class Line:
    """A line of a table: now and a year before; None where the figures may not be shown."""

    key: Key
    label: str
    now: Figures | None
    before: Figures | None
    share: float | None = None
    share_before: float | None = None


@dataclass(frozen=True)
class ProgrammeLine:
    """Hours of a programme, those by residents, and the share that its charter asks for; None where not shown."""

    label: str
    hours: Decimal | None
    residents: Decimal | None
    share: float | None
    target: Decimal | None


@dataclass(frozen=True)
class Table:
    """A table of the report. `of_hours`: shares are of hours, else of contracts of work (which have no hours here).

    `withheld`: too few people to show any line; not even which lines there are is told.
    """

    name: str
    title: str
    definition: str
    lines: Sequence[Line]
    of_hours: bool = True
    withheld: bool = False

    @property
    def hides(self) -> bool:
        """Whether a line is not shown."""
        return self.withheld or any(line.now is None or line.before is None for line in self.lines)


@dataclass(frozen=True)
class Headline:
    """A figure in large: its value now and a year before (None: not shown), its unit and what it means."""

    name: str
    label: str
    definition: str
    now: Decimal | float | int | None
    before: Decimal | float | int | None
    percent: bool = False
    comparable: bool = True

    @property
    def change(self) -> float | None:
        """How it changed, in per cent of what it was; None when one of the two is not known or nothing was."""
        if self.now is None or not self.before or self.percent or not self.comparable:
            return None
        return 100 * (float(self.now) / float(self.before) - 1)


@dataclass(frozen=True)
class Move:
    """A share of the hours that changed by so many points."""

    table: str
    label: str
    points: float


@dataclass(frozen=True)
class Report:
    """Everything that the page, the document and the workbook say.

    `too_few`: fewer than five people in all, nothing of them is shown; `programmes_withheld`: too few in one of them.
    """

    scope: Scope
    headlines: Mapping[str, Headline]
    tables: Mapping[str, Table]
    programmes: Sequence[ProgrammeLine]
    moves: Sequence[Move]
    too_few: bool
    programmes_withheld: bool

    @property
    def hides(self) -> bool:
        """Whether something is not shown."""
        return (
            self.too_few
            or self.programmes_withheld
            or any(table.hides for table in self.tables.values())
            or any(line.hours is None for line in self.programmes)
        )

    @property
    def is_empty(self) -> bool:
        """Whether no hour was validated and none is due."""
        return not self.headlines["hours"].now and not self.headlines["due_lots"].now and not self.too_few
