"""First contacts and projects for the tests of the whole house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Enquiry, Project
from tests.incubation.projects_helpers import IDENTITY, PROJECT, make_enquiry
from tests.incubation_world import make_project
from tests.journeys_who import ANYONE
from tests.journeys_world import make_person

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.incubation_world import IncubationWorld

MANAGER = frozenset({Role.INCUBATOR_MANAGER})
HOLDER = frozenset({Role.PROJECT_HOLDER})
BOTH = MANAGER | HOLDER
WHO: dict[str, str | frozenset[Role]] = {
    "new_enquiry": ANYONE,
    "enquiry_sent": ANYONE,
    **dict.fromkeys(("enquiries", "met_enquiry", "enquiry", "move_enquiry", "receive_enquiry"), MANAGER),
    "send_person": frozenset({Role.REFERENT}),
    **dict.fromkeys(("projects", "new_project", "orient_project", "give_company", "invite_holder"), MANAGER),
    "project": BOTH | {Role.EXPERT, Role.EMPLOYER},
    **dict.fromkeys(("edit_project", "move_project"), BOTH),
    **dict.fromkeys(("show_project", "my_project"), HOLDER),
}
KEPT, CONTACT, OWN = "incubation project", "incubation enquiry", "incubation own project"
OBJECTS = {
    **dict.fromkeys(("enquiry", "move_enquiry", "receive_enquiry"), CONTACT),
    "project": KEPT,
    **dict.fromkeys(("orient_project", "give_company", "invite_holder"), KEPT + " managed"),
    **dict.fromkeys(("edit_project", "move_project"), KEPT + " written"),
    "show_project": OWN,
}
ELSEWHERE = {"new_enquiry", "enquiry_sent", "send_person"}
BODIES: dict[str, dict[str, Any]] = {
    "met_enquiry": {"name": "Marc", "email": "marc@example.org", "text": "Un food-truck.", "origin": "own"},
    "enquiry": {"answer": "Venez jeudi."},
    "move_enquiry": {"transition": "close"},
    "receive_enquiry": IDENTITY | PROJECT,
    "new_project": IDENTITY | PROJECT,
    "edit_project": {"title": "Autre titre", "sector": "trade", "stays": "", "origin": "own"},
    "orient_project": {"oriented_to": "BGE"},
    "give_company": {"siret": "73282932000074", "name": "Essai", "founded_on": "2026-01-05"},
    "move_project": {"transition": "drop"},
    "show_project": {"do": "show"},
}
SUBJECTS: dict[str, type[Model]] = {
    CONTACT: Enquiry,
    KEPT: Project,
    KEPT + " managed": Project,
    KEPT + " written": Project,
    OWN: Project,
}
NO_PAGE = {"move_enquiry", "move_project", "invite_holder", "show_project"}
PARTS: dict[str, list[Any]] = {}
PARTIES = {
    CONTACT: {"incubator A"},
    KEPT: {"incubator A", "holder A", "tenant A", "expert A"},
    KEPT + " managed": {"incubator A"},
    KEPT + " written": {"incubator A", "holder A"},
    OWN: {"holder A"},
}


def rows(world: IncubationWorld) -> dict[str, Any]:
    """A first contact, and the project that is hosted."""
    hosted = world.a.projects[0]
    keys = (KEPT, KEPT + " managed", KEPT + " written", OWN)
    return {CONTACT: make_enquiry(world.a.incubator, 700), **dict.fromkeys(keys, hosted)}


def grow(world: IncubationWorld, n: int) -> None:
    """More contacts and projects, two of each a call."""
    for number in range(2):
        key = 7000 + 10 * n + number
        make_enquiry(world.a.incubator, key)
        make_project(world.a.incubator, make_person(key), f"Projet {key}")
        make_project(world.a.incubator, world.a.people[0], f"Autre {key}")


def known(world: IncubationWorld) -> dict[str, dict[str, list[Any]]]:
    """The public pages of one incubator."""
    own = {"pk": [world.a.incubator.pk]}
    return {"new_enquiry": own, "enquiry_sent": own}
