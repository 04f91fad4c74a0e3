"""What is done with candidatures, their papers and marks because they are about people."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import PersonalData, Retention, impersonal, personal_data
from croisee.incubation.models import (
    Candidature,
    CandidaturePaper,
    Committee,
    Criterion,
    Project,
    Score,
)
from croisee.incubation.privacy_of_projects import projects_past
from croisee.incubation.services import erasing

WITH_PROJECT = _("As long as the project that it is about.")


def _own(account: Account) -> QuerySet[Any, Any]:
    return Project.objects.held_by(account).order_by().values("pk")


def _of_past(rows: QuerySet[Any], path: str, day: dt.date) -> QuerySet[Any]:
    return rows.filter(**{f"{path}__in": projects_past(day)})


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""
    impersonal(Committee, Criterion)
    personal_data.register(
        Candidature,
        PersonalData(
            purpose=_("Decide who gets a place in the incubator, by criteria that everyone reads."),
            retention=Retention(
                WITH_PROJECT, lambda day: _of_past(Candidature.objects.all(), "project", day)
            ),
            concerns=lambda account: Candidature.objects.filter(project__in=_own(account)),
            erase=erasing.blank_candidatures,
            export=_candidature,
        ),
    )
    personal_data.register(
        CandidaturePaper,
        PersonalData(
            purpose=_("Let the committee read what goes with a candidature."),
            retention=Retention(
                WITH_PROJECT,
                lambda day: _of_past(CandidaturePaper.objects.all(), "candidature__project", day),
            ),
            concerns=lambda account: CandidaturePaper.objects.filter(candidature__project__in=_own(account)),
            erase=erasing.erase_papers,
            export=lambda row: {"what": row.name, "added_at": row.created_at.isoformat()},
        ),
    )
    personal_data.register(
        Score,
        PersonalData(
            purpose=_("Show how the committee judged a candidature."),
            retention=Retention(
                WITH_PROJECT, lambda day: _of_past(Score.objects.all(), "candidature__project", day)
            ),
            concerns=lambda account: Score.objects.filter(
                candidature__project__in=_own(account), candidature__decided_on__isnull=False
            ).select_related("criterion"),
            erase=erasing.blank_scores,
            export=lambda row: {
                "criterion": row.criterion.label,
                "mark": row.mark,
                "weight": row.weight,
                "note": row.note,
            },
        ),
    )


def _candidature(row: Candidature) -> dict[str, object]:
    decided = row.decided_on is not None
    return {
        "wanted": row.wanted_kind,
        "surface": row.wanted_surface and float(row.wanted_surface),
        "from": row.wanted_from and row.wanted_from.isoformat(),
        "motivation": row.motivation,
        "market": row.market,
        "financing": row.financing,
        "team": row.team,
        "jobs_planned": row.jobs_planned,
        "sent_on": row.submitted_on and row.submitted_on.isoformat(),
        "state": row.state,
        "decided_on": row.decided_on and row.decided_on.isoformat(),
        "score": float(row.score) if decided and row.score is not None else None,
        "reserves": row.reserves if decided else "",
        "reason": row.reason if decided else "",
        "to_complete": row.to_complete,
    }
