"""The vacancy of an economic zone, as code de l'urbanisme L318-8-2 has it counted. Pure: no database.

Vacant: the units of land where no activity has been liable to the cotisation foncière des entreprises (CGI article
1447) for two years at least on 1 January of the year, and that stayed unoccupied over the same two years.

The article says that the rate is found "en rapportant le nombre total d'unités foncières au nombre d'unités foncières"
vacant: read to the letter, the total divided by the vacant ones, a number that grows as vacancy falls and that nobody
publishes. The rate here is what everyone means: vacant units divided by all units.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
YEARS = 2
"""For how long no activity and no occupant: at least so many years on 1 January."""


class Verdict(Enum):
    """Whether a unit is vacant. `UNSURE`: what is kept here does not tell."""

    VACANT = "vacant"
    IN_USE = "in use"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Stay:
    """A time during which somebody was there, both days in it; it lasts while `ends_on` is None."""

    starts_on: dt.date
    ends_on: dt.date | None = None


@dataclass(frozen=True)
class Rate:
    """Units counted. `percent` counts the unsure ones as in use, `most` as vacant; both None where there is no unit."""

    total: int
    vacant: int
    unsure: int

    @property
    def percent(self) -> float | None:
        """Vacant units for a hundred."""
        return 100 * self.vacant / self.total if self.total else None

    @property
    def most(self) -> float | None:
        """What the rate would be if every unsure unit were vacant."""
        return 100 * (self.vacant + self.unsure) / self.total if self.total else None

    @property
    def literal(self) -> float | None:
        """The total divided by the vacant units, as the article is worded; None where none is vacant."""
        return self.total / self.vacant if self.vacant else None


def verdict(
    year: int, *, cfe_free_since: int | None, stays: Iterable[Stay], empty_since: dt.date | None
) -> Verdict:
    """Whether a unit was vacant on 1 January of `year`.

    `cfe_free_since`: the first year that no activity there was liable to the CFE for; None when it is not known, or one
    is. `stays`: who was there, as known. `empty_since`: the day since which nobody has been; None when it is not known.
    """
    first, last = dt.date(year - YEARS, 1, 1), dt.date(year - 1, 12, 31)
    if any(stay.starts_on <= last and (stay.ends_on is None or stay.ends_on >= first) for stay in stays):
        return Verdict.IN_USE
    if empty_since is not None and empty_since > first:
        return Verdict.IN_USE
    if cfe_free_since is not None and cfe_free_since > year - YEARS:
        return Verdict.IN_USE
    if cfe_free_since is None or empty_since is None:
        return Verdict.UNSURE
    return Verdict.VACANT


def rate(verdicts: Iterable[Verdict]) -> Rate:
    """The rate over units whose verdicts are given."""
    said = list(verdicts)
    return Rate(len(said), said.count(Verdict.VACANT), said.count(Verdict.UNSURE))


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on a unit of land of which several premises are known: in use as soon as one of them is."""
    said = set(verdicts)
    for one in (Verdict.IN_USE, Verdict.UNSURE):
        if one in said:
            return one
    return Verdict.VACANT


def units_of_land(parcels: Mapping[K, Sequence[str]]) -> list[list[K]]:
    """What stands on the same parcels, together: rows that share a parcel are of one unit of land, and so on.

    Rows without a parcel stand alone. Groups and their rows keep the order given.
    """
    head: dict[K, K] = {key: key for key in parcels}

    def top(key: K) -> K:
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    first_on: dict[str, K] = {}
    for key, numbers in parcels.items():
        for number in numbers:
            head[top(key)] = top(first_on.setdefault(number, key))
    groups: dict[K, list[K]] = {}
    for key in parcels:
        groups.setdefault(top(key), []).append(key)
    return list(groups.values())
