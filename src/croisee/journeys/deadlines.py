"""Days that matter to people in other services: each announces here those that it knows of, from its `apps.py`.

So who follows somebody sees that a contract or an eligibility ends elsewhere, without a look at that service; only for
those who consented that it is shown. One query asks all services.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import CharField, DateField, F, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from croisee.directory.models import Consent, Purpose

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

People = Collection[UUID] | QuerySet[Any, Any]
"""Ids of `directory.Person`, or a query for them with one column."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """That something ends for a person on a day: what, in words."""

    person: UUID
    label: str
    on: dt.date


Maker = Callable[[QuerySet[Any, Any], dt.date, dt.date], QuerySet[Any, Any]]


@dataclass(frozen=True, slots=True)
class Source:
    """One service that knows such days, the consent by which référents read them, and what it calls one of them."""

    name: str
    purpose: Purpose
    label: Callable[[str, str], str]
    maker: Maker


_SOURCES: dict[str, Source] = {}


def register(name: str, purpose: Purpose, label: Callable[[str, str], str], maker: Maker) -> None:
    """Have `maker(people, first, last)` asked for the days of a service, from `first` to `last` (both in it).

    `people` is a query for ids of `directory.Person`: those who consented to `purpose`. It gives rows made by `rows`;
    `label(what, where)` puts one into words. Once more takes the place of the first.
    """
    _SOURCES[name] = Source(name, purpose, label, maker)


def rows(
    found: QuerySet[Any, Any],
    *,
    person: str,
    on: "str | Combinable",
    what: str = "",
    where: str = "",
) -> QuerySet[Any, dict[str, Any]]:
    """What a maker gives, whatever the columns of its model are called: fields by their path, "" for nothing."""
    return found.order_by().values(
        deadline_person=Cast(F(person), UUIDField()),
        deadline_on=Cast(F(on) if isinstance(on, str) else on, DateField()),
        deadline_what=Cast(F(what) if what else Value(""), CharField()),
        deadline_where=Cast(F(where) if where else Value(""), CharField()),
    )


def deadlines(people: People, first: dt.date, last: dt.date) -> list[Deadline]:
    """What ends for these people from `first` to `last`, in every service that said so; soonest first. One query."""
    asked = []
    for name in sorted(_SOURCES):
        source = _SOURCES[name]
        told = Consent.objects.active().filter(purpose=source.purpose, person__in=people)
        found = source.maker(told.order_by().values("person"), first, last)
        asked.append(found.annotate(deadline_source=Value(name, output_field=CharField())))
    every = asked[0].union(*asked[1:], all=True) if asked else ()
    made = [
        Deadline(
            row["deadline_person"],
            _SOURCES[row["deadline_source"]].label(row["deadline_what"], row["deadline_where"]),
            row["deadline_on"],
        )
        for row in every
    ]
    return sorted(made, key=lambda one: (one.on, one.label, one.person.int))
