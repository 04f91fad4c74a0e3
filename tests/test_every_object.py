"""Every address that names a row, tried by everyone with rows of both sides: only the right pairs answer.

Two sides live here: school, family, employer A and B, with the manager, an official, an administrator, an account
without a role, and nobody. `OBJECTS` says of each address which row of side A it is tried with. Who may open it
follows from two things: the parties of that row (`World.parties`) and the roles in `WHO` of tests/test_every_url.py.
Everyone else gets 404 or the sign-in page, by GET and by POST, and not one row of the database changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from croisee.directory.models import Contact, Enrolment, Person
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.notices.declaration import NoLongerNeeded
from croisee.foundation.notices.messages import written
from croisee.foundation.notices.models import Ledger
from croisee.foundation.progress.models import Progress
from croisee.opportunities.models import Application, Ground, Opportunity, Period, Report, SavedSearch
from croisee.stages.models import (
    Campaign,
    Convention,
    FamilyAccess,
    Rejection,
    Round,
    RoundOffer,
    RoundPupil,
    Signature,
)
from croisee.stages.services import conventions, feeds, places, signing
from tests.stages.convention_helpers import confirmed
from tests.test_every_url import ADDRESSES, ANYONE, SIGNED_IN, WHO, refused
from tests.world import MONDAY, World, make_offer, make_pupil, make_world, member, move

pytestmark = pytest.mark.django_db

# What each address is tried with: the name of a row of side A below.
OBJECTS: dict[str, str] = {
    # foundation
    "progress:detail": "work",
    "progress:status": "work",
    "progress:cancel": "work",
    "progress:start_again": "work",
    "imports:draft": "draft",
    "imports:apply": "draft",
    "imports:discard": "draft",
    "accounts:organisation": "organisation",
    "accounts:invite": "organisation",
    "accounts:membership": "membership",
    "accounts:end_membership": "membership",
    # directory
    "directory:school_class": "school_class",
    "directory:edit_class": "school_class",
    "directory:delete_class": "school_class",
    "directory:invite_class": "school_class",
    "directory:new_pupil": "school_class",
    "directory:person": "pupil",
    "directory:edit_person": "pupil",
    "directory:home": "pupil",
    "directory:move_pupil": "pupil",
    "directory:erase_person": "pupil",
    "directory:leave_class": "pupil",
    "directory:consent": "pupil",
    "directory:add_contact": "pupil",
    "directory:come_back": "departure",
    "directory:edit_contact": "contact",
    "directory:invite_contact": "contact",
    "directory:remove_contact": "contact",
    "directory:team": "school",
    "directory:invite_colleague": "school, by its head",
    "directory:change_member": "teacher",
    # opportunities
    "opportunities:opportunity": "unpublished offer",
    "opportunities:report": "unpublished offer",
    "opportunities:moderate": "unpublished offer",
    "opportunities:saved_search": "search",
    "opportunities:settle_report": "report",
    # campaigns
    "stages:campaign": "prepared campaign",
    "stages:edit_campaign": "prepared campaign",
    "stages:move_campaign": "prepared campaign",
    "stages:balance": "prepared campaign",
    "stages:start_round": "prepared campaign",
    "stages:campaign_applications": "prepared campaign",
    "stages:campaign_offers": "prepared campaign",
    # rounds
    "stages:round": "prepared round",
    "stages:compute": "prepared round",
    "stages:change_state": "prepared round",
    "stages:offers": "unpublished round",
    "stages:offers_map": "unpublished round",
    "stages:certificate": "unpublished round",
    "stages:schools": "unpublished round",
    "stages:pupils": "unpublished round",
    # Before it is computed there is nothing to show, to the manager either.
    "stages:fairness": "result to come",
    "stages:pupil": "result",
    "stages:invite_family": "result",
    "stages:remove_family": "access",
    # a pupil
    "stages:my_internship": "pupil",
    "stages:browse": "pupil",
    "stages:browse_map": "pupil",
    "stages:open_offer": "pupil and week",
    "stages:wishes": "pupil",
    "stages:add_wish": "pupil",
    "stages:remove_wish": "pupil",
    "stages:order_wishes": "pupil",
    "stages:answer_place": "pupil",
    "stages:whats_left": "pupil",
    "stages:take_left": "pupil",
    "stages:paper_wishes": "campaign and pupil",
    "stages:direct_place": "campaign and pupil",
    "stages:undo_direct_place": "campaign and pupil",
    # offers
    "stages:offer": "offer",
    "stages:edit_offer": "offer",
    "stages:move_offer": "offer",
    "stages:duplicate_offer": "offer",
    "stages:hosted_pupils": "offer",
    # conventions
    "stages:convention": "convention",
    "stages:edit_convention": "convention",
    "stages:move_convention": "convention",
    "stages:convention_pdf": "convention",
    "stages:send_links": "convention",
    "stages:sign_on_paper": "convention",
    "stages:sign_signed_in": "convention",
    "stages:signature_scan": "signature",
    "stages:attendance": "convention",
    "stages:review": "review of the pupil",
    "stages:attestation": "convention",
    "stages:settle_rejection": "rejection",
}
# Addresses of nobody's row in particular: whose lists are one's own (tried below), or that are public.
SHARED = {
    "stages:school_campaign",
    "stages:class_weeks",
    "stages:follow_up",
    "stages:remind_families",
    "stages:printed_list",
    "stages:printed_forms",
    "stages:batch_conventions",
    "stages:campaign_rules",
}
# Their own tests try rows of another there: parts of an import, the journal, texts that are no identifiers.
ELSEWHERE = {
    "account_reset_password_from_key",
    "accounts:use_console_link",
    "accounts:use_link",
    "audit:change",
    "documents:verify",
    "imports:begin",
    "imports:choices",
    "imports:columns",
    "imports:correct",
    "imports:corrected_rows",
    "imports:faulty_rows",
    "imports:replace_file",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "notices:send_again",
    "portal:geojson",
    "portal:zone",
    "stages:calendar_feed",
    "stages:offer_link",
    "stages:renew_link",
    "stages:sign",
    "stages:sign_pdf",
}
ACTORS = (
    *("head A", "teacher A", "family A", "employer A", "head B", "teacher B", "family B"),
    *(
        "family of the same class",
        "employer B",
        "manager",
        "official",
        "administrator",
        "without a role",
        "nobody",
    ),
)
# Who send what breaks things.
HELD = ("head A", "teacher A", "family A", "employer A", "manager", "administrator")


@dataclass
class Sides:
    """The rows of side A by name, whose they are, and who tries them."""

    world: World
    actors: dict[str, Account | None]
    rows: dict[str, dict[str, Any]]
    parties: dict[str, set[str]]

    def allowed(self, name: str) -> set[str]:
        """Who may open an address with the row of side A: the parties of the row who have a role for the address."""
        who = WHO[name]
        parties = self.parties[OBJECTS[name]]
        if who in (ANYONE, SIGNED_IN):
            return parties
        return {actor for actor in parties if self.actors[actor].roles() & set(who)}

    def path(self, name: str) -> str:
        return reverse(name, kwargs=self.rows[OBJECTS[name]] | EXTRA.get(name, {}))


EXTRA: dict[str, dict[str, Any]] = {"stages:start_round": {"turn": 1}}
# What a browser would send: for those refused it must do nothing, for the others it must not fail.
BODIES: dict[str, dict[str, Any]] = {
    "directory:consent": {"purpose": "share_needs", "do": "give"},
    "directory:home": {"do": "forget"},
    "directory:leave_class": {"left_on": "2026-10-01"},
    "directory:add_contact": {"capacity": "legal_representative", "name": "X", "email": "x@example.org"},
    "directory:invite_colleague": {"email": "x@example.org", "role": "school_head", "administers": "on"},
    "opportunities:report": {"ground": "other", "text": "X"},
    "opportunities:moderate": {"decision": "publish"},
    "opportunities:saved_search": {"action": "delete"},
    "opportunities:settle_report": {"decision": "dismiss"},
    "stages:move_campaign": {"transition": "announce"},
    "stages:change_state": {"transition": "discard"},
    "stages:invite_family": {"email": "x@example.org"},
    "stages:answer_place": {"agree": "on", "answer": "give_back"},
    "stages:move_offer": {"transition": "withdraw", "reason": "X"},
    "stages:move_convention": {"transition": "cancel", "why": "X"},
    "stages:sign_signed_in": {"name": "X", "agree": "on"},
    "stages:attendance": {"day": MONDAY.isoformat(), "presence": "absent"},
    "stages:review": {"mark": "1", "text": "X"},
}


def make_sides() -> Sides:
    """Two sides, and the rows of side A."""
    world = make_world()
    make_offer(world.campaign, world.hosts[0], "Nobody's place", seats=5)
    mine, theirs = confirmed(world, 0, 0), confirmed(world, 3, 2)
    sent_to_sign = [conventions.prepare(place) for place in (mine, theirs)]
    convention = conventions.send_for_signature(sent_to_sign[0], world.heads[0])
    conventions.send_for_signature(sent_to_sign[1], world.heads[1])
    metropolis, school = world.metropolis, world.schools[0]
    administrator = member(Role.ADMINISTRATOR, metropolis, "administrator@example.org")
    none = Account.objects.create_user("nobody@example.org", name="None")
    actors: dict[str, Account | None] = {
        "head A": world.heads[0],
        "teacher A": world.staff[0],
        "family A": world.families[0],
        "employer A": world.employers[0],
        "head B": world.heads[1],
        "teacher B": world.staff[1],
        "family B": world.families[3],
        "family of the same class": world.families[1],
        "employer B": world.employers[1],
        "manager": world.manager,
        "official": world.official,
        "administrator": administrator,
        "without a role": none,
        "nobody": None,
    }
    rows = {name: {"pk": row.pk} for name, row in rows_of(world, convention).items()}
    week = world.period(0)
    rows |= {
        "pupil and week": {"pk": world.pupils[0].pk, "period": week.pk},
        "campaign and pupil": {"pk": world.campaign.pk, "person": world.pupils[0].pk},
        "school, by its head": {"pk": school.pk},
        "review of the pupil": {"pk": convention.pk, "side": "pupil"},
    }
    return Sides(world, actors, rows, parties())


def rows_of(world: World, convention: Convention) -> dict[str, Any]:
    """Rows of side A."""
    signature = convention.signatures.get(signatory="legal_representative")
    signature.scan.save("scan.pdf", ContentFile(b"%PDF-1.7"))
    prepared = Campaign.objects.create(
        organisation=world.metropolis,
        name="Prepared",
        school_year="2027-2028",
        **{name: getattr(world.campaign, name) for name in DATES},
        seed=1,
    )
    unpublished = make_offer(world.campaign, world.hosts[0], "Kept back")
    move(unpublished, "unpublished")
    gone = make_pupil(world.classes[0], "Parti", "Partie")
    left = Enrolment.objects.get(person=gone)
    left.left_on = timezone.localdate()
    left.save()
    rounds = make_rounds(world)
    return {
        "work": Progress.objects.create(account=world.heads[0], title="Work", work="none"),
        "draft": ImportDraft.objects.create(
            account=world.heads[0], kind="directory.class_list", target=f"school:{world.schools[0].pk}"
        ),
        "organisation": world.schools[0],
        "school": world.schools[0],
        "membership": Membership.objects.get(account=world.staff[0]),
        "teacher": Membership.objects.get(account=world.staff[0]),
        "school_class": world.classes[0],
        "pupil": world.pupils[0],
        "departure": left,
        "contact": Contact.objects.filter(person=world.pupils[0]).earliest("created_at"),
        "offer": world.offers[0],
        "unpublished offer": unpublished,
        "search": SavedSearch.objects.create(account=world.families[0], name="Mine"),
        "report": Report.objects.create(
            opportunity=world.offers[2], reporter=world.families[0], ground=Ground.values[0]
        ),
        "prepared campaign": prepared,
        "unpublished round": rounds[0],
        "prepared round": (prepared_round := make_round(world, "To come")),
        "result to come": prepared_round,
        "result": rounds[1],
        "access": rounds[2],
        "convention": convention,
        "signature": signature,
        "rejection": Rejection.objects.create(direction="out", remote_id="1", code="x", message="x"),
    }


DATES = [
    "opens_at",
    "closes_at",
    "publishes_at",
    "confirm_by",
    "second_opens_at",
    "second_closes_at",
    "second_publishes_at",
    "second_confirm_by",
    "reserved_until",
]


def make_round(world: World, name: str) -> Round:
    return Round.objects.create(organisation=world.metropolis, name=name, school_year="2026-2027", seed=1)


def make_rounds(world: World) -> tuple[Round, RoundPupil, FamilyAccess]:
    """A computed round; a published one with a pupil of school A whom family A reads."""
    made = []
    for name in ("Computed", "Published"):
        round_ = make_round(world, name)
        offer = RoundOffer.objects.create(
            round=round_,
            reference="O1",
            title="Offer",
            siret=world.hosts[0].siret,
            week="2027-W05",
            seats=1,
            taken=1,
        )
        pupil = RoundPupil.objects.create(
            round=round_,
            reference="P1",
            school_uai=world.schools[0].uai,
            week="2027-W05",
            wishes=1,
            offer=offer,
            seat=0,
            rank=1,
        )
        made.append((round_, pupil))
    Round.objects.filter(pk__in=[row.pk for row, _pupil in made]).update(
        computed_at=timezone.now(), state="computed"
    )
    Round.objects.filter(pk=made[1][0].pk).update(state="published")
    access = FamilyAccess.objects.create(pupil=made[1][1], account=world.families[0])
    return made[0][0], made[1][1], access


def parties() -> dict[str, set[str]]:
    """Whose each row is."""
    school = {"head A", "teacher A"}
    pupil = {*school, "family A", "manager"}
    manager = {"manager"}
    agreed = {*pupil, "employer A"}
    return {
        "work": {"head A", "administrator"},
        "draft": {"head A"},
        "organisation": {"administrator"},
        "membership": {"administrator"},
        # One ends one's own role, and the head any of the school's.
        "teacher": school,
        "school": school,
        "school, by its head": {"head A"},
        "school_class": school,
        "pupil": pupil,
        "pupil and week": pupil,
        "campaign and pupil": school,
        "departure": {"head A"},
        "contact": school,
        "offer": {"employer A", "manager"},
        "unpublished offer": {"employer A", "manager"},
        "search": {"family A"},
        "report": manager,
        "prepared campaign": manager,
        "unpublished round": manager,
        "prepared round": manager,
        "result to come": set(),
        "result": {"head A", "family A", "manager"},
        "access": {"head A", "manager"},
        "convention": agreed,
        "signature": agreed,
        "review of the pupil": {*school, "family A"},
        "rejection": manager,
    }


@pytest.fixture
def sides(settings: Any, tmp_path: Any) -> Sides:
    settings.MEDIA_ROOT = tmp_path
    return make_sides()


def browser_of(account: Account | None, sign_in: Callable[[Account], Client]) -> Client:
    browser = Client() if account is None else sign_in(account)
    browser.raise_request_exception = False
    return browser


def let_go(response: HttpResponse) -> None:
    """Read a file that is being sent to its end, so that it is closed."""
    if response.streaming:
        list(response)


def rows_written() -> dict[str, int]:
    """How many rows of each table this transaction has written so far; sessions are not counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE relname <> 'django_session'"
        )
        return {name: count for name, count in cursor.fetchall() if count}


@contextmanager
def undone() -> Iterator[None]:
    """What is done here leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_address_that_names_a_row_is_tried() -> None:
    with_part = {
        name
        for name, pattern in ADDRESSES.items()
        if pattern.pattern.converters or pattern.pattern.regex.groupindex
    }
    tried = set(OBJECTS) | SHARED | ELSEWHERE
    assert sorted(with_part - tried) == [], "say in OBJECTS which row this address is tried with"
    assert sorted(tried - with_part) == [], "these addresses are gone"


@pytest.mark.parametrize("actor", ACTORS)
def test_only_the_right_pairs_answer(actor: str, sides: Sides, sign_in: Callable[[Account], Client]) -> None:
    browser = browser_of(sides.actors[actor], sign_in)
    wrong = []
    for name in OBJECTS:
        allowed = actor in sides.allowed(name)
        for method in ("get",) if allowed else ("get", "post"):
            cache.clear()
            before = rows_written()
            response = getattr(browser, method)(sides.path(name), BODIES.get(name, {}))
            good = not refused(response) and response.status_code < 500 if allowed else refused(response)
            let_go(response)
            # An address that takes one method alone says so to whoever asks, before it looks for the row.
            good = good or response.status_code == 405
            if not good:
                wrong.append(f"{name} {method}: {response.status_code}")
            if not allowed and (changed := {t for t, n in rows_written().items() if n != before.get(t, 0)}):
                wrong.append(f"{name} {method} wrote {sorted(changed)}")
    assert not wrong, "\n".join(wrong)


HOSTILE = (
    "\0",
    "x" * 20_000,
    "-1",
    "9" * 5_000,
    "0001-01-01",
    "9999-12-31",
    "=1+1\r\nBcc: x@example.org",
    "nowhere",
)
IN_ADDRESSES = ("\0", "9" * 5_000, "0001-01-01", "9999-12-31")
# Fields that pages do not show, or show in other states.
FIELDS = [
    "transition",
    "decision",
    "action",
    "do",
    "answer",
    "what",
    "then",
    "back",
    "query",
    "rank",
    "wish",
    "move",
    "seen",
    "period",
    "place",
    "purpose",
    "ban",
    "presence",
    "day",
    "next",
    "signatory",
    "as",
    "read",
    "name",
    "agree",
    "why",
    "reason",
    "chosen",
    "whom",
    "agreed",
    "look_up",
    "email",
    "siret",
    "version",
    "turn",
]


def fields_of(page: HttpResponse) -> set[str]:
    """The names that the forms of a page send."""
    let_go(page)
    if "html" not in page.headers.get("Content-Type", ""):
        return set()
    return set(re.findall(r'name="([^"]+)"', page.content.decode())) - {"csrfmiddlewaretoken", "viewport"}


@pytest.mark.parametrize("actor", HELD)
def test_nothing_that_is_sent_breaks_a_page(
    actor: str, sides: Sides, sign_in: Callable[[Account], Client]
) -> None:
    """Every form that an actor may send, each field filled with each hostile text, at once and one after the other."""
    browser = browser_of(sides.actors[actor], sign_in)
    paths = [sides.path(name) for name in OBJECTS if actor in sides.allowed(name)]
    paths += [
        reverse(name, kwargs={"pk": sides.world.campaign.pk})
        for name in SHARED
        if sides.actors[actor].roles() & set(WHO[name] if WHO[name] != ANYONE else Role)
    ]
    paths += [
        reverse(name)
        for name, who in WHO.items()
        if name.split(":")[0] in ("directory", "opportunities", "stages")
        and not ADDRESSES[name].pattern.converters
        and (who in (ANYONE, SIGNED_IN) or sides.actors[actor].roles() & set(who))
    ]
    broken = []
    for path in paths:
        with undone():
            shown = browser.get(path)
            names = fields_of(shown) | set(FIELDS)
        is_document = "pdf" in shown.headers.get("Content-Type", "")
        # A document reads nothing of what is sent, and takes long to make.
        for text in HOSTILE[:1] if is_document else HOSTILE:
            for method in ("post", "get") if text in IN_ADDRESSES else ("post",):
                cache.clear()
                with undone():
                    response = getattr(browser, method)(path, dict.fromkeys(sorted(names), text))
                    let_go(response)
                if response.status_code >= 500:
                    broken.append(f"{method} {path} {text[:20]!r}")
    assert not broken, "\n".join(broken)


def test_rows_of_the_other_side_in_a_form_do_nothing(
    sides: Sides, sign_in: Callable[[Account], Client]
) -> None:
    """One's own page, with identifiers of the other side in what is sent."""
    world = sides.world
    theirs = Application.objects.get(person=world.pupils[0])
    convention = Convention.objects.get(application=theirs)
    other = Convention.objects.get(application__person=world.pupils[3])
    mine, campaign = {"pk": world.pupils[3].pk}, {"pk": world.campaign.pk}
    week = {f"week_{world.classes[0].pk}": MONDAY.isoformat()}
    tried: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        ("family B", "stages:answer_place", mine, {"answer": "confirm", "place": theirs.pk}),
        ("family B", "stages:remove_wish", mine, {"wish": theirs.pk}),
        ("family B", "stages:order_wishes", mine, {"wish": [theirs.pk], "seen": ""}),
        ("family B", "stages:add_wish", mine, {"period": world.period(0).pk}),
        ("family B", "stages:take_left", mine, {"period": world.period(0).pk}),
        ("head B", "directory:move_pupil", mine, {"school_class": world.classes[0].pk}),
        (
            "head B",
            "stages:remind_families",
            campaign,
            {"chosen": Enrolment.objects.get(person=theirs.person_id).pk},
        ),
        ("head B", "stages:class_weeks", campaign, week),
        ("head B", "stages:direct_place", campaign | {"person": world.pupils[0].pk}, {"title": "X"}),
        ("employer B", "stages:new_offer", {}, {"organisation": world.hosts[0].pk, "title": "X"}),
        (
            "employer B",
            "stages:edit_offer",
            {"pk": world.offers[2].pk},
            {"new_id": world.offers[0].pk, "title": "X"},
        ),
        ("employer B", "stages:sign_signed_in", {"pk": convention.pk}, {"name": "X", "agree": "on"}),
        (
            "employer B",
            "stages:sign_signed_in",
            {"pk": other.pk},
            {"name": "X", "agree": "on", "read": signing.current(convention).sha256},
        ),
    ]
    kept = state_of_side_a(world)
    for actor, name, where, body in tried:
        browser = browser_of(sides.actors[actor], sign_in)
        assert browser.post(reverse(name, kwargs=where), body).status_code < 500, name
        assert state_of_side_a(world) == kept, f"{actor} {name}"
    assert not other.signatures.filter(signed_at__isnull=False).exists()


def state_of_side_a(world: World) -> list[Any]:
    """All that side A has, as it is now."""
    pupils = world.pupils[:3]
    return [
        list(rows.order_by("pk").values())
        for rows in (
            Person.objects.filter(pk__in=[one.pk for one in pupils]),
            Application.objects.filter(person__in=pupils),
            Enrolment.objects.filter(school_class=world.classes[0]),
            world.classes[0].weeks.all(),
            Opportunity.objects.filter(organisation=world.hosts[0]),
            Period.objects.filter(opportunity__organisation=world.hosts[0]),
            Convention.objects.filter(application__person__in=pupils),
            Signature.objects.filter(convention__application__person__in=pupils),
        )
    ]


def test_a_link_opens_its_own_signature_alone(sides: Sides) -> None:
    """Of two conventions and four signatories each, every link signs one signature and no other."""
    rows = list(Signature.objects.exclude(email="").order_by("convention", "signatory"))
    assert len({row.convention_id for row in rows}) == 2
    for row in rows:
        token = signing.new_link(row)
        before = set(Signature.objects.filter(signed_at__isnull=False).values_list("pk", flat=True))
        other = next(one for one in rows if one.convention_id != row.convention_id)
        page = Client().get(reverse("stages:sign", args=[token])).content.decode()
        assert str(row.convention.application.person) in page
        assert str(other.convention.application.person) not in page
        body = {"read": signing.current(row.convention).sha256, "name": "X", "agree": "on"}
        wrong = body | {"read": signing.current(other.convention).sha256}
        assert Client().post(reverse("stages:sign", args=[token]), wrong).status_code == 409
        # What else is sent counts for nothing.
        more = {"signatory": other.signatory, "convention": other.convention_id, "signature": other.pk}
        assert Client().post(reverse("stages:sign", args=[token]), body | more).status_code == 302
        after = set(Signature.objects.filter(signed_at__isnull=False).values_list("pk", flat=True))
        assert after - before == {row.pk}
        # A secret of one kind is none of another.
        assert Client().get(reverse("stages:calendar_feed", args=[token])).status_code == 404
        assert Client().get(reverse("stages:offer_link", args=[token])).status_code == 410
    feed = feeds.renew(sides.world.families[0])
    assert Client().get(reverse("stages:sign", args=[feed])).status_code == 404


DOCUMENTS = {"stages:convention", "stages:convention_pdf", "stages:sign_signed_in", "stages:attestation"}


def test_a_host_reads_first_name_class_and_needs_agreed_to(
    sides: Sides, sign_in: Callable[[Account], Client]
) -> None:
    """Pages, exports, calendar, e-mails: all but the document itself, which the host signs."""
    world, browser = sides.world, browser_of(sides.actors["employer A"], sign_in)
    person = world.pupils[0]
    Person.objects.filter(pk=person.pk).update(needs="Fauteuil roulant")
    forbidden = [
        "Famille1",
        "family1@",
        "2012-05-04",
        "04/05/2012",
        "4 mai 2012",
        "2 rue des Essais",
        "Fauteuil",
        "Élève1",
        "Élève2",
    ]
    read = {name: sides.path(name) for name in OBJECTS if "employer A" in sides.allowed(name)}
    read |= {
        name: reverse(name)
        for name, who in WHO.items()
        if not ADDRESSES[name].pattern.converters
        and not ADDRESSES[name].pattern.regex.groupindex
        and name not in ("territory:suggestions", "accounts:my_data")
        and (who == SIGNED_IN or (who != ANYONE and Role.EMPLOYER in who))
    }
    told = []
    for name, path in read.items():
        if name in DOCUMENTS:
            continue
        for more in ("", "?export=csv"):
            response = browser.get(path + more)
            text = (
                b"".join(response).decode(errors="replace")
                if response.streaming
                else response.content.decode(errors="replace")
            )
            told += [f"{name}{more}: {word}" for word in forbidden if word in text]
    assert told == []
    assert "Élève0" in browser.get(reverse("stages:hosting")).content.decode()
    places.give_back_place(Application.objects.get(person=person), None)
    mails = [written_mail(row) for row in Ledger.objects.all()]
    mine = [mail for to, mail in mails if to == "employer1@example.org"]
    assert mine
    assert [word for word in forbidden for mail in mine if word in mail] == []


def written_mail(row: Ledger) -> tuple[str, str]:
    """To whom an e-mail of the outbox goes, and what it says; nothing when it is no longer needed."""
    to = row.account.email if row.account else row.email
    try:
        part = written(row)
    except NoLongerNeeded:
        return to, ""
    return to, f"{part.subject}\n{part.text}"
