"""A round in a real browser, by keyboard alone: from its three files to what each person reads of it.

Every page met is looked at on the way, in both languages: axe, 390 and 1280 px, light and dark, the console.
"""

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, expect

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.notices.models import Ledger
from croisee.foundation.notices.services import deliver
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import run as work
from croisee.stages.models import Round, RoundPupil, RoundState
from tests.browser import NARROW, WIDE, Visit, assert_accessible, assert_fits, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCHOOL, OTHER_SCHOOL, SIRET = "0352091N", "0350001S", "73282932000074"
FAMILY = "famille@example.org"
MOST_TABS = 120
FILES = {
    "offers": f"""offer_id,title,sector,siret,address,lon,lat,week,seats,reserved,min_age
bakery,Boulangerie du Mail,Alimentation,{SIRET},1 mail Mitterrand,-1.69,48.11,2027-W05,0,0,
town,Mairie de quartier,Services publics,,Place de la Mairie,-1.68,48.11,2027-W05,2,1,
""",
    "pupils": f"""pupil_id,school_uai,birth_date,address,lon,lat,week,protected,max_minutes
A,{SCHOOL},2012-05-01,1 rue,-1.69,48.11,2027-W05,1,60
B,{SCHOOL},2012-05-01,2 rue,-1.69,48.11,2027-W05,0,60
C,{OTHER_SCHOOL},2012-05-01,3 rue,-1.69,48.11,2027-W05,0,60
D,{OTHER_SCHOOL},2012-05-01,4 rue,-1.69,48.11,2027-W05,0,60
""",
    "wishes": "pupil_id,rank,offer_id\nA,1,bakery\nA,2,town\nB,1,bakery\nB,2,town\nC,1,bakery\nD,1,bakery\n",
}


class Hands:
    """Someone at a keyboard, without a mouse, who reads the site in one language."""

    def __init__(self, visit: Visit, language: str) -> None:
        self.visit, self.page, self.language = visit, visit.page, language
        self.file: Path | None = None
        # From the start: were the browser told only now that we choose, the key could reach the page before.
        self.page.on("filechooser", lambda chooser: chooser.set_files(self.file or []))
        visit.speak(language)

    def say(self, msgid: str) -> str:
        """A sentence of the site in that language."""
        with translation.override(self.language):
            return gettext(msgid)

    def reach(self, target: Locator) -> None:
        """Press Tab until `target` has the focus."""
        expect(target).to_be_visible()
        for _press in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: {target} is not reached with Tab")

    def follow(self, name: str | re.Pattern[str], *, within: str = "main") -> None:
        """Open the link called `name`."""
        self.reach(self.page.locator(within).get_by_role("link", name=name, exact=isinstance(name, str)))
        self.enter()

    def press(self, msgid: str) -> None:
        """Push the button that says `msgid`."""
        self.reach(self.page.locator("main").get_by_role("button", name=self.say(msgid), exact=True))
        self.enter()

    def enter(self) -> None:
        """Press Enter, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def confirm(self, msgid: str) -> None:
        """Push the button that says `msgid`, read the question that it opens, and push again."""
        self.reach(self.page.locator("summary", has_text=self.say(msgid)))
        self.page.keyboard.press("Enter")
        self.see(f"confirm-{msgid.lower()}")
        self.press(msgid)

    def write(self, label: str, text: str) -> None:
        """Type into the field called `label`, over what it holds."""
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def send(self, msgid: str, file: Path) -> None:
        """Choose a file in the field that says `msgid`."""
        field = self.page.get_by_label(self.say(msgid), exact=True)
        self.reach(field)
        self.file = file
        self.page.keyboard.press("Space")
        expect(field).to_have_value(re.compile(re.escape(file.name)))

    def see(self, name: str | None, heading: str | None = None) -> Page:
        """Look at the page, which has that heading; in French pictures of it are kept under `name`."""
        if heading is not None:
            expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        if self.language == "fr" and name:
            look(self.page, f"round-{name}")
        else:
            glance(self.page)
        self.visit.assert_quiet()
        return self.page

    def become(self, account: Account) -> None:
        """Sign in as someone else, who begins at the home page."""
        account.refresh_from_db()
        self.visit.sign_in(account)
        self.visit.open(reverse("portal:mine"))


def glance(page: Page) -> None:
    """What `look` checks, in the light and without pictures."""
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    assert_accessible(page)
    page.set_viewport_size({"width": WIDE, "height": 900})


@pytest.fixture(params=["fr", "en"])
def hands(request: pytest.FixtureRequest, visit: Visit) -> Hands:
    return Hands(visit, request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The three files of a round; the first offer has no seat, which is a fault."""
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_campaign_from_its_files_to_what_each_person_reads(
    hands: Hands, folder: Path, campaign_manager: Account, account_of: Callable[..., Account]
) -> None:
    hands.become(campaign_manager)
    prepare(hands)
    send_files(hands, folder)
    compute(hands)
    read_result(hands, folder)
    publish(hands)
    invite_family(hands)
    head_reads(hands, account_of)
    family_reads(hands)
    employer_reads(hands, account_of)
    hands.become(campaign_manager)
    withdraw(hands)
    hands.become(Account.objects.get(email=FAMILY))
    hands.follow(hands.say("My internship"), within=".site-nav")
    hands.see(None, hands.say("My internships"))
    expect(hands.page.locator(".empty")).to_be_visible()


def prepare(hands: Hands) -> None:
    hands.see(None)
    hands.follow(hands.say("Campaigns"), within=".site-nav")
    hands.follow(hands.say("Rounds placed from files"))
    hands.see("none-yet", hands.say("Internship rounds"))
    hands.follow(hands.say("Prepare a round"))
    hands.see("new", hands.say("Prepare a round"))
    hands.write(label_of("name", hands), "Premier tour")
    hands.write(label_of("school_year", hands), "2026-2028")
    hands.write(label_of("seed", hands), "20270115")
    hands.press("Next: the files")
    hands.see("new-refused")
    expect(hands.page.locator(".errorlist")).to_have_count(1)
    hands.write(label_of("school_year", hands), "2026-2027")
    hands.press("Next: the files")


def label_of(field: str, hands: Hands) -> str:
    with translation.override(hands.language):
        return str(Round._meta.get_field(field).verbose_name).capitalize()


def send_files(hands: Hands, folder: Path) -> None:
    hands.see(None, hands.say("Files of a round"))
    for name in FILES:
        hands.send(name.capitalize(), folder / f"{name}.csv")
    hands.press("See what is in the files")
    page = hands.see("faults", hands.say("Files of a round"))
    fault = page.locator("#faults tbody tr")
    expect(fault).to_have_count(1)
    expect(fault.locator("th, td").filter(has_text=re.compile(r"^(offers\.csv|2|seats)$"))).to_have_count(3)
    expect(fault).to_contain_text(
        hands.say("Write how many pupils the host takes that week, from 1; or delete the row.")
    )
    hands.follow(re.compile("^" + hands.say("Correct on the page")))
    hands.see(None)
    hands.write("seats", "1")
    hands.press("Keep the corrections")
    hands.see(None)
    expect(fault).to_have_count(0)
    hands.press("Import")
    expect(page.get_by_text(hands.say("The import is done."))).to_be_visible()
    hands.see("draft", "Premier tour")


def compute(hands: Hands) -> None:
    hands.press("Compute the round")
    page = hands.page
    step = page.locator("#progress-step")
    expect(step).to_have_text(re.compile(hands.say("waiting"), re.IGNORECASE))
    hands.see(None)
    worker = threading.Thread(target=do_the_work, args=[Progress.objects.get().pk])
    worker.start()
    worker.join()
    expect(page.get_by_role("link", name=hands.say("See the result"))).to_be_visible()
    expect(step).to_have_text(re.compile(hands.say("done"), re.IGNORECASE))
    hands.see(None)
    hands.follow(hands.say("See the result"))


def do_the_work(progress: object) -> None:
    """What a worker does, in a thread of its own."""
    try:
        work.call(str(progress))
    finally:
        connection.close()


def read_result(hands: Hands, folder: Path) -> None:
    page = hands.page
    page.wait_for_selector("[data-drawn]")
    hands.see("overview", "Premier tour")
    expect(page.locator(".figures dd")).to_have_text(["4", "3", "1", "1", "0"])
    buttons = page.locator("main .actions > form > .button, main .actions > details > summary")
    expect(buttons).to_have_text([hands.say(verb) for verb in ("Publish", "Prepare again", "Discard")])
    expect(page.locator("main .button:not(.secondary):visible")).to_have_text(hands.say("Publish"))
    tabs = 'nav[aria-label="' + hands.say("The round") + '"]'
    for tab in ("Offers", "Schools", "Fairness", "Pupils"):
        hands.follow(hands.say(tab), within=tabs)
        expect(page.locator(f"{tabs} [aria-current=page]")).to_have_text(hands.say(tab))
        hands.see(tab.lower(), "Premier tour")
    hands.reach(page.get_by_role("link", name="CSV"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(folder / "exported.csv")
    assert len((folder / "exported.csv").read_text(encoding="utf-8-sig").splitlines()) == 5
    hands.follow(RoundPupil.objects.without_a_place().get().reference)
    hands.see("pupil", hands.say("No place in this round"))
    expect(page.locator("main ol.read")).to_contain_text("Boulangerie du Mail")
    hands.follow("Premier tour", within=".breadcrumb")


def publish(hands: Hands) -> None:
    hands.confirm("Publish")
    expect(hands.page.locator(".badge.ok").first).to_have_text(hands.say("published"))
    hands.see(None, "Premier tour")
    assert Round.objects.get().state == RoundState.PUBLISHED


def invite_family(hands: Hands) -> None:
    hands.follow(hands.say("Pupils"), within=".tabs")
    hands.follow(RoundPupil.objects.without_a_place().get().reference)
    hands.write(hands.say("E-mail address of the family"), FAMILY)
    hands.press("Give access")
    expect(hands.page.get_by_role("listitem").filter(has_text=FAMILY)).to_be_visible()
    hands.see("pupil-invited")
    for row in Ledger.objects.all():
        deliver.call(str(row.pk))
    assert [message.to for message in mail.outbox] == [[FAMILY]] * 2


def head_reads(hands: Hands, account_of: Callable[..., Account]) -> None:
    school = Organisation.objects.create(name="Collège du Mail", kind=Kind.SCHOOL, uai=SCHOOL)
    hands.become(account_of(Role.SCHOOL_HEAD, school))
    hands.follow("Premier tour")
    hands.see(None, "Premier tour")
    hands.follow(hands.say("Pupils"), within=".tabs")
    hands.see("head-pupils")
    expect(hands.page.locator("#pupils tbody th")).to_have_text(["A", "B"])
    hands.follow("A")
    hands.see(None)


def family_reads(hands: Hands) -> None:
    hands.become(Account.objects.get(email=FAMILY))
    hands.see(None)
    hands.follow(hands.say("Results of rounds"))
    hands.see("family", hands.say("My internships"))
    pupils = hands.page.locator("#internships tbody th")
    expect(pupils).to_have_count(1)
    hands.follow(pupils.inner_text())
    hands.see("family-pupil", hands.say("No place in this round"))
    expect(hands.page.get_by_label(hands.say("E-mail address of the family"))).to_have_count(0)


def employer_reads(hands: Hands, account_of: Callable[..., Account]) -> None:
    company = Organisation.objects.create(name="Boulangerie du Mail", kind=Kind.EMPLOYER, siret=SIRET)
    hands.become(account_of(Role.EMPLOYER, company))
    hands.follow(hands.say("My company"))
    hands.see("employer", hands.say("My offers"))
    expect(hands.page.locator("#offers tbody th")).to_have_text(["Boulangerie du Mail"])


def withdraw(hands: Hands) -> None:
    hands.follow("Premier tour")
    expect(hands.page.locator("main .button:not(.secondary):visible")).to_have_count(0)
    hands.confirm("Withdraw")
    expect(hands.page.locator(".badge.warn").first).to_have_text(hands.say("computed, not published"))
    hands.see(None, "Premier tour")
