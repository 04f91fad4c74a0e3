"""The minutes of an admission committee on paper, that anyone can verify by their reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from croisee.foundation.dates import in_words
from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue
from croisee.incubation.models import Candidature, Committee, CommitteeState, Verdict
from croisee.incubation.notices import committees as words
from croisee.incubation.queries.committees import criteria_of, decided_of
from croisee.incubation.services.committees import present_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.documents.models import IssuedDocument

MINUTES = register_document(
    Kind(
        "incubation.minutes",
        words.MINUTES_LABEL,
        shareable={
            "incubator": words.INCUBATOR_LABEL,
            "held_on": words.MEETING_LABEL,
            "looked_at": words.LOOKED_AT_LABEL,
            "accepted": words.ACCEPTED_LABEL,
        },
    )
)


def issue_minutes(committee: Committee, account: Account) -> IssuedDocument:
    """The minutes, once they are closed. Raises ValidationError before."""
    if committee.state != CommitteeState.CLOSED:
        raise ValidationError(_("The minutes are not closed yet: they are printed once they are."))
    rows = decided_of(committee)
    data = {
        "title": str(words.MINUTES_LABEL),
        "incubator": committee.incubator.name,
        "held_on": in_words(committee.held_on),
        "looked_at": str(len(rows)),
        "accepted": str(sum(row.verdict != Verdict.REFUSED for row in rows)),
        "facts": _facts(committee, rows),
        "members_heading": _("Members present"),
        "members": present_at(committee.members),
        "criteria_heading": _("Criteria, and what each weighs"),
        "criteria": [[label, str(weight)] for label, weight in criteria_of(rows)],
        "criteria_columns": [_("Criterion"), _("Weight")],
        "rows_heading": _("Decisions"),
        "columns": [_("Project"), _("Score"), _("Decision"), _("Reason or reserves")],
        "rows": [_row(row) for row in rows],
        "remarks_heading": _("What was said"),
        "remarks": committee.remarks.splitlines() if committee.remarks.strip() else [],
        "formula": _("Score: sum of (mark × weight) ÷ sum of (5 × weight) × 100, rounded to a tenth."),
    }
    return issue(MINUTES.name, "incubation/minutes.typ", data, account)


def _facts(committee: Committee, rows: Sequence[Candidature]) -> list[list[str]]:
    facts = [
        [str(words.INCUBATOR_LABEL), committee.incubator.name],
        [_("Run by"), committee.incubator.organisation.name],
        [str(words.MEETING_LABEL), in_words(committee.held_on)],
    ]
    if committee.place:
        facts.append([_("Where"), committee.place])
    counts = [
        [str(label).capitalize(), str(sum(row.verdict == value for row in rows))]
        for value, label in Verdict.choices
    ]
    return [*facts, *counts]


def _row(row: Candidature) -> list[str]:
    holder = str(row.project.holder) if row.project.holder else _("erased person")
    said = row.reserves if row.verdict == Verdict.RESERVED else row.reason
    figure = "–" if row.score is None else str(number_format(row.score, 1, use_l10n=True))
    return [f"{row.project.title} ({holder})", figure, str(row.get_verdict_display()), said]
