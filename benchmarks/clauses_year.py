"""A year of social clauses, large: `python benchmarks/clauses_year.py [--json] [--contracts 40000] [--hours 10000000]`.

40 000 public contracts, 25 000 people and 10 million hours of validated statements (the order of magnitude of France in
2015), on an embedded server made for the purpose and thrown away. Measured: the yearly report from the request to the
page, exact and with small numbers hidden, its workbook and its document; the other pages of the service, each with its
queries. The peer reads the rows into DuckDB and counts the same tables there; both must agree to the hundredth of an
hour. `ratio` is the peer's time over ours, from the same database; the peer counts ten tables of the report's eighteen.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from made_up_clauses import MadeUp, Size, make
from own_database import own_database
from timing import TIMES, timed

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
YEAR = 2026
MOST_SECONDS, MOST_QUERIES = 10.0, 12
TABLES = ("total", "residence", "sex", "level", "way", "trade", "buyer", "works", "programme", "month")


def main() -> None:
    """Print the measures, as one JSON line with `--json`; fail when a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--contracts", type=int, default=40_000)
    parser.add_argument("--hours", type=int, default=10_000_000)
    options = parser.parse_args()
    with own_database():
        began = time.perf_counter()
        made = make(Size(options.contracts, options.hours), YEAR)
        result = {"made_s": round(time.perf_counter() - began, 1), **measure(made)}
    print(json.dumps(result) if options.json else "\n".join(f"{k}: {v}" for k, v in result.items()))
    if (
        result["report_s"] > MOST_SECONDS
        or result["most_queries"] > MOST_QUERIES
        or not result["peer_agrees"]
    ):
        raise SystemExit(1)


def measure(made: MadeUp) -> dict[str, Any]:
    """The report and its peer, then each page of a facilitateur, an official, a buyer, a company."""
    from django.core.management import call_command
    from django.test.utils import override_settings

    from croisee.clauses.models import Statement
    from croisee.clauses.queries.reports.counting import count
    from croisee.clauses.services import reports as services

    # No file of the look was collected for this throw-away server.
    call_command("createcachetable", verbosity=0)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    scope = scope_of(made.facilitateur)
    seconds, counted = timed(lambda: count(scope), TIMES)
    peer_seconds, agrees = peer(scope, counted)
    with override_settings(ALLOWED_HOSTS=["*"], STORAGES={**storages(), "staticfiles": plain}):
        pages = {name: page(*asked) for name, asked in addresses(made).items()}
    total = counted.total()
    return {
        "statements": Statement.objects.count(),
        "people": total.people,
        "contracts_of_work": total.contracts,
        "hours": float(total.hours),
        "report_s": pages["report"]["s"],
        "report_hidden_s": pages["report, official"]["s"],
        "workbook_s": round(timed(lambda: services.as_workbook(scope))[0], 2),
        "document_s": round(timed(lambda: services.as_pdf(scope, made.facilitateur))[0], 2),
        "count_s": round(seconds, 2),
        "peer_s": peer_seconds and round(peer_seconds, 2),
        "ratio": peer_seconds and round(peer_seconds / seconds, 2),
        "peer_agrees": agrees,
        "most_queries": max(one["queries"] for one in pages.values()),
        "slowest_page_s": max(one["s"] for one in pages.values()),
        "pages": pages,
    }


def storages() -> dict[str, Any]:
    """Where files are kept."""
    from django.conf import settings

    return dict(settings.STORAGES)


def scope_of(account: Any) -> Any:
    """The whole year of the whole territory."""
    import datetime as dt

    from croisee.clauses.queries.reports.scope import scope_for

    return scope_for(account, dt.date(YEAR + 1, 2, 1), year=YEAR)


# The peer


def peer(scope: Any, counted: Any) -> tuple[float | None, bool | None]:
    """The same tables by DuckDB, from rows fetched out of the database; None without DuckDB."""
    try:
        import duckdb
    except ImportError:
        return None, None
    from croisee.clauses.queries.reports.counting import BEFORE, NOW

    began = time.perf_counter()
    memory = duckdb.connect()
    fetch(memory, scope)
    wanted = [(name, period) for name in TABLES for period in (NOW, BEFORE)]
    found = {(name, period): dict(peer_table(memory, name, period)) for name, period in wanted}
    seconds = time.perf_counter() - began
    agrees = all(
        {key: (each.people, each.contracts, each.hours) for key, each in counted.of(name, period).items()}
        == found[name, period]
        for name, period in wanted
    )
    return seconds, agrees


ROWS = """
    SELECT CASE WHEN s.month < %(first)s THEN 1 ELSE 0 END AS period, al.hours,
        s.month::text AS month, a.id::text AS assignment, a.participant_id::text AS person,
        a.residence, a.way, f.sex, f.level, l.trade, o.buyer_id::text AS buyer, o.in_qpv AS works, o.programme
    FROM clauses_allocation al, clauses_statement s, clauses_assignment a, clauses_participant p,
        directory_profile f, clauses_commitment c, clauses_clause cl, clauses_lot l, clauses_contract k,
        clauses_operation o
    WHERE s.id = al.statement_id AND a.id = s.assignment_id AND p.id = a.participant_id AND f.person_id = p.person_id
        AND c.id = al.commitment_id AND cl.id = c.clause_id AND l.id = cl.lot_id AND k.id = l.contract_id
        AND o.id = k.operation_id AND s.state = 'validated'
        AND (s.month BETWEEN %(first)s AND %(last)s OR s.month BETWEEN %(first_before)s AND %(last_before)s)
"""


def fetch(memory: Any, scope: Any) -> None:
    """One wide row for each hours counted, by way of a CSV file: the quickest road from one to the other."""
    import tempfile

    from django.db import connection

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with connection.cursor() as cursor, path.open("wb") as file:
            days = {"first": scope.first, "last": scope.last}
            days |= {"first_before": scope.before.first, "last_before": scope.before.last}
            text = ROWS % {name: f"'{day}'" for name, day in days.items()}
            with cursor.copy(f"COPY ({text}) TO STDOUT WITH (FORMAT csv, HEADER)") as copy:
                for block in copy:
                    file.write(block)
        memory.execute(
            "CREATE TABLE rows AS SELECT * FROM read_csv(?, types = {'hours': 'DECIMAL(12,2)', 'level': 'VARCHAR',"
            " 'month': 'VARCHAR', 'works': 'VARCHAR'})",
            [str(path)],
        )


def peer_table(memory: Any, name: str, period: int) -> list[tuple[tuple[str, ...], tuple[int, int, Decimal]]]:
    """The lines of a table in a period, as DuckDB counts them."""
    key = "" if name == "total" else f"{name}, "
    group = "" if name == "total" else f"GROUP BY {name}"
    figures = "COUNT(DISTINCT person), COUNT(DISTINCT assignment), SUM(hours)"
    text = f"SELECT {key}{figures} FROM rows WHERE period = {period} {group}"  # noqa: S608  our own names
    rows = memory.execute(text).fetchall()
    wide = 0 if name == "total" else 1
    return [(tuple(map(str, row[:wide])), (row[wide], row[wide + 1], row[wide + 2])) for row in rows]


# Pages


def addresses(made: MadeUp) -> dict[str, tuple[Any, str]]:
    """Pages by name, with who opens them; those that this installation does not have are left out."""
    from django.urls import NoReverseMatch, reverse

    from croisee.clauses.models import (
        Assignment,
        Commitment,
        Contract,
        Lot,
        Operation,
        Participant,
        Statement,
    )

    busiest = Operation.objects.order_by("name").first()
    lot = Lot.objects.filter(state="running").order_by("pk").first()
    waiting = Statement.objects.filter(state="sent").order_by("pk").first()
    wanted: dict[str, tuple[Any, str, Any, str]] = {
        "report": (made.facilitateur, "report", None, f"?year={YEAR}"),
        "report, official": (made.official, "report", None, f"?year={YEAR}"),
        "report, buyer": (made.buyer, "report", None, f"?year={YEAR}"),
        "portfolio": (made.facilitateur, "portfolio", None, ""),
        "operations": (made.facilitateur, "operations", None, ""),
        "operations, searched": (made.facilitateur, "operations", None, "?q=77"),
        "operation": (made.facilitateur, "operation", busiest, ""),
        "contract": (made.facilitateur, "contract", Contract.objects.order_by("pk").first(), ""),
        "lot": (made.facilitateur, "lot", lot, ""),
        "commitment": (made.facilitateur, "commitment", Commitment.objects.order_by("pk").first(), ""),
        "statements": (made.facilitateur, "statements", None, ""),
        "statement": (made.facilitateur, "statement", waiting, ""),
        "participants": (made.facilitateur, "participants", None, ""),
        "participant": (made.facilitateur, "participant", Participant.objects.order_by("pk").first(), ""),
        "needs": (made.facilitateur, "needs", None, ""),
        "assignments": (made.facilitateur, "assignments", None, ""),
        "assignment": (made.facilitateur, "assignment", Assignment.objects.order_by("pk").first(), ""),
        "monitor": (made.facilitateur, "monitor", None, ""),
        "companies": (made.facilitateur, "company_access", None, ""),
        "penalties": (made.facilitateur, "penalties", None, ""),
        "follow-up": (made.facilitateur, "follow_up", None, ""),
        "plans": (made.facilitateur, "plans", None, ""),
        "to calibrate": (made.facilitateur, "to_calibrate", None, ""),
        "published": (made.facilitateur, "published", None, ""),
        "audits": (made.facilitateur, "audits", None, ""),
        "home": (made.facilitateur, "", None, ""),
        "buyer's portfolio": (made.buyer, "portfolio", None, ""),
        "buyer's operations": (made.buyer, "operations", None, ""),
        "company": (made.employer, "company", None, ""),
        "company's hours": (made.employer, "own_hours", None, ""),
    }
    found = {}
    for name, (account, url_name, row, query) in wanted.items():
        try:
            path = (
                reverse(f"clauses:{url_name}", args=[row.pk] if row else [])
                if url_name
                else reverse("portal:mine")
            )
        except NoReverseMatch:
            continue
        found[name] = (account, path + query)
    return found


def page(account: Any, address: str) -> dict[str, Any]:
    """The median time of a page, and its queries, after a first visit that does not count."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    visitor = signed_in(account)
    fetch_page = opened(visitor, address)
    status = fetch_page()
    with CaptureQueriesContext(connection) as queries:
        fetch_page()
    asked = len(queries)  # counted now: the next request empties the log
    seconds = [timed(fetch_page)[0] for _ in range(TIMES)]
    return {
        "s": round(statistics.median(seconds), 2),
        "queries": asked,
        **({} if status == 200 else {"status": status}),
    }


def opened(visitor: Any, address: str) -> Callable[[], int]:
    """A visit to an address; what it answers."""
    return lambda: int(visitor.get(address).status_code)


def signed_in(account: Any) -> Any:
    """A browser in which the account is signed in."""
    from django.test import Client

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.accounts.services import console_sign_in_link

    visitor = Client(raise_request_exception=False)
    visitor.post(console_sign_in_link(Account.objects.get(pk=account.pk)))
    return visitor


if __name__ == "__main__":
    main()
