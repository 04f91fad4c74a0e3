"""What the verbs of a journey share: its row locked, and what a form saw of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from croisee.directory.services import Stale
from croisee.journeys.models import FOLLOWED, Journey

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from croisee.foundation.records import Record

    R = TypeVar("R", bound=Record)


def open_journey(journey: Journey) -> Journey:
    """The journey's row, locked. Raises ValidationError when it is not followed (asked for, ended, refused)."""
    row = Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)
    if row.state not in FOLLOWED:
        raise ValidationError(
            _("This journey is not under way: reopen it before anything is added to it."), code="closed"
        )
    return row


def locked(row: R, seen: dt.datetime | None = None) -> R:
    """The row again, locked. Raises Stale when it changed since `seen` (its `updated_at` then)."""
    found: R = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)  # type: ignore[attr-defined]
    if seen is not None and abs((found.updated_at - seen).total_seconds()) > 0.001:
        raise Stale
    return found


def fill(row: Record, names: Iterable[str], values: Mapping[str, Any]) -> None:
    """Write those of `names` that `values` has, and save; ValidationError by field."""
    for name in names:
        if name in values:
            setattr(row, name, values[name])
    row.full_clean()
    row.save()
