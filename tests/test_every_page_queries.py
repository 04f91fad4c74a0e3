"""Every page, by each role that may open it, on large tables: twelve queries at most, no more when they double.

The addresses are those of the URL map (`tests/test_every_url.py`); `SUBJECTS` says of what each one is the page.
An address that answers a visit with no page is in `NO_PAGE`: a new one is tried here or says why it is not.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import Model, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.directory.models import Contact, Enrolment, Person, SchoolClass
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import event_model
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.progress.models import Progress
from croisee.foundation.registry import personal_data
from croisee.opportunities.models import Opportunity, Report, SavedSearch
from croisee.stages.models import (
    Campaign,
    Convention,
    ConventionState,
    FamilyAccess,
    Round,
    RoundPupil,
    Signature,
)
from croisee.stages.services import feeds, signing
from croisee.territory.travel.network import current_network, look_again
from tests import clauses_pages, incubation_house, journeys_pages, premises_house
from tests.large_world import LargeWorld
from tests.portal.conftest import Territory, territory
from tests.test_every_url import ADDRESSES, ANYONE, SIGNED_IN, WHO

__all__ = ["territory"]
MOST = 12
# A page may look up what it had none of before (a name, once a line bears one); rows that cost a query add several.
FIRST_OF_A_KIND = 1
# The campaigns whose pages are tried: wishes open, places to confirm, internships under way.
SHOWN = ("open", "confirming", "running")

# Addresses that answer a visit with no page.
NO_PAGE = (
    {
        # go elsewhere, or are there once something else was done first
        "set_language",
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "account_reset_password_from_key",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "accounts:use_link",
        "accounts:use_console_link",
        "stages:school",
        "stages:offer_link",
        "documents:verify",
        "stages:signature_scan",
        # sheets for families without an e-mail address: all have one in this world
        "stages:printed_forms",
        # answer a click
        "accounts:end_membership",
        "notices:send_again",
        "territory:suggestions",
        "territory:proof",
        "territory:compute_reach",
        "territory:areas",
        "progress:cancel",
        "progress:start_again",
        "imports:begin",
        "imports:apply",
        "imports:discard",
        "imports:columns",
        "imports:corrected_rows",
        "imports:replace_file",
        "imports:choices",
        "directory:delete_class",
        "directory:invite_class",
        "directory:home",
        "directory:move_pupil",
        "directory:erase_person",
        "directory:leave_class",
        "directory:come_back",
        "directory:consent",
        "directory:invite_contact",
        "directory:remove_contact",
        "directory:suggest_jobs",
        "opportunities:save_search",
        "stages:move_campaign",
        "stages:start_round",
        "stages:compute",
        "stages:change_state",
        "stages:invite_family",
        "stages:remove_family",
        "stages:add_wish",
        "stages:remove_wish",
        "stages:order_wishes",
        "stages:take_left",
        "stages:remind_families",
        "stages:undo_direct_place",
        "stages:move_convention",
        "stages:send_links",
        "stages:move_offer",
        "stages:duplicate_offer",
        "stages:exchange",
        "stages:settle_rejection",
        "stages:renew_link",
        # there for kinds of imports that map columns alone
        "imports:mapping",
        "imports:questions",
        "imports:left_out",
    }
    | clauses_pages.NO_PAGE
    | journeys_pages.NO_PAGE
    | incubation_house.HOUSE.NO_PAGE
    | premises_house.HOUSE.NO_PAGE
)
# A file of everything about oneself: one query for each table that may hold something.
ONE_A_TABLE = "accounts:my_data"

# What the address of a page names, by the beginning of the address's name: the longest that fits.
SUBJECTS: dict[str, type[Model]] = (
    {
        "accounts:": Membership,
        "accounts:organisation": Organisation,
        "accounts:invite": Organisation,
        "progress:": Progress,
        "imports:": ImportDraft,
        "directory:": Person,
        "directory:school_class": SchoolClass,
        "directory:edit_class": SchoolClass,
        "directory:delete_class": SchoolClass,
        "directory:invite_class": SchoolClass,
        "directory:new_pupil": SchoolClass,
        "directory:come_back": Enrolment,
        "directory:edit_contact": Contact,
        "directory:invite_contact": Contact,
        "directory:remove_contact": Contact,
        "directory:team": Organisation,
        "directory:invite_colleague": Organisation,
        "directory:change_member": Membership,
        "opportunities:": Opportunity,
        "opportunities:saved_search": SavedSearch,
        "opportunities:settle_report": Report,
        "stages:": Round,
        "stages:campaign": Campaign,
        "stages:edit_campaign": Campaign,
        "stages:move_campaign": Campaign,
        "stages:balance": Campaign,
        "stages:start_round": Campaign,
        "stages:offer": Opportunity,
        "stages:edit_offer": Opportunity,
        "stages:move_offer": Opportunity,
        "stages:duplicate_offer": Opportunity,
        "stages:hosted_pupils": Opportunity,
        "stages:offers": Round,
        "stages:my_internship": Person,
        "stages:browse": Person,
        "stages:open_offer": Person,
        "stages:wishes": Person,
        "stages:add_wish": Person,
        "stages:remove_wish": Person,
        "stages:order_wishes": Person,
        "stages:answer_place": Person,
        "stages:whats_left": Person,
        "stages:take_left": Person,
        "stages:school_campaign": Campaign,
        "stages:class_weeks": Campaign,
        "stages:follow_up": Campaign,
        "stages:remind_families": Campaign,
        "stages:printed_": Campaign,
        "stages:paper_wishes": Campaign,
        "stages:direct_place": Campaign,
        "stages:undo_direct_place": Campaign,
        "stages:batch_conventions": Campaign,
        "stages:convention": Convention,
        "stages:edit_convention": Convention,
        "stages:move_convention": Convention,
        "stages:send_links": Convention,
        "stages:sign_": Convention,
        "stages:attendance": Convention,
        "stages:review": Convention,
        "stages:attestation": Convention,
        "stages:signature_scan": Signature,
        "stages:pupil": RoundPupil,
        "stages:pupils": Round,
        "stages:invite_family": RoundPupil,
        "stages:remove_family": FamilyAccess,
    }
    | clauses_pages.SUBJECTS
    | journeys_pages.SUBJECTS
    | incubation_house.HOUSE.SUBJECTS
    | premises_house.HOUSE.SUBJECTS
)


class Pages:
    """The addresses to try on a large world: the same ones before and after it grows."""

    def __init__(self, large: LargeWorld, territory: Territory) -> None:
        self.large = large
        world = large.world
        self.people: dict[Role | None, Account | None] = {
            None: None,
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
        to_sign = Signature.objects.filter(signed_at=None, convention__state=ConventionState.SIGNING)
        link = signing.new_link(to_sign.first())
        change = event_model(Account)._default_manager.order_by("pk").first()
        self.known: dict[str, dict[str, list[Any]]] = {
            "portal:geojson": {"layer": ["qpv", "communes", "schools"]},
            "portal:zone": {"code": [territory.current.code]},
            "audit:change": {"label": ["accounts.account"], "event_id": [change.pk]},
            "stages:sign": {"token": [link]},
            "stages:sign_pdf": {"token": [link]},
            "stages:calendar_feed": {"token": [feeds.renew(world.families[0]), feeds.renew(world.heads[0])]},
            **clauses_pages.KNOWN,
            **journeys_pages.known(large.journeys),
            **large.business.known(),
            "incubation:send_person": {"pk": [large.journeys.world.journeys[0].pk]},
        }
        self.first: dict[type[Model], list[Model]] = {
            Organisation: [
                *(large.schools[0], world.metropolis, world.hosts[0]),
                large.clauses.world.companies[0],
            ],
            Person: self._children(),
            SchoolClass: [classes[0] for classes in map(large.classes.get, SHOWN)],
            Campaign: [large.campaigns[name] for name in SHOWN],
            Round: list(Round.objects.order_by("created_at")),
            Convention: self._conventions(),
        }

    def _children(self) -> list[Model]:
        """A child of the family in each campaign, of the first school."""
        own = Person.objects.filter(contacts__account=self.large.world.families[0])
        return [
            own.filter(enrolments__school_class=classes[0]).first()
            for classes in map(self.large.classes.get, SHOWN)
        ]

    def _conventions(self) -> list[Model]:
        of_school = Convention.objects.filter(
            application__person__enrolments__school_class__school=self.large.schools[0]
        )
        states = (ConventionState.DRAFT, ConventionState.SIGNING, ConventionState.DONE)
        return [of_school.filter(state=state).order_by("created_at")[0] for state in states]

    def subjects(self, name: str, account: Account | None) -> list[Model]:
        """Of what the page of that name is shown, to somebody: a few of each sort."""
        prefix = max((known for known in SUBJECTS if name.startswith(known)), key=len, default=None)
        if prefix is None:
            return []
        model: Any = SUBJECTS[prefix]
        if model in self.first:
            return self.first[model]
        rows: QuerySet[Any] = model.objects.visible_to(account).order_by("created_at")
        if lifecycle := getattr(model, "lifecycle", None):
            field = lifecycle.field_name
            return [row for state in lifecycle.states if (row := rows.filter(**{field: state}).first())]
        return list(rows[:2])

    def paths(self, name: str, account: Account | None) -> Iterator[str]:
        """The addresses of that name to try for somebody."""
        pattern = ADDRESSES[name].pattern
        parts = [*pattern.converters, *pattern.regex.groupindex]
        if not parts:
            yield reverse(name)
        elif name in self.known:
            known = self.known[name]
            for number in range(max(map(len, known.values()))):
                yield reverse(name, kwargs={part: values[number] for part, values in known.items()})
        else:
            for subject in self.subjects(name, account):
                for values in self._others(name, parts, subject):
                    yield reverse(name, kwargs={"pk": subject.pk, **values})

    def _others(self, name: str, parts: list[str], subject: Model) -> list[dict[str, Any]]:
        """Values of the parts of an address besides the subject's key."""
        campaigns, children = self.first[Campaign], self.first[Person]
        its = [children[campaigns.index(subject)].pk] if subject in campaigns else []
        made: dict[str, list[Any]] = {
            "turn": [1, 2],
            "side": ["pupil", "host"],
            "slot": ["pupils", "offers"],
            "person": its,
            "period": [self._period(subject)] if isinstance(subject, Person) else [],
            **clauses_pages.PARTS,
            **journeys_pages.PARTS,
            **incubation_house.HOUSE.PARTS,
            **premises_house.HOUSE.PARTS,
        }
        others = [part for part in parts if part != "pk"]
        return [{others[0]: value} for value in made[others[0]]] if others else [{}]

    def _period(self, person: Person) -> uuid.UUID:
        name = SHOWN[self.first[Person].index(person)]
        return self.large.periods(name)[0].pk


def may_open(role: Role | None, name: str) -> bool:
    """Whether the table of addresses lets a role in."""
    who = WHO[name]
    return who == ANYONE or (role is not None and (who == SIGNED_IN or role in who))


def most(name: str) -> int:
    """The most queries that a page may take."""
    return MOST + len(personal_data.items()) if name == ONE_A_TABLE else MOST


def queries_of(browser: Client, path: str) -> int | None:
    """How many queries a page takes; None when the answer is no page."""
    cache.clear()
    look_again()
    current_network()
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(path)
        if response.streaming:
            list(response.streaming_content)
    return len(queries) if response.status_code == 200 else None


def measured(pages: Pages, sign_in: Callable[[Account], Client]) -> dict[tuple[str, str, str], int]:
    """The queries of every page for every role that may open it, by role, name and address."""
    found = {}
    for role, account in pages.people.items():
        browser = Client() if account is None else sign_in(account)
        for name in WHO:
            if (
                may_open(role, name)
                and name not in NO_PAGE
                and not (role and WHO[name] == ANYONE and name != "portal:home")
            ):
                for path in pages.paths(name, account):
                    if (count := queries_of(browser, path)) is not None:
                        found[str(role), name, path] = count
    return found


@pytest.mark.django_db
def test_no_page_asks_more_than_twelve_times_nor_more_when_the_tables_double(
    territory: Territory, sign_in: Callable[[Account], Client], settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    large = LargeWorld()
    pages = Pages(large, territory)
    before = measured(pages, sign_in)
    large.grow()
    after = measured(pages, sign_in)
    tried = {name for _role, name, _path in before}
    unseen = sorted(set(WHO) - tried - NO_PAGE)
    many = [f"{role} {name}: {count}" for (role, name, _path), count in after.items() if count > most(name)]
    grew = [
        f"{role} {name}: {before[role, name, path]} then {count}"
        for (role, name, path), count in after.items()
        if count > before.get((role, name, path), count) + FIRST_OF_A_KIND
    ]
    assert unseen == [], "not seen: " + ", ".join(unseen)
    assert not many, f"more than {MOST} queries: " + "; ".join(sorted(set(many)))
    assert not grew, "more queries when there are more rows: " + "; ".join(sorted(set(grew)))
