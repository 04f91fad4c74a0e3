"""The pages of operations as each role opens them: who gets in, what they read, what they change."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from croisee.clauses.models import (
    Clause,
    Commitment,
    ContactLog,
    Contract,
    Lot,
    LotState,
    Order,
    Part,
    Penalty,
)
from croisee.clauses.services import closing
from croisee.clauses.services.follow_up import note
from croisee.clauses.services.penalties import token_of
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.registry import personal_data
from tests.clauses_world import ClausesWorld
from tests.world import TODAY, member

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
PAGES = ("portfolio", "operations", "penalties", "works_map")


def page_of(name: str, *args: object) -> str:
    return reverse(f"clauses:{name}", args=args)


def pages(world: ClausesWorld) -> list[str]:
    """Every page of operations that is about something of the world's first lot."""
    return [
        *(page_of(name) for name in PAGES),
        world.operation.get_absolute_url(),
        world.contract.get_absolute_url(),
        world.lot.get_absolute_url(),
        world.commitments[0].get_absolute_url(),
        page_of("edit_operation", world.operation.pk),
        page_of("add_contract", world.operation.pk),
        page_of("edit_contract", world.contract.pk),
        page_of("new_lot", world.contract.pk),
        page_of("edit_lot", world.lot.pk),
        page_of("edit_clause", world.lot.pk),
        page_of("new_commitment", world.lot.pk),
        page_of("edit_commitment", world.commitments[0].pk),
    ]


def test_each_page_opens_for_who_steers_within_twelve_queries(
    world: ClausesWorld, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for account in (world.facilitateur, world.buyer):
        client = sign_in(account)
        for path in pages(world):
            with django_assert_max_num_queries(12):
                assert client.get(path).status_code == 200, path


def test_what_is_not_ones_own_does_not_exist(world: ClausesWorld, sign_in: SignIn) -> None:
    other = Organisation.objects.create(name="Autre commune", kind=Kind.COMMUNE)
    own = [path for path in pages(world) if path not in {page_of(name) for name in PAGES}]
    for client in (sign_in(member(Role.BUYER, other, "autre@example.org")), sign_in(world.employers[0])):
        assert {client.get(path).status_code for path in own} == {404}
    for account in (world.official, world.employers[0]):
        assert sign_in(account).get(page_of("portfolio")).status_code == 404


def test_a_buyer_reads_numbers_and_nobodys_name(world: ClausesWorld, sign_in: SignIn) -> None:
    client = sign_in(world.buyer)
    for path in pages(world):
        page = client.get(path).content.decode()
        assert not [one for one in world.participants if one.person.family_name in page], path
    assert client.get(page_of("close_lot", world.lot.pk)).status_code == 404
    assert client.get(page_of("follow_up")).status_code == 404
    names = sign_in(world.facilitateur).get(world.lot.get_absolute_url()).content.decode()
    assert world.participants[0].person.family_name in names


def test_filters_and_orders_of_the_portfolio(world: ClausesWorld, sign_in: SignIn) -> None:
    client = sign_in(world.facilitateur)

    def shown(**asked: object) -> list[str]:
        return [row.title for row, *_rest in client.get(page_of("portfolio"), asked).context["rows"]]

    painting, cleaning = "Peinture du groupe scolaire", "Nettoyage du groupe scolaire"
    assert shown(sort="-light") == [cleaning, painting]
    assert shown(light="red") == [cleaning]
    assert shown(q="Gallo") == [painting]
    assert shown(trade="cleaning") == [cleaning]
    assert shown(ending="True") == []
    assert shown(stage="closed") == []
    Commitment.objects.filter(pk=world.commitments[0].pk).update(contact_bounced_at=world.lot.created_at)
    assert shown(bounced="True") == [painting]
    assert client.get(page_of("portfolio"), {"stage": "nowhere"}).status_code == 404
    totals = client.get(page_of("portfolio")).context["totals"]
    assert (totals.lots, totals.due, totals.done, totals.late) == (2, 1133, 120, 1)


def test_forms_write_and_say_what_is_wrong(world: ClausesWorld, sign_in: SignIn) -> None:
    client = sign_in(world.facilitateur)
    path = page_of("edit_clause", world.lot.pk)
    form: dict[str, Any] = {"kind": "reserved", "hours_due": "900", "reserved_share": "40"}
    assert client.post(path, form).status_code == 422
    assert client.post(path, {**form, "reserved_share": "60"}).status_code == 302
    assert Clause.objects.get(lot=world.lot).hours_due == 900
    path = page_of("new_operation")
    made = {"name": "Autre", "programme": "ordinary"}
    assert client.post(path, made).status_code == 422
    assert client.post(path, {**made, "buyer": str(world.metropolis.pk)}).status_code == 302
    assert client.post(path, {**made, "buyer": str(world.metropolis.pk)}).status_code == 422
    path = page_of("new_commitment", world.lot.pk)
    company = {"siret": "380 129 866 46850", "name": "Sous-traitant", "part": Part.SUBCONTRACTOR}
    assert client.post(path, company).status_code == 422
    assert client.post(path, {**company, "of": str(world.commitments[0].pk)}).status_code == 302
    contract = Contract.objects.get(pk=world.contract.pk)
    contract.framework = True
    contract.save()
    sent = {"reference": "BC1", "ordered_on": "2026-11-01", "amount": "1000"}
    assert client.post(page_of("new_order", world.lot.pk), sent).status_code == 302
    order = Order.objects.get()
    assert client.get(page_of("edit_order", order.pk)).status_code == 200
    assert client.post(page_of("delete_order", order.pk)).status_code == 302
    assert not Order.objects.exists()


def test_a_lot_is_moved_and_closed(world: ClausesWorld, sign_in: SignIn) -> None:
    client = sign_in(world.facilitateur)
    lot = Lot.objects.create(contract=world.contract, number="2", title="Études", trade="studies")
    client.post(page_of("move_lot", lot.pk), {"transition": "calibrate"})
    lot.refresh_from_db()
    assert lot.state == LotState.STUDY
    client.post(page_of("move_lot", lot.pk), {"transition": "abandon"})
    lot.refresh_from_db()
    assert lot.state == LotState.ABANDONED
    assert client.get(page_of("close_lot", world.lot.pk)).status_code == 200
    client.post(page_of("close_lot", world.lot.pk), {"way": "close_partial"})
    world.lot.refresh_from_db()
    assert world.lot.state == LotState.PARTIAL
    assert client.post(page_of("move_lot", world.lot.pk), {"transition": "nothing"}).status_code == 404


def test_a_contact_is_noted_settled_and_taken_out(world: ClausesWorld, sign_in: SignIn) -> None:
    client = sign_in(world.facilitateur)
    for kind, subject in (
        ("contract", world.contract),
        ("commitment", world.commitments[0]),
        ("participant", world.participants[0]),
    ):
        sent = {"channel": "phone", "text": f"À propos de {kind}", "next_on": "2027-01-04"}
        assert client.post(page_of("note_contact", kind, subject.pk), sent).status_code == 302
    entries = list(ContactLog.objects.order_by("created_at"))
    assert len(entries) == 3
    assert client.get(page_of("follow_up")).status_code == 200
    for entry in entries:
        assert client.get(page_of("contact", entry.pk)).status_code == 200
    one = page_of("contact", entries[0].pk)
    client.post(one, {"what": "put_off", "next_on": "2027-02-01"})
    client.post(page_of("contact", entries[1].pk), {"what": "settle"})
    client.post(page_of("contact", entries[2].pk), {"what": "strike"})
    assert [str(entry.next_on) for entry in ContactLog.objects.order_by("created_at")] == [
        "2027-02-01",
        "None",
    ]
    journal = client.get(world.contract.get_absolute_url()).content.decode()
    assert "À propos de contract" in journal
    assert "À propos de commitment" in journal
    assert (
        "À propos de contract"
        not in sign_in(world.buyer).get(world.contract.get_absolute_url()).content.decode()
    )


def test_penalties_from_page_to_page(world: ClausesWorld, sign_in: SignIn) -> None:
    closing.close(world.lot, closing.PENALISED, world.facilitateur)
    penalty = Penalty.objects.get()
    path, decide = penalty.get_absolute_url(), page_of("decide_penalty", penalty.pk)
    employer, buyer = sign_in(world.employers[0]), sign_in(world.buyer)
    assert employer.get(path).status_code == 404
    assert buyer.post(decide, {"what": "notify"}).status_code == 302
    assert employer.get(path).status_code == 200
    assert sign_in(world.employers[1]).get(path).status_code == 404
    assert employer.post(page_of("answer_penalty", penalty.pk), {"answer": "Intempéries."}).status_code == 302
    letter = PdfReader(BytesIO(buyer.get(page_of("penalty_letter", penalty.pk)).content))
    assert "Peintures Gallo" in letter.pages[0].extract_text()
    nobody = Client()
    assert nobody.get(page_of("penalty_answer", "faux")).status_code == 410
    link = page_of("penalty_answer", token_of(penalty))
    assert nobody.post(link, {"answer": "Intempéries, et grève."}).status_code == 302
    assert buyer.post(decide, {"what": "waive", "why": ""}).status_code == 422
    assert buyer.post(decide, {"what": "apply", "why": "Rien ne l’explique."}).status_code == 302
    penalty.refresh_from_db()
    assert (penalty.state, penalty.answer) == ("applied", "Intempéries, et grève.")
    assert "Rien ne l’explique." in nobody.get(link).content.decode()
    Commitment.objects.update(contact_email="suite@example.org")
    assert nobody.get(link).status_code == 410


def test_home_pages_say_what_waits(world: ClausesWorld, sign_in: SignIn) -> None:
    closing.close(world.lot, closing.PENALISED, world.facilitateur)
    for account in (world.facilitateur, world.buyer):
        home = sign_in(account).get(reverse("portal:mine")).content.decode()
        assert page_of("portfolio") in home
        assert page_of("penalties") in home


def test_personal_data_goes_and_hours_stay(world: ClausesWorld) -> None:
    rules = dict(personal_data.items())
    commitment = world.commitments[0]
    note(commitment=commitment, channel="phone", text="Mme Quéré part.", by=world.facilitateur)
    note(participant=world.participants[0], channel="phone", text="Rappeler.", by=world.facilitateur)
    account = Account.objects.create_user(commitment.contact_email)
    assert rules[ContactLog].erase(rules[ContactLog].concerns(account)) == 1
    assert rules[Commitment].erase(rules[Commitment].concerns(account)) == 1
    commitment.refresh_from_db()
    assert (commitment.contact_name, commitment.hours) == ("", 833)
    assert ContactLog.objects.filter(text="Rappeler.").exists()
    late = TODAY + dt.timedelta(days=5 * 366)
    assert ContactLog in rules
    assert rules[ContactLog].retention.expired(late).count() == 2
    assert rules[Commitment].retention.expired(late).count() == 1
