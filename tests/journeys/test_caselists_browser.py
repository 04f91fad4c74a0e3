"""A manager maps the columns of a caseload in a real browser, by keyboard, then takes it in."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.journeys.models import Journey
from tests.browser import NARROW, Visit, look
from tests.journeys_world import make_journeys_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONTENT = """Suivi PLIE;;;;;
NOM;Prénom;Né le;Entrée;Fin;Motif;Dernier RDV
KOUASSI;Adjoua;04/03/85;05/01/2026;;;20/02/2026
LE BRAZ;Maëlle;11/12/1990;05/01/2024;01/02/2025;SORTIE POSITIVE;
"""


def test_a_manager_says_what_the_columns_are(visit: Visit, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    world = make_journeys_world()
    visit.sign_in(world.manager)
    visit.speak("en")
    page = visit.open(reverse("journeys:import_caselist", args=[world.programme.pk]))
    look(page, "journeys-import-caselist")
    page.get_by_role("link", name="Send a file").click()
    page.get_by_label("People followed").set_input_files(
        {"name": "suivi.csv", "mimeType": "text/csv", "buffer": CONTENT.encode("latin-1")}
    )
    page.get_by_role("button", name="See what is in the files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is in the columns")
    page.set_viewport_size({"width": NARROW, "height": 844})
    # By keyboard alone: the drop-down of a heading is reached and set without a mouse.
    field = page.get_by_label("Fin", exact=False).first
    field.focus()
    page.keyboard.type("exit on")
    expect(field).to_have_value("date_sortie")
    page.get_by_label("“SORTIE POSITIVE”").focus()
    page.keyboard.type("lasting")
    look(page, "imports-mapping")
    page.get_by_role("button", name="Read the file so").press("Enter")
    expect(page.get_by_text("2 new people.")).to_be_visible()
    look(page, "imports-caselist-draft")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("2 new people, 2 journeys added.")).to_be_visible()
    assert set(
        Journey.objects.filter(person__family_name__in=["KOUASSI", "LE BRAZ"]).values_list("state", flat=True)
    ) == {
        "under_way",
        "ended",
    }
    visit.assert_quiet()
