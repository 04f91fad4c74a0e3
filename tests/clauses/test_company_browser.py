"""From the e-mail's link to the sent month on a telephone; the facilitateur who sends the link: in a real browser."""

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from croisee.clauses.models import (
    CompanyLink,
    Eligibility,
    InclusiveSupplier,
    Statement,
    StatementState,
)
from croisee.clauses.months import address
from croisee.clauses.notices import company as notices
from croisee.foundation.accounts.models import Membership
from croisee.foundation.notices.models import Ledger
from tests.browser import Visit, look
from tests.clauses_world import ClausesWorld, first_of_month, make_clauses_world, make_statement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAST = first_of_month(-1)
PHONE = {"width": 390, "height": 844}
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64


def story() -> ClausesWorld:
    """The small world, with something of everything on the company's pages."""
    world = make_clauses_world()
    world.operation.facilitateur = world.facilitateur
    world.operation.save()
    for number, name in enumerate(("Les Peintres solidaires", "Atelier du Blosne")):
        InclusiveSupplier.objects.create(
            siret=f"4181660960006{number}", name=name, kind="ei", trades=["painting"], source="test"
        )
    rejected = make_statement(world.assignments[0], first_of_month(-4), "50", "rejected")
    Statement.objects.filter(pk=rejected.pk).update(
        why_rejected="La feuille d’heures n’est pas signée.",
        decided_at=timezone.now(),
        decided_by=world.facilitateur,
    )
    Statement.objects.filter(state=StatementState.VALIDATED).update(
        decided_at=timezone.now(), decided_by=world.facilitateur
    )
    Statement.objects.filter(state=StatementState.SENT).update(sent_at=timezone.now())
    Eligibility.objects.filter(participant=world.participants[1]).update(ends_on=LAST + dt.timedelta(days=9))
    return world


def test_a_company_goes_from_the_e_mail_to_the_sent_month(visit: Visit, tmp_path: Path) -> None:
    world = story()
    Membership.objects.filter(organisation=world.companies[0]).delete()
    visit.speak("en")
    visit.sign_in(world.facilitateur)
    page = visit.open(reverse("clauses:company_access"))
    look(page, "clauses-companies")
    page.get_by_role("link", name="Peintures Gallo").click()
    page.get_by_role("button", name="Send a link").click()
    expect(page.get_by_text("A link is on its way")).to_be_visible()
    look(page, "clauses-company-access")
    row = Ledger.objects.get(notice=notices.LINK.name)
    said = notices.LINK.completed(row.context)

    page.context.clear_cookies()
    visit.speak("en")
    page.set_viewport_size(PHONE)
    page = visit.open(said["path"])
    look(page, "clauses-link")
    page.set_viewport_size(PHONE)
    assert CompanyLink.objects.get().used_at is None
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Peinture du groupe scolaire")).to_be_visible()
    look(page, "clauses-light-home")
    page.set_viewport_size(PHONE)
    page.locator(f'a[href$="/mois/{address(LAST)}/"]').first.click()
    photo = tmp_path / "feuille.jpg"
    photo.write_bytes(JPEG)
    first = page.locator(f"#p-{world.assignments[0].pk}")
    first.get_by_label("Time worked in the month").fill("250")
    first.get_by_label("Proof").set_input_files(photo)
    expect(first.get_by_text("more than")).to_be_visible()
    look(page, "clauses-month")
    page.set_viewport_size(PHONE)
    first.get_by_label("Time worked in the month").fill("151,67")
    first.get_by_label("Time worked in the month").blur()
    expect(first.get_by_text("more than")).to_have_count(0)
    page.get_by_role("button", name="Send the month").click()
    expect(page.get_by_text("The hours of 2 people are sent")).to_be_visible()
    look(page, "clauses-month-sent")
    sent = Statement.objects.filter(month=LAST, state=StatementState.SENT)
    assert sent.count() == 2
    assert sent.get(assignment=world.assignments[0]).proof

    page.set_viewport_size(PHONE)
    page = visit.open(reverse("clauses:light"))
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Social clauses")
    assert Membership.objects.filter(organisation=world.companies[0]).exists()
    look(page, "clauses-company-home")
    visit.assert_quiet()


def test_a_company_corrects_imports_and_has_its_attestation(visit: Visit, tmp_path: Path) -> None:
    world = story()
    visit.speak("en")
    visit.sign_in(world.employers[0])
    page = visit.open(reverse("clauses:company"))
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Correct").first.click()
    look(page, "clauses-month-rejected")
    page.set_viewport_size(PHONE)
    page.get_by_label("Time worked in the month").first.fill("48")
    page.get_by_role("button", name="Send the correction").first.click()
    expect(page.get_by_text("The correction is sent")).to_be_visible()
    table = tmp_path / "paie.csv"
    table.write_text(f"nom;prenom;mois;heures\nNom1;Prénom1;{LAST:%m/%Y};140,5\n", encoding="utf-8")
    page = visit.open(reverse("clauses:company"))
    page.get_by_role("link", name="Import a payroll table").click()
    page.locator('input[type="file"]').first.set_input_files(table)
    page.locator("main form button").first.click()
    look(page, "clauses-payroll")
    page.get_by_role("button", name="Import").first.click()
    expect(page.get_by_text("1 month of a person declared and sent")).to_be_visible()
    page = visit.open(reverse("clauses:own_hours"))
    look(page, "clauses-hours")
    page = visit.open(reverse("clauses:hours_attestation", args=[world.assignments[0].pk]))
    look(page, "clauses-attestation")
    page = visit.open(
        reverse("clauses:declare_month", args=[world.commitments[0].pk, address(first_of_month(-9))])
    )
    look(page, "clauses-month-nobody")
    visit.assert_quiet()
