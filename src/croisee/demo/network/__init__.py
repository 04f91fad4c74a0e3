"""A made-up public transport network on a made-up or real ground, as a GTFS feed.

    made = write_feed(path, places_of(city), seed=1, first_day=day, last_day=day + timedelta(364))
    made.stops, made.stop_times_a_weekday

Pure functions on NumPy arrays: no Django, no clock. The same places, seed, days and scale give the same bytes on any
machine. How lines are drawn is told in `docs/methods/demo.md`.
"""

from croisee.demo.network.feed import Made, write_feed
from croisee.demo.network.places import Places, places_of

__all__ = ["Made", "Places", "places_of", "write_feed"]
