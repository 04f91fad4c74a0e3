"""The pages of the board by role: written, found, answered, moderated; never seen outside the incubator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import home_cards
from croisee.incubation.models import Post, PostKind, PostState, Reply
from tests.incubation.advice_helpers import make_post
from tests.incubation.test_board import UNTIL, neighbour
from tests.incubation_world import IncubationWorld

Enter = Callable[[Account], Client]
pytestmark = pytest.mark.django_db


def url(name: str, *rows: Any) -> str:
    """The address of a page of this service."""
    return reverse(f"incubation:{name}", args=[row.pk for row in rows])


def test_written_found_answered_settled(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    client = enter(side.tenant)
    assert "Nothing on the board yet" in client.get(url("board")).content.decode()
    fault = client.post(url("new_post"), {"kind": "offer", "title": "", "expires_on": UNTIL.isoformat()})
    assert fault.status_code == 422
    values = {"kind": "offer", "title": "Prête une perceuse", "text": "<b>", "expires_on": UNTIL.isoformat()}
    answer = client.post(url("new_post"), values)
    post = Post.objects.get()
    assert answer["Location"] == url("post", post)
    _company, other = neighbour(side)
    make_post(side.incubator, side.manager, kind=PostKind.REQUEST, title="Commande de papier")
    reader = enter(other)
    everything = reader.get(url("board")).content.decode()
    assert "Prête une perceuse" in everything
    assert "&lt;b&gt;" in everything
    found = reader.get(url("board") + "?kind=request&q=papier").content.decode()
    assert "Commande de papier" in found
    assert "perceuse" not in found
    assert "Nothing matches" in reader.get(url("board") + "?q=zzz").content.decode()
    assert b"perceuse" in reader.get(url("board") + "?export=csv").getvalue()
    assert reader.post(url("reply_post", post), {"text": ""}).status_code == 422
    reader.post(url("reply_post", post), {"text": "Demain ?"})
    page = client.get(url("post", post)).content.decode()
    assert "Demain ?" in page
    assert "Voisine 1" in page
    # Neither edits nor moves what the other wrote.
    assert reader.get(url("edit_post", post)).status_code == 404
    assert reader.post(url("move_post", post), {"transition": "remove"}).status_code == 404
    odd = client.post(url("move_post", post), {"transition": "x"}, follow=True)
    assert "Choose what to do" in odd.content.decode()
    client.post(url("move_post", post), {"transition": "settle"})
    assert "perceuse" not in reader.get(url("board")).content.decode()
    assert "perceuse" in reader.get(url("board") + "?shown=settled").content.decode()
    assert "perceuse" in client.get(url("board") + "?shown=own").content.decode()


def test_the_manager_moderates(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    post = make_post(side.incubator, side.tenant, organisation=side.company)
    company, other = neighbour(side)
    reply = Reply.objects.create(post=post, author=other, organisation=company, text="Non")
    assert enter(side.tenant).post(url("remove_reply", reply)).status_code == 404
    assert enter(world.b.manager).post(url("remove_reply", reply)).status_code == 404
    manager = enter(side.manager)
    manager.post(url("remove_reply", reply))
    assert not Reply.objects.exists()
    answer = manager.post(url("move_post", post), {"transition": "remove"})
    assert answer["Location"] == url("board")
    post.refresh_from_db()
    assert post.state == PostState.REMOVED
    assert enter(other).get(url("post", post)).status_code == 404


def test_never_seen_outside_the_incubator(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    post = make_post(side.incubator, side.tenant, organisation=side.company)
    for account in (world.b.tenant, world.b.manager, side.holders[0], side.expert.account):
        client = enter(account)
        assert client.get(url("post", post)).status_code == 404
        assert client.post(url("reply_post", post), {"text": "x"}).status_code == 404
        assert "perceuse" not in client.get(url("board")).content.decode()
    assert not Reply.objects.exists()
    assert Client().get(url("board")).status_code == 302


def test_home_card_and_few_queries(world: IncubationWorld, enter: Enter) -> None:
    side = world.a

    def cards(account: Account) -> list[str]:
        fresh = Account.objects.get(pk=account.pk)
        return [f"{card.title} {card.figure}" for card in home_cards.cards_for(fresh)]

    post = make_post(side.incubator, side.tenant, organisation=side.company)
    assert "Mutual help 1" in cards(side.tenant)
    assert "Mutual help 1" in cards(side.manager)
    assert not any(one.startswith("Mutual help") for one in cards(side.holders[0]))

    def count(account: Account, address: str) -> int:
        client = enter(account)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    pages = [
        (who, where) for who in (side.tenant, side.manager) for where in (url("board"), url("post", post))
    ]
    Reply.objects.create(post=post, author=side.manager, text="0")
    before = [count(*page) for page in pages]
    company, other = neighbour(side)
    for number in range(6):
        make_post(side.incubator, other, organisation=company, title=f"N{number}")
        Reply.objects.create(post=post, author=other, organisation=company, text=str(number))
    assert [count(*page) for page in pages] == before
    assert max(before) <= 12, before
