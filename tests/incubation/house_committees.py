"""Candidatures and committees for the tests of the whole house."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Candidature, CandidaturePaper, Committee, Criterion
from tests.incubation.projects_helpers import TEXTS, make_draft
from tests.incubation_world import make_project
from tests.journeys_world import make_person, move
from tests.world import TODAY

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.incubation_world import IncubationWorld

MANAGER = frozenset({Role.INCUBATOR_MANAGER})
BOTH = MANAGER | {Role.PROJECT_HOLDER}
_MANAGED = (
    *("candidatures", "waiting_list", "return_candidature", "put_on_agenda", "lift_reserves"),
    *("refuse_reserved", "judge_candidature", "committees", "new_committee", "criteria", "new_criterion"),
    *("edit_criterion", "end_criterion", "committee", "edit_committee", "cancel_committee", "set_agenda"),
    *("write_minutes", "minutes_paper"),
)
_SHARED = (
    *("new_candidature", "candidature", "candidature_part", "submit_candidature", "withdraw_candidature"),
    *("add_paper", "candidature_paper", "delete_paper"),
)
WHO: dict[str, str | frozenset[Role]] = {**dict.fromkeys(_MANAGED, MANAGER), **dict.fromkeys(_SHARED, BOTH)}
SENT, DRAFT, PAPER = "incubation candidature sent", "incubation candidature draft", "incubation paper"
MEETING, CRITERION, APPLIES = "incubation committee", "incubation criterion", "incubation project applies"
OBJECTS = {
    **dict.fromkeys(
        (
            *("return_candidature", "put_on_agenda", "lift_reserves", "refuse_reserved"),
            "judge_candidature",
        ),
        SENT,
    ),
    **dict.fromkeys(("candidature", "submit_candidature", "withdraw_candidature", "add_paper"), DRAFT),
    "candidature_part": DRAFT,
    **dict.fromkeys(("candidature_paper", "delete_paper"), PAPER),
    **dict.fromkeys(
        (
            *("committee", "edit_committee", "cancel_committee", "set_agenda", "write_minutes"),
            "minutes_paper",
        ),
        MEETING,
    ),
    **dict.fromkeys(("edit_criterion", "end_criterion"), CRITERION),
    "new_candidature": APPLIES,
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "candidature_part": TEXTS | {"wanted_kind": "office", "wanted_surface": "20"},
    "add_paper": {"name": "Plan d’affaires"},
    "return_candidature": {"what": "Le plan de financement."},
    "put_on_agenda": {"committee": ""},
    "refuse_reserved": {"reason": "Les réserves ne sont pas levées."},
    "judge_candidature": {"verdict": "favourable"},
    "new_committee": {"held_on": (TODAY + dt.timedelta(days=77)).isoformat(), "place": "Le Quadri"},
    "edit_committee": {"held_on": (TODAY + dt.timedelta(days=78)).isoformat(), "place": "Le Quadri"},
    "set_agenda": {"chosen": ""},
    "write_minutes": {"members": "Mme Essai", "remarks": "", "do": "keep"},
    "new_criterion": {"label": "Une autre chose", "weight": "2", "order": "9"},
    "edit_criterion": {"label": "Viabilité", "weight": "5", "order": "1"},
}
SUBJECTS: dict[str, type[Model]] = {
    SENT: Candidature,
    DRAFT: Candidature,
    PAPER: CandidaturePaper,
    MEETING: Committee,
    CRITERION: Criterion,
}
NO_PAGE = {
    *("put_on_agenda", "lift_reserves", "end_criterion", "cancel_committee", "set_agenda", "write_minutes"),
    *("minutes_paper", "new_candidature", "submit_candidature", "withdraw_candidature", "delete_paper"),
    "candidature_paper",
}
PARTS: dict[str, list[Any]] = {"part": ["space", "market", "means"]}
PARTIES = {
    SENT: {"incubator A"},
    DRAFT: {"incubator A", "holder A"},
    PAPER: {"incubator A", "holder A"},
    MEETING: {"incubator A"},
    CRITERION: {"incubator A"},
    APPLIES: {"incubator A", "holder A"},
}


def rows(world: IncubationWorld) -> dict[str, Any]:
    """What side A has sent, and a draft of its first holder with a paper."""
    side = world.a
    project = make_project(side.incubator, side.people[0], "Deuxième projet")
    draft = make_draft(project)
    paper = CandidaturePaper(candidature=draft, name="Plan d’affaires")
    paper.file.save("proof.pdf", ContentFile(b"%PDF-1.7 essai"))
    return {
        SENT: side.candidature,
        DRAFT: draft,
        PAPER: paper,
        MEETING: side.committee,
        CRITERION: side.criteria[0],
        APPLIES: make_project(side.incubator, side.people[0], "Troisième projet"),
    }


def grow(world: IncubationWorld, n: int) -> None:
    """More candidatures on the agenda and on the waiting list, committees and criteria, two of each a call."""
    side = world.a
    for number in range(2):
        key = 7500 + 10 * n + number
        Criterion.objects.create(incubator=side.incubator, label=f"Critère {key}", weight=2, order=key % 100)
        Committee.objects.create(incubator=side.incubator, held_on=TODAY + dt.timedelta(days=key - 7000))
        for states in (("submitted",), ("submitted", "favourable")):
            project = make_project(side.incubator, make_person(key), f"Candidat {key} {len(states)}")
            move(project, "applying")
            row = make_draft(project, committee=side.committee)
            move(row, *states, submitted_on=TODAY)
            paper = CandidaturePaper(candidature=row, name=f"Pièce {key}")
            paper.file.save("proof.pdf", ContentFile(b"%PDF-1.7 essai"))
