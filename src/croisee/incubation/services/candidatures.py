"""Candidatures for a place: written in parts that are kept, with papers, sent, given back, withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.directory.services import Stale
from croisee.foundation.dates import add_months
from croisee.foundation.documents.uploads import checked
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.incubation.models import (
    DECIDED,
    Candidature,
    CandidaturePaper,
    CandidatureState,
    Committee,
    CommitteeState,
    Project,
    ProjectState,
)
from croisee.incubation.notices import committees as notices
from croisee.incubation.services import crossing
from croisee.incubation.services.projects import OPEN
from croisee.incubation.services.projects import locked as locked_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from croisee.foundation.accounts.models import Account

PARTS = {
    "space": ("wanted_kind", "wanted_surface", "wanted_from", "motivation"),
    "market": ("market", "team", "jobs_planned"),
    "means": ("financing",),
}
"""The parts of a candidature, in the order in which they are written, with their fields."""
NEEDED = {
    "motivation": gettext_lazy("why this incubator"),
    "market": gettext_lazy("customers and competitors"),
    "financing": gettext_lazy("means and financing"),
}
"""What a committee cannot do without."""
MOST_PAPERS = 12


def locked(candidature: Candidature, seen: dt.datetime | None = None) -> Candidature:
    """The row again, locked, its project before it. Raises Stale when it changed since `seen`."""
    Project.objects.select_for_update(of=("self",)).get(pk=candidature.project_id)
    rows = Candidature.objects.select_for_update(of=("self",)).select_related(
        "project__incubator", "project__holder", "committee"
    )
    row = rows.get(pk=candidature.pk)
    if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
        raise Stale
    return row


def _draft(candidature: Candidature, seen: dt.datetime | None = None) -> Candidature:
    row = locked(candidature, seen)
    if row.state != CandidatureState.DRAFT:
        raise ValidationError(
            _("This candidature is sent: it is changed once the incubator gives it back."), code="sent"
        )
    return row


@transaction.atomic
def begin(project: Project) -> Candidature:
    """A draft; the one that is open already, if there is one. Raises ValidationError if the project cannot apply."""
    row = locked_project(project)
    known = row.candidatures.filter(state__in=OPEN).first()
    if known is not None:
        return known
    if row.state != ProjectState.FOLLOWED:
        raise ValidationError(
            _("A project applies while it is followed without a place (now: %(state)s).")
            % {"state": row.get_state_display()},
            code="state",
        )
    candidature = Candidature(project=row)
    candidature.full_clean()
    candidature.save()
    return candidature


@transaction.atomic
def write_part(
    candidature: Candidature, part: str, values: Mapping[str, Any], *, seen: dt.datetime | None = None
) -> Candidature:
    """Keep one of `PARTS` of a draft. Raises Stale, ValidationError by field, KeyError for another part."""
    row = _draft(candidature, seen)
    for name in PARTS[part]:
        if name in values:
            setattr(row, name, values[name])
    row.full_clean()
    row.save()
    return row


def missing(candidature: Candidature) -> list[str]:
    """What must still be written before the candidature is sent, in words."""
    return [str(label) for name, label in NEEDED.items() if not getattr(candidature, name).strip()]


def too_old_since(project: Project) -> dt.date | None:
    """The day from which the company is older than the incubator takes; None while it is not, or not founded."""
    if project.founded_on is None:
        return None
    limit = add_months(project.founded_on, 12 * project.incubator.company_years)
    return limit if limit <= timezone.localdate() else None


@transaction.atomic
def submit(candidature: Candidature, account: Account) -> Candidature:
    """Send a candidature; the incubator's managers are told when the holder does.

    Raises ValidationError for what is missing, or when the company is older than the incubator takes.
    """
    row = _draft(candidature)
    if lacks := missing(row):
        raise ValidationError(
            _("Before it is sent, write: %(what)s.") % {"what": ", ".join(lacks)}, code="missing"
        )
    if too_old_since(row.project) is not None:
        years = row.project.incubator.company_years
        text = ngettext(
            "This incubator takes companies younger than %(n)d year: this one is older.",
            "This incubator takes companies younger than %(n)d years: this one is older.",
            years,
        )
        raise ValidationError(text % {"n": years}, code="too_old")
    row.submitted_on, row.to_complete = timezone.localdate(), ""
    row.save()
    _perform(row, "submit", account)
    if row.project.state == ProjectState.FOLLOWED:
        _perform(row.project, "apply", account)
    notices.tell_submitted(row, account)
    return row


@transaction.atomic
def give_back(candidature: Candidature, what: str, account: Account) -> Candidature:
    """Give a candidature back to be completed, saying what; it leaves its agenda, and the holder is told."""
    row = locked(candidature)
    if not what.strip():
        raise ValidationError({"what": _("Say what is to be completed: the holder reads it.")})
    _perform(row, "return", account)
    row.to_complete, row.committee, row.verdict = what.strip(), None, ""
    row.full_clean()
    row.save()
    notices.tell_returned(row)
    return row


@transaction.atomic
def withdraw(candidature: Candidature, account: Account) -> Candidature:
    """Withdraw a candidature: it leaves the agenda or the waiting list, and the project is followed without a place."""
    row = locked(candidature)
    was_decided = row.decided_on is not None
    _perform(row, "withdraw", account)
    if not was_decided:
        row.committee, row.verdict = None, ""
        row.save()
    _follow_again(row, account)
    return row


def _follow_again(candidature: Candidature, account: Account | None) -> None:
    project = candidature.project
    if project.state in (ProjectState.APPLYING, ProjectState.ACCEPTED):
        _perform(project, "follow", account)
        crossing.bring_up_to_date(project)


@transaction.atomic
def put_on_agenda(candidature: Candidature, committee: Committee | None) -> Candidature:
    """Put a candidature on the agenda of a committee of its incubator to come, or on none.

    Raises ValidationError when it is not sent, or the committee is held or another incubator's.
    """
    meeting = None
    if committee is not None:
        # The committee before its candidatures, as when its minutes are closed.
        meeting = Committee.objects.select_for_update(of=("self",)).get(pk=committee.pk)
    row = locked(candidature)
    if row.state != CandidatureState.SUBMITTED:
        raise ValidationError(_("Only a candidature that is sent and not decided goes on an agenda."))
    if meeting is not None and (
        meeting.incubator_id != row.project.incubator_id or meeting.state != CommitteeState.PLANNED
    ):
        raise ValidationError({"committee": _("Choose a committee of this incubator that is to come.")})
    if row.committee_id != (meeting.pk if meeting else None):
        row.committee, row.verdict = meeting, ""
        row.save()
    return row


@transaction.atomic
def lift_reserves(candidature: Candidature, account: Account) -> Candidature:
    """What the committee asked for is done: the candidature is favourable; the holder is told."""
    row = locked(candidature)
    _perform(row, "lift", account)
    notices.tell_lifted(row)
    return row


@transaction.atomic
def refuse_reserved(candidature: Candidature, reason: str, account: Account) -> Candidature:
    """What the committee asked for was not done: refused, with the reason, which the holder reads."""
    row = locked(candidature)
    if row.state != CandidatureState.RESERVED:
        raise ValidationError(
            _("Only a candidature accepted with reserves is refused afterwards."), code="state"
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is refused: the holder reads it.")})
    row.reason = reason.strip()
    row.full_clean()
    row.save()
    _perform(row, "refuse", account)
    _follow_again(row, account)
    notices.tell_decided([row])
    return row


def _perform(row: Any, transition: str, account: Account | None) -> None:
    try:
        perform(row, transition, account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason, code="moved") from refusal


@transaction.atomic
def add_paper(candidature: Candidature, name: str, upload: Any) -> CandidaturePaper:
    """Add a paper to a candidature that is not decided: PDF, JPEG or PNG, 5 MB at most. Raises ValidationError."""
    row = locked(candidature)
    if row.state not in (CandidatureState.DRAFT, CandidatureState.SUBMITTED):
        raise ValidationError(_("This candidature is decided: papers are no longer added."), code="decided")
    if row.papers.count() >= MOST_PAPERS:
        raise ValidationError(_("There are twelve papers already: take one away first."), code="many")
    try:
        file = checked(upload)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from refusal
    paper = CandidaturePaper(candidature=row, name=name.strip(), file=file)
    paper.full_clean()
    paper.save()
    return paper


@transaction.atomic
def remove_paper(paper: CandidaturePaper) -> None:
    """Take a paper away from a draft, its file with it. Raises ValidationError once the candidature is sent."""
    _draft(paper.candidature)
    CandidaturePaper.objects.filter(pk=paper.pk).delete()


def waits(candidature: Candidature) -> bool:
    """Whether the candidature is accepted and waits for a place."""
    return candidature.state in DECIDED
