"""What the pages of the board read: who is hosted where, which notices stand, with how many answers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils import timezone

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Agreement, Incubator, Post, PostState, Reply
from croisee.incubation.models.readers import hosted_in, managed

if TYPE_CHECKING:
    from django.db.models import QuerySet


def is_hosted(organisation: Organisation, incubator: Incubator) -> bool:
    """Whether a company is hosted there today."""
    running = Agreement.objects.filter(tenant=organisation, incubator=incubator)
    return running.running(timezone.localdate()).exists()


def boards_of(account: Account) -> QuerySet[Incubator]:
    """The incubators whose board `account` reads: hosted there today, or managed."""
    rows = Incubator.objects.visible_to(account)
    return rows.filter(managed(account) | hosted_in(account)).order_by("name")


def voices_of(account: Account) -> list[tuple[Incubator, Organisation | None]]:
    """In whose name `account` writes, and where: companies hosted today, and each incubator that it manages."""
    rows = Agreement.objects.filter(tenant__in=account.organisations(Role.EMPLOYER).values("pk"))
    running = rows.running(timezone.localdate()).select_related("incubator", "tenant")
    found: dict[tuple[Any, Any], tuple[Incubator, Organisation | None]] = {
        (row.incubator_id, row.tenant_id): (row.incubator, row.tenant)
        for row in running.order_by("tenant__name", "pk")
    }
    for incubator in Incubator.objects.visible_to(account).managed_by(account).order_by("name"):
        found[incubator.pk, None] = (incubator, None)
    return list(found.values())


def on_board(account: Account) -> QuerySet[Any]:
    """The notices that `account` reads, the newest first, with `answers`, how many there are."""
    rows = Post.objects.visible_to(account).filter(incubator__in=boards_of(account).order_by().values("pk"))
    return (
        rows.select_related("incubator", "organisation", "author")
        .annotate(answers=Count("replies"))
        .order_by("-created_at", "pk")
    )


def standing() -> Q:
    """Notices that are open and not past their day."""
    return Q(state=PostState.OPEN, expires_on__gte=timezone.localdate())


def open_posts(account: Account) -> QuerySet[Post]:
    """The notices open on the boards that `account` reads."""
    return Post.objects.filter(standing(), incubator__in=boards_of(account).order_by().values("pk"))


def replies_to(post: Post, account: Account) -> list[Any]:
    """The answers to a notice in order; `removable` those that `account` may take away."""
    rows: list[Any] = list(
        Reply.objects.visible_to(account).filter(post=post).select_related("organisation", "author")
    )
    mine = set(removable(account).filter(post=post).values_list("pk", flat=True)) if rows else set()
    for row in rows:
        row.removable = row.pk in mine
    return rows


def removable(account: Account) -> QuerySet[Reply]:
    """Answers that `account` may take away: one's own company's, and those on a board that one manages."""
    own = account.organisations(Role.EMPLOYER).values("pk")
    wanted = Q(organisation__in=own) | managed(account, "post__incubator__")
    return Reply.objects.visible_to(account).filter(wanted)


def readers_of(incubator: Incubator) -> list[Account]:
    """Everyone who acts today for a company hosted there."""
    tenants = Agreement.objects.filter(incubator=incubator).running(timezone.localdate()).values("tenant")
    return list(
        Account.objects.filter(
            pk__in=_members(tenants),
            is_active=True,
        ).order_by("pk")
    )


def _members(organisations: Any) -> Any:
    rows = Membership.objects.active().filter(role=Role.EMPLOYER, organisation__in=organisations)
    return rows.order_by().values("account")


def new_between(first: dt.date, until: dt.date) -> dict[Incubator, list[Post]]:
    """By incubator, the notices that stand and were written from `first` to the day before `until`."""
    found: dict[Incubator, list[Post]] = defaultdict(list)
    rows = Post.objects.filter(standing(), created_at__date__gte=first, created_at__date__lt=until)
    for post in rows.select_related("incubator", "organisation").order_by("incubator", "created_at", "pk"):
        found[post.incubator].append(post)
    return found
