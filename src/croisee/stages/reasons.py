"""Why each pupil has the place they have, or none, in a sentence that says nothing of anybody else."""

import numpy as np
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.stages.round import FROM_SCHOOL, NOWHERE, Outcome
from croisee.stages.travel import Journeys
from croisee.territory.travel.wording import duration


def reasons(outcome: Outcome) -> list[str]:
    """One sentence or two a pupil, in the active language."""
    return [reason(outcome, pupil) for pupil in range(len(outcome.files.pupils))]


def reason(outcome: Outcome, pupil: int) -> str:
    """The sentence for one pupil."""
    rank = int(outcome.placement.rank[pupil])
    wishes = int(outcome.own.lengths[pupil])
    if rank == 0 < wishes:
        return _("First wish granted.")
    if 0 < rank < wishes:
        text = ngettext(
            "The wish before it went to pupils with an earlier turn in the draw.",
            "The %(n)d wishes before it went to pupils with an earlier turn in the draw.",
            rank,
        ) % {"n": rank}
    elif wishes:
        text = ngettext(
            "The only wish went to pupils with an earlier turn in the draw.",
            "All %(n)d wishes went to pupils with an earlier turn in the draw.",
            wishes,
        ) % {"n": wishes}
    else:
        text = _("No wish was made.")
    if _met_a_reserve(outcome, pupil, rank, wishes):
        text += " " + _("Some of their seats are reserved first for protected pupils.")
    return text if 0 <= rank < wishes else f"{text} {_beyond(outcome, pupil, rank)}"


def _met_a_reserve(outcome: Outcome, pupil: int, rank: int, wishes: int) -> bool:
    """Whether a reserved seat may have gone before this pupil, on a wish preferred to the place got."""
    if outcome.protection.protected[pupil]:
        return False
    start = int(outcome.own.wish_start[pupil])
    refused = outcome.own.wish_pool[start : start + (min(rank, wishes) if rank >= 0 else wishes)]
    return bool((outcome.own.reserved[refused] > 0).any())


def _beyond(outcome: Outcome, pupil: int, rank: int) -> str:
    """What came after the pupil's own wishes."""
    if rank >= 0:
        if outcome.journeys is not None:
            return _soonest(outcome, outcome.journeys, pupil)
        if np.isnan(outcome.distance[pupil]):
            return _("This is the nearest place left within reach of the school.")
        return _("This is the nearest place left within reach, %(km)s km from home.") % {
            "km": kilometres(float(outcome.distance[pupil]))
        }
    if not outcome.files.pupils.continues[pupil]:
        return _("The family declines places it did not ask for.")
    if outcome.reach_from[pupil] == NOWHERE:
        return _("The home has no coordinates, so no other place could be looked for.")
    if outcome.journeys is not None:
        return _none_in_time(outcome, outcome.journeys, pupil)
    reach = {"km": kilometres(float(outcome.reach_m[pupil]))}
    if outcome.reach_from[pupil] == FROM_SCHOOL:
        return _("No other place that fits is left within %(km)s km of the school.") % reach
    return _("No other place that fits is left within %(km)s km of home.") % reach


def _soonest(outcome: Outcome, journeys: Journeys, pupil: int) -> str:
    pool = outcome.placement.pool[pupil : pupil + 1]
    time = {"time": duration(int(journeys.times.between(pupil, pool)[0]))}
    if outcome.reach_from[pupil] == FROM_SCHOOL:
        text = _(
            "Of the places left, this is the soonest reached: %(time)s from the school by public transport."
        )
    else:
        text = _("Of the places left, this is the soonest reached: %(time)s from home by public transport.")
    return text % time


def _none_in_time(outcome: Outcome, journeys: Journeys, pupil: int) -> str:
    from_school = outcome.reach_from[pupil] == FROM_SCHOOL
    farthest = float(outcome.reach_m[pupil])
    reach = {"time": duration(journeys.most(pupil))}
    if np.isfinite(farthest):
        reach["km"] = kilometres(farthest)
        text = _(
            "No other place that fits is left within %(time)s by public transport and %(km)s km of home."
        )
        if from_school:
            text = _(
                "No other place that fits is left within %(time)s by public transport and %(km)s km of the school."
            )
    elif from_school:
        text = _("No other place that fits is left within %(time)s of the school by public transport.")
    else:
        text = _("No other place that fits is left within %(time)s of home by public transport.")
    return text % reach


def kilometres(metres: float) -> str:
    """Kilometres with one decimal, as the active language writes them."""
    return str(number_format(metres / 1000, decimal_pos=1))
