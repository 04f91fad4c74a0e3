"""The kinds of imports that apps declare: files, columns, what is right, what to do with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
class ImportKind:
    """A kind of import.

    `name` is `app.what` and appears in addresses. `roles` are those whose holders may import.
    `validate(tables)` returns what is wrong, each fault built by `table.fault(index, column, problem,
    remedy)`; it has no side effect and is called again after each correction. `apply(tables, account,
    target)` writes, inside one transaction that also marks the import as applied, and returns the address
    of the result; it gets tables without faults, and the `target` given to `begin` (identifier of what the
    import goes into).
    """

    name: str
    label: "StrOrPromise"
    slots: tuple[Slot, ...]
    validate: "Callable[[Tables], list[Fault]]"
    apply: "Callable[[Tables, Account, str], str]"
    roles: "tuple[Role, ...]"

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
