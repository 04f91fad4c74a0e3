"""A convention signed by its four parties in a real browser: school sends, family, host, pupil and head sign."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.stages.models import Convention, ConventionState, Signatory
from croisee.stages.services import conventions, signing
from tests.browser import look
from tests.stages.convention_helpers import confirmed, with_pupil_address
from tests.world import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def sign_here(page):
    page.get_by_label("J’ai lu cette convention").check()
    page.get_by_role("button", name="Signer").click()


def test_four_sign(visit):
    world = make_world()
    with_pupil_address(world)
    convention = conventions.prepare(confirmed(world))
    address = convention.get_absolute_url()

    visit.sign_in(world.staff[0])
    page = visit.open(address)
    look(page, "convention-draft")
    page.get_by_role("link", name="Modifier").click()
    look(page, "convention-edit")
    page.get_by_label("Repas de midi").or_(page.get_by_label("Déjeuner")).fill("À la cantine de l’entreprise")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Envoyer à la signature").click()
    expect(page.get_by_text("chaque signataire reçoit un lien")).to_be_visible()
    page.get_by_role("link", name="Signé sur papier").first.click()
    look(page, "convention-paper")

    for account in (world.families[0], world.employers[0], world.heads[0]):
        visit.sign_in(account)
        page = visit.open(address)
        page.get_by_role("link", name="Signer (").click()
        if account == world.families[0]:
            look(page, "convention-sign")
        sign_here(page)
        expect(page.get_by_role("heading", name="Signatures", exact=True)).to_be_visible()

    visit.page.context.clear_cookies()
    row = convention.signatures.living().get(signatory=Signatory.PUPIL)
    page = visit.open(reverse("stages:sign", args=[signing.new_link(row)]))
    sign_here(page)
    expect(page.get_by_role("heading", name="Vous avez signé")).to_be_visible()
    look(page, "convention-signed-link")
    assert Convention.objects.get(pk=convention.pk).state == ConventionState.SIGNED

    visit.sign_in(world.manager)
    look(visit.open(address), "convention-signed")
    look(visit.open(reverse("stages:conventions")), "conventions")
    visit.assert_quiet()
