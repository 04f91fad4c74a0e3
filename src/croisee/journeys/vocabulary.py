"""The words of data·inclusion (schema v1): themes, publics, fees, modes, as the national package gives them.

Values and French labels are the package's own (`data_inclusion.schema.v1`): they are the same everywhere, and follow it
when it changes. They are official terms: they are not translated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from data_inclusion.schema.v1 import (
    Categorie,
    Frais,
    ModeAccueil,
    ModeMobilisation,
    PersonneMobilisatrice,
    Public,
    ReseauPorteur,
    Thematique,
    TypeService,
)

Choices = list[tuple[str, str]]

EVERYONE: str = Public.TOUS_PUBLICS.value
"""The public that stands alone."""


def _choices(members: Iterable[Any]) -> Choices:
    return [(member.value, member.label) for member in members]


TYPES = _choices(TypeService)
PUBLICS = _choices(Public)
FEES = _choices(Frais)
WELCOME = _choices(ModeAccueil)
REACH = _choices(ModeMobilisation)
FOR_WHOM = _choices(PersonneMobilisatrice)
THEMES = _choices(Thematique)
NETWORKS: Mapping[str, str] = MappingProxyType(
    {"plie": ReseauPorteur("plie").value, "mde": ReseauPorteur("maisons-de-l-emploi").value}
)
"""The network of each kind of programme, where it is of one."""


def themes_by_category() -> list[tuple[str, Choices]]:
    """The themes under their category, in the package's order."""
    found: dict[str, Choices] = defaultdict(list)
    for value, label in THEMES:
        found[value.split("--", 1)[0]].append((value, label))
    return [(category.label, found[category.value]) for category in Categorie if found[category.value]]


_LABELS = {name: dict(choices) for name, choices in (("themes", THEMES), ("publics", PUBLICS))} | {
    "welcome": dict(WELCOME),
    "reach": dict(REACH),
    "for_whom": dict(FOR_WHOM),
    "type": dict(TYPES),
    "fees": dict(FEES),
}


def labels_of(column: str, values: Iterable[str]) -> list[str]:
    """How the values of a column of `Action` are called; a value that the schema has no more stays as it is."""
    known = _LABELS[column]
    return [known.get(value, value) for value in values]
