"""Jobs by their ROME code: what they are called here, which trades they are of, what a box suggests.

Codes of the ROME 4.0 (France Travail, Répertoire opérationnel des métiers et des emplois). Its labels are not ours to
ship: a code is told with the trades that it is of, else with its large domain, in words of ours.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.territory.wording import plain

ROME = re.compile(r"[A-N][0-9]{4}")
"""A code of the ROME 4.0: a letter of the fourteen large domains, four digits."""
LONGEST = 12


class Trade(TextChoices):
    """What people do, as construction sites, services and their buyers name it."""

    MASONRY = "masonry", gettext_lazy("masonry and structural work")
    ROADS = "roads", gettext_lazy("roads and networks")
    STEEL_FRAME = "steel_frame", gettext_lazy("steel frame")
    CARPENTRY = "carpentry", gettext_lazy("carpentry and roofing")
    JOINERY = "joinery", gettext_lazy("joinery")
    PLASTERING = "plastering", gettext_lazy("plastering and partitions")
    PAINTING = "painting", gettext_lazy("painting")
    FLOORING = "flooring", gettext_lazy("flooring and tiling")
    INSULATION = "insulation", gettext_lazy("insulation and façades")
    PLUMBING = "plumbing", gettext_lazy("plumbing and heating")
    ELECTRICITY = "electricity", gettext_lazy("electricity")
    DEMOLITION = "demolition", gettext_lazy("demolition and clearing")
    GREEN_SPACES = "green_spaces", gettext_lazy("green spaces")
    CLEANING = "cleaning", gettext_lazy("cleaning")
    WASTE = "waste", gettext_lazy("waste collection and recycling")
    CATERING = "catering", gettext_lazy("catering")
    SECURITY = "security", gettext_lazy("security and reception")
    LOGISTICS = "logistics", gettext_lazy("logistics and removals")
    TRANSPORT = "transport", gettext_lazy("transport")
    CARE = "care", gettext_lazy("care and personal services")
    OFFICE = "office", gettext_lazy("office and administrative work")
    DIGITAL = "digital", gettext_lazy("digital services")
    STUDIES = "studies", gettext_lazy("studies and engineering")
    OTHER = "other", gettext_lazy("other")


JOBS: Mapping[Trade, tuple[str, ...]] = MappingProxyType(
    {
        Trade.MASONRY: ("F1703", "F1701", "F1704", "F1706", "F1612"),
        Trade.ROADS: ("F1702", "F1705", "F1302", "F1704"),
        Trade.STEEL_FRAME: ("F1502", "F1704"),
        Trade.CARPENTRY: ("F1503", "F1501", "F1619"),
        Trade.JOINERY: ("F1607", "F1616", "F1614"),
        Trade.PLASTERING: ("F1601", "F1604", "F1615"),
        Trade.PAINTING: ("F1606",),
        Trade.FLOORING: ("F1608", "F1609"),
        Trade.INSULATION: ("F1611", "F1613", "F1626"),
        Trade.PLUMBING: ("F1603", "F1610", "F1620", "I1308"),
        Trade.ELECTRICITY: ("F1602", "F1605", "I1309"),
        Trade.DEMOLITION: ("F1709", "F1704"),
        Trade.GREEN_SPACES: ("A1203", "A1208", "A1209", "F1707"),
        Trade.CLEANING: ("K2204", "K2205", "K2202", "I1203"),
        Trade.WASTE: ("K2303", "K2304", "K2307", "K2318"),
        Trade.CATERING: ("G1603", "G1605", "G1607"),
        Trade.SECURITY: ("K2503", "M1601"),
        Trade.LOGISTICS: ("N1103", "N1105", "N1101", "N1110"),
        Trade.TRANSPORT: ("N4105", "N4101", "N4103"),
        Trade.CARE: ("K1302", "K1304", "K1311"),
        Trade.OFFICE: ("M1602", "M1607", "M1601"),
        Trade.DIGITAL: ("M1801",),
        Trade.STUDIES: (),
        Trade.OTHER: (),
    }
)
"""The jobs of each trade; empty: anyone's."""
DOMAINS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "A": gettext_lazy("farming, fishing, green spaces, animals"),
        "B": gettext_lazy("arts and crafts"),
        "C": gettext_lazy("banking, insurance, property"),
        "D": gettext_lazy("trade and sales"),
        "E": gettext_lazy("communication and media"),
        "F": gettext_lazy("building and public works"),
        "G": gettext_lazy("hotels, restaurants, tourism, leisure"),
        "H": gettext_lazy("industry"),
        "I": gettext_lazy("installation and maintenance"),
        "J": gettext_lazy("health"),
        "K": gettext_lazy("services to people and communities"),
        "L": gettext_lazy("performing arts"),
        "M": gettext_lazy("business support"),
        "N": gettext_lazy("transport and logistics"),
    }
)
"""The large domains, by the letter that their codes begin with."""


@dataclass(frozen=True)
class Suggestion:
    """A job that a box suggests: its code and what it is told with."""

    code: str
    label: str


def is_code(text: str) -> bool:
    """Whether `text` has the form of a ROME code."""
    return ROME.fullmatch(text) is not None


def validate_code(text: str) -> None:
    """A validator of model fields: raises ValidationError for what is no ROME code."""
    if not is_code(text):
        raise ValidationError(_no_code(text), code="rome")


def _no_code(word: str) -> str:
    return _("“%(word)s” is no ROME code: a code is a letter from A to N and four digits, as F1606.") % {
        "word": word
    }


def trades_of(code: str) -> tuple[Trade, ...]:
    """The trades whose people do this job; none for a job of no trade here."""
    return tuple(trade for trade, codes in JOBS.items() if code in codes)


def trade_jobs(code: str) -> frozenset[str]:
    """The codes of the trades that a job is of, its own among them."""
    return frozenset(one for trade in trades_of(code) for one in JOBS[trade]) | {code}


def label_of(code: str) -> str:
    """A job in words: “F1606 (painting)”; of no trade here, with its large domain: “D1106 (trade and sales)”."""
    told = ", ".join(str(trade.label) for trade in trades_of(code)) or str(DOMAINS.get(code[:1], ""))
    return _("%(code)s (%(trades)s)") % {"code": code, "trades": told} if told else code


def labels(codes: Iterable[str]) -> str:
    """Several jobs in words; a dash when there are none."""
    return ", ".join(label_of(code) for code in codes) or "–"


def codes_in(text: str) -> list[str]:
    """The codes written in a text, each once, in order: what is no code is left out."""
    words = re.split(r"[\s,;/()]+", text.upper())
    return list(dict.fromkeys(word for word in words if is_code(word)))


def strays_in(text: str) -> list[str]:
    """The words of a text that look meant as codes and are none: with a digit, or alone between commas."""
    parts = (part.strip() for part in re.split(r"[,;\n]+", text))
    return [part for part in parts if part and not codes_in(part)]


def codes_written(text: str) -> list[str]:
    """The codes of what somebody wrote. Raises ValidationError naming the first word that is no code."""
    if strays := strays_in(text):
        raise ValidationError(_no_code(strays[0]), code="rome")
    return codes_in(text)


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
