"""An offer of the national platform, as we can hold it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

WEEK = re.compile(r"(\d{4})-W(\d{2})")
LONGEST_LINK = 200
MOST_SEATS = 6000


class Unreadable(Exception):  # noqa: N818  reads as the sentence it is
    """What a row lacks: a code of `refusals`, and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Row:
    """A row that can be held. `number` is the platform's own; `mondays` are the weeks to come, in order."""

    number: str
    title: str
    description: str
    employer: str
    sector: str
    address: str
    postcode: str
    city: str
    lat: float | None
    lon: float | None
    accessible: bool
    permalink: str
    mondays: tuple[dt.date, ...]
    seats: int


def number_of(row: Mapping[str, Any]) -> str:
    """The platform's own number of a row; empty without one."""
    number = row.get("id")
    return str(number)[:100] if isinstance(number, int | str) else ""


def is_for_us(row: Mapping[str, Any], postcodes: frozenset[str]) -> bool:
    """Whether a row is for pupils of 3e, in the territory (anywhere when its postcodes are not loaded)."""
    grades = row.get("grades")
    for_third = not isinstance(grades, list) or "troisieme" in grades
    return for_third and (not postcodes or str(row.get("zipcode", "")) in postcodes)


def read(row: Mapping[str, Any], sectors: Mapping[str, str], today: dt.date) -> Row:
    """What a row says. `sectors` gives ours for the name of theirs. Raises Unreadable."""
    title, employer = _text(row, "title", 150), _text(row, "employer_name", 200)
    link = _link(row)
    if not (number_of(row) and title and employer and link):
        raise Unreadable("incomplete", _("The number, title, employer or address of the offer is missing."))
    sector = sectors.get(_text(row, "sector", 150), "")
    if not sector:
        name = _text(row, "sector", 150)
        raise Unreadable("unknown_sector", _("The sector “%(name)s” is not matched.") % {"name": name})
    lat, lon = _point(row)
    return Row(
        number=number_of(row),
        title=title,
        description=_text(row, "description", 1500),
        employer=employer,
        sector=sector,
        address=_text(row, "street", 300),
        postcode=_text(row, "zipcode", 5),
        city=_text(row, "city", 80),
        lat=lat,
        lon=lon,
        accessible=row.get("handicap_accessible") is True,
        permalink=link,
        mondays=_mondays(row.get("weeks"), today),
        seats=_seats(row.get("max_candidates")),
    )


def _text(row: Mapping[str, Any], name: str, longest: int) -> str:
    """A text without markup nor control characters, cut."""
    value = row.get(name)
    plain = strip_tags(value) if isinstance(value, str) else ""
    return "".join(char for char in plain if char.isprintable() or char == "\n").strip()[:longest]


def _link(row: Mapping[str, Any]) -> str:
    """Where pupils apply: the partner's own page, else the platform's; never anything but the web."""
    for name in ("permalink", "url"):
        link = row.get(name)
        if isinstance(link, str) and 0 < len(link) <= LONGEST_LINK:
            parts = urlsplit(link)
            if parts.scheme in {"http", "https"} and parts.netloc:
                return link
    return ""


def _point(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    lat, lon = row.get("latitude"), row.get("longitude")
    if isinstance(lat, int | float) and isinstance(lon, int | float) and abs(lat) <= 90 and abs(lon) <= 180:
        return float(lat), float(lon)
    return None, None


def _mondays(weeks: Any, today: dt.date) -> tuple[dt.date, ...]:
    found = set()
    for week in weeks if isinstance(weeks, list) else []:
        match = WEEK.fullmatch(week) if isinstance(week, str) else None
        if match:
            try:
                found.add(dt.date.fromisocalendar(int(match[1]), int(match[2]), 1))
            except ValueError:
                continue
    return tuple(sorted(monday for monday in found if monday > today))


def _seats(value: Any) -> int:
    """The search does not say how many: one, at least."""
    return min(MOST_SEATS, value) if isinstance(value, int) and value > 0 else 1
