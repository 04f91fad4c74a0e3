"""Reminders to declare last month: from day 5, each week, three at most, never once done; then the facilitateur."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from croisee.clauses.models import Commitment
from croisee.clauses.months import address, last_month
from croisee.clauses.notices import company as notices
from croisee.clauses.queries import missing
from croisee.clauses.services.new_links import to_contact
from croisee.directory.services import joining
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.services import Address, send, send_to

if TYPE_CHECKING:
    import datetime as dt

FIRST_DAY, DAYS_BETWEEN, MOST = 5, 7, 3
TOLD_ON = FIRST_DAY + DAYS_BETWEEN * MOST
"""The day of the month from which facilitateurs get the list: a week after the third reminder."""


def number_on(day: dt.date) -> int:
    """Which reminder is due on a day: 1 from the 5th, 2 from the 12th, 3 from the 19th; 0 before and after."""
    number = (day.day - FIRST_DAY) // DAYS_BETWEEN + 1
    return number if 1 <= number <= MOST else 0


def remind_due(now: dt.datetime) -> int:
    """Remind whoever has not declared last month; how many e-mails are new. A second run writes to nobody again."""
    today = timezone.localdate(now)
    number = number_on(today)
    if not number:
        return 0
    month = last_month(today)
    reminded = 0
    for commitment in missing.of_month(month).select_related("organisation").iterator(chunk_size=500):
        if new := _remind(commitment, month, number):
            Commitment.objects.filter(pk=commitment.pk).update(reminded_on=today)
            reminded += new
    return reminded


def _remind(commitment: Commitment, month: dt.date, number: int) -> int:
    """Write to the contact; to the team where there is no contact or its address came back; to other employers."""
    key = f"{commitment.pk}:{address(month)}:{number}"
    context = {"commitment": str(commitment.pk), "month": month.isoformat(), "number": number}
    by_link = bool(commitment.contact_email) and commitment.contact_bounced_at is None
    new = 0
    if by_link:
        contact = [Address(commitment.contact_email)]
        about = {**context, "to": "contact", **to_contact(commitment)}
        new += send_to(notices.REMINDER, contact, key=key, context=about)
    teams = set() if by_link else {commitment.organisation_id}
    employing = missing.not_declared(commitment.assignments.all(), month)
    teams |= set(employing.exclude(employer=commitment.organisation_id).values_list("employer", flat=True))
    for organisation in Organisation.objects.filter(pk__in=teams):
        team = joining.whom_to_ask(organisation).exclude(email=commitment.contact_email)
        new += send(notices.REMINDER, team, key=key, context={**context, "to": "team"})
    return new


def tell_facilitateurs(now: dt.datetime) -> int:
    """Give each facilitateur the list of who did not declare after three reminders; how many e-mails are new."""
    today = timezone.localdate(now)
    if today.day < TOLD_ON:
        return 0
    month = last_month(today)
    path = "clause__lot__contract__operation__facilitateur"
    followers = missing.of_month(month).order_by().values_list(path, flat=True).distinct()
    told = 0
    for follower in set(followers):
        told += send(
            notices.STILL_MISSING,
            facilitateurs(follower),
            key=f"{address(month)}:{follower or 'nobody'}",
            context={"month": month.isoformat(), "facilitateur": str(follower or "")},
        )
    return told


def facilitateurs(account: Any | None) -> QuerySet[Account]:
    """The one whose key is given, while they are a facilitateur; all of them where nobody follows, or no longer."""
    held = Membership.objects.active().filter(role=Role.FACILITATEUR)
    everyone: QuerySet[Account] = Account.objects.filter(memberships__in=held, is_active=True).distinct()
    own = everyone.filter(pk=account) if account is not None else everyone.none()
    return own if own.exists() else everyone
