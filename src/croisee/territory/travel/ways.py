"""All the ways from one door to another: what is shown where a person and a place meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from croisee.engine.transit.walking import metres_between
from croisee.territory.travel.itinerary import Itinerary, itinerary
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import NEVER, Network, current_network
from croisee.territory.travel.wording import rests_on, travels

Point = tuple[float, float]
"""Longitude and latitude, degrees."""


@dataclass(frozen=True)
class Ways:
    """How long each way takes, in words; one journey by public transport; what that rests on.

    `metres` is the distance as the crow flies. Only ways that get there are told, public transport always, but where
    walking is as quick.
    """

    told: tuple[str, ...]
    itinerary: Itinerary | None
    rests_on: str
    metres: float


def ways_between(here: Point, there: Point, network: Network | None = None) -> Ways:
    """The ways from one point to another, to be there at 8:45."""
    network = network or current_network()
    lon, lat, to_lon, to_lat = (np.array([degrees]) for degrees in (*here, *there))
    minutes = {mode: int(network.minutes(lon, lat, to_lon, to_lat, mode)[0, 0]) for mode in Mode}
    walked = network.morning is not None and minutes[Mode.FOOT] == minutes[Mode.TRANSIT] != NEVER
    modes = (Mode.FOOT, Mode.BICYCLE) if walked else tuple(Mode)
    told = [
        travels(mode, minutes[mode], about=network.basis(mode).is_estimate)
        for mode in modes
        if mode == Mode.TRANSIT or minutes[mode] != NEVER
    ]
    return Ways(
        tuple(told),
        None if walked else itinerary(network, *here, *there),
        rests_on(network.basis(Mode.TRANSIT)),
        float(metres_between(lon, lat, to_lon, to_lat)[0]),
    )
