"""Demands and proposals, for the tests of the whole house."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from croisee.foundation.accounts.roles import Role
from croisee.premises.models import Demand, Proposal
from tests.premises_world import PremisesWorld, make_demand, make_unit

ASKERS = frozenset({Role.DEVELOPER, Role.EMPLOYER, Role.PROJECT_HOLDER})
KEEPERS = frozenset({Role.DEVELOPER, Role.LANDLORD})
SIDES = ASKERS | KEEPERS
WHO: dict[str, str | frozenset[Role]] = {
    **dict.fromkeys(
        (
            "demands",
            "new_demand",
            "demand",
            "edit_demand",
            "close_demand",
            "reopen_demand",
            "interest",
            "want_proposal",
            "answer_proposal",
        ),
        ASKERS,
    ),
    "propose": frozenset({Role.DEVELOPER}),
    "proposals": KEEPERS,
    "proposal": SIDES,
}
OBJECTS = {
    **dict.fromkeys(
        ("demand", "edit_demand", "close_demand", "reopen_demand", "propose", "interest"), "premises demand"
    ),
    "proposal": "premises proposal",
    **dict.fromkeys(("want_proposal", "answer_proposal"), "premises proposal to answer"),
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "new_demand": {
        "title": "Un atelier",
        "use": "craft",
        "least_surface": "30",
        "wanted_from": "2027-01-04",
        "where": "anywhere",
        "metres": "500",
    },
    "edit_demand": {
        "title": "Autre chose",
        "use": "shop",
        "least_surface": "30",
        "wanted_from": "2027-01-04",
        "where": "anywhere",
        "metres": "500",
    },
    "close_demand": {"how": "drop", "outcome": "X"},
    "answer_proposal": {"reason": "X"},
}
SUBJECTS: dict[str, type[Model]] = {
    "premises demand": Demand,
    "premises proposal": Proposal,
    "premises proposal to answer": Proposal,
}
NO_PAGE = {"reopen_demand", "propose", "interest", "want_proposal"}
PARTS: dict[str, list[Any]] = {}
PARTIES = {
    "premises demand": {"developer", "asker A"},
    "premises proposal": {"developer", "landlord A", "asker A"},
    "premises proposal to answer": {"developer", "asker A"},
}


def rows(world: PremisesWorld) -> dict[str, Any]:
    """The demand of side A, and the unit that was proposed to it."""
    return {
        "premises demand": world.demands[0],
        "premises proposal": world.proposal,
        "premises proposal to answer": world.proposal,
    }


def grow(world: PremisesWorld, n: int) -> None:
    """As many demands more of side A, as many units that fit, and as many proposals of them."""
    for _number in range(n):
        demand = make_demand(world.companies[0], world.askers[0], f"Demande {Demand.objects.count()}")
        unit = make_unit(world.owners[0], f"Local {Demand.objects.count()}")
        make_unit(world.owners[0], f"Petit local {Demand.objects.count()}", surface=25)
        Proposal.objects.create(demand=demand, unit=unit)
        Proposal.objects.create(demand=world.demands[0], unit=unit)
