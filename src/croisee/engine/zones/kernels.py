"""Compiled loops that answer for points: exact where rounding cannot matter, "ask GEOS" where it could."""

import numpy as np
from numpy.typing import NDArray

from croisee.engine.compiled import compiled
from croisee.engine.zones.grid import Grid
from croisee.engine.zones.raster import SHIFT, UNKNOWN
from croisee.engine.zones.tree import STACK, Tree, nearest

ASK = -1
BATCH = 1024  # cells are looked up for so many points before any is answered, to overlap the waits for memory

# Shewchuk (1997), "Adaptive Precision Floating-Point Arithmetic", orient2d: the sign of the determinant
# is right when its size exceeds (3 + 16 e) e times the sum of its terms' sizes, e = 2**-53.
ORIENTATION_ERROR = (3.0 + 16.0 * 2.0**-53) * 2.0**-53

Floats = NDArray[np.float64]


@compiled
def side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """1 when p is to the left of a -> b, -1 to the right, 0 when rounding leaves it open."""
    left = (ax - px) * (by - py)
    right = (ay - py) * (bx - px)
    determinant = left - right
    error = ORIENTATION_ERROR * (abs(left) + abs(right)) * 1.000001 + 1e-300
    if determinant > error:
        return 1
    if determinant < -error:
        return -1
    return 0


@compiled
def is_inside(grid: Grid, ends: Floats, test: int, x: float, y: float) -> int:
    """1 inside, 0 outside, or ASK: the parity of crossings on the way from the reference point to (x, y)."""
    rx, ry = grid.reference[test, 0], grid.reference[test, 1]
    inside = int(grid.reference_inside[test])
    if inside == UNKNOWN:
        return ASK
    for i in range(grid.near_start[test], grid.near_start[test + 1]):
        edge = grid.near[i]
        ax, ay, bx, by = ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3]
        a, b = side(rx, ry, x, y, ax, ay), side(rx, ry, x, y, bx, by)
        if a == 0 or b == 0:
            return ASK
        if a != b:
            r, p = side(ax, ay, bx, by, rx, ry), side(ax, ay, bx, by, x, y)
            if r == 0 or p == 0:
                return ASK
            if r != p:
                inside ^= 1
    return inside


@compiled
def level_by_distance(
    grid: Grid,
    tree: Tree,
    ends: Floats,
    zone: int,
    low: int,
    high: int,
    x: float,
    y: float,
    nodes: NDArray[np.int64],
    squares: Floats,
) -> int:
    """The level, low to high, of a point outside the zone; ASK within the margin of a band's limit."""
    widest = grid.limits[min(high, len(grid.limits)) - 1] + grid.margin
    narrowest = max(grid.limits[low - 1] - grid.margin, 0.0)
    enough = narrowest * narrowest
    square, found = nearest(tree, ends, tree.root[zone], x, y, widest * widest, enough, nodes, squares)
    if found < 0:
        return high
    distance = np.sqrt(square)
    for level in range(low, high):
        if distance <= grid.limits[level - 1] - grid.margin:
            return level
        if distance < grid.limits[level - 1] + grid.margin:
            return ASK
    return high


@compiled
def look_up(
    grid: Grid,
    x: Floats,
    y: Floats,
    begin: int,
    end: int,
    places: NDArray[np.int32],
    insides: NDArray[np.int32],
    points: NDArray[np.int64],
    nodes: NDArray[np.int32],
) -> int:
    """The points begin:end whose block has a zone, and the nodes of their cells; returns how many they are.

    Loops without a branch, one for each level, let the processor wait for many places in memory at once.
    """
    frame, wide = grid.frame, grid.blocks.shape[1]
    blocks, cells, occupied = grid.blocks.ravel(), grid.cells.ravel(), grid.occupied
    mask, per_size = (1 << SHIFT) - 1, 1.0 / frame.size
    for i in range(end - begin):
        column, row = (x[begin + i] - frame.x0) * per_size, (y[begin + i] - frame.y0) * per_size
        within = (column >= 0) & (row >= 0) & (column < frame.columns) & (row < frame.rows)  # false for NaN
        cx, cy = np.int32(column if within else 0.0), np.int32(row if within else 0.0)
        places[i] = (cy >> SHIFT) * wide + (cx >> SHIFT) if within else -1
        insides[i] = ((cy & mask) << SHIFT) | (cx & mask)
    count = 0
    for i in range(end - begin):
        place = max(places[i], 0)
        points[count] = begin + i
        nodes[count] = place
        count += ((occupied[place >> 3] >> (place & 7)) & 1) & (places[i] >= 0)
    for i in range(count):
        block = blocks[nodes[i]]
        inside = insides[points[i] - begin]
        nodes[i] = ~block if block < 0 else cells[(np.int64(block) << 2 * SHIFT) + inside]
    return count


@compiled
def locate(
    grid: Grid,
    tree: Tree,
    ends: Floats,
    x: Floats,
    y: Floats,
    begin: int,
    point: NDArray[np.int64],
    zone: NDArray[np.int32],
    level: NDArray[np.int8],
) -> tuple[int, int]:
    """Write one hit (point, zone, level or ASK) per zone that reaches a point, for points from `begin` on.

    Returns the first point not answered because there was no room for its hits, and the number of hits.
    """
    chain = grid.nodes
    far = len(grid.limits) + 1
    batch_points, batch_nodes = np.empty(BATCH, np.int64), np.empty(BATCH, np.int32)
    places, insides = np.empty(BATCH, np.int32), np.empty(BATCH, np.int32)
    nodes, squares = np.empty(STACK, np.int64), np.empty(STACK)
    count = 0
    for batch in range(begin, len(x), BATCH):
        end = min(batch + BATCH, len(x))
        occupied = look_up(grid, x, y, batch, end, places, insides, batch_points, batch_nodes)
        for found in range(occupied):
            i, node = batch_points[found], batch_nodes[found]
            whole = count
            while node:
                at, levels, test = chain[node, 1], chain[node, 2], chain[node, 3]
                node = chain[node, 0]
                low, high = levels >> 4, levels & 15
                answer = low
                if test >= 0:
                    inside = is_inside(grid, ends, test, x[i], y[i])
                    if inside == 1:
                        answer = high = 0
                    elif inside == ASK:
                        answer = high = ASK
                    else:
                        low = answer = 1
                if low < high:
                    answer = level_by_distance(grid, tree, ends, at, low, high, x[i], y[i], nodes, squares)
                if answer < far:
                    if count == len(point):
                        return i, whole
                    point[count], zone[count], level[count] = i, at, answer
                    count += 1
    return len(x), count
