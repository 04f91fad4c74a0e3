"""The papers of a committee: its agenda, to print; its minutes, that anyone can verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory import rome
from croisee.foundation.dates import age_in_years, in_words
from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue, render_pdf
from croisee.journeys.models import Committee, CommitteeState, Decision, Verdict
from croisee.journeys.notices import entries as words
from croisee.journeys.queries.entries import decided, to_decide
from croisee.journeys.services.entries.committees import present_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.documents.models import IssuedDocument

MINUTES = register_document(
    Kind(
        "journeys.minutes",
        words.MINUTES_LABEL,
        shareable={
            "programme": words.PROGRAMME_LABEL,
            "held_on": words.MEETING_LABEL,
            "looked_at": words.LINES_LABEL,
            "accepted": words.ACCEPTED_LABEL,
        },
    )
)


def agenda(committee: Committee) -> bytes:
    """The agenda as a PDF: each request with what the committee needs to decide. Raises ValidationError when empty."""
    rows = list(to_decide(committee))
    if not rows:
        raise ValidationError(_("Nothing is on the agenda yet: put requests on it first."))
    data = {
        "title": str(words.AGENDA_LABEL),
        "facts": _facts(committee),
        "heading": _("Requests"),
        "requests": [
            {"title": f"{number}. {row.journey.person}", "pairs": _request(row)}
            for number, row in enumerate(rows, 1)
        ],
        "columns": [],
        "rows": [],
        "rows_heading": "",
        "sections": [],
    }
    return render_pdf("journeys/committee.typ", data)


def issue_minutes(committee: Committee, account: Account) -> IssuedDocument:
    """The minutes, once they are closed. Raises ValidationError before."""
    if committee.state != CommitteeState.CLOSED:
        raise ValidationError(_("The minutes are not closed yet: they are printed once they are."))
    rows = list(decided(account, committee))
    said = [{"title": _("Members present"), "lines": present_at(committee.members)}]
    if committee.minutes.strip():
        said.append({"title": _("What was said"), "lines": committee.minutes.splitlines()})
    data = {
        "title": str(words.MINUTES_LABEL),
        "programme": committee.programme.name,
        "held_on": in_words(committee.held_on),
        "looked_at": str(len(rows)),
        "accepted": str(sum(row.verdict == Verdict.ACCEPTED for row in rows)),
        "facts": [*_facts(committee), *_counts(rows)],
        "heading": "",
        "requests": [],
        "rows_heading": _("Decisions"),
        "columns": [_("Person"), _("Decision"), _("Référent"), _("Reason")],
        "rows": [_decision(row) for row in rows],
        "sections": said,
    }
    return issue(MINUTES.name, "journeys/committee.typ", data, account)


def _facts(committee: Committee) -> list[list[str]]:
    programme = committee.programme
    facts = [
        [_("Programme"), programme.name],
        [_("Run by"), programme.organisation.name],
        [_("Meeting of"), in_words(committee.held_on)],
    ]
    if committee.place:
        facts.append([_("Where"), committee.place])
    return [*facts, [_("Members needed to decide"), str(programme.quorum)]]


def _counts(rows: Iterable[Decision]) -> list[list[str]]:
    found = list(rows)
    return [
        [str(label).capitalize(), str(sum(row.verdict == verdict for row in found))]
        for verdict, label in Verdict.choices
        if verdict != Verdict.WAITING
    ]


def _request(row: Decision) -> list[list[str]]:
    """What the committee reads of a request: neither address nor neighbourhood, which decide of nobody's entry."""
    journey, person = row.journey, row.journey.person
    if person is None:
        return []
    profile = getattr(person, "profile", None)
    age = age_in_years(person.birth_date, timezone.localdate())
    pairs = [
        [_("Age"), str(age)],
        [_("Level of training"), str(profile.get_level_display()) if profile else ""],
        [_("Jobs looked for"), ", ".join(rome.label_of(code) for code in profile.jobs) if profile else ""],
        [_("Asked on"), in_words(journey.asked_on)],
        [
            _("Sent by"),
            ", ".join(
                part
                for part in (journey.asked_by_name, journey.prescriber.name if journey.prescriber else "")
                if part
            ),
        ],
        [_("Why this programme"), journey.why],
        [_("Project"), journey.project],
    ]
    return [[name, value] for name, value in pairs if value]


def _decision(row: Decision) -> list[str]:
    who = str(row.journey.person) if row.journey.person else _("erased person")
    referent = (row.referent.name or row.referent.email) if row.referent else ""
    return [who, str(row.get_verdict_display()), referent, row.reason]
