"""Wishes: each pupil ranks offers that he or she may take, the liked and the near ones more often."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from croisee.demo.generator.chance import draw, stream
from croisee.demo.generator.employers import Employers, Offers
from croisee.demo.generator.families import Pupils
from croisee.demo.generator.ground import Ground
from croisee.demo.generator.stocks.sectors import Sector
from croisee.territory.travel.modes import USUAL_M_PER_MIN

MOST = 10
# Share of pupils by length of list, from none to ten wishes: many fill the list, some stop early.
LENGTHS = (0.02, 0.02, 0.03, 0.05, 0.06, 0.08, 0.08, 0.09, 0.09, 0.08, 0.40)
TASTE = 1.2
# How much two pupils differ in what they like, against what most like.
VARIETY = 1.2
# Liking falls by e over this distance, in metres.
REACH = 4_500.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """Columns of equal length, one row a wish; rows of the pupils and of the offers.

    Pupils come in the order in which they sent their list, drawn by lot: what first come, first served goes by.
    """

    pupil: NDArray[np.int64]
    rank: NDArray[np.int64]
    offer: NDArray[np.int64]


def make_wishes(
    ground: Ground,
    pupils: Pupils,
    employers: Employers,
    offers: Offers,
    sectors: tuple[Sector, ...],
    seed: int,
) -> Wishes:
    """Up to ten wishes a pupil, all eligible: week, age at its Monday, distance within the limit."""
    rng = stream(seed, "wishes")
    places = ground.places
    liking = TASTE * np.log([sectors[row].draw for row in employers.sector[offers.employer]])
    liking += rng.gumbel(0, 0.3, len(liking))
    at = employers.place[offers.employer]
    offer_week, week_of = np.array(offers.week), np.array(pupils.week)
    lengths = draw(rng, np.array(LENGTHS), len(pupils.number))
    rows, ranks, chosen = [], [], []
    for pupil, (home, length) in enumerate(zip(pupils.home, lengths, strict=True)):
        eligible = np.flatnonzero(offer_week == week_of[pupil])
        eligible = eligible[offers.min_age[eligible] <= age_on(pupils.birth[pupil], monday(week_of[pupil]))]
        away = np.hypot(places.x[at[eligible]] - places.x[home], places.y[at[eligible]] - places.y[home])
        within = away <= pupils.max_minutes[pupil] * USUAL_M_PER_MIN
        eligible, away = eligible[within], away[within]
        score = liking[eligible] - away / REACH + VARIETY * rng.gumbel(0, 1, len(eligible))
        best = eligible[np.argsort(-score, kind="stable")[:length]]
        rows.append(np.full(len(best), pupil))
        ranks.append(np.arange(1, len(best) + 1))
        chosen.append(best)
    arrival = stream(seed, "arrival").permutation(len(rows)).tolist()
    return Wishes(*(np.concatenate([part[pupil] for pupil in arrival]) for part in (rows, ranks, chosen)))


def monday(week: str) -> date:
    """The Monday of an ISO week."""
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def age_on(birth: date, day: date) -> int:
    """Whole years of age on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
