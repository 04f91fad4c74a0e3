"""Where a campaign stands: one computed function, which every page, service and message asks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.stages.models.campaigns import CampaignState

if TYPE_CHECKING:
    from croisee.stages.models.campaigns import Campaign


class Phase(TextChoices):
    """What can be done in a campaign now."""

    DRAFT = "draft", _("in preparation")
    ANNOUNCED = "announced", _("announced, wishes not open yet")
    OPEN = "open", _("wishes are open")
    CLOSED = "closed", _("wishes are closed, places are being given")
    CONFIRMING = "confirming", _("places are known, to be confirmed")
    BETWEEN = "between", _("first round over, second not open yet")
    SECOND_OPEN = "second_open", _("second round: wishes are open")
    SECOND_CLOSED = "second_closed", _("second round: places are being given")
    SECOND_CONFIRMING = "second_confirming", _("second round: places to be confirmed")
    UNDER_WAY = "under_way", _("places are given, internships take place")
    FINISHED = "finished", pgettext_lazy("a campaign", "finished")
    CANCELLED = "cancelled", pgettext_lazy("a campaign", "cancelled")


WISHES_OPEN = frozenset({Phase.OPEN, Phase.SECOND_OPEN})
CONFIRMING = frozenset({Phase.CONFIRMING, Phase.SECOND_CONFIRMING})
OFFERS_WELCOME = frozenset({Phase.ANNOUNCED, Phase.OPEN, Phase.CONFIRMING, Phase.BETWEEN, Phase.SECOND_OPEN})
_FIXED = {
    CampaignState.DRAFT: Phase.DRAFT,
    CampaignState.FINISHED: Phase.FINISHED,
    CampaignState.CANCELLED: Phase.CANCELLED,
}


def phase(campaign: Campaign, now: datetime | None = None) -> Phase:
    """Where `campaign` stands at `now` (aware; the present by default), from its state, dates and published rounds.

    A round that is late keeps its phase: wishes stay closed until the places are published, whatever the date says.
    """
    fixed = _FIXED.get(CampaignState(campaign.state))
    if fixed is not None:
        return fixed
    moment = now or timezone.now()
    if campaign.published_turn == 0:
        return _before_publication(moment, campaign.opens_at, campaign.closes_at)
    if campaign.published_turn == 1:
        if moment < campaign.confirm_by:
            return Phase.CONFIRMING
        if moment < campaign.second_opens_at:
            return Phase.BETWEEN
        return Phase.SECOND_OPEN if moment < campaign.second_closes_at else Phase.SECOND_CLOSED
    return Phase.SECOND_CONFIRMING if moment < campaign.second_confirm_by else Phase.UNDER_WAY


def _before_publication(moment: datetime, opens_at: datetime, closes_at: datetime) -> Phase:
    if moment < opens_at:
        return Phase.ANNOUNCED
    return Phase.OPEN if moment < closes_at else Phase.CLOSED


def turn(campaign: Campaign) -> int:
    """The round that wishes made now count in: 1, then 2 once the first is published."""
    return 1 if campaign.published_turn == 0 else 2


def answer_by(campaign: Campaign, turn: int) -> datetime:
    """Until when places of that round are confirmed."""
    return campaign.confirm_by if turn == 1 else campaign.second_confirm_by
