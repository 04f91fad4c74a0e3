"""Jobs by their ROME code: what they are called here, which trade they are of, what a box suggests.

The labels of the ROME are not ours to ship: a code is told with the trades of lots that it is of.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from croisee.clauses.trades import JOBS, Trade
from croisee.territory.wording import plain

ROME = re.compile(r"^[A-N][0-9]{4}$")
"""A code of the ROME 4.0: a letter of the fourteen large domains, four digits."""
LONGEST = 12


@dataclass(frozen=True)
class Suggestion:
    """A job that a box suggests: its code and what it is told with."""

    code: str
    label: str


def is_code(text: str) -> bool:
    """Whether `text` has the form of a ROME code."""
    return ROME.match(text) is not None


def trades_of(code: str) -> tuple[Trade, ...]:
    """The trades of lots whose people do this job; none for a job of no trade here."""
    return tuple(trade for trade, codes in JOBS.items() if code in codes)


def domain(code: str) -> str:
    """The professional domain of a job: the first three signs of its code."""
    return code[:3]


def job_label(code: str) -> str:
    """A job in words: “F1606 (painting)”; the code alone for a job of no trade here."""
    trades = ", ".join(str(trade.label) for trade in trades_of(code))
    return _("%(code)s (%(trades)s)") % {"code": code, "trades": trades} if trades else code


def codes_in(text: str) -> list[str]:
    """The codes written in a text, each once, in order: what is no code is left out."""
    words = re.split(r"[\s,;/()]+", text.upper())
    return list(dict.fromkeys(word for word in words if is_code(word)))


def strays_in(text: str) -> list[str]:
    """The words of a text that look meant as codes and are none: with a digit, or alone between commas."""
    parts = (part.strip() for part in re.split(r"[,;\n]+", text))
    return [part for part in parts if part and not codes_in(part)]


def suggested(text: str) -> list[Suggestion]:
    """The jobs whose code or trade begins like what is typed last, in order of codes."""
    typed = plain(re.split(r"[,;]", text)[-1].strip())
    if not typed:
        return []
    found = {
        code: _told(code)
        for trade, codes in JOBS.items()
        for code in codes
        if plain(code).startswith(typed) or any(w.startswith(typed) for w in plain(str(trade.label)).split())
    }
    return [Suggestion(code, found[code]) for code in sorted(found)][:LONGEST]


def _told(code: str) -> str:
    return ", ".join(capfirst(str(trade.label)) for trade in trades_of(code))


def labels(codes: Iterable[str]) -> str:
    """Several jobs in words; a dash when there are none."""
    return ", ".join(job_label(code) for code in codes) or "–"
