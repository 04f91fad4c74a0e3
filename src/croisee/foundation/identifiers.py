"""Official French identifiers: each function checks what was written and returns its canonical form.

No Django here: loaders, file commands and forms all ask this one module. Spaces and letter case are forgiven,
as identifiers are often typed in groups; anything else is refused with `InvalidIdentifier`.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Literal

Reason = Literal["shape", "check"]

LA_POSTE = "356000000"
UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
DEPARTMENT = r"(?:0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5])"


class InvalidIdentifier(ValueError):  # noqa: N818  reads as the sentence it is
    """What was written is not an identifier of this kind.

    `kind` is the name of the function that refused; `reason` is "shape" when the length or the characters
    are wrong, "check" when they are right but the check digit, the check letter or the calendar says no (most
    often a typing error).
    """

    def __init__(self, kind: str, text: str, reason: Reason) -> None:
        super().__init__(f"{text!r} is no {kind} ({reason})")
        self.kind = kind
        self.text = text
        self.reason: Reason = reason


def siren(text: str) -> str:
    """The SIREN number (9 digits) of an enterprise, checked by the Luhn formula.

    Source: code de commerce R123-220 and INSEE, "Numéro Siren": the ninth digit is a check digit (ISO/IEC
    7812-1, annex B). Raises `InvalidIdentifier`.
    """
    return _require("siren", text, r"\d{9}", _luhn)


def siret(text: str) -> str:
    """The SIRET number (14 digits: SIREN, then NIC) of an establishment, checked by the Luhn formula.

    Source: code de commerce R123-221 and INSEE, "Numéro Siret". The establishments of La Poste (SIREN
    356 000 000) outgrew the formula: theirs need only digits that add up to a multiple of 5; its head office
    still follows the formula. Raises `InvalidIdentifier`.
    """
    return _require("siret", text, r"\d{14}", _siret_holds)


def uai(text: str) -> str:
    """The UAI number of a school: 3 digits of department, 4 of order, and a check letter (upper case).

    Source: Ministère de l'Éducation nationale, Base centrale des établissements: the letter is the remainder
    of the seven digits by 23, in the alphabet without I, O and Q. Raises `InvalidIdentifier`.
    """
    return _require("uai", text, r"\d{7}[A-Z]", lambda code: UAI_LETTERS[int(code[:7]) % 23] == code[7])


def commune(text: str) -> str:
    """The INSEE code (5 characters) of a commune: Corsica (2A, 2B) and overseas (971 to 978, 984 to 989) too.

    Source: INSEE, Code officiel géographique. Only the shape can be checked: whether the commune exists is
    the territory's to say. A postcode looks much the same and cannot be told apart. Raises
    `InvalidIdentifier`.
    """
    return _require("commune", text, rf"(?:{DEPARTMENT}(?!000)\d{{3}}|97[1-8]\d\d|98[4-9]\d\d)")


def qpv(text: str) -> str:
    """The code of a priority neighbourhood: `QP` (2015 to 2023) or `QN` (from 2024), department, order.

    Source: ANCT, géographie prioritaire; décrets 2014-1750 and 2023-1314. The department takes three
    characters (`035`, `02A`, `971`). Raises `InvalidIdentifier`.
    """
    return _require("qpv", text, r"Q(?:P(?:\d{3}|02[AB])\d{3}|N(?:\d{3}|02[AB])[0-9A-Z]{3})")


def qpv_generation(code: str) -> int:
    """2015 or 2024: which delimitation a canonical QPV code belongs to."""
    return 2015 if code.startswith("QP") else 2024


def iso_week(text: str) -> str:
    """A week as `2027-W05`, checked against the calendar (`2027-W53` does not exist).

    Source: ISO 8601-1:2019, 5.2.4. Raises `InvalidIdentifier`.
    """
    return _require("iso_week", text, r"\d{4}-W\d{2}", _week_exists)


def week_monday(week: str) -> date:
    """The Monday of a canonical ISO week; raises ValueError when the calendar has no such week."""
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def _require(kind: str, text: str, shape: str, holds: Callable[[str], bool] | None = None) -> str:
    """`text` without its spaces and in upper case, if it has the shape and `holds` agrees."""
    code = "".join(text.split()).upper()
    if not re.fullmatch(shape, code, flags=re.ASCII):
        raise InvalidIdentifier(kind, text, "shape")
    if holds and not holds(code):
        raise InvalidIdentifier(kind, text, "check")
    return code


def _siret_holds(code: str) -> bool:
    if code.startswith(LA_POSTE) and sum(map(int, code)) % 5 == 0:
        return True
    return _luhn(code)


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _week_exists(week: str) -> bool:
    try:
        week_monday(week)
    except ValueError:
        return False
    return True
