"""Ten years of journeys, large: `python benchmarks/journeys_years.py [--json] [--people 200000] [--journeys 60000]`.

A generated metropolis on an embedded server made for the purpose and thrown away. Measured: each page with its queries
and the time that the database takes for them; the daily copy of people's ways and their count; the indicators of the
FSE+. The peer reads the rows into DuckDB and counts the same indicators there; both must agree. `ratio` is the peer's
time over ours, from the same database.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from made_up_journeys import MadeUp, Size, make
from own_database import own_database
from timing import TIMES, timed

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
MOST_QUERIES, MOST_SQL_MS = 12, 300.0


def main() -> None:
    """Print the measures, as one JSON line with `--json`; fail when a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--journeys", type=int, default=60_000)
    options = parser.parse_args()
    with own_database():
        began = time.perf_counter()
        made = make(Size(options.people, options.journeys))
        result = {"made_s": round(time.perf_counter() - began, 1), **measure(made)}
    print(json.dumps(result) if options.json else "\n".join(f"{k}: {v}" for k, v in result.items()))
    if (
        result["most_queries"] > MOST_QUERIES
        or result["most_sql_ms"] > MOST_SQL_MS
        or result["peer_agrees"] is False
    ):
        raise SystemExit(1)


def measure(made: MadeUp) -> dict[str, Any]:
    """The ways, the indicators and their peer, then each page of those who read."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import override_settings
    from django.utils import timezone

    from croisee.journeys.services import ways

    call_command("createcachetable", verbosity=0)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    sync_s = timed(lambda: ways.sync(timezone.now()))[0]
    again_s = timed(lambda: ways.sync(timezone.now()))[0]
    recount_s = timed(lambda: ways.recount(timezone.now()))[0]
    with override_settings(ALLOWED_HOSTS=["*"], STORAGES={**settings.STORAGES, "staticfiles": plain}):
        pages = {name: page(account, path) for name, (account, path) in addresses(made).items()}
    ours, peer, agrees = indicators(made)
    return {
        "sync_s": round(sync_s, 1),
        "sync_again_s": round(again_s, 1),
        "recount_s": round(recount_s, 1),
        "indicators_s": round(ours, 3),
        "peer_s": peer and round(peer, 3),
        "ratio": peer and round(peer / ours, 2),
        "peer_agrees": agrees,
        "most_queries": max(one["queries"] for one in pages.values()),
        "most_sql_ms": max(one["sql_ms"] for one in pages.values()),
        "slowest_page_s": max(one["s"] for one in pages.values()),
        "pages": pages,
    }


# Pages


def addresses(made: MadeUp) -> dict[str, tuple[Any, str]]:
    """Pages by name, with who opens them."""
    from django.urls import reverse

    from croisee.journeys.models import Journey, Programme

    own = Journey.objects.visible_to(made.referent).order_by("pk")[0]
    first = Programme.objects.order_by("name")[0]

    def at(name: str, *args: Any) -> str:
        return reverse(f"journeys:{name}", args=args)

    return {
        "référent: home": (made.referent, reverse("portal:mine")),
        "référent: caseload": (made.referent, at("caseload")),
        "référent: journey": (made.referent, at("journey", own.pk)),
        "référent: suggestions": (made.referent, at("suggestions", own.pk)),
        "référent: way": (made.referent, at("way", own.person_id)),
        "référent: missing": (made.referent, at("returns")),
        "référent: situations": (made.referent, at("situations")),
        "référent: proofs": (made.referent, at("proofs")),
        "manager: home": (made.manager, reverse("portal:mine")),
        "manager: caseload": (made.manager, at("caseload")),
        "manager: caseload, searched": (made.manager, at("caseload") + "?q=nom77"),
        "manager: load": (made.manager, at("load", first.pk)),
        "manager: programmes": (made.manager, at("programmes")),
        "manager: programme": (made.manager, at("programme", first.pk)),
        "manager: requests": (made.manager, at("requests")),
        "manager: missing": (made.manager, at("returns")),
        "manager: situations": (made.manager, at("situations")),
        "manager: proofs": (made.manager, at("proofs")),
        "manager: indicators": (made.manager, at("indicators")),
        "manager: flows": (made.manager, at("flows")),
        "official: flows": (made.official, at("flows")),
        "official: indicators": (made.official, at("indicators")),
        "person: journey": (made.person, at("my_journey")),
        "person: way": (made.person, at("my_way")),
        "person: openings": (made.person, at("my_openings")),
    }


def page(account: Any, address: str) -> dict[str, Any]:
    """The best time of a page, its queries and the database's time for them, after a visit that does not count."""
    from django.db import connection

    visitor = signed_in(account)

    def fetch() -> int:
        response = visitor.get(address, follow=True)
        if response.streaming:
            list(response)
        return int(response.status_code)

    status = fetch()
    spent: list[float] = []

    def clocked(execute: Callable[..., Any], *args: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent.append(time.perf_counter() - began)

    best = (float("inf"), 0)
    for _ in range(TIMES):
        spent.clear()
        with connection.execute_wrapper(clocked):
            fetch()
        best = min(best, (sum(spent), len(spent)))
    seconds = timed(fetch, TIMES)[0]
    measured = {"s": round(seconds, 2), "queries": best[1], "sql_ms": round(best[0] * 1000, 1)}
    return measured | ({} if status == 200 else {"status": status})


def signed_in(account: Any) -> Any:
    """A browser in which the account is signed in."""
    from django.test import Client

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.accounts.services import console_sign_in_link

    client = Client()
    client.post(console_sign_in_link(Account.objects.get(pk=account.pk)))
    return client


# The peer

TOLD = {
    "EECO01": "labour <> ''",
    "EECO02": "labour = 'unemployed'",
    "EECO04": "labour = 'inactive'",
    "EECO05": "labour IN ('employed', 'self_employed')",
    "EECO06": "age < 18",
    "EECO07": "age BETWEEN 18 AND 29",
    "EECO08": "age >= 55",
    "EECO09": "level = 'none'",
    "EECO10": "level IN ('3', '4')",
    "EECO11": "level IN ('5', '6')",
    "EECO12": "disability = 'yes'",
}


def indicators(made: MadeUp) -> tuple[float, float | None, bool | None]:
    """The time of our count of a period, the peer's, and whether both say the same of each output indicator and sex."""
    import datetime as dt

    from croisee.journeys.indicators import Period
    from croisee.journeys.models import Programme
    from croisee.journeys.queries.indicators import count

    last = dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011  the day of the data, which SQL made
    period = Period(last - dt.timedelta(days=730), last)
    programmes = list(Programme.objects.values_list("pk", flat=True))
    ours, counted = timed(lambda: count(programmes, period), TIMES)
    try:
        import duckdb
    except ImportError:
        return ours, None, None
    began = time.perf_counter()
    memory = duckdb.connect()
    _fetch(memory, period)
    figures = ", ".join(f"COUNT(*) FILTER (WHERE {told}) AS {code}" for code, told in TOLD.items())
    found = memory.execute(f"SELECT sex, {figures} FROM entries GROUP BY sex").fetchall()  # noqa: S608
    seconds = time.perf_counter() - began
    told = {(code, row[0]): row[1 + place] for row in found for place, code in enumerate(TOLD)}
    agrees = all(counted.counts[code][sex] == number for (code, sex), number in told.items()) and any(
        told.values()
    )
    return ours, seconds, agrees


def _fetch(memory: Any, period: Any) -> None:
    """The entries of a period, by way of a CSV file: the quickest road from one to the other."""
    import tempfile

    from django.db import connection

    rows = f"""
        SELECT s.sex, s.age, s.level, s.labour, s.disability FROM journeys_journey j
        JOIN journeys_situation s ON s.journey_id = j.id AND s.moment = 'entry'
        WHERE j.entered_on BETWEEN '{period.first}' AND '{period.last}'
    """  # noqa: S608  our own days
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        copied = f"COPY ({rows}) TO STDOUT WITH (FORMAT csv, HEADER)"
        with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(copied) as copy:
            for block in copy:
                file.write(block)
        memory.execute(
            "CREATE TABLE entries AS SELECT * FROM read_csv(?, types = {'level': 'VARCHAR'})", [str(path)]
        )


if __name__ == "__main__":
    main()
