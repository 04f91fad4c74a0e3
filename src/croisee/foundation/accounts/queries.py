"""Reading about accounts."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.registry import personal_data


def members(reader: Account) -> QuerySet[Membership]:
    """The memberships that `reader` may see, with account and organisation."""
    return Membership.objects.visible_to(reader).select_related("account", "organisation")


def organisations_with_members(reader: Account) -> QuerySet[Organisation]:
    """The organisations that `reader` may see; `members` counts the people who hold a role there today."""
    today = timezone.localdate()
    ended = Q(memberships__ended_on__isnull=True) | Q(memberships__ended_on__gt=today)
    active = Q(memberships__started_on__lte=today) & ended
    members = Count("memberships__account", filter=active, distinct=True)
    return Organisation.objects.visible_to(reader).annotate(members=members).order_by("name", "pk")


def own_memberships(account: Account) -> QuerySet[Membership]:
    """The roles that the account holds today."""
    return account.memberships.active().select_related("organisation")


def everything_about(account: Account) -> dict[str, Any]:
    """All that is kept about a person, ready for JSON, by model: its purpose, how long, and the rows."""
    held: dict[str, Any] = {}
    for model, rule in personal_data.items():
        rows = [dict(rule.export(row)) for row in rule.concerns(account)]
        if rows:
            held[model._meta.label] = {
                "name": str(model._meta.verbose_name_plural),
                "purpose": str(rule.purpose),
                "kept": str(rule.retention.words),
                "rows": rows,
            }
    return held


def names_by_id(reader: Account, ids: Collection[str]) -> dict[str, str]:
    """How the accounts of these identifiers are called, as far as `reader` may see them."""
    found = Account.objects.visible_to(reader).filter(pk__in=ids)
    return {str(account.pk): str(account) for account in found}
