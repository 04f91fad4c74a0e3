"""Priority neighbourhoods as a round uses them: an index, names, outlines to draw."""

from dataclasses import dataclass, field
from pathlib import Path
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
    notes: tuple[str, ...] = ()

    def answer(self, where: Locations) -> tuple[list[str], NDArray[np.bool_]]:
        """The neighbourhood of each location ("" for none), and whether it is within 20 m of a limit."""
        codes: list[str] = self.index.tag(where.lon, where.lat, crs=4326).tolist()
        distance = self.index.distance(where.lon, where.lat, crs=4326)
        with np.errstate(invalid="ignore"):
            return codes, np.asarray(distance < UNCERTAIN_WITHIN, bool)


def zones_of_file(path: Path) -> Zones:
    """The neighbourhoods of a polygon file, whatever its format. Raises FaultyInput when it is none.

    Features left out of the file are named in `notes`.
    """
    from croisee.territory.polygons import LON_LAT, read_polygons

    file = read_polygons(path)
    outlines = [zone.polygon for zone in file.zones]
    if file.epsg != LON_LAT:
        outlines = _in_degrees(outlines, file.epsg)
    return Zones(
        index=file.index(),
        names={zone.code: zone.name for zone in file.zones},
        outlines=outlines,
        source=file.source,
        notes=(*(f"{file.source}: {note}" for note in file.notes), *map(str, file.faults)),
    )


def _in_degrees(outlines: list[Any], epsg: int) -> list[Any]:
    import pyproj
    import shapely

    backward = pyproj.Transformer.from_crs(epsg, 4326, always_xy=True)
    return [
        shapely.transform(outline, lambda points: np.column_stack(backward.transform(*points.T)))
        for outline in outlines
    ]
