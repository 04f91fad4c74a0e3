"""The e-mails that conventions send. What they say is read when they leave: the outbox has no name and no secret."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import Attachment, NoLongerNeeded, Notice, register
from croisee.stages.conventions.entries import Content, labels
from croisee.stages.models import Convention, Signatory, Signature

CATEGORY = _("Conventions")


def _to_sign(context: dict[str, Any]) -> dict[str, Any]:
    """Who signs what, by a new link. Raises NoLongerNeeded once it is signed, voided or ended."""
    from croisee.stages.services.signing import LINK_DAYS, TO_SIGN, new_link

    rows = Signature.objects.living().filter(signed_at__isnull=True, convention__state__in=TO_SIGN)
    row = rows.filter(pk=UUID(context["signature"])).select_related("convention").first()
    if row is None:
        raise NoLongerNeeded
    return {
        **_said(row.convention, row.signatory),
        "who": Signatory(row.signatory).label,
        "path": reverse("stages:sign", args=[new_link(row)]),
        "days": LINK_DAYS,
        "changes": labels(context["changes"]),
        "others": rows.filter(email=row.email).exclude(pk=row.pk).count(),
        "list_path": reverse("stages:conventions"),
    }


def _acknowledged(context: dict[str, Any]) -> dict[str, Any]:
    row = Signature.objects.filter(pk=UUID(context["signature"])).select_related("convention").first()
    if row is None or row.signed_at is None:
        raise NoLongerNeeded
    return {
        **_said(row.convention, row.signatory),
        "who": Signatory(row.signatory).label,
        "signed_on": in_words(timezone.localdate(row.signed_at)),
        "digest": row.document_sha256,
    }


def _of_convention(context: dict[str, Any]) -> dict[str, Any]:
    convention = Convention.objects.filter(pk=UUID(context["convention"])).first()
    if convention is None:
        raise NoLongerNeeded
    return {**_said(convention), "why": convention.why_ended}


def _signed_pdf(context: dict[str, Any]) -> list[Attachment]:
    from croisee.stages.conventions.document import signed_pdf

    convention = Convention.objects.get(pk=UUID(context["convention"]))
    return [Attachment("convention.pdf", signed_pdf(convention), "application/pdf")]


def _said(convention: Convention, to: str = Signatory.HOST) -> dict[str, Any]:
    """What an e-mail says of a convention; the family name only to the family and the school. The document has it."""
    content: Content = convention.versions.latest("number").content
    to_host = to == Signatory.HOST
    return {
        "pupil": convention.application.person.given_name if to_host else content["pupil_name"],
        "host": content["host_name"],
        "school": content["school_name"],
        "starts_on": _day(content["starts_on"]),
        "ends_on": _day(content["ends_on"]),
    }


def _day(text: str) -> str:
    return in_words(dt.date.fromisoformat(text))


TO_SIGN = register(
    Notice("stages.convention_to_sign", _("A convention waits for my signature"), CATEGORY, False, _to_sign)
)
REMINDER = register(
    Notice(
        "stages.convention_reminder",
        _("A convention still waits for my signature"),
        CATEGORY,
        False,
        _to_sign,
    )
)
ACKNOWLEDGED = register(
    Notice("stages.signature_received", _("My signature was received"), CATEGORY, False, _acknowledged)
)
SIGNED = register(
    Notice(
        "stages.convention_signed",
        _("A convention is signed by all: the document"),
        CATEGORY,
        False,
        _of_convention,
        _signed_pdf,
    )
)
CANCELLED = register(
    Notice("stages.convention_cancelled", _("A convention is cancelled"), CATEGORY, False, _of_convention)
)
