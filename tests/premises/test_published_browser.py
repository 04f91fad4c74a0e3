"""Files of the standards in a real browser: identifiers given, what is missing seen, a file sent and applied."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.premises.cnig import FRICHES
from croisee.premises.cnig.files import csv_bytes
from croisee.premises.models import Unit
from tests.browser import Visit, assert_accessible, assert_fits, look
from tests.premises.cnig_helpers import FRICHE, complete, make_brownfield, make_plot, make_territory
from tests.premises_world import make_premises_world
from tests.world import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 900})


def enter(visit: Visit, account: Account, name: str) -> Page:
    visit.sign_in(account)
    visit.speak("en")
    return visit.open(reverse(f"premises:{name}"))


def test_files_from_the_gaps_to_a_file_sent(visit: Visit, tmp_path: Path) -> None:
    world = make_premises_world()
    make_territory()
    complete(world.site)
    make_plot(world)
    make_plot(world, "Lot sans contour", outline=None, owner_kind="unknown", owner_name="")
    make_brownfield()
    page = enter(visit, world.developer, "published")
    page.get_by_role("button", name="Give identifiers").click()
    page.locator("#identifiers").get_by_role("button", name="Give identifiers").click()
    expect(page.get_by_text("4 identifiers given.")).to_be_visible()
    expect(page.get_by_role("link", name="Lot sans contour")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything (ZIP)").click()
    assert download.value.suggested_filename.endswith(".zip")
    look(page, "premises-files")

    file = tmp_path / "friches.csv"
    file.write_bytes(csv_bytes(FRICHES, [FRICHE]))
    page.get_by_role("link", name="Send CNIG files").click()
    look(page, "premises-import")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_text("1 piece of land added.")).to_be_visible()
    page.get_by_role("button", name="Import").first.click()
    expect(page.get_by_text("1 piece of land added.").first).to_be_visible()
    assert Unit.objects.filter(cnig_id=FRICHE["site_id"]).exists()

    page = enter(visit, member(Role.OFFICIAL, world.metropolis, "elue@example.org"), "zae_vacancy")
    expect(page.get_by_role("heading", name="The formula")).to_be_visible()
    look(page, "premises-zae-vacancy")


def test_open_data_without_signing_in(visit: Visit) -> None:
    world = make_premises_world()
    complete(world.site)
    make_plot(world)
    page = visit.open(reverse("premises:open_data"))
    look(page, "premises-open-data")
    for path in ("", "/collections", "/collections/premises", "/collections/premises/items"):
        page = visit.open(f"/locaux/ogc{path}?f=html")
        for size in SIZES:
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict of both
            assert_fits(page)
        assert_accessible(page)
