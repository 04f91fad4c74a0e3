"""Declared hours in a real browser: a month validated in one go on a desk, one rejected on a phone, one shared."""

import datetime as dt
import struct
import zlib
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from croisee.clauses.models import Statement
from croisee.clauses.services.correcting import correct
from tests.browser import Visit, look
from tests.clauses_world import (
    ClausesWorld,
    first_of_month,
    make_assignment,
    make_clauses_world,
    make_lot,
    make_participant,
    make_statement,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(width: int = 480, height: int = 640) -> bytes:
    """A PNG of a sheet with grey lines."""
    row = [b"\x00" + b"\xf4" * width, b"\x00" + b"\xf4" * 40 + b"\x99" * (width - 80) + b"\xf4" * 40]
    lines = b"".join(row[y % 32 < 3 and 60 < y < height - 60] for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def a_month(world: ClausesWorld) -> list[Statement]:
    """Eight people's month, each with a proof of its own, one of them over the hours of a month."""
    lots = [
        make_lot(world.operation, title, world.companies[n % 2], hours=900 + 50 * n)
        for n, title in enumerate(
            ("Menuiseries extérieures", "Plâtrerie et isolation", "Entretien des espaces verts")
        )
    ]
    rows = [*world.statements[1:3]]
    for n in range(8):
        assignment = make_assignment(lots[n % 3], make_participant(20 + n), world.companies[n % 2])
        hours = "70.00" if n else "230.00"
        rows.append(make_statement(assignment, first_of_month(-1), hours, state="sent"))
    for n, row in enumerate(rows):
        row.proof = ContentFile(picture(480, 640 + n), name="proof.png")
        row.save()
        Statement.objects.filter(pk=row.pk).update(sent_at=timezone.now() - dt.timedelta(days=9 - n, hours=1))
    return rows


def test_a_month_is_validated_in_one_go_and_one_is_rejected_on_a_phone(visit: Visit) -> None:
    world = make_clauses_world()
    rows = a_month(world)
    visit.sign_in(world.facilitateur)
    visit.speak("en")
    page = visit.open(reverse("clauses:statements"))
    look(page, "statements")
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.locator("input[name=chosen]:checked")).to_have_count(9)
    page.get_by_role("button", name="Validate those ticked").click()
    expect(page.get_by_text("9 statements validated")).to_be_visible()
    assert Statement.objects.validated().count() == 10
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Take them one by one").click()
    expect(page.get_by_text("Asks for a reason:")).to_be_visible()
    look(page, "statement")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Reject").click()
    page.get_by_label("Reason").fill("Les heures ne sont pas celles du bulletin.")
    page.screenshot(path=f"{_screens()}/statement-reject-390.png")
    page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    expect(page.get_by_text("1 statement rejected")).to_be_visible()
    expect(page.get_by_role("heading", name="No statement waits")).to_be_visible()
    look(page, "statements-none")
    assert Statement.objects.get(pk=rows[2].pk).state == "rejected"
    visit.sign_in(world.employers[0])
    page = visit.open(rows[2].get_absolute_url())
    expect(page.get_by_text("Les heures ne sont pas celles du bulletin.").first).to_be_visible()
    look(page, "statement-company")
    visit.assert_quiet()


def test_hours_are_shared_with_what_is_left_said_live(visit: Visit) -> None:
    world = make_clauses_world()
    a_month(world)
    new = correct(
        world.statements[0],
        Decimal(110),
        proof_kind="timesheet",
        proof=ContentFile(picture(), name="proof.png"),
        account=world.employers[0],
        note="Deux jours d’absence",
        send=True,
    )
    visit.sign_in(world.facilitateur)
    visit.speak("en")
    page = visit.open(reverse("clauses:globalise", args=[new.pk]))
    fields = page.get_by_role("spinbutton")
    fields.nth(0).fill("60")
    fields.nth(1).fill("70")
    expect(page.locator("#left")).to_contain_text("take away 20")
    look(page, "globalise-too-much")
    fields.nth(1).fill("50")
    expect(page.locator("#left")).to_contain_text("all count")
    look(page, "globalise")
    page.get_by_role("button", name="Share as written").click()
    expect(page.get_by_text("shared as you wrote")).to_be_visible()
    look(page, "statement-versions")
    page = visit.open(reverse("clauses:correct_statement", args=[world.statements[0].pk]))
    look(page, "correct")
    visit.assert_quiet()


def _screens() -> str:
    from django.conf import settings

    return str(settings.VAR_DIR / "screens")
