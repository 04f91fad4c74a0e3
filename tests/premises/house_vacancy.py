"""What is vacant and what was not found, for the tests of the whole house."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from croisee.foundation.accounts.roles import Role
from croisee.premises.kinds import Use
from croisee.premises.models import Demand, Unit, UnitState
from tests.premises_world import PremisesWorld, make_demand, make_unit

READERS = frozenset({Role.DEVELOPER, Role.OFFICIAL, Role.LANDLORD})
WHO: dict[str, str | frozenset[Role]] = dict.fromkeys(("vacancy", "vacancy_paper"), READERS)
OBJECTS: dict[str, str] = {}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {}
SUBJECTS: dict[str, type[Model]] = {}
NO_PAGE = {"vacancy_paper"}
PARTS: dict[str, list[Any]] = {}
PARTIES: dict[str, set[str]] = {}


def rows(world: PremisesWorld) -> dict[str, Any]:
    """Nothing of its own: it counts units and demands."""
    return {}


def grow(world: PremisesWorld, n: int) -> None:
    """As many vacant units more, and as many demands that nothing fits."""
    for _number in range(n):
        count = Unit.objects.count() + Demand.objects.count()
        make_unit(
            world.owners[0], f"Local vide {count}", UnitState.VACANT, zone_codes=f"QN035{count % 90:02}M"
        )
        make_demand(
            world.companies[0],
            world.askers[0],
            f"Introuvable {count}",
            use=Use.FOOD,
            least_surface=900,
            most_surface=None,
        )
