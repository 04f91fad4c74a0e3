"""An index on disk: a line of JSON that says where each array is, then the arrays, mapped when loaded."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from croisee.engine.zones.geometry import Edges
from croisee.engine.zones.grid import Grid
from croisee.engine.zones.plane import Plane
from croisee.engine.zones.raster import SHIFT, Frame
from croisee.engine.zones.tree import Tree

FORMAT = f"croisee zones 1 {SHIFT}"
ALIGNED = 64

Array = NDArray[Any]


def save(path: Path, about: dict[str, Any], planes: list[Plane]) -> None:
    """Write an index: `about` is what JSON can hold of it."""
    arrays = [array for plane in planes for array in _arrays(plane)]
    layout, offset = [], 0
    for array in arrays:
        layout.append((array.dtype.str, array.shape, offset))
        offset += -(-array.nbytes // ALIGNED) * ALIGNED
    frames = [(plane.epsg, plane.grid.frame, plane.grid.margin) for plane in planes]
    header = json.dumps(
        {"format": FORMAT, "about": about, "planes": frames, "arrays": layout, "bytes": offset}
    )
    line = header.encode()
    line += b" " * (-(len(line) + 1) % ALIGNED) + b"\n"
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(line)
            for array in arrays:
                file.write(np.ascontiguousarray(array).data)
                file.write(bytes(-array.nbytes % ALIGNED))
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def load(path: Path) -> tuple[dict[str, Any], list[Plane]]:
    """What `save` was given. Raises ValueError for a file that is no index, or one of another version."""
    with path.open("rb") as file:
        line = file.readline()
    try:
        header = json.loads(line)
        right = header["format"] == FORMAT and path.stat().st_size == len(line) + header["bytes"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: this is not a saved index of zones") from error
    if not right:
        raise ValueError(f"{path}: saved by another version, or cut short; build the index again")
    if not header["arrays"]:
        return header["about"], []
    # "c": pages are shared until written to, and nobody writes; compiled code takes only writable arrays.
    mapped = np.asarray(np.memmap(path, np.uint8, mode="c", offset=len(line), shape=(header["bytes"],)))
    arrays = _views(mapped, header["arrays"])
    return header["about"], [_plane(arrays, *frame) for frame in header["planes"]]


def _arrays(plane: Plane) -> list[Array]:
    grid = plane.grid
    tables = (
        grid.limits,
        grid.blocks,
        grid.occupied,
        grid.cells,
        grid.nodes,
        grid.reference,
        grid.reference_inside,
    )
    polygons = (plane.zones, plane.edges.ends, plane.edges.start, plane.wkb, plane.wkb_start)
    return [*polygons, *plane.tree, *tables, grid.near_start, grid.near]


def _plane(arrays: Iterator[Array], epsg: int, frame: list[Any], margin: float) -> Plane:
    zones, ends, start, wkb, wkb_start = (next(arrays) for _ in range(5))
    tree = Tree(*(next(arrays) for _ in Tree._fields))
    tables = [next(arrays) for _ in range(9)]
    grid = Grid(Frame(*frame), tables[0], margin, *tables[1:])
    return Plane(epsg, zones, Edges(ends, start), tree, grid, wkb, wkb_start)


def _views(mapped: Array, layout: list[Any]) -> Iterator[Array]:
    for kind, shape, offset in layout:
        dtype = np.dtype(kind)
        size = int(np.prod(shape)) * dtype.itemsize
        yield mapped[offset : offset + size].view(dtype).reshape(shape)
