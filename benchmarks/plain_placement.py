"""Deferred acceptance with reserved seats as one would write it in plain Python, with `heapq`: a yardstick.

Each pool keeps two heaps, of its protected pupils and of the others, with the pupil served last on top.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence


def plain_place(
    lists: Sequence[Sequence[int]],
    priority: Sequence[Sequence[float]],
    capacity: Sequence[int],
    reserved: Sequence[int],
    protected: Sequence[bool],
) -> list[int]:
    """The position in `lists[i]` of the place that pupil `i` gets, -1 for none."""
    position = [0] * len(lists)
    inside: list[tuple[list[tuple[float, int]], list[tuple[float, int]]]] = [([], []) for _ in capacity]
    waiting = list(range(len(lists)))
    while waiting:
        pupil = waiting.pop()
        if position[pupil] == len(lists[pupil]):
            continue
        pool = lists[pupil][position[pupil]]
        ours, others = inside[pool]
        entry = (-priority[pupil][position[pupil]], -pupil)
        heapq.heappush(ours if protected[pupil] else others, entry)
        if len(ours) + len(others) <= capacity[pool]:
            continue
        within_reserve = len(ours) <= reserved[pool]
        last = others if within_reserve or not ours or (others and others[0] < ours[0]) else ours
        refused = -heapq.heappop(last)[1]
        position[refused] += 1
        waiting.append(refused)
    return [-1 if at == len(wishes) else at for at, wishes in zip(position, lists, strict=True)]
