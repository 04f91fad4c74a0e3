"""What monthly statements are made of, and what their pages read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import add_months
from croisee.incubation.amounts import DAY, Month, Run, amount, quantity, runs
from croisee.incubation.models import (
    Agreement,
    AgreementState,
    Booking,
    Incubator,
    LineKind,
    Occupancy,
    Statement,
    StatementLine,
    StatementState,
)
from croisee.incubation.models.readers import managed, of_tenant

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.records import Reader

LONGEST_LABEL = 200


@dataclass(frozen=True)
class Owed:
    """A line that a company owes for a month, before it is written."""

    kind: str
    label: str
    quantity: Decimal
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity times unit price, to the cent."""
        return amount(self.quantity, self.unit_price)


def month_from(asked: str, today: dt.date) -> dt.date:
    """The month asked for ("2026-11"), else the one before the present one, which is over."""
    try:
        found = dt.date.fromisoformat(f"{asked}-01")
    except ValueError:
        found = dt.date.min
    if dt.date(1990, 1, 1) <= found <= dt.date(2100, 1, 1):
        return found
    return add_months(today.replace(day=1), -1)


def owed(incubator: Incubator, first: dt.date) -> dict[UUID, list[Owed]]:
    """What each company owes for the month that begins on `first`: rent, charges, bookings; companies by their key.

    Labels are in the language of the installation, whoever prepares them: the same facts make the same lines.
    """
    found: dict[UUID, list[Owed]] = defaultdict(list)
    with translation.override(settings.LANGUAGE_CODE):
        month = Month(first)
        agreements = _agreements(incubator, month)
        spaces = _spaces_of(agreements, month)
        for agreement in agreements:
            lines = _lines_of(agreement, month, spaces[agreement.pk])
            if lines:
                found[agreement.tenant_id] += lines
        for booking in _bookings(incubator, month):
            if booking.organisation_id is not None:
                found[booking.organisation_id].append(_line_of(booking))
    return dict(found)


def _agreements(incubator: Incubator, month: Month) -> list[Agreement]:
    """Agreements under which a company was there in a month, past the term too."""
    rows = Agreement.objects.filter(
        Q(left_on__isnull=True) | Q(left_on__gte=month.first),
        incubator=incubator,
        state__in=[AgreementState.SIGNED, AgreementState.ENDED],
        starts_on__lte=month.last,
    )
    return list(rows.prefetch_related("rents", "following").order_by("starts_on", "pk"))


def _spaces_of(agreements: list[Agreement], month: Month) -> dict[UUID, list[str]]:
    """The spaces of each agreement in a month, by name."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = Occupancy.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=month.first),
        agreement__in=agreements,
        held=True,
        starts_on__lte=month.last,
    )
    for key, name in rows.order_by("space__name").values_list("agreement", "space__name"):
        if name not in found[key]:
            found[key].append(name)
    return found


def _last_day(agreement: Agreement) -> dt.date | None:
    """The last day that an agreement is paid for: the day one left, or the eve of the one that follows it."""
    running = (AgreementState.SIGNED, AgreementState.ENDED)
    ends = [one.starts_on - DAY for one in agreement.following.all() if one.state in running]
    if agreement.left_on is not None:
        ends.append(agreement.left_on)
    return min(ends, default=None)


def _lines_of(agreement: Agreement, month: Month, spaces: list[str]) -> list[Owed]:
    last = _last_day(agreement)
    rents = [(rent.starts_on, rent.monthly) for rent in agreement.rents.all()]
    where = ", ".join(spaces)
    lines = [
        _of_days(LineKind.RENT, _("Rent: %(spaces)s") % {"spaces": where} if where else _("Rent"), run, month)
        for run in runs(agreement.starts_on, last, rents, month)
    ]
    charges = [(agreement.starts_on, agreement.charges)]
    words = _("Charges: %(spaces)s") % {"spaces": where} if where else _("Charges")
    lines += [
        _of_days(LineKind.CHARGES, words, run, month)
        for run in runs(agreement.starts_on, last, charges, month)
    ]
    return lines


def _of_days(kind: LineKind, words: str, run: Run, month: Month) -> Owed:
    if run.days < month.days:
        part = ngettext("%(days)d day of %(all)d", "%(days)d days of %(all)d", run.days)
        words = f"{words[: LONGEST_LABEL - 40]} ({part % {'days': run.days, 'all': month.days}})"
    return Owed(str(kind), words[:LONGEST_LABEL], quantity(run.days, month), run.monthly)


def _bookings(incubator: Incubator, month: Month) -> QuerySet[Booking]:
    """Bookings of a month that somebody pays for, in order."""
    return (
        Booking.objects.standing()
        .filter(
            space__incubator=incubator,
            starts_at__date__gte=month.first,
            starts_at__date__lte=month.last,
            price__gt=0,
        )
        .select_related("space")
        .order_by("starts_at", "pk")
    )


def _line_of(booking: Booking) -> Owed:
    start, end = localtime(booking.starts_at), localtime(booking.ends_at)
    words = _("%(space)s, %(day)s, %(start)s–%(end)s") % {
        "space": booking.space.name,
        "day": date_format(start, "SHORT_DATE_FORMAT"),
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
    }
    return Owed(str(LineKind.BOOKING), words[:LONGEST_LABEL], Decimal(1), booking.price)


def outside_bookings(incubator: Incubator, first: dt.date) -> QuerySet[Booking]:
    """Bookings of a month by other customers, whom finance bills one by one."""
    return _bookings(incubator, Month(first)).exclude(outside="")


def in_order(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """The lines of a statement as one reads them: rent, charges, bookings, then the others."""
    place = {kind: number for number, kind in enumerate(LineKind.values)}
    return sorted(lines, key=lambda line: (place[line.kind], line.created_at, line.pk))


def statements_of(incubator: Incubator, first: dt.date) -> QuerySet[Statement]:
    """The statements of a month, replaced ones last."""
    return (
        Statement.objects.filter(incubator=incubator, month=first)
        .select_related("organisation", "incubator")
        .order_by("organisation__name", "-created_at", "pk")
    )


def lines_for_finance(incubator: Incubator, first: dt.date) -> QuerySet[StatementLine]:
    """One row a line of the statements of a month that were sent and not replaced."""
    return (
        StatementLine.objects.filter(
            statement__incubator=incubator, statement__month=first, statement__state=StatementState.ISSUED
        )
        .select_related("statement__incubator", "statement__organisation")
        .order_by("statement__organisation__name", "statement", "kind", "created_at", "pk")
    )


def to_issue(account: Reader) -> QuerySet[Statement]:
    """Drafts of the incubators that `account` manages."""
    return Statement.objects.filter(managed(account, "incubator__"), state=StatementState.DRAFT)


def received(account: Reader) -> QuerySet[Statement]:
    """Statements that were sent for companies that `account` acts for, the latest first."""
    if not isinstance(account, Account):
        return Statement.objects.none()
    return (
        Statement.objects.filter(of_tenant(account, "organisation"))
        .exclude(state=StatementState.DRAFT)
        .select_related("incubator", "organisation")
        .order_by("-month", F("issued_at").desc(nulls_last=True), "pk")
    )
