"""What upper floors do when a person's situation changes, in the same transaction as the change."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account

    Callback = Callable[[Person, frozenset[str], Account | None], list[str]]

WHAT = frozenset(
    {"name", "birth_date", "home", "needs", "class", "left", "came_back", "contacts", "consents", "erased"}
)

_callbacks: "list[Callback]" = []


def on_change(callback: "Callback") -> "Callback":
    """Call `callback(person, changed, account)` after each change; usable as a decorator.

    `changed` names what did: members of `WHAT`. It runs inside the transaction of the change and returns sentences for
    the user on what followed; what it raises undoes the change. "erased" comes before the person is deleted.
    """
    if callback not in _callbacks:
        _callbacks.append(callback)
    return callback


def tell(person: "Person", changed: Iterable[str], account: "Account | None") -> list[str]:
    """Tell every callback, in the order of registration; return what they say. ValueError for an unknown change."""
    what = frozenset(changed)
    if unknown := what - WHAT:
        raise ValueError(f"unknown changes: {sorted(unknown)}")
    return [sentence for callback in _callbacks if what for sentence in callback(person, what, account)]
