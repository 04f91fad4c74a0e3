"""What a feed is once read: an engine timetable, the names that show it to a traveller, and what it says of itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from croisee.engine.transit.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Names:
    """The names of stops, routes and trips, each list by the position that the timetable gives them."""

    stop_ids: list[str]
    stop_codes: list[str]
    stop_names: list[str]
    route_ids: list[str]
    route_short_names: list[str]
    route_long_names: list[str]
    route_types: list[int]
    route_colours: list[str]
    route_text_colours: list[str]
    route_agencies: list[str]
    trip_ids: list[str]
    headsigns: list[str]

    def line(self, route: int) -> str:
        """What travellers call a line: its short name, its long name, or its id."""
        return self.route_short_names[route] or self.route_long_names[route] or self.route_ids[route]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as read.

    Attributes:
        agencies: names, in the order of the feed.
        first, last: the days between which it holds: those of its trips, within those it states (`feed_info.txt`).
        dropped_trips: trips of the feed that are not in the timetable, refused or without two stops.
        dropped_stop_times: the same of stop times.
        unused_transfers: transfers of certain routes or trips, which are not used.
    """

    timetable: Timetable
    names: Names
    agencies: list[str]
    time_zone: str
    first: dt.date
    last: dt.date
    publisher: str = ""
    version: str = ""
    dropped_trips: int = field(default=0, compare=False)
    dropped_stop_times: int = field(default=0, compare=False)
    unused_transfers: int = field(default=0, compare=False)
