"""Monthly statements for the tests of the whole house."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from django.db.models import Model

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.incubation.models import LineKind, Statement, StatementLine
from tests.incubation.spaces_helpers import LAST_MONTH
from tests.incubation_world import IncubationWorld, Side
from tests.journeys_world import move

MANAGER = frozenset({Role.INCUBATOR_MANAGER})
READERS = MANAGER | {Role.EMPLOYER}

WHO: dict[str, str | frozenset[Role]] = {
    "statements": MANAGER,
    "statement_lines": MANAGER,
    "prepare_statements": MANAGER,
    "issue_statements": MANAGER,
    "statement": READERS,
    "statement_file": READERS,
    "add_line": MANAGER,
    "remove_line": MANAGER,
    "issue_statement": MANAGER,
    "replace_statement": MANAGER,
    "my_statements": frozenset({Role.EMPLOYER}),
}
OBJECTS: dict[str, str] = {
    "prepare_statements": "incubation incubator of statements",
    "issue_statements": "incubation incubator of statements",
    "statement": "incubation statement sent",
    "statement_file": "incubation statement sent",
    "replace_statement": "incubation statement sent",
    "add_line": "incubation statement kept",
    "issue_statement": "incubation statement kept",
    "remove_line": "incubation statement line",
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "prepare_statements": {"month": f"{LAST_MONTH:%Y-%m}"},
    "issue_statements": {"month": f"{LAST_MONTH:%Y-%m}"},
    "add_line": {"label": "Badge", "quantity": "1", "unit_price": "7.50"},
}
SUBJECTS: dict[str, type[Model]] = {
    "incubation statement sent": Statement,
    "incubation statement kept": Statement,
    "incubation statement line": StatementLine,
}
NO_PAGE: set[str] = {
    "prepare_statements",
    "issue_statements",
    "statement_file",
    "add_line",
    "remove_line",
    "issue_statement",
    "replace_statement",
}
PARTS: dict[str, list[Any]] = {}
PARTIES: dict[str, set[str]] = {
    "incubation incubator of statements": {"incubator A"},
    "incubation statement sent": {"incubator A", "tenant A"},
    "incubation statement kept": {"incubator A"},
    "incubation statement line": {"incubator A"},
}
_NUMBER = count(3)


def make_month(side: Side, months_ago: int, *, sent: bool) -> StatementLine:
    """A statement of one line, of a month so long ago."""
    month = add_months(LAST_MONTH, -months_ago)
    statement = Statement.objects.create(
        incubator=side.incubator, organisation=side.company, month=month, total=Decimal("7.50")
    )
    line = StatementLine.objects.create(
        statement=statement,
        kind=LineKind.OTHER,
        label="Badge",
        unit_price=Decimal("7.50"),
        amount=Decimal("7.50"),
    )
    if sent:
        move(statement, "issued")
    return line


def rows(world: IncubationWorld) -> dict[str, Any]:
    """The rows of side A that addresses name."""
    side = world.a
    kept, sent = make_month(side, 1, sent=False), make_month(side, 2, sent=True)
    return {
        "incubation incubator of statements": side.incubator,
        "incubation statement sent": sent.statement,
        "incubation statement kept": kept.statement,
        "incubation statement line": kept,
    }


def grow(world: IncubationWorld, n: int) -> None:
    """So many more statements that were sent, each of a month of its own, and lines of the drafts."""
    for _one in range(n):
        number = next(_NUMBER)
        for side in world.sides:
            make_month(side, number, sent=True)
    for draft in Statement.objects.filter(state="draft"):
        for number in range(n):
            StatementLine.objects.create(
                statement=draft,
                kind=LineKind.OTHER,
                label=f"Ligne {number}",
                unit_price=Decimal(0),
                amount=Decimal(0),
            )
