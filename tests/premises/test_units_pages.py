"""The pages of premises and plots, by role: found, read, written, moved, photographed, printed, exported."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.premises.kinds import UnitKind
from croisee.premises.models import Picture, Spell, Unit, UnitState
from croisee.premises.queries import units as queries
from croisee.premises.queries.story import story
from croisee.premises.services import units as services
from tests.premises import house_units
from tests.premises_world import PremisesWorld, add_picture, make_unit
from tests.world import TODAY, member

MOST = 12
"""Queries of a page."""
Enter = Callable[[Account], Client]
LIST = reverse("premises:units")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    """Pictures go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


def text_of(client: Client, path: str) -> str:
    """What a page says."""
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def url(name: str, row: Any) -> str:
    """An address of a unit or of a picture."""
    return reverse(f"premises:{name}", args=[row.pk])


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What a form would send as it is."""
    form = client.get(path).context["form"]
    values = {field.name: field.value() for field in form}
    return {name: value for name, value in values.items() if value is not None}


# The list


def test_everyone_finds_what_is_offered(world: PremisesWorld) -> None:
    """Two of five; the others are nobody's business yet."""
    page = text_of(Client(HTTP_ACCEPT_LANGUAGE="en"), LIST)
    assert "Pied d’immeuble Yougoslavie" in page
    assert "Atelier Villejean" in page
    for hidden in ("Local Serbie", "Local Bosphore", "Appartement Kerguelen", "Empty for", "Owner</"):
        assert hidden not in page
    assert "Say what you look for" in page


def test_each_role_sees_its_own(world: PremisesWorld, enter: Enter) -> None:
    """A developer and an official all of them, an owner its own beside those offered."""
    official = member(Role.OFFICIAL, world.metropolis, "elue@example.org")
    for account in (world.developer, official):
        page = text_of(enter(account), LIST)
        assert all(unit.name in page for unit in world.units)
        assert "Empty for" in page
    page = text_of(enter(world.landlords[0]), LIST)
    assert all(unit.name in page for unit in world.units)
    page = text_of(enter(world.landlords[1]), LIST)
    assert "Local Serbie" not in page
    assert "Add premises or a plot" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (
            "side=other",
            {"Pied d’immeuble Yougoslavie", "Local Serbie", "Local Bosphore", "Appartement Kerguelen"},
        ),
        ("side=classic", {"Atelier Villejean"}),
        ("kind=workshop", {"Atelier Villejean"}),
        ("use=food", set()),
        ("from=60", set()),
        ("to=40", {"Local Bosphore"}),
        ("rent=200", {"Local Bosphore"}),
        ("where=outside", {"Atelier Villejean"}),
        ("state=let", {"Local Serbie"}),
        ("q=villejean", {"Atelier Villejean"}),
        ("q=A-3", {"Local Bosphore"}),
        ("side=wrong&state=wrong&from=-1", set("ABCDE")),
    ],
)
def test_filters_keep_what_is_asked(world: PremisesWorld, enter: Enter, query: str, names: set[str]) -> None:
    """On the page, on the map and in the file alike."""
    Unit.objects.filter(pk=world.units[2].pk).update(surface=30, rent=150, charges=None)
    client = enter(world.developer)
    listing = client.get(f"{LIST}?{query}").context["listing"]
    found = {row.name for row in listing.matching}
    expected = {unit.name for unit in world.units} if names == set("ABCDE") else names
    assert found == expected
    points = client.get(f"{reverse('premises:units_map')}?{query}").json()["features"]
    assert {point["properties"]["name"] for point in points} == expected
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{LIST}?{query}&export=csv").content.decode("utf-8-sig")))
    )
    assert {row["Premises"] for row in rows} == expected


def test_a_file_holds_all_that_is_known_and_nobody(world: PremisesWorld, enter: Enter) -> None:
    """No contact in it, no formula either; a workbook as well."""
    Unit.objects.filter(pk=world.units[0].pk).update(
        name="=1+1", contact_email="jeanne@example.org", parcels=["35238000AB0123"]
    )
    client = enter(world.developer)
    text = client.get(f"{LIST}?export=csv").content.decode("utf-8-sig")
    assert "jeanne" not in text
    assert "35238000AB0123" in text
    assert "\n=1+1" not in text
    assert client.get(f"{LIST}?export=xlsx").content[:2] == b"PK"
    assert client.get(f"{LIST}?export=pdf").status_code == 404


def test_the_page_says_both_sides_and_the_number_of_queries_stays(world: PremisesWorld, enter: Enter) -> None:
    """Twice the units, the same queries."""
    assert queries.sides(Unit.objects.all()) == (1, 1)
    client = enter(world.developer)
    paths = [LIST, *(url(name, world.units[0]) for name in ("unit", "edit_unit", "unit_story"))]
    counts = []
    for _turn in range(2):
        counts.append([])
        for path in paths:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(path).status_code == 200
            counts[-1].append(len(asked))
        house_units.grow(world, 6)
        add_picture(world.units[0])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= MOST


def test_an_empty_list_says_what_to_do(db: None) -> None:
    """Nothing is offered: one can say what one looks for."""
    assert "No premises are offered now" in text_of(Client(HTTP_ACCEPT_LANGUAGE="en"), LIST)


# One unit


def test_the_page_of_a_unit_for_everyone(world: PremisesWorld, enter: Enter) -> None:
    """Facts, what one pays, photos; whom to ask only for who is signed in; nothing to be changed."""
    unit = world.units[0]
    Unit.objects.filter(pk=unit.pk).update(contact_name="Jeanne Martin", contact_phone="0299000000")
    picture = add_picture(unit)
    page = text_of(Client(HTTP_ACCEPT_LANGUAGE="en"), url("unit", unit))
    for said in ("45 m²", "380 € a month", "Street level", "La façade", "Sign in to read whom to ask"):
        assert said in page
    for hidden in ("Jeanne", "0299000000", "Change what is known", "Remove"):
        assert hidden not in page
    assert reverse("premises:new_demand") in page
    signed = text_of(enter(world.askers[0]), url("unit", unit))
    assert "Jeanne Martin" in signed
    assert "Say what you look for" in signed
    shown = Client().get(url("picture", picture))
    assert b"".join(shown.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert shown.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_is_not_offered_is_not_there_for_others(world: PremisesWorld, enter: Enter, number: int) -> None:
    """Nor its sheet, its story, its pictures; nothing is written."""
    unit = world.units[number]
    picture = add_picture(unit)
    for client in (Client(), enter(world.askers[0]), enter(world.landlords[1])):
        for name in ("unit", "unit_sheet"):
            assert client.get(url(name, unit)).status_code == 404
        assert client.get(url("picture", picture)).status_code == 404
    for client in (enter(world.askers[0]), enter(world.landlords[1])):
        for name in ("edit_unit", "unit_story", "new_picture"):
            assert client.get(url(name, unit)).status_code == 404
        moved = client.post(url("move_unit", unit), {"transition": "withdraw", "on": str(TODAY)})
        assert moved.status_code == 404
        assert client.post(url("remove_picture", picture)).status_code == 404
    assert Picture.objects.filter(pk=picture.pk).exists()
    assert Unit.objects.get(pk=unit.pk).state == unit.state


def test_who_keeps_a_unit_reads_what_is_missing(world: PremisesWorld, enter: Enter) -> None:
    """And that it may be known twice."""
    double = make_unit(world.owners[0], "Pied d’immeuble, 12 bd de Yougoslavie", surface=Decimal(44))
    page = text_of(enter(world.landlords[0]), url("unit", double))
    assert "Known twice?" in page
    assert "Pied d’immeuble Yougoslavie" in page
    assert "whom to ask" in page
    assert "Empty for" not in page
    assert "empty for 3 months" in page


def test_units_are_doubles_by_address_parcel_or_point(world: PremisesWorld) -> None:
    """With nearly the same surface; a withdrawn one is none, nor one far away."""
    base = world.units[0]
    far: dict[str, Any] = {"address": "1 rue d’Ailleurs", "lon": 2.0, "lat": 48.0}
    parcel = {"parcels": ["35238000AB0123"]}
    Unit.objects.filter(pk=base.pk).update(ban_id="35238_1", **parcel)
    base.refresh_from_db()
    made = {
        "address": make_unit(None, "address", **(far | {"address": base.address.upper()})),
        "parcel": make_unit(None, "parcel", **(far | parcel)),
        "ban": make_unit(None, "ban", **(far | {"ban_id": "35238_1"})),
        "point": make_unit(None, "point", **(far | {"lon": base.lon + 0.0001, "lat": base.lat})),
        "far": make_unit(None, "far", **(far | {"lat": 47.0, "address": "2 rue d’Ailleurs"})),
        "larger": make_unit(None, "larger", surface=Decimal(60)),
        "gone": make_unit(None, "gone", UnitState.WITHDRAWN),
        "told apart": make_unit(world.owners[0], "told apart", reference="A-9"),
    }
    Unit.objects.filter(pk__in=[unit.pk for unit in world.units[1:]]).update(surface=90)
    assert {one.name for one in queries.doubles(base)} == {"address", "parcel", "ban", "point"}
    assert queries.doubles(made["far"]) == []
    assert queries.doubles(make_unit(None, "nowhere", address="", lon=None, lat=None)) == []


# Writing


def test_a_landlord_writes_a_unit_of_its_own(world: PremisesWorld, enter: Enter) -> None:
    """Its organisations alone are to be chosen from; the parcels are checked."""
    client = enter(world.landlords[0])
    path = reverse("premises:new_unit")
    sent = {
        "name": "Ancienne loge",
        "kind": UnitKind.GROUND_FLOOR,
        "surface": "22.5",
        "owner": str(world.owners[1].pk),
        "owner_kind": "social_landlord",
        "uses": ["office", "craft"],
        "parcels": "35238000AB0123; 35238000AB0124",
        "published": "on",
    }
    refused = client.post(path, sent)
    assert refused.status_code == 422
    assert "owner" in refused.context["form"].errors
    done = client.post(path, sent | {"owner": str(world.owners[0].pk)})
    unit = Unit.objects.get(name="Ancienne loge")
    assert done.url == url("unit", unit)
    assert (unit.owner, unit.surface, unit.state) == (world.owners[0], Decimal("22.5"), UnitState.FOUND)
    assert unit.parcels == ["35238000AB0123", "35238000AB0124"]
    assert unit.uses == ["office", "craft"]
    assert Spell.objects.filter(unit=unit).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"parcels": "AB123"}, "parcels"),
        ({"surface": "0"}, "surface"),
        ({"surface": ""}, "surface"),
        ({"kind": "castle"}, "kind"),
        ({"lat": ""}, "lat"),
        ({"opens_at": "08:00", "closes_at": ""}, "closes_at"),
        ({"vacant_since": str(TODAY + dt.timedelta(days=1))}, "vacant_since"),
        ({"vacant_since": ""}, "vacant_since"),
        ({"owner_kind": "person", "owner_name": "Jeanne"}, "__all__"),
        ({"reference": "A-2"}, "__all__"),
        ({"divisible_from": "90"}, "__all__"),
        ({"erp_category": "5"}, "erp_type"),
    ],
)
def test_each_fault_is_beside_its_field(
    world: PremisesWorld, enter: Enter, change: dict[str, str], field: str
) -> None:
    """And nothing is saved."""
    client, unit = enter(world.developer), world.units[0]
    sent = form_of(client, url("edit_unit", unit)) | {"name": "Autre nom"} | change
    answer = client.post(url("edit_unit", unit), sent)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Unit.objects.get(pk=unit.pk).name == unit.name


def test_a_form_that_was_shown_before_another_change_is_late(world: PremisesWorld, enter: Enter) -> None:
    """What one wrote is still there to be copied."""
    client, unit = enter(world.developer), world.units[0]
    sent = form_of(client, url("edit_unit", unit)) | {"name": "Trop tard"}
    services.change(unit, {"rent": Decimal(1)}, None)
    answer = client.post(url("edit_unit", unit), sent)
    assert answer.status_code == 422
    assert "changed meanwhile" in answer.content.decode()
    again = form_of(client, url("edit_unit", unit)) | {"name": "À temps"}
    assert client.post(url("edit_unit", unit), again).status_code == 302
    unit.refresh_from_db()
    assert (unit.name, unit.rent, unit.lon, unit.zone_codes) == ("À temps", 1, -1.664, "QN03505M")


def test_another_address_takes_the_point_along(world: PremisesWorld, enter: Enter) -> None:
    """One that is not found has none, and that is said; a point may be given instead."""
    client, unit = enter(world.developer), world.units[0]
    sent = form_of(client, url("edit_unit", unit)) | {"address": "3 rue Inconnue, 35200 Rennes"}
    answer = client.post(url("edit_unit", unit), sent, follow=True)
    assert "was not found on the map" in answer.content.decode()
    unit.refresh_from_db()
    assert (unit.lon, unit.postcode, unit.city, unit.zone_codes) == (None, "35200", "Rennes", "")
    sent = form_of(client, url("edit_unit", unit)) | {"lon": "-1.66", "lat": "48.08"}
    assert client.post(url("edit_unit", unit), sent).status_code == 302
    unit.refresh_from_db()
    assert (unit.lon, unit.lat) == (-1.66, 48.08)


# Moving


def test_a_move_has_its_day(world: PremisesWorld, enter: Enter) -> None:
    """Refused in words; an unknown one is not there."""
    client, unit = enter(world.landlords[0]), world.units[2]
    page = text_of(client, url("unit", unit))
    assert 'value="offer"' in page
    assert 'value="hold"' not in page
    wrong = client.post(
        url("move_unit", unit), {"transition": "offer", "on": str(TODAY + dt.timedelta(1))}, follow=True
    )
    assert "noted once it has come" in wrong.content.decode()
    assert client.post(url("move_unit", unit), {"transition": "sell", "on": str(TODAY)}).status_code == 404
    none = client.post(url("move_unit", unit), {"transition": "offer", "on": "soon"}, follow=True)
    assert "Give the day" in none.content.decode()
    done = client.post(
        url("move_unit", unit), {"transition": "offer", "on": str(TODAY - dt.timedelta(9))}, follow=True
    )
    assert "is now “available”" in done.content.decode()
    assert Spell.objects.get(unit=unit, ends_on=None).starts_on == TODAY - dt.timedelta(9)


def test_the_story_of_a_unit(world: PremisesWorld, enter: Enter) -> None:
    """Periods with their lengths, who was in it, visits, changes; the latest first, each told to who may know."""
    unit = world.units[1]
    services.change(unit, {"rent": Decimal(350), "contact_name": "Jeanne"}, world.developer)
    services.move(unit, "give_notice", world.developer)
    client = enter(world.developer)
    page = text_of(client, url("unit_story", unit))
    for said in ("3 months", "Let to Menuiserie A", "Under notice", "rent (€/month): 320", "Jeanne"):
        assert (said in page) == (said != "Jeanne")
    events = story(unit, world.developer)
    assert [one.day for one in events] == sorted((one.day for one in events), reverse=True)
    own = story(world.units[0], world.landlords[0])
    visit = next(one for one in own if one.what.startswith("Visit"))
    assert (visit.text, visit.url) == ("Atelier de menuiserie", "")
    assert next(one for one in story(world.units[0], world.developer) if one.what.startswith("Visit")).url


# Pictures, paper


def test_pictures_are_added_read_and_removed(world: PremisesWorld, enter: Enter) -> None:
    """With what they show in words; what is no picture is refused."""
    client, unit = enter(world.landlords[0]), world.units[0]
    path = url("new_picture", unit)
    with open(__file__, "rb") as file:
        wrong = client.post(path, {"kind": "photo", "caption": "X", "file": file})
    assert wrong.status_code == 422
    assert "file" in wrong.context["form"].errors
    none = client.post(path, {"kind": "photo", "caption": "X"})
    assert none.status_code == 422
    plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
    done = client.post(path, {"kind": "plan", "caption": "Plan coté", "file": plan})
    assert done.status_code == 302
    picture = Picture.objects.get()
    assert "Plan: Plan coté" in text_of(client, url("unit", unit))
    read = Client().get(url("picture", picture))
    assert read.headers["Content-Type"] == "application/pdf"
    assert b"".join(read.streaming_content) == b"%PDF-1.7 plan"  # type: ignore[attr-defined]
    assert client.post(url("remove_picture", picture)).status_code == 302
    assert not Picture.objects.exists()


def test_a_picture_whose_file_is_gone_is_not_there(world: PremisesWorld) -> None:
    """Rather than a fault."""
    picture = add_picture(world.units[0])
    picture.file.storage.delete(picture.file.name)
    assert Client().get(url("picture", picture)).status_code == 404
    assert Client().get(url("unit_sheet", world.units[0])).status_code == 200


def test_the_sheet_on_paper(world: PremisesWorld, enter: Enter) -> None:
    """What the page says, with the photo; whom to ask for who is signed in."""
    unit = world.units[0]
    Unit.objects.filter(pk=unit.pk).update(contact_name="Jeanne Martin", description="Deux vitrines.")
    add_picture(unit)
    for client, named in ((Client(HTTP_ACCEPT_LANGUAGE="en"), False), (enter(world.askers[0]), True)):
        answer = client.get(url("unit_sheet", unit))
        reader = PdfReader(io.BytesIO(answer.content))
        text = "\n".join(page.extract_text() for page in reader.pages)
        for said in ("Pied d’immeuble Yougoslavie", "45 m²", "Deux vitrines.", "La façade", "380"):
            assert said in text
        assert ("Jeanne Martin" in text) == named
        assert len(reader.pages[0].images) == 1
