"""Monthly statements: prepared from agreements and bookings, completed, sent to finance, replaced when wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.incubation.amounts import Month, amount
from croisee.incubation.models import Incubator, LineKind, Statement, StatementLine, StatementState
from croisee.incubation.notices import statements as notices
from croisee.incubation.queries.statements import Owed, owed

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.foundation.accounts.models import Account

MADE = (LineKind.RENT, LineKind.CHARGES, LineKind.BOOKING)
"""Kinds of lines that the software writes, and writes again as long as the statement is a draft."""
MOST_LINES = 400


@dataclass(frozen=True)
class Prepared:
    """What preparing a month did: statements that are new, that changed, that were taken away; those sent stay."""

    made: int = 0
    changed: int = 0
    removed: int = 0


@transaction.atomic
def prepare(incubator: Incubator, month: dt.date) -> Prepared:
    """Write the drafts of a month: what each company owes. Done twice, it changes nothing the second time.

    Lines that somebody added stay; drafts of nothing are taken away; statements that were sent are left alone.
    Raises ValidationError for a month to come.
    """
    first = month.replace(day=1)
    if first > timezone.localdate():
        raise ValidationError(_("This month has not begun: there is nothing to prepare yet."))
    row = Incubator.objects.select_for_update(of=("self",)).get(pk=incubator.pk)
    wanted = owed(row, first)
    known = Statement.objects.filter(incubator=row, month=first).exclude(state=StatementState.REPLACED)
    standing = {one.organisation_id: one for one in known.select_for_update(of=("self",))}
    made = changed = removed = 0
    for key, lines in wanted.items():
        statement = standing.get(key)
        if statement is None:
            made += 1
            _write(_new(row, key, first), lines)
        elif statement.state == StatementState.DRAFT:
            changed += _write(statement, lines)
    for key, statement in standing.items():
        if key not in wanted and statement.state == StatementState.DRAFT:
            altered = _write(statement, ())
            if statement.lines.exists():
                changed += altered
            else:
                statement.delete()
                removed += 1
    return Prepared(made, changed, removed)


def _new(incubator: Incubator, organisation: UUID, month: dt.date) -> Statement:
    statement = Statement(incubator=incubator, organisation_id=organisation, month=month)
    statement.full_clean()
    statement.save()
    return statement


def _write(statement: Statement, wanted: Sequence[Owed]) -> bool:
    """Make the lines that the software writes what they should be; whether anything changed."""
    known = list(statement.lines.filter(kind__in=MADE))
    there = sorted((line.kind, line.label, line.quantity, line.unit_price) for line in known)
    asked = sorted((line.kind, line.label, line.quantity, line.unit_price) for line in wanted)
    if there == asked:
        return _total(statement)
    statement.lines.filter(kind__in=MADE).delete()
    for line in wanted:
        _add(statement, line)
    _total(statement)
    return True


def _add(statement: Statement, line: Owed) -> StatementLine:
    made = StatementLine(
        statement=statement,
        kind=line.kind,
        label=line.label,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
    )
    made.full_clean(exclude=["statement"])
    made.save()
    return made


def _total(statement: Statement) -> bool:
    """Write the total again, which is the sum of the lines; whether it changed."""
    total = sum(statement.lines.values_list("amount", flat=True), Decimal(0))
    if statement.total == total:
        return False
    statement.total = total
    statement.save()
    return True


def _draft(statement: Statement) -> Statement:
    """The statement read again, locked. Raises ValidationError once it is sent."""
    row: Statement = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    if row.state != StatementState.DRAFT:
        raise ValidationError(_("This statement was sent to finance: replace it to correct it."))
    return row


@transaction.atomic
def add_line(statement: Statement, label: str, quantity: Decimal, unit_price: Decimal) -> StatementLine:
    """Add another line to a draft: copies, a key, a rebate (a price below zero). Raises ValidationError by field."""
    row = _draft(statement)
    if row.lines.count() >= MOST_LINES:
        raise ValidationError(_("A statement has %(n)d lines at most.") % {"n": MOST_LINES})
    if quantity <= 0:
        raise ValidationError({"quantity": _("Give a quantity above zero; a rebate has a price below zero.")})
    if amount(quantity, unit_price) == 0:
        raise ValidationError({"unit_price": _("Give a price: this line would be of no amount.")})
    line = _add(row, Owed(str(LineKind.OTHER), label.strip(), quantity, unit_price))
    _total(row)
    return line


@transaction.atomic
def remove_line(line: StatementLine) -> None:
    """Take away a line that somebody added to a draft. Raises ValidationError for a line that the software wrote."""
    row = _draft(line.statement)
    if line.kind != LineKind.OTHER:
        raise ValidationError(
            _("Rent, charges and bookings come from agreements and bookings: change those, or add a rebate.")
        )
    row.lines.filter(pk=line.pk).delete()
    _total(row)


@transaction.atomic
def issue(statement: Statement, account: Account) -> Statement:
    """Send a statement to finance: it can no longer be changed, and the company is told.

    Raises ValidationError before the month is over, for a statement of nothing, or once it is sent.
    """
    row = _draft(statement)
    last = Month(row.month).last
    if last >= timezone.localdate():
        raise ValidationError(
            _("This month is not over: send its statement from %(day)s on.")
            % {"day": date_format(last + dt.timedelta(days=1), "SHORT_DATE_FORMAT")}
        )
    if not row.lines.exists():
        raise ValidationError(_("This statement has no line: there is nothing to send."))
    try:
        perform(row, "issue", account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason) from refusal
    row.issued_at = timezone.now()
    row.save()
    notices.tell_issued(row)
    return row


@transaction.atomic
def issue_all(incubator: Incubator, month: dt.date, account: Account) -> int:
    """Send every draft of a month; how many. Raises ValidationError when one cannot be sent: then none is."""
    drafts = Statement.objects.filter(incubator=incubator, month=month, state=StatementState.DRAFT)
    rows = list(drafts.order_by("pk"))
    if not rows:
        raise ValidationError(_("No draft is left to send: prepare the month first."))
    for row in rows:
        issue(row, account)
    return len(rows)


@transaction.atomic
def replace(statement: Statement, account: Account) -> Statement:
    """Replace a statement that was sent by a new draft: what is owed as it is known now, and the lines once added.

    Raises ValidationError when it was not sent, or was replaced already.
    """
    old = Statement.objects.select_for_update(of=("self",)).select_related("incubator").get(pk=statement.pk)
    try:
        perform(old, "replace", account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason) from refusal
    new = _new(old.incubator, old.organisation_id, old.month)
    _write(new, owed(old.incubator, old.month).get(old.organisation_id, []))
    for line in old.lines.filter(kind=LineKind.OTHER).order_by("created_at", "pk"):
        _add(new, Owed(line.kind, line.label, line.quantity, line.unit_price))
    _total(new)
    return new
