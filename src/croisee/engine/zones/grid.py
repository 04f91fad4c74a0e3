"""The two-level grid that answers most points by looking up their cell.

Seen from a cell, each zone has one *level* per point: 0 inside, `k` at most `bands[k - 1]` from it (and
no less), `len(bands) + 1` farther than all bands. For each cell and zone the builder knows the lowest and
the highest level a point of the cell can have. They agree nearly everywhere; elsewhere the cell asks for a
test: against the few segments that touch the cell (inside?) or against the zone's tree (how far?).

A cell's zones are a chain of nodes `parent, zone, low level and high level, test`: cells with the same
answer share one chain.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from croisee.engine.zones.geometry import Edges
from croisee.engine.zones.raster import SHIFT, Frame, classify, join_blocks, paint, reserve_blocks
from croisee.engine.zones.tree import Tree

MAX_BLOCKS = 4_000_000
MAX_CELLS = 12_000_000
MAX_BANDS = 8
EMPTY = -1  # a block without a zone: the complement of node 0

Spread = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]


class Grid(NamedTuple):
    """`blocks[by, bx]` is the number of a block in `cells`, or the complement of its cells' only node."""

    frame: Frame
    limits: NDArray[np.float64]  # the bands, ascending
    margin: float  # what is nearer to a limit than this is decided by GEOS
    blocks: NDArray[np.int32]
    occupied: NDArray[np.uint8]  # a bit per block, row by row, small enough to stay in the processor's cache
    cells: NDArray[np.int32]  # [block, row, column] -> node, 0 for no zone
    nodes: NDArray[np.int32]  # [node, (parent, zone, low << 4 | high, test or -1)]
    reference: NDArray[np.float64]  # [test, (x, y)] a point of the cell ...
    reference_inside: NDArray[np.uint8]  # [test] ... and whether it is inside
    near_start: NDArray[np.int64]
    near: NDArray[np.int32]  # near_start[t]:near_start[t + 1] -> the segments that touch the cell of test t


def lay_out(edges: Edges, boxes: NDArray[np.float64], reach: float) -> tuple[Frame, NDArray[np.int64], float]:
    """Choose the cells for zones with these boxes (west, south, east, north) and the widest band `reach`.

    Returns the frame, the window of cells of each zone (first column and row, columns, rows), and the margin.
    Cells are about three times as wide as a segment is long, unless that made too many of them.
    """
    margin = 1e-13 * float(np.abs(boxes).max()) + (1e-6 if reach else 0.0)
    lengths = np.hypot(edges.ends[:, 2] - edges.ends[:, 0], edges.ends[:, 3] - edges.ends[:, 1])
    wide = boxes + np.array([-1, -1, 1, 1]) * (reach + 2 * margin)
    width, height = wide[:, 2] - wide[:, 0], wide[:, 3] - wide[:, 1]
    extent = np.array([wide[:, 2].max() - wide[:, 0].min(), wide[:, 3].max() - wide[:, 1].min()])
    size = max(
        3.0 * float(lengths.mean()),
        math.sqrt(float((width * height).sum()) / MAX_CELLS),
        float((width + height).sum()) / MAX_CELLS,
        math.sqrt(float(extent.prod()) / MAX_BLOCKS) / 2**SHIFT,
        float(extent.sum()) / MAX_BLOCKS / 2**SHIFT,
        1e4 * margin,
    )
    # An odd offset keeps round coordinates off the cells' borders and centres.
    x0, y0 = wide[:, 0].min() - 0.618 * size, wide[:, 1].min() - 0.414 * size
    west = np.floor((wide[:, 0] - x0) / size).astype(np.int64)
    south = np.floor((wide[:, 1] - y0) / size).astype(np.int64)
    columns = np.floor((wide[:, 2] - x0) / size).astype(np.int64) + 1 - west
    rows = np.floor((wide[:, 3] - y0) / size).astype(np.int64) + 1 - south
    frame = Frame(float(x0), float(y0), float(size), int((west + columns).max()), int((south + rows).max()))
    return frame, np.column_stack([west, south, columns, rows]), margin


def build(edges: Edges, tree: Tree, bands: NDArray[np.float64], spread: Spread) -> Grid:
    """The grid of all zones; `spread` maps a function over zones, in order, on several threads."""
    zones = len(edges.start) - 1
    boxes = tree.box[tree.root[:-1]]
    frame, windows, margin = lay_out(edges, boxes, float(bands.max(initial=0.0)))

    def draw(zone: int) -> Any:
        span = edges.start[zone], edges.start[zone + 1]
        return classify(edges.ends, *span, tree, tree.root[zone], frame, windows[zone], bands, margin)

    drawn = list(spread(draw, range(zones)))
    state = [part[0] for part in drawn]
    far = len(bands) + 1
    blocks = np.full((-(-frame.rows >> SHIFT), -(-frame.columns >> SHIFT)), EMPTY, np.int32)
    used = 0
    for zone in range(zones):
        used = reserve_blocks(blocks, state[zone], windows[zone], far, used)
    cells = np.zeros((used, 1 << SHIFT, 1 << SHIFT), np.int32)
    nodes = np.empty((1 + sum(part.size for part in state), 4), np.int32)
    first_test = np.cumsum([0, *(len(part[1]) for part in drawn)])
    used = 1
    for zone in range(zones - 1, -1, -1):  # so that each chain lists its zones in ascending order
        used = paint(blocks, cells, nodes, used, state[zone], windows[zone], zone, far, first_test[zone])
    stay = join_blocks(blocks, cells)
    reference, inside, counts, near = (np.concatenate([part[i] for part in drawn]) for i in range(1, 5))
    near_start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Grid(
        frame,
        bands,
        margin,
        blocks,
        np.packbits(blocks.ravel() != EMPTY, bitorder="little"),
        cells[:stay].copy(),
        nodes[:used].copy(),
        reference,
        inside,
        near_start,
        near,
    )
