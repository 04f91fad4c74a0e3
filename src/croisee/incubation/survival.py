"""Which companies are still active 1, 3 and 5 years after they were founded, and against whom that is compared.

Pure: no database. A legal unit (SIREN) survives, not an establishment: a company that moves closes an establishment
and lives on. A company is active at three years when the period of SIRENE that covers its third anniversary is: one
that ceased and took up its activity again before that day counts as active.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

YEARS = (1, 3, 5)
FEW, TOO_FEW = 20, 5
"""Below the first, a share says little: said beside it. Below the second it is not shown."""
Z95 = 1.959963984540054
"""The 97.5 % quantile of the normal law."""


@dataclass(frozen=True)
class Period:
    """A company active or not from a day to another, both in it; `ends_on` None: still."""

    starts_on: dt.date
    ends_on: dt.date | None
    active: bool


@dataclass(frozen=True, order=True)
class Cohort:
    """The companies that Insee followed of those founded in a year, so many years after."""

    founded: int
    years: int

    @property
    def key(self) -> str:
        """As the figures with dates name it: "2014/3"."""
        return f"{self.founded}/{self.years}"

    @staticmethod
    def of_key(key: str) -> Cohort:
        """The cohort of a key. Raises ValueError for another text."""
        founded, years = key.split("/")
        return Cohort(int(founded), int(years))


@dataclass(frozen=True)
class Company:
    """A company whose survival is counted: `active[k]` at k years; None where that is not known, or not yet."""

    founded_on: dt.date
    micro: bool
    active: Mapping[int, bool | None]


@dataclass(frozen=True)
class Compared:
    """What Insee published of a cohort, in per cent; `of` is the year when its companies were founded."""

    of: int
    percent: float


@dataclass(frozen=True)
class Survival:
    """Of the companies founded in a year (None: all years), how many are known at `years`, and are active.

    `n`: those whose state is known; `unknown`: whose day has come and of whom nothing is known; `low` and `high`: the
    95 % interval of Wilson on the share, in per cent, None without any company.
    """

    founded: int | None
    micro: bool
    years: int
    n: int
    alive: int
    unknown: int
    compared: Compared | None

    @property
    def percent(self) -> float | None:
        """The share that is active, 0 to 100; None below `TOO_FEW` companies."""
        return 100 * self.alive / self.n if self.n >= TOO_FEW else None

    @property
    def few(self) -> bool:
        """Whether there are too few companies to conclude."""
        return self.n < FEW

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of Wilson, in per cent; None below `TOO_FEW` companies."""
        if self.n < TOO_FEW:
            return None
        low, high = wilson(self.alive, self.n)
        return 100 * low, 100 * high


def anniversary(founded_on: dt.date, years: int) -> dt.date:
    """The day so many years after; 28 February for who was founded on a 29 February."""
    try:
        return founded_on.replace(year=founded_on.year + years)
    except ValueError:
        return founded_on.replace(year=founded_on.year + years, day=28)


def active_on(periods: Iterable[Period], day: dt.date) -> bool | None:
    """Whether a company is active on a day by its history; None when no period covers it (before the first, a gap).

    A period without an end holds until the next one begins. Of two that begin on a day the one written last counts.
    """
    history = sorted(periods, key=lambda one: one.starts_on)
    at = bisect_right(history, day, key=lambda one: one.starts_on) - 1
    if at < 0:
        return None
    one = history[at]
    return one.active if one.ends_on is None or day <= one.ends_on else None


def active_after(
    founded_on: dt.date, years: int, periods: Iterable[Period], *, known_on: dt.date
) -> bool | None:
    """Whether a company is active so many years after it was founded, by what SIRENE told up to `known_on`.

    None when the day is to come, is later than `known_on`, or when nothing is known of it.
    """
    day = anniversary(founded_on, years)
    return None if day > known_on else active_on(periods, day)


def wilson(successes: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The interval of Wilson on a share: right with few companies, and at 0 or 100 % (Wilson, JASA 1927)."""
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n}")
    share, square = successes / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    # At the ends of the scale the interval reaches them exactly, which rounding would miss.
    return middle - half if successes else 0.0, middle + half if successes < n else 1.0


def compared_with(founded: int, years: int, published: Mapping[Cohort, float]) -> Compared | None:
    """The nearest cohort of Insee not younger than `founded`, at as many years; None when none was published."""
    known = [one for one in published if one.years == years and one.founded <= founded]
    if not known:
        return None
    nearest = max(known)
    return Compared(nearest.founded, published[nearest])


def survival_table(
    companies: Sequence[Company],
    *,
    today: dt.date,
    published: Mapping[bool, Mapping[Cohort, float]],
) -> list[Survival]:
    """A line for each scope (micro-entrepreneurs apart), year founded and number of years that some have reached.

    `published[micro]`: what Insee published, by scope. Lines of all years (`founded` None) come after those of each:
    they are compared with no cohort, for no cohort of Insee has their mix of years.
    """
    counts: dict[tuple[bool, int | None, int], list[int]] = {}
    for company in companies:
        for years in YEARS:
            if anniversary(company.founded_on, years) > today:
                continue
            state = company.active.get(years)
            for founded in (company.founded_on.year, None):
                count = counts.setdefault((company.micro, founded, years), [0, 0, 0])
                count[0] += state is not None
                count[1] += state is True
                count[2] += state is None
    lines = []
    for (micro, founded, years), (n, alive, unknown) in sorted(counts.items(), key=_order):
        compared = None if founded is None else compared_with(founded, years, published.get(micro, {}))
        lines.append(Survival(founded, micro, years, n, alive, unknown, compared))
    return lines


def _order(item: tuple[tuple[bool, int | None, int], list[int]]) -> tuple[bool, bool, int, int]:
    (micro, founded, years), _counts = item
    return micro, founded is None, founded or 0, years
