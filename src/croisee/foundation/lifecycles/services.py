"""Moving an object along its lifecycle."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.declaration import Transition, of
from croisee.foundation.lifecycles.models import StateChange

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


BATCH = 2_000


class TransitionRefused(Exception):  # noqa: N818  reads as the sentence it is
    """The transition cannot be done; `reason` says why, in the reader's language."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def refusal(obj: models.Model, transition: Transition, account: "Account | None") -> str | None:
    """Why `account` (None: the software itself) cannot do `transition` on `obj` now, or None when it can."""
    lifecycle = of(type(obj))
    state = getattr(obj, lifecycle.field_name)
    if not lifecycle.machine.get_transitions(transition.name, source=str(state)):
        return _("“%(action)s” cannot be done from the state “%(state)s”.") % {
            "action": transition.label,
            "state": lifecycle.states(state).label,
        }
    if account is not None and not (transition.roles and account.has_role(*transition.roles)):
        return _("Your role does not allow “%(action)s”.") % {"action": transition.label}
    reason = transition.check(obj, account) if transition.check else None
    return None if reason is None else str(reason)


def perform(obj: models.Model, transition_name: str, account: "Account | None") -> StateChange:
    """Move `obj` along `transition_name` for `account`, and log it, in one transaction with its row locked.

    `obj` is read again under the lock, so that two clicks make one move; what it holds unsaved is lost.
    None as `account` is the software itself, to which roles do not apply but states and checks do.

    Raises TransitionRefused with the reason, and KeyError for a transition that the lifecycle does not have.
    """
    lifecycle = of(type(obj))
    transition = lifecycle.transition(transition_name)
    with transaction.atomic():
        obj.refresh_from_db(from_queryset=type(obj)._base_manager.select_for_update(of=("self",)))
        if reason := refusal(obj, transition, account):
            raise TransitionRefused(reason)
        origin = str(getattr(obj, lifecycle.field_name))
        setattr(obj, lifecycle.field_name, str(transition.target))
        obj.save()
        return StateChange.objects.create(
            lifecycle=lifecycle.name,
            object_id=obj.pk,
            transition=transition.name,
            origin=origin,
            target=str(transition.target),
            account=account,
        )


def perform_all(
    rows: "models.QuerySet[Any]", transition_name: str, account: "Account | None", **values: Any
) -> int:
    """Move every one of `rows` along `transition_name`, and log each: all of them, or none. Returns how many.

    The same rules as `perform`, under the same locks (taken in the order of keys), in a number of queries that does
    not grow with the rows. `values` are written with the state, the same for all. Models' `save` is not called.

    Raises TransitionRefused with the reason of the first row that cannot move, and KeyError as `perform` does.
    """
    lifecycle = of(rows.model)
    transition = lifecycle.transition(transition_name)
    everything = rows.model._base_manager
    with transaction.atomic():
        wanted = everything.filter(pk__in=rows.order_by().values("pk")).order_by("pk")
        if transition.check is None:
            wanted = wanted.only(lifecycle.field_name)
        locked = list(wanted.select_for_update(of=("self",)))
        origins = {obj.pk: str(getattr(obj, lifecycle.field_name)) for obj in locked}
        # What stands in the way depends on the state alone, unless the transition has a check of its own.
        asked = locked if transition.check else {origins[obj.pk]: obj for obj in locked}.values()
        for obj in asked:
            if reason := refusal(obj, transition, account):
                raise TransitionRefused(reason)
        moved = {lifecycle.field_name: str(transition.target), **values}
        if any(field.name == "updated_at" for field in rows.model._meta.concrete_fields):
            moved["updated_at"] = timezone.now()
        everything.filter(pk__in=list(origins)).update(**moved)
        StateChange.objects.bulk_create(
            [
                StateChange(
                    lifecycle=lifecycle.name,
                    object_id=pk,
                    transition=transition.name,
                    origin=origin,
                    target=str(transition.target),
                    account=account,
                )
                for pk, origin in origins.items()
            ],
            batch_size=BATCH,
        )
    return len(origins)


def perform_each(
    model: type[models.Model],
    changes: "Mapping[Any, Mapping[str, Any]]",
    transition_name: str,
    account: "Account | None",
) -> int:
    """As `perform_all`, for the rows of these keys, each with values of its own written with the state."""
    lifecycle = of(model)
    transition = lifecycle.transition(transition_name)
    with transaction.atomic():
        wanted = model._base_manager.filter(pk__in=list(changes)).order_by("pk")
        locked = list(wanted.select_for_update(of=("self",)))
        for obj in locked:
            if reason := refusal(obj, transition, account):
                raise TransitionRefused(reason)
        logged = [
            StateChange(
                lifecycle=lifecycle.name,
                object_id=obj.pk,
                transition=transition.name,
                origin=str(getattr(obj, lifecycle.field_name)),
                target=str(transition.target),
                account=account,
            )
            for obj in locked
        ]
        fields = {lifecycle.field_name}
        if any(field.name == "updated_at" for field in model._meta.concrete_fields):
            fields.add("updated_at")
        for obj in locked:
            values = {lifecycle.field_name: str(transition.target), **changes[obj.pk]}
            for name, value in values.items():
                setattr(obj, name, value)
            fields |= set(values)
            if "updated_at" in fields:
                obj.updated_at = timezone.now()  # type: ignore[attr-defined]  # the model has it
        model._base_manager.bulk_update(locked, sorted(fields), batch_size=BATCH // 4)
        StateChange.objects.bulk_create(logged, batch_size=BATCH)
    return len(locked)
