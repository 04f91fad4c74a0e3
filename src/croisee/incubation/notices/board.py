"""The e-mails about the board: answered, no longer shown, taken down, what was new in the week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import send

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.incubation.models import Incubator, Post, Reply

CATEGORY = _("Board of the incubator")
ROLES = (Role.EMPLOYER, Role.INCUBATOR_MANAGER)


def _answered(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.incubation.models import PostState, Reply

    rows = Reply.objects.filter(pk=UUID(context["reply"])).select_related("post", "organisation", "author")
    row = rows.exclude(post__state=PostState.REMOVED).first()
    if row is None:
        raise NoLongerNeeded
    return {
        **context,
        "title": row.post.title,
        "who": str(row.organisation or row.author or ""),
        "text": row.text,
        "path": reverse("incubation:post", args=[row.post_id]),
    }


def _new(context: dict[str, Any]) -> dict[str, Any]:
    """The notices of the week that stand as the e-mail leaves. NoLongerNeeded when none does."""
    from croisee.incubation.models import Post, PostState

    keys = [UUID(key) for key in context["posts"]]
    rows = Post.objects.filter(pk__in=keys, state=PostState.OPEN).select_related("organisation", "incubator")
    posts = list(rows.order_by("kind", "created_at", "pk"))
    if not posts:
        raise NoLongerNeeded
    lines = [
        {"kind": row.get_kind_display(), "title": row.title, "who": str(row.organisation or row.incubator)}
        for row in posts
    ]
    return {**context, "posts": lines, "count": len(lines), "path": reverse("incubation:board")}


ANSWERED = register(
    Notice(
        "incubation.post_answered",
        _("Somebody answers my notice on the board"),
        CATEGORY,
        completed=_answered,
        roles=ROLES,
    )
)
EXPIRED = register(
    Notice("incubation.post_expired", _("My notice on the board is no longer shown"), CATEGORY, roles=ROLES)
)
REMOVED = register(
    Notice(
        "incubation.post_removed",
        _("My notice on the board is taken down"),
        CATEGORY,
        can_be_disabled=False,
        roles=ROLES,
    )
)
DIGEST = register(
    Notice(
        "incubation.board_digest",
        _("What is new on the board, once a week"),
        CATEGORY,
        completed=_new,
        roles=(Role.EMPLOYER,),
    )
)


def tell_answered(reply: Reply) -> None:
    """Tell who wrote a notice that it is answered; not of one's own answer."""
    author = reply.post.author
    if author is not None and author.is_active and author.pk != reply.author_id:
        send(ANSWERED, [author], key=str(reply.pk), context={"reply": str(reply.pk)})


def tell_expired(post: Post) -> None:
    """Tell who wrote a notice that its day is past."""
    _tell(EXPIRED, post)


def tell_removed(post: Post, by: Account) -> None:
    """Tell who wrote a notice that somebody else took it down."""
    if post.author_id != by.pk:
        _tell(REMOVED, post)


def _tell(notice: Notice, post: Post) -> None:
    author = post.author
    if author is not None and author.is_active:
        context = {
            "title": post.title,
            "incubator": str(post.incubator),
            "path": reverse("incubation:post", args=[post.pk]),
        }
        send(notice, [author], key=f"{post.pk}:{post.expires_on}", context=context)


def send_digest(
    incubator: Incubator, posts: Sequence[Post], readers: Iterable[Account], week: dt.date
) -> int:
    """Write to `readers` what others put on the board; once for the week that begins on `week`. To how many."""
    count = 0
    for reader in readers:
        others = [str(post.pk) for post in posts if post.author_id != reader.pk]
        if others:
            context = {"incubator": str(incubator), "posts": others}
            count += send(DIGEST, [reader], key=f"{incubator.pk}:{week}", context=context)
    return count
