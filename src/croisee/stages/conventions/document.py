"""The convention as a PDF: what is agreed, the rules it was checked against, who signed what and when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from croisee.foundation.dates import in_words
from croisee.foundation.documents.kinds import Kind, register
from croisee.foundation.documents.services import issue, render_pdf
from croisee.stages.conventions.entries import PEOPLE, Content, affected, differences
from croisee.stages.conventions.findings import findings
from croisee.stages.models import Convention, ConventionState, Method, Signatory, Signature
from croisee.stages.rules_of_law import duration, minutes_a_week, spans_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.stages.models import ConventionVersion

TEMPLATE = "stages/convention.typ"
KIND = register(
    Kind(
        "stages.convention",
        translation.gettext_lazy("Internship convention"),
        shareable={
            "starts_on": translation.gettext_lazy("From"),
            "ends_on": translation.gettext_lazy("To"),
            "digest": translation.gettext_lazy("Digest of what is agreed"),
        },
    )
)
COMPLETE = (ConventionState.SIGNED, ConventionState.RUNNING, ConventionState.DONE)


def convention_pdf(convention: Convention) -> bytes:
    """The PDF of the version in force with the signatures given so far; the one that was sent, once all signed."""
    return signed_pdf(convention) if convention.state in COMPLETE else _rendered(convention)


def signed_pdf(convention: Convention) -> bytes:
    """The document that all signed: issued once, with a reference that anyone can verify; then the same for all."""
    with transaction.atomic():
        now = Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)
        if now.state not in COMPLETE:
            return _rendered(now)
        if not now.document:
            with translation.override("fr"):
                document = issue(KIND.name, TEMPLATE, data(now), None)
            now.reference = document.reference
            now.document.save(f"{document.pk}.pdf", ContentFile(document.pdf), save=False)
            now.save(update_fields=["document", "reference", "updated_at"])
        with now.document.open("rb") as stream:
            return bytes(stream.read())


def _rendered(convention: Convention) -> bytes:
    with translation.override("fr"):
        return render_pdf(TEMPLATE, data(convention))


def data(convention: Convention) -> dict[str, Any]:
    """What the template shows; in the active language but for the text itself, which is French."""
    versions = list(convention.versions.all())
    version = versions[-1]
    content = version.content
    return {
        "title": _("Internship convention"),
        "lead": _(
            "Observation of a workplace in 3e (code de l’éducation, articles D. 331-1 to D. 331-15, D. 332-14)"
        ),
        "parts": parts(content),
        "hours": {
            "title": _("Days and hours of presence"),
            "header": [_("Day"), _("Presence"), _("Duration")],
            "rows": timetable(content),
            "total": weekly(content),
        },
        "articles": {"title": _("Articles"), "items": content["articles"]},
        "signatures": {
            "title": _("Signatures"),
            "header": [
                _("Signatory"),
                _("Name"),
                _("Signed on"),
                _("Signature"),
                _("Digest of what was signed"),
            ],
            "rows": signature_rows(convention.signatures.living(), versions),
        },
        "checked": {
            "title": _("Rules checked"),
            "text": _(
                "The rules on age, hours and breaks in force on the days of the internship were checked."
            )
            if not any(finding.blocks for finding in findings(content))
            else _("Not to be signed yet:"),
            "items": [
                f"{finding.sentence} {f'({finding.source})' if finding.source else ''}".strip()
                for finding in findings(content)
                if finding.source or finding.blocks
            ],
        },
        "digest": version.sha256,
        "digest_label": _("Version %(number)d; SHA-256 digest of what is agreed:")
        % {"number": version.number},
        "starts_on": written(content["starts_on"]),
        "ends_on": written(content["ends_on"]),
    }


def parts(content: Content) -> list[dict[str, Any]]:
    """The parties and what is agreed, but for the hours and the articles: headings and named values."""
    contact = " · ".join(part for part in (content["tutor_email"], content["tutor_phone"]) if part)
    period = _("from %(first)s to %(last)s") % {
        "first": written(content["starts_on"]),
        "last": written(content["ends_on"]),
    }
    attested = _("yes, attested by the head of school") if content["family_firm"] else ""
    kind = _("public administration or establishment") if content["public_host"] else ""
    groups = (
        (
            _("The pupil"),
            (
                (_("Name"), content["pupil_name"]),
                (_("Born on"), written(content["birth_date"])),
                (_("Class"), content["class_name"]),
                (_("Legal representative"), content["representative_name"]),
                (_("Insurance of the pupil"), content["pupil_insurance"]),
            ),
        ),
        (
            _("The school"),
            (
                (_("School"), content["school_name"]),
                # Conventions written before this entry do not have it.
                (_("Address"), content.get("school_address", "")),
                (_("Head of school"), content["head_name"]),
                (_("Referent teacher"), content["teacher_name"]),
            ),
        ),
        (
            _("The host"),
            (
                (_("Host"), content["host_name"]),
                ("SIRET", content["siret"]),
                (_("Nature"), kind),
                (_("Firm of the pupil’s family"), attested),
                (_("Represented by"), content["host_signatory"]),
                (_("Tutor"), content["tutor_name"]),
                (_("To reach the tutor"), contact),
                (_("Insurance of the host"), content["host_insurance"]),
            ),
        ),
        (
            _("The internship"),
            (
                (_("Internship"), content["title"]),
                (_("When"), period),
                (_("Where"), content["address"]),
                (_("Activities"), content["activities"]),
                (_("Objectives"), content["objectives"]),
                (_("Lunch"), content["lunch"]),
            ),
        ),
    )
    return [
        {"title": title, "pairs": [[str(name), str(value)] for name, value in pairs if value]}
        for title, pairs in groups
    ]


def timetable(content: Content) -> list[list[str]]:
    """Day, hours, duration: a row for each day of presence."""
    rows = []
    for day in _days(content):
        try:
            spans = spans_of(content["hours"], day)
        except ValueError:
            continue
        if spans:
            said = ", ".join(
                _("%(begin)s to %(end)s") % {"begin": duration(begin), "end": duration(end)}
                for begin, end in spans
            )
            total = duration(sum(end - begin for begin, end in spans))
            rows.append([in_words(day, "l j F Y"), said, total])
    return rows


def weekly(content: Content) -> str:
    """The hours of presence of the week, in words."""
    try:
        days = {day: spans_of(content["hours"], day) for day in _days(content)}
    except ValueError:
        return ""
    total = sum(minutes_a_week(days).values())
    return _("%(hours)s in all") % {"hours": duration(total)}


def _days(content: Content) -> list[dt.date]:
    first, last = (dt.date.fromisoformat(content[name]) for name in ("starts_on", "ends_on"))
    return [first + dt.timedelta(days=number) for number in range(min((last - first).days, 31) + 1)]


def signature_rows(signatures: Iterable[Signature], versions: list[ConventionVersion]) -> list[list[str]]:
    """A row for each signatory: who, when, how, bound to which digest; on an earlier version, that it still holds."""
    given = {row.signatory: row for row in signatures}
    content = versions[-1].content
    return [_signature_row(Signatory(one), given.get(one), content, versions) for one in Signatory]


def _signature_row(
    signatory: Signatory, row: Signature | None, content: Content, versions: list[ConventionVersion]
) -> list[str]:
    if row is None or row.signed_at is None:
        return [str(capfirst(signatory.label)), content[PEOPLE[signatory][0]], "", "", ""]
    name = f"{row.name}, {_('by delegation of')} {row.on_behalf}" if row.on_behalf else row.name
    how = str(Method(row.method).label)
    form = "SHORT_DATE_FORMAT" if row.method == Method.PAPER else "SHORT_DATETIME_FORMAT"
    bound = next((version for version in reversed(versions) if version.sha256 == row.document_sha256), None)
    if (
        bound is not None
        and bound is not versions[-1]
        and signatory not in affected(differences(bound.content, content))
    ):
        how += " " + _("(version %(number)d; what changed since does not concern this signature)") % {
            "number": bound.number
        }
    return [
        str(capfirst(signatory.label)),
        name,
        # Paper says the day, not the hour.
        str(date_format(localtime(row.signed_at), form)),
        how,
        row.document_sha256,
    ]


def written(text: str) -> str:
    """An ISO date in words."""
    return in_words(dt.date.fromisoformat(text))
