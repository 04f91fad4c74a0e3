"""An audit of proofs in a real browser: drawn and read by one, answered on a phone, decided by another."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.clauses.models import AuditItem, ProofAudit, Statement
from tests.browser import Visit, look
from tests.clauses_world import first_of_month, make_clauses_world, make_statement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_audit_from_the_draw_to_the_decision(visit: Visit, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_clauses_world()
    for month in range(-9, -3):
        make_statement(world.assignments[1], first_of_month(month), "110", state="validated")
    visit.sign_in(world.facilitateur)
    visit.speak("en")
    page = visit.open(reverse("clauses:audits"))
    look(page, "audits-none")
    page.get_by_role("link", name="Draw an audit").click()
    page.get_by_label("Name").fill("Proofs of the year")
    page.get_by_label("First month").fill(f"{first_of_month(-11):%Y-%m}")
    page.get_by_label("Last month").fill(f"{first_of_month(-1):%Y-%m}")
    page.get_by_label("Statements to draw").fill("3")
    look(page, "audit-new")
    page.get_by_role("button", name="Draw the statements").click()
    expect(page.get_by_text("3 statements are still to be read")).to_be_visible()
    look(page, "audit")
    audit = ProofAudit.objects.get()
    item = audit.items.order_by("order")[0]
    page.get_by_role("link", name="1", exact=True).click()
    look(page, "audit-item")
    page.get_by_text("Something is wrong").click()
    page.get_by_label("What is wrong").fill("The timesheet is not signed for the last week.")
    page.get_by_label("Hours that are not proved").fill("30")
    page.get_by_role("button", name="Send the finding").click()
    page.get_by_role("dialog").get_by_role("button", name="Send the finding").click()
    expect(page.get_by_text("The finding is sent")).to_be_visible()
    for _left in range(2):
        page.get_by_role("button", name="Conform, next statement").click()
    expect(page.get_by_text("of the hours refused, if every finding is upheld")).to_be_visible()
    look(page, "audit-read")

    visit.sign_in(world.employers[0])
    visit.speak("en")
    page = visit.open(item.get_absolute_url())
    look(page, "audit-answer")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("In a few words").fill("Here is the signed sheet.")
    proof = tmp_path / "sheet.pdf"
    proof.write_bytes(b"%PDF-1.4 sheet")
    page.get_by_label("A document that proves the hours").set_input_files(proof)
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Your answer is being read.")).to_be_visible()

    visit.sign_in(world.colleague)
    visit.speak("en")
    page = visit.open(item.get_absolute_url())
    look(page, "audit-decide")
    page.get_by_label("Why").fill("The sheet covers all but ten hours.")
    page.get_by_label("Hours refused, if the finding is upheld").fill("10")
    page.get_by_role("button", name="Uphold the finding").click()
    page.get_by_role("dialog").get_by_role("button", name="Uphold the finding").click()
    expect(page.get_by_text("the statement corrected")).to_be_visible()
    look(page, "audit-decided")
    assert AuditItem.objects.get(pk=item.pk).state == "upheld"
    assert Statement.objects.filter(corrects=item.statement, state="validated").count() == 1
    visit.assert_quiet()
