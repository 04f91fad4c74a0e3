"""A mentor who accepted the charter and was checked."""

from __future__ import annotations

from croisee.apprenticeship.models import Mentor
from croisee.foundation.accounts.roles import Role
from tests.journeys_world import JourneysWorld
from tests.world import TODAY, member


def make_mentor(world: JourneysWorld, number: int = 0, **values: object) -> Mentor:
    """A painter who may follow somebody; `values` change what is said."""
    account = member(Role.MENTOR, world.metropolis, f"parrain{number}@example.org", administers=False)
    ready: dict[str, object] = {"jobs": ["F1606"], "charter_on": TODAY, "checked_on": TODAY}
    return Mentor.objects.create(account=account, **(ready | values))
