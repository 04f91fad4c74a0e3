"""The pages of owners' lists by role: the list, quick moves, the import on screen, the link of the month."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.foundation.accounts.models import Account
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.registry import home_cards
from croisee.premises.models import Unit, UnitState
from croisee.premises.owner_links import token_for
from tests.premises.owners_helpers import upload
from tests.premises_world import PremisesWorld, make_unit
from tests.world import TODAY

Enter = Callable[[Account], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def url(name: str, *parts: Any) -> str:
    """The address of a page of this service."""
    return reverse(f"premises:{name}", args=[getattr(part, "pk", part) for part in parts])


def test_the_list_says_what_is_missing_and_what_can_be_noted(world: PremisesWorld, enter: Enter) -> None:
    client = enter(world.landlords[0])
    page = client.get(url("my_units")).content.decode()
    assert "Local Bosphore" in page
    assert "Atelier Villejean" not in page
    assert "missing: whom to ask" in page
    assert "Is the list still true?" in page
    vacant = world.units[2]
    client.post(url("move_own_unit", vacant), {"transition": "offer"})
    vacant.refresh_from_db()
    assert vacant.state == UnitState.AVAILABLE
    odd = client.post(url("move_own_unit", vacant), {"transition": "hold"}, follow=True)
    assert "Choose what to note" in odd.content.decode()
    refused = client.post(url("move_own_unit", vacant), {"transition": "qualify"}, follow=True)
    assert "cannot be done" in refused.content.decode()
    assert client.post(url("move_own_unit", world.units[4]), {"transition": "let"}).status_code == 404
    client.post(url("confirm_units", world.owners[0]))
    assert Unit.objects.filter(checked_on=TODAY).count() == 4
    assert client.post(url("confirm_units", world.owners[1])).status_code == 404
    assert "Is the list still true?" not in client.get(url("my_units")).content.decode()
    found = client.get(url("my_units") + "?state=let").content.decode()
    assert "Local Serbie" in found
    assert "Local Bosphore" not in found
    assert b"Local Serbie" in client.get(url("my_units") + "?export=csv").getvalue()


def test_a_spreadsheet_is_sent_on_screen(world: PremisesWorld, enter: Enter) -> None:
    client = enter(world.landlords[0])
    page = client.get(url("import_units", world.owners[0])).content.decode()
    assert "Only the reference is needed" in page
    begin = page.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    row = ["N-9", "Local Banat", "Bureau", "", "", "", "62,5", "410", "Vacant"]
    answer = client.post(begin, {"premises": upload(row)})
    assert answer.status_code == 302
    assert client.get(answer["Location"], follow=True).status_code == 200
    assert ImportDraft.objects.get().kind == "premises.owner_list"
    assert enter(world.landlords[1]).get(url("import_units", world.owners[0])).status_code == 404
    assert enter(world.developer).get(url("import_units", world.owners[0])).status_code == 200
    model = client.get(url("owner_list_model", world.owners[0]))
    assert model["Content-Type"].startswith("application/vnd.openxmlformats")
    assert enter(world.landlords[1]).get(url("owner_list_model", world.owners[0])).status_code == 404


def test_the_developer_sees_owners_and_invites(world: PremisesWorld, enter: Enter) -> None:
    client = enter(world.developer)
    page = client.get(url("owners")).content.decode()
    assert "Bailleur social A" in page
    assert client.post(url("invite_owner"), {"email": "x@example.org"}).status_code == 422
    values = {"email": "x@example.org", "organisation": str(world.owners[0].pk)}
    assert client.post(url("invite_owner"), values)["Location"] == url("owners")
    again = client.post(url("invite_owner"), values)
    assert again.status_code == 422
    assert enter(world.landlords[0]).get(url("owners")).status_code == 404


def test_the_link_opens_the_list_and_confirms_in_one_click(world: PremisesWorld) -> None:
    client = Client()
    address = url("owner_list", token_for(world.owners[0].pk, world.landlords[0].pk))
    page = client.get(address, headers={"accept-language": "en"})
    assert "Local Bosphore" in page.content.decode()
    assert not Unit.objects.filter(checked_on=TODAY).exists(), "reading says nothing"
    assert client.post(address)["Location"] == address
    assert Unit.objects.filter(checked_on=TODAY).count() == 4
    for odd in ("x", token_for(world.owners[1].pk, world.landlords[0].pk)):
        assert client.get(url("owner_list", odd)).status_code == 404
        assert client.post(url("owner_list", odd)).status_code == 404
    assert Unit.objects.filter(checked_on=TODAY).count() == 4


def test_cards_and_few_queries(world: PremisesWorld, enter: Enter) -> None:
    def cards(account: Account) -> dict[str, str]:
        fresh = Account.objects.get(pk=account.pk)
        return {str(card.title): f"{card.figure} {card.text}" for card in home_cards.cards_for(fresh)}

    assert cards(world.landlords[0])["My premises"].startswith("4 Is the list still true?")
    assert cards(world.developer)["Owners’ lists"].startswith("2 ")
    link = url("owner_list", token_for(world.owners[0].pk, world.landlords[0].pk))
    pages = [
        (world.landlords[0], url("my_units")),
        (world.landlords[0], url("import_units", world.owners[0])),
        (world.developer, url("owners")),
        (world.developer, url("invite_owner")),
        (world.landlords[0], link),
    ]

    def counts() -> list[int]:
        found = []
        for account, address in pages:
            client = enter(account)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    before = counts()
    for number in range(8):
        make_unit(world.owners[0], f"Local {number}", list(UnitState)[number], reference=f"Q-{number}")
    assert counts() == before
    assert max(before) <= 12, before
