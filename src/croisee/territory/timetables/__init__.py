"""Timetables of public transport: a GTFS feed read, checked, kept, and given back for computations.

    feed = read_feed(Path("gtfs.zip"), "gtfs.zip", refuse=faults.append)   # needs no database
    kept = loaded_timetable()                                              # all feeds in use, as one

`archive` and `sheets` read tables; `stops`, `calendars`, `trips`, `stop_times`, `frequencies` and `transfers` each read
theirs; `reading` puts them together; `packing` and `kept` keep the result. Rules and names are those of the GTFS
Schedule reference (gtfs.org).
"""
