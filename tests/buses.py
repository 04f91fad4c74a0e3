"""A home, a bus every ten minutes to somewhere far, and somewhere near with no bus: where time and distance differ."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests.territory.gtfs_files import write_zip
from tests.territory.official import degrees, load, write_epci

HOME = degrees(341_000, 6_782_000)
BY_BUS = degrees(347_500, 6_782_000)
"""6.5 km away."""
NO_BUS = degrees(341_000, 6_784_450)
"""2.45 km away: more than 40 minutes on foot."""
MINUTES = 26
"""From HOME to BY_BUS. The bus leaves every ten minutes, the last one at 8:20; its stops are 42 seconds from the doors.

Who leaves k minutes after the last ten arrives 30 - k minutes and 42 seconds later. Of the departures from 6:46 on, 94
are there by 8:45, and the 47th fastest of them has k = 5.
"""


def _stop(x: float, y: float) -> str:
    longitude, latitude = degrees(x, y)
    return f"{latitude:.7f},{longitude:.7f}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}:00"


def bus_feed(first: dt.date, last: dt.date) -> dict[str, str]:
    """The tables of the feed, which runs every day."""
    leaves = range(6 * 60 + 30, 8 * 60 + 31, 10)
    times = [
        f"t{number},{_clock(at)},{_clock(at)},HOME,1\nt{number},{_clock(at + 20)},{_clock(at + 20)},FAR,2\n"
        for number, at in enumerate(leaves)
    ]
    return {
        "agency": "agency_id,agency_name,agency_url,agency_timezone\n1,Bus,http://x.example,Europe/Paris\n",
        "stops": "stop_id,stop_name,stop_lat,stop_lon\n"
        f"HOME,Les Lilas,{_stop(341_040, 6_782_000)}\n"
        f"FAR,Le Moulin,{_stop(347_460, 6_782_000)}\n",
        "routes": "route_id,agency_id,route_short_name,route_long_name,route_type\nR,1,C7,,3\n",
        "trips": "route_id,service_id,trip_id,trip_headsign\n"
        + "".join(f"R,daily,t{number},Moulin\n" for number in range(len(leaves))),
        "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        f"daily,1,1,1,1,1,1,1,{first:%Y%m%d},{last:%Y%m%d}\n",
        "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "".join(times),
    }


def load_buses(folder: Path, settings: Any, days: int = 60, begun: int = 10) -> None:
    """Load the timetable, valid from some days ago to some days ahead."""
    settings.VAR_DIR = folder / "var"
    today = timezone.localdate()
    first, last = today - dt.timedelta(days=begun), today + dt.timedelta(days=days)
    load(write_epci(folder), write_zip(folder / "bus.zip", bus_feed(first, last)))
