"""The yearly report in a real browser: a facilitateur filters and takes the files, an official and a buyer read."""

from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.clauses.models import Assignment, Lot, Participant
from croisee.directory.models import Residence
from croisee.directory.rome import Trade
from tests.browser import Visit, look
from tests.clauses_world import (
    ClausesWorld,
    first_of_month,
    make_assignment,
    make_clauses_world,
    make_lot,
    make_participant,
    make_statement,
    move,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = ("direct", "secondment", "alternance")
LEVELS = ("none", "3", "4")


def a_year() -> ClausesWorld:
    """Two dozen people over ten months and the same months a year before, in several trades and ways."""
    world = make_clauses_world()
    trades = [world.commitments[0], world.commitments[1]]
    trades.append(
        make_lot(world.operation, "Espaces verts", world.companies[1], 500, trade=Trade.GREEN_SPACES)
    )
    for number in range(24):
        home = Residence.YES if number % 3 else Residence.NO
        person = make_participant(50 + number, home, level=LEVELS[number % 3])
        commitment = trades[number % len(trades)]
        hired = make_assignment(commitment, person, commitment.organisation)
        Assignment.objects.filter(pk=hired.pk).update(way=WAYS[number % 2 if number < 20 else 2])
        for months in range(-10 + number % 4, -number % 3):
            make_statement(hired, first_of_month(months), f"{70 + number}", state="validated")
        if number % 2:
            make_statement(hired, first_of_month(-14 + number % 3), "60", state="validated")
        if number % 4 == 0:
            Assignment.objects.filter(pk=hired.pk).update(
                ends_on=first_of_month(-1), situation_at_end="lasting_job" if number % 8 else "training"
            )
            move(hired, "ended")
    assert Participant.objects.count() == 28
    assert Lot.objects.count() == 3
    return world


def test_each_reader_has_a_report(visit: Visit, tmp_path: Path) -> None:
    world = a_year()
    visit.speak("en")
    visit.sign_in(world.facilitateur)
    visit.speak("en")
    page = visit.open(reverse("clauses:report"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Social clauses")
    look(page, "report")
    page.locator("#id_buyer").select_option(label=world.metropolis.name)
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator("#id_operation").select_option(label=world.operation.name)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Hours validated for Groupe scolaire des Essais")).to_be_visible()
    with page.expect_download() as told:
        page.get_by_role("button", name="Get the tables (XLSX)").click()
    book = openpyxl.load_workbook(told.value.path().rename(tmp_path / "report.xlsx"))
    assert "By sex" in book.sheetnames
    page.emulate_media(media="print")
    path = tmp_path / "printed.pdf"
    page.pdf(path=path)
    assert "By sex" in " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(path).pages)
    page.emulate_media(media="screen")
    for account, name in ((world.official, "official"), (world.buyer, "buyer")):
        visit.sign_in(account)
        visit.speak("en")
        page = visit.open(reverse("clauses:report"))
        expect(page.locator("#id_buyer")).to_have_count(0)
        look(page, f"report-{name}")
    visit.assert_quiet()
