"""A real browser for tests marked `browser`: pages, their accessibility, what the console says, pictures.

Without Chromium those tests are skipped, which is said; with `CROISEE_REQUIRE_BROWSER=1` they fail instead.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.services import console_sign_in_link

AXE = Path(__file__).parent / "portal" / "vendor" / "axe-core-4.14.1" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
NARROW, WIDE = 390, 1280
TIMEOUT = 20_000
expect.set_options(timeout=TIMEOUT)


def chromium() -> str | None:
    """The Chromium of this machine: `CROISEE_CHROMIUM`, or one on the path."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CROISEE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    path = chromium()
    if path is None:
        said = "no Chromium on this machine: pages were not looked at in a browser (install chromium)"
        if os.environ.get("CROISEE_REQUIRE_BROWSER") == "1":
            pytest.fail(said)
        pytest.skip(said)
    # Playwright's own event loop makes Django believe that the tests' queries are asynchronous.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
            yield started
            started.close()
            # Under Playwright's loop Django opens a second connection, which nothing reaches once the loop has ended;
            # left open, it would keep the test database from being dropped.
            connections.close_all()
    finally:
        if before is None:
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@dataclass
class Visit:
    """A visitor's page and the base address of the site. `complaints` is what the console said since.

    `client` asks for pages as the same visitor, without the browser.
    """

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)
    client: Client = field(default_factory=Client)

    def open(self, path: str) -> Page:
        """Go to a path of the site."""
        self.page.goto(self.site + path)
        return self.page

    def sign_in(self, account: Account) -> None:
        """Be signed in as `account` from here on; read again, since a link serves until the next sign-in."""
        self.client = Client()
        self.client.post(console_sign_in_link(Account.objects.get(pk=account.pk)))
        value = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.site}]
        )

    def speak(self, language: str) -> None:
        """Read the site in `language` from here on."""
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.site}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def assert_quiet(self) -> None:
        """No error, no warning about policies, in the console or in scripts."""
        assert not self.complaints, "\n".join(self.complaints)


@pytest.fixture
def visit(browser: Browser, live_server: object) -> Iterator[Visit]:
    """A visitor with a fresh browser profile, in French, 1280 px wide."""
    context = browser.new_context(
        viewport={"width": WIDE, "height": 900}, locale="fr-FR", reduced_motion="reduce"
    )
    context.set_default_timeout(TIMEOUT)
    page = context.new_page()
    visitor = Visit(page, str(live_server))

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "GPU stall" not in message.text:
            visitor.complaints.append(f"{message.type}: {message.text} ({page.url})")

    page.on("console", note)
    page.on("pageerror", lambda error: visitor.complaints.append(f"script: {error} ({page.url})"))
    yield visitor
    context.close()


@pytest.fixture
def browser_page(visit: Visit) -> Page:
    """The page of a `visit`, for tests that need no more."""
    return visit.page


def assert_accessible(page: Page) -> None:
    """axe finds no violation of WCAG 2.2 A and AA, nor of its good practices."""
    page.evaluate(AXE.read_text())
    options = json.dumps({"runOnly": {"type": "tag", "values": AXE_TAGS}})
    violations = page.evaluate(f"axe.run(document, {options}).then((results) => results.violations)")
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    {node['html'][:200]}\n    "
        + node["failureSummary"].replace("\n", "\n    ")
        for violation in violations
        for node in violation["nodes"][:4]
    ]
    assert not lines, f"{page.url}\n" + "\n".join(lines)


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px too wide at {page.viewport_size}"


def look(page: Page, name: str) -> None:
    """Check the page narrow and wide, light and dark; keep the pictures in `var/screens`.

    Where nobody looks at pictures (`CROISEE_PICTURES=0`), none are made.
    """
    pictures = os.environ.get("CROISEE_PICTURES") != "0"
    folder = settings.VAR_DIR / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (NARROW, WIDE):
            # Contrast depends on the scheme, reachability on the width: two of the four say it all.
            checked = (scheme == "light") == (width == NARROW)
            if not (checked or pictures):
                continue
            page.set_viewport_size({"width": width, "height": 844 if width == NARROW else 900})
            page.wait_for_timeout(100)
            assert_fits(page)
            if checked:
                assert_accessible(page)
            if pictures:
                page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
