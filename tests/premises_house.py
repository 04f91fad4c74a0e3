"""Premises for the tests of the whole house: their pages, who tries them, their rows."""

from __future__ import annotations

from croisee.foundation.accounts.models import Account, Organisation
from tests.premises_world import PremisesWorld, make_premises_world
from tests.service_house import ServiceHouse

HOUSE = ServiceHouse(
    "premises",
    ("units", "owners", "sites", "survey", "demands", "lettings", "vacancy", "published"),
)
ACTORS = ("developer", "landlord A", "landlord B", "asker A", "asker B")
HELD = ("developer", "landlord A", "asker A")


def make_actors(metropolis: Organisation) -> tuple[PremisesWorld, dict[str, Account]]:
    """Supply and demand, and who tries their pages."""
    world = make_premises_world(metropolis)
    actors: dict[str, Account] = {"developer": world.developer}
    for letter, landlord, asker in zip("AB", world.landlords, world.askers, strict=True):
        actors |= {f"landlord {letter}": landlord, f"asker {letter}": asker}
    return world, actors
