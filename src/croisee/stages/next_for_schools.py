"""What a school does next in a campaign, and the dates that it goes by, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import in_words
from croisee.stages.models import Campaign
from croisee.stages.phases import CONFIRMING, WISHES_OPEN, Phase, phase
from croisee.stages.queries.schools import WITHOUT_PLACE, ClassRow, Situation
from croisee.stages.services.schools import may_set_weeks


@dataclass(frozen=True)
class Step:
    """Something to do: said, with where and the words of the button."""

    text: str
    url: str
    button: str


@dataclass(frozen=True)
class Date:
    """A date of the campaign; `past` when it is over."""

    label: str
    day: str
    past: bool


def steps(campaign: Campaign, rows: Sequence[ClassRow], account: Account) -> list[Step]:
    """What is left to do now by the school, the most pressing first."""
    if not rows:
        text = _("Begin with the list of your pupils, in any spreadsheet.")
        return [Step(text, reverse("directory:classes"), _("Send the list"))]
    now = phase(campaign)
    pupils = reverse("stages:follow_up", args=[campaign.pk])

    def count(*situations: Situation) -> int:
        return sum(row.of(*situations) for row in rows)

    found = []
    unset = sum(row.monday is None for row in rows)
    if unset and may_set_weeks(campaign, account):
        text = ngettext("%d class has no week yet.", "%d classes have no week yet.", unset) % unset
        found.append(Step(text, reverse("stages:class_weeks", args=[campaign.pk]), _("Set the weeks")))
    if now in WISHES_OPEN and (number := count(Situation.NO_WISH)):
        text = ngettext("%d pupil has no wish yet.", "%d pupils have no wish yet.", number) % number
        found.append(Step(text, f"{pupils}?situation={Situation.NO_WISH}", _("See them and remind")))
    if now in CONFIRMING and (number := count(Situation.OFFERED)):
        text = ngettext("%d place is not confirmed yet.", "%d places are not confirmed yet.", number)
        found.append(Step(text % number, f"{pupils}?situation={Situation.OFFERED}", _("See them and remind")))
    if campaign.published_turn and now != Phase.FINISHED and (number := count(*WITHOUT_PLACE)):
        text = ngettext("%d pupil has no place.", "%d pupils have no place.", number) % number
        found.append(Step(text, f"{pupils}?has_place=False", _("See them")))
    conventions = reverse("stages:batch_conventions", args=[campaign.pk])
    if number := count(Situation.CONFIRMED):
        text = ngettext("%d convention is not sent yet.", "%d conventions are not sent yet.", number)
        found.append(Step(text % number, conventions, _("See the conventions")))
    if number := count(Situation.TO_SIGN):
        text = ngettext(
            "%d convention is not signed by all.", "%d conventions are not signed by all.", number
        )
        found.append(Step(text % number, conventions, _("See who has not signed")))
    return found


def dates(campaign: Campaign, now: datetime | None = None) -> list[Date]:
    """The dates of the campaign, in order."""
    moment = now or timezone.now()
    rows = [
        (_("Wishes open"), campaign.opens_at),
        (_("Wishes close"), campaign.closes_at),
        (_("Results are published"), campaign.publishes_at),
        (_("Places are confirmed before"), campaign.confirm_by),
        (_("Second round: wishes open"), campaign.second_opens_at),
        (_("Second round: wishes close"), campaign.second_closes_at),
        (_("Second round: results are published"), campaign.second_publishes_at),
        (_("Second round: places are confirmed before"), campaign.second_confirm_by),
    ]
    return [Date(label, in_words(localtime(at).date()), at <= moment) for label, at in rows]
