"""The collèges and lycées that one reaches from a point: what the map of its areas shows, as a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from croisee.territory.models import Location, School, SchoolKind
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import NEVER, Network
from croisee.territory.travel.wording import duration


@dataclass(frozen=True)
class Reached:
    """A school, and the minutes to its door."""

    school: School
    minutes: int

    @property
    def time(self) -> str:
        """The minutes in words."""
        return duration(self.minutes)


def schools_reached(network: Network, lon: float, lat: float, mode: Mode, within: int) -> list[Reached]:
    """Those at most `within` minutes from a point in degrees, the soonest reached first; one query."""
    placed = School.objects.filter(
        location=Location.POINT, kind__in=(SchoolKind.COLLEGE, SchoolKind.LYCEE)
    ).select_related("commune")
    schools = list(placed.only("uai", "name", "kind", "longitude", "latitude", "commune__name"))
    to_lon, to_lat = np.array([(one.longitude, one.latitude) for one in schools], float).reshape(-1, 2).T
    minutes = network.minutes(np.array([lon]), np.array([lat]), to_lon, to_lat, mode)[0]
    found = [Reached(one, int(told)) for one, told in zip(schools, minutes, strict=True)]
    return sorted(
        (one for one in found if NEVER < one.minutes <= within),
        key=lambda one: (one.minutes, one.school.name, one.school.uai),
    )
