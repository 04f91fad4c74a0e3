"""What the story of a whole campaign stands on: who is there at first, e-mail that arrives, time that passes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.stages.models import Campaign
from croisee.territory.models import Commune, DataSet, Epci, Establishment
from tests.browser import NARROW, WIDE, Visit, assert_fits
from tests.stages.convention_helpers import Inbox, text_of
from tests.world import make_campaign, member

if TYPE_CHECKING:
    from playwright.sync_api import Locator

SIRET = "73282932000074"
FIRST_ROUND = ("opens_at", "closes_at", "publishes_at", "confirm_by")
CALENDAR = (*FIRST_ROUND, *(f"second_{name}" for name in FIRST_ROUND))


@dataclass
class Story:
    """Who takes part, and the browser and the mailbox through which all happens."""

    visit: Visit
    inbox: Inbox
    folder: Path
    campaign: Campaign
    manager: Account
    official: Account
    head: Account
    teacher: Account

    @property
    def page(self) -> Page:
        """What is on screen."""
        return self.visit.page

    def as_(self, account: Account, width: int = WIDE) -> Page:
        """The home page of somebody who signs in, on a screen of that width."""
        self.leave()
        self.page.set_viewport_size({"width": width, "height": 844})
        self.visit.sign_in(account)
        return self.home()

    def home(self) -> Page:
        """One's own home page."""
        return self.visit.open(reverse("portal:mine"))

    def sign_in_by_mail(self, address: str, width: int = NARROW) -> Page:
        """The home page of a family that signs in by a link of an e-mail."""
        self.leave()
        self.page.set_viewport_size({"width": width, "height": 844})
        page = self.visit.open(reverse("accounts:request_link"))
        page.get_by_role("main").get_by_role("textbox").fill(address)
        page.get_by_role("main").get_by_role("button").click()
        page.wait_for_url("**" + reverse("accounts:link_sent"))
        self.visit.open(self.path_to(address))
        press(page, "Se connecter")
        return self.home()

    def leave(self) -> None:
        """Nobody is signed in any more."""
        self.page.context.clear_cookies()

    def by_link_to(self, address: str, width: int = NARROW) -> Page:
        """The page behind the link of the newest e-mail to an address, for nobody signed in."""
        self.leave()
        self.page.set_viewport_size({"width": width, "height": 844})
        return self.visit.open(self.path_to(address))

    def path_to(self, address: str) -> str:
        """The path of the link in the newest e-mail to an address."""
        work()
        text = text_of(self.inbox.to(address)[-1])
        found = re.search(r"http://localhost:8000(/\S+)", text)
        assert found, text
        return found.group(1)

    def day(self, number: int) -> None:
        """Let time pass until the campaign is on that day of its calendar (0: wishes open)."""
        passed = dt.timedelta(days=number) - (timezone.now() - self.campaign.opens_at)
        Campaign.objects.filter(pk=self.campaign.pk).update(**{name: F(name) - passed for name in CALENDAR})
        self.campaign.refresh_from_db()


def begin(visit: Visit, inbox: Inbox, folder: Path) -> Story:
    """An announced campaign, a week before wishes open; one school without classes; SIRENE knows one firm."""
    know_the_firm()
    metropolis = Organisation.objects.create(name="Métropole d’essai", kind=Kind.METROPOLIS)
    school = Organisation.objects.create(name="Collège des Essais", kind=Kind.SCHOOL, uai="0350001A")
    return Story(
        visit,
        inbox,
        folder,
        make_campaign(metropolis, days=17, reserved_share=0),
        member(Role.CAMPAIGN_MANAGER, metropolis, "manager@example.org"),
        member(Role.OFFICIAL, metropolis, "official@example.org"),
        member(Role.SCHOOL_HEAD, school, "head@example.org"),
        member(Role.SCHOOL_STAFF, school, "teacher@example.org", administers=False),
    )


def know_the_firm() -> None:
    """Load one establishment, as SIRENE has it."""
    epci = Epci.objects.create(code="243500139", name="Rennes Métropole")
    source = DataSet.objects.create(
        epci=epci,
        kind="sirene",
        title="SIRENE",
        producer="INSEE",
        licence="Licence Ouverte 2.0",
        source="sirene.csv",
        checksum="0" * 64,
        loaded_at=timezone.now(),
    )
    Establishment.objects.create(
        siret=SIRET,
        name="CYCLES DES ORMES",
        legal_category="5710",
        naf="95.29Z",
        address="2 rue des Essais",
        postcode="35000",
        commune=Commune.objects.create(code="35238", name="Rennes", epci=epci),
        longitude=-1.68,
        latitude=48.11,
        data_set=source,
    )


def work() -> None:
    """Do what waits in the queue, as the worker does."""
    while tasks := list(DBTaskResult.objects.ready()):
        for task in tasks:
            task.claim("test")
            task.task.call(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
            task.set_successful(None)


def text_of_pdf(path: Path) -> str:
    """The text of the pages of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def press(page: Page | Locator, name: str) -> None:
    """Press the button of that name."""
    page.get_by_role("button", name=name).click()


def follow(page: Page | Locator, name: str) -> None:
    """Follow the first link of that name in the page itself."""
    page.get_by_role("link", name=name).first.click()


def sees(page: Page, text: str) -> None:
    """The text is on screen, on a page that fits."""
    expect(page.get_by_role("main").get_by_text(text).first).to_be_visible()
    assert_fits(page)
