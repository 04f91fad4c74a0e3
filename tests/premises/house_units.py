"""Premises and plots, for the tests of the whole house."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db.models import Model

from croisee.foundation.accounts.roles import Role
from croisee.premises.models import Picture, Unit, UnitState
from tests.journeys_who import ANYONE
from tests.premises_world import PremisesWorld, add_picture, make_unit
from tests.world import TODAY

KEEPERS = frozenset({Role.DEVELOPER, Role.LANDLORD})
UNIT, PICTURE = "premises unit kept", "premises picture kept"
WHO: dict[str, str | frozenset[Role]] = {
    **dict.fromkeys(("units", "units_map", "unit", "unit_sheet", "picture"), ANYONE),
    **dict.fromkeys(
        ("new_unit", "edit_unit", "move_unit", "unit_story", "new_picture", "remove_picture"), KEEPERS
    ),
}
OBJECTS = {
    **dict.fromkeys(("unit", "unit_sheet", "edit_unit", "move_unit", "unit_story", "new_picture"), UNIT),
    **dict.fromkeys(("picture", "remove_picture"), PICTURE),
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {"move_unit": {"transition": "offer", "on": str(TODAY)}}
SUBJECTS: dict[str, type[Model]] = {UNIT: Unit, PICTURE: Picture}
NO_PAGE = {"units_map", "move_unit", "unit_sheet", "picture", "remove_picture"}
PARTS: dict[str, list[Any]] = {}
# The third unit is vacant: who does not keep it does not see it.
PARTIES = {UNIT: {"developer", "landlord A", "official"}, PICTURE: {"developer", "landlord A", "official"}}


def rows(world: PremisesWorld) -> dict[str, Any]:
    """A unit that everyone does not see, and a picture of it."""
    return {UNIT: world.units[2], PICTURE: add_picture(world.units[2])}


def grow(world: PremisesWorld, n: int) -> None:
    """As many more, offered or not, each with a picture."""
    states = (UnitState.AVAILABLE, UnitState.VACANT, UnitState.LET)
    for number in range(n):
        owner = world.owners[number % len(world.owners)]
        add_picture(make_unit(owner, f"Local {uuid4().hex[:8]}", states[number % len(states)]))
