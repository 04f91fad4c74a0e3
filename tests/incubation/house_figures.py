"""Figures for the tests of the whole house."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Parameter
from tests.incubation.figures_helpers import known_figures
from tests.incubation_world import IncubationWorld

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
READERS = frozenset(Parameter.READERS)
WHO: dict[str, str | frozenset[Role]] = {
    "figures": READERS,
    "figure": READERS,
    "figure_of": READERS,
    "withdraw_figure": ADMINISTRATOR,
    "confirm_figure": ADMINISTRATOR,
}
OBJECTS = dict.fromkeys(("withdraw_figure", "confirm_figure"), "incubation figure")
ELSEWHERE = {"figure", "figure_of"}
BODIES: dict[str, dict[str, Any]] = {"confirm_figure": {"confirm-source": "Insee"}}
SUBJECTS: dict[str, type[Model]] = {"incubation figure": Parameter}
NO_PAGE = {"withdraw_figure", "confirm_figure"}
PARTS: dict[str, list[Any]] = {"figure": ["de_minimis", "stay_months"], "key": ["2014/3"]}
PARTIES: dict[str, set[str]] = {"incubation figure": {"administrator"}}


def rows(world: IncubationWorld) -> dict[str, Any]:
    """A figure that is to be confirmed."""
    known_figures()
    return {"incubation figure": Parameter.objects.filter(to_confirm=True).first()}


def grow(world: IncubationWorld, n: int) -> None:
    """There are as many figures as there are: pages list no more of them."""


def known(world: IncubationWorld) -> dict[str, dict[str, list[Any]]]:
    """Figures with and without a key."""
    return {
        "figure": {"figure": ["de_minimis", "stay_months"]},
        "figure_of": {"figure": ["survival"], "key": ["2014/3"]},
    }
