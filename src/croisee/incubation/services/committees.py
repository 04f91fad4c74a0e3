"""Committees: planned, their agenda, marks and decisions written beforehand, the minutes closed in one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services import Stale
from croisee.foundation.lifecycles.services import TransitionRefused, perform, perform_all, perform_each
from croisee.incubation.models import (
    Candidature,
    CandidatureState,
    Committee,
    CommitteeState,
    Criterion,
    Project,
    ProjectState,
    Score,
    Verdict,
)
from croisee.incubation.notices import committees as notices
from croisee.incubation.scoring import score

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

FIELDS = ("held_on", "place")
TRANSITIONS = {Verdict.FAVOURABLE: "favour", Verdict.RESERVED: "reserve", Verdict.REFUSED: "refuse"}
"""How each decision moves a candidature."""


@dataclass(frozen=True)
class Mark:
    """What the committee gives for one criterion: 0 to 5, with a few words."""

    mark: int
    note: str = ""


def _planned(committee: Committee, seen: dt.datetime | None = None) -> Committee:
    """The meeting, locked. Raises ValidationError once it is closed or cancelled, Stale when changed since `seen`."""
    rows = Committee.objects.select_for_update(of=("self",)).select_related("incubator")
    row = rows.get(pk=committee.pk)
    if row.state != CommitteeState.PLANNED:
        said = {"state": row.get_state_display()}
        raise ValidationError(
            _("This committee is not open any more (%(state)s): nothing was changed.") % said, code="over"
        )
    if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
        raise Stale
    return row


@transaction.atomic
def plan(committee: Committee, values: Mapping[str, Any], *, seen: dt.datetime | None = None) -> Committee:
    """Write a meeting, new or moved. `values`: `FIELDS`. Raises Stale, or ValidationError (two on one day)."""
    row = committee if committee._state.adding else _planned(committee, seen)
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def cancel(committee: Committee, account: Account) -> None:
    """Cancel a meeting: the candidatures of its agenda wait for another one."""
    row = _planned(committee)
    _agenda(row).update(committee=None, verdict="", updated_at=timezone.now())
    perform(row, "cancel", account)


def _agenda(committee: Committee) -> Any:
    return Candidature.objects.filter(committee=committee, state=CandidatureState.SUBMITTED)


@transaction.atomic
def set_agenda(committee: Committee, chosen: Collection[str]) -> int:
    """Have exactly these candidatures (`chosen`: their keys) on the agenda; how many there are.

    Left out: those that are not sent, of another incubator, or on another agenda. Marks of those that leave are kept.
    """
    row = _planned(committee)
    waiting = Candidature.objects.select_for_update(of=("self",)).filter(
        project__incubator=row.incubator, state=CandidatureState.SUBMITTED
    )
    n = 0
    for one in waiting.order_by("pk"):
        wanted = str(one.pk) in chosen
        if wanted and one.committee_id is None:
            one.committee, one.verdict = row, ""
            one.save()
        elif not wanted and one.committee_id == row.pk:
            one.committee, one.verdict = None, ""
            one.save()
        n += one.committee_id == row.pk
    return n


@transaction.atomic
def judge(
    candidature: Candidature,
    marks: Mapping[UUID, Mark],
    values: Mapping[str, Any],
    *,
    seen: dt.datetime | None = None,
) -> Candidature:
    """Keep what the committee says of a candidature on its agenda, without effect before the minutes are closed.

    `marks`, by criterion in use: the weight that each has now is kept with the mark, and marks of criteria no longer in
    use go. `values`: verdict (may be empty), reserves, reason. Raises Stale, ValidationError by field.
    """
    known = Candidature.objects.select_related("committee").get(pk=candidature.pk)
    if known.committee is None:
        raise ValidationError(_("This candidature is on no agenda: put it on one first."), code="no_agenda")
    _planned(known.committee)
    row = Candidature.objects.select_for_update(of=("self",)).select_related("project").get(pk=known.pk)
    if row.committee_id != known.committee_id or row.state != CandidatureState.SUBMITTED:
        raise ValidationError(_("This candidature left the agenda meanwhile."), code="left")
    if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
        raise Stale
    criteria = {one.pk: one for one in in_use(row.project.incubator_id)}
    Score.objects.filter(candidature=row).exclude(criterion__in=criteria).delete()
    for key, mark in marks.items():
        if key in criteria:
            _mark(row, criteria[key], mark)
    for name in ("verdict", "reserves", "reason"):
        if name in values:
            setattr(row, name, (values[name] or "").strip())
    row.score = score(Score.objects.filter(candidature=row).values_list("mark", "weight"))
    row.full_clean()
    row.save()
    return row


def in_use(incubator: UUID) -> Sequence[Criterion]:
    """The criteria of an incubator today, in their order."""
    return list(
        Criterion.objects.filter(incubator=incubator, ended_on__isnull=True).order_by("order", "label")
    )


def _mark(candidature: Candidature, criterion: Criterion, given: Mark) -> None:
    row = Score.objects.filter(candidature=candidature, criterion=criterion).first() or Score(
        candidature=candidature, criterion=criterion
    )
    row.mark, row.weight, row.note = given.mark, criterion.weight, given.note.strip()
    row.full_clean()
    row.save()


@transaction.atomic
def write_minutes(committee: Committee, values: Mapping[str, Any]) -> Committee:
    """Keep who is present and what is said. `values`: members, remarks."""
    return _write(_planned(committee), values)


def _write(row: Committee, values: Mapping[str, Any]) -> Committee:
    row.members = values.get("members", row.members).strip()
    row.remarks = values.get("remarks", row.remarks).strip()
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def close(
    committee: Committee, values: Mapping[str, Any], account: Account, *, today: dt.date | None = None
) -> Committee:
    """Close the minutes: every decision takes effect on the day of the meeting, and holders are told why.

    `values`: members, remarks. Raises ValidationError with all that is missing (a decision, its reason, a mark, members
    present): nothing has changed then, not even what was written.
    """
    row = _write(_planned(committee), values)
    # Projects before their candidatures, as everywhere.
    projects = Project.objects.filter(pk__in=_agenda(row).order_by().values("project"))
    list(projects.order_by("pk").select_for_update(of=("self",)))
    decided = list(
        _agenda(row).select_related("project__holder").order_by("pk").select_for_update(of=("self",))
    )
    _check(row, decided, today or timezone.localdate())
    _settle(row, decided, account)
    notices.tell_decided(list(Candidature.objects.filter(pk__in=[one.pk for one in decided])))
    return row


def _settle(row: Committee, decided: Sequence[Candidature], account: Account) -> None:
    """Move the meeting, its candidatures and their projects: all of them, or none."""
    try:
        perform(row, "close", account)
        for verdict, transition in TRANSITIONS.items():
            rows = {one.pk: {"decided_on": row.held_on} for one in decided if one.verdict == verdict}
            perform_each(Candidature, rows, transition, account)
        for accepts, transition in ((True, "accept"), (False, "follow")):
            keys = [one.project_id for one in decided if (one.verdict != Verdict.REFUSED) is accepts]
            moving = Project.objects.filter(pk__in=keys, state=ProjectState.APPLYING)
            perform_all(moving, transition, account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason, code="moved") from refusal


def _check(row: Committee, decided: Sequence[Candidature], today: dt.date) -> None:
    """Raise ValidationError unless the committee was held and said everything of every candidature."""
    lacks: list[str] = []
    if row.held_on > today:
        lacks.append(_("The committee is to come: its minutes are closed once it is held."))
    if not decided:
        lacks.append(_("Nothing is on the agenda: put candidatures on it, or cancel the committee."))
    if not present_at(row.members):
        lacks.append(_("Write the members present, one a line."))
    criteria = {one.pk for one in in_use(row.incubator_id)}
    marked: dict[UUID, set[UUID]] = {}
    for key, criterion in Score.objects.filter(candidature__in=[one.pk for one in decided]).values_list(
        "candidature", "criterion"
    ):
        marked.setdefault(key, set()).add(criterion)
    lacks += [
        _("%(project)s: %(what)s") % {"project": one.project.title, "what": what}
        for one in decided
        if (what := _lacking(one, whole=marked.get(one.pk, set()) == criteria))
    ]
    if lacks:
        raise ValidationError(lacks, code="unready")


def _lacking(one: Candidature, *, whole: bool) -> str:
    if not one.verdict:
        return _("say what the committee decides, or take it off the agenda.")
    if one.verdict == Verdict.RESERVED and not one.reserves:
        return _("say which reserves are made.")
    if one.verdict == Verdict.REFUSED and not one.reason:
        return _("say why it is refused: the holder reads it.")
    return "" if whole else _("give a mark for each criterion in use.")


def present_at(members: str) -> list[str]:
    """The members named, one a line; the same name twice is one."""
    return list(dict.fromkeys(name for line in members.splitlines() if (name := " ".join(line.split()))))
