"""What can be done next to an object, and what was done to it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from croisee.foundation.lifecycles.declaration import Transition, of
from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.lifecycles.services import refusal

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


@dataclass(frozen=True)
class Action:
    """A transition open to someone's role from the present state; `reason` is what stands in the way."""

    transition: Transition
    reason: str | None


def available(obj: models.Model, account: "Account") -> list[Action]:
    """The buttons to show `account` on `obj`: those of its role, some with why not yet."""
    lifecycle = of(type(obj))
    return [
        Action(transition, refusal(obj, transition, account))
        for transition in lifecycle.leaving(getattr(obj, lifecycle.field_name))
        if transition.roles and account.has_role(*transition.roles)
    ]


def history(obj: models.Model) -> models.QuerySet[StateChange]:
    """The changes of state of `obj`, oldest first; for readers who may see `obj`."""
    changes = StateChange.objects.filter(lifecycle=of(type(obj)).name, object_id=obj.pk)
    return changes.select_related("account")
