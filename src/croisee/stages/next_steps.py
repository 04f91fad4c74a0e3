"""What a pupil's family can do now, in words: one next step for each situation, and why something cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from croisee.foundation.dates import in_words
from croisee.opportunities.models import ApplicationState
from croisee.stages.phases import WISHES_OPEN, Phase

if TYPE_CHECKING:
    from datetime import datetime

    from croisee.opportunities.models import Application
    from croisee.stages.models import Campaign
    from croisee.stages.queries.wishes import Situation


@dataclass(frozen=True)
class NextStep:
    """What to do next: a sentence, and the page where it is done, when there is something to do."""

    text: str
    label: str = ""
    url: str = ""
    urgent: bool = False


def moment(value: datetime) -> str:
    """A date and hour here, as written in a sentence: `3 décembre 2026 à 18:00`."""
    local = timezone.localtime(value)
    return _("%(day)s at %(hour)s") % {
        "day": in_words(local.date(), "j F Y"),
        "hour": time_format(local.time(), "H:i"),
    }


def why_no_wish(where: Situation) -> str:
    """Why the list of wishes cannot be changed now."""
    campaign = where.campaign
    if campaign is None:
        return _("No internship campaign is announced for this class.")
    if where.phase in WISHES_OPEN:
        if where.place is not None:
            return _("A place is held already: no other wish can be made.")
        return _("The school has not told the week of this class yet: wishes are made for a week.")
    if where.phase == Phase.ANNOUNCED:
        return _("Wishes open on %s.") % moment(campaign.opens_at)
    if where.phase == Phase.CLOSED:
        return _("Wishes closed on %s: the list no longer changes.") % moment(campaign.closes_at)
    if where.phase in {Phase.CONFIRMING, Phase.BETWEEN}:
        return _(
            "Wishes of the first round closed on %(closed)s. Those of the second round open on %(opens)s."
        ) % {
            "closed": moment(campaign.closes_at),
            "opens": moment(campaign.second_opens_at),
        }
    return _("Wishes closed on %s: the list no longer changes.") % moment(campaign.second_closes_at)


def next_step(where: Situation) -> NextStep:
    """What there is to do now for a person."""
    campaign = where.campaign
    if campaign is None:
        return NextStep(_("Nothing to do yet: no internship campaign is announced for this class."))
    if where.place is not None:
        return _with_place(where, where.place)
    if where.phase == Phase.ANNOUNCED:
        return _look(
            where, _("Wishes open on %s. Offers can already be looked at.") % moment(campaign.opens_at)
        )
    if where.phase in WISHES_OPEN:
        return _wish(where, campaign)
    if where.can_take_left:
        text = _("No place is held. Seats that are left can be taken now; the first to take one has it.")
        return NextStep(text, _("See the seats that are left"), _url("whats_left", where), urgent=True)
    return NextStep(_waiting(where, campaign))


def _with_place(where: Situation, place: Application) -> NextStep:
    if place.state == ApplicationState.OFFERED:
        text = _("A place is there: confirm it or give it back.")
        if place.answer_by:
            text = _("A place is there: confirm it or give it back before %s.") % moment(place.answer_by)
        return NextStep(text, pgettext("a button", "Answer"), _url("my_internship", where), urgent=True)
    return NextStep(_confirmed(place), _("See the place"), _url("my_internship", where))


def _confirmed(place: Any) -> str:
    """What is next for a confirmed place, which bears `signed`: the convention, the first day, the last."""
    period, today = place.period, timezone.localdate()
    if period.ends_on < today:
        return _("The internship is over.")
    if not place.signed:
        return _("The place is confirmed. The convention is signed next.")
    if period.starts_on > today:
        return _("The convention is signed by all. The internship begins on %s.") % in_words(period.starts_on)
    return _("The internship takes place now, until %s.") % in_words(period.ends_on)


def why_not_given_back() -> str:
    """Why the place of an internship that has begun is not given back."""
    return _(
        "The internship has begun: its place can no longer be given back here. To end it, write why to the head of "
        "school, who tells the host."
    )


def _wish(where: Situation, campaign: Campaign) -> NextStep:
    if where.monday is None:
        return NextStep(why_no_wish(where))
    closes = campaign.closes_at if where.turn == 1 else campaign.second_closes_at
    count = len(where.wishes)
    if not count:
        text = _("No wish yet. Wishes close on %s.") % moment(closes)
        return NextStep(text, _("Choose offers"), _url("browse", where), urgent=True)
    text = ngettext(
        "%(count)d wish in the list, of %(most)d at most. Wishes close on %(closes)s.",
        "%(count)d wishes in the list, of %(most)d at most. Wishes close on %(closes)s.",
        count,
    ) % {"count": count, "most": campaign.list_length, "closes": moment(closes)}
    if count < campaign.list_length:
        return NextStep(text, _("Add offers"), _url("browse", where))
    return NextStep(text, _("See the wishes"), _url("wishes", where))


def _look(where: Situation, text: str) -> NextStep:
    if where.monday is None:
        unknown = _("The school has not told the week of this class yet.")
        return NextStep(f"{text} {unknown}")
    return NextStep(text, _("Look at the offers"), _url("browse", where))


def _waiting(where: Situation, campaign: Campaign) -> str:
    if where.phase == Phase.CLOSED:
        return _("Wishes are closed. The result is expected on %s.") % moment(campaign.publishes_at)
    if where.phase == Phase.SECOND_CLOSED:
        return _("Wishes are closed. The result is expected on %s.") % moment(campaign.second_publishes_at)
    if where.phase in {Phase.CONFIRMING, Phase.BETWEEN}:
        return _("No place yet. The second round opens on %s.") % moment(campaign.second_opens_at)
    if where.phase == Phase.FINISHED:
        return _("The campaign is over.")
    return _("No place yet: speak with the school, which helps to find one.")


def _url(name: str, where: Situation) -> str:
    return reverse(f"stages:{name}", args=[where.person.pk])
