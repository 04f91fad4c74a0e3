"""The world of journeys can be made, and each of its people sees what is theirs."""

from croisee.journeys.models import Journey
from tests.journeys_world import JourneysWorld


def test_who_sees_which_journeys(world: JourneysWorld) -> None:
    """A manager sees all of the programme, a référent those followed today, an unrelated account none."""
    seen = {
        name: Journey.objects.visible_to(account).count()
        for name, account in {
            "manager": world.manager,
            "first": world.referents[0],
            "second": world.referents[1],
        }.items()
    }
    assert seen == {"manager": 5, "first": 2, "second": 1}
    assert Journey.objects.get(pk=world.journeys[0].pk).last_contact_on is not None
