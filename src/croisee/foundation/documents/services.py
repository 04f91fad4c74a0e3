"""Making PDF documents from templates, and issuing those that can be verified."""

import datetime as dt
import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
import typst
from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from croisee.foundation.documents.kinds import kind_named
from croisee.foundation.documents.models import IssuedDocument

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

ROOT = Path(__file__).resolve().parents[2]
STANDARDS: "list[typst.PDFStandard]" = [
    "a-2a",
    "ua-1",
]  # archived as it is, and read aloud: PDF/A-2a and PDF/UA-1


class PdfFailed(Exception):  # noqa: N818  reads as the sentence it is
    """The template cannot be made into a PDF; the message is the engine's, for whoever wrote the template."""


def render_pdf(template: str, data: dict[str, Any]) -> bytes:
    """The PDF (A-2a and UA-1, tagged) that `template` makes of `data`, in the active language.

    `template` is `<app label>/<file>.typ`, kept in the app's folder `documents/`; `data` is written as
    JSON, and has a `title`. It reaches the template as values: no text in it is ever evaluated. No network,
    no system font. Raises PdfFailed for a template that the engine refuses, LookupError for an unknown app.
    """
    return _compiled(template, data, _frame())


def issue(
    kind: str,
    template: str,
    data: dict[str, Any],
    account: "Account | None",
    valid_until: dt.date | None = None,
) -> IssuedDocument:
    """Make a PDF that anyone can verify by its reference; its bytes are in `pdf` of what is returned.

    Kept: the reference, the digest of the file, and the values of `data` that `kind` declares shareable.
    The file is not. Raises KeyError for an undeclared kind, and what `render_pdf` raises.
    """
    declared = kind_named(kind)
    document = IssuedDocument(kind=kind, account=account, valid_until=valid_until)
    document.shown = {name: str(data[name]) for name in declared.shareable if name in data}
    document.pdf = _compiled(template, data, _frame(document))
    document.sha256 = hashlib.sha256(document.pdf).hexdigest()
    document.save()
    return document


def verification_url(document: IssuedDocument) -> str:
    """The address, with its host, of the page that verifies `document`."""
    return f"{settings.SITE_URL}{document.get_absolute_url()}"


def _frame(document: IssuedDocument | None = None) -> dict[str, Any]:
    """What the letterhead shows around a document; with its reference and QR code when it is issued."""
    frame: dict[str, Any] = {
        "language": (get_language() or settings.LANGUAGE_CODE).split("-")[0],
        "issuer": settings.SITE_NAME or "Croisée",
        "date": date_format(timezone.localdate(), "DATE_FORMAT"),
        "words": {"page": str(_("Page")), "of": str(_("of"))},
        "reference": None,
    }
    if document:
        url = verification_url(document)
        frame |= {"reference": document.reference, "url": url, "qr": _qr_svg(url), "validity": ""}
        frame["words"] |= {
            "reference": str(_("Reference")),
            "verify": str(_("Anyone can check that this document is genuine, with its reference, at")),
            "qr": str(_("QR code that leads to the verification page of this document")),
        }
        if document.valid_until:
            day = date_format(document.valid_until, "DATE_FORMAT")
            frame["validity"] = str(_("Valid until %(day)s")) % {"day": day}
    return frame


def _qr_svg(url: str) -> str:
    stream = io.BytesIO()
    segno.make(url, error="m", micro=False).save(stream, kind="svg", xmldecl=False, border=0)
    return stream.getvalue().decode()


def _compiled(template: str, data: dict[str, Any], frame: dict[str, Any]) -> bytes:
    label, file = template.split("/", 1)
    path = Path(apps.get_app_config(label).path) / "documents" / file
    inputs = {
        name: json.dumps(value, cls=DjangoJSONEncoder) for name, value in [("data", data), ("frame", frame)]
    }
    try:
        pdf: bytes = typst.compile(
            str(path),
            root=str(ROOT),
            sys_inputs=inputs,
            pdf_standards=STANDARDS,
            ignore_system_fonts=True,
            timestamp=int(timezone.now().timestamp()),
        )
    except typst.TypstError as error:
        raise PdfFailed(f"{template}: {error.message} {error.diagnostic}") from error
    return pdf
