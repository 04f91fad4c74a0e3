"""Small markets for hypothesis, and what the definitions say about them, by trying everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np
from hypothesis import strategies as st

from croisee.engine.placement import Market


@dataclass(frozen=True)
class Small:
    """A market with a priority for every pupil at every pool, listed or not."""

    lists: tuple[tuple[int, ...], ...]
    priority: tuple[tuple[int, ...], ...]
    capacity: tuple[int, ...]
    reserved: tuple[int, ...]
    protected: tuple[bool, ...]

    def market(self, dtype: str = "int64") -> Market:
        numbers = [self.priority[i][pool] for i, wishes in enumerate(self.lists) for pool in wishes]
        return Market(
            np.cumsum([0, *map(len, self.lists)]),
            np.array([pool for wishes in self.lists for pool in wishes], np.int64),
            np.array(numbers, dtype),
            np.array(self.capacity, np.int64),
            np.array(self.reserved, np.int64),
            np.array(self.protected, np.bool_),
        )

    def with_list(self, pupil: int, wishes: tuple[int, ...]) -> Small:
        lists = (*self.lists[:pupil], wishes, *self.lists[pupil + 1 :])
        return Small(lists, self.priority, self.capacity, self.reserved, self.protected)

    def chosen(self, pool: int, applicants: Sequence[int]) -> set[int]:
        """The choice of a pool, in the words of its definition."""
        by_turn = sorted(applicants, key=lambda pupil: (self.priority[pupil][pool], pupil))
        ours = [pupil for pupil in by_turn if self.protected[pupil]][: self.reserved[pool]]
        rest = [pupil for pupil in by_turn if pupil not in ours]
        return {*ours, *rest[: self.capacity[pool] - len(ours)]}

    def rank(self, pupil: int, pool: int) -> int:
        """Lower is better; no place comes after all wishes."""
        return len(self.lists[pupil]) if pool < 0 else self.lists[pupil].index(pool)

    def assignments(self) -> Iterator[tuple[int, ...]]:
        return product(*((*wishes, -1) for wishes in self.lists))

    def is_stable(self, given: Sequence[int]) -> bool:
        for pool in range(len(self.capacity)):
            inside = [pupil for pupil, got in enumerate(given) if got == pool]
            if len(inside) > self.capacity[pool]:
                return False
            for pupil, wishes in enumerate(self.lists):
                better = pool in wishes and wishes.index(pool) < self.rank(pupil, given[pupil])
                if better and pupil in self.chosen(pool, [*inside, pupil]):
                    return False
        return True

    def best_stable(self) -> tuple[int, ...]:
        """The stable assignment that nobody would change for another stable one."""
        stable = [given for given in self.assignments() if self.is_stable(given)]
        ranks = np.array([[self.rank(i, pool) for i, pool in enumerate(given)] for given in stable])
        best = np.flatnonzero((ranks <= ranks.min(axis=0)).all(axis=1))
        assert best.size == 1
        return stable[best[0]]


def lists_of(pools: int, longest: int) -> list[tuple[int, ...]]:
    """Every list, with no pool twice."""
    return [wishes for size in range(min(pools, longest) + 1) for wishes in permutations(range(pools), size)]


@st.composite
def small_markets(draw: st.DrawFn, most_pupils: int = 4, most_pools: int = 3) -> Small:
    pupils = draw(st.integers(0, most_pupils))
    pools = draw(st.integers(1, most_pools))
    one_draw = draw(st.booleans())
    numbers = st.integers(0, 3)
    lottery = draw(st.permutations(range(pupils)))
    capacity = draw(st.tuples(*[st.integers(0, 3)] * pools))
    return Small(
        lists=tuple(draw(st.sampled_from(lists_of(pools, 3))) for _ in range(pupils)),
        priority=tuple(
            (lottery[i],) * pools if one_draw else draw(st.tuples(*[numbers] * pools)) for i in range(pupils)
        ),
        capacity=capacity,
        reserved=tuple(draw(st.integers(0, seats)) for seats in capacity),
        protected=draw(st.tuples(*[st.booleans()] * pupils)),
    )
