"""The periods of a unit's story: each day is in one of them, from the first on; the last one is open."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.dates import in_words
from croisee.premises.models import Spell

if TYPE_CHECKING:
    from croisee.premises.models import Unit

DAY = dt.timedelta(days=1)


def begin(unit: Unit, on: dt.date) -> Spell:
    """The first period of a new unit."""
    return Spell.objects.create(unit=unit, state=unit.state, starts_on=on)


def open_spell(unit: Unit) -> Spell:
    """The period that a unit is in, with its row locked; one since the last ended, for a unit that has none."""
    spells = Spell.objects.select_for_update(of=("self",)).filter(unit=unit)
    running = spells.filter(ends_on__isnull=True).first()
    if running is not None:
        return running
    last = spells.order_by("-ends_on").first()
    if last is not None and last.ends_on is not None:
        return Spell.objects.create(unit=unit, state=unit.state, starts_on=last.ends_on + DAY)
    return Spell.objects.create(
        unit=unit, state=unit.state, starts_on=timezone.localtime(unit.created_at).date()
    )


def check_day(unit: Unit, running: Spell, on: dt.date) -> None:
    """Raises ValidationError for a change of state before the one that the unit is in, or to come."""
    if on > timezone.localdate():
        raise ValidationError(
            {"on": _("A change of state is noted once it has come: give today or a day before.")}
        )
    if on < running.starts_on:
        raise ValidationError(
            {
                "on": _("“%(state)s” since %(day)s: give that day or a later one.")
                % {"state": unit.get_state_display(), "day": in_words(running.starts_on)}
            }
        )


def pass_to(running: Spell, state: str, on: dt.date) -> Spell:
    """End the period on the eve of `on` and begin the next; changed on its own first day, it is replaced.

    Back on the same day in the state that was before, the period of before goes on.
    """
    if on > running.starts_on:
        running.ends_on = on - DAY
        running.save()
        return Spell.objects.create(unit_id=running.unit_id, state=state, starts_on=on)
    before = Spell.objects.filter(
        unit_id=running.unit_id, ends_on=running.starts_on - DAY, state=state
    ).first()
    if before is None:
        running.state = state
        running.save()
        return running
    running.delete()
    before.ends_on = None
    before.save()
    return before
