"""What is open to people today, whichever service it comes from: each announces its own here, from its `apps.py`.

So openings are suggested to a person from one list. Nothing of who stands behind a candidature is told.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from croisee.journeys.models.steps import StepKind


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that a person could take up.

    `key` names it for good, among all sources ("need:<uuid>"). `kind`: what it is as a step. `jobs`: ROME codes, none
    for any job. `level`: the level of training asked of who comes ("3" to "7"), empty for none. `ends_on` and
    `weekly_hours`: None when not said. `lon`, `lat`: degrees, None when not on the map. `url`: a page that référents
    and the person may open, else empty. `contact`: whom to ask, in words. `opportunity`, `action`: the row that a step
    is linked to, where it is one.
    """

    key: str
    kind: StepKind
    title: str
    organisation: str
    jobs: tuple[str, ...]
    level: str
    starts_on: dt.date
    ends_on: dt.date | None
    weekly_hours: float | None
    lon: float | None
    lat: float | None
    url: str
    seats: int = 1
    contact: str = ""
    opportunity: UUID | None = None
    action: UUID | None = None


Maker = Callable[[dt.date], list[Opening]]


@dataclass(frozen=True, slots=True)
class Source:
    """One service that has openings: its name, what they are called in words."""

    name: str
    label: str | Promise
    maker: Maker


_SOURCES: dict[str, Source] = {}


def register(name: str, label: str | Promise, maker: Maker) -> None:
    """Have `maker(today)` asked for the openings of a service; once more takes the place of the first.

    A maker takes a bounded number of queries, however many openings there are.
    """
    _SOURCES[name] = Source(name, label, maker)


def openings(today: dt.date) -> Iterator[tuple[Source, Opening]]:
    """Everything open on a day, each with the service that it comes from; sources in order of names."""
    for name in sorted(_SOURCES):
        source = _SOURCES[name]
        for opening in source.maker(today):
            yield source, opening
