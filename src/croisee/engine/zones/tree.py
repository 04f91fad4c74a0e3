"""A tree of boxes over the boundary segments: the nearest segment to a point, of one zone or of all.

Each leaf holds up to `FANOUT` successive segments of a zone's boundary, each inner node up to `FANOUT`
successive nodes, so the tree needs no sorting within a zone. Zones themselves are joined in Z-order.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from croisee.engine.compiled import compiled

FANOUT = 8
STACK = 160  # more than FANOUT nodes a level, for any number of segments that fits in memory


class Tree(NamedTuple):
    """`box[i] = west, south, east, north`; its children begin at `first[i]`: nodes, segments for leaves."""

    box: NDArray[np.float64]
    first: NDArray[np.int64]
    children: NDArray[np.int64]  # how many
    root: NDArray[np.int64]  # of each zone, then of all together
    leaves: NDArray[np.int64]  # one number: the first nodes are leaves


def plant(ends: NDArray[np.float64], start: NDArray[np.int64]) -> Tree:
    """The tree of all boundary segments `ends`, those of zone `z` being `start[z]:start[z + 1]`."""
    zones = len(start) - 1
    leaves = int((-(-np.diff(start) // FANOUT)).sum())
    room = 2 * leaves + 2 * zones + 16
    tree = Tree(
        np.empty((room, 4)),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(zones + 1, np.int64),
        np.array([leaves]),
    )
    used = _grow_zones(ends, start, tree)
    used = _join_zones(tree, _z_order(tree.box[tree.root[:-1]]), used)
    return tree._replace(
        box=tree.box[:used].copy(), first=tree.first[:used].copy(), children=tree.children[:used].copy()
    )


def _z_order(box: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions of the boxes along a curve that keeps neighbours together."""
    centre = (box[:, :2] + box[:, 2:]) / 2
    low, extent = centre.min(axis=0), np.maximum(np.ptp(centre, axis=0), 1e-300)
    bits = ((centre - low) / extent * 65535).astype(np.uint64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return np.argsort(bits[:, 0] | (bits[:, 1] << np.uint64(1)), kind="stable")


@compiled
def _grow(tree: Tree, begin: int, end: int, used: int) -> tuple[int, int]:
    """Add levels above the nodes begin:end until one is left; return that node and the number of nodes."""
    while end - begin > 1:
        level = used
        for child in range(begin, end, FANOUT):
            last = min(child + FANOUT, end)
            tree.first[used] = child
            tree.children[used] = last - child
            tree.box[used, 0] = tree.box[child:last, 0].min()
            tree.box[used, 1] = tree.box[child:last, 1].min()
            tree.box[used, 2] = tree.box[child:last, 2].max()
            tree.box[used, 3] = tree.box[child:last, 3].max()
            used += 1
        begin, end = level, used
    return begin, used


@compiled
def _grow_zones(ends: NDArray[np.float64], start: NDArray[np.int64], tree: Tree) -> int:
    leaf = 0
    used = int(tree.leaves[0])
    for zone in range(len(start) - 1):
        begin = leaf
        for edge in range(start[zone], start[zone + 1], FANOUT):
            last = min(edge + FANOUT, start[zone + 1])
            tree.first[leaf] = edge
            tree.children[leaf] = last - edge
            tree.box[leaf, 0] = min(ends[edge:last, 0].min(), ends[edge:last, 2].min())
            tree.box[leaf, 1] = min(ends[edge:last, 1].min(), ends[edge:last, 3].min())
            tree.box[leaf, 2] = max(ends[edge:last, 0].max(), ends[edge:last, 2].max())
            tree.box[leaf, 3] = max(ends[edge:last, 1].max(), ends[edge:last, 3].max())
            leaf += 1
        tree.root[zone], used = _grow(tree, begin, leaf, used)
    return used


@compiled
def _join_zones(tree: Tree, order: NDArray[np.int64], used: int) -> int:
    begin = used
    for zone in order:
        tree.first[used] = tree.root[zone]
        tree.children[used] = 1
        tree.box[used] = tree.box[tree.root[zone]]
        used += 1
    tree.root[len(order)], used = _grow(tree, begin, used, used)
    return used


@compiled
def square_to_box(box: NDArray[np.float64], node: int, x: float, y: float) -> float:
    dx: float = max(box[node, 0] - x, 0.0, x - box[node, 2])
    dy: float = max(box[node, 1] - y, 0.0, y - box[node, 3])
    return dx * dx + dy * dy


@compiled
def square_to_segment(ends: NDArray[np.float64], edge: int, x: float, y: float) -> float:
    ax, ay = ends[edge, 0], ends[edge, 1]
    dx, dy = ends[edge, 2] - ax, ends[edge, 3] - ay
    along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)
    along = min(max(along, 0.0), 1.0)
    ox: float = x - ax - along * dx
    oy: float = y - ay - along * dy
    return ox * ox + oy * oy


@compiled
def nearest(
    tree: Tree,
    ends: NDArray[np.float64],
    root: int,
    x: float,
    y: float,
    bound: float,
    enough: float,
    nodes: NDArray[np.int64],
    squares: NDArray[np.float64],
) -> tuple[float, int]:
    """The squared distance below `bound` to the nearest segment under `root`, and that segment.

    Returns (bound, -1) when no segment is nearer. Stops at the first segment at most `enough` away.
    `nodes` and `squares` are room for `STACK` entries.
    """
    box, first, count, leaves = tree.box, tree.first, tree.children, tree.leaves[0]
    best, found = bound, -1
    nodes[0], squares[0], depth = root, square_to_box(box, root, x, y), 1
    while depth:
        depth -= 1
        node = nodes[depth]
        if squares[depth] >= best:
            continue
        if node < leaves:
            for edge in range(first[node], first[node] + count[node]):
                square = square_to_segment(ends, edge, x, y)
                if square < best:
                    best, found = square, edge
            if best <= enough:
                break
            continue
        bottom = depth
        for child in range(first[node], first[node] + count[node]):
            square = square_to_box(box, child, x, y)
            if square < best:  # the nearest child is kept on top of the stack
                slot = depth
                while slot > bottom and squares[slot - 1] < square:
                    nodes[slot], squares[slot] = nodes[slot - 1], squares[slot - 1]
                    slot -= 1
                nodes[slot], squares[slot] = child, square
                depth += 1
    return best, found


@compiled
def nearest_of_all(
    tree: Tree,
    ends: NDArray[np.float64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    distance: NDArray[np.float64],
    edge: NDArray[np.int64],
) -> None:
    """Fill `distance` and `edge` with the segment nearest to each point; NaN, -1 where x or y is none."""
    nodes, squares = np.empty(STACK, np.int64), np.empty(STACK)
    root = tree.root[len(tree.root) - 1]
    for i in range(len(x)):
        if np.isfinite(x[i]) and np.isfinite(y[i]):
            square, edge[i] = nearest(tree, ends, root, x[i], y[i], np.inf, -1.0, nodes, squares)
            distance[i] = np.sqrt(square)
        else:
            distance[i], edge[i] = np.nan, -1
