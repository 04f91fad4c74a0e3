"""Signing a convention: links, signatures bound to what was read, reminders, receipts."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import Address, send_to
from croisee.stages.conventions.entries import PEOPLE, differences, labels
from croisee.stages.models import (
    Convention,
    ConventionState,
    ConventionVersion,
    Method,
    Signatory,
    Signature,
    SignatureLink,
)
from croisee.stages.notices import conventions as notices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from croisee.foundation.accounts.models import Account

LINK_DAYS = 15
FIRST_REMINDER_DAYS = 3
MINUTES_BETWEEN_LINKS = 10
TO_SIGN = (ConventionState.READY, ConventionState.SIGNING)


class Refused(Exception):  # noqa: N818  reads as the sentence it is
    """What was asked of a convention cannot be done; `reason` says why, in the reader's language."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Changed(Refused):
    """The convention is no longer the one that was read; `entries` names what changed since."""

    def __init__(self, entries: list[str]) -> None:
        said = _("The convention changed while you were reading it: read it again before you sign.")
        super().__init__(said)
        self.entries = entries


def locked(convention: Convention) -> Convention:
    """The convention as it is now, its row locked to the end of the transaction: one change at a time."""
    return Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)


def current(convention: Convention) -> ConventionVersion:
    """The version in force: the last one."""
    return convention.versions.latest("number")


# Links


def new_link(signature: Signature) -> str:
    """A new secret for this signatory, valid 15 days; only its digest is kept. Earlier links stay valid."""
    secret = secrets.token_urlsafe(32)
    expires_at = timezone.now() + dt.timedelta(days=LINK_DAYS)
    SignatureLink.objects.create(signature=signature, digest=digest_of(secret), expires_at=expires_at)
    return secret


def digest_of(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def renew(link: SignatureLink) -> bool:
    """Send a new link to the same address; False when one was sent a few minutes ago.

    Raises Refused when there is nothing left to sign.
    """
    signature = link.signature
    convention = signature.convention
    row = convention.signatures.living().filter(signatory=signature.signatory).first()
    if row is None or row.signed_at or convention.state not in TO_SIGN or row.email != signature.email:
        raise Refused(_("There is nothing left to sign with this link."))
    return bool(ask([row], f"renew:{_stretch()}"))


def ask(signatures: Iterable[Signature], event: str, changes: list[str] | None = None) -> int:
    """Send each signatory who has an address the way to sign; return how many e-mails are new.

    `changes` names the entries that changed since they signed.
    """
    return sum(
        send_to(
            notices.TO_SIGN,
            [Address(row.email)],
            key=f"{row.pk}:{event}",
            context={"signature": str(row.pk), "changes": changes or []},
        )
        for row in signatures
        if row.email
    )


@transaction.atomic
def remind_due(today: dt.date | None = None) -> int:
    """Remind those who have not signed for three days: one e-mail a day to an address, never after signing.

    Who signs many, as a head of school does, is written to about one, the least lately reminded; it counts the others.
    """
    day = today or timezone.localdate()
    waiting = (
        Signature.objects.living()
        .filter(signed_at__isnull=True, convention__state__in=TO_SIGN)
        .filter(created_at__date__lte=day - dt.timedelta(days=FIRST_REMINDER_DAYS))
        .exclude(email="")
        .exclude(email__in=Signature.objects.filter(reminded_on__gte=day).values("email"))
        .order_by(F("reminded_on").asc(nulls_first=True), "created_at", "pk")
        .select_for_update(of=("self",), skip_locked=True)
    )
    reminded, written_to = 0, set()
    for row in waiting:
        if row.email in written_to:
            continue
        written_to.add(row.email)
        row.reminded_on = day
        row.save(update_fields=["reminded_on", "updated_at"])
        context = {"signature": str(row.pk), "changes": []}
        reminded += send_to(notices.REMINDER, [Address(row.email)], key=str(day), context=context)
    return reminded


# Signatures


@transaction.atomic
def sign(
    convention: Convention,
    signatory: str,
    *,
    name: str,
    read: str,
    account: Account | None = None,
    on_behalf: str = "",
) -> Signature:
    """Sign on line, bound to the digest `read` of the version that was shown.

    Whoever signed already keeps that signature: a second click changes nothing. Raises Changed when the convention
    is no longer what was read, Refused when it is not to be signed.
    """
    row, version = _to_sign(convention, signatory, read)
    if row.signed_at is None:
        row.on_behalf = on_behalf
        _give(row, version, Method.ONLINE, name, account, timezone.now())
    return row


@transaction.atomic
def sign_on_paper(
    convention: Convention,
    signatory: str,
    *,
    name: str,
    read: str,
    signed_on: dt.date,
    scan: UploadedFile[bytes],
    account: Account,
) -> Signature:
    """Record that somebody signed the printed version `read`, with its scan. Raises as `sign`."""
    row, version = _to_sign(convention, signatory, read)
    if row.signed_at is None:
        suffix = str(scan.name).rpartition(".")[2]
        row.scan.save(f"{row.pk}.{suffix}", scan, save=False)
        noon = timezone.make_aware(dt.datetime.combine(signed_on, dt.time(12)))
        _give(row, version, Method.PAPER, name, account, min(noon, timezone.now()))
    return row


def _to_sign(convention: Convention, signatory: str, read: str) -> tuple[Signature, ConventionVersion]:
    """The signatory's row and the version in force, under the convention's lock."""
    now = locked(convention)
    row = now.signatures.living().filter(signatory=signatory).select_related("convention").first()
    if row is None or (row.signed_at is None and now.state not in TO_SIGN):
        raise Refused(
            _("This convention is not to be signed now: its state is “%s”.") % now.get_state_display()
        )
    version = current(now)
    if row.signed_at is None and version.sha256 != read:
        shown = now.versions.filter(sha256=read).last()
        raise Changed(labels(differences(shown.content, version.content)) if shown else [])
    return row, version


def _give(
    row: Signature,
    version: ConventionVersion,
    method: Method,
    name: str,
    account: Account | None,
    at: dt.datetime,
) -> None:
    row.name, row.method, row.signed_at = name, method, at
    row.document_sha256, row.recorded_by = version.sha256, account
    row.save()
    if row.email:
        context = {"signature": str(row.pk)}
        send_to(notices.ACKNOWLEDGED, [Address(row.email)], key=str(row.pk), context=context)
    settle(row.convention)


def settle(convention: Convention) -> None:
    """Bring the state of a locked convention to what its living signatures say; when all signed, send receipts."""
    convention.refresh_from_db()
    signed = convention.signatures.living().filter(signed_at__isnull=False).count()
    everyone = signed == len(Signatory)
    moves = {
        ConventionState.READY: "complete" if everyone else "sign" if signed else "",
        ConventionState.SIGNING: "complete" if everyone else "" if signed else "void_all",
        ConventionState.SIGNED: "" if everyone else "void" if signed else "void_all",
    }
    if move := moves.get(ConventionState(convention.state), ""):
        perform(convention, move, None)
        if move == "complete":
            _send_receipts(convention)


def _send_receipts(convention: Convention) -> None:
    """The signed document to every signer, and to the tutor and the referent teacher, who are informed."""
    version = current(convention)
    emails = [row.email for row in convention.signatures.living()]
    emails += [version.content["tutor_email"], version.content["teacher_email"]]
    people = [Address(email) for email in dict.fromkeys(emails) if email]
    # Signed again after an edit: another event, hence another receipt.
    last = convention.signatures.living().latest("signed_at")
    key = f"{convention.pk}:{version.number}:{last.pk}"
    send_to(notices.SIGNED, people, key=key, context={"convention": str(convention.pk)})


def void(rows: Iterable[Signature], changes: list[str]) -> list[Signature]:
    """End these given signatures, which an edit touches, and open new ones in their stead; return those."""
    opened = []
    for row in rows:
        row.voided_at = timezone.now()
        row.void_reason = " ".join(changes)[:300]
        row.save()
        opened.append(open_signature(row.convention, row.signatory))
    return opened


def open_signature(convention: Convention, signatory: str) -> Signature:
    """A signature to be given, with the name and the address that the convention says now."""
    content = current(convention).content
    name, email = (content[entry] for entry in PEOPLE[Signatory(signatory)])
    return Signature.objects.create(convention=convention, signatory=signatory, name=name, email=email)


def ask_again(convention: Convention) -> int:
    """Send their link again to those who have not signed, at the school's wish; at most once in ten minutes each."""
    if convention.state not in TO_SIGN:
        return 0
    unsigned = convention.signatures.living().filter(signed_at__isnull=True)
    return ask(unsigned, f"renew:{_stretch()}")


def _stretch() -> int:
    return int(timezone.now().timestamp()) // (60 * MINUTES_BETWEEN_LINKS)
