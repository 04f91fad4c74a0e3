"""Official French identifiers, checked: INSEE, SIREN, SIRET, UAI, codes of priority neighbourhoods.

Each check returns a boolean and never raises, so that a loader can turn a wrong value into a refused row.
"""

import re

INSEE_PATTERN = r"^(0[1-9]|[1-8][0-9]|9[0-8]|2[AB])[0-9]{3}$"
SIREN_PATTERN = r"^[0-9]{9}$"
SIRET_PATTERN = r"^[0-9]{14}$"
UAI_PATTERN = r"^[0-9]{7}[A-HJ-NPR-Z]$"
QPV_2015_PATTERN = r"^QP[0-9]{6}$"
QPV_2024_PATTERN = r"^QN[0-9A-Z]{6}$"

UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
LA_POSTE_SIREN = "356000000"
LA_POSTE_HEAD_OFFICE = "35600000000048"

# Files with street-level data name the districts of the three largest cities; EPCI membership names the city.
DISTRICTS = (
    ("751", range(75101, 75121), "75056"),
    ("132", range(13201, 13217), "13055"),
    ("693", range(69381, 69390), "69123"),
)


def is_insee(code: str) -> bool:
    """Whether `code` has the form of an INSEE commune code: five characters, Corsican 2A and 2B included."""
    return re.match(INSEE_PATTERN, code) is not None


def is_uai(code: str) -> bool:
    """Whether `code` is a UAI: seven digits and the letter of their remainder by 23 (no I, O, Q)."""
    return re.match(UAI_PATTERN, code) is not None and UAI_LETTERS[int(code[:7]) % 23] == code[7]


def luhn_sum(digits: str) -> int:
    """Luhn's sum of a string of digits: every second one from the right counts double, digits added."""
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled)


def is_siren(code: str) -> bool:
    """Whether `code` is a SIREN (an EPCI is known by one too): nine digits that pass Luhn's check."""
    return re.match(SIREN_PATTERN, code) is not None and luhn_sum(code) % 10 == 0


def is_siret(code: str) -> bool:
    """Whether `code` is a SIRET: fourteen digits that pass Luhn's check.

    For the establishments of La Poste (SIREN 356 000 000), its head office apart, the plain sum of digits must be
    a multiple of five instead: they outnumber what Luhn's check leaves.
    """
    if re.match(SIRET_PATTERN, code) is None:
        return False
    if code.startswith(LA_POSTE_SIREN) and code != LA_POSTE_HEAD_OFFICE:
        return sum(map(int, code)) % 5 == 0
    return luhn_sum(code) % 10 == 0


def qpv_generation(code: str) -> int | None:
    """The generation of a priority neighbourhood's code: 2015 (`QP`), 2024 (`QN`), None if neither."""
    if re.match(QPV_2015_PATTERN, code):
        return 2015
    return 2024 if re.match(QPV_2024_PATTERN, code) else None


def city_of(insee: str) -> str:
    """The commune that `insee` names: Paris, Lyon or Marseille for one of their districts, else itself."""
    for start, districts, city in DISTRICTS:
        if insee.startswith(start) and insee.isdigit() and int(insee) in districts:
            return city
    return insee


def department_of(insee: str) -> str:
    """The department of a commune code: two characters, three overseas."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]
