"""Sectors of internship offers: how many there are of each, what their employers and internships are called.

The table is `sectors.csv`. Its `offers` and `public` count the offers published in May 2025 on the State's
internship platform (1 élève 1 stage, Ministère de l'Éducation nationale, Licence Ouverte: 27 206 offers of
49 sectors). `draw`, our own choice, is how much pupils of 14 like the sector, 1 for the usual. In names,
`{s}` stands for a surname, `{c}` for the commune with its preposition (`d'Aubrevance`), `{p}` for whom a
school is named after, `{q}` for a street name.
"""

import csv
import gzip
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector: its label in the offers file, its counts, and the words of its employers."""

    label: str
    offers: int
    public: int
    draw: float
    naf: tuple[str, ...]
    firms: tuple[str, ...]
    services: tuple[str, ...]
    titles: tuple[str, ...]


@cache
def sectors() -> tuple[Sector, ...]:
    """The stored table, most offers first."""
    with (Path(__file__).parent / "sectors.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_sector(row) for row in csv.DictReader(file, delimiter=";"))


def sectors_counted_in(offers_file: Path) -> tuple[Sector, ...]:
    """The stored table with its counts taken from a file of the platform's offers (CSV, `;`, gzip).

    A sector that the file does not name counts for none; one that the table does not know is left out.
    """
    offers: Counter[str] = Counter()
    public: Counter[str] = Counter()
    with gzip.open(offers_file, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            offers[row["secteur"]] += 1
            public[row["secteur"]] += row["public"] == "VRAI"
    return tuple(replace(s, offers=offers[s.label], public=public[s.label]) for s in sectors())


def _sector(row: dict[str, str]) -> Sector:
    naf, firms, services, titles = (
        tuple(row[column].split(SEPARATOR)) for column in ("naf", "firms", "services", "titles")
    )
    offers, public = int(row["offers"]), int(row["public"])
    return Sector(row["label"], offers, public, float(row["draw"]), naf, firms, services, titles)
