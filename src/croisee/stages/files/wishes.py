"""wishes.csv: what each pupil ranks. The pupil's own week says which pool of the offer is meant."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.foundation.tables import Fault, Table, values
from croisee.stages.files.locations import distance_m
from croisee.stages.files.offers import Offers
from croisee.stages.files.pupils import Pupils
from croisee.stages.files.unique import first_rows
from croisee.stages.parameters import FASTEST_M_PER_MIN


@dataclass(frozen=True, slots=True)
class Wishes:
    """Wishes by pupil then rank: indices of pupils and pools, ranks as written, each pupil's turn to ask.

    `asked_at` is the row of each pupil's first wish in the file, or the last row and after for who has
    none: the order of arrival for the comparison with first come, first served.
    """

    pupil: NDArray[np.int64]
    pool: NDArray[np.int64]
    rank: NDArray[np.int64]
    asked_at: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.pupil)


def check_wishes(
    table: Table,
    offers: Offers,
    pupils: Pupils,
    all_offers: set[str],
    all_pupils: set[str],
    faults: list[Fault],
    left_out: list[Fault],
) -> Wishes:
    """The wishes that are right; what is wrong goes to `faults`.

    Wishes of a pupil or for an offer whose own row is at fault go to `left_out`: they are no fault of theirs.
    """
    pupil_ids, offer_ids = table.columns["pupil_id"], table.columns["offer_id"]
    ranks = table.parse("rank", values.positive_integer, faults)
    pupil_at = {pupil: index for index, pupil in enumerate(pupils.ids)}
    pool_at = {
        (offer, week): index for index, (offer, week) in enumerate(zip(offers.ids, offers.weeks, strict=True))
    }
    pupil = np.array([pupil_at.get(text, -1) for text in pupil_ids], np.int64)
    week_of = [*pupils.weeks, ""]
    pool = np.array(
        [
            pool_at.get((offer, week_of[who]), -1)
            for offer, who in zip(offer_ids, pupil.tolist(), strict=True)
        ],
        np.int64,
    )
    good = np.array([rank is not None for rank in ranks], bool)
    _unknown(table, good, pupil, pool, offers, pupils, all_offers, all_pupils, faults, left_out)
    good &= (pupil >= 0) & (pool >= 0)
    good &= _eligible(table, good, pupil, pool, offers, pupils, faults)
    good &= _once(table, ranks, faults)
    index = np.flatnonzero(good)
    rank = np.array([ranks[i] or 0 for i in index], np.int64)
    order = np.lexsort((rank, pupil[index]))
    asked_at = np.full(len(pupils), len(table), np.int64)
    np.minimum.at(asked_at, pupil[index], index)
    return Wishes(pupil[index][order], pool[index][order], rank[order], asked_at)


def _unknown(
    table: Table,
    good: NDArray[np.bool_],
    pupil: NDArray[np.int64],
    pool: NDArray[np.int64],
    offers: Offers,
    pupils: Pupils,
    all_offers: set[str],
    all_pupils: set[str],
    faults: list[Fault],
    left_out: list[Fault],
) -> None:
    """Say of each wish without a pupil or a pool why it has none."""
    weeks_of: dict[str, list[str]] = defaultdict(list)
    for offer, week in zip(offers.ids, offers.weeks, strict=True):
        weeks_of[offer].append(week)
    for index in np.flatnonzero((pupil < 0) | (pool < 0)).tolist():
        who, offer = table.columns["pupil_id"][index], table.columns["offer_id"][index]
        if not who or not offer:
            name = "offer_id" if who else "pupil_id"
            faults.append(table.fault(index, name, _("the cell is empty."), _("Fill it in.")))
        elif who not in all_pupils:
            faults.append(_no_such(table, index, "pupil_id", who))
        elif offer not in all_offers:
            faults.append(_no_such(table, index, "offer_id", offer))
        elif pupil[index] < 0 or offer not in weeks_of:
            left_out.append(_left_out(table, index, "pupil_id" if pupil[index] < 0 else "offer_id"))
        else:
            faults.append(_other_week(table, index, pupils.weeks[pupil[index]], weeks_of[offer]))


def _eligible(
    table: Table,
    good: NDArray[np.bool_],
    pupil: NDArray[np.int64],
    pool: NDArray[np.int64],
    offers: Offers,
    pupils: Pupils,
    faults: list[Fault],
) -> NDArray[np.bool_]:
    """Old enough, and not so far that no journey could fit in the family's limit."""
    index = np.flatnonzero(good)
    who, what = pupil[index], pool[index]
    young = pupils.age[who] < offers.min_age[what]
    faults += [
        _too_young(table, int(index[i]), int(pupils.age[who[i]]), int(offers.min_age[what[i]]))
        for i in np.flatnonzero(young).tolist()
    ]
    distance = distance_m(
        pupils.where.lon[who], pupils.where.lat[who], offers.where.lon[what], offers.where.lat[what]
    )
    minutes = pupils.max_minutes[who]
    far = distance > minutes * FASTEST_M_PER_MIN  # false where either is unknown
    faults += [
        _too_far(table, int(index[i]), distance[i] / 1000, float(minutes[i]))
        for i in np.flatnonzero(far & ~young).tolist()
    ]
    eligible = np.ones(len(table), bool)
    eligible[index] = ~young & ~far
    return eligible


def _once(table: Table, ranks: list[int | None], faults: list[Fault]) -> NDArray[np.bool_]:
    """One rank for an offer, one offer for a rank."""
    pupil_ids, offer_ids = table.columns["pupil_id"], table.columns["offer_id"]
    pairs = [
        f"{who}\x1f{offer}" if who and offer else "" for who, offer in zip(pupil_ids, offer_ids, strict=True)
    ]
    first = first_rows(
        table,
        pairs,
        "offer_id",
        _("the pupil already wishes the offer “%(key)s” in row %(row)d."),
        _("Keep the row with the rank that is meant."),
        faults,
    )
    places = [
        f"{who}\x1f{rank}" if rank and who and once else ""
        for who, rank, once in zip(pupil_ids, ranks, first.tolist(), strict=True)
    ]
    return first & first_rows(
        table,
        places,
        "rank",
        _("the pupil already has a wish of rank %(key)s in row %(row)d."),
        _("Give each wish of a pupil its own rank: 1 for the first, 2 for the next…"),
        faults,
    )


def _no_such(table: Table, index: int, name: str, text: str) -> Fault:
    if name == "pupil_id":
        problem, file = _("no pupil “%(text)s” is in the file of pupils."), _("the file of pupils")
    else:
        problem, file = _("no offer “%(text)s” is in the file of offers."), _("the file of offers")
    remedy = _("Check the spelling, or add the row to %(file)s.")
    return table.fault(index, name, problem % {"text": text[:40]}, remedy % {"file": file})


def _left_out(table: Table, index: int, name: str) -> Fault:
    if name == "pupil_id":
        problem = _("the wish is left out because the row of its pupil is at fault.")
    else:
        problem = _("the wish is left out because the row of its offer is at fault.")
    return table.fault(index, name, problem, _("Mend that row and the wish counts again."))


def _other_week(table: Table, index: int, week: str, weeks: list[str]) -> Fault:
    problem = _("the pupil's week is %(week)s; the offer is for %(weeks)s.")
    remedy = _("Delete the wish, or correct the week of the pupil or of the offer.")
    return table.fault(index, "offer_id", problem % {"week": week, "weeks": ", ".join(weeks)}, remedy)


def _too_young(table: Table, index: int, age: int, min_age: int) -> Fault:
    problem = _("the pupil is %(age)d on the first day of the internship; the offer is from %(min_age)d.")
    remedy = _("Delete the wish, or correct the birth date or the offer's min_age.")
    return table.fault(index, "offer_id", problem % {"age": age, "min_age": min_age}, remedy)


def _too_far(table: Table, index: int, kilometres: float, minutes: float) -> Fault:
    problem = _("the offer is %(km).0f km from home, which no journey covers in %(minutes)g minutes.")
    remedy = _("Delete the wish, or correct the coordinates or max_minutes.")
    return table.fault(index, "offer_id", problem % {"km": kilometres, "minutes": minutes}, remedy)
