"""Incubators, spaces and rooms for the tests of the whole house."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from django.db.models import Model

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Booking, Incubator, Space, SpaceKind
from croisee.incubation.rooms import CLOSES, OPENS
from croisee.incubation.services.spaces import mirror
from tests.incubation.spaces_helpers import make_booking, room_of
from tests.incubation_world import IncubationWorld, make_space
from tests.journeys_who import ANYONE
from tests.world import TODAY

MANAGER = frozenset({Role.INCUBATOR_MANAGER})
BOOKERS = frozenset({Role.INCUBATOR_MANAGER, Role.EMPLOYER, Role.PROJECT_HOLDER, Role.EXPERT})
THERE = {"incubator A", "tenant A", "holder A", "expert A"}

WHO: dict[str, str | frozenset[Role]] = {
    "incubators": ANYONE,
    "incubator": ANYONE,
    "new_incubator": MANAGER,
    "edit_incubator": MANAGER,
    "rent_grid": MANAGER,
    "spaces": MANAGER,
    "new_space": MANAGER,
    "edit_space": MANAGER,
    "move_space": MANAGER,
    "occupancy_plan": MANAGER,
    "rooms": BOOKERS,
    "book_space": BOOKERS,
    "bookings": BOOKERS,
    "booking": BOOKERS,
    "booking_file": BOOKERS,
    "cancel_space_booking": BOOKERS,
}
OBJECTS: dict[str, str] = {
    "edit_incubator": "incubation incubator",
    "rent_grid": "incubation incubator",
    "new_space": "incubation incubator",
    "edit_space": "incubation space",
    "move_space": "incubation space",
    "book_space": "incubation room",
    "booking": "incubation booking",
    "booking_file": "incubation booking",
    "cancel_space_booking": "incubation booking",
}
ELSEWHERE: set[str] = {"incubator"}
BODIES: dict[str, dict[str, Any]] = {
    "new_incubator": {
        "name": "Autre pépinière",
        "address": "1 rue du Four, 35000 Rennes",
        "company_years": "3",
        "stay_months": "36",
    },
    "edit_incubator": {
        "name": "Le Quadri",
        "address": "1 rue du Four, 35000 Rennes",
        "company_years": "3",
        "stay_months": "36",
    },
    "rent_grid": {"rent-office-1": "6", "market-office-1": "12"},
    "new_space": {
        "kind": "office",
        "name": "Bureau neuf",
        "floor": "0",
        "surface": "12",
        "seats": "2",
        "hourly_price": "0",
        "daily_price": "0",
    },
    "edit_space": {
        "kind": "office",
        "name": "Bureau changé",
        "floor": "0",
        "surface": "12",
        "seats": "2",
        "hourly_price": "0",
        "daily_price": "0",
    },
    "move_space": {"do": "withdraw"},
    "book_space": {
        "day": (TODAY + dt.timedelta(days=2)).isoformat(),
        "starts": "18:00",
        "ends": "19:00",
        "title": "Réunion",
        "weeks": "1",
    },
    "cancel_space_booking": {"following": "yes"},
}
SUBJECTS: dict[str, type[Model]] = {
    "incubation incubator": Incubator,
    "incubation space": Space,
    "incubation room": Space,
    "incubation booking": Booking,
}
NO_PAGE: set[str] = {
    "new_incubator",  # leads to the one that is there
    "move_space",
    "booking_file",
    "cancel_space_booking",
}
PARTS: dict[str, list[Any]] = {}
PARTIES: dict[str, set[str]] = {
    "incubation incubator": {"incubator A"},
    "incubation space": {"incubator A"},
    "incubation room": THERE,
    "incubation booking": {"incubator A", "tenant A"},
}
_NUMBER = count(1)


def rows(world: IncubationWorld) -> dict[str, Any]:
    """The rows of side A that addresses name."""
    side = world.a
    mirror(side.incubator)
    return {
        "incubation incubator": side.incubator,
        "incubation space": side.spaces[1],
        "incubation room": room_of(side),
        "incubation booking": make_booking(side, TODAY + dt.timedelta(days=3), booked_by=side.tenant),
    }


def grow(world: IncubationWorld, n: int) -> None:
    """So many more spaces, rooms, and bookings of the first room, each on an hour of its own."""
    for side in world.sides:
        for _one in range(n):
            number = next(_NUMBER)
            make_space(side.incubator, f"Bureau de plus {number}", surface=Decimal(11))
            make_space(side.incubator, f"Salle de plus {number}", SpaceKind.ROOM)
            day, hour = divmod(number, CLOSES - OPENS)
            starts = f"{OPENS + hour:02d}:00"
            make_booking(side, TODAY + dt.timedelta(days=7 + day), starts, f"{OPENS + hour:02d}:30")


def known(world: IncubationWorld) -> dict[str, dict[str, list[Any]]]:
    """Pages of one incubator, and of a space that is booked by hours."""
    return {
        "incubator": {"pk": [world.a.incubator.pk]},
        "book_space": {"pk": [world.a.spaces[2].pk]},
    }
