"""A family in a real browser: choose, rank by dragging, by buttons and with the keyboard; confirm, give back, take."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.queries.wishes import situation
from tests.browser import Visit, look
from tests.stages.test_places import CONFIRMING, SECOND_OPEN, offer_place, publish_result, world_at
from tests.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def path(world: World, page: str = "") -> str:
    return f"/stages/mon-stage/{world.pupils[0].pk}/{page}"


def titles(page: Page) -> list[str]:
    return page.locator(".ranking h3 a").all_inner_texts()


def stored(world: World) -> list[str]:
    return [row.period.opportunity.title for row in situation(world.pupils[0]).wishes]


def test_choose_and_rank(visit: Visit) -> None:
    world = make_world()
    visit.sign_in(world.families[0])
    page = visit.open(path(world))
    look(page, "pupil-open")
    visit.open(path(world, "chercher/"))
    look(page, "pupil-browse")
    for _offer in range(3):
        page.locator(".offer form button").first.click()
    expect(page.locator(".offer.wished")).to_have_count(3)
    visit.open(path(world, f"offres/{world.period(0).pk}/"))
    look(page, "pupil-offer")
    visit.open(path(world, "voeux/"))
    look(page, "pupil-wishes")
    assert titles(page) == stored(world)
    by_buttons(page, world)
    by_keyboard(page, world)
    by_dragging(page, world)
    removed_and_put_back(page, world)
    visit.assert_quiet()


def by_buttons(page: Page, world: World) -> None:
    first, second, third = titles(page)
    page.get_by_role("button", name=f"{second}").filter(has_text="↑").click()
    expect(page.locator(".ranking h3 a").first).to_have_text(second)
    assert stored(world) == [second, first, third]


def by_keyboard(page: Page, world: World) -> None:
    first, second, third = titles(page)
    page.locator("[data-handle]").last.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#messages")).to_contain_text(third)
    expect(page.locator("#wish-list[data-announce]")).to_be_visible()
    expect(page.locator(".ranking h3 a").first).to_have_text(third)
    page.wait_for_timeout(1500)
    assert stored(world) == [third, first, second]
    assert page.evaluate("document.activeElement.id").startswith("handle-")


def by_dragging(page: Page, world: World) -> None:
    first, second, third = titles(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    handle = page.locator("[data-handle]").first.bounding_box()
    target = page.locator(".ranking > li").last.bounding_box()
    assert handle
    assert target
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 12, handle["y"] + 40, steps=5)
    page.mouse.move(target["x"] + 20, target["y"] + target["height"] - 5, steps=15)
    page.mouse.up()
    expect(page.locator(".ranking h3 a").last).to_have_text(first)
    page.wait_for_timeout(1500)
    assert stored(world) == [second, third, first]


def removed_and_put_back(page: Page, world: World) -> None:
    before = stored(world)
    page.locator(".move.remove").nth(1).click()
    expect(page.locator(".ranking > li")).to_have_count(2)
    look(page, "pupil-removed")
    page.locator(".notice form button").click()
    expect(page.locator(".ranking > li")).to_have_count(3)
    assert stored(world) == before


def test_confirm_then_give_back_then_take_what_is_left(visit: Visit) -> None:
    world = world_at(CONFIRMING)
    place = offer_place(world)
    publish_result(world)
    visit.sign_in(world.families[0])
    page = visit.open(path(world))
    look(page, "pupil-place")
    page.locator("form .button").filter(visible=True).first.click()
    expect(page.locator(".badge.ok").first).to_be_visible()
    look(page, "pupil-confirmed")
    visit.open(path(world, "reponse/"))
    look(page, "pupil-give-back")
    page.get_by_role("checkbox").check()
    page.locator("button.danger").click()
    expect(page.locator(".notice.warning")).to_be_visible()
    place.refresh_from_db()
    assert place.state == ApplicationState.GIVEN_BACK
    look(page, "pupil-without")
    visit.open(path(world, "reste/"))
    look(page, "pupil-left")
    page.locator(".offer form button").last.click()
    expect(page.locator(".place")).to_be_visible()
    assert Application.objects.filter(state=ApplicationState.CONFIRMED).count() == 1
    visit.assert_quiet()


def test_other_phases(visit: Visit) -> None:
    world = make_world(timezone.now() + dt.timedelta(days=SECOND_OPEN))
    campaign = type(world.campaign).objects.filter(pk=world.campaign.pk)
    campaign.update(published_turn=1)
    visit.sign_in(world.families[0])
    page = visit.open(path(world))
    look(page, "pupil-second")
    visit.open("/stages/mes-stages/")
    look(page, "pupil-mine")
    campaign.update(published_turn=0)
    world.wish(0, 0, 1)
    visit.open(path(world, "voeux/"))
    look(page, "pupil-closed")
    visit.assert_quiet()
