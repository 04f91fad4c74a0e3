"""A round, from checked files to an audited placement. Pure: no database, no clock, nothing written.

    outcome = run(files, zones, schools, Parameters(seed=2027))
    outcome = run(files, zones, schools, Parameters(seed=2027), travel)    # by a timetable

1. Who is protected: the file says, or the home is in a priority neighbourhood, or the school in REP or REP+.
2. The market: a pool for each offer in a given week, the wishes as lists, one lottery turn a pupil.
3. The placement: on the pupils' own wishes alone, for the record; then with lists that go on, which counts: by
   travel times where a timetable is given, else by distance at a usual speed.
4. The audit, by independent code, and what first come, first served would have given.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from croisee.engine import placement as engine
from croisee.engine.placement import Audit, Continuation, Market, Placement, TravelTimes
from croisee.stages.files import Offers, Pupils, RoundFiles, School
from croisee.stages.files.locations import distance_m, metres
from croisee.stages.parameters import DEFAULT_MINUTES, PRIVATE_HOST_AGE
from croisee.stages.travel import Journeys, Travel
from croisee.stages.zones import Zones
from croisee.territory.travel.modes import USUAL_M_PER_MIN

Key = TypeVar("Key", bound=tuple[Any, ...])

# How a pupil's protection is known.
NOT_PROTECTED, BY_FILE, BY_HOME, BY_SCHOOL, BY_BOTH = range(5)
# From where a pupil's reach is measured.
NOWHERE, FROM_HOME, FROM_SCHOOL = range(3)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a round may be run with; written in its certificate.

    Minutes become metres by `usual_m_per_min` where there is no timetable; where there is one, `farthest_m` bounds
    the distance besides.
    """

    seed: int = 0
    default_minutes: float = DEFAULT_MINUTES
    usual_m_per_min: float = USUAL_M_PER_MIN
    farthest_m: float = math.inf


@dataclass(frozen=True, slots=True)
class Protection:
    """Who is protected and why: `why` is a constant above, `zone` the home's priority neighbourhood.

    `uncertain` where the home is so near a limit that the answer could be the other one, or has no
    coordinates: only pupils whose protection had to be computed, and whose school does not settle it,
    count.
    """

    protected: NDArray[np.bool_]
    why: NDArray[np.int8]
    zone: list[str]
    uncertain: NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """A round that has been run.

    `own` is the market of the pupils' own lists, `market` the one with continued lists written out as far
    as the placement needs (audit, reasons and figures go by it). `placement` is the result; `alone` what
    own lists alone would give; `queue` what first come, first served would give on own lists. `distance` is
    in metres from home to the place, nan where either is unknown or there is none. `reach_from` says from
    where the continuation is measured. `to_check` are pupils under 14 whose own wish was granted at a host
    that is not public. `journeys` are the travel times that the continuation went by; None where it went by
    distance.
    """

    files: RoundFiles
    parameters: Parameters
    protection: Protection
    own: Market
    market: Market
    placement: Placement
    alone: Placement
    queue: Placement
    audit: Audit
    distance: NDArray[np.float64]
    reach_m: NDArray[np.float64]
    reach_from: NDArray[np.int8]
    to_check: NDArray[np.int64]
    journeys: Journeys | None = None

    @cached_property
    def from_wishes(self) -> NDArray[np.bool_]:
        """Pupils whose place is one they asked for."""
        return (self.placement.rank >= 0) & (self.placement.rank < self.own.lengths)

    @cached_property
    def free(self) -> NDArray[np.int64]:
        """Seats left in each pool."""
        return seats_left(self.files.offers, self.placement)


def run(
    files: RoundFiles,
    zones: Zones | None = None,
    schools: Mapping[str, School] | None = None,
    parameters: Parameters | None = None,
    travel: Travel | None = None,
) -> Outcome:
    """The round of `files`. Without `zones` no home is in a neighbourhood, without `schools` none in REP.

    With `travel`, lists go on by its travel times; without, by distance at the usual speed of `parameters`.
    """
    parameters = parameters or Parameters()
    schools = schools or {}
    protection = protect(files.pupils, zones, schools)
    own, continuation, reach_from = prepare(files, protection, schools, parameters, travel)
    alone = engine.place(own)
    placement = engine.place_continued(own, continuation)
    market = continuation.lists(own, placement)
    return Outcome(
        files=files,
        parameters=parameters,
        protection=protection,
        own=own,
        market=market,
        placement=placement,
        alone=alone,
        queue=engine.first_come_first_served(own, files.wishes.asked_at),
        audit=engine.audit(market, placement),
        distance=_distances(files, placement),
        reach_m=continuation.reach,
        reach_from=reach_from,
        to_check=_to_check(files, placement),
        journeys=Journeys(travel, continuation.travel) if travel and continuation.travel else None,
    )


def protect(pupils: Pupils, zones: Zones | None, schools: Mapping[str, School]) -> Protection:
    """What the file says, else a home in a priority neighbourhood or a school in REP or REP+."""
    codes, near = zones.answer(pupils.where) if zones else ([""] * len(pupils), np.zeros(len(pupils), bool))
    home = np.array([bool(code) for code in codes], bool)
    school = np.array([bool((found := schools.get(uai)) and found.status) for uai in pupils.schools], bool)
    why = np.select(
        [home & school, home, school], [BY_BOTH, BY_HOME, BY_SCHOOL], default=NOT_PROTECTED
    ).astype(np.int8)
    computed = pupils.protected < 0
    why[~computed] = np.where(pupils.protected[~computed] == 1, BY_FILE, NOT_PROTECTED)
    uncertain = computed & ~school & (near | ~pupils.where.known)
    return Protection(why != NOT_PROTECTED, why, codes, uncertain)


def prepare(
    files: RoundFiles,
    protection: Protection,
    schools: Mapping[str, School],
    parameters: Parameters,
    travel: Travel | None = None,
) -> tuple[Market, Continuation, NDArray[np.int8]]:
    """The market of own lists, how the lists go on, and from where each pupil's reach is measured."""
    offers, pupils, wishes = files.offers, files.pupils, files.wishes
    turn = engine.lottery(len(pupils), parameters.seed)
    start = np.searchsorted(wishes.pupil, np.arange(len(pupils) + 1))
    market = Market(
        start,
        wishes.pool.astype(np.int32),
        turn[wishes.pupil],
        offers.seats.astype(np.int64),
        offers.reserved.astype(np.int64),
        protection.protected,
    )
    lon, lat, reach_from = _starting_points(pupils, schools)
    reach, times = _reach(files, lon, lat, parameters, travel)
    home, site = metres(lon, lat), metres(offers.where.lon, offers.where.lat)
    kind, pool_kind, accepts = eligibility(pupils, offers)
    continuation = Continuation(
        home=np.nan_to_num(home, nan=0.0),
        site=np.nan_to_num(site, nan=0.0),
        reach=reach,
        continues=pupils.continues & (reach_from != NOWHERE),
        kind=kind,
        pool_kind=pool_kind,
        accepts=accepts,
        priority=turn,
        travel=times,
    )
    return market, continuation, reach_from


def _reach(
    files: RoundFiles,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    parameters: Parameters,
    travel: Travel | None,
) -> tuple[NDArray[np.float64], TravelTimes | None]:
    """How far each pupil goes at most, in metres; and by travel times, where there are any."""
    pupils, site = files.pupils, files.offers.where
    minutes = np.where(np.isnan(pupils.max_minutes), parameters.default_minutes, pupils.max_minutes)
    if travel is None:
        return minutes * parameters.usual_m_per_min, None
    return np.full(len(pupils), parameters.farthest_m), travel.times(lon, lat, site.lon, site.lat, minutes)


def eligibility(
    pupils: Pupils, offers: Offers
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Kinds of pupils (week, age) and of pools (week, youngest age, located); which may continue to which.

    Where an offer names no age, the law does: 14 unless the host is public. Pools without coordinates are
    never continued to, their distance being unknown; kinds are numbered in sorted order.
    """
    youngest = np.where(
        offers.min_age >= 0, offers.min_age, np.where(offers.public, 0, PRIVATE_HOST_AGE)
    ).tolist()
    kinds, kind = _numbered(list(zip(pupils.weeks, pupils.age.tolist(), strict=True)))
    located = offers.where.known.tolist()
    pool_kinds, pool_kind = _numbered(list(zip(offers.weeks, youngest, located, strict=True)))
    accepts = np.array(
        [
            [where and week == own_week and age >= least for week, least, where in pool_kinds]
            for own_week, age in kinds
        ],
        bool,
    ).reshape(len(kinds), len(pool_kinds))
    return kind, pool_kind, accepts


def seats_left(offers: Offers, placement: Placement) -> NDArray[np.int64]:
    """Seats of each pool that the placement leaves free."""
    taken = np.bincount(placement.pool[placement.pool >= 0], minlength=len(offers))
    return np.asarray(offers.seats - taken, np.int64)


def _numbered(keys: list[Key]) -> tuple[list[Key], NDArray[np.int64]]:
    distinct = sorted(set(keys))
    number = {key: index for index, key in enumerate(distinct)}
    return distinct, np.array([number[key] for key in keys], np.int64)


def _starting_points(
    pupils: Pupils, schools: Mapping[str, School]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int8]]:
    """Home, or the school where only an address is known of the home, in degrees; and which of the two."""
    lon, lat = pupils.where.lon.copy(), pupils.where.lat.copy()
    reach_from = np.where(np.isnan(lon), NOWHERE, FROM_HOME).astype(np.int8)
    for index in np.flatnonzero(reach_from == NOWHERE).tolist():
        school = schools.get(pupils.schools[index])
        if school and not np.isnan(school.lon) and not np.isnan(school.lat):
            lon[index], lat[index] = school.lon, school.lat
            reach_from[index] = FROM_SCHOOL
    return lon, lat, reach_from


def _distances(files: RoundFiles, placement: Placement) -> NDArray[np.float64]:
    home, site = files.pupils.where, files.offers.where
    distance = np.full(len(files.pupils), np.nan)
    placed = np.flatnonzero(placement.pool >= 0)
    pool = placement.pool[placed]
    distance[placed] = distance_m(home.lon[placed], home.lat[placed], site.lon[pool], site.lat[pool])
    return distance


def _to_check(files: RoundFiles, placement: Placement) -> NDArray[np.int64]:
    """Under 14 at a host that is not public and names no age: lawful in the family's own firm only."""
    pool = placement.pool
    offers = files.offers
    private = ~offers.public & (offers.min_age < 0)
    young = (files.pupils.age < PRIVATE_HOST_AGE) & (pool >= 0)
    return np.asarray(np.flatnonzero(young)[private[pool[young]]] if young.any() else [], np.int64)
