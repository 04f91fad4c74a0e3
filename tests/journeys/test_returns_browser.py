"""Returns in a real browser: a référent fills the entry, brings a proof; the manager accepts it, gets the table."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.journeys.models import Moment, Proof, ProofKind, ProofState, Situation
from croisee.journeys.services.returns import default_tables
from tests.browser import Visit, look
from tests.journeys_world import make_journeys_world
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_return_from_the_questionnaire_to_the_file(
    visit: Visit, settings: object, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    world = make_journeys_world()
    default_tables(world.programme)
    journey = world.journeys[0]
    Situation.objects.filter(journey=journey).delete()
    visit.sign_in(world.referents[0])
    visit.speak("en")
    page = visit.open(reverse("journeys:returns"))
    look(page, "journeys-returns")
    page.get_by_role("link", name="Nom1 Prénom1").click()
    page.get_by_role("link", name="Answer entry").click()
    look(page, "journeys-situation")
    page.get_by_label("Situation at work").select_option("unemployed")
    page.get_by_label("Months unemployed without a break").fill("15")
    for name in (
        "In education or training",
        "Lives in a rural area",
        "Homeless or badly housed",
        "Disability",
    ):
        page.get_by_label(name).select_option("no")
    page.get_by_label("Nationality").select_option("eu")
    page.get_by_role("button", name="Save the answers").click()
    expect(page.get_by_text("The answers are saved.")).to_be_visible()
    answered = Situation.objects.get(journey=journey, moment=Moment.ENTRY)
    assert (answered.unemployed_months, answered.rural) == (15, False)
    page.get_by_role("link", name="Bring a proof: Entry: contrat d’engagement signed").click()
    page.get_by_label("File").set_input_files(
        {"name": "contrat.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 contrat"}
    )
    page.get_by_label("Date of the proof").fill(TODAY.isoformat())
    page.get_by_role("button", name="Add the proof").click()
    expect(page.get_by_text("it is to be checked")).to_be_visible()
    look(page, "journeys-journey-returns")
    assert Proof.objects.get(kind=ProofKind.AGREEMENT).state == ProofState.TO_CHECK

    visit.sign_in(world.manager)
    page = visit.open(reverse("journeys:proofs"))
    look(page, "journeys-proofs")
    page.get_by_role("link", name="Prénom1 Nom1").first.click()
    for _both in range(2):
        page.get_by_role("button", name="Accept").first.click()
        expect(page.get_by_text("The proof is accepted.")).to_be_visible()
    expect(page.get_by_text("Nothing that is due is missing.")).to_be_visible()
    page = visit.open(reverse("journeys:return_tables"))
    page.get_by_role("link", name="FSE+ participants (modèle)").click()
    look(page, "journeys-return-table")
    with page.expect_download() as got:
        page.get_by_role("button", name="Get the file (CSV)").click()
    assert "Demandeur d’emploi" in got.value.path().read_text("utf-8-sig")
    page = visit.open(reverse("journeys:indicators"))
    look(page, "journeys-indicators")
    visit.assert_quiet()
