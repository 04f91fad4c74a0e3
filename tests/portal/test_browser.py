"""The public pages in a real browser: narrow and wide, light and dark, with the keyboard, in both languages."""

import pytest
from django.urls import reverse

from tests.browser import Visit, look
from tests.portal.conftest import Territory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["home", "rules", "about", "accessibility", "legal"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_public_page(language: str, visit: Visit, territory: Territory) -> None:
    visit.speak(language)
    for name in PAGES:
        page = visit.open(reverse(f"portal:{name}"))
        look(page, f"{name}-{language}")
    visit.assert_quiet()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_map(language: str, visit: Visit, territory: Territory) -> None:
    visit.speak(language)
    page = visit.open(reverse("portal:map"))
    page.wait_for_selector("[data-drawn]")
    look(page, f"map-{language}")
    visit.assert_quiet()
