"""What a plan of hours starts from: lots, people, and who may work where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_HOURS = 2**40
"""More hours than this in one number are a mistake, and their sums could overflow."""


class Why(IntEnum):
    """Why a person may not work on a lot; the first reason that holds, in this order."""

    MAY = 0
    ELIGIBILITY = 1
    TRADE = 2
    TRAVEL = 3
    OTHER = 4


@dataclass(frozen=True, eq=False)
class Lots:
    """The hours that `L` lots owe, checked when built.

    Parameters
    ----------
    hours : (L,) integers
        Hours of work that each lot owes.
    first, last : (L,) integers
        The months in which they may be worked, both included, counted from 0.
    most_per_month : (L,) integers, optional
        Hours that the site can host in one month; -1, or no array at all, for no limit.

    Raises
    ------
    ValueError
        Naming the argument and the first lot that is wrong in it.
    """

    hours: Whole
    first: Whole
    last: Whole
    most_per_month: Whole | None = None

    def __post_init__(self) -> None:
        for name in ("hours", "first", "last"):
            object.__setattr__(self, name, whole_numbers(name, getattr(self, name), 1))
        if self.most_per_month is not None:
            most = whole_numbers("most_per_month", self.most_per_month, 1)
            object.__setattr__(self, "most_per_month", most)
            self._refuse("most_per_month", most < -1, "is less than -1")
        self._refuse("hours", self.hours < 0, "is negative")
        self._refuse("first", self.first < 0, "is negative")
        self._refuse("last", self.last < self.first, "comes before the first month")

    def __len__(self) -> int:
        return self.hours.size

    @cached_property
    def months(self) -> Whole:
        """(L,) How many months each lot lasts."""
        return self.last - self.first + 1

    @cached_property
    def site(self) -> Whole:
        """(L,) Hours that the site can host in one month; all of the lot's where there is no limit."""
        if self.most_per_month is None:
            return self.hours
        return np.where(self.most_per_month < 0, self.hours, np.minimum(self.most_per_month, self.hours))

    def _refuse(self, name: str, wrong: Flags, why: str) -> None:
        values = getattr(self, name)
        if values.shape != self.hours.shape:
            raise ValueError(f"{name} has {values.size} numbers for {self.hours.size} lots in hours")
        if wrong.any():
            lot = int(np.argmax(wrong))
            raise ValueError(f"{name} of lot {lot} {why}: {values[lot]}")


@dataclass(frozen=True, eq=False)
class People:
    """The hours that each of `P` people has in each of `M` months, checked when built.

    Parameters
    ----------
    hours : (P, M) integers
        Weekly hours times the weeks of the month; 0 in a month when the person is not eligible or not there.

    Raises
    ------
    ValueError
        Naming the first person and month that are wrong.
    """

    hours: Whole

    def __post_init__(self) -> None:
        hours = whole_numbers("hours", self.hours, 2)
        if (hours < 0).any():
            person, month = np.argwhere(hours < 0)[0].tolist()
            raise ValueError(f"hours of person {person} in month {month} is negative: {hours[person, month]}")
        object.__setattr__(self, "hours", hours)

    def __len__(self) -> int:
        return int(self.hours.shape[0])

    @property
    def months(self) -> int:
        """How many months are planned."""
        return int(self.hours.shape[1])


@dataclass(frozen=True)
class Options:
    """What counts as broken and long, and how far to search.

    Parameters
    ----------
    shortest : int
        A contract of fewer months is broken, unless the lot itself lasts no longer.
    long : int
        An unbroken contract of that many months or more is long; at least `shortest`.
    least : int
        Hours a month under which a month is thin, and its contract broken (see `thin_months`). 0 or 1 for no
        such rule.
    rounds : int
        At most so many neighbourhoods are optimised again. Counted, so that the result is the same anywhere.
    seconds : float, optional
        Stop after that long, too: the result then depends on the machine.
    seed : int
        Of the order in which neighbourhoods are tried.
    threads : int
        Neighbourhoods optimised at the same time; changes the time, never the result.

    Raises
    ------
    ValueError
        Naming the option that makes no sense.
    """

    shortest: int = 3
    long: int = 6
    least: int = 70
    rounds: int = 1_000
    seconds: float | None = None
    seed: int = 0
    threads: int = 2

    def __post_init__(self) -> None:
        for name, fewest in (
            ("shortest", 1),
            ("long", self.shortest),
            ("least", 0),
            ("rounds", 0),
            ("threads", 1),
        ):
            if getattr(self, name) < fewest:
                raise ValueError(f"{name} is {getattr(self, name)}, less than {fewest}")
        if self.seconds is not None and not self.seconds >= 0:
            raise ValueError(f"seconds is {self.seconds}, not 0 or more")


@dataclass(frozen=True, eq=False)
class Pairs:
    """The `k` pairs of a person and a lot where hours can be worked, by lot then person, month by month.

    Pair `i` has the slots `start[i]` to `start[i + 1]`, one for each month of its lot in order.

    Attributes
    ----------
    person, lot, start : (k,), (k,), (k + 1,) integers
    month, slot_person, slot_lot : (s,) integers
    room : (s,) integers
        Hours that the pair can work in that month with nobody else around; 0 where the person is not there.
    thin : (s,) integers
        Hours under which the month would be thin; at least 1.
    """

    lots: Lots
    people: People
    person: Whole
    lot: Whole
    start: Whole
    month: Whole
    slot_person: Whole
    slot_lot: Whole
    room: Whole
    thin: Whole

    def __len__(self) -> int:
        return self.person.size

    @cached_property
    def slot_pair(self) -> Whole:
        """(s,) The pair of each slot."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @cached_property
    def lot_start(self) -> Whole:
        """(L + 1,) Lot `l` has the pairs `lot_start[l]` to `lot_start[l + 1]`."""
        return np.searchsorted(self.lot, np.arange(len(self.lots) + 1))


def pairs_of(lots: Lots, people: People, reasons: ArrayLike, least: int) -> Pairs:
    """The pairs where hours can be worked at all.

    Parameters
    ----------
    lots : Lots
    people : People
    reasons : (P, L) integers
        `Why` for each pair.
    least : int
        See `Options`.

    Raises
    ------
    ValueError
        `reasons` has another shape or an unknown code, or a lot goes on after the last month of `people`.
    """
    codes = checked_reasons(lots, people, reasons)
    lot, person = np.nonzero((codes == Why.MAY).T)
    lot_start = np.concatenate(([0], np.cumsum(lots.months[lot])))
    slot_pair = np.repeat(np.arange(lot.size), lots.months[lot])
    month = np.arange(slot_pair.size) - lot_start[slot_pair] + lots.first[lot[slot_pair]]
    room = np.minimum(people.hours[person[slot_pair], month], lots.site[lot[slot_pair]])
    useful = np.zeros(lot.size, np.bool_)
    useful[slot_pair[room > 0]] = True
    keep = useful[slot_pair]
    lot, person, month, room = lot[useful], person[useful], month[keep], room[keep]
    start = np.concatenate(([0], np.cumsum(lots.months[lot])))
    slot_lot, slot_person = np.repeat(lot, lots.months[lot]), np.repeat(person, lots.months[lot])
    thin = np.minimum(thin_months(lots, least)[slot_lot], np.maximum(people.hours[slot_person, month], 1))
    return Pairs(lots, people, person, lot, start, month, slot_person, slot_lot, room, thin)


def thin_months(lots: Lots, least: int) -> Whole:
    """(L,) Hours under which a month of work on each lot is thin, for a person who has that many.

    Parameters
    ----------
    lots : Lots
    least : int
        The rule for a lot with hours enough; the lot's own hours spread evenly over its months, and what its
        site can host, ask for no more. A person with fewer hours in the month is asked for all of them.
    """
    enough: Whole = np.maximum(np.minimum(np.minimum(least, lots.hours // lots.months), lots.site), 1)
    return enough


def checked_reasons(lots: Lots, people: People, reasons: ArrayLike) -> NDArray[np.uint8]:
    """`reasons` as codes of `Why`; see `pairs_of` for what is refused."""
    codes = np.asarray(reasons)
    if codes.shape != (len(people), len(lots)):
        raise ValueError(f"reasons has shape {codes.shape}, not {(len(people), len(lots))}")
    if codes.size and (codes.dtype.kind not in "biu" or codes.min() < 0 or codes.max() > max(Why)):
        raise ValueError(f"reasons must hold codes from 0 to {max(Why):d}")
    if len(lots) and lots.last.max() >= people.months:
        lot = int(np.argmax(lots.last))
        raise ValueError(f"last of lot {lot} is {lots.last[lot]}; hours of people has {people.months} months")
    return codes.astype(np.uint8)


def whole_numbers(name: str, values: ArrayLike, dimensions: int) -> Whole:
    """An array of whole numbers as read-only int64; ValueError naming the argument otherwise."""
    array = np.asarray(values)
    if array.size == 0 and array.ndim == dimensions:
        array = array.astype(np.int64)
    if array.ndim != dimensions:
        raise ValueError(f"{name} has {array.ndim} dimensions, not {dimensions}")
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} must hold whole numbers, not {array.dtype}")
    if array.size and array.max() > MOST_HOURS:
        raise ValueError(f"{name} holds {array.max()}, more than {MOST_HOURS}")
    whole = np.array(array, np.int64)
    whole.setflags(write=False)
    return whole


def runs(able: Flags, start: Whole) -> tuple[Whole, Whole]:
    """Of each slot, how many able ones follow without a break in its pair, itself counted, and how long its run is."""
    slot = np.arange(able.size)
    stops = ~able
    last = np.zeros(able.size, np.bool_)
    last[start[1:][np.diff(start) > 0] - 1] = True
    first = np.zeros(able.size, np.bool_)
    first[start[:-1][np.diff(start) > 0]] = True
    end = np.where(stops, slot, np.where(last, slot + 1, able.size))
    end = np.minimum.accumulate(end[::-1])[::-1]
    begin = np.maximum.accumulate(np.where(stops, slot + 1, np.where(first, slot, 0)))
    return np.where(able, end - slot, 0), np.where(able, end - begin, 0)
