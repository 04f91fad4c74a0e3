"""Who else may see people: services on upper floors say it here, and `Person.visible_to` asks.

A service whose people are pupils of no school registers how they are read, whom campaign managers have no business
with, and until when they are kept. Floor 3 imports no service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

NOBODY = Q(pk__in=[])


def _nobody(_account: Account) -> Q:
    return NOBODY


def _none(_day: date | None = None) -> Q:
    return NOBODY


@dataclass(frozen=True)
class Sight:
    """What one service says of its people; each condition is over `Person`, but `contacts`, over `Contact`.

    - `people(account)`: those whom `account` may see for this service; `contacts(account)`: whose addresses.
    - `apart()`: those who are of this service alone, not for who runs internships.
    - `needed(day)`: those whom the service still needs on a day: they are not erased as former pupils are.
    """

    people: Callable[[Account], Q] = field(default=_nobody)
    contacts: Callable[[Account], Q] = field(default=_nobody)
    apart: Callable[[], Q] = field(default=_none)
    needed: Callable[[date], Q] = field(default=_none)


_SIGHTS: dict[str, Sight] = {}


def register(service: str, sight: Sight) -> None:
    """Have `sight` asked for the people of a service; once more takes the place of the first."""
    _SIGHTS[service] = sight


def people_seen(account: Account) -> Q:
    """The people whom `account` may see for any service."""
    return _any(sight.people(account) for sight in _SIGHTS.values())


def contacts_seen(account: Account) -> Q:
    """The contacts that `account` may see for any service."""
    return _any(sight.contacts(account) for sight in _SIGHTS.values())


def people_apart() -> Q:
    """The people who are of a service alone."""
    return _any(sight.apart() for sight in _SIGHTS.values())


def people_needed(day: date) -> Q:
    """The people whom a service still needs on a day."""
    return _any(sight.needed(day) for sight in _SIGHTS.values())


def _any(conditions: Iterable[Q]) -> Q:
    """One of them holds; those that hold for nobody are left out of the query."""
    found = NOBODY
    for condition in conditions:
        if condition != NOBODY:
            found = condition if found == NOBODY else found | condition
    return found
