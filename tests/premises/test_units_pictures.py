"""Pictures of premises: what is kept of a file, what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from croisee.premises.models import Picture, PictureKind
from croisee.premises.pictures import Unreadable, bare
from croisee.premises.services import units
from tests.premises.units_helpers import exif, jpeg, png
from tests.premises_world import PremisesWorld
from tests.world import TODAY

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    """Pictures go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


def upload(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, data)


def test_a_photo_is_kept_without_where_it_was_taken(world: PremisesWorld) -> None:
    """Its pixels, and how it is turned."""
    data = jpeg((0xE0, b"JFIF\0"), (0xE1, exif(6)), (0xFE, b"Pixel 8 de Jeanne"))
    picture = units.add_picture(world.units[0], upload(data), "  La  façade ", world.developer)
    with picture.file.open("rb") as file:
        kept = file.read()
    assert picture.caption == "La façade"
    assert b"GPS" not in kept
    assert b"Jeanne" not in kept
    assert kept == jpeg(
        (0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"), (0xE0, b"JFIF\0")
    )
    name = picture.file.name
    with TestCase.captureOnCommitCallbacks(execute=True):
        units.remove_picture(picture, world.developer)
    assert not picture.file.storage.exists(name)


@pytest.mark.parametrize(
    ("data", "kind", "field"),
    [
        (b"", "photo", "file"),
        (b"GIF89a", "photo", "file"),
        (b"%PDF-1.7", "photo", "file"),
        (b"\xff\xd8\xff\xe0", "photo", "file"),
        (jpeg()[:-5], "photo", "file"),
        (png()[:-20], "photo", "file"),
        (png(100_000, 100_000), "photo", "file"),
        (b"\xff\xd8\xff" + b"\0" * (5 * 1024 * 1024), "photo", "file"),
    ],
)
def test_what_is_no_picture_is_refused(world: PremisesWorld, data: bytes, kind: str, field: str) -> None:
    """By what its bytes are, not by its name."""
    with pytest.raises(ValidationError) as refusal:
        units.add_picture(world.units[0], upload(data), "La façade", world.developer, kind)
    assert field in refusal.value.message_dict
    assert not Picture.objects.exists()


def test_a_picture_says_what_it_shows(world: PremisesWorld) -> None:
    """For who does not see it; a plan may be a PDF; a day to come is none."""
    with pytest.raises(ValidationError) as refusal:
        units.add_picture(world.units[0], upload(png()), "  ", world.developer)
    assert "caption" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        units.add_picture(world.units[0], upload(png()), "Façade", None, "photo", TODAY + DAY)
    assert "taken_on" in refusal.value.message_dict
    plan = units.add_picture(world.units[0], upload(b"%PDF-1.7 x"), "Plan", None, PictureKind.PLAN)
    assert str(plan.file.name).endswith(".pdf")


def test_pictures_of_a_unit_are_counted(world: PremisesWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the most, one is to be removed first."""
    monkeypatch.setattr(units, "MOST_PICTURES", 1)
    units.add_picture(world.units[0], upload(png()), "Un", None)
    with pytest.raises(ValidationError):
        units.add_picture(world.units[0], upload(png()), "Deux", None)


def test_a_png_keeps_its_pixels_alone() -> None:
    """Words, a place and a day go; the transparency and the colours stay; what comes behind the end goes."""
    told = png(2, 2, (b"tRNS", b"\0\0"), (b"tEXt", b"Author\0Jeanne"), (b"eXIf", exif(1)[6:]))
    assert bare(told + b"behind") == png(2, 2, (b"tRNS", b"\0\0"))
    broken = bytearray(png())
    broken[20] ^= 1
    for wrong in (bytes(broken), png()[:8], png()[:-12], b"\x89PNG\r\n\x1a\n" + png()[33:]):
        with pytest.raises(Unreadable):
            bare(wrong)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("orientation", range(10))
def test_a_photo_stays_turned_as_it_was(order: str, orientation: int) -> None:
    """Whichever way its numbers are written; a way that does not exist is none."""
    kept = bare(jpeg((0xE1, exif(orientation, order)), (0xE1, b"http://ns.adobe.com/xap/1.0/\0GPS")))
    assert b"GPS" not in kept
    assert (b"Exif" in kept) == (2 <= orientation <= 8)
    assert bare(kept) == kept


@settings(max_examples=300)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", jpeg()[:30], png()[:40]]),
)
def test_bytes_of_any_kind_are_read_or_refused(noise: bytes, start: bytes) -> None:
    """And what is read is read again to the same."""
    try:
        kept = bare(start + noise)
    except Unreadable:
        return
    assert bare(kept) == kept


@given(
    st.lists(st.tuples(st.integers(0xE0, 0xEF), st.binary(max_size=40)), max_size=4),
    st.binary(max_size=60),
)
def test_whatever_stands_around_them_pixels_stay(segments: list[tuple[int, bytes]], pixels: bytes) -> None:
    """Compared with the same photo written without what is told; a JFIF, an Adobe or a colour segment stays."""
    scan = pixels.replace(b"\xff", b"\xff\0")
    kept = bare(jpeg(*segments, pixels=scan) + b"behind")
    stay = [
        (marker, body)
        for marker, body in segments
        if marker in (0xE0, 0xEE) or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
    ]
    assert kept.replace(b"", b"") == jpeg(*stay, pixels=scan)
