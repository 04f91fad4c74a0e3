"""What each subject of a service says of its pages (`tests/<service>/house_<subject>.py`), put together.

The tests of every address, object and page read it: who may open what, with which row, whose that row is.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db.models import Model

from croisee.foundation.accounts.roles import Role

WHOEVER = "*"
"""In the parties of a row: whoever is signed in."""


class ServiceHouse:
    """The fragments of a service's subjects, by the names that the tests of the house use."""

    def __init__(self, app: str, subjects: tuple[str, ...]) -> None:
        self.app = app
        self.parts = [import_module(f"tests.{app}.house_{subject}") for subject in subjects]
        self.OBJECTS: dict[str, str] = self._merged("OBJECTS")
        self.BODIES: dict[str, dict[str, Any]] = self._merged("BODIES")
        self.PARTS: dict[str, list[Any]] = self._merged("PARTS")
        self.ELSEWHERE: set[str] = set().union(*(part.ELSEWHERE for part in self.parts))
        self.WHO: dict[str, str | frozenset[Role]] = self._named("WHO")
        self.NO_PAGE = {self.named(name) for part in self.parts for name in part.NO_PAGE}
        models: dict[str, type[Model]] = self._merged("SUBJECTS")
        self.SUBJECTS = {self.named(name): models[row] for name, row in self.OBJECTS.items() if row in models}

    def named(self, name: str) -> str:
        """The full name of an address of this service."""
        return f"{self.app}:{name}"

    def rows(self, world: Any) -> dict[str, dict[str, Any]]:
        """Rows of side A, as the parts of addresses."""
        found = {name: row for part in self.parts for name, row in part.rows(world).items()}
        return {name: {"pk": row.pk} if isinstance(row, Model) else row for name, row in found.items()}

    def parties(self, everyone: set[str]) -> dict[str, set[str]]:
        """Whose each row is; `everyone` is who is signed in."""
        merged: dict[str, set[str]] = self._merged("PARTIES")
        return {row: everyone if WHOEVER in whose else whose for row, whose in merged.items()}

    def grow(self, world: Any, times: int) -> None:
        """Add rows of each thing that pages list; another `times` at each call, so that names stay apart."""
        for part in self.parts:
            part.grow(world, times)

    def known(self, world: Any) -> dict[str, dict[str, list[Any]]]:
        """The parts of addresses that no row gives by its key alone, by name, where a fragment says some (`known`)."""
        return {
            self.named(name): parts
            for part in self.parts
            if hasattr(part, "known")
            for name, parts in part.known(world).items()
        }

    def _merged(self, attribute: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part in self.parts:
            more = getattr(part, attribute)
            assert not found.keys() & more.keys(), f"{self.app} {attribute}: {found.keys() & more.keys()}"
            found |= more
        return found

    def _named(self, attribute: str) -> dict[str, Any]:
        return {self.named(name): value for name, value in self._merged(attribute).items()}
