"""The timetables in use, as one: taken from the database once for each state of it."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from croisee.engine.transit.timetable import Timetable
from croisee.territory.models import TransitFeed
from croisee.territory.timetables.feed import Names
from croisee.territory.timetables.joining import joined
from croisee.territory.timetables.packing import unpacked

Version = tuple[tuple[UUID, dt.datetime], ...]
"""The feeds in use, and when each was loaded."""
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What is said of one feed in use."""

    data_set: UUID
    agencies: tuple[str, ...]
    publisher: str
    version: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class KeptTimetable:
    """All feeds in use as one timetable, from the first day of any to the last day of any."""

    timetable: Timetable
    names: Names
    feeds: tuple[FeedFacts, ...]
    version: Version
    """Changes whenever a feed does: for whoever keeps what was computed from it."""

    @property
    def first(self) -> dt.date:
        """The first day of validity of any feed."""
        return min(feed.first for feed in self.feeds)

    @property
    def last(self) -> dt.date:
        """The last day of validity of any feed."""
        return max(feed.last for feed in self.feeds)

    def expired_on(self, day: dt.date) -> bool:
        """Whether every feed has ended by that day."""
        return day > self.last

    def lacking_on(self, day: dt.date) -> tuple[str, ...]:
        """The agencies whose feed does not hold on that day: their vehicles are missing from what is computed."""
        return tuple(
            agency for feed in self.feeds if not feed.first <= day <= feed.last for agency in feed.agencies
        )


def loaded_timetable() -> KeptTimetable | None:
    """All feeds in use, joined; None when there is none. One query when nothing has changed since the last call."""
    while version := current_version():
        with _making:
            kept = _kept(version)
        # Fewer when one was replaced between the two queries.
        if kept is not None and len(kept.feeds) == len(version):
            return kept
    return None


def current_version() -> Version:
    """The feeds in use; a file that was loaded for two EPCI counts once."""
    rows = TransitFeed.objects.order_by("data_set__checksum", "data_set").distinct("data_set__checksum")
    return tuple(rows.values_list("pk", "data_set__updated_at"))


@lru_cache(maxsize=1)
def _kept(version: Version) -> KeptTimetable | None:
    feeds = list(TransitFeed.objects.filter(pk__in=[pk for pk, _loaded in version]).order_by("pk"))
    if not feeds:
        return None
    timetable, names = joined([unpacked(bytes(feed.arrays)) for feed in feeds])
    facts = tuple(
        FeedFacts(feed.pk, tuple(feed.agencies), feed.publisher, feed.version, feed.first_day, feed.last_day)
        for feed in feeds
    )
    return KeptTimetable(timetable, names, facts, version)
