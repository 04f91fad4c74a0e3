"""Visits, options and lettings, for the tests of the whole house."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model
from django.utils import timezone

from croisee.foundation.accounts.roles import Role
from croisee.premises.models import Letting, Option, Proposal, Unit, UnitState, Visit
from tests.premises_world import PremisesWorld, make_unit
from tests.world import TODAY

KEEPERS = frozenset({Role.DEVELOPER, Role.LANDLORD})
SIDES = KEEPERS | {Role.EMPLOYER, Role.PROJECT_HOLDER}
OCCUPANTS = KEEPERS | {Role.EMPLOYER}
WHO: dict[str, str | frozenset[Role]] = {
    **dict.fromkeys(("visits", "visit_file", "cancel_visit", "lift_option"), SIDES),
    **dict.fromkeys(
        (
            "edit_visit",
            "finish_visit",
            "new_visit",
            "new_option",
            "let_to_demand",
            "options",
            "edit_letting",
            "give_notice",
            "withdraw_notice",
            "leave_unit",
            "new_letting",
        ),
        KEEPERS,
    ),
    **dict.fromkeys(("lettings", "letting"), OCCUPANTS),
}
OBJECTS = {
    **dict.fromkeys(("visit_file", "cancel_visit"), "premises visit"),
    **dict.fromkeys(("edit_visit", "finish_visit"), "premises visit kept"),
    **dict.fromkeys(("new_visit", "new_option", "let_to_demand"), "premises proposal kept"),
    "lift_option": "premises option",
    "letting": "premises letting",
    **dict.fromkeys(
        ("edit_letting", "give_notice", "withdraw_notice", "leave_unit"), "premises letting kept"
    ),
    "new_letting": "premises unit to let",
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "new_visit": {"at": "2040-01-02T10:00"},
    "edit_visit": {"at": "2040-01-02T10:00"},
    "finish_visit": {"note": "X"},
    "new_option": {"until": (TODAY + dt.timedelta(days=5)).isoformat()},
    "let_to_demand": {"tenant_name": "Société X", "kind": "commercial", "starts_on": TODAY.isoformat()},
    "new_letting": {"tenant_name": "Société X", "kind": "commercial", "starts_on": TODAY.isoformat()},
    "edit_letting": {"tenant_name": "Société Y", "kind": "commercial", "starts_on": TODAY.isoformat()},
    "give_notice": {"notice_on": TODAY.isoformat(), "leaves_on": TODAY.isoformat()},
    "leave_unit": {"left_on": TODAY.isoformat()},
}
SUBJECTS: dict[str, type[Model]] = {
    "premises visit": Visit,
    "premises visit kept": Visit,
    "premises proposal kept": Proposal,
    "premises option": Option,
    "premises letting": Letting,
    "premises letting kept": Letting,
    "premises unit to let": Unit,
}
NO_PAGE = {"visit_file", "cancel_visit", "lift_option", "withdraw_notice"}
PARTS: dict[str, list[Any]] = {}
PARTIES = {
    "premises visit": {"developer", "landlord A", "asker A"},
    "premises visit kept": {"developer", "landlord A"},
    "premises proposal kept": {"developer", "landlord A"},
    "premises option": {"developer", "landlord A", "asker A"},
    "premises letting": {"developer", "landlord A", "asker A"},
    "premises letting kept": {"developer", "landlord A"},
    "premises unit to let": {"developer", "landlord A"},
}


def make_option(world: PremisesWorld) -> Option:
    """A unit of landlord A under option for the company of side A."""
    count = Unit.objects.count()
    unit = make_unit(world.owners[0], f"Local sous option {count}", UnitState.OPTION)
    return Option.objects.create(demand=world.demands[0], unit=unit, until=TODAY + dt.timedelta(days=5))


def rows(world: PremisesWorld) -> dict[str, Any]:
    """What side A has."""
    return {
        "premises visit": world.visit,
        "premises visit kept": world.visit,
        "premises proposal kept": world.proposal,
        "premises option": make_option(world),
        "premises letting": world.letting,
        "premises letting kept": world.letting,
        "premises unit to let": world.units[0],
    }


def grow(world: PremisesWorld, n: int) -> None:
    """As many visits, options and lettings more."""
    for number in range(n):
        option = make_option(world)
        at = timezone.now() + dt.timedelta(days=3 + number)
        Visit.objects.create(demand=world.demands[0], unit=option.unit, at=at)
        Visit.objects.create(demand=world.demands[0], unit=world.units[0], at=at)
        let = make_unit(world.owners[0], f"Local loué {Unit.objects.count()}", UnitState.LET)
        Letting.objects.create(
            unit=let, tenant=world.companies[0], starts_on=TODAY, ends_on=TODAY + dt.timedelta(days=20)
        )
