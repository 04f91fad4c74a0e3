"""The board for the tests of the whole house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Post, Reply
from tests.incubation.advice_helpers import make_post
from tests.world import TODAY

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.incubation_world import IncubationWorld

READERS = frozenset({Role.EMPLOYER, Role.INCUBATOR_MANAGER})
NAMES = ("board", "new_post", "post", "edit_post", "move_post", "reply_post", "remove_reply")

WHO: dict[str, str | frozenset[Role]] = dict.fromkeys(NAMES, READERS)
OBJECTS: dict[str, str] = {
    **dict.fromkeys(("post", "edit_post", "move_post", "reply_post"), "incubation notice"),
    "remove_reply": "incubation answer",
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "new_post": {"kind": "offer", "title": "X", "expires_on": TODAY.isoformat()},
    "edit_post": {"kind": "offer", "title": "X", "expires_on": TODAY.isoformat()},
    "move_post": {"transition": "settle"},
    "reply_post": {"text": "X"},
}
SUBJECTS: dict[str, type[Model]] = {"incubation notice": Post, "incubation answer": Reply}
NO_PAGE: set[str] = {"move_post", "reply_post", "remove_reply"}
PARTS: dict[str, list[Any]] = {}
PARTIES: dict[str, set[str]] = {
    "incubation notice": {"incubator A", "tenant A"},
    "incubation answer": {"incubator A", "tenant A"},
}


def rows(world: IncubationWorld) -> dict[str, Any]:
    """A notice of the company of side A, and its answer to one of the manager."""
    side = world.a
    post = make_post(side.incubator, side.tenant, organisation=side.company)
    asked = make_post(side.incubator, side.manager, title="Commande de papier")
    answer = Reply.objects.create(post=asked, organisation=side.company, author=side.tenant, text="Oui")
    return {"incubation notice": post, "incubation answer": answer}


def grow(world: IncubationWorld, n: int) -> None:
    """`n` notices more, and as many answers to each that is there."""
    side = world.a
    for _number in range(n):
        make_post(side.incubator, side.tenant, organisation=side.company, title=f"Annonce {uuid4().hex[:8]}")
        for post in Post.objects.filter(incubator=side.incubator):
            Reply.objects.create(post=post, organisation=side.company, author=side.tenant, text="Réponse")
