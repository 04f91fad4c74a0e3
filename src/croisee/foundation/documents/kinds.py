"""The kinds of documents that apps issue, declared with what may be shown to whoever checks one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Kind:
    """A kind of document.

    `name` is `app.document`. `shareable` maps keys of the document's data to the label under which their
    value is shown on the public verification page: name there nothing that says who a person is or where
    they live.
    """

    name: str
    label: "StrOrPromise"
    shareable: "Mapping[str, StrOrPromise]"


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Declare a kind of document; ValueError when its name is taken by another."""
    if _KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of documents are called {kind.name}")
    return kind


def kind_named(name: str) -> Kind:
    """The kind of that name; KeyError when no app declares it."""
    return _KINDS[name]
