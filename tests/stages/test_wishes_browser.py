"""A family in a real browser: choose, rank by dragging, by buttons and with the keyboard; confirm, give back, take."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

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
    page.locator(".narrow summary").click()
    look(page, "pupil-filters")
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
    while_an_answer_is_on_its_way(page, world)
    when_the_network_is_cut(page, world)
    visit.complaints.clear()
    removed_and_put_back(page, world)
    visit.assert_quiet()


def assert_ordered(page: Page, world: World, *expected: str) -> None:
    """The list shows that order, and soon the database holds it."""
    assert titles(page) == list(expected)
    for _moment in range(200):
        if stored(world) == list(expected):
            break
        page.wait_for_timeout(100)
    assert stored(world) == titles(page) == list(expected)


def by_buttons(page: Page, world: World) -> None:
    first, second, third = titles(page)
    page.get_by_role("button", name=f"{second}").filter(has_text="↑").click()
    assert_ordered(page, world, second, first, third)


def by_keyboard(page: Page, world: World) -> None:
    first, second, third = titles(page)
    page.locator("[data-handle]").last.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#messages")).to_contain_text(third)
    assert_ordered(page, world, third, first, second)
    expect(page.locator("#wish-list[data-announce]")).to_be_visible()
    expect(page.locator(":focus")).to_have_attribute("id", re.compile("^handle-"))


def drag_first_to_the_end(page: Page) -> None:
    handle = page.locator("[data-handle]").first.bounding_box()
    target = page.locator(".ranking > li").last.bounding_box()
    assert handle
    assert target
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 12, handle["y"] + 40, steps=5)
    # As a hand does: what is dragged over moves aside before the next one is reached.
    last = page.locator(".ranking > li").last
    for _moment in range(50):
        page.mouse.move(target["x"] + 20, target["y"] + target["height"] - 5, steps=5)
        if last.evaluate("item => item.classList.contains('dragged')"):
            return
        page.mouse.move(target["x"] + 20, target["y"] + target["height"] - 15, steps=5)
        page.wait_for_timeout(100)
    pytest.fail("what is dragged never came to the end")


def by_dragging(page: Page, world: World) -> None:
    first, second, third = titles(page)
    page.set_viewport_size({"width": 1280, "height": 1200})  # the whole list: a hand drags within the window
    drag_first_to_the_end(page)
    page.mouse.up()
    assert_ordered(page, world, second, third, first)


def while_an_answer_is_on_its_way(page: Page, world: World) -> None:
    """On a slow network, an answer to the order before does not undo what is done meanwhile."""
    first, second, third = titles(page)
    held: list[Route] = []
    page.route("**/ordre/", lambda route: held.append(route), times=1)
    with page.expect_request("**/ordre/"):
        page.get_by_role("button", name=f"{second}").filter(has_text="↑").click()
    drag_first_to_the_end(page)
    for route in held:
        with page.expect_response("**/ordre/"):
            route.continue_()
    page.wait_for_timeout(200)
    page.mouse.up()
    assert_ordered(page, world, first, third, second)


def when_the_network_is_cut(page: Page, world: World) -> None:
    first, second, third = titles(page)
    page.route("**/ordre/", lambda route: route.abort(), times=1)
    page.get_by_role("button", name=f"{second}").filter(has_text="↑").click()
    expect(page.get_by_text("n’a pas pu être enregistré")).to_be_visible()
    assert stored(world) == [first, second, third]
    page.get_by_role("button", name=f"{third}").filter(has_text="↑").click()
    assert_ordered(page, world, second, third, first)
    expect(page.get_by_text("n’a pas pu être enregistré")).to_be_hidden()


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
