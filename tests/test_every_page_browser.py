"""Every page that a link leads to from the home page, opened in a real browser as nobody and as each role.

Pages for anyone are looked at once, as nobody; pages for some, as each of those. Each address is opened once a role.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import Resolver404, resolve

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from tests.browser import NARROW, Visit, assert_accessible, assert_fits
from tests.large_world import LargeWorld
from tests.portal.conftest import Territory, territory
from tests.test_every_page_queries import NO_PAGE
from tests.test_every_url import ADDRESSES, ANYONE, SIGNED_IN, WHO

__all__ = ["territory"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_PAGES = 400
# How many addresses of one name are opened: of conventions, say, that stand at different points.
OF_ONE_NAME = 3

# A page for several roles is looked at as the first of them, and as one more; its links are followed as each.
LOOKING = 2
# Made otherwise for each role.
LOOKED_AT_BY_ALL = {"portal:home", "portal:mine"}
ROLES = list(Role)
# For anyone, with more on it for some.
MORE_FOR_SOME = {
    "apprenticeship:meetings",
    "premises:units",
    "premises:sites",
    "premises:site",
    "incubation:incubator",
}

# What everyone who is signed in finds a way to, besides the pages of one's role.
LINKED = {"portal:mine", "accounts:mine", "notices:preferences", "accounts:my_data", "mfa_index"}

# Where no link leads: forms and scripts go there, or a link once the exchange, or a round from files, is there.
BY_OTHER_WAYS = NO_PAGE | {
    "stages:partner_sectors",
    # once a month has statements
    "incubation:statement_lines",
    # once somebody reported an offer that nobody has to accept
    "opportunities:moderation",
    "stages:my_offers",
    "clauses:works_map",
    "clauses:suppliers_map",
}


@pytest.fixture
def people(territory: Territory) -> dict[Role, Account]:
    """Campaigns in several phases, and someone of each role."""
    large = LargeWorld()
    world = large.world
    return {
        Role.ADMINISTRATOR: large.administrator,
        Role.CAMPAIGN_MANAGER: world.manager,
        Role.OFFICIAL: world.official,
        Role.SCHOOL_HEAD: world.heads[0],
        Role.SCHOOL_STAFF: world.staff[0],
        Role.EMPLOYER: world.employers[0],
        Role.FAMILY: world.families[0],
        Role.FACILITATEUR: large.clauses.world.facilitateur,
        Role.BUYER: large.clauses.world.buyer,
        Role.PROGRAMME_MANAGER: large.journeys.world.manager,
        Role.REFERENT: large.journeys.world.referents[0],
        Role.TRAINING_CENTRE: large.journeys.centre,
        Role.MENTOR: large.journeys.mentor,
        **large.business.people,
    }


@dataclass
class Walk:
    """A walk through the site as one role (None: nobody). `opened` are the names of the addresses seen."""

    visit: Visit
    role: Role | None
    waiting: list[str] = field(default_factory=lambda: ["/"])
    seen: set[str] = field(default_factory=set)
    of_kind: Counter[tuple[str, frozenset[str]]] = field(default_factory=Counter)
    opened: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def go(self) -> None:
        """Follow every link once."""
        while self.waiting and len(self.seen) < MOST_PAGES:
            self.open(self.waiting.pop(0))

    def open(self, path: str) -> None:
        """Ask for a path unless enough like it were; look at it when its name is new; note where it leads."""
        parts = urlsplit(path)
        try:
            match = resolve(parts.path)
        except Resolver404:
            self.wrong.append(f"{path}: no such address")
            return
        name = match.view_name
        kind = (name, frozenset(key for key, _value in parse_qsl(parts.query)))
        most = OF_ONE_NAME if match.kwargs and not parts.query else 1
        if path in self.seen or self.of_kind[kind] >= most:
            return
        self.seen.add(path)
        self.of_kind[kind] += 1
        # A page is looked at in the browser; whether it is one, and where others lead, is asked without.
        answer = self.visit.client.get(path, follow=True)
        text = answer.getvalue().decode(errors="replace")
        if answer.status_code >= 400:
            self.wrong.append(f"{path}: {answer.status_code}")
        elif answer.headers["content-type"].startswith("text/html"):
            if self.is_new(name) and self.looks_at(name):
                self.look(path)
            elif WHO[name] != ANYONE or name in MORE_FOR_SOME:
                self.waiting += map(unescape, HREF.findall(text))
        self.opened.add(name)

    def is_new(self, name: str) -> bool:
        """Whether a page is yet to be looked at: pages for anyone are, as nobody, but for the home page."""
        once = self.role is None or WHO[name] != ANYONE or name == "portal:home"
        return once and name not in self.opened

    def looks_at(self, name: str) -> bool:
        """Whether this role is among those that look at a page, rather than only go through it."""
        who = WHO[name]
        if self.role is None or name in LOOKED_AT_BY_ALL:
            return True
        holders = ROLES if who in (ANYONE, SIGNED_IN) else sorted(who, key=ROLES.index)
        return self.role in holders[:LOOKING]

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


HREF = re.compile(r'<a\b[^>]*? href="(/[^"#]*)')


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
    # Pages of one pupil, one convention... are linked where these stand at that point: few of each are opened here.
    meant = LINKED | {
        name
        for name, who in WHO.items()
        if who not in (ANYONE, SIGNED_IN) and role in who and not ADDRESSES[name].pattern.converters
    }
    lost = sorted(meant - walk.opened - BY_OTHER_WAYS) if role is not None else []
    assert lost == [], "no link leads to " + ", ".join(lost)
