"""The world of these tests is as it says."""

from tests.premises_world import PremisesWorld


def test_units_in_each_state(world: PremisesWorld) -> None:
    assert [unit.state for unit in world.units] == ["available", "let", "vacant", "found", "available"]
