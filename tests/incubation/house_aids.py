"""De minimis aid for the tests of the whole house."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Aid
from tests.incubation.hosting_helpers import make_figures
from tests.world import TODAY

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.incubation_world import IncubationWorld

MANAGER = frozenset({Role.INCUBATOR_MANAGER})
READERS = MANAGER | {Role.EMPLOYER}

WHO: dict[str, str | frozenset[Role]] = {
    "aids": MANAGER,
    **dict.fromkeys(("company_aids", "declare_aid", "aid_declaration", "remove_aid"), READERS),
}
OBJECTS: dict[str, str] = {
    **dict.fromkeys(("company_aids", "declare_aid", "aid_declaration"), "incubation company"),
    "remove_aid": "incubation declared aid",
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "declare_aid": {"granted_on": TODAY.isoformat(), "amount": "100", "granted_by": "Région"},
}
SUBJECTS: dict[str, type[Model]] = {"incubation company": Organisation, "incubation declared aid": Aid}
NO_PAGE: set[str] = {"aid_declaration", "remove_aid"}
PARTS: dict[str, list[Any]] = {}
PARTIES: dict[str, set[str]] = {
    "incubation company": {"incubator A", "tenant A"},
    "incubation declared aid": {"incubator A", "tenant A"},
}


def rows(world: IncubationWorld) -> dict[str, Any]:
    """The company of side A, and an aid that it declared."""
    make_figures()
    return {"incubation company": world.a.company, "incubation declared aid": make_aid(world)}


def make_aid(world: IncubationWorld) -> Aid:
    """An aid that the company of side A declared."""
    aid: Aid = Aid.objects.create(
        organisation=world.a.company,
        granted_on=TODAY,
        amount=Decimal(100),
        granted_by="Région",
        declared=True,
    )
    return aid


def grow(world: IncubationWorld, n: int) -> None:
    """`n` aids more of the company of side A."""
    make_figures()
    for _number in range(n):
        make_aid(world)
