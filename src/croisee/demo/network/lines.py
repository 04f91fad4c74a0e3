"""Which lines there are and where each goes: fast ones first, then those for whom nothing runs yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count as counting
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from croisee.demo.generator.chance import draw, stream
from croisee.demo.network.kinds import KINDS, Kind
from croisee.demo.network.places import Places
from croisee.demo.network.streets import Streets, Ways, without_loops

# Metres: how near a line must pass for one to walk to it; how near other lines leave the ill-served places alone.
NEAR, ALONE = 500.0, 480.0
HUBS_WITHIN = (350.0, 950.0)
METRO_STEP = 520.0
# What a street costs that another line takes already: lines come together on main streets, and where there are many
# lines, they spread.
SHARED, MOST_SHARED = 0.75, 1.2
# The least angle, in radians at the centre, between the two ends of a line.
OPPOSITE = 1.9
FORBIDDEN = 60.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its short name, its kind, what its intervals are multiplied by, its colour, its stops in order."""

    name: str
    kind: Kind
    pace: float
    colour: str
    stops: tuple[int, ...]


class Plan:
    """Lines drawn one after the other; each sees what those before it serve."""

    def __init__(self, places: Places, streets: Streets, seed: int, scale: float) -> None:
        self.places, self.streets = places, streets
        self.ways = Ways(places, streets)
        self.rng = stream(seed, "lines of the network")
        self.points = np.column_stack([places.x, places.y])
        self.centre = places.towns[0]
        self.shared = min(MOST_SHARED, SHARED * max(1.0, scale**0.3))
        self.used = np.zeros(len(streets.ends), bool)
        self.served = np.zeros(len(places.x), bool)
        self.lines: list[Line] = []
        self.hubs = self._hubs()
        self.left_out, self.far_park = self._ill_served()
        apart = np.zeros(len(places.x), bool)
        for row in (self.left_out, self.far_park):
            apart |= self.away(row) < ALONE
        self.apart = apart & (self.away(self.centre) > 1_200)

    def away(self, row: int) -> NDArray[np.float64]:
        """Metres from a place to each."""
        return np.asarray(np.hypot(*(self.points - self.points[row]).T))

    def angle(self, row: int) -> NDArray[np.float64]:
        """The angle, 0 to pi, at the centre between a place and each."""
        turn = np.arctan2(*(self.points - self.points[self.centre]).T[::-1])
        return np.asarray(np.abs((turn - turn[row] + np.pi) % (2 * np.pi) - np.pi))

    def unserved(self) -> NDArray[np.float64]:
        """People and jobs around each place for whom no line runs yet; a few count for all, so that none is zero."""
        near = np.hypot(*(self.points[:, None] - self.points[None]).transpose(2, 0, 1)) < NEAR
        return np.asarray(near @ (self.places.weight * np.where(self.served, 0.03, 1.0)))

    def way(self, stages: list[int], through_apart: bool = False) -> list[int]:
        """The places along the cheapest way through the stages, without a loop."""
        price = self.streets.length * np.where(self.used, self.shared, 1.0)
        if not through_apart:
            price = price * np.where(self.apart[self.streets.ends].any(axis=1), FORBIDDEN, 1.0)
        path = stages[:1]
        for start, goal in pairwise(stages):
            if start != goal:
                path += self.ways.between(start, goal, price)[1:]
        return without_loops(path)

    def add(self, name: str, kind: str, path: list[int], pace: float = 1.0) -> None:
        """Draw a line along a path of places; none where the path ends where it begins."""
        if len(path) < 2:
            return
        steps = {tuple(sorted(pair)) for pair in pairwise(path)}
        self.used |= np.array([(int(a), int(b)) in steps for a, b in self.streets.ends])
        stops = self._metro_stops(path) if kind == "metro" else self.streets.stops(path)
        at = np.column_stack([self.streets.x, self.streets.y])[stops]
        self.served |= (np.hypot(*(self.points[:, None] - at[None]).transpose(2, 0, 1)) < NEAR).any(axis=1)
        colours = KINDS[kind].colours
        same = sum(line.kind is KINDS[kind] for line in self.lines)
        self.lines.append(Line(name, KINDS[kind], pace, colours[same % len(colours)], tuple(stops)))

    def ends(self, within: tuple[float, float], start: int | None = None) -> tuple[int, int]:
        """Two places on opposite sides of the centre, at distances within bounds, for whom the least runs yet.

        The first is `start` where that is given.
        """
        away = self.away(self.centre)
        allowed = (
            (away > within[0]) & (away < within[1]) & ~self.apart & (self.away(self.left_out) > 2 * ALONE)
        )
        gain = self.unserved() * away * allowed * (0.7 + 0.6 * self.rng.random(len(away)))
        first = int(np.argmax(gain)) if start is None else start
        gain = gain * (self.angle(first) > OPPOSITE)
        return first, int(np.argmax(gain)) if gain.any() else self.centre

    def hub(self) -> int:
        """The hubs in turn."""
        return self.hubs[len(self.lines) % len(self.hubs)]

    def _hubs(self) -> list[int]:
        """The city's centre and, around it, the two weightiest places in different directions."""
        away = self.away(self.centre)
        around = np.where((away > HUBS_WITHIN[0]) & (away < HUBS_WITHIN[1]), self.places.weight, 0.0)
        first = int(np.argmax(around))
        second = int(np.argmax(around * (self.angle(first) > 1.5)))
        return list(dict.fromkeys([self.centre, first, second]))

    def _ill_served(self) -> tuple[int, int]:
        """The priority neighbourhood and the zone of activity farthest from one another, not through the town."""
        pairs = [(float(self.away(q)[p]), q, p) for q in self.places.quarters for p in self.places.parks]
        _metres, quarter, park = max(pairs, default=(0.0, self.centre, self.centre))
        return quarter, park

    def _metro_stops(self, path: list[int]) -> list[int]:
        """Stations: both ends, the hubs, the neighbourhoods, and others no nearer than METRO_STEP from the last."""
        sure = {path[0], path[-1], *self.hubs, *self.places.quarters}
        kept = path[:1]
        for row in path[1:]:
            far = self.away(row)
            if row in sure:
                while kept[-1] not in sure and far[kept[-1]] < METRO_STEP * 0.75:
                    kept.pop()
                kept.append(row)
            elif far[kept[-1]] >= METRO_STEP:
                kept.append(row)
        return kept


def make_lines(places: Places, streets: Streets, seed: int, scale: float) -> list[Line]:
    """All lines. The network has about `scale` times the runs of that of a metropolis of 200 000."""
    plan = Plan(places, streets, seed, scale)
    _rapid(plan, 1 if scale < 0.5 else 2)
    for rank in range(max(2, round(4 * scale**0.4))):
        one, other = plan.ends((2_600, 6_800))
        plan.add(f"C{rank + 1}", "chronobus", plan.way([one, plan.hub(), other]))
    names = _ordinary_names()
    _sparse(plan, next(names), next(names))
    for rank in range(max(1, round(scale**0.5))):
        _ring(plan, str(11 + rank) if rank < 2 else next(names), 2_500.0 + 1_400 * rank)
    _ordinary(plan, names, max(3, round(7 * scale**0.95)))
    _suburban(plan, scale)
    plan.add("N1", "night", plan.way(list(_night_stages(plan))))
    return plan.lines


def _ordinary_names() -> Iterator[str]:
    """4 and on; 11 and 12 are those of the ring lines, 51 and on of the suburban ones."""
    return (str(n) for n in counting(4) if n not in (11, 12) and not 50 <= n < 100)


def _rapid(plan: Plan, count: int) -> None:
    """The metro, then the trambus across it: each through a priority neighbourhood and beyond, on both sides."""
    away = plan.away(plan.centre)
    for name, kind in (("A", "metro"), ("T1", "trambus"))[:count]:
        quarters = [q for q in plan.places.quarters if q != plan.left_out and not plan.served[q]]
        quarter = min(quarters, key=lambda q: float(away[q]), default=plan.ends((1_800, 4_500))[0])
        gain = plan.unserved() * away * (away < 4_800) * ~plan.apart
        beyond = gain * (away > away[quarter]) * (plan.angle(quarter) < 0.5)
        across = gain * (away > 2_300) * (plan.angle(quarter) > 2.2)
        hubs = sorted(plan.hubs[:2], key=lambda hub: float(plan.away(quarter)[hub]))
        ends = [int(np.argmax(side)) if side.any() else quarter for side in (beyond, across)]
        plan.add(name, kind, plan.way([ends[0], quarter, *hubs, ends[1]]))


def _sparse(plan: Plan, *names: str) -> None:
    """All that runs to the neighbourhood and to the zone that the network serves ill: a line each, to the centre."""
    for name, row in zip(names, (plan.left_out, plan.far_park), strict=True):
        plan.add(name, "sparse", plan.way([row, plan.hubs[-1]], through_apart=True))


def _ring(plan: Plan, name: str, radius: float) -> None:
    """Most of a circle around the centre, open towards the neighbourhood that is served ill."""
    towards = np.arctan2(*(plan.points[plan.left_out] - plan.points[plan.centre])[::-1])
    stages = []
    for turn in towards + np.linspace(0.9, 2 * np.pi - 0.9, 7):
        spot = plan.points[plan.centre] + radius * np.array([np.cos(turn), np.sin(turn)])
        away = np.hypot(*(plan.points - spot).T) + 1e6 * plan.apart
        stages.append(int(np.argmin(away)))
    plan.add(name, "ordinary", plan.way(list(dict.fromkeys(stages))), 0.85)


def _ordinary(plan: Plan, names: Iterator[str], count: int) -> None:
    """Through a hub, from each neighbourhood and zone that no line reaches, then from where most people are left."""
    must = [row for row in (*plan.places.quarters, *plan.places.parks) if not plan.served[row]]
    for rank in range(max(count, len(must))):
        one, other = plan.ends((1_900, 5_400), must[rank] if rank < len(must) else None)
        pace = float(plan.rng.choice([0.7, 0.85, 1.0, 1.4]))
        plan.add(next(names), "ordinary", plan.way([one, plan.hub(), other]), pace)


def _suburban(plan: Plan, scale: float) -> None:
    """From every commune that no line reaches to a hub; at scale, from weighty places outside too."""
    names = (str(n) for n in counting(51))
    away = plan.away(plan.centre)
    for town in sorted(plan.places.towns, key=lambda row: float(away[row])):
        if not plan.served[town]:
            plan.add(next(names), "suburban", plan.way([town, _gate(plan, town), plan.hub()]))
    for _rank in range(round(10 * scale) - 8):
        gain = plan.unserved() * (away > 4_500)
        start = int(draw(plan.rng, gain, 1)[0])
        plan.add(next(names), "suburban", plan.way([start, _gate(plan, start), plan.hub()]))


def _gate(plan: Plan, start: int) -> int:
    """The centre of the commune on the way to the city: nearest of those that lie nearer to it; else the start."""
    away, from_start = plan.away(plan.centre), plan.away(start)
    on_way = [
        town
        for town in plan.places.towns[1:]
        if from_start[town] > 0 and from_start[town] + away[town] < 1.15 * away[start]
    ]
    return min(on_way, key=lambda town: float(from_start[town]), default=start)


def _night_stages(plan: Plan) -> Iterator[int]:
    """The stages of the night line: one end of the first line, the centre, and a town on the other side."""
    first = plan.lines[0].stops
    yield first[0]
    yield plan.centre
    away = plan.away(plan.centre)
    towns = [town for town in plan.places.towns[1:] if plan.angle(first[0])[town] > 1.5]
    yield min(towns, key=lambda town: float(away[town]), default=first[-1])
