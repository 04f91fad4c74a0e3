"""Survival and the dashboard for the tests of the whole house."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Project, SurvivalCheck
from tests.incubation.figures_helpers import known_figures
from tests.incubation.outcomes_helpers import many_companies
from tests.incubation_world import IncubationWorld
from tests.world import TODAY

MANAGER = frozenset({Role.INCUBATOR_MANAGER})
WHO: dict[str, str | frozenset[Role]] = {
    "dashboard": MANAGER,
    "survival": MANAGER,
    "import_survival": MANAGER,
    "declare_survival": MANAGER,
    "public_figures": frozenset({Role.INCUBATOR_MANAGER, Role.OFFICIAL}),
}
OBJECTS = {"declare_survival": "incubation founded project"}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "declare_survival": {"years": "1", "active": "1"},
    "public_figures": {"as": "xlsx"},
}
SUBJECTS: dict[str, type[Model]] = {"incubation founded project": Project}
NO_PAGE: set[str] = set()
PARTS: dict[str, list[Any]] = {}
PARTIES: dict[str, set[str]] = {"incubation founded project": {"incubator A"}}


def rows(world: IncubationWorld) -> dict[str, Any]:
    """A company founded more than a year ago, of which SIRENE says nothing."""
    known_figures()
    project = world.a.projects[0]
    Project.objects.filter(pk=project.pk).update(founded_on=TODAY - dt.timedelta(days=500))
    SurvivalCheck.objects.filter(project=project).delete()
    project.refresh_from_db()
    return {"incubation founded project": project}


def grow(world: IncubationWorld, n: int) -> None:
    """More companies, founded and hosted two years ago."""
    many_companies(world, n, TODAY.year - 2)
