"""A world with offers whose text is searched."""

import pytest

from croisee.opportunities.services import write_searchable
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    for offer in made.offers:
        write_searchable(offer)
    return made
