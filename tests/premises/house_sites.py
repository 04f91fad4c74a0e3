"""Economic sites, for the tests of the whole house."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import shapely
from django.db.models import Model

from croisee.foundation.accounts.roles import Role
from croisee.premises.models import Site
from tests.journeys_who import ANYONE
from tests.premises_world import PremisesWorld, make_unit

DEVELOPER = frozenset({Role.DEVELOPER})
SITE = "premises site"
WHO: dict[str, str | frozenset[Role]] = {
    **dict.fromkeys(("sites", "sites_map", "site", "site_map"), ANYONE),
    **dict.fromkeys(("new_site", "edit_site", "outline_site"), DEVELOPER),
}
OBJECTS = dict.fromkeys(("edit_site", "outline_site"), SITE)
# Everyone reads a site: tests/premises/test_sites_pages.py
ELSEWHERE = {"site", "site_map"}
BODIES: dict[str, dict[str, Any]] = {}
SUBJECTS: dict[str, type[Model]] = {SITE: Site}
NO_PAGE = {"sites_map", "site_map"}
PARTS: dict[str, list[Any]] = {}
PARTIES = {SITE: {"developer"}}


def rows(world: PremisesWorld) -> dict[str, Any]:
    """The site of the world."""
    return {SITE: world.site}


def grow(world: PremisesWorld, n: int) -> None:
    """As many more, each with an outline and a unit."""
    for number in range(n):
        west = -1.7 + number / 1000
        site = Site.objects.create(
            name=f"ZA {uuid4().hex[:8]}",
            commune_code="35238",
            commune_name="Rennes",
            outline=shapely.to_wkb(shapely.box(west, 48.1, west + 0.0005, 48.1005)),
        )
        make_unit(world.owners[0], f"Lot {uuid4().hex[:8]}", site=site)


def known(world: PremisesWorld) -> dict[str, dict[str, list[Any]]]:
    """The page of one site."""
    return {"site": {"pk": [world.site.pk]}}
