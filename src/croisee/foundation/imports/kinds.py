"""The kinds of imports that apps declare: files, columns, what is right, what to do with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from croisee.foundation.tables import Column, Fault, Table

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.accounts.roles import Role

Tables = Mapping[str, Table]


@dataclass(frozen=True)
class Slot:
    """One of the files of an import: its name in the code, its label on the page, the columns it must have.

    `help_text` says what the file holds.
    """

    name: str
    label: "StrOrPromise"
    columns: tuple[Column, ...]
    help_text: "StrOrPromise" = ""
    required: bool = True


@dataclass(frozen=True)
class Choice:
    """Something that the sender may ask for beside the files: a box to tick."""

    name: str
    label: "StrOrPromise"
    help_text: "StrOrPromise" = ""


@dataclass(frozen=True)
class Target:
    """What an import goes into: `key` as addresses have it, `label` and `url` to say it, `value` for the kind itself.

    `choices` are the names of the choices that were ticked.
    """

    key: str = ""
    label: "StrOrPromise" = ""
    url: str = ""
    value: Any = None
    choices: frozenset[str] = frozenset()


class TargetRefused(Exception):  # noqa: N818  reads as the sentence it is
    """The import cannot go there: it is not there, not this account's, or not to be changed any more."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True)
class Outcome:
    """What an import did: where to see it, and in words."""

    url: str
    said: str = ""


def _as_named(key: str, account: "Account") -> Target:
    return Target(key)


@dataclass(frozen=True)
class ImportKind:
    """A kind of import.

    `name` is `app.what` and appears in addresses. `roles` are those whose holders may import.
    `target(key, account)` names what the import goes into and authorises it, or raises TargetRefused; it is asked again
    before each check and before writing. `validate(tables, target)` returns what is wrong, each fault built by
    `table.fault(index, column, problem, remedy)`; it has no side effect and is called again after each correction.
    `remarks(tables, target)` says what will happen, of tables without faults. `apply(tables, account, target)` writes,
    inside one transaction that also marks the import as applied, and returns the address of the result, or an Outcome;
    it gets tables without faults. `choices` are boxes that the sender may tick.
    """

    name: str
    label: "StrOrPromise"
    slots: tuple[Slot, ...]
    validate: "Callable[[Tables, Target], list[Fault]]"
    apply: "Callable[[Tables, Account, Target], str | Outcome]"
    roles: "tuple[Role, ...]"
    target: "Callable[[str, Account], Target]" = field(default=_as_named)
    remarks: "Callable[[Tables, Target], list[str]] | None" = None
    choices: tuple[Choice, ...] = ()

    def slot(self, name: str) -> Slot:
        """The slot called `name`; KeyError when there is none."""
        return {slot.name: slot for slot in self.slots}[name]


_KINDS: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> ImportKind:
    """Declare a kind of import; ValueError when its name is taken by another."""
    if _KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of imports are called {kind.name}")
    return kind


def kind_named(name: str) -> ImportKind:
    """The kind of that name; KeyError when no app declares it."""
    return _KINDS[name]
