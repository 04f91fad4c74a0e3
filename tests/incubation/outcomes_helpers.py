"""Histories of SIRENE that are made up, and their files; companies in number."""

from __future__ import annotations

import csv
import datetime as dt
import random
from pathlib import Path

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.incubation.models import Project, SurvivalCheck
from croisee.incubation.survival import YEARS, anniversary
from tests.incubation_world import IncubationWorld, make_agreement, make_project, make_space
from tests.journeys_world import move
from tests.world import TODAY

HEADER = [
    "siren",
    "dateFin",
    "dateDebut",
    "etatAdministratifUniteLegale",
    "changementEtatAdministratifUniteLegale",
    "denominationUniteLegale",
]
Row = tuple[str, str, str, str]
ONE_DAY = dt.timedelta(days=1)


def made_up_history(draw: random.Random, siren: str, founded_on: dt.date) -> list[Row]:
    """Periods of a company as Insee writes them: names that change, closures, reopenings, now and then a gap."""
    rows: list[Row] = []
    begins, state = founded_on + draw.choice([-40, 0, 0, 0, 30]) * ONE_DAY, "A"
    for number in range(draw.randint(1, 7)):
        last = number == 6 or draw.random() < 0.3
        length = draw.choice([0, 1, 30, 200, 364, 365, 366, 700, 1500])
        ends = None if last else begins + length * ONE_DAY
        written = "" if draw.random() < 0.03 else state
        rows.append((siren, ends.isoformat() if ends else "", begins.isoformat(), written))
        if ends is None:
            break
        begins = ends + draw.choice([1, 1, 1, 1, 1, 20]) * ONE_DAY
        state = draw.choice(["A", "C"])
    draw.shuffle(rows)
    return rows


def write_file(path: Path, rows: list[Row], header: list[str] | None = None) -> Path:
    """A file of the columns that Insee writes, a name with a comma in each line."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header or HEADER)
        writer.writerows([*row, "false", "Dupont, père et fils"] for row in rows)
    return path


def many_companies(world: IncubationWorld, n: int, year: int) -> list[Project]:
    """`n` more projects of incubator A received in a year, founded and hosted then; two of each nine are micro.

    Of nine, seven were sent by BGE and two by Adie; SIRENE says of each at one year, and where it can at three.
    """
    found = []
    for number in range(n):
        siren = f"{300_000_000 + Project.objects.count():09d}"
        company = Organisation.objects.create(name=f"Société {siren}", kind=Kind.EMPLOYER)
        day = dt.date(year, 3, 1) + number * ONE_DAY
        project = make_project(
            world.a.incubator,
            world.a.people[number % 2],
            f"Projet {siren}",
            origin="adie" if number % 9 >= 7 else "bge",
            received_on=day,
            founded_on=day,
            siren=siren,
            micro=number % 9 >= 7,
            company=company,
        )
        move(project, "hosted")
        move(project, "left")
        space = make_space(world.a.incubator, f"Bureau {siren}")
        agreement = make_agreement(
            project, company, space, starts_on=day, ends_on=day + 300 * ONE_DAY, left_on=day + 300 * ONE_DAY
        )
        agreement.occupancies.update(ends_on=day + 300 * ONE_DAY)
        for years in YEARS:
            if anniversary(day, years) <= TODAY:
                SurvivalCheck.objects.create(
                    project=project,
                    years=years,
                    due_on=anniversary(day, years),
                    active=number % 3 != 0 or years < 3,
                    evidence="sirene",
                    checked_on=TODAY,
                )
        found.append(project)
    return found
