"""Days that matter to people in other services: each announces here those that it knows of, from its `apps.py`.

So who follows somebody sees that a contract or an eligibility ends elsewhere, without a look at that service; only for
those who consented that it is shown.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from croisee.directory.models import Consent, Purpose

People = Collection[UUID] | QuerySet[Any, Any]
"""Ids of `directory.Person`, or a query for them with one column."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """That something ends for a person on a day: what, in words, and the page that says more (empty for none)."""

    person: UUID
    label: str
    on: dt.date
    url: str = ""


Maker = Callable[[QuerySet[Any, Any], dt.date, dt.date], list[Deadline]]


@dataclass(frozen=True, slots=True)
class Source:
    """One service that knows such days, and the consent by which the person's référents read them."""

    name: str
    purpose: Purpose
    maker: Maker


_SOURCES: dict[str, Source] = {}


def register(name: str, purpose: Purpose, maker: Maker) -> None:
    """Have `maker(people, first, last)` asked for the days of a service, from `first` to `last` (both in it).

    `people` is a query for ids of `directory.Person`: those who consented to `purpose`. One query for all of them;
    once more takes the place of the first.
    """
    _SOURCES[name] = Source(name, purpose, maker)


def deadlines(people: People, first: dt.date, last: dt.date) -> list[Deadline]:
    """What ends for these people from `first` to `last`, in every service that said so; soonest first."""
    found: list[Deadline] = []
    for name in sorted(_SOURCES):
        source = _SOURCES[name]
        told = Consent.objects.active().filter(purpose=source.purpose, person__in=people)
        found += source.maker(told.order_by().values("person"), first, last)
    return sorted(found, key=lambda one: (one.on, one.label, one.person.int))
