"""What a pupil's page tells of the campaign: its dates, the results of its rounds, the place, what happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.models import StateChange
from croisee.opportunities.models import Application, ApplicationState, Origin
from croisee.stages import next_steps, wording
from croisee.stages.models import Convention, RoundPupil, RoundState
from croisee.stages.offer_kind import hours_in_words
from croisee.stages.queries.choices import Start, ways_from
from croisee.stages.queries.wishes import Situation, has_begun

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.foundation.accounts.models import Account
    from croisee.stages.models import Campaign

_TOLD = ("offer", "confirm", "give_back", "lapse", "cancel")


@dataclass(frozen=True)
class Day:
    """A date of the calendar, in words; `past` when it is over."""

    label: str
    text: str
    past: bool


@dataclass(frozen=True)
class Result:
    """What a round gave: the place if any, the sentence, and why each wish ranked higher was not granted."""

    turn: int
    sentence: str
    place: str = ""
    reasons: list[wording.ReasonShown] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """A place held: how it came, how far it is, its convention once there is one."""

    application: Application
    how: str
    distance: str
    from_home: bool
    hours: str
    answer_by: str
    convention: Convention | None = None

    @property
    def offered(self) -> bool:
        """Whether it is still to be confirmed."""
        return self.application.state == ApplicationState.OFFERED

    @property
    def begun(self) -> bool:
        """Whether its first day has come."""
        return has_begun(self.application)


@dataclass(frozen=True)
class Event:
    """Something that happened to a place."""

    at: dt.datetime
    text: str
    title: str


def calendar(campaign: Campaign) -> list[Day]:
    """The dates of the campaign, in order."""
    now = timezone.now()
    days = [
        (_("Wishes open"), campaign.opens_at),
        (_("Wishes close"), campaign.closes_at),
        (_("Result"), campaign.publishes_at),
        (_("Confirm before"), campaign.confirm_by),
        (_("Second round opens"), campaign.second_opens_at),
        (_("Second round closes"), campaign.second_closes_at),
        (_("Second result"), campaign.second_publishes_at),
        (_("Confirm before (second round)"), campaign.second_confirm_by),
    ]
    return [Day(label, next_steps.moment(value), value <= now) for label, value in days]


def results_of(where: Situation, account: Account) -> list[Result]:
    """What the published rounds of the campaign gave the person, the last one first."""
    rows = (
        RoundPupil.objects.visible_to(account)
        .filter(person=where.person, round__campaign=where.campaign, round__state=RoundState.PUBLISHED)
        .select_related("round", "offer")
        .order_by("-round__turn")
    )
    return [
        Result(
            row.round.turn or 1,
            row.reason,
            row.offer.title if row.offer else "",
            wording.reasons(row.reasons),
        )
        for row in rows
    ]


def place_of(where: Situation, account: Account, start: Start | None) -> Place | None:
    """The place that the person holds, with what a page tells of it."""
    application = where.place
    if application is None:
        return None
    offer = application.period.opportunity
    way = ways_from(start, [offer]).get(offer.pk)
    confirmed = application.state == ApplicationState.CONFIRMED
    return Place(
        application,
        how(application),
        way.words if way else "",
        bool(start and start.home),
        hours_in_words(offer.internship.hours),
        next_steps.moment(application.answer_by) if application.answer_by else "",
        _convention(application, account) if confirmed else None,
    )


def _convention(application: Application, account: Account) -> Convention | None:
    return Convention.objects.visible_to(account).living().filter(application=application).first()


def how(application: Application) -> str:
    """How a place came, in words."""
    if application.origin == Origin.WISH and application.rank:
        return _("wish %d") % application.rank
    return {
        Origin.RULE: _("nearest place left, beyond the wishes"),
        Origin.LEFT: _("a seat that was left, taken after the round"),
        Origin.DIRECT: _("found by the pupil or the school"),
        Origin.REPLACED: _("in the stead of a place that was withdrawn"),
    }.get(Origin(application.origin), str(application.get_origin_display()))


def history_of(where: Situation) -> list[Event]:
    """What happened to the person's places, the latest first."""
    titles: dict[UUID, str] = {row.pk: row.period.opportunity.title for row in where.applications}
    rows = StateChange.objects.filter(object_id__in=titles, transition__in=_TOLD).order_by("-at")
    states = {str(state): str(state.label) for state in ApplicationState}
    return [Event(row.at, states[row.target], titles[row.object_id]) for row in rows]
