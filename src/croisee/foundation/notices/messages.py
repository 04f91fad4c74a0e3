"""The texts of e-mails: a subject and a plain text from templates, and a simple HTML made from the text."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

from croisee.foundation.notices.declaration import Attachment
from croisee.foundation.notices.models import Ledger


@dataclass(frozen=True)
class Written:
    """The texts and the files of one row of the ledger."""

    row: Ledger
    subject: str
    text: str
    attachments: Sequence[Attachment] = ()


def written(row: Ledger) -> Written:
    """What `row` says, in the language of whom it goes to. Raises NoLongerNeeded."""
    declared = row.declared
    with translation.override(row.read_in):
        given = declared.completed(row.context) if declared.completed else row.context
        context: dict[str, Any] = {**given, "account": row.account, "site_url": settings.SITE_URL}
        subject = " ".join(_plain(f"{declared.template}.subject.txt", context).split())
        text = _plain(f"{declared.template}.txt", context).strip()
        return Written(row, subject, text, declared.attached(row.context) if declared.attached else ())


def mail_of(parts: Sequence[Written]) -> EmailMultiAlternatives:
    """One e-mail for all `parts`, which go to one person: one as it is, several as a digest."""
    first = parts[0]
    with translation.override(first.row.read_in):
        if len(parts) == 1:
            return _mail(first.row, first.subject, first.text, first.attachments)
        day = date_format(timezone.localdate(), "DATE_FORMAT")
        count = ngettext("%(n)d message of %(day)s", "%(n)d messages of %(day)s", len(parts))
        text = "\n\n".join(f"{part.subject}\n{'─' * 20}\n{part.text}" for part in parts)
        files = [file for part in parts for file in part.attachments]
        return _mail(first.row, count % {"n": len(parts), "day": day}, text, files)


def refused_for_good(error: Exception) -> bool:
    """Whether the server said that it never will take an e-mail for this address (a 5xx answer about it)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    return False


def _plain(template: str, context: dict[str, Any]) -> str:
    """A text template rendered as text: what HTML would escape (an apostrophe) stays as it is."""
    return str(Engine.get_default().get_template(template).render(Context(context, autoescape=False)))


def _mail(row: Ledger, subject: str, text: str, files: Sequence[Attachment]) -> EmailMultiAlternatives:
    footer = {
        "site_name": settings.SITE_NAME or "Croisée",
        "preferences_url": settings.SITE_URL + reverse("notices:preferences"),
        "can_be_disabled": row.declared.can_be_disabled,
        "language": translation.get_language(),
        "subject": subject,
        "text": text,
    }
    host = settings.SITE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    mail = EmailMultiAlternatives(
        subject=subject,
        body=_plain("notices/mail.txt", footer),
        to=[row.address],
        # Drawn from the ledger: should the same e-mail ever leave twice, mail programs show it once.
        headers={"Message-ID": f"<{row.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("notices/mail.html", footer), "text/html")
    for file in files:
        mail.attach(file.name, file.content, file.kind)
    return mail
