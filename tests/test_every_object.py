"""Every address that names a row, tried by everyone with rows of both sides: only the right pairs answer.

Two sides live in tests/two_sides.py: school, family, employer A and B, with the manager, an official, an
administrator, an account without a role, and nobody. `OBJECTS` there says of each address which row of side A it is
tried with. Who may open it follows from two things: the `parties` of that row and the roles in `WHO` of
tests/test_every_url.py.
Everyone else gets 404 or the sign-in page, by GET and by POST, and not one row of the database changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from croisee.directory.models import Enrolment, Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import NoLongerNeeded
from croisee.foundation.notices.messages import written
from croisee.foundation.notices.models import Ledger
from croisee.opportunities.models import Application, Opportunity, Period
from croisee.stages.models import (
    Convention,
    Signature,
)
from croisee.stages.services import feeds, places, signing
from tests.test_every_url import ADDRESSES, ANYONE, SIGNED_IN, WHO, refused
from tests.two_sides import ACTORS, BODIES, ELSEWHERE, HELD, OBJECTS, SHARED, Sides, make_sides
from tests.world import BORN, MONDAY, World

pytestmark = pytest.mark.django_db


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
        before = {} if allowed else rows_written()
        for method in ("get",) if allowed else ("get", "post"):
            cache.clear()
            response = getattr(browser, method)(sides.path(name), BODIES.get(name, {}))
            good = not refused(response) and response.status_code < 500 if allowed else refused(response)
            let_go(response)
            # An address that takes one method alone says so to whoever asks, before it looks for the row.
            good = good or response.status_code == 405
            if not good:
                wrong.append(f"{name} {method}: {response.status_code}")
        if not allowed and (changed := {t for t, n in rows_written().items() if n != before.get(t, 0)}):
            wrong.append(f"{name} wrote {sorted(changed)}")
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
        if name.split(":")[0]
        in (
            *("directory", "opportunities", "stages", "clauses", "journeys", "apprenticeship"),
            *("incubation", "premises"),
        )
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
        BORN.isoformat(),
        f"{BORN:%d/%m/%Y}",
        in_words(BORN),
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
