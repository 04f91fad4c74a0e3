"""Openings for one person, in the order of `ranking`: everything open today but what was set aside or taken up."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils import timezone

from croisee.directory.models import Mode, Person, Profile
from croisee.foundation.accounts.models import Account
from croisee.journeys.models import FOLLOWED, OPEN_STEPS, Dismissal, Journey, Step
from croisee.journeys.openings import Opening, Source, openings
from croisee.journeys.ranking import Ranked, Seeker, rank
from croisee.opportunities.commuting import minutes_table
from croisee.opportunities.fit import BEYOND, NOT_KNOWN
from croisee.territory.travel.modes import Mode as TravelMode
from croisee.territory.travel.network import NEVER, Basis, Network, current_network

USUAL_MINUTES = 60
"""The way that somebody accepts who did not say."""


@dataclass(frozen=True)
class Suggestions:
    """Openings in order: those that fit, those with something in the way, and how many of other jobs are left out.

    `seeker`: what they were ranked by. `basis`: what travel times by public transport rest on. `sources`: the label of
    the service of each opening, by its key. `located`: whether the home is on the map.
    """

    seeker: Seeker
    fitting: list[Ranked]
    limited: list[Ranked]
    left_out: int
    basis: Basis
    sources: dict[str, str]
    located: bool
    aside: list[Dismissal]


def seeker_of(journey: Journey) -> Seeker:
    """The person of a journey as openings are ranked for: the job aimed at first, then those of the work profile."""
    profile = _profile(journey.person)
    jobs = [journey.project_job, *(profile.jobs if profile else [])]
    return Seeker(
        jobs=tuple(dict.fromkeys(code for code in jobs if code)),
        level=profile.level if profile else "",
        limit=profile.minutes if profile else USUAL_MINUTES,
        available_from=profile.available_from if profile else None,
        available_until=profile.available_until if profile else None,
        weekly_hours=float(profile.weekly_hours) if profile else None,
    )


def _profile(person: Person | None) -> Profile | None:
    """The work profile, if there is one; read with the journey where it was asked for together."""
    return getattr(person, "profile", None)


def suggestions(journey: Journey, today: dt.date | None = None, *, every_job: bool = False) -> Suggestions:
    """What is open to the person of a journey, ranked; openings of jobs that nobody asked for only with `every_job`.

    A bounded number of queries: those of the sources, and two. What was set aside comes with it.
    """
    day = today or timezone.localdate()
    found = [(source, one) for source, one in openings(day) if one.seats > 0]
    aside = _set_aside(journey)
    kept = _without_known(journey, found, aside)
    seeker = seeker_of(journey)
    network = current_network()
    minutes = _minutes(network, journey.person, [one for _source, one in kept])
    ranked = rank(seeker, [(one, way) for (_source, one), way in zip(kept, minutes, strict=True)])
    shown = ranked if every_job else [one for one in ranked if not one.of_another_job]
    return Suggestions(
        seeker=seeker,
        fitting=[one for one in shown if not one.limits],
        limited=[one for one in shown if one.limits],
        left_out=len(ranked) - len(shown),
        basis=network.basis(TravelMode.TRANSIT),
        sources={one.key: str(source.label) for source, one in kept},
        located=journey.person is not None and journey.person.lon is not None,
        aside=[one for one in aside if one.journey_id == journey.pk],
    )


def opening_of(journey: Journey, key: str, today: dt.date | None = None) -> Opening | None:
    """The opening of that name, if it is open today and is still suggested in this journey."""
    day = today or timezone.localdate()
    found = [(source, one) for source, one in openings(day) if one.key == key and one.seats > 0]
    kept = _without_known(journey, found, _set_aside(journey))
    return kept[0][1] if kept else None


def is_step(opening: Opening, steps: Sequence[dict[str, Any]]) -> bool:
    """Whether one of these steps is that opening, taken up already."""
    return any(
        (opening.opportunity is not None and step["opportunity"] == opening.opportunity)
        or (opening.action is not None and step["action"] == opening.action)
        or ((step["title"], step["where"], step["starts_on"]) == (*said_of(opening), opening.starts_on))
        for step in steps
    )


def said_of(opening: Opening) -> tuple[str, str]:
    """The title of an opening and who offers it, cut to what a step holds."""
    return opening.title[:200], opening.organisation[:200]


def steps_taken(journey: Journey) -> list[dict[str, Any]]:
    """The open steps of a journey, as `is_step` compares them."""
    rows = Step.objects.filter(journey=journey, state__in=OPEN_STEPS).order_by()
    return [dict(row) for row in rows.values("opportunity", "action", "title", "where", "starts_on")]


def _without_known(
    journey: Journey, found: Sequence[tuple[Source, Opening]], aside: Sequence[Dismissal]
) -> list[tuple[Source, Opening]]:
    """Without what was set aside in any journey of the person, and what is a step already."""
    if not found:
        return []
    gone = {one.opening_key for one in aside}
    steps = steps_taken(journey)
    return [(source, one) for source, one in found if one.key not in gone and not is_step(one, steps)]


def _set_aside(journey: Journey) -> list[Dismissal]:
    """What was said not to be for the person, in any of the person's journeys, the last first."""
    own = {"journey__person": journey.person_id} if journey.person_id else {"journey": journey}
    return list(Dismissal.objects.filter(**own).select_related("by").order_by("-created_at"))


def _minutes(network: Network, person: Person | None, found: Sequence[Opening]) -> list[int]:
    """The person's way to each opening: NOT_KNOWN where one of the two is not on the map, BEYOND out of reach."""
    if person is None or person.lon is None or person.lat is None or not found:
        return [NOT_KNOWN] * len(found)
    profile = _profile(person)
    mode = profile.mode if profile else Mode.TRANSIT
    lon = np.array([np.nan if one.lon is None else one.lon for one in found], float)
    lat = np.array([np.nan if one.lat is None else one.lat for one in found], float)
    home = np.array([person.lon], float), np.array([person.lat], float)
    ways = minutes_table(network, *home, [mode], lon, lat)[0]
    placed = ~(np.isnan(lon) | np.isnan(lat))
    return [
        NOT_KNOWN if not there else BEYOND if way == NEVER else int(way)
        for way, there in zip(ways, placed, strict=True)
    ]


def with_person(account: Account) -> Any:
    """The journeys that `account` may write in and that are followed, with what openings are ranked by."""
    rows = Journey.objects.followed_by(account).filter(state__in=FOLLOWED)
    return rows.select_related("person__profile", "programme")


def of_oneself(account: Account) -> Any:
    """One's own journeys that are followed, with what openings are ranked by; the newest first."""
    rows = Journey.objects.of_oneself(account).filter(state__in=FOLLOWED)
    return rows.select_related("person__profile", "programme").order_by("-entered_on", "pk")
