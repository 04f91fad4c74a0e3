"""The yearly report: what is counted, who reads what, what is hidden, the document and the workbook."""

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pypdf
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.clauses.models import Assignment, Statement
from croisee.clauses.queries.reports.counting import BEFORE, NOW, Figures, count
from croisee.clauses.queries.reports.scope import Scope, month_after, scope_for
from croisee.clauses.queries.reports.tables import report
from croisee.clauses.services import reports as services
from croisee.directory.models import Residence
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import run
from tests.clauses_world import (
    STARTED,
    ClausesWorld,
    first_of_month,
    make_assignment,
    make_lot,
    make_participant,
    make_statement,
    move,
)
from tests.world import TODAY, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Enter = Callable[[Account], Client]
MONTH = first_of_month(-3)
THIS_YEAR = Scope(dt.date(MONTH.year, 1, 1), dt.date(MONTH.year, 12, 1), exact=True)


def crowd(world: ClausesWorld, residents: int, others: int, commitment: int = 0) -> None:
    """So many more people with 10 validated hours each."""
    for number in range(residents + others):
        home = Residence.YES if number < residents else Residence.NO
        person = make_participant(100 * (commitment + 1) + number, home)
        hired = make_assignment(world.commitments[commitment], person, world.companies[commitment])
        make_statement(hired, MONTH, "10", state="validated")


def test_only_validated_hours_of_the_period_are_counted(world: ClausesWorld) -> None:
    counted = count(THIS_YEAR)
    assert counted.total() == Figures(1, 1, Decimal("120.00"))
    assert counted.of("residence") == {("yes",): Figures(1, 1, Decimal("120.00"))}
    assert counted.of("month") == {(MONTH.isoformat(),): Figures(1, 1, Decimal("120.00"))}
    assert counted.of("trade") == {("painting",): Figures(1, 1, Decimal("120.00"))}
    assert counted.of("works_neighbourhood") == {("yes", "QN03501M"): Figures(1, 1, Decimal("120.00"))}
    assert counted.served[NOW].contracts == counted.served[NOW].companies == 1
    next_year = Scope(
        *(day.replace(year=day.year + 1) for day in (THIS_YEAR.first, THIS_YEAR.last)), exact=True
    )
    assert count(next_year).total(BEFORE) == counted.total()
    assert count(next_year).total() == Figures()


def test_each_table_adds_up_to_the_total(world: ClausesWorld) -> None:
    crowd(world, 3, 4)
    crowd(world, 1, 2, commitment=1)
    counted = count(THIS_YEAR)
    total = counted.total()
    assert total == Figures(11, 11, Decimal("220.00"))
    for name in ("residence", "sex", "age", "level", "way", "trade", "buyer", "works", "programme", "month"):
        lines = counted.of(name).values()
        assert sum(line.hours for line in lines) == total.hours, name
        assert sum(line.people for line in lines) == total.people, name
        assert sum(line.contracts for line in lines) == total.contracts, name


def test_a_person_of_two_contracts_is_one_person(world: ClausesWorld) -> None:
    second = make_assignment(world.commitments[1], world.participants[0], world.companies[1])
    make_statement(second, MONTH, "30.50", state="validated")
    counted = count(THIS_YEAR)
    assert counted.total() == Figures(1, 2, Decimal("150.50"))
    assert counted.of("trade")[("cleaning",)] == Figures(1, 1, Decimal("30.50"))
    assert counted.of("criterion") == {("rsa",): Figures(1, 2, Decimal("150.50"))}


def test_hours_due_are_those_of_lots_whose_dates_meet_the_period(world: ClausesWorld) -> None:
    lots = count(Scope(MONTH, MONTH, exact=True)).lots[NOW]
    assert (lots.contracts, lots.lots, lots.buyers, lots.companies, lots.due) == (2, 2, 1, 2, Decimal(1133))
    days = (month_after(MONTH) - MONTH).days
    assert lots.due_in_period == pytest.approx(Decimal(1133) * days / 451, abs=Decimal("0.01"))
    long_ago = MONTH.replace(year=MONTH.year - 5)
    assert count(Scope(long_ago, long_ago, exact=True)).lots == {}


def test_who_left_is_counted_at_the_end_and_six_months_later(world: ClausesWorld) -> None:
    left = world.assignments[0]
    Assignment.objects.filter(pk=left.pk).update(
        ends_on=STARTED + dt.timedelta(days=3), situation_at_end="training", situation_after="lasting_job"
    )
    move(left, "ended")
    first = (STARTED + dt.timedelta(days=3)).replace(day=1)
    assert count(Scope(first, first, exact=True)).of("at_end") == {("training",): Figures(1, 1)}
    later = first
    for _month in range(6):
        later = month_after(later)
    assert count(Scope(later, month_after(later), exact=True)).of("after") == {
        ("lasting_job",): Figures(1, 1)
    }


def test_what_each_role_has_counted(world: ClausesWorld) -> None:
    everything = scope_for(world.facilitateur, TODAY, buyer=world.metropolis.pk)
    assert everything.exact
    assert everything.buyers == (world.metropolis.pk,)
    assert everything.last == TODAY.replace(day=1)
    official = scope_for(world.official, TODAY, buyer=world.metropolis.pk, months=(MONTH, MONTH))
    assert (official.exact, official.buyers, official.whole_year) == (False, None, True)
    own = scope_for(world.buyer, TODAY, buyer=world.companies[0].pk)
    assert (own.exact, own.buyers, own.whole_year) == (False, (world.metropolis.pk,), True)


def test_a_buyer_reads_its_own_contracts_alone(world: ClausesWorld, enter: Enter) -> None:
    town = Organisation.objects.create(name="Ville d’à côté", kind=Kind.COMMUNE)
    crowd(world, 6, 6)
    assert (
        count(scope_for(member(Role.BUYER, town, "ville@example.org"), TODAY, year=MONTH.year)).tables == {}
    )
    page = enter(world.buyer).get(reverse("clauses:report"), {"year": MONTH.year})
    assert page.context["found"].headlines["people"].now == 13
    assert "Peintures" not in page.content.decode()


def test_small_numbers_are_hidden_from_officials_and_from_no_facilitateur(
    world: ClausesWorld, enter: Enter
) -> None:
    crowd(world, 5, 3)
    page = enter(world.official).get(reverse("clauses:report"), {"year": MONTH.year})
    found = page.context["found"]
    assert found.headlines["people"].now == 9
    assert found.tables["residence"].withheld
    assert found.tables["neighbourhood"].withheld
    assert found.headlines["residents"].now is None
    assert "Too few people" in page.content.decode()
    exact = enter(world.facilitateur).get(reverse("clauses:report"), {"year": MONTH.year}).context["found"]
    assert [line.now.people for line in exact.tables["residence"].lines if line.now] == [6, 3]
    assert not exact.hides


def test_of_fewer_than_five_people_nothing_is_said(world: ClausesWorld, enter: Enter) -> None:
    found = report(scope_for(world.official, TODAY, year=MONTH.year))
    assert found.too_few
    assert (
        found.headlines["hours"].now
        is found.headlines["people"].now
        is found.headlines["by_person"].now
        is None
    )
    assert all(line.now is None for table in found.tables.values() for line in table.lines)
    assert found.headlines["due"].now == Decimal(1133)
    content = enter(world.official).get(reverse("clauses:report"), {"year": MONTH.year}).content.decode()
    assert "120" not in content.replace("#120", "")


def test_what_is_hidden_is_in_no_file_either(world: ClausesWorld, enter: Enter) -> None:
    crowd(world, 6, 12)
    crowd(world, 0, 2, commitment=1)
    client = enter(world.official)
    address = f"{reverse('clauses:report')}?year={MONTH.year}"
    book = openpyxl.load_workbook(io.BytesIO(client.post(address, {"as": "xlsx"}).content))
    trades = {row[0]: row[1:] for row in book["By trade"].iter_rows(min_row=2, values_only=True)}
    assert all(
        values[0] == "not shown" for name, values in trades.items() if name in {"Cleaning", "Painting"}
    )
    pdf = client.post(address, {"as": "pdf"})
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    assert "20" in text
    assert "subtraction" in text


def test_the_document_says_what_the_page_says_and_can_be_verified(world: ClausesWorld, enter: Enter) -> None:
    crowd(world, 6, 6)
    client = enter(world.facilitateur)
    answer = client.post(f"{reverse('clauses:report')}?year={MONTH.year}", {"as": "pdf"})
    assert answer["Content-Type"] == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for said in (
        "Social clauses: report",
        "240",
        "hours validated",
        "By sex",
        "Receives RSA",
        "Painting",
        "75.0",
    ):
        assert said in text, said
    assert "Reference" in text
    assert reader.metadata is not None
    assert str(MONTH.year) in (reader.metadata.title or "")


def test_the_workbook_starts_no_formula(world: ClausesWorld, enter: Enter) -> None:
    Organisation.objects.filter(pk=world.metropolis.pk).update(name="=HYPERLINK(1)")
    answer = enter(world.facilitateur).post(f"{reverse('clauses:report')}?year={MONTH.year}", {"as": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book["By buyer"]["A2"].value == "'=HYPERLINK(1)"
    assert book["Figures"]["B2"].value == 120
    assert len(book.sheetnames) == 16
    assert enter(world.facilitateur).post(reverse("clauses:report"), {"as": "exe"}).status_code == 404


def test_a_long_report_is_made_in_the_background_for_its_starter_alone(
    world: ClausesWorld, enter: Enter, monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(services, "SOON", 0)
    client = enter(world.facilitateur)
    answer = client.post(f"{reverse('clauses:report')}?year={MONTH.year}", {"as": "xlsx"})
    progress = Progress.objects.get()
    assert answer.headers["Location"] == progress.get_absolute_url()
    run.call(str(progress.pk))
    progress.refresh_from_db()
    assert progress.state == "done", progress.problem
    file = client.get(progress.result_url)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(file.streaming_content)))  # type: ignore[attr-defined]
    assert book["Figures"]["B2"].value == 120
    assert enter(world.colleague).get(progress.result_url).status_code == 404
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=8)
    assert services.discard_prepared(later) == 1
    assert client.get(progress.result_url).status_code == 404
    assert services.discard_prepared(later) == 0
    assert default_storage.exists("clauses/reports")


def test_filters_of_a_facilitateur(world: ClausesWorld, enter: Enter) -> None:
    town = Organisation.objects.create(name="Ville", kind=Kind.COMMUNE)
    client = enter(world.facilitateur)
    asked = {"first": f"{MONTH:%Y-%m}", "last": f"{MONTH:%Y-%m}", "buyer": world.metropolis.pk}
    page = client.get(reverse("clauses:report"), {**asked, "operation": world.operation.pk})
    assert page.context["found"].headlines["hours"].now == Decimal(120)
    assert page.context["found"].scope.operation == world.operation.pk
    assert page.context["about"] == "Groupe scolaire des Essais (Métropole d’essai)"
    assert client.get(reverse("clauses:report"), {"buyer": town.pk}).context["found"].scope.buyers is None
    backwards = client.get(reverse("clauses:report"), {"first": "2026-05", "last": "2026-02"})
    assert "before the first" in backwards.content.decode()
    assert client.get(reverse("clauses:report"), {"buyer": "x", "year": "y", "first": "?"}).status_code == 200
    none = client.get(reverse("clauses:report"), {"first": "2001-01", "last": "2001-02"})
    assert "Nothing to report yet" in none.content.decode()


def test_the_year_before_stands_beside_and_what_moved_is_said(world: ClausesWorld) -> None:
    lot = make_lot(world.operation, "Espaces verts", world.companies[1])
    for number, home in enumerate([Residence.NO] * 6 + [Residence.YES] * 2):
        hired = make_assignment(lot, make_participant(300 + number, home), world.companies[1])
        make_statement(hired, MONTH.replace(year=MONTH.year - 1), "15", state="validated")
    found = report(THIS_YEAR)
    assert found.headlines["hours"].before == Decimal(120)
    assert found.headlines["hours"].change == 0
    assert found.headlines["residents"].before == 25
    assert found.moves[0].points == 75
    assert found.tables["residence"].title == found.moves[0].table


def test_the_number_of_queries_does_not_grow(world: ClausesWorld, enter: Enter) -> None:
    def queries(account: Account, **asked: object) -> int:
        client = enter(account)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(reverse("clauses:report"), {"year": MONTH.year, **asked}).status_code == 200
        return len(found)

    before = [queries(one) for one in (world.facilitateur, world.official, world.buyer)]
    crowd(world, 6, 9)
    assert [queries(one) for one in (world.facilitateur, world.official, world.buyer)] == before
    assert max(before) <= 12
    assert queries(world.facilitateur, buyer=world.metropolis.pk, operation=world.operation.pk) <= 12


def test_companies_and_people_do_not_read_it(world: ClausesWorld, enter: Enter) -> None:
    assert enter(world.employers[0]).get(reverse("clauses:report")).status_code == 404
    assert Statement.objects.visible_to(world.official).count() == 0
