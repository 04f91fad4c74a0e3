"""An offer taken back, or one of its weeks: wishes are taken away, pupils who held a seat get another at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.opportunities.models import Application, Opportunity, Period
from croisee.opportunities.models.applications import HOLDING
from croisee.stages.models import Campaign, Internship
from croisee.stages.services import offer_news
from croisee.stages.services.offers import close_week, held, take_wishes_away
from croisee.stages.services.replacing import Replacement, replace_at_once

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account


@transaction.atomic
def withdraw(offer: Opportunity, account: Account, reason: str) -> list[Replacement]:
    """Take an offer back: wishes for it are taken away, and each pupil who held a seat gets another at once.

    Returns what became of each of them. Raises ValidationError when it is withdrawn already or no reason is given.
    """
    why = _given(reason)
    current = _locked(offer)
    try:
        perform(current, "withdraw", account)
    except TransitionRefused as refused:
        raise ValidationError(refused.reason) from refused
    Internship.objects.filter(opportunity=current).update(why_withdrawn=why)
    here = Application.objects.filter(period__opportunity=current)
    # Seats before wishes: weeks are locked before people (`opportunities.services.locks`).
    replaced = _replaced(here, account, why)
    take_wishes_away(here, current, account)
    offer_news.tell_withdrawn(current, account, replaced)
    return replaced


@transaction.atomic
def withdraw_week(offer: Opportunity, monday: date, account: Account, reason: str) -> list[Replacement]:
    """Take one week of an offer back, as `withdraw` does for all; the other weeks stay as they are.

    Raises ValidationError when that week is not offered (any more), when it is the only one, or without a reason.
    """
    why = _given(reason)
    current = _locked(offer)
    open_weeks = {period.starts_on: period for period in current.periods.filter(seats__gt=0)}
    if monday not in open_weeks:
        raise ValidationError(_("This week is withdrawn already, or was never offered."))
    if len(open_weeks) == 1:
        raise ValidationError(_("It is the only week of this offer: withdraw the whole offer."))
    period = open_weeks[monday]
    replaced = _replaced(Application.objects.filter(period=period), account, why)
    close_week(Period.objects.get(pk=period.pk), current, account)
    offer_news.tell_withdrawn(current, account, replaced, monday)
    return replaced


def _given(reason: str) -> str:
    why = " ".join(reason.split())[:300]
    if not why:
        raise ValidationError(_("Say why: the families and the schools will read it."))
    return why


def _locked(offer: Opportunity) -> Opportunity:
    """The offer, locked. One withdrawal at a time in a campaign: each locks the seats of the others' offers."""
    Campaign.objects.select_for_update(no_key=True).get(internships__opportunity=offer)
    return held(offer)


def _replaced(applications: QuerySet[Application], account: Account | None, why: str) -> list[Replacement]:
    return replace_at_once(list(applications.filter(state__in=HOLDING)), account, why)
