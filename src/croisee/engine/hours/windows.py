"""The shortest long contracts that there can be, and how many of them a lot alone has room for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from croisee.engine.hours.problem import Options, Pairs, Whole, runs


@dataclass(frozen=True, eq=False)
class Windows:
    """The `w` shortest long contracts: a pair and the first of `Options.long` slots, none of them too small.

    Attributes
    ----------
    slot, pair, lot, hours : (w,) integers
        The first slot; the fewest hours that such a contract has.
    """

    slot: Whole
    pair: Whole
    lot: Whole
    hours: Whole
    months: int

    @property
    def slots(self) -> Whole:
        """(w, months) The slots of each."""
        return self.slot[:, None] + np.arange(self.months)


def windows_of(pairs: Pairs, options: Options) -> Windows:
    """Every window in which a long contract could be."""
    ahead, _ = runs(pairs.room >= pairs.thin, pairs.start)
    slot = np.flatnonzero(ahead >= options.long)
    sums = np.concatenate(([0], np.cumsum(pairs.thin)))
    hours = sums[slot + options.long] - sums[slot]
    slot, hours = (part[hours <= pairs.lots.hours[pairs.slot_lot[slot]]] for part in (slot, hours))
    return Windows(slot, pairs.slot_pair[slot], pairs.slot_lot[slot], hours, options.long)


def most_long_alone(pairs: Pairs, windows: Windows) -> Whole:
    """(L,) More long contracts than any lot can have, were it the only one.

    The lot's hours hold so many of the smallest contracts. Besides, every window of `long` months contains
    exactly one of the months `long - 1`, `2 long - 1`... of the lot, and its site holds so many in each.
    """
    lots, long = pairs.lots, windows.months
    fewest = np.full(len(pairs), np.iinfo(np.int64).max)
    np.minimum.at(fewest, windows.pair, windows.hours)
    most = np.zeros(len(lots), np.int64)
    able = pairs.room >= pairs.thin
    posts = able & ((pairs.month - lots.first[pairs.slot_lot] + 1) % long == 0)
    for lot in np.unique(windows.lot).tolist():
        mine = slice(pairs.lot_start[lot], pairs.lot_start[lot + 1])
        hours = fewest[mine][fewest[mine] <= lots.hours[lot]]
        most[lot] = how_many(hours, lots.hours[lot])
        slots = np.arange(pairs.start[mine.start], pairs.start[mine.stop])
        slots = slots[posts[slots]]
        by_month = [
            how_many(pairs.thin[slots[pairs.month[slots] == month]], lots.site[lot])
            for month in np.unique(pairs.month[slots])
        ]
        most[lot] = min(most[lot], sum(by_month))
    return most


def how_many(sizes: Whole, room: int) -> int:
    """How many of the smallest sizes fit in the room."""
    return int(np.searchsorted(np.cumsum(np.sort(sizes)), room, side="right"))
