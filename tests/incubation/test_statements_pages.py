"""The pages of monthly statements: the manager's, the company's, the files for finance, the PDF, the e-mail."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from croisee.foundation.accounts.models import Account
from croisee.incubation.models import Statement
from tests.incubation.spaces_helpers import (
    LAST_MONTH,
    THIS_MONTH,
    add_other,
    delivered,
    issued,
    make_booking,
    make_statement,
)
from tests.incubation_world import IncubationWorld

Enter = Callable[[Account], Client]
MOST = 12
MONTH = f"{LAST_MONTH:%Y-%m}"


def page(client: Client, name: str, *args: object, query: str = "", status: int = 200) -> str:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse(f"incubation:{name}", args=args) + query)
    assert answer.status_code == status, (name, answer.status_code)
    assert len(queries) <= MOST, (name, len(queries))
    return answer.content.decode()


def send(client: Client, name: str, *args: object, **values: Any) -> Any:
    return client.post(reverse(f"incubation:{name}", args=args), values)


@pytest.mark.django_db
def test_a_month_from_its_preparation_to_finance(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    make_booking(side, LAST_MONTH + dt.timedelta(days=4))
    make_booking(side, LAST_MONTH, organisation=None, outside="Cabinet Legoff", price=Decimal(15))
    client = enter(side.manager)
    assert "Nothing is prepared for this month" in page(client, "statements")
    answer = send(client, "prepare_statements", side.incubator.pk, month=MONTH)
    assert MONTH in answer.headers["Location"]
    text = page(client, "statements", query=f"?month={MONTH}")
    for words in ("1 statement made", "Traiteur A", "176.00", "Cabinet Legoff", "Send the drafts to finance"):
        assert words in text, words
    statement = Statement.objects.get()
    text = page(client, "statement", statement.pk)
    assert "Rent: Bureau 1" in text
    bad = send(client, "add_line", statement.pk, label="Badge", quantity="0", unit_price="2")
    assert bad.status_code == 422
    assert "above zero" in bad.content.decode()
    assert (
        send(client, "add_line", statement.pk, label="=1+1", quantity="2", unit_price="7.5").status_code
        == 302
    )
    line = statement.lines.get(kind="other")
    assert send(client, "remove_line", line.pk).status_code == 302
    assert (
        send(client, "add_line", statement.pk, label="=1+1", quantity="2", unit_price="7.5").status_code
        == 302
    )
    assert "Nothing is prepared" not in page(client, "statements")
    send(client, "issue_statements", side.incubator.pk, month=MONTH)
    statement.refresh_from_db()
    assert (statement.state, statement.total) == ("issued", Decimal(191))
    [message] = delivered()
    assert message.to == [side.tenant.email]
    assert "191.00 € before tax" in message.body
    assert "Add another line" not in page(client, "statement", statement.pk)
    assert send(client, "add_line", statement.pk, label="x", quantity="1", unit_price="1").status_code == 422
    page(client, "statement_lines", query=f"?month={MONTH}")
    url = reverse("incubation:statement_lines") + f"?month={MONTH}&export="
    rows = list(csv.reader(io.StringIO(client.get(url + "csv").content.decode("utf-8-sig"))))
    assert rows[0][:6] == ["Incubator", "SIRET", "Company", "Month", "Kind", "What for"]
    assert rows[0][6:] == ["Quantity", "Unit price (€)", "Amount before tax (€)"]
    assert rows[1][:5] == ["Le Quadri A", "55210088500011", "Traiteur A", MONTH, "booking"]
    assert [row[5] for row in rows if row[4] == "other"] == ["'=1+1"]
    assert sum(Decimal(row[8]) for row in rows[1:]) == 191
    sheet = load_workbook(io.BytesIO(client.get(url + "xlsx").content)).active
    assert sheet is not None
    assert sum(row[8] for row in sheet.iter_rows(min_row=2, values_only=True)) == 191
    outside = client.get(reverse("incubation:statements") + f"?month={MONTH}&o-export=csv").content.decode()
    assert "Cabinet Legoff" in outside
    answer = send(client, "replace_statement", statement.pk)
    new = Statement.objects.get(state="draft")
    assert answer.headers["Location"] == reverse("incubation:statement", args=[new.pk])
    assert "replaced by another" in page(client, "statement", statement.pk)
    assert send(client, "issue_statement", new.pk).status_code == 302
    new.refresh_from_db()
    assert new.state == "issued"


@pytest.mark.django_db
def test_the_company_reads_what_was_sent_and_no_draft(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    draft = make_statement(side, THIS_MONTH)
    statement = issued(side)
    client = enter(side.tenant)
    text = page(client, "my_statements")
    assert "160.00" in text
    page(client, "statement", draft.pk, status=404)
    text = page(client, "statement", statement.pk)
    assert "This is no invoice" in text
    assert "Replace by a corrected one" not in text
    for name in ("issue_statement", "replace_statement", "add_line"):
        assert send(client, name, statement.pk).status_code == 404
    assert send(client, "remove_line", draft.lines.all()[0].pk).status_code == 404
    for account in (world.b.tenant, world.b.manager):
        other = enter(account)
        page(other, "statement", statement.pk, status=404)
        page(other, "statement_file", statement.pk, status=404)
        assert send(other, "issue_statement", draft.pk).status_code == 404
    assert send(enter(world.b.manager), "prepare_statements", side.incubator.pk).status_code == 404
    assert "Rent and bookings" in client.get(reverse("portal:mine")).content.decode()
    assert "No statement yet" in page(enter(world.b.tenant), "my_statements")
    manager = enter(side.manager).get(reverse("portal:mine")).content.decode()
    assert "statement to check and send to finance." in manager
    assert client.get(reverse("incubation:my_statements") + "?export=csv").status_code == 200


@pytest.mark.django_db
def test_the_paper_says_what_the_page_says(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    draft = make_statement(side)
    add_other(draft, "Badge #[1] *gras*")
    client = enter(side.manager)
    answer = client.get(reverse("incubation:statement_file", args=[draft.pk]))
    assert answer.headers["Content-Type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    text = " ".join(text.split())
    for words in (
        "Traiteur A",
        "55210088500011",
        "Rent: Bureau 1",
        "120.00 €",
        "Badge #[1] *gras*",
        "175.00 €",
        "draft",
    ):
        assert words in text, words
    statement = issued(side)
    answer = enter(side.tenant).get(reverse("incubation:statement_file", args=[statement.pk]))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "no invoice" in " ".join(text.split())


@pytest.mark.django_db
def test_a_month_that_is_not_over_is_prepared_and_not_sent(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    client = enter(side.manager)
    month = f"{THIS_MONTH:%Y-%m}"
    send(client, "prepare_statements", side.incubator.pk, month=month)
    text = page(client, "statements", query=f"?month={month}")
    assert "The month is not over" in text
    assert "Send the drafts to finance" not in text
    send(client, "issue_statements", side.incubator.pk, month=month)
    assert Statement.objects.get().state == "draft"
    later = "2099-01"
    send(client, "prepare_statements", side.incubator.pk, month=later)
    assert "has not begun" in page(client, "statements", query=f"?month={later}")
    send(client, "prepare_statements", side.incubator.pk, month=month)
    assert "nothing changed" in page(client, "statements", query=f"?month={month}")
