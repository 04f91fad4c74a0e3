"""How fast histories are read in Insee's file: `python benchmarks/survival.py [--json] [--lines 1000000]`.

A made-up StockUniteLegaleHistorique (seeded: periods with closures, reopenings, gaps) of as many lines, in which one
company of a hundred is followed here:
- ours: `croisee incubation survival` in a process of its own, on an embedded server made for the purpose; `peak_mb` is
  the resident memory of that process, Django and psycopg included, the server apart; `again_s` the same once more;
  `double_peak_mb` the memory for a file twice as long: it does not grow with the file; `read_s` is the reading alone,
  without the start of Django and the database, which `lines_per_s` and `speed_ratio` are of;
- the peer: a plain loop of Python's `csv` over the same file, which keeps the same companies and counts them with text
  alone. `equal`: both say the same of each company at 1, 3 and 5 years. DuckDB is a second peer where it is installed.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from decp import run
from own_database import own_database

HEADER = (
    *("siren", "dateFin", "dateDebut", "etatAdministratifUniteLegale"),
    *("changementEtatAdministratifUniteLegale", "nomUniteLegale", "denominationUniteLegale"),
    *("categorieJuridiqueUniteLegale", "activitePrincipaleUniteLegale", "nicSiegeUniteLegale"),
)
FIRST, DAYS = dt.date(2014, 1, 1), 9 * 365
EVERY = 100
Checks = dict[tuple[str, int], bool]


def main() -> None:
    """Print the measures, as one JSON line with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lines", type=int, default=1_000_000)
    options = parser.parse_args()
    with own_database() as folder:
        result = measure(folder, options.lines)
    print(
        json.dumps(result)
        if options.json
        else "\n".join(f"{name}: {value}" for name, value in result.items())
    )


def measure(folder: Path, lines: int) -> dict[str, Any]:
    """Read, read again, read a longer file, and let the peers count."""
    from django.utils import timezone

    from croisee.incubation.models import SurvivalCheck
    from croisee.incubation.sirene import read_histories

    file, longer = folder / "sirene.csv", folder / "longer.csv"
    founded = write_file(file, lines)
    write_file(longer, 2 * lines)
    follow(founded)
    command = ["-m", "croisee", "incubation", "survival"]
    seconds, cpu, peak = run([*command, str(file)])
    found = {
        (row.project.siren, row.years): row.active for row in SurvivalCheck.objects.select_related("project")
    }
    again, _cpu, _peak = run([*command, str(file)])
    _seconds, _cpu, double_peak = run([*command, str(longer)])
    begin = time.perf_counter()
    read_histories(file, file.name, set(founded), today=timezone.localdate())
    read_seconds = time.perf_counter() - begin
    begin = time.perf_counter()
    plain = recount(file, founded)
    plain_seconds = time.perf_counter() - begin
    return {
        "name": "survival",
        "lines": lines,
        "bytes": file.stat().st_size,
        "companies": len(founded),
        "checks": len(found),
        "ours_s": round(seconds, 2),
        "ours_cpu_s": round(cpu, 2),
        "again_s": round(again, 2),
        "read_s": round(read_seconds, 2),
        "lines_per_s": round(lines / read_seconds),
        "peak_mb": round(peak),
        "double_peak_mb": round(double_peak),
        "peers": {"python_csv_s": round(plain_seconds, 2), **duckdb(file, founded, plain)},
        "speed_ratio": round(plain_seconds / read_seconds, 2),
        "equal": found == plain,
    }


def write_file(path: Path, lines: int, seed: int = 0) -> dict[str, dt.date]:
    """Write a file of `lines` lines or a few more; return the day of foundation of each company to follow."""
    draw, founded, written, number = random.Random(seed), dict[str, dt.date](), 0, 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        while written < lines:
            siren, begins = f"{100_000_000 + number}", FIRST + dt.timedelta(days=draw.randrange(DAYS))
            if number % EVERY == 0:
                founded[siren] = begins
            number += 1
            for siren_, ends, day, state in periods(draw, siren, begins):
                rest = ("false", "", f"SOCIETE {siren_}, FILS", "5710", "43.21A", "00012")
                writer.writerow((siren_, ends, day, state, *rest))
                written += 1
    return founded


def periods(draw: random.Random, siren: str, begins: dt.date) -> list[tuple[str, str, str, str]]:
    """Periods of a company one after the other; now and then a gap, and a state that is not written."""
    rows, state = [], "A"
    for last in (draw.random() < 0.3, draw.random() < 0.5, draw.random() < 0.5, True):
        length = draw.choice((1, 30, 364, 365, 366, 900))
        ends = "" if last else (begins + dt.timedelta(days=length)).isoformat()
        rows.append((siren, ends, begins.isoformat(), "" if draw.random() < 0.02 else state))
        if last:
            break
        begins += dt.timedelta(days=length + draw.choice((1, 1, 1, 1, 25)))
        state = draw.choice("AC")
    return rows


def follow(founded: dict[str, dt.date]) -> None:
    """Write the projects whose companies are followed."""
    from croisee.foundation.accounts.models import Organisation
    from croisee.foundation.accounts.roles import Kind
    from croisee.incubation.models import Incubator, Project
    from croisee.opportunities.sectors import Sector

    metropolis = Organisation.objects.create(name="Métropole d’essai", kind=Kind.METROPOLIS)
    incubator = Incubator.objects.create(organisation=metropolis, name="Essai", address="Rennes")
    Project.objects.bulk_create(
        Project(incubator=incubator, title=siren, sector=Sector.FOOD, siren=siren, founded_on=day)
        for siren, day in founded.items()
    )


def due_on(day: dt.date, years: int) -> str:
    """The anniversary as text; 28 February for a 29."""
    leap = day.month == 2 and day.day == 29 and (day.year + years) % 4 != 0
    return f"{day.year + years}-{day.month:02d}-{28 if leap else day.day:02d}"


def recount(path: Path, founded: dict[str, dt.date]) -> Checks:
    """Who is active at 1, 3 and 5 years, by a plain loop."""
    rows: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    from django.utils import timezone

    today, newest = f"{timezone.localdate()}", ""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            newest = max(newest, row["dateDebut"]) if row["dateDebut"] <= today else newest
            if row["siren"] in founded and row["etatAdministratifUniteLegale"]:
                rows[row["siren"]].append(
                    (row["dateDebut"], row["dateFin"], row["etatAdministratifUniteLegale"])
                )
    found = {}
    for siren, day in founded.items():
        for years in (1, 3, 5):
            due = due_on(day, years)
            states = [
                state for begins, ends, state in rows[siren] if begins <= due and (not ends or due <= ends)
            ]
            if states and due <= min(today, newest):
                found[siren, years] = states[0] == "A"
    return found


def duckdb(path: Path, founded: dict[str, dt.date], plain: Checks) -> dict[str, Any]:
    """The seconds that DuckDB takes for the same question, and whether it answers the same."""
    from django.utils import timezone

    try:
        import duckdb as duck
    except ImportError:
        return {}
    begin = time.perf_counter()
    connection = duck.connect()
    connection.execute("CREATE TABLE wanted (siren TEXT, years INTEGER, due TEXT)")
    wanted = [(siren, years, due_on(day, years)) for siren, day in founded.items() for years in (1, 3, 5)]
    connection.executemany("INSERT INTO wanted VALUES (?, ?, ?)", wanted)
    rows = connection.execute(
        """
        WITH history AS (SELECT * FROM read_csv(?, all_varchar = true, header = true)),
             told AS (SELECT max(dateDebut) AS newest FROM history WHERE dateDebut <= ?)
        SELECT siren, years, etatAdministratifUniteLegale = 'A'
        FROM wanted JOIN history USING (siren), told
        WHERE dateDebut <= due AND coalesce(nullif(dateFin, ''), '9999') >= due AND due <= newest
              AND coalesce(etatAdministratifUniteLegale, '') <> ''
        """,
        [str(path), f"{timezone.localdate()}"],
    ).fetchall()
    seconds = time.perf_counter() - begin
    return {
        "duckdb_s": round(seconds, 2),
        "duckdb_equal": {(siren, years): active for siren, years, active in rows} == plain,
    }


if __name__ == "__main__":
    main()
