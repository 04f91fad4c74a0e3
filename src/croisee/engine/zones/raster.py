"""Compiled loops that draw zones into the cells of a grid (see `grid`)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from croisee.engine.compiled import compiled
from croisee.engine.zones.tree import STACK, Tree, nearest, square_to_box, square_to_segment

SHIFT = 5  # a block is 2**SHIFT cells wide
UNKNOWN = 2  # of a reference point: whether it is inside could not be told, GEOS is asked
CLEAR = 1e-3  # a reference point is this part of a cell's width away from every segment

Floats = NDArray[np.float64]


class Frame(NamedTuple):
    """Where the cells are: cell (0, 0) begins at (x0, y0); cells are `size` wide, `columns` by `rows`."""

    x0: float
    y0: float
    size: float
    columns: int
    rows: int


@compiled
def level_of(distance: float, bands: Floats) -> int:
    """The level of a point outside at this distance: the first band that reaches it."""
    for band in range(len(bands)):
        if distance <= bands[band]:
            return band + 1
    return len(bands) + 1


@compiled
def _centres_inside(
    ends: Floats, begin: int, end: int, frame: Frame, window: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Whether the centre of each cell of the window is inside, by the parity of crossings to its left."""
    west, south, columns, rows = window
    inside = np.zeros((rows, columns), np.uint8)
    for edge in range(begin, end):
        ax, ay, bx, by = ends[edge]
        lowest = int(np.floor((min(ay, by) - frame.y0) / frame.size - 0.5)) - south
        highest = int(np.floor((max(ay, by) - frame.y0) / frame.size - 0.5)) + 1 - south
        for row in range(max(lowest, 0), min(highest + 1, rows)):
            y = frame.y0 + (south + row + 0.5) * frame.size
            if (ay > y) != (by > y):
                x = ax + (y - ay) / (by - ay) * (bx - ax)
                column = int(np.floor((x - frame.x0) / frame.size - 0.5)) + 1 - west
                if column < columns:
                    inside[row, max(column, 0)] ^= 1
    for row in range(rows):
        for column in range(1, columns):
            inside[row, column] ^= inside[row, column - 1]
    return inside


@compiled
def _is_inside(ends: Floats, begin: int, end: int, x: float, y: float) -> int:
    inside = 0
    for edge in range(begin, end):
        ax, ay, bx, by = ends[edge]
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside ^= 1
    return inside


@compiled
def _touches(ends: Floats, edge: int, x: float, y: float, half: float) -> bool:
    """Whether a segment meets the square of half width `half` around (x, y)."""
    ax, ay, bx, by = ends[edge, 0] - x, ends[edge, 1] - y, ends[edge, 2] - x, ends[edge, 3] - y
    if min(ax, bx) > half or max(ax, bx) < -half or min(ay, by) > half or max(ay, by) < -half:
        return False
    dx, dy = bx - ax, by - ay
    return bool(abs(ax * dy - ay * dx) <= half * (abs(dx) + abs(dy)) * (1 + 1e-12))


@compiled
def _touching(
    tree: Tree, ends: Floats, root: int, x: float, y: float, half: float, stack: NDArray[np.int64]
) -> NDArray[np.int32]:
    """The segments that meet the square of half width `half` around (x, y)."""
    found = np.empty(16, np.int32)
    count = 0
    stack[0], depth = root, 1
    while depth:
        depth -= 1
        node = stack[depth]
        if square_to_box(tree.box, node, x, y) > 2 * half * half:
            continue
        for child in range(tree.first[node], tree.first[node] + tree.children[node]):
            if node >= tree.leaves[0]:
                stack[depth] = child
                depth += 1
            elif _touches(ends, child, x, y, half):
                if count == len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                found[count] = child
                count += 1
    return found[:count]


@compiled
def _reference(
    ends: Floats, begin: int, end: int, near: NDArray[np.int32], x: float, y: float, size: float
) -> tuple[float, float, int]:
    """A point of the cell around (x, y) that is clear of every segment, and whether it is inside."""
    for step in range(24):
        px = x + 0.35 * size * np.cos(2.4 * step) * step / 24
        py = y + 0.35 * size * np.sin(2.4 * step) * step / 24
        clear = True
        for edge in near:
            if square_to_segment(ends, edge, px, py) < (CLEAR * size) ** 2:
                clear = False
        if clear:
            return px, py, _is_inside(ends, begin, end, px, py)
    return x, y, UNKNOWN


@compiled
def _alike(distance: float, radius: float, size: float, bands: Floats) -> int:
    """How many cells in a row have the levels of the first, at this distance: no limit can reach them."""
    clear = distance
    for band in bands:
        clear = min(clear, abs(distance - band))
    return max(1, int(min((clear - radius) / size, 1e9)) + 1)


@compiled
def classify(
    ends: Floats,
    begin: int,
    end: int,
    tree: Tree,
    root: int,
    frame: Frame,
    window: NDArray[np.int64],
    bands: Floats,
    margin: float,
) -> tuple[NDArray[np.uint8], Floats, NDArray[np.uint8], NDArray[np.int64], NDArray[np.int32]]:
    """The levels of one zone in each cell of its window, and its tests.

    Returns `state[row, column]` = lowest level << 4 | highest level; then for each cell that the boundary
    touches, row by row: a reference point, whether it is inside, the number of segments that touch the cell;
    then these segments.
    """
    west, south, columns, rows = window
    half = frame.size / 2 + margin
    radius = half * np.sqrt(2.0)
    inside = _centres_inside(ends, begin, end, frame, window)
    state = np.empty((rows, columns), np.uint8)
    nodes, squares = np.empty(STACK, np.int64), np.empty(STACK)
    reference, reference_inside, counts = np.empty((64, 2)), np.empty(64, np.uint8), np.empty(64, np.int64)
    near = np.empty(256, np.int32)
    tests, used = 0, 0
    for row in range(rows):
        known, column = np.inf, 0
        while column < columns:
            x = frame.x0 + (west + column + 0.5) * frame.size
            y = frame.y0 + (south + row + 0.5) * frame.size
            square, _ = nearest(tree, ends, root, x, y, known * known, -1.0, nodes, squares)
            known = np.sqrt(square)
            low, high = level_of(known - radius, bands), level_of(known + radius, bands)
            if inside[row, column]:
                low, high = 0, 0
            if known <= radius:
                touching = _touching(tree, ends, root, x, y, half, nodes)
                if len(touching):
                    low, high = 0, level_of(known + radius, bands)
                    if tests == len(counts):
                        reference = np.concatenate((reference, np.empty_like(reference)))
                        reference_inside = np.concatenate((reference_inside, np.empty_like(reference_inside)))
                        counts = np.concatenate((counts, np.empty_like(counts)))
                    while used + len(touching) > len(near):
                        near = np.concatenate((near, np.empty_like(near)))
                    px, py, answer = _reference(ends, begin, end, touching, x, y, frame.size)
                    reference[tests, 0], reference[tests, 1], reference_inside[tests] = px, py, answer
                    counts[tests] = len(touching)
                    near[used : used + len(touching)] = touching
                    tests += 1
                    used += len(touching)
            alike = _alike(known, radius, frame.size, bands)
            state[row, column : column + alike] = low << 4 | high
            column += alike
            known += 1.001 * alike * frame.size  # a bound for the next centre
    return (
        state,
        reference[:tests].copy(),
        reference_inside[:tests].copy(),
        counts[:tests].copy(),
        near[:used].copy(),
    )


@compiled
def reserve_blocks(
    blocks: NDArray[np.int32], state: NDArray[np.uint8], window: NDArray[np.int64], far: int, used: int
) -> int:
    """Number the blocks in which this zone has a cell; return how many blocks are numbered then."""
    for row in range(state.shape[0]):
        for column in range(state.shape[1]):
            if state[row, column] >> 4 != far:
                by, bx = (window[1] + row) >> SHIFT, (window[0] + column) >> SHIFT
                if blocks[by, bx] < 0:
                    blocks[by, bx] = used
                    used += 1
    return used


@compiled
def paint(
    blocks: NDArray[np.int32],
    cells: NDArray[np.int32],
    nodes: NDArray[np.int32],
    used: int,
    state: NDArray[np.uint8],
    window: NDArray[np.int64],
    zone: int,
    far: int,
    test: int,
) -> int:
    """Put one zone in front of the chains of its cells; return how many nodes there are then.

    Neighbouring cells mostly extend the same chain by the same state: a small table remembers the
    nodes made last, and forgetting one costs a node, nothing else.
    """
    mask = (1 << SHIFT) - 1
    made = np.full((256, 3), -1, np.int64)  # chain, state, node
    for row in range(state.shape[0]):
        for column in range(state.shape[1]):
            levels = np.int64(state[row, column])
            low, high = levels >> 4, levels & 15
            if low == far:
                continue
            y, x = window[1] + row, window[0] + column
            block = blocks[y >> SHIFT, x >> SHIFT]
            chain = cells[block, y & mask, x & mask]
            slot = (chain * 31 + levels) & 255
            own_test = -1
            if low == 0 and high > 0:
                own_test = test
                test += 1
            elif made[slot, 0] == chain and made[slot, 1] == levels:
                cells[block, y & mask, x & mask] = made[slot, 2]
                continue
            nodes[used, 0], nodes[used, 1], nodes[used, 2], nodes[used, 3] = chain, zone, levels, own_test
            if own_test < 0:
                made[slot, 0], made[slot, 1], made[slot, 2] = chain, levels, used
            cells[block, y & mask, x & mask] = used
            used += 1
    return used


@compiled
def join_blocks(blocks: NDArray[np.int32], cells: NDArray[np.int32]) -> int:
    """Replace each block whose cells all have one node by its complement; return how many blocks stay."""
    stay = 0
    place = np.empty(len(cells), np.int64)
    for block in range(len(cells)):
        node = cells[block, 0, 0]
        if (cells[block] == node).all():
            place[block] = ~np.int64(node)
        else:
            place[block] = stay
            cells[stay] = cells[block]
            stay += 1
    for y in range(blocks.shape[0]):
        for x in range(blocks.shape[1]):
            if blocks[y, x] >= 0:
                blocks[y, x] = place[blocks[y, x]]
    return stay
