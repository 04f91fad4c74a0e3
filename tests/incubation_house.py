"""The incubator for the tests of the whole house: its pages, who tries them, its rows."""

from __future__ import annotations

from croisee.foundation.accounts.models import Account, Organisation
from tests.incubation_world import IncubationWorld, make_incubation_world
from tests.service_house import ServiceHouse

HOUSE = ServiceHouse(
    "incubation",
    (
        "projects",
        "committees",
        "hosting",
        "aids",
        "spaces",
        "statements",
        "advice",
        "board",
        "outcomes",
        "figures",
    ),
)
ACTORS = (
    *("incubator A", "incubator B", "holder A", "holder B"),
    *("tenant A", "tenant B", "expert A", "expert B"),
)
HELD = ("incubator A", "holder A", "tenant A", "expert A")


def make_actors(metropolis: Organisation) -> tuple[IncubationWorld, dict[str, Account]]:
    """Two incubators, and who tries their pages."""
    world = make_incubation_world(metropolis)
    actors: dict[str, Account] = {}
    for letter, side in zip("AB", world.sides, strict=True):
        actors |= {
            f"incubator {letter}": side.manager,
            f"holder {letter}": side.holders[0],
            f"tenant {letter}": side.tenant,
            f"expert {letter}": side.expert.account,
        }
    return world, actors
