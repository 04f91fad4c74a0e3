"""The world of the tests holds together, and seats are never given twice."""

import pytest
from django.db import IntegrityError, transaction

from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.phases import Phase, phase
from tests.world import make_world


@pytest.mark.django_db
def test_the_world_is_made_and_no_seat_is_given_twice() -> None:
    world = make_world()
    assert phase(world.campaign) == Phase.OPEN
    rows = [world.wish(pupil, 1, 1) for pupil in (0, 1)]
    Application.objects.filter(pk=rows[0].pk).update(state=ApplicationState.OFFERED)
    assert world.period(1).taken == 1
    with pytest.raises(IntegrityError, match="never_overfull"), transaction.atomic():
        Application.objects.filter(pk=rows[1].pk).update(state=ApplicationState.OFFERED)
    rows[0].delete()
    assert world.period(1).taken == 0
