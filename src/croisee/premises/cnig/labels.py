"""What Insee calls the codes that an ETABLISSEMENT row must spell out: activities, bands of employees."""

import csv
from functools import cache
from pathlib import Path
from types import MappingProxyType

BANDS = MappingProxyType(
    {
        "NN": "Unité non employeuse ou présumée non employeuse",
        "00": "0 salarié (n'ayant pas d'effectif au 31/12 mais ayant employé des salariés au cours de l'année)",
        "01": "1 ou 2 salariés",
        "02": "3 à 5 salariés",
        "03": "6 à 9 salariés",
        "11": "10 à 19 salariés",
        "12": "20 à 49 salariés",
        "21": "50 à 99 salariés",
        "22": "100 à 199 salariés",
        "31": "200 à 249 salariés",
        "32": "250 à 499 salariés",
        "41": "500 à 999 salariés",
        "42": "1 000 à 1 999 salariés",
        "51": "2 000 à 4 999 salariés",
        "52": "5 000 à 9 999 salariés",
        "53": "10 000 salariés et plus",
    }
)
"""Insee, tranche d'effectif salarié of SIRENE."""


@cache
def activities() -> dict[str, str]:
    """The 732 subclasses of the NAF rév. 2 by code without the dot (Insee, Licence Ouverte 2.0)."""
    path = Path(__file__).parent / "stocks" / "naf.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {row[0]: row[1] for row in list(csv.reader(stream, delimiter=";"))[1:] if len(row) == 2}
