"""The world of these tests is as it says."""

from tests.incubation_world import IncubationWorld


def test_two_sides(world: IncubationWorld) -> None:
    assert world.a.projects[0].state == "hosted"
    assert world.b.candidature.state == "submitted"
