"""The entries of a convention: what each is called, whose signatures its change voids, where it is filled in.

The content of a convention is a flat dictionary from the names of entries to JSON values; its digest is that of its
canonical JSON. AFFECTS is the table that says which signatures an edit voids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from croisee.stages.models.conventions import Signatory

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Content = Mapping[str, Any]

HOST, PARENT, PUPIL, HEAD = (
    Signatory.HOST,
    Signatory.LEGAL_REPRESENTATIVE,
    Signatory.PUPIL,
    Signatory.SCHOOL_HEAD,
)
ALL = frozenset(Signatory)
NOBODY: frozenset[Signatory] = frozenset()


class Where(StrEnum):
    """Where an entry comes from, hence where it is corrected."""

    PUPIL = "pupil"
    SCHOOL = "school"
    OFFER = "offer"
    CONVENTION = "convention"


@dataclass(frozen=True)
class Entry:
    """One entry: its label, the signatories whose agreement it is part of, where it comes from.

    `editable`: the school may say otherwise in the convention itself, for this pupil.
    """

    name: str
    label: StrOrPromise
    affects: frozenset[Signatory]
    where: Where
    editable: bool = False


ENTRIES = (
    Entry("pupil_name", _("Pupil"), ALL, Where.PUPIL),
    Entry("birth_date", _("Birth date"), ALL, Where.PUPIL),
    Entry("class_name", _("Class"), frozenset({HEAD}), Where.SCHOOL),
    Entry("school_name", _("School"), ALL, Where.SCHOOL),
    # A correction of the directory of schools is nobody's agreement.
    Entry("school_address", _("Address of the school"), NOBODY, Where.SCHOOL),
    Entry("head_name", _("Head of school"), frozenset({HEAD}), Where.SCHOOL),
    Entry("teacher_name", _("Referent teacher"), frozenset({HEAD}), Where.SCHOOL),
    Entry("teacher_email", _("Referent teacher’s e-mail address"), NOBODY, Where.SCHOOL),
    Entry(
        "representative_name",
        _("Legal representative"),
        frozenset({PARENT, PUPIL, HEAD}),
        Where.PUPIL,
        editable=True,
    ),
    Entry("host_name", _("Host"), ALL, Where.OFFER),
    Entry("siret", "SIRET", frozenset({HOST, HEAD}), Where.OFFER),
    Entry("public_host", _("Public administration or establishment"), ALL, Where.OFFER),
    Entry(
        "family_firm",
        _("Firm of the pupil’s family, as attested by the head of school"),
        ALL,
        Where.CONVENTION,
        True,
    ),
    Entry("address", _("Place of the internship"), ALL, Where.OFFER, editable=True),
    Entry("host_signatory", _("Representative of the host"), frozenset({HOST}), Where.OFFER, editable=True),
    Entry("tutor_name", _("Tutor"), frozenset({HOST}), Where.OFFER, editable=True),
    Entry("tutor_email", _("Tutor’s e-mail address"), NOBODY, Where.OFFER, editable=True),
    Entry("tutor_phone", _("Tutor’s telephone"), NOBODY, Where.OFFER, editable=True),
    Entry("starts_on", _("From"), ALL, Where.OFFER),
    Entry("ends_on", _("To"), ALL, Where.OFFER),
    Entry("hours", _("Hours of presence"), ALL, Where.OFFER, editable=True),
    Entry("lunch", _("Lunch"), frozenset({HOST, PARENT, PUPIL}), Where.OFFER, editable=True),
    Entry("title", _("Internship"), ALL, Where.OFFER),
    Entry("activities", _("Activities"), ALL, Where.OFFER, editable=True),
    Entry("objectives", _("Objectives"), frozenset({HOST, PUPIL, HEAD}), Where.CONVENTION, editable=True),
    Entry("host_insurance", _("Insurance of the host"), frozenset({HOST}), Where.CONVENTION, editable=True),
    Entry(
        "pupil_insurance", _("Insurance of the pupil"), frozenset({PARENT}), Where.CONVENTION, editable=True
    ),
    Entry("least_hours", _("Least hours of presence asked by the campaign"), NOBODY, Where.CONVENTION),
    Entry("articles", _("Articles"), ALL, Where.CONVENTION),
    Entry("host_email", _("E-mail address of the host’s representative"), NOBODY, Where.OFFER, editable=True),
    Entry(
        "representative_email",
        _("E-mail address of the legal representative"),
        NOBODY,
        Where.PUPIL,
        editable=True,
    ),
    Entry("pupil_email", _("E-mail address of the pupil"), NOBODY, Where.PUPIL, editable=True),
    Entry("head_email", _("E-mail address of the head of school"), NOBODY, Where.SCHOOL),
    Entry("adapted", _("Entries set for this pupil"), NOBODY, Where.CONVENTION),
)
BY_NAME = {entry.name: entry for entry in ENTRIES}
AFFECTS: Mapping[str, frozenset[Signatory]] = {entry.name: entry.affects for entry in ENTRIES}
EDITABLE = frozenset(entry.name for entry in ENTRIES if entry.editable)
# The signatory's name and address among the entries.
PEOPLE: Mapping[Signatory, tuple[str, str]] = {
    HOST: ("host_signatory", "host_email"),
    PARENT: ("representative_name", "representative_email"),
    PUPIL: ("pupil_name", "pupil_email"),
    HEAD: ("head_name", "head_email"),
}


def canonical(content: Content) -> bytes:
    """The one way to write `content` as JSON (RFC 8785 for the values used here: no number is a fraction)."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: Content) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def differences(before: Content, after: Content) -> list[str]:
    """The names of the entries that are not the same, in the order of the table."""
    return [entry.name for entry in ENTRIES if before.get(entry.name) != after.get(entry.name)]


def affected(names: list[str]) -> frozenset[Signatory]:
    """Whose agreement a change of these entries touches."""
    return frozenset[Signatory]().union(*(AFFECTS[name] for name in names))


def labels(names: list[str]) -> list[str]:
    """These entries as people call them, in the reader's language; what no one reads is left out."""
    return [str(BY_NAME[name].label) for name in names if name in BY_NAME and name != "adapted"]
