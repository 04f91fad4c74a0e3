"""The pages of declared hours: who gets in, what they read, what a click does, how many queries."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from croisee.clauses.cards import statements as cards
from croisee.clauses.models import Allocation, Statement
from croisee.clauses.services.sharing import share
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.models import Access
from tests.clauses_world import (
    ClausesWorld,
    first_of_month,
    make_assignment,
    make_lot,
    make_participant,
    make_statement,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
LIST = reverse("clauses:statements")


def with_proof(row: Statement, content: bytes = b"%PDF-1.7", name: str = "proof.pdf") -> Statement:
    """Give a statement a file of its own."""
    row.proof = ContentFile(content + str(row.pk).encode(), name=name)
    row.save()
    return row


@pytest.fixture
def facilitateur(world: ClausesWorld, sign_in: SignIn) -> Client:
    client = sign_in(world.facilitateur)
    client.cookies["django_language"] = "en"
    return client


def text(response: HttpResponse) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def said(response: HttpResponse) -> str:
    """The messages of the page that a click led to."""
    return " ".join(str(one) for one in response.context["messages"])


def read(response: HttpResponse) -> bytes:
    """The file that an answer sends; it is closed."""
    found = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    return found


# The list


def test_the_list_says_what_is_odd_and_ticks_what_is_not(world: ClausesWorld, facilitateur: Client) -> None:
    clean, odd = with_proof(world.statements[1]), world.statements[2]
    page = text(facilitateur.get(LIST))
    assert "2 statements wait: 271.67\u00a0h." in page
    assert f'value="{clean.pk}" checked' in page
    assert f'value="{odd.pk}" aria' in page
    assert "The file of the proof is not there (signed timesheet)." in page
    assert str(world.statements[0].pk) not in page


def test_the_list_is_filtered(world: ClausesWorld, facilitateur: Client) -> None:
    with_proof(world.statements[1])
    first, second = (f"clauses/releves/{row.pk}/" for row in world.statements[1:3])
    for query, shown in (
        ("anomaly=any", (False, True)),
        ("anomaly=none", (True, False)),
        ("anomaly=blocks", (False, False)),
        ("anomaly=look", (False, True)),
        ("q=nom2", (False, True)),
        (f"company={world.companies[0].pk}", (True, True)),
        (f"lot={world.lot.pk}&month={first_of_month(-2)}", (True, True)),
        (f"lot={world.commitments[1].clause.lot.pk}", (False, False)),
        ("state=checked", (False, False)),
    ):
        page = text(facilitateur.get(f"{LIST}?{query}"))
        assert (first in page, second in page) == shown, query
    page = text(facilitateur.get(f"{LIST}?show=validated"))
    assert str(world.statements[0].pk) in page
    assert "Validate those ticked" not in page


def test_the_list_is_exported_and_that_is_noted(world: ClausesWorld, facilitateur: Client) -> None:
    rows = text(facilitateur.get(f"{LIST}?export=csv"))
    assert "Nom2" in rows
    assert "151.67" in rows
    assert Access.objects.filter(account=world.facilitateur, action="export").exists()


def test_pages_take_few_queries_however_many_wait(
    world: ClausesWorld, facilitateur: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lots = [make_lot(world.operation, f"Lot {n}", world.companies[n % 2]) for n in range(6)]
    for n in range(30):
        assignment = make_assignment(lots[n % 6], make_participant(60 + n), world.companies[n % 2])
        with_proof(make_statement(assignment, first_of_month(-1 - n % 3), "60", state="sent"))
    row = world.statements[1]
    for path in (
        LIST,
        f"{LIST}?anomaly=any",
        f"{LIST}?show=validated",
        reverse("clauses:statement", args=[row.pk]),
        reverse("clauses:globalise", args=[row.pk]),
        reverse("clauses:globalise", args=[row.pk]) + "?q=lot",
        reverse("clauses:correct_statement", args=[world.statements[0].pk]),
    ):
        facilitateur.get(path)
        with django_assert_max_num_queries(12, info=path):
            text(facilitateur.get(path))


# Deciding


def decide(client: Client, query: str = "", **values: object) -> HttpResponse:
    return client.post(reverse("clauses:decide_statements") + query, values, follow=True)


def test_those_ticked_are_validated(world: ClausesWorld, facilitateur: Client) -> None:
    rows = [with_proof(row) for row in world.statements[1:3]]
    page = decide(facilitateur, do="validate", chosen=[row.pk for row in rows])
    assert "2 statements validated: 271.67\u00a0h." in said(page)
    assert Statement.objects.validated().count() == 3


def test_those_held_back_and_those_decided_meanwhile_are_named(
    world: ClausesWorld, facilitateur: Client
) -> None:
    Statement.objects.filter(pk=world.statements[2].pk).update(proof_kind="none")
    keys = [row.pk for row in world.statements]
    page = decide(facilitateur, do="validate", chosen=keys)
    told = said(page)
    assert "1 statement validated" in told  # a file that is missing is to look at
    assert "Prénom2 Nom2" in told
    assert "It is validated already" in told
    assert "The company took it back." in told
    page = decide(facilitateur, do="validate", chosen=keys, because="Vu sur place")
    assert "1 statement validated" in said(page)


def test_all_with_nothing_odd_are_validated_by_the_filters(world: ClausesWorld, facilitateur: Client) -> None:
    with_proof(world.statements[1])
    page = decide(facilitateur, f"?lot={world.lot.pk}", do="ready")
    assert "1 statement validated" in said(page)
    assert page.request["QUERY_STRING"] == f"lot={world.lot.pk}"
    assert "Nothing was left" in said(decide(facilitateur, do="ready"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"do": "validate"}, "Tick the statements first."),
        ({"do": "validate", "chosen": "x"}, "Tick the statements first."),
        ({"do": "validate", "because": "x" * 501}, "500 characters"),
    ],
)
def test_a_click_for_nothing_says_what_to_do(
    world: ClausesWorld, facilitateur: Client, values: dict[str, str], words: str
) -> None:
    assert words in said(decide(facilitateur, **values))


def test_a_rejection_asks_why(world: ClausesWorld, facilitateur: Client) -> None:
    keys = [row.pk for row in world.statements[1:3]]
    assert "Write why" in said(decide(facilitateur, do="reject", chosen=keys))
    page = decide(facilitateur, do="reject", chosen=keys, why="Illisible")
    assert "2 statements rejected" in said(page)


def test_one_by_one_goes_to_the_next_then_back(world: ClausesWorld, facilitateur: Client) -> None:
    page = facilitateur.get(reverse("clauses:next_statement") + f"?lot={world.lot.pk}", follow=True)
    first = page.context["row"]
    assert "Skip to the next one" in text(page)
    url = reverse("clauses:decide_statement", args=[first.pk]) + f"?queue=1&lot={world.lot.pk}"
    page = facilitateur.post(url, {"do": "reject", "why": "Illisible"}, follow=True)
    second = page.context["row"]
    assert {first.pk, second.pk} == {row.pk for row in world.statements[1:3]}
    url = reverse("clauses:decide_statement", args=[second.pk]) + f"?queue=1&lot={world.lot.pk}"
    page = facilitateur.post(url, {"do": "validate"}, follow=True)
    assert page.request["PATH_INFO"] == LIST
    assert "gone through" in said(page)


# One statement


def test_one_statement_is_read_with_its_proof(
    world: ClausesWorld, facilitateur: Client, sign_in: SignIn
) -> None:
    row = with_proof(world.statements[1], PNG, "proof.png")
    proof = reverse("clauses:statement_proof", args=[row.pk])
    page = text(facilitateur.get(row.get_absolute_url()))
    assert f'<img src="{proof}"' in page
    assert "nothing odd" in page
    assert "Validate 120\u00a0h" in page
    answer = facilitateur.get(proof)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert read(answer).startswith(PNG)
    assert Access.objects.filter(account=world.facilitateur, subject_id=str(row.pk)).count() == 2
    own = sign_in(world.employers[0])
    answer = own.get(proof)
    read(answer)
    assert answer.status_code == 200
    assert "Décider" not in text(own.get(row.get_absolute_url()))
    for account in (world.employers[1], world.buyer, world.official):
        other = sign_in(account)
        assert other.get(proof).status_code == 404
        assert other.get(row.get_absolute_url()).status_code == 404


def test_a_file_that_is_no_image_is_never_shown(world: ClausesWorld, facilitateur: Client) -> None:
    row = with_proof(world.statements[1], b"<html><script>", "proof.html")
    answer = facilitateur.get(reverse("clauses:statement_proof", args=[row.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    read(answer)
    none = reverse("clauses:statement_proof", args=[world.statements[2].pk])
    assert facilitateur.get(none).status_code == 404


def test_elsewhere_in_the_month_is_shown_to_the_facilitateur_alone(
    world: ClausesWorld, facilitateur: Client, sign_in: SignIn
) -> None:
    other = make_assignment(world.commitments[1], world.participants[0], world.companies[1])
    make_statement(other, first_of_month(-2), "100", state="sent")
    page = text(facilitateur.get(world.statements[1].get_absolute_url()))
    assert "Peintures Armor" in page
    assert "220\u00a0h" in page
    assert "Asks for a reason:" in page
    assert "Armor" not in text(sign_in(world.employers[0]).get(world.statements[1].get_absolute_url()))


def test_a_correction_is_written_and_the_history_tells(world: ClausesWorld, facilitateur: Client) -> None:
    old = world.statements[0]
    url = reverse("clauses:correct_statement", args=[old.pk])
    same = {"hours": "120", "proof_kind": "timesheet", "note": "Rien"}
    assert "Nothing is different" in text(facilitateur.post(url, same))
    page = facilitateur.post(url, {**same, "hours": "90.5", "note": "Deux jours d’absence"}, follow=True)
    assert "Version 2 is written" in said(page)
    content = text(page)
    assert "−29.5\u00a0h compared with version 1." in content
    assert "Deux jours d’absence" in content
    assert "Version 2 corrects this one" in text(facilitateur.get(old.get_absolute_url()))
    again = text(facilitateur.post(url, {**same, "hours": "80"}))
    assert "Version 2 corrects this one already" in again
    waiting = world.statements[1]
    page = facilitateur.get(reverse("clauses:correct_statement", args=[waiting.pk]), follow=True)
    assert page.request["PATH_INFO"] == waiting.get_absolute_url()


# Sharing


def test_hours_are_shared_on_a_page(world: ClausesWorld, facilitateur: Client) -> None:
    row, other = world.statements[1], world.commitments[1]
    url = reverse("clauses:globalise", args=[row.pk])
    assert "Nettoyage du groupe scolaire" in text(facilitateur.get(url))
    parts = {f"part_{world.commitments[0].pk}": "70", f"part_{other.pk}": "60"}
    left = text(facilitateur.post(reverse("clauses:left_to_share", args=[row.pk]), parts))
    assert "130\u00a0h shared, of 120\u00a0h worked: take away 10\u00a0h." in left
    assert "take away 10" in said(facilitateur.post(url, parts))
    left = text(
        facilitateur.post(
            reverse("clauses:left_to_share", args=[row.pk]), {**parts, f"part_{other.pk}": "20"}
        )
    )
    assert "30\u00a0h of 120\u00a0h count for no lot yet." in left
    page = facilitateur.post(url, {**parts, f"part_{other.pk}": "50"}, follow=True)
    assert "shared as you wrote" in said(page)
    assert Allocation.objects.get(statement=row, commitment=other).hours == 50
    bad = facilitateur.post(url, {**parts, f"part_{other.pk}": "beaucoup"})
    assert "correct those that are marked" in said(bad)
    assert "Correct, then share" in text(
        facilitateur.get(reverse("clauses:globalise", args=[world.statements[0].pk]))
    )


def test_a_company_reads_no_lot_of_another(world: ClausesWorld, sign_in: SignIn) -> None:
    row = world.statements[1]
    share(
        row, {world.commitments[0].pk: Decimal(70), world.commitments[1].pk: Decimal(50)}, world.facilitateur
    )
    client = sign_in(world.employers[0])
    client.cookies["django_language"] = "en"
    page = text(client.get(row.get_absolute_url()))
    assert "Nettoyage" not in page
    assert "Lots of other companies" in page
    assert "50\u00a0h" in page


def test_validated_hours_are_shared_by_a_correction(world: ClausesWorld, facilitateur: Client) -> None:
    url = reverse("clauses:correct_statement", args=[world.statements[0].pk])
    values = {"hours": "120", "proof_kind": "timesheet", "note": "Deux chantiers", "to_share": "1"}
    page = facilitateur.post(url, values, follow=True)
    new = Statement.objects.get(version=2)
    assert page.request["PATH_INFO"] == reverse("clauses:globalise", args=[new.pk])


# Cards


def again(account: Account) -> Account:
    """The same account as the next request finds it: numbers of cards are counted once a request."""
    found: Account = Account.objects.get(pk=account.pk)
    return found


def test_cards_say_what_waits(world: ClausesWorld) -> None:
    card = cards.to_check(world.facilitateur)
    assert card is not None
    assert card.figure == "2"
    assert cards.to_correct(world.employers[0]) is None
    assert cards.can_be_closed(world.facilitateur) is None
    world.clause.hours_due = Decimal(100)
    world.clause.save()
    closable = cards.can_be_closed(again(world.facilitateur))
    assert closable is not None
    assert closable.figure == "1"
    Statement.objects.filter(pk=world.statements[1].pk).update(state="rejected")
    mine = cards.to_correct(again(world.employers[0]))
    assert mine is not None
    assert mine.figure == "1"
    Statement.objects.filter(state="sent").update(state="checked")
    Statement.objects.filter(state="checked").update(state="rejected")
    assert cards.to_check(again(world.facilitateur)) is None
