"""The journey on paper: what is agreed and what came of it, verifiable by its reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory import rome
from croisee.foundation.dates import in_words
from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue
from croisee.journeys.queries.following import File, done

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.documents.models import IssuedDocument
    from croisee.journeys.models import Step

DOCUMENT = register_document(
    Kind(
        "journeys.journey",
        gettext_lazy("Journey"),
        shareable={"programme": gettext_lazy("Programme"), "day": gettext_lazy("As it stood on")},
    )
)


def issue_file(file: File, account: Account) -> IssuedDocument:
    """The journey as it stands today: the person, the programme, objectives, steps, appointments. No exchange."""
    return issue(DOCUMENT.name, "journeys/journey.typ", _data(file), account)


def _data(file: File) -> dict[str, Any]:
    journey = file.journey
    person = str(journey.person) if journey.person else _("erased person")
    return {
        "title": _("Journey of %(name)s") % {"name": person},
        "programme": journey.programme.name,
        "day": in_words(timezone.localdate()),
        "facts": _facts(file),
        "objectives_heading": _("What is agreed"),
        "columns": [_("Step"), _("Dates"), _("State")],
        "objectives": _objectives(file),
        "nothing": _("No step is agreed yet."),
        "appointments_heading": _("Appointments to come"),
        "appointments": [
            [f"{in_words(one.starts_at.date())}, {one.starts_at:%H:%M}", one.place or "–"]
            for one in file.to_come
        ],
    }


def _facts(file: File) -> list[list[str]]:
    journey, referent = file.journey, file.referent
    job = rome.label_of(journey.project_job) if journey.project_job else ""
    pairs = [
        (_("Programme"), f"{journey.programme.name}, {journey.programme.organisation.name}"),
        (_("State"), str(journey.get_state_display())),
        (_("Entered on"), in_words(journey.entered_on) if journey.entered_on else ""),
        (_("Référent"), referent.name or referent.email if referent else ""),
        (_("Project"), journey.project),
        (_("Job aimed at"), job),
        (_("Planned end"), in_words(journey.planned_end_on) if journey.planned_end_on else ""),
        (_("Exit on"), in_words(journey.exited_on) if journey.exited_on else ""),
        (_("Kind of exit"), str(journey.get_exit_kind_display()) if journey.exit_kind else ""),
        (_("What was reached"), journey.exit_note),
    ]
    return [[name, value] for name, value in pairs if value]


def _objectives(file: File) -> list[dict[str, Any]]:
    """Each objective with its steps, the open ones first; then the steps of none."""
    found = []
    ordered = [*file.open_steps, *reversed(done(file.steps))]
    for objective in file.objectives:
        rows = [_step(step) for step in ordered if step.objective_id == objective.pk]
        state = str(objective.get_state_display())
        found.append({"title": f"{objective.title} ({state})", "rows": rows})
    others = [_step(step) for step in ordered if step.objective_id is None]
    if others:
        found.append({"title": _("Other steps"), "rows": others})
    return found


def _step(step: Step) -> list[str]:
    start = in_words(step.starts_on, "SHORT_DATE_FORMAT") if step.starts_on else ""
    last = step.ended_on or step.planned_end_on
    end = in_words(last, "SHORT_DATE_FORMAT") if last else ""
    what = ", ".join(part for part in (step.title, step.where) if part)
    said = f"{what}. {step.outcome}" if step.outcome else what
    return [said, " – ".join(part for part in (start, end) if part) or "–", str(step.get_state_display())]
