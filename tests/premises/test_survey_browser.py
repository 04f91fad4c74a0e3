"""An hour on the field without a network, in a real browser: nothing is lost, nothing is made twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from croisee.foundation.accounts.roles import Role
from croisee.premises.models import Sighting, SightingPhoto
from tests.browser import NARROW, Visit, assert_accessible, assert_fits, look
from tests.premises.house_survey import make_sighting
from tests.premises_world import PIXEL, PremisesWorld, make_premises_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seen_world(settings: Any, tmp_path: Path) -> PremisesWorld:
    settings.MEDIA_ROOT = tmp_path
    return make_premises_world()


def write_down(page: Page, address: str, kind: str = "ground_floor", photos: int = 1) -> None:
    """One place, as somebody does in the street."""
    page.locator("#id_kind").select_option(kind)
    page.locator("#id_address").fill(address)
    if photos:
        files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": PIXEL} for n in range(photos)]
        page.locator("#photos").set_input_files(files)  # type: ignore[arg-type]  # files by their bytes
        expect(page.locator("#previews img")).to_have_count(photos)
    page.locator("#sighting button.button:not(.secondary)").click()
    expect(page.locator("#id_address")).to_have_value("")


def ready(page: Page) -> None:
    """The page can be opened without a network from here on."""
    expect(page.locator("html")).to_have_attribute("data-walk", "ready")


def test_an_hour_without_network_loses_nothing(seen_world: PremisesWorld, visit: Visit) -> None:
    page, context = visit.page, visit.page.context
    page.set_viewport_size({"width": NARROW, "height": 844})
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": -1.6642, "latitude": 48.0872, "accuracy": 9})
    visit.sign_in(seen_world.developer)
    walk = reverse("premises:survey")
    page.clock.install()
    visit.open(walk)
    ready(page)

    context.set_offline(True)
    page.locator("#take-place").click()
    expect(page.locator("#place")).to_contain_text("9")
    write_down(page, "3 place du Banat", photos=2)
    page.clock.fast_forward("20:00")
    write_down(page, "Halle de la Poterie", kind="warehouse")
    page.clock.fast_forward("20:00")
    # The telephone puts the page away, and opens it again: still without a network.
    page.close()
    page = context.new_page()
    page.set_viewport_size({"width": NARROW, "height": 844})
    page.goto(visit.site + walk)
    expect(page.locator("#kept > li")).to_have_count(2)
    write_down(page, "Parking de la dalle", kind="roof_car_park", photos=0)
    page.clock.install()
    page.clock.fast_forward("20:00")
    page.reload()
    expect(page.locator("#kept > li")).to_have_count(3)
    assert_fits(page)
    assert_accessible(page)
    assert not Sighting.objects.exists()

    context.set_offline(False)
    page.locator("#send-now").click()
    expect(page.locator("#kept > li")).to_have_count(0)
    expect(page.locator("#nothing-kept")).to_be_visible()
    places = set(Sighting.objects.values_list("address", flat=True))
    assert places == {"3 place du Banat", "Halle de la Poterie", "Parking de la dalle"}
    assert SightingPhoto.objects.count() == 3
    first = Sighting.objects.get(address="3 place du Banat")
    assert (first.lon, first.accuracy) == (-1.6642, 9)
    page.reload()
    assert Sighting.objects.count() == 3


def test_an_answer_lost_on_the_way_makes_nothing_twice(seen_world: PremisesWorld, visit: Visit) -> None:
    """The server keeps it, the telephone never hears of it, and sends again."""
    visit.sign_in(seen_world.developer)
    page = visit.page
    lost: list[str] = []

    def lose(route: Any) -> None:
        if len(lost) < 2:
            lost.append(route.request.url)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.context.route("**/terrain/envoi/", lose)
    page.context.route("**/terrain/photo/", lose)
    visit.open(reverse("premises:survey"))
    write_down(page, "3 place du Banat")
    expect(page.locator("#kept > li")).to_have_count(1)
    for _time in range(2):
        page.locator("#send-now").click()
        page.wait_for_timeout(300)
    expect(page.locator("#kept > li")).to_have_count(0)
    assert len(lost) == 2
    assert (Sighting.objects.count(), SightingPhoto.objects.count()) == (1, 1)


def test_what_is_refused_stays_with_its_reason_and_can_be_mended(
    seen_world: PremisesWorld, visit: Visit
) -> None:
    visit.sign_in(seen_world.developer)
    page = visit.open(reverse("premises:survey"))
    page.locator("#sighting").evaluate("form => { form.noValidate = true }")
    page.locator("#id_surface").fill("-4")
    write_down(page, "3 place du Banat", photos=0)
    expect(page.locator("#kept .notice.error")).to_be_visible()
    assert not Sighting.objects.exists()
    page.locator("#kept button").first.click()
    expect(page.locator("#id_address")).to_have_value("3 place du Banat")
    expect(page.locator("#id_surface")).to_have_value("-4")
    page.locator("#id_surface").fill("40")
    page.locator("#sighting button.button:not(.secondary)").click()
    expect(page.locator("#kept > li")).to_have_count(0)
    assert Sighting.objects.get().surface == 40


def test_signed_out_all_waits_until_one_signs_in_again(seen_world: PremisesWorld, visit: Visit) -> None:
    visit.sign_in(seen_world.developer)
    page = visit.open(reverse("premises:survey"))
    page.context.clear_cookies()
    write_down(page, "3 place du Banat", photos=0)
    expect(page.locator("#sign-in a")).to_be_visible()
    assert not Sighting.objects.exists()
    visit.sign_in(seen_world.developer)
    visit.open(reverse("premises:survey"))
    expect(page.locator("#nothing-kept")).to_be_visible()
    expect(page.locator("#kept > li")).to_have_count(0)
    assert Sighting.objects.count() == 1


def test_pages_of_what_was_seen(seen_world: PremisesWorld, visit: Visit) -> None:
    row, _photo = make_sighting(seen_world, note="Rideau baissé depuis l’été.", surface=40)
    assert seen_world.developer.has_role(Role.DEVELOPER)
    visit.sign_in(seen_world.developer)
    for name, address in (
        ("walk", reverse("premises:survey")),
        ("sightings", reverse("premises:sightings")),
        ("sighting", reverse("premises:sighting", args=[row.pk])),
        ("keep-sighting", reverse("premises:keep_sighting", args=[row.pk])),
    ):
        visit.open(address)
        look(visit.page, f"premises-{name}")
    visit.assert_quiet()
