"""Giving figures with dates: a new value from a day; what has served is never rewritten."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.clauses.models import Figure, Parameter
from croisee.clauses.queries.parameters import keys_of
from croisee.foundation.database.locks import hold

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet

ONE_DAY = dt.timedelta(days=1)


def give_value(
    figure: Figure,
    key: str,
    *,
    value: Decimal,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    source: str,
    to_confirm: bool = False,
    today: dt.date | None = None,
) -> Parameter:
    """Give a figure a value from a day. The value in force until then ends the day before, in the same transaction.

    A day that is past keeps its value: calculations rest on it. So a value begins today or later, unless no value
    covered that time. Without `valid_until` it holds until the next value, or for good.

    Raises ValidationError by field.
    """
    now = today or timezone.localdate()
    _check(figure, key, value)
    with transaction.atomic():
        others = _all_of(figure, key)
        _check_end(others, valid_from, valid_until)
        former = next((row for row in others if _covers(row, valid_from)), None)
        if former is not None:
            if former.valid_from == valid_from:
                raise ValidationError(
                    {"valid_from": _("This figure already has a value from that day: withdraw it first.")}
                )
            if valid_from < now:
                raise ValidationError(
                    {
                        "valid_from": _(
                            "Calculations were made with the value in force then: begin on %(day)s or later."
                        )
                        % {"day": date_format(now, "DATE_FORMAT")}
                    }
                )
            former.valid_until = valid_from - ONE_DAY
            former.save()
        # A value without an end of its own lasts as long as the one whose place it takes was meant to.
        meant = valid_until or (former.meant_until if former is not None else None)
        row = Parameter(
            figure=figure,
            key=key,
            value=value,
            valid_from=valid_from,
            valid_until=_cut(meant, others, valid_from),
            meant_until=meant,
            source=source.strip(),
            to_confirm=to_confirm,
        )
        row.full_clean()
        row.save()
    return row


def withdraw(row: Parameter, *, today: dt.date | None = None) -> None:
    """Take back a value that has not begun; the one that it was to end goes on as before.

    Raises ValidationError for a value that is in force or past.
    """
    now = today or timezone.localdate()
    with transaction.atomic():
        others = _all_of(Figure(row.figure), row.key)
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


def confirm(row: Parameter, source: str) -> Parameter:
    """Note that a figure was found in an official source: its value stays. Raises ValidationError without a source."""
    if not source.strip():
        raise ValidationError({"source": _("Name the text or the page where the figure is written.")})
    with transaction.atomic():
        kept = Parameter.objects.select_for_update(of=("self",)).get(pk=row.pk)
        kept.source, kept.to_confirm = source.strip(), False
        kept.full_clean()
        kept.save()
    return kept


def _check(figure: Figure, key: str, value: Decimal) -> None:
    if key not in dict(keys_of(figure)):
        raise ValidationError(_("There is no such figure."))
    if figure in PERCENTAGES and value > 100:
        raise ValidationError({"value": _("A share is between 0 and 100 %.")})
    if figure in POSITIVE and value <= 0:
        raise ValidationError({"value": _("This figure is more than 0: others are divided by it.")})
    if figure == Figure.OBLIGATION and value not in (0, 1):
        raise ValidationError({"value": _("Write 1 for yes, or 0 for no.")})


PERCENTAGES = (Figure.LABOUR_SHARE, Figure.INSERTION_RATE, Figure.SHARE_TARGET)
POSITIVE = (Figure.HOURLY_COST, Figure.HOURS_A_DAY, Figure.MONTHLY_HOURS)


def _all_of(figure: Figure, key: str) -> list[Parameter]:
    """Every value of a figure in order of days, with the figure held: two that give values at once wait."""
    hold([f"clauses.parameter:{figure}:{key}"])
    rows: QuerySet[Parameter] = Parameter.objects.filter(figure=figure, key=key)
    return list(rows.order_by("valid_from"))


def _covers(row: Parameter, day: dt.date) -> bool:
    return row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)


def _following(others: list[Parameter], day: dt.date) -> Parameter | None:
    return next((row for row in others if row.valid_from > day), None)


def _cut(meant: dt.date | None, others: list[Parameter], valid_from: dt.date) -> dt.date | None:
    """The last day of a value that begins on a day: the one it is meant to have, or the eve of the next value."""
    following = _following(others, valid_from)
    if following is None:
        return meant
    eve = following.valid_from - ONE_DAY
    return eve if meant is None else min(meant, eve)


def _check_end(others: list[Parameter], valid_from: dt.date, valid_until: dt.date | None) -> None:
    if valid_until is None:
        return
    if valid_until < valid_from:
        raise ValidationError({"valid_until": _("A figure cannot end before it begins.")})
    following = _following(others, valid_from)
    if following is not None and valid_until >= following.valid_from:
        raise ValidationError(
            {
                "valid_until": _("Another value begins on %(day)s: end before it, or withdraw it first.")
                % {"day": date_format(following.valid_from, "DATE_FORMAT")}
            }
        )
