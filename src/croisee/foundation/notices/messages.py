"""The texts of e-mails: a subject and a plain text from templates, and a simple HTML made from the text."""

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

from croisee.foundation.notices.models import Ledger


def message(row: Ledger) -> EmailMultiAlternatives:
    """The e-mail of one row of the ledger, in the language of its account."""
    with translation.override(row.account.language):
        subject, text = _texts(row)
        return _mail(row, subject, text)


def digest(rows: list[Ledger]) -> EmailMultiAlternatives:
    """One e-mail for all `rows`, which belong to one account."""
    with translation.override(rows[0].account.language):
        parts = [_texts(row) for row in rows]
        day = date_format(timezone.localdate(), "DATE_FORMAT")
        count = ngettext("%(n)d message of %(day)s", "%(n)d messages of %(day)s", len(parts))
        text = "\n\n".join(f"{subject}\n{'─' * 20}\n{body}" for subject, body in parts)
        return _mail(rows[0], count % {"n": len(parts), "day": day}, text)


def refused_for_good(error: Exception) -> bool:
    """Whether the server said that it never will take an e-mail for this address (a 5xx answer about it)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    return False


def _texts(row: Ledger) -> tuple[str, str]:
    context: dict[str, Any] = {**row.context, "account": row.account, "site_url": settings.SITE_URL}
    template = row.declared.template
    subject = " ".join(_plain(f"{template}.subject.txt", context).split())
    return subject, _plain(f"{template}.txt", context).strip()


def _plain(template: str, context: dict[str, Any]) -> str:
    """A text template rendered as text: what HTML would escape (an apostrophe) stays as it is."""
    return str(Engine.get_default().get_template(template).render(Context(context, autoescape=False)))


def _mail(row: Ledger, subject: str, text: str) -> EmailMultiAlternatives:
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
        to=[row.account.email],
        # Drawn from the ledger: should the same e-mail ever leave twice, mail programs show it once.
        headers={"Message-ID": f"<{row.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("notices/mail.html", footer), "text/html")
    return mail
