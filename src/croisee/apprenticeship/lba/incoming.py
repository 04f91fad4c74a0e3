"""An offer of La bonne alternance, as we can hold it."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from croisee.apprenticeship.expiry import SHOWN
from croisee.apprenticeship.lba.client import FieldFault
from croisee.apprenticeship.models import Contract, Diploma, Remote
from croisee.directory.rome import ROME
from croisee.foundation.dates import add_months
from croisee.opportunities.sectors import Sector, sector_of

LONGEST_LINK = 200
MOST_SEATS = 6000
USUAL_MONTHS = 12
MOST_JOBS = 10
_TOWN = re.compile(r"\b(\d{5})\s+(\D[^,\d]*)")
_BREAKS = re.compile(r"(?i)<\s*(?:br|/p|/li|/h\d|/div)[^>]*>")
CONTRACTS = {"Apprentissage": Contract.APPRENTICESHIP, "Professionnalisation": Contract.PROFESSIONAL}


class Unreadable(Exception):  # noqa: N818  reads as the sentence it is
    """What a row lacks."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.fault = FieldFault(field, code, message)


@dataclass(frozen=True)
class Row:
    """A row that can be held. `number` is La bonne alternance's own."""

    number: str
    title: str
    description: str
    employer: str
    siret: str
    sector: str
    address: str
    postcode: str
    city: str
    lat: float | None
    lon: float | None
    permalink: str
    starts_on: dt.date
    ends_on: dt.date
    expires_on: dt.date
    seats: int
    contracts: tuple[str, ...]
    months: int | None
    remote: str
    diploma: str
    jobs: tuple[str, ...]
    skills: str
    learnt: str
    conditions: str


def number_of(row: Mapping[str, Any]) -> str:
    """La bonne alternance's own identifier of a row; empty without one."""
    number = _in(row, "identifier", "id")
    return str(number)[:100] if isinstance(number, int | str) else ""


def partner_number(row: Mapping[str, Any]) -> str:
    """The identifier that whoever sent it there gave it; empty without one."""
    number = _in(row, "identifier", "partner_job_id")
    return str(number)[:100] if isinstance(number, int | str) else ""


def is_active(row: Mapping[str, Any]) -> bool:
    """Whether it still stands there."""
    return _in(row, "offer", "status") in (None, "Active")


def read(row: Mapping[str, Any], today: dt.date) -> Row:
    """What a row says. Raises Unreadable."""
    title, employer = _text(_in(row, "offer", "title"), 150), _employer(row)
    link = _link(row)
    for field, value in (
        ("identifier.id", number_of(row)),
        ("offer.title", title),
        ("workplace.name", employer),
        ("apply.url", link),
    ):
        if not value:
            raise Unreadable(field, "missing", _("This field is missing, or cannot be used."))
    created = _day(_in(row, "offer", "publication", "creation")) or today
    starts_on = _day(_in(row, "contract", "start")) or max(created, today)
    months = _whole(_in(row, "contract", "duration"), 48)
    lon, lat = _point(row)
    address, postcode, city = _address(_text(_in(row, "workplace", "location", "address"), 300))
    diploma = str(_in(row, "offer", "target_diploma", "european") or "")
    remote = str(_in(row, "contract", "remote") or "")
    codes = _in(row, "offer", "rome_codes")
    jobs = (
        [one for one in codes if isinstance(one, str) and ROME.fullmatch(one)]
        if isinstance(codes, list)
        else []
    )
    return Row(
        number=number_of(row),
        title=title,
        description=_text(_in(row, "offer", "description"), 1500),
        employer=employer,
        siret=str(_in(row, "workplace", "siret") or "")[:14],
        sector=_sector(row),
        address=address,
        postcode=postcode,
        city=city,
        lat=lat,
        lon=lon,
        permalink=link,
        starts_on=starts_on,
        ends_on=add_months(starts_on, months or USUAL_MONTHS) - dt.timedelta(days=1),
        expires_on=_day(_in(row, "offer", "publication", "expiration")) or created + SHOWN,
        seats=_whole(_in(row, "offer", "opening_count"), MOST_SEATS) or 1,
        contracts=_contracts(_in(row, "contract", "type")),
        months=months,
        remote=remote if remote in Remote.values else "",
        diploma=diploma if diploma in Diploma.values else "",
        jobs=tuple(jobs[:MOST_JOBS]),
        skills=_list(_in(row, "offer", "desired_skills")),
        learnt=_list(_in(row, "offer", "to_be_acquired_skills")),
        conditions=_list(_in(row, "offer", "access_conditions")),
    )


def _in(row: Any, *path: str) -> Any:
    """What stands at a path; None where a step of it is missing."""
    for step in path:
        row = row.get(step) if isinstance(row, Mapping) else None
    return row


def _text(value: Any, longest: int) -> str:
    """A text without markup nor control characters, cut; its paragraphs stay lines."""
    if not isinstance(value, str):
        return ""
    plain = html.unescape(strip_tags(_BREAKS.sub("\n", value)))
    kept = "".join(char if char.isprintable() or char == "\n" else " " for char in plain)
    return re.sub(r"\n\s*\n+", "\n\n", re.sub(r"[^\S\n]+", " ", kept)).strip()[:longest]


def _list(value: Any) -> str:
    lines = [_text(one, 200) for one in value] if isinstance(value, list) else []
    return "\n".join(line for line in lines if line)[:1500]


def _employer(row: Mapping[str, Any]) -> str:
    for name in ("name", "brand", "legal_name"):
        if text := _text(_in(row, "workplace", name), 200):
            return text
    return ""


def _link(row: Mapping[str, Any]) -> str:
    """Where one applies: never anything but the web."""
    link = _in(row, "apply", "url")
    if isinstance(link, str) and 0 < len(link) <= LONGEST_LINK:
        parts = urlsplit(link)
        if parts.scheme in {"http", "https"} and parts.netloc:
            return link
    return ""


def _point(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    found = _in(row, "workplace", "location", "geopoint", "coordinates")
    if isinstance(found, list) and len(found) == 2 and all(isinstance(one, int | float) for one in found):
        lon, lat = found
        if abs(lat) <= 90 and abs(lon) <= 180:
            return float(lon), float(lat)
    return None, None


def _address(text: str) -> tuple[str, str, str]:
    found = _TOWN.search(text)
    if found is None:
        return text, "", ""
    return text[: found.start()].strip(" ,"), found[1], found[2].strip()[:80]


def _sector(row: Mapping[str, Any]) -> str:
    code = _in(row, "workplace", "domain", "naf", "code")
    found = sector_of(code) if isinstance(code, str) else None
    return str(found or Sector.SERVICES)


def _contracts(value: Any) -> tuple[str, ...]:
    named = [str(CONTRACTS[one]) for one in value if one in CONTRACTS] if isinstance(value, list) else []
    return tuple(named) or tuple(Contract.values)


def _day(value: Any) -> dt.date | None:
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None or not 2000 <= moment.year <= 2200:
        return None
    return timezone.localdate(moment) if timezone.is_aware(moment) else moment.date()


def _whole(value: Any, most: int) -> int | None:
    return min(most, value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
