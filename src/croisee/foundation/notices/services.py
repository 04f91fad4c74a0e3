"""Owing e-mails and sending them: an outbox, so that a failed e-mail loses no work and none is sent twice."""

import datetime as dt
import smtplib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from croisee.foundation.accounts.models import Account
from croisee.foundation.notices import bounces
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice
from croisee.foundation.notices.messages import Written, mail_of, refused_for_good, written
from croisee.foundation.notices.models import Frequency, Ledger, Preference, State

FIRST_RETRY = dt.timedelta(minutes=1)
ATTEMPTS = 8  # the last one about two hours after the first
MORNING = dt.time(7)
STUCK = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Address:
    """Somebody to write to who may have no account."""

    email: str
    language: str = settings.LANGUAGE_CODE


def send(notice: Notice, accounts: Iterable[Account], *, key: str, context: dict[str, Any]) -> int:
    """Owe `notice` to each of `accounts` about the event `key`, as each prefers; return how many are new.

    Written in the present transaction, sent by a worker after it. `context` is JSON, kept until the e-mail is
    sent. The same notice, account and key never make a second e-mail.
    """
    people = list(accounts)
    wanted = _frequencies(notice, people)
    with transaction.atomic():
        made = [
            row
            for account in people
            if (row := _owe(notice, account, key, context, wanted.get(account.pk, Frequency.IMMEDIATE)))
        ]
        _send_soon(made)
    return len(made)


def send_to(
    notice: Notice, recipients: Iterable[Account | Address], *, key: str, context: dict[str, Any]
) -> int:
    """Like `send`, to accounts and to addresses without one; return how many e-mails are new.

    An address that is an account's counts as that account: its language and its preferences hold. An address
    without an account is written to at once, whatever the notice: it has no preferences.
    """
    everyone = list(recipients)
    addresses = [one for one in everyone if isinstance(one, Address)]
    emails = [address.email.lower() for address in addresses]
    known = {account.email: account for account in Account.objects.filter(email__in=emails, is_active=True)}
    accounts = [one for one in everyone if isinstance(one, Account)]
    accounts += [known[email] for email in emails if email in known]
    with transaction.atomic():
        count = send(notice, dict.fromkeys(accounts), key=key, context=context)
        made = []
        for address in addresses:
            if address.email.lower() not in known:
                row, new = Ledger.objects.get_or_create(
                    notice=notice.name,
                    email=address.email.lower(),
                    key=key,
                    defaults={"context": context, "language": address.language},
                )
                made += [row] if new else []
        _send_soon(made)
    return count + len(made)


def _send_soon(rows: Iterable[Ledger]) -> None:
    """Give the worker what waits for no digest."""
    for row in rows:
        if row.state == State.WAITING and not row.in_digest:
            deliver.enqueue(str(row.pk))


def _frequencies(notice: Notice, people: Sequence[Account]) -> dict[Any, str]:
    if not notice.can_be_disabled:
        return {}
    chosen = Preference.objects.filter(notice=notice.name, account__in=people)
    return dict(chosen.values_list("account_id", "frequency"))


def _owe(notice: Notice, account: Account, key: str, context: dict[str, Any], wanted: str) -> Ledger | None:
    """The new row of the ledger, or None when this e-mail is owed or was sent already."""
    row, new = Ledger.objects.get_or_create(
        notice=notice.name,
        account=account,
        key=key,
        defaults={"context": context, **_when(wanted)},
    )
    if new and wanted == Frequency.OFF:
        row.state, row.context = State.DECLINED, {}
        row.save()
    return row if new else None


def _when(wanted: str) -> dict[str, Any]:
    """At once, or in the e-mail of the next morning."""
    if wanted != Frequency.DAILY:
        return {}
    return {"in_digest": True, "next_attempt_at": next_morning(timezone.now())}


def next_morning(now: dt.datetime) -> dt.datetime:
    """The first time after `now` when clocks here show the hour of the daily e-mail."""
    today = timezone.localdate(now)
    days = (today, today + dt.timedelta(days=1))
    mornings = (timezone.make_aware(dt.datetime.combine(day, MORNING)) for day in days)
    return next(morning for morning in mornings if morning > now)


@task(priority=10)
def deliver(ledger_id: str) -> None:
    """Send one e-mail; when the server cannot take it, put it off a minute, then two, then four…"""
    if rows := _claimed(Ledger.objects.filter(pk=ledger_id, in_digest=False)):
        _send(rows, later=True)


def _claimed(rows: Any) -> list[Ledger]:
    """Mark the waiting rows as being sent, and return them: what another worker claims meanwhile is not ours.

    Committed before the server is called, so that an e-mail which a dying worker may have sent is not sent
    again.
    """
    with transaction.atomic():
        waiting = list(rows.filter(state=State.WAITING).select_for_update(skip_locked=True, of=("self",)))
        for row in waiting:
            row.state = State.SENDING
            row.attempts += 1
            row.save()
    return waiting


def _send(rows: list[Ledger], *, later: bool) -> None:
    """Send claimed rows of one account as one e-mail, and record how that ended."""
    try:
        if parts := _still_needed(rows):
            mail_of(parts).send()
    except (smtplib.SMTPException, OSError) as error:
        bounced = refused_for_good(error)
        for row in _being_sent(rows):
            _failed(row, error, bounced=bounced, later=later)
        if bounced:
            # Once all of them are noted: what a listener does changes nothing of it.
            bounces.tell(rows[0].address)
    except Exception as error:  # a template at fault: trying again would not help
        for row in _being_sent(rows):
            row.state, row.problem = State.FAILED, type(error).__name__
            row.save()
    else:
        now = timezone.now()
        for row in (part.row for part in parts):
            row.state, row.sent_at, row.context, row.problem = State.SENT, now, {}, ""
            row.save()


def _being_sent(rows: list[Ledger]) -> list[Ledger]:
    return [row for row in rows if row.state == State.SENDING]


def _still_needed(rows: list[Ledger]) -> list[Written]:
    """The texts of those rows that still say something; the others are dropped."""
    parts = []
    for row in rows:
        try:
            parts.append(written(row))
        except NoLongerNeeded:
            row.state, row.context = State.DECLINED, {}
            row.save()
    return parts


def _failed(row: Ledger, error: Exception, *, bounced: bool, later: bool) -> None:
    """Bounced for good, given up after the last attempt, or put off."""
    # What a server answers may quote the address: only the kind of error is kept.
    row.problem = type(error).__name__
    if bounced:
        row.state = State.BOUNCED
    elif row.attempts >= ATTEMPTS:
        row.state = State.FAILED
    else:
        row.state = State.WAITING
        row.next_attempt_at = timezone.now() + FIRST_RETRY * 2 ** (row.attempts - 1)
    with transaction.atomic():
        row.save()
        if later and row.state == State.WAITING:
            deliver.using(run_after=row.next_attempt_at).enqueue(str(row.pk))


def send_due() -> dict[str, int]:
    """What an hourly schedule does: digests (once a day), and e-mails whose worker was lost; how many.

    Returns `digests` (e-mails sent or put off), `late` (single e-mails taken up again), `stuck` (given up,
    because a worker died while sending them and they may have left).
    """
    stuck = Ledger.objects.filter(state=State.SENDING, updated_at__lt=timezone.now() - STUCK).update(
        state=State.FAILED, problem="Interrupted", updated_at=timezone.now()
    )
    late = list(
        Ledger.objects.due().filter(next_attempt_at__lt=timezone.now() - STUCK).values_list("pk", flat=True)
    )
    for pk in late:
        deliver.call(str(pk))
    digests = 0
    for account_id in Ledger.objects.for_digest().values_list("account_id", flat=True).distinct().order_by():
        if rows := _claimed(Ledger.objects.for_digest().filter(account_id=account_id)):
            _send(rows, later=False)
            digests += 1
    return {"digests": digests, "late": len(late), "stuck": stuck}


def prefer(account: Account, notice: Notice, frequency: str) -> None:
    """Note how `account` wants `notice` from now on; ValueError when it cannot be disabled."""
    if not notice.can_be_disabled:
        raise ValueError(f"{notice.name} cannot be disabled")
    Preference.objects.update_or_create(
        account=account, notice=notice.name, defaults={"frequency": Frequency(frequency)}
    )


def send_again(row: Ledger) -> bool:
    """Owe a failed or bounced e-mail anew; False when it is in no such state."""
    with transaction.atomic():
        changed = Ledger.objects.filter(pk=row.pk, state__in=[State.FAILED, State.BOUNCED]).update(
            state=State.WAITING, attempts=0, next_attempt_at=timezone.now(), in_digest=False
        )
        if changed:
            deliver.enqueue(str(row.pk))
    return bool(changed)
