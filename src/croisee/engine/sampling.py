"""Drawing units for an audit in proportion to their sizes, and what the sample says of all of them: monetary-unit
sampling, whatever sizes are in (the social clauses: hours).

Pure and deterministic: the same frame, size and seed draw the same units on any machine, with nothing but integers and
SHA-256. Sources: European Commission, *Guidance on sampling methods for audit authorities* (EGESIF_16-0014-01,
20 January 2017), monetary unit sampling, conservative approach; W. G. Cochran, *Sampling Techniques* (1977), 9A.10
(systematic sampling with probability proportional to size); K. W. Stringer, *Practical aspects of statistical sampling
in auditing* (1963). See docs/methods/clauses.md.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Unit:
    """One unit that may be drawn: its identifier, and its size in hundredths."""

    key: str
    hundredths: int


@dataclass(frozen=True)
class Drawn:
    """One unit drawn; `certain` when its size was that of the interval or more."""

    key: str
    certain: bool


@dataclass(frozen=True)
class Sample:
    """What was drawn, in the order of the frame; from how many units, and their sizes together (in hundredths)."""

    drawn: tuple[Drawn, ...]
    population: int
    hundredths: int


@dataclass(frozen=True)
class Found:
    """What was read of a unit drawn: its size (hours, say), and how much of it is refused."""

    hours: float
    refused: float
    certain: bool


@dataclass(frozen=True)
class Estimate:
    """How much is refused in the whole population, and the most it may be with `confidence`; both as shares too."""

    refused: float
    most: float
    rate: float
    most_rate: float
    confidence: float


def digest(frame: Sequence[Unit]) -> str:
    """What identifies a frame: SHA-256 of its lines `key;hundredths`, in its order."""
    lines = "\n".join(f"{unit.key};{unit.hundredths}" for unit in frame)
    return hashlib.sha256(lines.encode()).hexdigest()


def draw(frame: Sequence[Unit], size: int, seed: int) -> Sample:
    """Draw `size` units with a probability in proportion to their sizes.

    Parameters
    ----------
    frame
        Every unit that may be drawn, in an order that does not depend on what would be found; neighbours in it are
        rarely drawn together, so an order by company spreads the sample over companies. Those of no size are never
        drawn.
    size
        How many to draw, one at least.
    seed
        Any integer; with the digest of the frame it gives the start.

    Returns
    -------
    Sample
        All units of some size when they are no more than `size`.

    Raises
    ------
    ValueError
        When `size` is less than one, or a unit's size is negative.

    Notes
    -----
    A unit that reaches the interval (all sizes ÷ `size`) is drawn for certain and leaves the frame; again with the
    others until none does. Of the rest, with `m` still to draw and sizes in all `T`, a start `u` below `T` is drawn
    once; a unit that holds one of the points `(u + kT) ÷ m` of the cumulated sizes is drawn. Its chance is exactly
    `m × its size ÷ T`, and nothing is drawn twice.

    Examples
    --------
    >>> frame = [Unit("a", 100), Unit("b", 300), Unit("c", 9_600)]
    >>> [one.key for one in draw(frame, 1, seed=1).drawn]
    ['c']
    >>> draw(frame, 2, seed=1).drawn[-1].certain
    True
    """
    if size < 1:
        raise ValueError("size is one at least")
    if any(unit.hundredths < 0 for unit in frame):
        raise ValueError("sizes are not negative")
    of_some_size = [unit for unit in frame if unit.hundredths]
    large = _certain(of_some_size, size)
    rest = [unit for unit in of_some_size if unit.key not in large]
    chosen = _systematic(rest, size - len(large), _start(frame, seed, sum(u.hundredths for u in rest)))
    drawn = tuple(
        Drawn(unit.key, unit.key in large) for unit in of_some_size if unit.key in large or unit.key in chosen
    )
    return Sample(drawn, len(frame), sum(unit.hundredths for unit in frame))


def _certain(frame: Sequence[Unit], size: int) -> frozenset[str]:
    return certain(frame, size, sum(unit.hundredths for unit in frame))


def certain(units: Sequence[Unit], size: int, total: int) -> frozenset[str]:
    """The units that reach the interval of those that are left, taken out again and again.

    `total` is of the whole frame (hundredths). Those drawn are enough to tell: whatever is certain is among them.
    """
    left, taken = size, []
    for unit in sorted(units, key=lambda unit: -unit.hundredths):
        if left == 0 or not unit.hundredths or unit.hundredths * left < total:
            break
        taken.append(unit.key)
        left, total = left - 1, total - unit.hundredths
    return frozenset(taken)


def _start(frame: Sequence[Unit], seed: int, total: int) -> int:
    """An integer below `total`, from the seed and the frame; 256 bits leave no bias that could be noticed."""
    text = f"{seed}:{digest(frame)}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % max(total, 1)


def _systematic(frame: Sequence[Unit], size: int, start: int) -> frozenset[str]:
    """The units that hold the points `start + k × total`, on sizes multiplied by `size` so that all are whole."""
    total = sum(unit.hundredths for unit in frame)
    chosen, reached, point = [], 0, start
    for unit in frame if size else ():
        reached += size * unit.hundredths
        if point < reached:
            chosen.append(unit.key)
            point += total
    return frozenset(chosen)


def estimate(found: Sequence[Found], population_hours: float, confidence: float = CONFIDENCE) -> Estimate:
    """What the units read say of all of them.

    Parameters
    ----------
    found
        Every unit drawn, read to its end.
    population_hours
        The sizes of the whole frame together.
    confidence
        How often, over many audits, the most that is given is indeed no less than the truth.

    Returns
    -------
    Estimate
        `refused`: what is refused of those drawn for certain, plus interval × the sum of the refused shares of the
        others. `most`: the same with, for the others, interval × (R(0) + Σ (R(j) − R(j−1)) × t(j)), their refused
        shares `t` from the largest down and `R(j)` the Poisson factor of `j` errors. Neither is more than all sizes.

    Raises
    ------
    ValueError
        When nothing was drawn, or when more is refused of a unit than there was.
    """
    if not found:
        raise ValueError("nothing was drawn")
    if any(not 0 <= one.refused <= one.hours or one.hours <= 0 for one in found):
        raise ValueError("what is refused is between zero and the size of the unit")
    known = sum(one.refused for one in found if one.certain)
    others = [one for one in found if not one.certain]
    rest = max(population_hours - sum(one.hours for one in found if one.certain), 0.0)
    shares = sorted((one.refused / one.hours for one in others), reverse=True)
    interval = rest / len(others) if others else 0.0
    likely = min(known + interval * math.fsum(shares), population_hours)
    bound = interval * bounded_errors(shares, confidence) if others else 0.0
    most = min(known + min(bound, rest), population_hours)
    return Estimate(likely, most, likely / population_hours, most / population_hours, confidence)


def bounded_errors(shares: Sequence[float], confidence: float) -> float:
    """R(0) + Σ (R(j) − R(j−1)) × t(j): the most whole errors in the sample's place; `shares` from the largest down."""
    factors = [poisson_factor(errors, confidence) for errors in range(sum(share > 0 for share in shares) + 1)]
    steps = (after - before for before, after in pairwise(factors))
    return factors[0] + math.fsum(step * share for step, share in zip(steps, shares, strict=False))


def poisson_factor(errors: int, confidence: float) -> float:
    """The mean of a Poisson law that gives `errors` or fewer with a probability of 1 − `confidence`.

    >>> [round(poisson_factor(errors, 0.95), 2) for errors in range(3)]
    [3.0, 4.74, 6.3]
    """
    low, high = 0.0, errors + 10.0 * math.sqrt(errors + 10.0)
    while high - low > 1e-10 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(errors, middle) > 1 - confidence else (low, middle)
    return (low + high) / 2


def _at_most(errors: int, mean: float) -> float:
    """The probability of `errors` or fewer."""
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(errors + 1))
