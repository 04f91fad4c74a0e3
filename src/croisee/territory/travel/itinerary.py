"""One journey to be there in the morning, leg by leg, with the names that a traveller reads at the stop."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.engine.transit.journeys import Leg
from croisee.territory.timetables.feed import Names
from croisee.territory.travel.network import Network
from croisee.territory.travel.wording import clock, duration

AT_THE_STOP = 15
"""Seconds of a walk that nobody needs to be told of."""


@dataclass(frozen=True)
class Step:
    """A ride or a walk: when it begins and ends (“8:05”), and what to do; `line` is empty on foot."""

    begins: str
    ends: str
    text: str
    line: str = ""


@dataclass(frozen=True)
class Itinerary:
    """When to leave, when one is there, the minutes between the two as they are told, and the steps."""

    leaves: str
    arrives: str
    minutes: int
    rides: int
    steps: tuple[Step, ...]

    @property
    def in_short(self) -> str:
        """“Leave at 8:05, there at 8:41: 36 min, 1 change”."""
        changes = max(self.rides - 1, 0)
        text = _("Leave at %(leaves)s, there at %(arrives)s: %(time)s, %(changes)s")
        if not self.rides:
            told = _("on foot all the way")
        elif not changes:
            told = _("without a change")
        else:
            told = ngettext("%d change", "%d changes", changes) % changes
        return text % {
            "leaves": self.leaves,
            "arrives": self.arrives,
            "time": duration(self.minutes),
            "changes": told,
        }


def itinerary(network: Network, lon: float, lat: float, to_lon: float, to_lat: float) -> Itinerary | None:
    """The journey by public transport that leaves last and is there by 8:45, points in degrees; None without one.

    None too when no timetable is loaded.
    """
    if network.morning is None or network.kept is None:
        return None
    found = network.morning.journey(lon, lat, to_lon, to_lat)
    if found is None:
        return None
    routes, names = network.kept.timetable.route, network.kept.names
    steps = tuple(
        _walk(leg, names) if leg.is_walk else _ride(leg, int(routes[leg.trip]), names)
        for leg in found.legs
        if not leg.is_walk or leg.arrival - leg.departure > AT_THE_STOP
    )
    minutes = -(-found.arrival // 60) - found.departure // 60
    return Itinerary(clock(found.departure), _there(found.arrival), minutes, found.rides, steps)


def _walk(leg: Leg, names: Names) -> Step:
    said = {"time": duration(max(1, round((leg.arrival - leg.departure) / 60)))}
    if leg.destination >= 0:
        text = _("Walk %(time)s to the stop %(stop)s") % (said | {"stop": names.stop_names[leg.destination]})
    elif leg.origin >= 0:
        text = _("Walk %(time)s to the address") % said
    else:
        text = _("Walk %(time)s all the way") % said
    return Step(clock(leg.departure), _there(leg.arrival), text)


def _ride(leg: Leg, route: int, names: Names) -> Step:
    text = _("From %(here)s to %(there)s") % {
        "here": names.stop_names[leg.origin],
        "there": names.stop_names[leg.destination],
    }
    if headsign := names.headsigns[leg.trip]:
        text = _("%(ride)s, towards %(headsign)s") % {"ride": text, "headsign": headsign}
    return Step(clock(leg.departure), _there(leg.arrival), text, names.line(route))


def _there(arrival: int) -> str:
    """Seconds count towards the next minute: nobody is told to be there before they can."""
    return clock(arrival + 59)
