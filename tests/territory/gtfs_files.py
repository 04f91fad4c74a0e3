"""Small GTFS feeds, written as text: two lines through the two communes of `official`."""

import datetime as dt
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.territory.official import degrees

FIRST, LAST = dt.date(2026, 1, 5), dt.date(2026, 1, 18)
"""A Monday, and the Sunday of the week after."""
STAR = "gtfs/star_rennes_gtfs_2012-05-21_2012-06-17.zip"


def at(x: float, y: float) -> str:
    """`lat,lon` of a point in metres (EPSG:2154)."""
    longitude, latitude = degrees(x, y)
    return f"{latitude:.6f},{longitude:.6f}"


def small_feed(first: dt.date = FIRST, last: dt.date = LAST, agency: str = "STAR") -> dict[str, str]:
    """The tables of a feed: A and A2 form the station G; C1 runs A to C on weekdays, the metro A2 to D daily."""
    days = f"{first:%Y%m%d},{last:%Y%m%d}"
    return {
        "agency": f"agency_id,agency_name,agency_url,agency_timezone\n1,{agency},http://x.example,Europe/Paris\n",
        "stops": "stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        f"A,100,République,{at(342_000, 6_782_000)},0,G\n"
        f"A2,101,République,{at(342_050, 6_782_000)},,G\n"
        f"B,102,Les Ormes,{at(343_000, 6_782_000)},0,\n"
        f"C,103,Le Pont,{at(346_000, 6_782_000)},0,\n"
        f"D,104,Gare,{at(345_000, 6_783_000)},0,\n"
        f"G,,République,{at(342_020, 6_782_000)},1,\n",
        "routes": "route_id,agency_id,route_short_name,route_long_name,route_type,route_color\n"
        "R1,1,C1,Cesson <> Chantepie,3,90c01b\n"
        "R2,1,a,Métro a,1,\n",
        "trips": "route_id,service_id,trip_id,trip_headsign\n"
        "R1,week,t1,Cesson\n"
        "R1,week,t2,Cesson\n"
        "R2,daily,m1,Gare\n",
        "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        f"week,1,1,1,1,1,0,0,{days}\n"
        f"daily,1,1,1,1,1,1,1,{days}\n",
        "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
        "t1,08:00:00,08:00:00,A,1,0,1\n"
        "t1,08:05:00,08:06:00,B,2,0,0\n"
        "t1,08:20:00,08:20:00,C,3,1,0\n"
        "t2,9:00:00,9:00:00,A,1,0,1\n"
        "t2,9:05:00,9:06:00,B,2,3,2\n"
        "t2,9:20:00,9:20:00,C,3,1,0\n"
        "m1,23:50:00,23:50:00,A2,1,,\n"
        "m1,24:10:00,24:10:00,D,2,,\n",
    }


def changed(table: str, old: str, new: str, feed: Mapping[str, str] | None = None) -> dict[str, str]:
    """The small feed (or another) with a text of one table replaced."""
    tables = dict(feed or small_feed())
    assert old in tables[table]
    return tables | {table: tables[table].replace(old, new, 1)}


def write_zip(path: Path, tables: Mapping[str, str | bytes], folder: str = "") -> Path:
    """A feed as an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(f"{folder}{name}.txt", text)
    return path


def write_folder(path: Path, tables: Mapping[str, str]) -> Path:
    """A feed as a folder of tables."""
    path.mkdir(parents=True)
    for name, text in tables.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path
