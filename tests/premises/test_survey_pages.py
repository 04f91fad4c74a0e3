"""The pages of the walk: what a telephone is answered, what is done with what was seen, for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from croisee.foundation.accounts.models import Account
from croisee.premises.models import Sighting, SightingPhoto, Unit
from tests.premises.house_survey import make_sighting
from tests.premises_world import PIXEL, PremisesWorld

Enter = Callable[[Account], Client]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def body(**values: object) -> dict[str, object]:
    return {"key": str(uuid4()), "kind": "ground_floor", "address": "3 place du Banat", **values}


def test_a_telephone_sends_an_entry_then_its_photo(world: PremisesWorld, enter: Enter) -> None:
    client = enter(world.developer)
    said = client.get(reverse("premises:survey_token")).json()
    assert set(said) == {"token", "account"}
    entry = body(lon="-1.66", lat="48.08", accuracy="12.5", seen_at="2026-11-30T10:00:00Z", empty="yes")
    assert client.post(reverse("premises:sync_sighting"), entry).json() == {"key": entry["key"]}
    photo = {"key": str(uuid4()), "sighting": entry["key"], "file": SimpleUploadedFile("p.png", PIXEL)}
    assert client.post(reverse("premises:sync_photo"), photo).json() == {"key": photo["key"]}
    row = Sighting.objects.get()
    assert (row.empty, row.accuracy, row.photos.count()) == (True, 12.5, 1)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"key": "x"}, "no key"),
        ({"kind": "castle"}, "What it is"),
        ({"address": ""}, "Take your position"),
        ({"surface": "-3"}, "Surface"),
        ({"seen_at": "1999-01-01T00:00:00Z"}, "clock"),
        ({"lat": "95", "lon": "2"}, "90"),
    ],
)
def test_what_is_wrong_is_said_in_words(
    world: PremisesWorld, enter: Enter, values: dict[str, object], fault: str
) -> None:
    answer = enter(world.developer).post(reverse("premises:sync_sighting"), body(**values))
    assert answer.status_code == 422
    assert fault in " ".join(answer.json()["faults"])
    assert not Sighting.objects.exists()


def test_a_photo_of_nothing_is_refused(world: PremisesWorld, enter: Enter) -> None:
    client = enter(world.developer)
    photo = {"key": str(uuid4()), "sighting": str(uuid4()), "file": SimpleUploadedFile("p.png", PIXEL)}
    assert client.post(reverse("premises:sync_photo"), photo).status_code == 422
    assert client.post(reverse("premises:sync_photo"), photo | {"key": "x"}).status_code == 422
    assert not SightingPhoto.objects.exists()


def test_without_script_the_form_keeps_it_once(world: PremisesWorld, enter: Enter) -> None:
    client = enter(world.developer)
    sent = body(photos=SimpleUploadedFile("p.png", PIXEL))
    for _time in range(2):
        answer = client.post(reverse("premises:survey"), sent, follow=True)
        sent["photos"] = SimpleUploadedFile("p.png", PIXEL)
    assert "waits among what was seen" in answer.content.decode()
    assert Sighting.objects.get().photos.count() == 1


def test_the_page_of_the_walk_names_nobody(world: PremisesWorld, enter: Enter) -> None:
    text = enter(world.developer).get(reverse("premises:survey")).content.decode()
    assert world.developer.name not in text
    assert world.developer.email not in text


def test_the_worker_keeps_files_that_are_there(world: PremisesWorld, client: Client) -> None:
    from django.contrib.staticfiles import finders

    text = client.get(reverse("premises:survey_worker")).content.decode()
    files = text.partition("FILES = [")[2].partition("]")[0].replace('"', "").split(", ")
    assert len(files) == 10
    for file in files:
        assert finders.find(file.replace("\\u002D", "-").removeprefix("/static/")), file


def test_seen_then_made_a_unit(world: PremisesWorld, enter: Enter) -> None:
    client = enter(world.developer)
    row, photo = make_sighting(world)
    assert "Angle de la place du Banat" in client.get(reverse("premises:sightings")).content.decode()
    page = client.get(reverse("premises:sighting", args=[row.pk])).content.decode()
    assert "It is this one" in page
    shown = client.get(reverse("premises:sighting_photo", args=[photo.pk]))
    assert b"".join(shown).startswith(PIXEL[:4])  # type: ignore[arg-type]  # a stream of bytes
    made = {"name": "Angle Banat", "kind": "shop", "surface": "42", "address": "3 place du Banat"}
    answer = client.post(reverse("premises:keep_sighting", args=[row.pk]), made)
    unit = Unit.objects.get(name="Angle Banat")
    assert answer.headers["location"] == unit.get_absolute_url()
    assert (unit.lon, unit.pictures.count()) == (row.lon, 1)
    again = client.post(reverse("premises:keep_sighting", args=[row.pk]), made)
    assert again.status_code == 422


def test_it_is_added_to_a_known_unit_or_dismissed(world: PremisesWorld, enter: Enter) -> None:
    client = enter(world.developer)
    row, other = make_sighting(world)[0], make_sighting(world)[0]
    move = reverse("premises:move_sighting", args=[row.pk])
    assert client.post(move, {"transition": "know", "unit": "x"}).status_code == 404
    client.post(move, {"transition": "know", "unit": str(world.units[0].pk)})
    client.post(reverse("premises:move_sighting", args=[other.pk]), {"transition": "dismiss"})
    client.post(reverse("premises:move_sighting", args=[other.pk]), {"transition": "burn"})
    states = set(Sighting.objects.values_list("state", flat=True))
    assert states == {"known", "dismissed"}
    client.post(reverse("premises:move_sighting", args=[other.pk]), {"transition": "reopen"})
    assert Sighting.objects.filter(state="received").count() == 1


def test_others_are_not_answered(world: PremisesWorld, enter: Enter) -> None:
    row, photo = make_sighting(world)
    client = enter(world.landlords[0])
    for name, args in (("sighting", [row.pk]), ("sighting_photo", [photo.pk]), ("survey", [])):
        assert client.get(reverse(f"premises:{name}", args=args)).status_code in (302, 403, 404)
    assert client.post(reverse("premises:sync_sighting"), body()).status_code in (302, 403, 404)
    assert Sighting.objects.count() == 1
