"""Every page that a link leads to from the home page, opened in a real browser as nobody and as each role.

Pages for anyone are looked at once, as nobody; pages for some, as each of those. Each address is opened once a role.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import Resolver404, resolve

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.imports.services import begin
from croisee.foundation.progress.services import run as work
from croisee.foundation.tables import read_bytes
from croisee.stages.files.columns import COLUMNS
from croisee.stages.models import RoundPupil
from croisee.stages.services import rounds as services
from tests.browser import NARROW, Visit, assert_accessible, assert_fits
from tests.portal.conftest import Territory, territory
from tests.stages.test_rounds import OFFERS, PUPILS, SCHOOL, WISHES, upload
from tests.test_every_url import ANYONE, SIGNED_IN, WHO

__all__ = ["territory"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_PAGES = 80
SIRET = "73282932000074"
TEXTS = {"offers": OFFERS, "pupils": PUPILS, "wishes": WISHES}

# What everyone who is signed in finds a way to, besides the pages of one's role.
LINKED = {"portal:mine", "accounts:mine", "notices:preferences", "accounts:my_data", "mfa_index"}

# Where no link leads: forms and a script go there.
BY_OTHER_WAYS = {
    "stages:compute",
    "stages:change_state",
    "stages:invite_family",
    "stages:remove_family",
    "stages:offers_map",
    "accounts:end_membership",
    "notices:send_again",
}


@pytest.fixture
def people(territory: Territory, account_of: Callable[..., Account]) -> dict[Role, Account]:
    """A small installation: a published round and one in preparation, an import half done, someone of each role."""
    homes = {
        Role.SCHOOL_HEAD: Organisation.objects.create(name="Collège", kind=Kind.SCHOOL, uai=SCHOOL),
        Role.EMPLOYER: Organisation.objects.create(name="Boulangerie", kind=Kind.EMPLOYER, siret=SIRET),
    }
    made = {role: account_of(role, homes.get(role)) for role in Role}
    manager = made[Role.CAMPAIGN_MANAGER]
    second = services.prepare(manager, name="Second tour", school_year="2026-2027", seed=8)
    round_ = services.prepare(manager, name="Premier tour", school_year="2026-2027", seed=7)
    services.receive_files(
        round_,
        {kind: read_bytes(text.encode(), COLUMNS[kind], file=kind) for kind, text in TEXTS.items()},
    )
    work.call(str(services.start_computing(round_, manager).pk))
    services.publish(round_, manager)
    RoundPupil.objects.without_a_place().get().families.add(made[Role.FAMILY])
    faulty = {**TEXTS, "offers": OFFERS.replace("2027-W05,1,0", "2027-W05,0,0")}
    begin(
        services.IMPORT, {kind: upload(kind, text) for kind, text in faulty.items()}, manager, str(second.pk)
    )
    return made


@dataclass
class Walk:
    """A walk through the site as one role (None: nobody). `opened` are the names of the addresses seen."""

    visit: Visit
    role: Role | None
    waiting: list[str] = field(default_factory=lambda: ["/"])
    seen: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def go(self) -> None:
        """Follow every link once."""
        while self.waiting and len(self.seen) < MOST_PAGES:
            self.open(self.waiting.pop(0))

    def open(self, path: str) -> None:
        """Ask for a path unless one like it was seen; look at it when it is a page; note where it leads."""
        parts = urlsplit(path)
        try:
            name = resolve(parts.path).view_name
        except Resolver404:
            self.wrong.append(f"{path}: no such address")
            return
        kind = (name, frozenset(key for key, _value in parse_qsl(parts.query)))
        if kind in self.seen:
            return
        self.seen.add(kind)
        answer = self.visit.page.request.get(self.visit.site + path)
        if answer.status >= 400:
            self.wrong.append(f"{path}: {answer.status}")
        elif answer.headers["content-type"].startswith("text/html") and self.is_new(name):
            self.look(path)
        self.opened.add(name)

    def is_new(self, name: str) -> bool:
        """Whether a page is yet to be looked at: pages for anyone are, as nobody, but for the home page."""
        once = self.role is None or WHO[name] != ANYONE or name == "portal:home"
        return once and name not in self.opened

    def look(self, path: str) -> None:
        """Open a page, check it, and note where it leads."""
        page = self.visit.open(path)
        for check in (assert_fits, assert_accessible):
            try:
                check(page)
            except AssertionError as found:
                self.wrong.append(str(found))
        if page.locator("html").get_attribute("lang") != "fr":
            self.wrong.append(f"{path}: not in French")
        self.waiting += links(self.visit)


def links(visit: Visit) -> Iterator[str]:
    """The paths of this site that the open page links to."""
    for address in visit.page.locator("a[href]").evaluate_all("found => found.map(link => link.href)"):
        if address.startswith(visit.site + "/"):
            yield address.removeprefix(visit.site).partition("#")[0]


@pytest.mark.parametrize("role", [None, *Role])
def test_every_page_as(role: Role | None, people: dict[Role, Account], visit: Visit) -> None:
    visit.page.set_viewport_size({"width": NARROW, "height": 844})
    if role is not None:
        visit.sign_in(people[role])
    walk = Walk(visit, role)
    walk.go()
    assert walk.wrong == [], "\n\n".join(walk.wrong)
    visit.assert_quiet()
    meant = LINKED | {name for name, who in WHO.items() if who not in (ANYONE, SIGNED_IN) and role in who}
    lost = sorted(meant - walk.opened - BY_OTHER_WAYS) if role is not None else []
    assert lost == [], "no link leads there"
