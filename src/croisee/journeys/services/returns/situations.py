"""The questionnaires of a journey: at entry, on leaving, six months after; a person counts once in a programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.models import Level, Sex
from croisee.directory.services.people import Stale
from croisee.foundation.dates import age_in_years, in_words
from croisee.journeys.completeness import ASKED, is_due, reached_on
from croisee.journeys.indicators import WORKING
from croisee.journeys.models import ENTERED, Journey, Labour, Moment, Situation

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

CARRIED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    Moment.EXIT: (Moment.ENTRY, ("labour", "in_training")),
    Moment.SIX_MONTHS: (Moment.EXIT, ("labour",)),
}
"""From which moment answers are carried over to the next, as long as the situation has not changed."""


def prefilled(journey: Journey, moment: str) -> dict[str, Any]:
    """What a questionnaire not answered yet begins with: the person at entry, the moment before afterwards."""
    if moment == Moment.ENTRY:
        return _of_person(journey)
    source, names = CARRIED[moment]
    before = journey.situations.filter(moment=source).first()
    return {name: getattr(before, name) for name in names} if before else {}


def _of_person(journey: Journey) -> dict[str, Any]:
    profile = getattr(journey.person, "profile", None)
    return {
        "answered_on": journey.entered_on,
        "sex": profile.sex if profile else Sex.UNKNOWN,
        "level": profile.level if profile else Level.UNKNOWN,
    }


@transaction.atomic
def answer(
    journey: Journey,
    moment: str,
    values: Mapping[str, Any],
    account: Account | None,
    *,
    seen: dt.datetime | None = None,
    today: dt.date | None = None,
) -> Situation:
    """Write down the answers of a moment, or correct them. `values`: those of `ASKED[moment]`, and `note`.

    The age is that of the day of entry. Raises ValidationError by field, for a moment that has not come, and `Stale`
    when the answers changed since `seen`.
    """
    day = today or timezone.localdate()
    kept = Journey.objects.select_for_update(of=("self",)).select_related("person").get(pk=journey.pk)
    if kept.state not in ENTERED or not is_due(moment, kept.entered_on, kept.exited_on, day):
        raise ValidationError(_refusal(kept, moment))
    rows = Situation.objects.select_for_update(of=("self",)).filter(journey=kept, moment=moment)
    row = rows.first() or Situation(journey=kept, moment=moment)
    if seen is not None and not row._state.adding and row.updated_at != seen:
        raise Stale
    for name in ("note", *ASKED[moment]):
        if name in values:
            setattr(row, name, values[name])
    _frozen(row, kept)
    _check_day(row, kept, day)
    row.answered_by = account
    row.full_clean(exclude=["answered_by"])
    row.save()
    settle_repeats(kept)
    row.refresh_from_db()
    return row


def _frozen(row: Situation, journey: Journey) -> None:
    """What follows from other answers, or from the person as long as it is known."""
    if row.labour != Labour.UNEMPLOYED:
        row.unemployed_months = None
    if row.labour in WORKING:
        row.searching = None
    if row.moment == Moment.ENTRY and journey.person and journey.entered_on:
        row.age = age_in_years(journey.person.birth_date, journey.entered_on)


def _check_day(row: Situation, journey: Journey, today: dt.date) -> None:
    if row.answered_on is None:
        raise ValidationError({"answered_on": _("Write on which day these answers were given.")})
    if row.answered_on > today:
        raise ValidationError({"answered_on": _("Answers cannot be of a day to come.")})
    reached = reached_on(row.moment, journey.entered_on, journey.exited_on)
    if row.moment == Moment.SIX_MONTHS and reached and row.answered_on < reached:
        text = _("Six months after the exit is %(day)s: write a day from then on.") % {
            "day": in_words(reached)
        }
        raise ValidationError({"answered_on": text})
    if row.moment == Moment.EXIT and journey.entered_on and row.answered_on < journey.entered_on:
        raise ValidationError({"answered_on": _("Answers on leaving cannot come before the entry.")})


def _refusal(journey: Journey, moment: str) -> str:
    reached = reached_on(moment, journey.entered_on, journey.exited_on)
    if reached is None:
        if moment == Moment.ENTRY:
            return _("This person has not entered the programme yet.")
        return _("The journey has not ended: note its exit first.")
    return _("These answers are asked from %(day)s on.") % {"day": in_words(reached)}


@transaction.atomic
def settle_repeats(journey: Journey) -> None:
    """Have a person count once in a programme: by the answers of the first entry, and those after the last exit."""
    if journey.person_id is None:
        return
    same = Journey.objects.filter(
        person=journey.person_id, programme=journey.programme_id, state__in=ENTERED
    ).order_by("entered_on", "pk")
    keys = list(same.values_list("pk", flat=True))
    rows = Situation.objects.filter(journey__in=keys)
    for moments, one in (((Moment.ENTRY,), keys[:1]), ((Moment.EXIT, Moment.SIX_MONTHS), keys[-1:])):
        own = rows.filter(moment__in=moments)
        own.exclude(journey__in=one).filter(repeated=False).update(repeated=True)
        own.filter(journey__in=one, repeated=True).update(repeated=False)
