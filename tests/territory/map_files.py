"""Map files for tests, in any format that GDAL writes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyogrio.raw
import pyproj
import shapely


def write_map(
    path: Path,
    shapes: Sequence[shapely.Geometry],
    columns: dict[str, Sequence[str]],
    epsg: int = 4326,
    layer: str | None = None,
) -> None:
    """Write polygons given in longitude and latitude to `path`, in EPSG:`epsg`; the name tells the format."""
    project = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform
    there = [shapely.transform(shape, project, interleaved=False) for shape in shapes]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(there, object)),
        [np.array(list(values), object) for values in columns.values()],
        list(columns),
        layer=layer,
        geometry_type="Polygon",
        crs=f"EPSG:{epsg}",
        encoding="UTF-8",
    )
