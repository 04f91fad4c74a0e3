"""Pages of hosting: who sees what, what is sent, what is refused and why, files, e-mails, what is told elsewhere."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from croisee.directory.models import Consent, Purpose
from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import add_months, in_words, last_day
from croisee.foundation.notices.models import Ledger
from croisee.foundation.registry import home_cards
from croisee.incubation.models import Agreement, AgreementState, Aid, Exit, Parameter, Review
from croisee.incubation.panels import panels_for
from croisee.incubation.services import hosting, hosting_changes, hosting_reviews, hosting_terms
from croisee.journeys import deadlines
from croisee.opportunities.tenure import Tenure
from tests.incubation.hosting_helpers import accepted, draft, free_space, make_figures, sent, values
from tests.incubation_world import IncubationWorld
from tests.world import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Enter = Callable[[Account], Client]
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def figures(db: None) -> None:
    make_figures()


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def page(browser: Client, name: str, *args: Any, **query: str) -> str:
    answer = browser.get(reverse(f"incubation:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_list_shows_terms_filters_and_exports(world: IncubationWorld, enter: Enter) -> None:
    manager = enter(world.a.manager)
    row = world.a.agreement
    Agreement.objects.filter(pk=row.pk).update(ends_on=TODAY + 20 * DAY)
    seen = page(manager, "agreements")
    assert "Traiteur A" in seen
    assert "ends within a month" in seen
    assert "Traiteur B" not in seen
    assert "Traiteur A" in page(manager, "agreements", term="30")
    assert "Traiteur A" not in page(manager, "agreements", term="past")
    file = manager.get(reverse("incubation:agreements"), {"export": "csv"}).content.decode()
    assert "Traiteur A" in file
    assert "Bureau 1" in file
    terms = page(manager, "legal")
    assert "Traiteur A" in terms
    assert "Commercial lease from" in terms
    assert enter(world.b.manager).get(row.get_absolute_url()).status_code == 404
    assert "Traiteur A" not in page(enter(world.b.manager), "legal")


def test_an_agreement_is_looked_at_before_it_is_written(world: IncubationWorld, enter: Enter) -> None:
    manager, project, space = enter(world.a.manager), accepted(world.a), free_space(world.a)
    where = reverse("incubation:new_agreement", args=[project.pk])
    seen = manager.get(where).content.decode()
    assert "Bureau 1 – office, 20\N{NO-BREAK SPACE}m² (in use)" in seen
    assert in_words(last_day(TODAY, 36)) in seen
    looked = manager.post(where, sent(values(months=36), space, check="1")).content.decode()
    assert "Nothing stands in the way" in looked
    assert "120.00 € a month (250.00 € outside)" in looked
    long = manager.post(where, sent(values(months=37), space, check="1")).content.decode()
    assert "Not possible as it is" in long
    assert in_words(last_day(TODAY, 36)) in long
    assert not Agreement.objects.filter(project=project).exists()
    refused = manager.post(where, sent(values(months=37), space))
    assert refused.status_code == 422
    assert "36 months at most" in refused.content.decode()
    answer = manager.post(where, sent(values(months=36), space))
    row = Agreement.objects.get(project=project)
    assert answer.headers["Location"] == row.get_absolute_url()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ends_on": TODAY - DAY}, "cannot end before it begins"),
        ({"kind": "precarious"}, "Say why the occupation is precarious"),
        ({"kind": "lease"}, "Select a valid choice"),
        ({"starts_on": "2026-13-41"}, "Enter a valid date"),
        ({"charges": "-1"}, "greater than or equal to 0"),
    ],
)
def test_faults_are_named(world: IncubationWorld, enter: Enter, change: dict[str, Any], message: str) -> None:
    where = reverse("incubation:new_agreement", args=[accepted(world.a).pk])
    answer = enter(world.a.manager).post(where, sent({**values(), **change}, free_space(world.a)))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert Agreement.objects.count() == 2


def test_a_project_without_a_company_gets_a_word_instead(world: IncubationWorld, enter: Enter) -> None:
    project = world.a.projects[1]
    answer = enter(world.a.manager).get(reverse("incubation:new_agreement", args=[project.pk]))
    assert answer.headers["Location"] == project.get_absolute_url()


def test_from_draft_to_signature(world: IncubationWorld, enter: Enter) -> None:
    manager = enter(world.a.manager)
    row = draft(world.a, accepted(world.a))
    edit = reverse("incubation:edit_agreement", args=[row.pk])
    assert "Bureau 9" in manager.get(edit).content.decode()
    changed = sent(values(months=24), free_space(world.a, "Bureau 10"), seen=row.updated_at.isoformat())
    assert manager.post(edit, changed).status_code == 302
    stale = manager.post(edit, changed)
    assert stale.status_code == 422
    assert "changed meanwhile" in stale.content.decode()
    rents = reverse("incubation:edit_rents", args=[row.pk])
    lines = {
        "rent-TOTAL_FORMS": "3",
        "rent-INITIAL_FORMS": "0",
        "rent-0-starts_on": TODAY.isoformat(),
        "rent-0-monthly": "130",
        "rent-0-market": "250",
        "rent-1-starts_on": add_months(TODAY, 12).isoformat(),
        "rent-1-monthly": "170",
        "rent-1-market": "",
    }
    half = manager.post(rents, lines)
    assert half.status_code == 422
    assert "Give the day, the rent and the market rent" in half.content.decode()
    assert manager.post(rents, {**lines, "rent-1-market": "250"}).status_code == 302
    assert [one.monthly for one in row.rents.order_by("starts_on")] == [130, 170]
    where = reverse("incubation:sign_agreement", args=[row.pk])
    assert "Print the declaration of aid" in manager.get(where).content.decode()
    without = manager.post(where, {"signed_on": TODAY.isoformat(), "declaration_on": ""})
    assert without.status_code == 422
    assert "article 7" in without.content.decode()
    days = {"signed_on": TODAY.isoformat(), "declaration_on": TODAY.isoformat()}
    assert manager.post(where, days).headers["Location"] == row.get_absolute_url()
    seen = page(manager, "agreement", row.pk)
    assert "130.00 €" in seen
    assert "24 months" in seen
    assert manager.get(where).headers["Location"] == row.get_absolute_url()


def test_a_ceiling_that_is_passed_is_said_with_its_figures(world: IncubationWorld, enter: Enter) -> None:
    Aid.objects.create(
        organisation=world.a.company,
        granted_on=TODAY - DAY,
        amount=Decimal(299_000),
        granted_by="Région",
        declared=True,
    )
    row = draft(world.a, accepted(world.a))
    where = reverse("incubation:sign_agreement", args=[row.pk])
    manager = enter(world.a.manager)
    assert "more than the ceiling of 300,000.00" in manager.get(where).content.decode()
    answer = manager.post(where, {"signed_on": TODAY.isoformat(), "declaration_on": TODAY.isoformat()})
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.state == AgreementState.DRAFT


def test_renewed_moved_and_left_by_the_forms(world: IncubationWorld, enter: Enter) -> None:
    manager, row = enter(world.a.manager), world.a.agreement
    space = free_space(world.a)
    move = reverse("incubation:change_space", args=[row.pk])
    assert "Bureau 9" in manager.get(move).content.decode()
    body = {
        "occupancy": row.occupancies.get().pk,
        "space": space.pk,
        "on": TODAY.isoformat(),
        "monthly": "120",
        "market": "250",
    }
    assert manager.post(move, body).status_code == 302
    assert manager.post(move, body).status_code == 422
    renew = reverse("incubation:renew_agreement", args=[row.pk])
    assert in_words(last_day(row.ends_on + DAY, 36)) in manager.get(renew).content.decode()
    refused = manager.post(renew, sent(values(starts_on=row.ends_on + DAY, months=36), space))
    assert refused.status_code == 422
    assert "The last day possible is" in refused.content.decode()
    next_one = manager.post(renew, sent(values(starts_on=row.ends_on + DAY, months=2), space))
    following = Agreement.objects.get(previous=row)
    assert next_one.headers["Location"] == following.get_absolute_url()
    cancel = reverse("incubation:cancel_agreement", args=[following.pk])
    assert manager.get(cancel).status_code == 405
    assert manager.post(cancel).status_code == 302
    leave = reverse("incubation:end_agreement", args=[row.pk])
    gone = {"left_on": TODAY.isoformat(), "reason": "ceased", "destination": "metropolis"}
    wrong = manager.post(leave, gone)
    assert wrong.status_code == 422
    assert "goes nowhere" in wrong.content.decode()
    assert manager.post(leave, {**gone, "destination": "none"}).status_code == 302
    assert Exit.objects.get().destination == "none"
    for name in ("edit_agreement", "edit_rents", "renew_agreement", "end_agreement"):
        assert manager.get(reverse(f"incubation:{name}", args=[row.pk])).status_code == 302


def test_a_company_sees_its_own_once_it_is_signed(world: IncubationWorld, enter: Enter) -> None:
    tenant, row = enter(world.a.tenant), world.a.agreement
    hosting_reviews.schedule(world.a.projects[0], row.starts_on, row.ends_on)
    mine = page(tenant, "my_hosting")
    assert "120.00 € a month, and 40.00 € of charges" in mine
    assert "The next one is due on" in mine
    assert "300,000.00 € may still be granted" in mine
    seen = page(tenant, "agreement", row.pk)
    assert "Renew" not in seen
    hidden = draft(world.a)
    assert tenant.get(hidden.get_absolute_url()).status_code == 404
    assert tenant.get(world.b.agreement.get_absolute_url()).status_code == 404
    assert tenant.get(reverse("incubation:agreements")).status_code in (302, 403, 404)
    assert "No agreement yet" in page(enter_other(world, enter), "my_hosting")


def enter_other(world: IncubationWorld, enter: Enter) -> Client:
    """Somebody of a company that was never hosted."""
    from croisee.foundation.accounts.models import Organisation
    from croisee.foundation.accounts.roles import Kind, Role
    from tests.world import member

    company = Organisation.objects.create(name="Ailleurs", kind=Kind.EMPLOYER)
    return enter(member(Role.EMPLOYER, company, "ailleurs@example.org"))


def test_the_agreement_on_paper_says_what_the_law_says(world: IncubationWorld, enter: Enter) -> None:
    row = world.a.agreement
    answer = enter(world.a.tenant).get(reverse("incubation:agreement_document", args=[row.pk]))
    assert answer["Content-Type"] == "application/pdf"
    words = text_of(answer.content)
    assert "Traiteur A" in words
    assert "L145-5" in words
    assert "120.00" in words
    assert "Draft" not in words
    other = draft(world.a, kind=Tenure.PRECARIOUS, cause="Vente de l’immeuble en 2028.")
    paper = enter(world.a.manager).get(reverse("incubation:agreement_document", args=[other.pk]))
    words = text_of(paper.content)
    assert "Draft: not signed yet." in words
    assert "Vente de l’immeuble en 2028." in words


# Reviews


def test_a_review_is_held_read_by_the_company_and_not_written_over(
    world: IncubationWorld, enter: Enter
) -> None:
    project, manager = world.a.projects[0], enter(world.a.manager)
    plan = reverse("incubation:new_review", args=[project.pk])
    assert manager.post(plan, {"due_on": TODAY.isoformat()}).status_code == 302
    assert manager.post(plan, {"due_on": TODAY.isoformat()}).status_code == 422
    row = Review.objects.get()
    assert "to be held" in page(manager, "reviews")
    where = reverse("incubation:hold_review", args=[row.pk])
    body = {
        "held_on": TODAY.isoformat(),
        "turnover": "u33",
        "jobs": "2",
        "jobs_qpv": "1",
        "summary": "Les commandes suivent.",
        "needs": "Un four",
        "next_steps": "",
        "seen": row.updated_at.isoformat(),
    }
    for change, message in (
        ({"jobs_qpv": "3"}, "No more people live in a neighbourhood"),
        ({"held_on": (TODAY + DAY).isoformat()}, "taken place"),
        ({"turnover": ""}, "required"),
    ):
        wrong = manager.post(where, {**body, **change})
        assert wrong.status_code == 422
        assert message in wrong.content.decode()
    assert manager.post(where, body).status_code == 302
    assert manager.post(where, body).status_code == 422
    for account in (world.a.tenant, world.a.holders[0], world.a.manager):
        seen = page(enter(account), "review", row.pk)
        assert "Les commandes suivent." in seen
        assert ("Correct the review" in seen) == (account == world.a.manager)
    for account in (world.b.manager, world.b.tenant, world.a.holders[1]):
        assert enter(account).get(reverse("incubation:review", args=[row.pk])).status_code == 404
    not_hosted = reverse("incubation:new_review", args=[world.a.projects[1].pk])
    assert manager.post(not_hosted, {"due_on": TODAY.isoformat()}).status_code == 422


# Aid


def test_aid_is_declared_by_the_company_or_the_manager_and_taken_back(
    world: IncubationWorld, enter: Enter
) -> None:
    company = world.a.company
    where = reverse("incubation:declare_aid", args=[company.pk])
    body = {
        "granted_on": (TODAY - DAY).isoformat(),
        "amount": "1500",
        "granted_by": "Région",
        "label": "Prêt",
    }
    for account in (world.a.tenant, world.a.manager):
        assert enter(account).post(where, body).status_code == 302
    for change, message in (
        ({"granted_on": (TODAY + DAY).isoformat()}, "once it is granted"),
        ({"amount": "0"}, "Write the amount"),
        ({"amount": "-5"}, "greater than or equal"),
        ({"granted_by": ""}, "required"),
    ):
        wrong = enter(world.a.tenant).post(where, {**body, **change})
        assert wrong.status_code == 422
        assert message in wrong.content.decode()
    seen = page(enter(world.a.tenant), "company_aids", company.pk)
    assert "3,000.00 €" in seen
    assert "297,000.00 €" in seen
    listed = page(enter(world.a.manager), "aids")
    assert "Traiteur A" in listed
    assert "Traiteur B" not in listed
    for account in (world.b.manager, world.b.tenant):
        assert enter(account).post(where, body).status_code == 404
    first = Aid.objects.first()
    assert first is not None
    remove = reverse("incubation:remove_aid", args=[first.pk])
    assert enter(world.b.manager).post(remove).status_code == 404
    assert enter(world.a.tenant).post(remove).status_code == 302
    assert Aid.objects.count() == 1


def test_what_was_granted_here_is_not_taken_back(world: IncubationWorld, enter: Enter) -> None:
    row = hosting.sign(draft(world.a), world.a.manager, signed_on=TODAY, declaration_on=TODAY)
    aid = Aid.objects.get(agreement=row)
    remove = reverse("incubation:remove_aid", args=[aid.pk])
    assert enter(world.a.manager).post(remove).status_code == 404
    assert "granted here" in page(enter(world.a.tenant), "company_aids", world.a.company.pk)


def test_the_declaration_lists_what_is_known(world: IncubationWorld, enter: Enter) -> None:
    Aid.objects.create(
        organisation=world.a.company,
        granted_on=TODAY - DAY,
        amount=Decimal(1500),
        granted_by="Région Bretagne",
        declared=True,
    )
    answer = enter(world.a.tenant).get(reverse("incubation:aid_declaration", args=[world.a.company.pk]))
    words = text_of(answer.content)
    assert "Région Bretagne" in words
    assert "1,500.00" in words
    assert "2023/2831" in words


def test_pages_stand_without_figures(world: IncubationWorld, enter: Enter) -> None:
    row = draft(world.a)
    Parameter.objects.all().delete()
    manager, tenant = enter(world.a.manager), enter(world.a.tenant)
    assert "figure is missing" in page(manager, "agreement", row.pk)
    assert "ceiling is not known" in page(manager, "aids")
    assert "ceiling is not known" in page(tenant, "company_aids", world.a.company.pk)
    assert "Traiteur A" in page(tenant, "my_hosting")
    assert page(manager, "new_agreement", world.a.projects[0].pk)
    signed = manager.post(
        reverse("incubation:sign_agreement", args=[row.pk]),
        {"signed_on": TODAY.isoformat(), "declaration_on": TODAY.isoformat()},
    )
    assert signed.status_code == 422


# E-mails, and what is told elsewhere


def test_terms_are_written_once_each_and_no_more_once_the_company_left(
    world: IncubationWorld, django_capture_on_commit_callbacks: Any
) -> None:
    row, now = world.a.agreement, timezone.now()
    Agreement.objects.filter(pk=world.b.agreement.pk).update(ends_on=TODAY + 400 * DAY)
    term = TODAY + 180 * DAY
    Agreement.objects.filter(pk=row.pk).update(ends_on=term)
    told = [hosting_terms.remind(now + day * DAY) for day in (-1, 0, 0, 1, 90, 150, 180, 195, 205, 212)]
    # Manager and company each: 180, 90, 30 days before, on the term, 15 and 25 days after.
    assert told == [0, 2, 0, 0, 2, 2, 2, 2, 2, 0]
    assert Ledger.objects.filter(notice__startswith="incubation.term_for").count() == 12
    hosting_changes.end(
        row, TODAY, {"reason": "own", "destination": "unknown", "jobs": None}, world.a.manager
    )
    assert hosting_terms.remind(now + 205 * DAY) == 0


def test_the_e_mail_says_the_law_in_the_reader_s_language(world: IncubationWorld) -> None:
    from croisee.foundation.notices.messages import written

    Agreement.objects.filter(pk=world.a.agreement.pk).update(
        ends_on=TODAY - 15 * DAY, starts_on=TODAY - 400 * DAY
    )
    Account.objects.update(language="en")
    assert hosting_terms.remind(timezone.now()) == 2
    for one in Ledger.objects.filter(notice__startswith="incubation.term_for"):
        mail_ = written(one)
        assert "Traiteur A" in f"{mail_.subject} {mail_.text}"
        if one.notice.endswith("managers"):
            assert "Act by" in mail_.text
    assert mail.outbox == []


def test_reviews_are_announced_once(world: IncubationWorld) -> None:
    Review.objects.create(project=world.a.projects[0], due_on=TODAY + 14 * DAY)
    Review.objects.create(project=world.a.projects[1], due_on=TODAY + 14 * DAY)
    now = timezone.now()
    assert [hosting_reviews.remind(now + day * DAY) for day in (-1, 0, 1, 9)] == [0, 2, 0, 0]


def test_cards_panels_and_deadlines(world: IncubationWorld) -> None:
    row, project = world.a.agreement, world.a.projects[0]
    Agreement.objects.filter(pk=row.pk).update(ends_on=TODAY - DAY)
    Review.objects.create(project=project, due_on=TODAY - DAY)
    cards = {str(card.title): card for card in home_cards.cards_for(world.a.manager)}
    assert cards["Terms to come"].figure == "1"
    assert "1 term is past" in str(cards["Terms to come"].text)
    assert cards["Six-monthly reviews"].figure == "1"
    assert "My hosting" in {str(card.title) for card in home_cards.cards_for(world.a.tenant)}
    lines = {panel.title: panel for panel in panels_for(project, world.a.manager)}
    assert lines["Hosting agreement"].tone == "bad"
    assert lines["Six-monthly review"].tone == "bad"
    new = {panel.title: panel for panel in panels_for(accepted(world.a), world.a.manager)}
    assert new["Hosting agreement"].url.endswith("/convention/")
    person = world.a.people[0]
    asked = ([person.pk], TODAY - 2 * DAY, TODAY)
    assert deadlines.deadlines(*asked) == []
    Consent.objects.create(person=person, purpose=Purpose.SHOW_BUSINESS)
    found = deadlines.deadlines(*asked)
    assert [(one.person, one.on) for one in found] == [(person.pk, TODAY - DAY)]
    assert "Traiteur A" in found[0].label
