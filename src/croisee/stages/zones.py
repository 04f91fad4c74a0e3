"""Priority neighbourhoods as a round uses them: an index, names, outlines to draw."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from croisee.stages.files.locations import Locations
from croisee.territory.rules import UNCERTAIN_WITHIN

if TYPE_CHECKING:
    from croisee.engine.zones import Index


@dataclass(frozen=True, slots=True)
class Zones:
    """Neighbourhoods: the index that answers, names by code, outlines (shapely, lon/lat), where from."""

    index: "Index"
    names: dict[str, str] = field(default_factory=dict)
    outlines: list[Any] = field(default_factory=list)
    source: str = ""

    def answer(self, where: Locations) -> tuple[list[str], NDArray[np.bool_]]:
        """The neighbourhood of each location ("" for none), and whether it is within 20 m of a limit."""
        codes: list[str] = self.index.tag(where.lon, where.lat).tolist()
        distance = self.index.distance(where.lon, where.lat)
        with np.errstate(invalid="ignore"):
            return codes, np.asarray(distance < UNCERTAIN_WITHIN, bool)
