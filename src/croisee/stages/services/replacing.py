"""Another place at once for pupils whose host withdrew.

The rule, in order: pupils are served in the order of a draw fixed by the seed of the campaign; each gets the first
seat that is free to it in its own week, going down its own wishes in its order, then the nearest one within the limits
of the campaign: the soonest reached by public transport where a timetable is loaded. The least age and the reserve
hold as they do for everybody. The same situation gives the same places.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from croisee.directory.models import Enrolment, Person
from croisee.opportunities.distance import metres_between
from croisee.opportunities.models import (
    Application,
    ApplicationState,
    Opportunity,
    OpportunityState,
    Origin,
    Period,
    Source,
)
from croisee.opportunities.models.applications import HOLDING
from croisee.stages import loaded
from croisee.stages.models import Campaign, HostKind
from croisee.stages.models.internships import KIND
from croisee.stages.parameters import PRIVATE_HOST_AGE
from croisee.stages.phases import answer_by, turn
from croisee.stages.queries.protection import protected
from croisee.stages.rules_of_law import age_on
from croisee.territory.travel.modes import LONGEST, USUAL_M_PER_MIN, Mode
from croisee.territory.travel.network import Network

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

Point = tuple[float, float]
TIME_TO_ANSWER = timedelta(days=7)
GIVEN_UP = (ApplicationState.GIVEN_BACK, ApplicationState.LAPSED, ApplicationState.CANCELLED)


@dataclass(frozen=True)
class Seeker:
    """A pupil to be placed. `wishes` are periods, the dearest first; `within` is a distance in metres, or None.

    `minutes` says of each period how long the way to it takes, those that are too far left out; None where no timetable
    is loaded, and the distance counts instead.
    """

    key: UUID
    draw: str
    monday: date
    age: int
    protected: bool
    wishes: tuple[UUID, ...] = ()
    home: Point | None = None
    within: float | None = None
    refused: frozenset[UUID] = frozenset()
    minutes: Mapping[UUID, int] | None = None


@dataclass(frozen=True)
class Seats:
    """The free seats of a period: for everybody, and those that still wait for protected pupils."""

    key: UUID
    monday: date
    common: int
    waiting: int
    least_age: int
    site: Point | None = None
    title: str = ""

    def open_to(self, seeker: Seeker) -> bool:
        """Whether a free seat is lawful, and this pupil's to have."""
        free = self.common + (self.waiting if seeker.protected else 0)
        return self.monday == seeker.monday and seeker.age >= self.least_age and free > 0

    def one_taken_by(self, seeker: Seeker) -> Seats:
        """What is left once the pupil has one: a protected pupil takes a waiting seat first."""
        waits = seeker.protected and self.waiting > 0
        common, waiting = self.common - (not waits), self.waiting - waits
        return Seats(self.key, self.monday, common, waiting, self.least_age, self.site, self.title)


@dataclass(frozen=True)
class Replacement:
    """What became of a place: the new one, or None where no seat was free."""

    old: Application
    new: Application | None


def choose(seekers: Iterable[Seeker], seats: Iterable[Seats]) -> dict[UUID, UUID | None]:
    """Which period each pupil gets, by the rule above. Pure, whatever the order of its arguments."""
    rooms = {room.key: room for room in seats}
    given: dict[UUID, UUID | None] = {}
    for seeker in sorted(seekers, key=lambda one: (one.draw, one.key)):
        found = _best(seeker, rooms)
        given[seeker.key] = found
        if found is not None:
            rooms[found] = rooms[found].one_taken_by(seeker)
    return given


def _best(seeker: Seeker, rooms: Mapping[UUID, Seats]) -> UUID | None:
    for wish in seeker.wishes:
        if wish in rooms and rooms[wish].open_to(seeker):
            return wish
    reach = [
        (far, room.title, room.key)
        for room in rooms.values()
        if room.key not in seeker.refused and room.open_to(seeker) and (far := _far(seeker, room)) is not None
    ]
    return min(reach)[2] if reach else None


def _far(seeker: Seeker, room: Seats) -> float | None:
    """How far it is, in minutes where they are known, else in metres; None where it is too far."""
    metres = _metres(seeker, room)
    if metres is None or seeker.minutes is None:
        return metres
    return seeker.minutes.get(room.key)


def _metres(seeker: Seeker, room: Seats) -> float | None:
    """How far it is; infinite where a point is missing and nothing bounds distances, None where it is too far."""
    known = seeker.home is not None and room.site is not None
    metres = metres_between(*seeker.home, *room.site) if seeker.home and room.site else float("inf")
    if seeker.within is None:
        return metres
    return metres if known and metres <= seeker.within else None


@transaction.atomic
def replace_at_once(
    applications: Sequence[Application], account: Account | None, why: str = ""
) -> list[Replacement]:
    """Cancel places that hosts took back, and give each pupil the best free seat of the same week, all or nothing.

    `applications` hold seats of one campaign; those that no longer do are left alone, so that two clicks have one
    effect. `why` is what families and schools are told. The new place is to be confirmed.
    """
    from croisee.stages.services.offer_news import tell_replacement
    from croisee.stages.services.places import cancel_place, tell_replaced

    if not applications:
        return []
    network = _ready()
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=applications[0].call)
    periods = _locked_periods(campaign, applications)
    rows = _still_held(applications)
    left = {row.period.opportunity_id for row in rows}
    periods = {pk: period for pk, period in periods.items() if period.opportunity_id not in left}
    seats = _seats(periods)
    seekers = _seekers(campaign, rows, by_timetable=network is not None)
    given = choose(seekers if network is None else _travelling(seekers, seats, campaign, network), seats)
    shielded = {seeker.key: seeker.protected for seeker in seekers}
    replaced = []
    for row in rows:
        found = given[row.pk]
        cancel_place(row, account, why, tell=found is None)
        period = None if found is None else periods[found]
        new = None if period is None else _hold(row, period, campaign, account, shielded[row.pk])
        replaced.append(Replacement(row, new))
    for one in replaced:
        if one.new is not None:
            tell_replaced(one.new, one.old, why)
        tell_replacement(one, why)
    return replaced


def _ready() -> Network | None:
    """The loaded timetable, made ready before anything is locked; None without one."""
    network = loaded.network()
    if network is not None and network.morning is not None:
        _ = network.morning.rush
    return network


def _travelling(
    seekers: Sequence[Seeker], seats: Sequence[Seats], campaign: Campaign, network: Network
) -> list[Seeker]:
    """The same pupils, with the minutes to every site within the limit of the campaign."""
    homes = {seeker.home for seeker in seekers if seeker.home}
    sites = {room.site for room in seats if room.site}
    found = _minutes(sorted(homes), sorted(sites), campaign.limit_minutes or LONGEST, network)
    rooms = [(room.key, room.site) for room in seats]
    return [
        replace(
            seeker,
            minutes={key: found[seeker.home, site] for key, site in rooms if (seeker.home, site) in found},
        )
        for seeker in seekers
    ]


def _minutes(
    homes: Sequence[Point], sites: Sequence[Point], most: int, network: Network
) -> dict[tuple[Point | None, Point | None], int]:
    """How long it takes between two points, where it is no longer than that."""
    if not homes or not sites:
        return {}
    (lon, lat), (to_lon, to_lat) = np.array(homes).T, np.array(sites).T
    table = network.minutes(lon, lat, to_lon, to_lat, Mode.TRANSIT)
    near = zip(*np.nonzero((table >= 0) & (table <= most)), strict=True)
    return {(homes[row], sites[column]): int(table[row, column]) for row, column in near}


def _locked_periods(campaign: Campaign, applications: Sequence[Application]) -> dict[UUID, Period]:
    """The weeks of `applications` and every seat of the same weeks that may be given; nobody else gets one meanwhile.

    Offers are locked, then weeks, as by whoever holds a seat (`opportunities.services.locks`).
    """
    old = [one.period_id for one in applications]
    mondays = Period.objects.filter(pk__in=old).values("starts_on")
    open_now = Opportunity.objects.filter(
        kind=KIND,
        state=OpportunityState.PUBLISHED,
        source=Source.OWN,
        listed=True,
        internship__campaign=campaign,
        periods__starts_on__in=mondays,
    )
    wanted = Opportunity.objects.filter(Q(pk__in=open_now.values("pk")) | Q(periods__in=old))
    in_order = Opportunity.objects.filter(pk__in=wanted.values("pk")).order_by("pk")
    states = dict(in_order.select_for_update(no_key=True).values_list("pk", "state"))
    published = [pk for pk, state in states.items() if state == OpportunityState.PUBLISHED]
    rows = (
        Period.objects.filter(Q(pk__in=old) | Q(starts_on__in=mondays, opportunity__in=published))
        .select_for_update(no_key=True, of=("self",))
        .select_related("opportunity__internship", "opportunity__organisation")
        .order_by("pk")
    )
    return {period.pk: period for period in rows}


def _still_held(applications: Sequence[Application]) -> list[Application]:
    """Those that hold a seat, now that their weeks are locked."""
    rows = Application.objects.filter(pk__in=[one.pk for one in applications], state__in=HOLDING)
    return list(rows.select_related("person", "period__opportunity__organisation").order_by("pk"))


def _seats(periods: Mapping[UUID, Period]) -> list[Seats]:
    counted = (
        Application.objects.filter(period__in=list(periods), state__in=HOLDING)
        .values("period")
        .annotate(reserved=Count("pk", filter=Q(reserved_seat=True)))
        .order_by()
    )
    on_reserved = {row["period"]: row["reserved"] for row in counted}
    today = timezone.localdate()
    return [_seats_of(period, on_reserved.get(pk, 0), today) for pk, period in periods.items()]


def _seats_of(period: Period, on_reserved: int, today: date) -> Seats:
    offer = period.opportunity
    waits = offer.reserved_until is None or today <= offer.reserved_until
    waiting = max(period.reserved - on_reserved, 0) if waits else 0
    waiting = min(waiting, period.free)
    private = offer.internship.host_kind == HostKind.PRIVATE
    return Seats(
        period.pk,
        period.starts_on,
        common=period.free - waiting,
        waiting=waiting,
        least_age=max(offer.internship.least_age or 0, PRIVATE_HOST_AGE if private else 0),
        site=None if offer.lon is None or offer.lat is None else (offer.lon, offer.lat),
        title=offer.title,
    )


def _seekers(campaign: Campaign, rows: Sequence[Application], *, by_timetable: bool) -> list[Seeker]:
    active = Enrolment.objects.active()
    people = {
        person.pk: person
        for person in Person.objects.filter(pk__in=[row.person_id for row in rows]).prefetch_related(
            Prefetch("enrolments", active, to_attr="now")
        )
    }
    shielded = protected(people.values())
    wished: dict[UUID, list[UUID]] = {}
    refused: dict[UUID, set[UUID]] = {}
    past = Application.objects.filter(call=campaign.pk, person__in=list(people)).order_by(
        "turn", "rank", "pk"
    )
    for one in past:
        if one.state in GIVEN_UP:
            refused.setdefault(one.person_id, set()).add(one.period_id)
        elif one.rank is not None and one.state not in HOLDING:
            wished.setdefault(one.person_id, []).append(one.period_id)
    within = _limit(campaign, by_timetable=by_timetable)
    return [_seeker(campaign, row, people[row.person_id], within, shielded, wished, refused) for row in rows]


def _seeker(
    campaign: Campaign,
    row: Application,
    person: Person,
    within: float | None,
    shielded: Mapping[UUID, bool],
    wished: Mapping[UUID, list[UUID]],
    refused: Mapping[UUID, set[UUID]],
) -> Seeker:
    enrolments: list[Enrolment] = person.now  # type: ignore[attr-defined]  # prefetched above
    name = enrolments[0].reference if enrolments else str(person.pk)
    gone = frozenset(refused.get(person.pk, ()))
    return Seeker(
        key=row.pk,
        draw=hashlib.sha256(f"{campaign.seed}:{name}".encode()).hexdigest(),
        monday=row.period.starts_on,
        age=age_on(person.birth_date, row.period.starts_on),
        protected=shielded[person.pk],
        wishes=tuple(wish for wish in wished.get(person.pk, ()) if wish not in gone),
        home=None if person.lon is None or person.lat is None else (person.lon, person.lat),
        within=within,
        refused=gone,
    )


def _limit(campaign: Campaign, *, by_timetable: bool) -> float | None:
    """The farthest that a place beyond one's wishes may be, in metres as the crow flies: the stricter of both limits.

    Minutes count at the usual speed of journeys, as in the rounds, unless a timetable says how long journeys take.
    """
    estimated = campaign.limit_minutes and not by_timetable
    limits = [campaign.limit_minutes * USUAL_M_PER_MIN] if estimated else []
    limits += [campaign.limit_km * 1000.0] if campaign.limit_km else []
    return min(limits) if limits else None


def _hold(
    row: Application, period: Period, campaign: Campaign, account: Account | None, shielded: bool
) -> Application:
    from croisee.opportunities.services import hold

    now_turn = turn(campaign)
    until = max(answer_by(campaign, now_turn), timezone.now() + TIME_TO_ANSWER)
    return hold(
        row.person,
        period,
        call=campaign.pk,
        turn=now_turn,
        origin=Origin.REPLACED,
        account=account,
        protected=shielded,
        answer_by=until,
    )
