"""A small bus network over the town of `generated_round`: crossing lines, a bus every ten minutes of the morning."""

import datetime as dt
from pathlib import Path

from django.utils import timezone

from croisee.territory.loaders.loading import Outcome
from tests.stages.generated_round import EAST, NORTH, SOUTH, WEST
from tests.territory.gtfs_files import write_folder, write_zip
from tests.territory.official import load, write_epci

FIRST = dt.date(2027, 1, 4)
"""A Monday; the timetable holds for two weeks, from Monday to Friday."""
ORDINARY = dt.date(2027, 1, 5)
COLUMNS, ROWS = 6, 4
BETWEEN = 3
"""Minutes from one stop to the next."""


def tables(first: dt.date = FIRST, every: int = 10) -> dict[str, str]:
    """The tables of the feed, a bus each so many minutes from 6:00 to 9:00, both ways of each line."""
    stops = [(row, column) for row in range(ROWS) for column in range(COLUMNS)]
    lines = [[(row, column) for column in range(COLUMNS)] for row in range(ROWS)]
    lines += [[(row, column) for row in range(ROWS)] for column in range(COLUMNS)]
    lines += [line[::-1] for line in lines]
    trips, times = [], []
    for number, line in enumerate(lines):
        for leaves in range(6 * 60, 9 * 60, every):
            trip = f"{number}-{leaves}"
            trips.append(f"L{number},week,{trip}")
            for place, (row, column) in enumerate(line):
                at = leaves + BETWEEN * place
                clock = f"{at // 60:02}:{at % 60:02}:00"
                times.append(f"{trip},{clock},{clock},S{row}{column},{place}")
    days = f"{first:%Y%m%d},{first + dt.timedelta(days=13):%Y%m%d}"
    return {
        "agency": "agency_id,agency_name,agency_url,agency_timezone\n1,Bus,http://x.example,Europe/Paris\n",
        "stops": "stop_id,stop_name,stop_lat,stop_lon\n"
        + "".join(f"S{row}{column},{row} {column},{_lat(row)},{_lon(column)}\n" for row, column in stops),
        "routes": "route_id,agency_id,route_short_name,route_type\n"
        + "".join(f"L{number},1,{number},3\n" for number in range(len(lines))),
        "trips": "route_id,service_id,trip_id\n" + "\n".join(trips) + "\n",
        "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        f"week,1,1,1,1,1,0,0,{days}\n",
        "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "\n".join(times) + "\n",
    }


def write_timetable(path: Path, **asked: int) -> Path:
    """The feed as an archive, or as a folder where the name says no archive."""
    return (write_zip if path.suffix == ".zip" else write_folder)(path, tables(**asked))


def _lon(column: int) -> str:
    return f"{WEST + (EAST - WEST) * (column + 0.5) / COLUMNS:.6f}"


def _lat(row: int) -> str:
    return f"{SOUTH + (NORTH - SOUTH) * (row + 0.5) / ROWS:.6f}"


def load_timetable(folder: Path, **asked: int) -> Path:
    """Load the feed as a metropolis does, valid from the Monday of this week; the file that was loaded."""
    today = timezone.localdate()
    path = write_zip(folder / "bus.zip", tables(today - dt.timedelta(days=today.weekday()), **asked))
    *_epci, result = load(write_epci(folder), path)
    assert result.outcome is Outcome.LOADED
    return path
