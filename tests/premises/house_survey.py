"""The walk with a telephone, for the tests of the whole house."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone

from croisee.foundation.accounts.roles import Role
from croisee.premises.kinds import UnitKind
from croisee.premises.models import Sighting, SightingPhoto
from tests.journeys_who import ANYONE
from tests.premises_world import PIXEL, PremisesWorld

DEVELOPER = frozenset({Role.DEVELOPER})
WHO: dict[str, str | frozenset[Role]] = {
    **dict.fromkeys(
        (
            "survey",
            "survey_token",
            "sync_sighting",
            "sync_photo",
            "sightings",
            "sighting",
            "keep_sighting",
            "move_sighting",
            "sighting_photo",
        ),
        DEVELOPER,
    ),
    "survey_worker": ANYONE,
}
OBJECTS = {
    **dict.fromkeys(("sighting", "keep_sighting", "move_sighting"), "premises sighting"),
    "sighting_photo": "premises sighting photo",
}
ELSEWHERE: set[str] = set()
BODIES: dict[str, dict[str, Any]] = {
    "move_sighting": {"transition": "dismiss"},
    "sync_sighting": {"key": str(uuid4()), "kind": "ground_floor", "address": "X"},
    "sync_photo": {"key": str(uuid4()), "sighting": str(uuid4())},
}
SUBJECTS: dict[str, type[Model]] = {
    "premises sighting": Sighting,
    "premises sighting photo": SightingPhoto,
}
NO_PAGE = {
    "survey_worker",
    "survey_token",
    "sync_sighting",
    "sync_photo",
    "move_sighting",
    "sighting_photo",
}
PARTS: dict[str, list[Any]] = {}
PARTIES = {"premises sighting": {"developer"}, "premises sighting photo": {"developer"}}


def make_sighting(world: PremisesWorld, **fields: object) -> tuple[Sighting, SightingPhoto]:
    """A ground floor seen near the first unit, with a photo."""
    values: dict[str, object] = {
        "kind": UnitKind.GROUND_FLOOR,
        "address": "Angle de la place du Banat",
        "lon": -1.6641,
        "lat": 48.0871,
        "seen_at": timezone.now(),
        "seen_by": world.developer,
    }
    row = Sighting.objects.create(client_key=uuid4(), **(values | fields))
    photo = SightingPhoto(sighting=row, client_key=uuid4())
    photo.file.save("photo.png", ContentFile(PIXEL))
    return row, photo


def rows(world: PremisesWorld) -> dict[str, Any]:
    """One thing seen, and its photo."""
    row, photo = make_sighting(world)
    return {"premises sighting": row, "premises sighting photo": photo}


def grow(world: PremisesWorld, n: int) -> None:
    """As many more."""
    for _number in range(n):
        make_sighting(world)
