"""An owner's list in a real browser: a change noted on a phone, a spreadsheet sent, the list said to be true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.foundation.accounts.models import Account
from croisee.premises.models import Unit, UnitState
from croisee.premises.owner_links import token_for
from tests.browser import Visit, look
from tests.premises.owners_helpers import HEADINGS
from tests.premises_world import make_premises_world
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_list_is_kept_on_screen_and_by_a_spreadsheet(visit: Visit, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    world = make_premises_world()
    owner, account = world.owners[0], world.landlords[0]
    visit.sign_in(account)
    visit.speak("en")
    page = visit.open(reverse("premises:my_units"))
    look(page, "owners-mine")
    page.set_viewport_size({"width": 390, "height": 844})
    line = page.get_by_role("row").filter(has_text="Local Bosphore")
    line.get_by_text("Note a change").click()
    line.get_by_role("button", name="Offer").click()
    expect(page.get_by_text("is now “available”").first).to_be_visible()

    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Import a spreadsheet").click()
    look(page, "owners-import")
    file = tmp_path / "patrimoine.csv"
    row = ("N-9", "Local Banat", "Bureau", "3 rue de Banat", "35200", "Rennes", "62,5", "410", "Vacant")
    file.write_bytes("\r\n".join(";".join(cells) for cells in (HEADINGS, row)).encode("latin-1"))
    page.get_by_role("link", name="Send a file").click()
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    look(page, "owners-columns")

    page = visit.open(reverse("premises:my_units"))
    page.get_by_role("button", name="The list is true").click()
    expect(page.get_by_text("noted as true today").first).to_be_visible()
    assert Unit.objects.filter(owner=owner, checked_on=TODAY).count() == 4

    visit.page.context.clear_cookies()
    visit.speak("en")
    Unit.objects.update(checked_on=None)
    page = visit.open(reverse("premises:owner_list", args=[token_for(owner.pk, account.pk)]))
    look(page, "owners-link")
    page.get_by_role("button", name="The list is true").click()
    expect(page.get_by_text("was said to be true today").first).to_be_visible()
    assert Unit.objects.get(name="Local Bosphore").state == UnitState.AVAILABLE

    visit.sign_in(Account.objects.get(pk=world.developer.pk))
    look(visit.open(reverse("premises:owners")), "owners-owners")
    look(visit.open(reverse("premises:invite_owner")), "owners-invite")
    visit.assert_quiet()
