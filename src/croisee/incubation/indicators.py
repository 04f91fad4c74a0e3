"""The indicators of an incubator over a period, counted from what is known of each project. Pure: no database.

They are those of the network of Lyon's incubators (RLPE): people received, projects that became a company, companies
hosted, jobs; and who came from where, how companies fare, where they went. Definitions: docs/methods/incubation.md.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from croisee.engine.suppression import hidden_lines, is_small
from croisee.foundation.dates import add_months
from croisee.incubation.survival import Company, Survival

NO_REVIEW = "no_review"
DAYS_A_YEAR = 366


@dataclass(frozen=True)
class Span:
    """A period, from a day to another, both in it."""

    first: dt.date
    last: dt.date

    def holds(self, day: dt.date | None) -> bool:
        """Whether a day is in it."""
        return day is not None and self.first <= day <= self.last

    @property
    def before(self) -> Span:
        """The same days of a year before; of as many years before as the period lasts, begun ones counted."""
        years = -(-((self.last - self.first).days + 1) // DAYS_A_YEAR)
        return Span(add_months(self.first, -12 * years), add_months(self.last, -12 * years))


@dataclass(frozen=True)
class Stay:
    """That a company is in the premises from a day to another, both in it; `left_on` None: it is there still."""

    tenant: str
    starts_on: dt.date
    left_on: dt.date | None

    def touches(self, span: Span) -> bool:
        """Whether the company was there on some day of a period."""
        return self.starts_on <= span.last and (self.left_on is None or self.left_on >= span.first)


@dataclass(frozen=True)
class Held:
    """A review that was held: the turnover by its band, how many people work in the company."""

    on: dt.date
    turnover: str
    jobs: int


@dataclass(frozen=True)
class Story:
    """What is counted of a project. `residence`: where its holder lived when it was received, frozen then.

    `exits`: days with destinations. `active`: whether the company was active at 1, 3, 5 years, as far as is known.
    """

    received_on: dt.date
    origin: str
    residence: str
    state: str
    founded_on: dt.date | None = None
    siren: str = ""
    micro: bool = False
    stays: Sequence[Stay] = ()
    reviews: Sequence[Held] = ()
    exits: Sequence[tuple[dt.date, str]] = ()
    active: Mapping[int, bool] = field(default_factory=dict)

    def last_review(self, day: dt.date) -> Held | None:
        """The last review held on a day or before."""
        return max((one for one in self.reviews if one.on <= day), key=lambda one: one.on, default=None)


@dataclass(frozen=True)
class Indicators:
    """What a period is described by. `hosted`: companies there on some day of it; `present`: on its last day.

    `jobs`: people at work in the companies present, by the last review of each; `reviewed`: those that had one.
    The others are numbers of projects (`origins`, `residences`), of companies present (`turnovers`), of ways out.
    """

    received: int
    founded: int
    hosted: int
    present: int
    jobs: int
    reviewed: int
    origins: Mapping[str, int]
    residences: Mapping[str, int]
    turnovers: Mapping[str, int]
    destinations: Mapping[str, int]


def indicators(stories: Iterable[Story], span: Span) -> Indicators:
    """The indicators of a period. A company that is in two agreements at once, or two projects, is one company."""
    origins: Counter[str] = Counter()
    residences: Counter[str] = Counter()
    destinations: Counter[str] = Counter()
    founded = 0
    hosted: set[str] = set()
    present: dict[str, Held | None] = {}
    last_day = Span(span.last, span.last)
    for story in stories:
        if span.holds(story.received_on):
            origins[story.origin] += 1
            residences[story.residence] += 1
        founded += span.holds(story.founded_on)
        hosted |= {stay.tenant for stay in story.stays if stay.touches(span)}
        review = story.last_review(span.last)
        for stay in story.stays:
            if stay.touches(last_day):
                present[stay.tenant] = _later(present.get(stay.tenant), review)
        destinations.update(destination for day, destination in story.exits if span.holds(day))
    reviews = [one for one in present.values() if one is not None]
    turnovers = Counter(one.turnover for one in reviews)
    if len(present) > len(reviews):
        turnovers[NO_REVIEW] = len(present) - len(reviews)
    return Indicators(
        received=sum(origins.values()),
        founded=founded,
        hosted=len(hosted),
        present=len(present),
        jobs=sum(one.jobs for one in reviews),
        reviewed=len(reviews),
        origins=origins,
        residences=residences,
        turnovers=turnovers,
        destinations=destinations,
    )


def _later(one: Held | None, other: Held | None) -> Held | None:
    both = [held for held in (one, other) if held is not None]
    return max(both, key=lambda held: held.on, default=None)


def companies(stories: Iterable[Story]) -> list[Company]:
    """The companies whose survival is counted: those that were hosted. A SIREN counts once, by its first foundation."""
    found: dict[Any, Story] = {}
    for place, story in enumerate(stories):
        if story.founded_on is None or not story.stays:
            continue
        key = story.siren or place
        other = found.get(key)
        if other is None or other.founded_on is None or story.founded_on < other.founded_on:
            found[key] = story
    return [
        Company(story.founded_on, story.micro, dict(story.active))
        for story in found.values()
        if story.founded_on is not None
    ]


Shown = Mapping[str, int | None]
"""Numbers by key; None: not shown."""


def without_small(counts: Mapping[str, int]) -> Shown:
    """The same without those that would tell of fewer than five, and what would give them back by subtraction.

    The sum of all is taken to be known, unless it is itself of fewer than five: then nothing is shown.
    """
    keys = list(counts)
    if is_small(sum(counts.values())):
        return dict.fromkeys(keys)
    hidden = hidden_lines([[counts[key]] for key in keys])
    return {key: None if place in hidden else counts[key] for place, key in enumerate(keys)}


def shown_number(count: int) -> int | None:
    """A number that stands alone; None when it is of fewer than five."""
    return None if is_small(count) else count


def survival_without_small(lines: Sequence[Survival]) -> list[Survival]:
    """The lines of a table of survival of five companies or more, and without those that give the others back."""
    groups: dict[tuple[bool, int], list[Survival]] = {}
    for line in lines:
        groups.setdefault((line.micro, line.years), []).append(line)
    kept: set[int] = set()
    for group in groups.values():
        by_year = [line for line in group if line.founded is not None]
        hidden = hidden_lines([[line.n] for line in by_year])
        kept |= {id(line) for place, line in enumerate(by_year) if place not in hidden and line.n}
        kept |= {id(line) for line in group if line.founded is None and not is_small(line.n)}
    return [line for line in lines if id(line) in kept]
