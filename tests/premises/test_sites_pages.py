"""The pages of economic sites, by role."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import home_cards
from croisee.premises.models import Site
from croisee.premises.services import sites as services
from tests.premises import house_sites
from tests.premises.test_sites import square
from tests.premises_world import PremisesWorld
from tests.world import TODAY

Enter = Callable[[Account], Client]
LIST = reverse("premises:sites")
MOST = 12
"""Queries of a page."""


def url(name: str, row: Any) -> str:
    """An address of a site."""
    return reverse(f"premises:{name}", args=[row.pk])


def drawn(west: float = -1.67) -> SimpleUploadedFile:
    """The file of an outline."""
    return SimpleUploadedFile("za.geojson", json.dumps(square(west=west)).encode())


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What a form would send as it is."""
    form = client.get(path).context["form"]
    values = {field.name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_everyone_reads_sites_and_what_may_be_seen_in_them(world: PremisesWorld, enter: Enter) -> None:
    """A visitor counts what is offered, a developer everything."""
    services.outline_site(world.site, drawn(), world.developer)
    visitor = Client(HTTP_ACCEPT_LANGUAGE="en")
    rows = visitor.get(LIST).context["listing"].shown
    assert [(row.known, row.empty) for row in rows] == [(2, 2)]
    page = visitor.get(url("site", world.site)).content.decode()
    assert "Pied d’immeuble Yougoslavie" in page
    assert "Local Serbie" not in page
    assert "Change this site" not in page
    client = enter(world.developer)
    rows = client.get(LIST).context["listing"].shown
    assert [(row.known, row.empty) for row in rows] == [(5, 3)]
    page = client.get(url("site", world.site)).content.decode()
    assert "Local Serbie" in page
    outline = visitor.get(reverse("premises:sites_map")).json()["features"]
    assert [one["properties"]["name"] for one in outline] == ["ZA Sud"]
    assert visitor.get(url("site_map", world.site)).json()["features"] == outline
    points = client.get(f"{reverse('premises:units_map')}?site={world.site.pk}").json()["features"]
    assert len(points) == 5
    assert client.get(f"{reverse('premises:units_map')}?site=x").json()["features"] == []


def test_sites_are_exported_and_filtered(world: PremisesWorld) -> None:
    """With where their inventory stands."""
    old = Site.objects.create(
        name="ZA Nord",
        commune_code="35238",
        commune_name="Rennes",
        updated_on=TODAY - dt.timedelta(days=7 * 366),
    )
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    text = client.get(f"{LIST}?late=late&export=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Site"], row["Inventory"]) for row in rows] == [(old.name, "More than six years old")]
    page = client.get(url("site", old)).content.decode()
    assert "The inventory is to be brought up to date" in page
    assert "L318-8-2" in page
    exported = client.get(f"{url('site', world.site)}?export=csv")
    assert exported.headers["Content-Type"].startswith("text/csv")


def test_a_developer_writes_changes_and_draws(world: PremisesWorld, enter: Enter) -> None:
    """A new site, its inventory, its outline; each fault beside its field."""
    client = enter(world.developer)
    sent = form_of(client, reverse("premises:new_site")) | {"name": "ZA Est", "commune_code": "9"}
    wrong = client.post(reverse("premises:new_site"), sent)
    assert wrong.status_code == 422
    assert "commune_code" in wrong.context["form"].errors
    done = client.post(
        reverse("premises:new_site"), sent | {"commune_code": "35238", "commune_name": "Rennes"}
    )
    site = Site.objects.get(name="ZA Est")
    assert done.url == url("site", site)
    late = form_of(client, url("edit_site", site))
    services.change_site(site, {"manager_name": "Rennes Métropole"}, None)
    refused = client.post(url("edit_site", site), late)
    assert "changed meanwhile" in refused.content.decode()
    sent = form_of(client, url("edit_site", site)) | {"consulted_on": str(TODAY), "updated_on": str(TODAY)}
    early = client.post(url("edit_site", site), sent)
    assert "updated_on" in early.context["form"].errors
    sent["updated_on"] = str(TODAY - dt.timedelta(days=3000))
    page = client.post(url("edit_site", site), sent, follow=True).content.decode()
    assert "consultation under way" in page
    file = SimpleUploadedFile("za.geojson", b"{}")
    assert client.post(url("outline_site", site), {"file": file}).status_code == 422
    assert client.post(url("outline_site", site), {}).status_code == 422
    page = client.post(url("outline_site", site), {"file": drawn()}, follow=True).content.decode()
    assert "5 units were put in it." in page
    assert "82" in page


def test_others_write_nothing(world: PremisesWorld, enter: Enter) -> None:
    """Neither owners nor companies."""
    for account in (world.landlords[0], world.askers[0]):
        client = enter(account)
        paths = [reverse("premises:new_site"), url("edit_site", world.site), url("outline_site", world.site)]
        for path in paths:
            assert client.get(path).status_code == 404
            assert client.post(path, {"name": "X", "file": drawn()}).status_code == 404
    assert Site.objects.get().outline is None
    assert Site.objects.get().name == "ZA Sud"


@pytest.mark.parametrize("name", ["sites", "site"])
def test_the_number_of_queries_stays(world: PremisesWorld, enter: Enter, name: str) -> None:
    """Twice the sites and units, the same queries."""
    client = enter(world.developer)
    world.site.units.add(world.units[0])
    counts = []
    for _turn in range(2):
        path = LIST if name == "sites" else url("site", world.site)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counts.append(len(asked))
        house_sites.grow(world, 5)
        world.site.units.add(*world.units)
    assert counts[0] == counts[1] <= MOST


def test_a_card_says_which_inventories_are_late(world: PremisesWorld) -> None:
    """None, no card."""
    assert all("Inventories" not in str(card.title) for card in home_cards.cards_for(world.developer))
    Site.objects.update(updated_on=TODAY - dt.timedelta(days=7 * 366))
    account = Account.objects.get(pk=world.developer.pk)
    card = next(one for one in home_cards.cards_for(account) if "Inventories" in str(one.title))
    assert card.figure == "1"
