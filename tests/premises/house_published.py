"""CNIG files, vacancy and open data for the tests of the whole house."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from croisee.foundation.accounts.roles import Role
from croisee.premises.models import Site, Unit
from tests.journeys_who import ANYONE
from tests.premises.cnig_helpers import complete, make_brownfield, make_plot
from tests.premises_world import PremisesWorld

READERS = frozenset({Role.DEVELOPER, Role.OFFICIAL})
DEVELOPER = frozenset({Role.DEVELOPER})
WHO: dict[str, str | frozenset[Role]] = {
    "published": READERS,
    "published_zip": READERS,
    "published_file": READERS,
    "zae_vacancy": READERS,
    "give_identifiers": DEVELOPER,
    "import_cnig": DEVELOPER,
    "open_data": ANYONE,
    "open_geojson": ANYONE,
    "ogc": ANYONE,
    "ogc_conformance": ANYONE,
    "ogc_api": ANYONE,
    "ogc_collections": ANYONE,
    "ogc_collection": ANYONE,
    "ogc_items": ANYONE,
    "ogc_item": ANYONE,
}
OBJECTS: dict[str, str] = {}
ELSEWHERE: set[str] = {"open_geojson", "ogc_collection", "ogc_items", "ogc_item", "published_file"}
BODIES: dict[str, dict[str, Any]] = {}
SUBJECTS: dict[str, type[Model]] = {}
NO_PAGE: set[str] = {
    "published_zip",
    "published_file",
    "give_identifiers",
    "open_geojson",
    "ogc",
    "ogc_conformance",
    "ogc_api",
    "ogc_collections",
    "ogc_collection",
    "ogc_items",
    "ogc_item",
}
PARTS: dict[str, list[Any]] = {
    "name": ["SITE-ECO", "premises"],
    "collection_id": ["premises", "sites"],
    "feature_id": ["00000000-0000-0000-0000-000000000000"],
}
PARTIES: dict[str, set[str]] = {}


def rows(world: PremisesWorld) -> dict[str, Any]:
    """Nothing has an address of its own but by the names of files and collections."""
    return {}


def grow(world: PremisesWorld, n: int) -> None:
    """More of all that the files, the vacancy and the open data list."""
    start = Site.objects.count() + Unit.objects.count()
    for number in range(start, start + n):
        site = Site.objects.create(
            name=f"ZA n° {number}",
            commune_code="35238",
            commune_name="Rennes",
            cnig_id=f"35238_SITE-ECO_9{number:04d}",
        )
        complete(site)
        make_plot(world, f"Lot n° {number}", site=site, cnig_id=f"35238_TERRAIN-ECO_9{number:04d}")
        make_brownfield(f"Friche n° {number}", cnig_id=f"35238_FRICHE_9{number:04d}")
