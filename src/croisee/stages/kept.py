"""A round that has been run, as the rows and figures that are kept of it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from croisee.directory.models import Person, Residence
from croisee.engine.placement import explain
from croisee.stages.figures import figures, near_seats
from croisee.stages.models import Round, RoundOffer, RoundPupil
from croisee.stages.placements import ranks
from croisee.stages.reasons import reasons
from croisee.stages.round import Outcome
from croisee.stages.travel import as_kept


def offer_rows(round_: Round, outcome: Outcome) -> list[RoundOffer]:
    """The seats of each offer in a week, in the order of the outcome's pools; not saved."""
    offers = outcome.files.offers
    taken = offers.seats - outcome.free
    lon, lat = offers.where.lon, offers.where.lat
    return [
        RoundOffer(
            round=round_,
            reference=offers.ids[pool],
            title=offers.titles[pool],
            sector=offers.sectors[pool],
            siret=offers.sirets[pool],
            address=offers.where.addresses[pool],
            lon=None if math.isnan(lon[pool]) else float(lon[pool]),
            lat=None if math.isnan(lat[pool]) else float(lat[pool]),
            week=offers.weeks[pool],
            seats=int(offers.seats[pool]),
            reserved=int(offers.reserved[pool]),
            asked=int(outcome.own.asked[pool]),
            taken=int(taken[pool]),
        )
        for pool in range(len(offers))
    ]


def pupil_rows(
    round_: Round, outcome: Outcome, offers: Sequence[RoundOffer], persons: Mapping[str, Person]
) -> Iterator[RoundPupil]:
    """What each pupil got, `offers` being the saved rows of the pools, `persons` those known by reference; not saved.

    What is known of a person's home counts more than what the round found from the point alone.
    """
    pupils, placement = outcome.files.pupils, outcome.placement
    protection = outcome.protection
    seat = _seats(placement.pool)
    from_wishes = outcome.from_wishes
    for index, (rank, reason) in enumerate(zip(ranks(outcome), reasons(outcome), strict=True)):
        pool = int(placement.pool[index])
        placed = pool >= 0
        person = persons.get(pupils.ids[index])
        zone, uncertain = protection.zone[index], bool(protection.uncertain[index])
        if person is not None and person.residence != Residence.UNKNOWN:
            zone, uncertain = person.zone_codes, person.residence == Residence.UNCERTAIN
        yield RoundPupil(
            round=round_,
            person=person,
            reference=pupils.ids[index],
            school_uai=pupils.schools[index],
            week=pupils.weeks[index],
            protected=bool(protection.protected[index]),
            zone_codes=zone,
            zone_uncertain=uncertain,
            wishes=int(outcome.own.lengths[index]),
            offer=offers[pool] if placed else None,
            seat=int(seat[index]) if placed else None,
            rank=(rank if from_wishes[index] else 0) if placed else None,
            reserved_seat=bool(placement.reserved_seat[index]),
            reason=reason,
            reasons=_higher_wishes(outcome, index),
            nearby=[] if placed else _nearby(outcome, index),
        )


def summary(outcome: Outcome) -> dict[str, Any]:
    """The figures of the round as JSON, and what its travel times rest on, where it has some; no value is null."""
    kept: dict[str, Any] = _without_nan(asdict(figures(outcome)))
    return kept if outcome.journeys is None else kept | {"travel": as_kept(outcome.journeys.travel.basis)}


def _seats(pool: np.ndarray) -> np.ndarray:
    """The number of each pupil's seat in its pool, from 0, in the order of pupils."""
    order = np.argsort(pool, kind="stable")
    first = np.searchsorted(pool[order], pool[order])
    seat = np.empty(len(pool), np.int64)
    seat[order] = np.arange(len(pool)) - first
    return seat


def _higher_wishes(outcome: Outcome, pupil: int) -> list[dict[str, Any]]:
    own = int(outcome.own.lengths[pupil])
    offers = outcome.files.offers
    return [
        {
            "title": offers.titles[reason.pool],
            "offer": offers.ids[reason.pool],
            "kind": reason.kind,
            "seats": int(reason.seats),
            "reserved": int(reason.reserved_seats),
            "asked": int(outcome.own.asked[reason.pool]),
        }
        for reason in explain(outcome.market, outcome.placement, pupil)
        if reason.position < own
    ]


def _nearby(outcome: Outcome, pupil: int) -> list[dict[str, Any]]:
    offers = outcome.files.offers
    return [
        {
            "offer": offers.ids[near.pool],
            "metres": None if math.isnan(near.distance) else round(near.distance),
        }
        for near in near_seats(outcome, pupil)
    ]


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
