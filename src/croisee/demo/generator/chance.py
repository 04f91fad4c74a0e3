"""Chance, kept in hand: one independent stream per part, and sharing out a whole number."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def stream(seed: int, part: str) -> np.random.Generator:
    """The random stream of one part of the metropolis.

    Parts do not share a stream, so that changing how one is drawn leaves the others as they were.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(part.encode())])))


def apportion(total: int, shares: Sequence[float] | NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers that add up to `total`, as near to `shares` as can be (largest remainders).

    `total` >= 0; `shares` non-negative, one at least above zero. Of equal remainders the first is served.
    """
    weights = np.asarray(shares, dtype=np.float64)
    exact = total * weights / weights.sum()
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    largest = np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]
    whole[largest] += 1
    return whole


def draw(rng: np.random.Generator, weights: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """`count` row numbers drawn with repetition in proportion to `weights`."""
    bounds = np.cumsum(weights)
    rows = np.searchsorted(bounds, rng.random(count) * bounds[-1], side="right")
    return np.asarray(np.minimum(rows, len(weights) - 1), dtype=np.int64)
