"""The pages of a campaign, looked at in a real browser: axe, 390 and 1280 px, light and dark, both languages."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from croisee.stages.models import Campaign
from tests.browser import Visit, look
from tests.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("campaign", "edit_campaign", "campaign_rules", "balance", "campaign_applications", "campaign_offers")


@pytest.fixture
def world() -> World:
    """Wishes are closed: the round is the next thing to do."""
    world = make_world()
    for pupil, offer, rank in ((0, 0, 1), (0, 2, 2), (1, 0, 1), (3, 0, 1)):
        world.wish(pupil, offer, rank)
    Campaign.objects.update(closes_at=timezone.now() - dt.timedelta(hours=1))
    return world


def test_the_pages_of_a_campaign(world: World, visit: Visit) -> None:
    visit.sign_in(world.manager)
    for page in PAGES:
        look(visit.open(reverse(f"stages:{page}", args=[world.campaign.pk])), f"campaigns-{page}")
    look(visit.open(reverse("stages:campaigns")), "campaigns-list")
    look(visit.open(reverse("stages:new_campaign")), "campaigns-new")
    visit.speak("en")
    look(visit.open(reverse("stages:campaign_rules", args=[world.campaign.pk])), "campaigns-rules-en")
    visit.assert_quiet()
