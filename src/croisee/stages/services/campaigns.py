"""What is done to campaigns: propose a calendar, prepare, change, announce, close, cancel."""

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import TransitionRefused, perform, perform_all
from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.models import Campaign, CampaignState
from croisee.stages.phases import answer_by
from croisee.stages.services import telling

# A calendar that a school year has room for: weeks after the first Monday, weekday (0 Monday), hour.
_CALENDAR = {
    "opens_at": (0, 0, 8),
    "closes_at": (3, 4, 20),
    "publishes_at": (4, 3, 18),
    "confirm_by": (5, 6, 20),
    "second_opens_at": (6, 0, 8),
    "second_closes_at": (7, 4, 20),
    "second_publishes_at": (8, 3, 18),
    "second_confirm_by": (9, 6, 20),
}
DATES = tuple(_CALENDAR)
RULES = (
    "list_length",
    "reserved_share",
    "reserved_until",
    "limit_km",
    "limit_minutes",
    "least_hours",
    "seed",
)
NAMES = ("name", "school_year")
_OPENING_MONTH = 10
_PREPARED = timedelta(weeks=2)
_YEAR_TURNS_IN = 6
_A_YEAR = timedelta(weeks=52)


def proposal(on: date, former: Campaign | None = None) -> dict[str, Any]:
    """The values that a new campaign begins with when it is prepared `on` that day, by field.

    Of a `former` campaign: its rules, and its calendar fifty-two weeks later, so on the same days of the week. The draw
    is always a new one.
    """
    if former is not None:
        start, end = (int(year) + 1 for year in former.school_year.split("-"))
        values = {name: getattr(former, name) for name in RULES}
        moments = {name: _same_hour_later(getattr(former, name)) for name in DATES}
        reserved_until = former.reserved_until + _A_YEAR
        year = f"{start}-{end}"
    else:
        first = on.year if on.month >= _YEAR_TURNS_IN else on.year - 1
        monday = _monday_from(max(date(first, _OPENING_MONTH, 1), on + _PREPARED))
        moments = {
            name: timezone.make_aware(datetime.combine(monday + timedelta(weeks=weeks, days=day), time(hour)))
            for name, (weeks, day, hour) in _CALENDAR.items()
        }
        reserved_until = timezone.localdate(moments["second_publishes_at"])
        values, year = {}, f"{first}-{first + 1}"
    name = _("Internships of 3e, %(year)s") % {"year": year}
    seed = secrets.randbelow(10**9)
    return {
        **values,
        **moments,
        "name": name,
        "school_year": year,
        "reserved_until": reserved_until,
        "seed": seed,
    }


def _same_hour_later(moment: datetime) -> datetime:
    """Fifty-two weeks later, at the same hour of the clock whatever summer time does."""
    return timezone.make_aware(timezone.make_naive(moment) + _A_YEAR)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


@transaction.atomic
def create(account: Account, values: Mapping[str, Any]) -> Campaign:
    """A campaign in preparation, of the metropolis that `account` manages campaigns for.

    Raises ValidationError when values contradict each other, such as dates out of order.
    """
    organisation = account.organisations(Role.CAMPAIGN_MANAGER).earliest("created_at")
    campaign = Campaign(organisation=organisation, **values)
    campaign.full_clean()
    campaign.save()
    return campaign


def open_fields(campaign: Campaign, now: datetime | None = None) -> frozenset[str]:
    """What may still be changed: in preparation everything; announced, the dates whose moment has not come.

    The dates that follow a round which is late may all be put later: nothing that hangs on them has happened.
    """
    if campaign.state == CampaignState.DRAFT:
        return frozenset((*NAMES, *DATES, *RULES))
    if campaign.state != CampaignState.ANNOUNCED:
        return frozenset()
    moment = now or timezone.now()
    unpublished = {0: DATES[2:], 1: DATES[6:], 2: ()}[campaign.published_turn]
    done = {0: (), 1: DATES[:3], 2: DATES[:7]}[campaign.published_turn]
    future = [name for name in DATES if getattr(campaign, name) > moment]
    return frozenset({*future, *unpublished} - set(done))


@transaction.atomic
def change(campaign: Campaign, values: Mapping[str, Any], version: str) -> list[str]:
    """Write what changed of a campaign; return the names of the fields. `version` is what the form was made from.

    Of an announced campaign, only dates to come change, to moments to come: schools and employers are told, places to
    be confirmed keep pace. Raises ValidationError with a sentence otherwise.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if version != version_of(locked):
        raise ValidationError(
            _(
                "This campaign was changed meanwhile, in another tab or by somebody else. "
                "Read it again, then change it."
            )
        )
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if frozen := set(changed) - open_fields(locked):
        fields = [field for field in Campaign._meta.fields if field.name in frozen]
        labels = ", ".join(str(field.verbose_name) for field in fields)
        raise ValidationError(_("This can no longer be changed: %(fields)s.") % {"fields": labels})
    announced = locked.state == CampaignState.ANNOUNCED
    if announced and any(values[name] <= timezone.now() for name in changed):
        raise ValidationError(_("A date of a campaign that is under way is put to a moment to come."))
    for name in changed:
        setattr(locked, name, values[name])
    locked.full_clean()
    if changed:
        locked.save()
    if announced and changed:
        _keep_pace(locked, changed)
        telling.dates_changed(locked)
    return changed


def _keep_pace(campaign: Campaign, changed: list[str]) -> None:
    """Places to be confirmed wait until the new date."""
    for turn, name in ((1, "confirm_by"), (2, "second_confirm_by")):
        if name in changed:
            waiting = Application.objects.filter(
                call=campaign.pk, turn=turn, state=ApplicationState.OFFERED, answer_by__isnull=False
            )
            waiting.update(answer_by=answer_by(campaign, turn))


def version_of(campaign: Campaign) -> str:
    """What changes with each change of the campaign."""
    return campaign.updated_at.isoformat()


@transaction.atomic
def announce(campaign: Campaign, account: Account | None) -> None:
    """Make calendar and rules public, for good; tell heads of school and employers."""
    if campaign.closes_at <= timezone.now():
        raise TransitionRefused(_("Wishes would be closed already: put the dates later before announcing."))
    perform(campaign, "announce", account)
    telling.announced(campaign)


@transaction.atomic
def finish(campaign: Campaign, account: Account | None) -> None:
    """Close a campaign. Raises TransitionRefused while places are still to be confirmed."""
    perform(campaign, "finish", account)
    waiting = Application.objects.filter(call=campaign.pk, state=ApplicationState.OFFERED).count()
    if waiting:
        raise TransitionRefused(
            ngettext(
                "%(n)d place is still to be confirmed.", "%(n)d places are still to be confirmed.", waiting
            )
            % {"n": waiting}
        )
    _settle_wishes(campaign)


@transaction.atomic
def cancel(campaign: Campaign, account: Account | None) -> None:
    """Give a campaign up. Raises TransitionRefused once a place is confirmed: those pupils count on it."""
    was_announced = campaign.state == CampaignState.ANNOUNCED
    perform(campaign, "cancel", account)
    ours = Application.objects.filter(call=campaign.pk)
    confirmed = ours.filter(state=ApplicationState.CONFIRMED).count()
    if confirmed:
        raise TransitionRefused(
            ngettext(
                "%(n)d place is confirmed: cancel it first, or close the campaign.",
                "%(n)d places are confirmed: cancel them first, or close the campaign.",
                confirmed,
            )
            % {"n": confirmed}
        )
    perform_all(ours.filter(state=ApplicationState.OFFERED), "cancel", None)
    if was_announced:
        telling.cancelled(campaign)
    _settle_wishes(campaign)


def _settle_wishes(campaign: Campaign) -> None:
    """Nobody waits for an answer to a wish in a campaign that is over."""
    asked = Application.objects.filter(call=campaign.pk, state=ApplicationState.ASKED)
    perform_all(asked, "not_grant", None)


VERBS: dict[str, Callable[[Campaign, Account | None], None]] = {
    "announce": announce,
    "finish": finish,
    "cancel": cancel,
}
