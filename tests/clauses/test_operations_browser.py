"""Operations in a real browser: the facilitateur's part, the buyer's part, a company's answer to a penalty."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.clauses.models import ContactLog, Lot, Operation, Penalty
from tests.browser import Visit, look
from tests.clauses_world import first_of_month, make_clauses_world, make_statement
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_facilitateur_follows_a_lot(visit: Visit) -> None:
    world = make_clauses_world()
    for month in (-5, -4, -1):
        make_statement(world.assignments[0], first_of_month(month), "95", state="validated")
    visit.sign_in(world.facilitateur)
    visit.speak("en")
    page = visit.open(reverse("clauses:portfolio"))
    expect(page.get_by_role("heading", level=1)).to_have_text("My operations")
    look(page, "portfolio")
    page.get_by_role("link", name="Peinture du groupe scolaire").first.click()
    expect(page.get_by_text("of the time has passed")).to_be_visible()
    look(page, "lot")
    page.get_by_role("link", name="Peintures Gallo").first.click()
    look(page, "commitment")
    page.get_by_text("Note a contact").click()
    page.get_by_label("With").fill("Rozenn Quéré")
    page.get_by_label("What was said").fill("Two people start on Monday.")
    page.get_by_label("Come back to it on").fill((TODAY + dt.timedelta(days=7)).isoformat())
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("Two people start on Monday.").first).to_be_visible()
    assert ContactLog.objects.get().by == world.facilitateur
    look(page, "commitment-journal")
    page = visit.open(world.operation.get_absolute_url())
    look(page, "operation")
    page = visit.open(world.contract.get_absolute_url())
    look(page, "contract")
    for name, path in (
        ("clause", reverse("clauses:edit_clause", args=[world.lot.pk])),
        ("commit", reverse("clauses:new_commitment", args=[world.lot.pk])),
        ("close", reverse("clauses:close_lot", args=[world.lot.pk])),
        ("follow-up", reverse("clauses:follow_up")),
    ):
        look(visit.open(path), name)
    visit.assert_quiet()


def test_a_buyer_writes_an_operation_to_its_clause(visit: Visit) -> None:
    world = make_clauses_world()
    visit.sign_in(world.buyer)
    visit.speak("en")
    page = visit.open(reverse("clauses:new_operation"))
    look(page, "new-operation")
    page.get_by_label("Name").fill("Médiathèque des Essais")
    page.get_by_role("button", name="Create the operation").click()
    page.get_by_role("link", name="Add a contract").click()
    page.get_by_label("Object").fill("Construction de la médiathèque")
    page.get_by_label("Nature").select_option("works")
    page.get_by_label("Amount signed").fill("1000000")
    look(page, "new-contract")
    page.get_by_role("button", name="Create the contract").click()
    page.get_by_role("link", name="Add a lot").click()
    page.get_by_label("Trade").select_option("masonry")
    page.get_by_role("button", name="Create the lot").click()
    page.get_by_role("link", name="Give the clause").click()
    page.get_by_label("Hours due").fill("833")
    page.get_by_role("button", name="Save the clause").click()
    expect(page.get_by_text("833 h").first).to_be_visible()
    page.get_by_role("button", name="Calibrate").click()
    made = Lot.objects.get(contract__operation__name="Médiathèque des Essais")
    assert (made.state, made.clause.hours_due) == ("calibrated", 833)
    assert Operation.objects.get(name="Médiathèque des Essais").buyer == world.metropolis
    look(page, "lot-of-buyer")
    page = visit.open(world.lot.get_absolute_url())
    expect(page.get_by_text("Prénom1")).to_have_count(0)
    visit.assert_quiet()


def test_a_company_answers_a_penalty(visit: Visit) -> None:
    from croisee.clauses.services import closing, penalties

    world = make_clauses_world()
    closing.close(world.lot, closing.PENALISED, world.facilitateur)
    penalty = Penalty.objects.get()
    visit.sign_in(world.buyer)
    visit.speak("en")
    page = visit.open(penalty.get_absolute_url())
    look(page, "penalty-proposed")
    page.get_by_role("button", name="Notify the company").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Notify the company").click()
    expect(page.get_by_text("The company has not answered yet.")).to_be_visible()
    visit.page.context.clear_cookies()
    visit.speak("en")
    page = visit.open(reverse("clauses:penalty_answer", args=[penalties.token_of(penalty)]))
    look(page, "penalty-answer")
    page.get_by_label("Your answer").fill("The site stopped for two months.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer was received.")).to_be_visible()
    visit.sign_in(world.buyer)
    page = visit.open(penalty.get_absolute_url())
    expect(page.get_by_text("The site stopped for two months.")).to_be_visible()
    look(page, "penalty-decide")
    page.get_by_role("button", name="Apply the penalty for good").click()
    penalty.refresh_from_db()
    assert penalty.state == "applied"
    look(visit.open(reverse("clauses:penalties")), "penalties")
    visit.assert_quiet()
