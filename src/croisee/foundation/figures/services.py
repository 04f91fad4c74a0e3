"""Giving figures with dates: a new value from a day; what has served is never rewritten."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.foundation.database.locks import hold
from croisee.foundation.figures.book import figure_of
from croisee.foundation.figures.models import DatedFigure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from croisee.foundation.figures.book import FigureBook

F = TypeVar("F", bound=DatedFigure)
ONE_DAY = dt.timedelta(days=1)


def give_value(
    book: FigureBook[F],
    figure: str,
    key: str,
    *,
    value: Decimal,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    source: str,
    to_confirm: bool = False,
    today: dt.date | None = None,
) -> F:
    """Give a figure a value from a day. The value in force until then ends the day before, in the same transaction.

    A day that is past keeps its value: calculations rest on it. So a value begins today or later, unless no value
    covered that time. Without `valid_until` it holds until the next value, or for good.

    Raises ValidationError by field.
    """
    now = today or timezone.localdate()
    book.check(figure, key, value)
    with transaction.atomic():
        others = _all_of(book, figure, key)
        _check_end(others, valid_from, valid_until)
        former = next((row for row in others if _covers(row, valid_from)), None)
        if former is not None:
            _check_beginning(former, valid_from, now)
            former.valid_until = valid_from - ONE_DAY
            former.save()
        # A value without an end of its own lasts as long as the one whose place it takes was meant to.
        meant = valid_until or (former.meant_until if former is not None else None)
        fields: dict[str, Any] = {
            "figure": figure,
            "key": key,
            "value": value,
            "valid_from": valid_from,
            "valid_until": _cut(meant, others, valid_from),
            "meant_until": meant,
            "source": source.strip(),
            "to_confirm": to_confirm,
        }
        row = book.model(**fields)
        row.full_clean()
        row.save()
    return row


def withdraw(book: FigureBook[F], row: F, *, today: dt.date | None = None) -> None:
    """Take back a value that has not begun; the one that it was to end goes on as before.

    Raises ValidationError for a value that is in force or past.
    """
    now = today or timezone.localdate()
    with transaction.atomic():
        others = _all_of(book, figure_of(row), row.key)
        kept = next((one for one in others if one.pk == row.pk), None)
        if kept is None:
            raise ValidationError(_("This value is no longer there."))
        if kept.valid_from <= now:
            raise ValidationError(_("This value is in force, or was: give another one from a day to come."))
        left = [one for one in others if one.pk != kept.pk]
        kept.delete()
        before = next((one for one in left if one.valid_until == kept.valid_from - ONE_DAY), None)
        if before is not None:
            before.valid_until = _cut(before.meant_until, left, before.valid_from)
            before.save()


def confirm(book: FigureBook[F], row: F, source: str) -> F:
    """Note that a figure was found in an official source: its value stays. Raises ValidationError without a source."""
    if not source.strip():
        raise ValidationError({"source": _("Name the text or the page where the figure is written.")})
    with transaction.atomic():
        kept = book.rows.select_for_update(of=("self",)).get(pk=row.pk)
        kept.source, kept.to_confirm = source.strip(), False
        kept.full_clean()
        kept.save()
    return kept


def _all_of(book: FigureBook[F], figure: str, key: str) -> list[F]:
    """Every value of a figure in order of days, with the figure held: two that give values at once wait."""
    hold([f"{book.model._meta.label_lower}:{figure}:{key}"])
    return list(book.rows.filter(figure=figure, key=key).order_by("valid_from"))


def _covers(row: DatedFigure, day: dt.date) -> bool:
    return row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)


def _following(others: Sequence[F], day: dt.date) -> F | None:
    return next((row for row in others if row.valid_from > day), None)


def _cut(meant: dt.date | None, others: Sequence[DatedFigure], valid_from: dt.date) -> dt.date | None:
    """The last day of a value that begins on a day: the one it is meant to have, or the eve of the next value."""
    following = _following(others, valid_from)
    if following is None:
        return meant
    eve = following.valid_from - ONE_DAY
    return eve if meant is None else min(meant, eve)


def _check_beginning(former: DatedFigure, valid_from: dt.date, today: dt.date) -> None:
    """A value may take the place of `former` from a day on: another day than its first, and not a past one."""
    if former.valid_from == valid_from:
        raise ValidationError(
            {"valid_from": _("This figure already has a value from that day: withdraw it first.")}
        )
    if valid_from < today:
        words = _("Calculations were made with the value in force then: begin on %(day)s or later.")
        raise ValidationError({"valid_from": words % {"day": date_format(today, "DATE_FORMAT")}})


def _check_end(others: Sequence[DatedFigure], valid_from: dt.date, valid_until: dt.date | None) -> None:
    if valid_until is None:
        return
    if valid_until < valid_from:
        raise ValidationError({"valid_until": _("A figure cannot end before it begins.")})
    following = _following(others, valid_from)
    if following is not None and valid_until >= following.valid_from:
        words = _("Another value begins on %(day)s: end before it, or withdraw it first.")
        day = date_format(following.valid_from, "DATE_FORMAT")
        raise ValidationError({"valid_until": words % {"day": day}})
