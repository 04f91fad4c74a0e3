"""Advice by experts for the tests of the whole house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Advice, AdviceSlot, Expert
from tests.incubation.advice_helpers import make_advice, make_slot
from tests.incubation_world import make_project
from tests.journeys_world import make_person
from tests.world import TODAY, member

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.incubation_world import IncubationWorld

MANAGER = frozenset({Role.INCUBATOR_MANAGER})
ADVISERS = MANAGER | {Role.EXPERT}
OWNERS = frozenset({Role.PROJECT_HOLDER, Role.EMPLOYER})
BOOKERS = MANAGER | OWNERS
EVERYBODY = BOOKERS | ADVISERS

WHO: dict[str, str | frozenset[Role]] = {
    "advice": MANAGER,
    "my_advice": frozenset({Role.EXPERT}),
    "own_advice": OWNERS,
    "experts": BOOKERS,
    "invite_expert": MANAGER,
    "end_expert": MANAGER,
    "book_advice": BOOKERS,
    **dict.fromkeys(("expert", "appointment", "advice_file", "cancel_advice", "move_advice"), EVERYBODY),
    **dict.fromkeys(("edit_expert", "expert_hours", "lay_hours", "remove_hours"), ADVISERS),
    **dict.fromkeys(("attend_advice", "note_advice"), ADVISERS),
}
OBJECTS: dict[str, str] = {
    **dict.fromkeys(
        ("expert", "edit_expert", "end_expert", "expert_hours", "lay_hours", "remove_hours"),
        "incubation expert",
    ),
    "book_advice": "incubation hour",
    **dict.fromkeys(
        ("appointment", "advice_file", "cancel_advice", "move_advice", "attend_advice", "note_advice"),
        "incubation appointment",
    ),
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "invite_expert": {"email": "x@example.org", "name": "X", "topics": "X"},
    "edit_expert": {"topics": "X"},
    "lay_hours": {
        "weekdays": ["0", "1", "2", "3", "4", "5", "6"],
        "first": TODAY.isoformat(),
        "last": TODAY.isoformat(),
        "opens": "23:50",
        "closes": "23:59",
        "minutes": "10",
    },
    "remove_hours": {"slot": "x"},
    "book_advice": {"question": "X"},
    "move_advice": {"slot": "x"},
    "attend_advice": {"came": "yes"},
    "note_advice": {"note": "X"},
}
SUBJECTS: dict[str, type[Model]] = {
    "incubation expert": Expert,
    "incubation hour": AdviceSlot,
    "incubation appointment": Advice,
}
# An hour that is taken leads to the expert, an appointment that is over to its page: counted by the tests of advice.
NO_PAGE: set[str] = {
    "end_expert",
    "remove_hours",
    "book_advice",
    "advice_file",
    "cancel_advice",
    "move_advice",
    "attend_advice",
}
PARTS: dict[str, list[Any]] = {}
PARTIES: dict[str, set[str]] = {
    "incubation expert": {"incubator A", "expert A", "holder A", "tenant A"},
    "incubation hour": {"incubator A", "holder A", "tenant A"},
    "incubation appointment": {"incubator A", "expert A", "holder A", "tenant A"},
}


def rows(world: IncubationWorld) -> dict[str, Any]:
    """The expert of side A, a free hour, an appointment of the hosted project."""
    side = world.a
    return {
        "incubation expert": side.expert,
        "incubation hour": make_slot(side.expert, 5, 10),
        "incubation appointment": make_advice(side.expert, side.projects[0], 6, 10),
    }


def grow(world: IncubationWorld, n: int) -> None:
    """`n` experts more, each with free hours; as many appointments to come, to note and past of each project."""
    side = world.a
    for _number in range(n):
        key = uuid4().hex[:8]
        account = member(Role.EXPERT, world.metropolis, f"expert-{key}@example.org", administers=False)
        expert = Expert.objects.create(incubator=side.incubator, account=account, topics=f"Sujet {key}")
        project = make_project(side.incubator, make_person(7000), f"Projet conseillé {key}")
        for days in range(3, 9):
            make_slot(expert, days)
        for given, of_whom in ((side.expert, side.projects[0]), (expert, project)):
            later = AdviceSlot.objects.filter(expert=given).count()
            make_slot(given, 40 + later, 15)
            make_advice(given, of_whom, 40 + later)
            make_advice(given, of_whom, -40 - later)
            past = make_advice(given, of_whom, -400 - later, note="X")
            Advice.objects.filter(pk=past.pk).update(state="attended")
