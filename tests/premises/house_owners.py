"""Owners' lists, for the tests of the whole house."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db.models import Model

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.premises.models import Unit, UnitState
from tests.journeys_who import ANYONE
from tests.premises_world import PremisesWorld, make_unit
from tests.world import member

LANDLORD, DEVELOPER = frozenset({Role.LANDLORD}), frozenset({Role.DEVELOPER})
OWNER, OWN_UNIT = "premises owner", "premises unit of a list"
WHO: dict[str, str | frozenset[Role]] = {
    **dict.fromkeys(("my_units", "move_own_unit", "confirm_units"), LANDLORD),
    **dict.fromkeys(("owners", "invite_owner"), DEVELOPER),
    **dict.fromkeys(("import_units", "owner_list_model"), LANDLORD | DEVELOPER),
    "owner_list": ANYONE,
}
OBJECTS: dict[str, str] = {
    **dict.fromkeys(("confirm_units", "import_units", "owner_list_model"), OWNER),
    "move_own_unit": OWN_UNIT,
}
# A signed link opens it: tried by the tests of owners.
ELSEWHERE: set[str] = {"owner_list"}
BODIES: dict[str, dict[str, Any]] = {
    "move_own_unit": {"transition": "offer"},
    "invite_owner": {"email": "x@example.org", "new_name": "X"},
}
SUBJECTS: dict[str, type[Model]] = {OWNER: Organisation, OWN_UNIT: Unit}
NO_PAGE: set[str] = {
    "import_units",  # leads to the import
    "move_own_unit",
    "confirm_units",
    "owner_list_model",
    "owner_list",
}
PARTS: dict[str, list[Any]] = {"token": ["x"]}
PARTIES: dict[str, set[str]] = {OWNER: {"developer", "landlord A"}, OWN_UNIT: {"landlord A"}}


def rows(world: PremisesWorld) -> dict[str, Any]:
    """The owner of side A, and a unit that it can offer."""
    return {OWNER: world.owners[0], OWN_UNIT: make_unit(world.owners[0], "Local Canada", UnitState.VACANT)}


def grow(world: PremisesWorld, n: int) -> None:
    """`n` owners more with who keeps their lists, and as many units of landlord A."""
    states = list(UnitState)
    for number in range(n):
        key = uuid4().hex[:8]
        owner = Organisation.objects.create(name=f"Bailleur {key}", kind=Kind.OTHER)
        member(Role.LANDLORD, owner, f"bailleur-{key}@example.org")
        make_unit(owner, f"Local {key}")
        make_unit(world.owners[0], f"Local A {key}", states[number % len(states)], reference=key)
