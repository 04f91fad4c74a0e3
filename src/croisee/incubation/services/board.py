"""The board of an incubator: companies hosted there offer each other help, look for some, answer, settle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services.people import Stale
from croisee.foundation.lifecycles.services import perform
from croisee.incubation.models import Post, PostState, Reply
from croisee.incubation.notices import board as notices
from croisee.incubation.queries import board as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account, Organisation
    from croisee.incubation.models import Incubator

FIELDS = ("kind", "title", "text", "expires_on")
MOST_DAYS = 183
AGAIN_DAYS = 30
"""For how long a notice that is opened again, past its day, is shown."""


@transaction.atomic
def publish(
    incubator: Incubator, organisation: Organisation | None, values: Mapping[str, Any], account: Account
) -> Post:
    """Put a notice on the board, of a company hosted there today or (None) of the incubator itself.

    `values`: `FIELDS`. Raises ValidationError by field, or for a company that is not hosted there.
    """
    if organisation is not None and not queries.is_hosted(organisation, incubator):
        raise ValidationError(_("This company is not hosted there today."))
    return _filled(Post(incubator=incubator, organisation=organisation, author=account), values)


@transaction.atomic
def change(post: Post, values: Mapping[str, Any], seen: datetime | None = None) -> Post:
    """Change a notice that is open. Raises ValidationError by field, once it is over, or when changed since `seen`."""
    row = _locked(post)
    if row.state != PostState.OPEN:
        raise ValidationError(_("This notice is settled or taken down: open it again first."))
    if seen is not None and row.updated_at != seen:
        raise Stale
    return _filled(row, values)


def _filled(row: Post, values: Mapping[str, Any]) -> Post:
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    today = timezone.localdate()
    if row.expires_on is not None and not today <= row.expires_on <= today + timedelta(days=MOST_DAYS):
        raise ValidationError({"expires_on": _("Choose a day within the next six months.")})
    row.full_clean(exclude=["author"])  # nobody, once that person is erased
    row.save()
    return row


def _locked(post: Post) -> Post:
    found: Post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("incubator", "organisation", "author")
        .get(pk=post.pk)
    )
    return found


@transaction.atomic
def move(post: Post, transition: str, account: Account) -> Post:
    """Settle, open again or take down a notice; its author is told when somebody else takes it down.

    Opened again past its day, it is shown for a month. Raises TransitionRefused, KeyError for an unknown transition.
    """
    row = _locked(post)
    perform(row, transition, account)
    if transition == "reopen" and row.expires_on < timezone.localdate():
        row.expires_on = timezone.localdate() + timedelta(days=AGAIN_DAYS)
        row.save()
    if transition == "remove":
        notices.tell_removed(row, account)
    return row


@transaction.atomic
def answer(post: Post, organisation: Organisation | None, text: str, account: Account) -> Reply:
    """Answer a notice that is open; its author is told. Raises ValidationError by field, or once it is over."""
    row = _locked(post)
    if row.state != PostState.OPEN or row.expires_on < timezone.localdate():
        raise ValidationError(_("This notice is over: nobody answers it any more."))
    if organisation is not None and not queries.is_hosted(organisation, row.incubator):
        raise ValidationError(_("This company is not hosted there today."))
    made = Reply(post=row, organisation=organisation, author=account, text=text.strip())
    made.full_clean()
    made.save()
    notices.tell_answered(made)
    return made


@transaction.atomic
def withdraw(reply: Reply) -> None:
    """Take an answer away. Twice is once."""
    Reply.objects.filter(pk=reply.pk).delete()


@transaction.atomic
def expire(now: datetime) -> int:
    """Settle notices past their day, and tell who wrote them; how many."""
    past = Post.objects.filter(state=PostState.OPEN, expires_on__lt=timezone.localdate(now))
    rows = list(past.select_for_update(of=("self",), skip_locked=True).order_by("pk"))
    for row in rows:
        perform(row, "settle", None)
        notices.tell_expired(row)
    return len(rows)


@transaction.atomic
def digest(now: datetime) -> int:
    """Write once a week to the companies hosted where something new is on the board; to how many people.

    What was new from Monday to Sunday of the week before; the first run of the week sends it.
    """
    today = timezone.localdate(now)
    monday = today - timedelta(days=today.weekday())
    count = 0
    for incubator, posts in queries.new_between(monday - timedelta(days=7), monday).items():
        readers = queries.readers_of(incubator)
        count += notices.send_digest(incubator, posts, readers, monday)
    return count
