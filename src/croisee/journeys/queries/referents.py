"""Who may follow people in a programme."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import Programme

FOLLOWING = (Role.REFERENT, Role.PROGRAMME_MANAGER)
"""Roles whose holders may follow people."""


def _teams(programme: Any) -> QuerySet[Organisation]:
    """The organisations that run or serve a programme."""
    return Organisation.objects.filter(Q(programmes=programme) | Q(programmes_served=programme)).distinct()


def referents_of(programme: Programme) -> QuerySet[Account]:
    """Those who may follow people in a programme today: in the organisations that run or serve it."""
    return referents_of_all([programme.pk])


def referents_of_all(programmes: Iterable[UUID]) -> QuerySet[Account]:
    """Those who may follow people in each one of these programmes today, in order of names; one query."""
    held = Membership.objects.active().filter(account=OuterRef("pk"), role__in=FOLLOWING)
    found: QuerySet[Account] = Account.objects.filter(is_active=True)
    for key in sorted(set(programmes)):
        found = found.filter(Exists(held.filter(organisation__in=_teams(key).values("pk"))))
    return found.order_by("name", "email")
