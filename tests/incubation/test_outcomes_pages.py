"""Pages of the dashboard, of survival, of files of SIRENE, of figures for officials; the command; erasure."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from croisee.foundation.accounts.models import Account
from croisee.foundation.daily import due
from croisee.foundation.progress.models import Progress, State
from croisee.foundation.registry import home_cards, nav_links, personal_data
from croisee.incubation.models import (
    CompanyPeriod,
    Project,
    Review,
    SireneImport,
    SurvivalCheck,
)
from croisee.incubation.panels import panels_for
from croisee.incubation.queries.outcome_panel import panel_of_survival
from croisee.incubation.services import outcomes as services
from croisee.incubation.survival import anniversary
from tests.incubation.figures_helpers import known_figures
from tests.incubation.outcomes_helpers import HEADER, Row, many_companies, write_file
from tests.incubation_world import IncubationWorld
from tests.world import TODAY

Enter = Callable[[Account], Client]
ONE_DAY = dt.timedelta(days=1)
DASHBOARD, PUBLIC = "incubation:dashboard", "incubation:public_figures"


@pytest.fixture(autouse=True)
def figures(db: None) -> None:
    """What Insee published."""
    known_figures()


@pytest.fixture
def hosted(world: IncubationWorld) -> Project:
    """A company founded four years ago."""
    project = world.a.projects[0]
    Project.objects.filter(pk=project.pk).update(founded_on=TODAY - dt.timedelta(days=4 * 365 + 30))
    project.refresh_from_db()
    return project


def text_of(browser: Client, name: str, *args: object, **query: str) -> str:
    response = browser.get(reverse(name, args=args), query)
    assert response.status_code == 200, name
    return response.content.decode()


def test_a_manager_sees_exact_figures_of_her_incubator_alone(world: IncubationWorld, enter: Enter) -> None:
    Review.objects.create(
        project=world.a.projects[0], due_on=TODAY, held_on=TODAY, turnover="u33", jobs=3, jobs_qpv=1
    )
    browser = enter(world.a.manager)
    said = text_of(browser, DASHBOARD)
    for words in ("Occupancy", "People received", "10 000 to 33 000 €", "Came on one’s own"):
        assert words in said
    assert "<dd>3</dd>" in said  # jobs
    assert "<dd>50.0 %</dd>" in said  # of two, one lives in a priority neighbourhood
    assert "not shown" not in said
    other = enter(world.b.manager)
    assert "10 000 to 33 000 €" not in text_of(other, DASHBOARD)
    book = load_workbook(io.BytesIO(browser.post(reverse(DASHBOARD)).content))
    rows = {row[0]: row[1] for row in book["Figures"].iter_rows(values_only=True)}
    assert rows["People received"] == 2
    assert rows["Jobs"] == 3


def test_a_period_is_chosen_and_a_wrong_one_is_said(world: IncubationWorld, enter: Enter) -> None:
    browser = enter(world.a.manager)
    said = text_of(browser, DASHBOARD, first="2020-01-01", last="2020-12-31")
    assert "2020, beside 2019" in said
    assert "A period ends after it begins." in text_of(
        browser, DASHBOARD, first="2026-12-31", last="2026-01-01"
    )
    for odd in (
        {"first": "x"},
        {"last": "9999-99-99"},
        {"first": "0001-01-01"},
        {"last": "9999-12-31"},
        {"incubator": "x"},
    ):
        assert browser.get(reverse(DASHBOARD), odd).status_code == 200


def test_who_may_not_open_a_page_learns_nothing(
    world: IncubationWorld, enter: Enter, hosted: Project
) -> None:
    one = reverse("incubation:declare_survival", args=[hosted.pk])
    pages = [
        reverse(f"incubation:{name}")
        for name in ("dashboard", "survival", "import_survival", "public_figures")
    ]
    for account in (world.a.holders[0], world.a.tenant, world.a.expert.account):
        browser = enter(account)
        assert {browser.get(page).status_code for page in [*pages, one]} == {404}
    other = enter(world.b.manager)
    assert other.get(one).status_code == 404
    assert other.post(one, {"years": "1", "active": "0"}).status_code == 404
    assert not SurvivalCheck.objects.exists()


def test_a_manager_notes_what_sirene_does_not_say(
    world: IncubationWorld, enter: Enter, hosted: Project
) -> None:
    browser = enter(world.a.manager)
    assert "not known" in text_of(browser, "incubation:survival")
    page = reverse("incubation:declare_survival", args=[hosted.pk])
    assert browser.post(page, {"years": "5", "active": "1"}).status_code == 422
    assert browser.post(page, {"years": "3", "active": "0"}).status_code == 302
    said = text_of(browser, "incubation:survival")
    assert "no longer active (declared)" in said
    assert "Say what you know" in browser.get(page).content.decode()
    panel = panel_of_survival(hosted, world.a.manager)
    assert panel is not None
    assert panel.text == "No longer active 3 years after."
    assert panel.url == page
    assert panel_of_survival(hosted, world.a.holders[0]) is None
    assert panel_of_survival(world.a.projects[1], world.a.manager) is None
    assert any(one.url == page for one in panels_for(hosted, world.a.manager))
    for years in (1, 3):
        SurvivalCheck.objects.update_or_create(
            project=hosted,
            years=years,
            defaults={
                "due_on": anniversary(hosted.founded_on or TODAY, years),
                "active": True,
                "evidence": "sirene",
                "checked_on": TODAY,
            },
        )
    assert "nothing to note" in browser.get(page).content.decode()
    assert browser.post(page, {"years": "3", "active": "0"}).status_code == 404


def rows_of(project: Project) -> list[Row]:
    start = project.founded_on or TODAY
    ceased = anniversary(start, 3) - ONE_DAY
    return [
        (project.siren, ceased.isoformat(), start.isoformat(), "A"),
        (project.siren, "", (ceased + ONE_DAY).isoformat(), "C"),
        ("123456789", "", TODAY.isoformat(), "A"),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_file_sent_on_screen_is_read_in_the_background(
    world: IncubationWorld, enter: Enter, hosted: Project, tmp_path: Path, settings: object
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    browser, page = enter(world.a.manager), reverse("incubation:import_survival")
    assert browser.post(page, {}).status_code == 422
    path = write_file(tmp_path / "sirene.csv", rows_of(hosted))
    progress = sent(browser, "StockUniteLegaleHistorique_utf8.csv", path.read_bytes())
    assert (progress.state, progress.problem, progress.result_url) == (State.DONE, "", page)
    said = text_of(browser, "incubation:import_survival")
    assert "StockUniteLegaleHistorique_utf8.csv" in said
    assert "1 of 2" in said
    assert not SireneImport.objects.get().file
    assert not list(tmp_path.rglob("files/**/*.csv"))
    assert "no longer active" in text_of(browser, "incubation:survival")
    failed = sent(browser, "autre.csv", b"a,b\n1,2\n")
    assert failed.state == State.FAILED
    assert "siren" in failed.problem
    assert "autre.csv" in failed.problem
    assert CompanyPeriod.objects.count() == 2


def sent(browser: Client, name: str, content: bytes) -> Progress:
    file = SimpleUploadedFile(name, content)
    assert browser.post(reverse("incubation:import_survival"), {"file": file}).status_code == 302
    call_command("work", batch=True, verbosity=0)
    return Progress.objects.order_by("-created_at")[0]


def test_the_command_reads_a_file(hosted: Project, tmp_path: Path) -> None:
    out = io.StringIO()
    path = write_file(tmp_path / "sirene.csv", rows_of(hosted))
    call_command("incubation", "survival", str(path), stdout=out)
    assert "3 lines read." in out.getvalue()
    assert "1 of 2 companies found, 2 periods kept, 2 states written." in out.getvalue()
    assert TODAY.isoformat() in out.getvalue()
    before = CompanyPeriod.objects.count()
    wrong = write_file(tmp_path / "wrong.csv", [], HEADER[1:])
    with pytest.raises(CommandError, match="siren"):
        call_command("incubation", "survival", str(wrong), stdout=out)
    assert CompanyPeriod.objects.count() == before


def test_each_morning_companies_are_looked_at(hosted: Project) -> None:
    CompanyPeriod.objects.create(
        siren=hosted.siren, starts_on=hosted.founded_on or TODAY, active=True, told_until=TODAY
    )
    now = dt.datetime.combine(TODAY, dt.time(6), dt.UTC)
    assert due(now)["incubation_survival"] == 2
    assert due(now)["incubation_survival"] == 0


def test_small_figures_are_not_told_to_officials(
    world: IncubationWorld, enter: Enter, official: Account
) -> None:
    browser = enter(official)
    assert "No year to show yet" in text_of(browser, PUBLIC)
    assert browser.post(reverse(PUBLIC), {"as": "pdf"}).status_code == 404
    many_companies(world, 9, TODAY.year - 1)
    said = text_of(browser, PUBLIC)
    assert "not shown" in said
    assert "all 2 incubators" in said
    assert str(TODAY.year) not in said.split("<form")[1].split("</form>")[0]
    assert "<dd>9</dd>" in said  # nine people were received
    # Seven came from BGE and two from Adie: two are hidden, and so seven are.
    assert "BGE" in said
    assert browser.post(reverse(PUBLIC), {"as": "docx"}).status_code == 404
    pdf = browser.post(reverse(PUBLIC), {"as": "pdf"})
    assert pdf["Content-Type"] == "application/pdf"
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert f"report {TODAY.year - 1}" in pages
    assert "not shown" in pages
    book = load_workbook(io.BytesIO(browser.post(reverse(PUBLIC), {"as": "xlsx"}).content))
    origins = {row[0]: row[1] for row in book["Who sent them"].iter_rows(values_only=True)}
    assert origins["BGE"] == origins["Adie"] == "not shown"
    exact = load_workbook(
        io.BytesIO(
            enter(world.a.manager)
            .post(reverse(DASHBOARD) + f"?first={TODAY.year - 1}-01-01&last={TODAY.year - 1}-12-31")
            .content
        )
    )
    origins = {row[0]: row[1] for row in exact["Who sent them"].iter_rows(values_only=True)}
    assert (origins["BGE"], origins["Adie"]) == (7, 2)


def test_survival_is_shown_beside_insee_and_too_few_are_said(world: IncubationWorld, enter: Enter) -> None:
    many_companies(world, 9, TODAY.year - 5)
    said = text_of(enter(world.a.manager), DASHBOARD)
    assert "Lines of fewer than 20 companies say little" in said
    assert f"Founded in {TODAY.year - 5}" in said
    assert "82 % (cohort of 2018)" in said
    assert "Micro-entrepreneurs" in said


def test_pages_ask_the_database_little_however_much_there_is(
    world: IncubationWorld, enter: Enter, official: Account, django_assert_max_num_queries: object
) -> None:
    manager, reader = enter(world.a.manager), enter(official)
    many_companies(world, 6, TODAY.year - 2)
    for _more in range(2):
        for browser, name in (
            (manager, "dashboard"),
            (manager, "survival"),
            (manager, "import_survival"),
            (reader, "public_figures"),
        ):
            page = reverse(f"incubation:{name}")
            browser.get(page)
            with django_assert_max_num_queries(12):  # type: ignore[operator]
                assert browser.get(page).status_code == 200
        many_companies(world, 12, TODAY.year - 2)


def test_home_pages_and_navigation_lead_there(world: IncubationWorld, official: Account) -> None:
    cards = {card.url: card.figure for card in home_cards.cards_for(world.a.manager)}
    assert cards[reverse(DASHBOARD)] == "1"
    assert reverse(PUBLIC) in {card.url for card in home_cards.cards_for(official)}
    assert "incubation:dashboard" in {link.url_name for link in nav_links.links_for(world.a.manager)}


def test_a_person_may_have_what_is_known_and_have_it_erased(world: IncubationWorld, hosted: Project) -> None:
    rules = dict(personal_data.items())
    account = world.a.holders[0]
    CompanyPeriod.objects.create(
        siren=hosted.siren, starts_on=hosted.founded_on or TODAY, active=True, told_until=TODAY
    )
    services.check_survival(TODAY)
    for model, many in ((SurvivalCheck, 2), (CompanyPeriod, 1)):
        rule = rules[model]
        rows = rule.concerns(account)
        assert [bool(rule.export(row)) for row in rows] == [True] * many
        assert not rule.concerns(world.a.holders[1]).exists()
        assert not rule.retention.expired(TODAY).exists()
        assert rule.erase(rows) == many
        assert not model._default_manager.exists()
    CompanyPeriod.objects.create(siren="999999999", starts_on=TODAY, active=True, told_until=TODAY)
    assert rules[CompanyPeriod].retention.expired(TODAY).count() == 1
