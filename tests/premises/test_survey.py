"""What a telephone sends is kept once, whatever comes twice or in the wrong order; then it becomes a unit."""

from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.registry import personal_data
from croisee.premises.kinds import UnitKind
from croisee.premises.models import Picture, Sighting, SightingPhoto, SightingState, Unit
from croisee.premises.queries import survey as queries
from croisee.premises.services import survey as services
from tests.premises.house_survey import make_sighting
from tests.premises_world import PIXEL, PremisesWorld, make_premises_world
from tests.world import member

KEY = UUID("5b2b3f5e-9d3e-4f0a-8f64-0d0a4c1f7a11")


@pytest.fixture(autouse=True)
def media(settings: pytest.FixtureRequest, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings


def seen(**values: object) -> dict[str, object]:
    return {
        "kind": UnitKind.GROUND_FLOOR,
        "address": "3 place du Banat",
        "lon": -1.664,
        "lat": 48.087,
        "seen_at": timezone.now(),
        **values,
    }


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", PIXEL, "image/png")


def test_sent_twice_it_is_kept_once_and_brought_up_to_date(world: PremisesWorld) -> None:
    services.receive(KEY, seen(), world.developer)
    services.receive(KEY, seen(note="Rideau baissé"), world.developer)
    row = Sighting.objects.get()
    assert row.note == "Rideau baissé"
    first = services.add_photo(row, KEY, picture())
    assert services.add_photo(row, KEY, picture()) == first
    assert SightingPhoto.objects.count() == 1


def test_what_was_looked_at_is_not_changed_by_a_late_sending(world: PremisesWorld) -> None:
    row = services.receive(KEY, seen(), world.developer)
    services.move(row, "dismiss", world.developer)
    services.receive(KEY, seen(note="Encore"), world.developer)
    assert Sighting.objects.get().note == ""


def test_nobody_writes_over_what_another_sent(world: PremisesWorld) -> None:
    services.receive(KEY, seen(), world.developer)
    other = member(Role.DEVELOPER, world.metropolis, "autre@example.org")
    with pytest.raises(ValidationError):
        services.receive(KEY, seen(note="Autre"), other)


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("photo.svg", b"<svg onload='x'/>", "image/svg+xml"),
        SimpleUploadedFile("photo.pdf", b"%PDF-1.7", "application/pdf"),
        None,
    ],
)
def test_a_photo_is_a_photo(world: PremisesWorld, file: object) -> None:
    row = services.receive(KEY, seen(), world.developer)
    with pytest.raises(ValidationError):
        services.add_photo(row, uuid4(), file)
    assert not SightingPhoto.objects.exists()


def test_six_photos_at_most(world: PremisesWorld) -> None:
    row = services.receive(KEY, seen(), world.developer)
    for _number in range(6):
        services.add_photo(row, uuid4(), picture())
    with pytest.raises(ValidationError):
        services.add_photo(row, uuid4(), picture())


def test_it_becomes_a_unit_with_its_photos(world: PremisesWorld) -> None:
    row, _photo = make_sighting(world)
    values = {"name": "Angle Banat", "kind": row.kind, "surface": 40, "lon": row.lon, "lat": row.lat}
    unit = services.keep(row, values, world.developer)
    assert unit.state == "found"
    with unit.pictures.get().file.open("rb") as file:
        assert file.read(4) == PIXEL[:4]
    assert Unit.objects.get(pk=unit.pk).checked_on == row.seen_at.date()
    row.refresh_from_db()
    assert (row.state, row.unit) == (SightingState.KEPT, unit)
    with pytest.raises(ValidationError):
        services.keep(row, values, world.developer)


def test_it_adds_to_a_unit_that_was_known(world: PremisesWorld) -> None:
    row, _photo = make_sighting(world)
    services.attach(row, world.units[0], world.developer)
    assert Picture.objects.get().unit == world.units[0]
    assert Sighting.objects.get().state == SightingState.KNOWN


def test_dismissed_it_can_be_looked_at_again(world: PremisesWorld) -> None:
    row, _photo = make_sighting(world)
    services.move(row, "dismiss", world.developer)
    services.move(row, "reopen", world.developer)
    assert Sighting.objects.get().state == SightingState.RECEIVED
    with pytest.raises(TransitionRefused):
        services.move(row, "dismiss", world.askers[0])


def test_known_units_near_it_are_found_the_nearest_first(world: PremisesWorld) -> None:
    Unit.objects.filter(pk=world.units[4].pk).update(lon=-1.70, lat=48.12)
    Unit.objects.filter(pk=world.units[1].pk).update(lon=-1.6649)
    row, _photo = make_sighting(world)
    found = queries.near(row, world.developer)
    assert [one.unit for one in found][-1] == world.units[1]
    assert world.units[4] not in [one.unit for one in found]
    assert found[0].metres == pytest.approx(13, abs=2)


def test_erased_its_author_is_gone_from_row_and_history(world: PremisesWorld) -> None:
    row, _photo = make_sighting(world, note="Vu avec Prune")
    rule = personal_data._rules[Sighting]
    assert rule.concerns(world.developer).get() == row
    rule.erase(rule.concerns(world.developer))
    row.refresh_from_db()
    assert (row.seen_by, row.note) == (None, "")
    events = Sighting.events.rel.related_model.objects  # type: ignore[attr-defined]  # made by the journal
    assert not events.exclude(note="").exists()
    services.move(row, "dismiss", world.developer)
    Sighting.objects.update(updated_at=timezone.now() - dt.timedelta(days=400))
    rule.erase(rule.retention.expired(timezone.localdate()))
    assert not Sighting.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_once_keep_one() -> None:
    world = make_premises_world()
    together, faults = Barrier(2), []

    def run() -> None:
        together.wait(30)
        try:
            services.receive(KEY, seen(), Account.objects.get(pk=world.developer.pk))
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert Sighting.objects.count() == 1
