"""An offer of ours, as the national platform wants it; what it would refuse is said before it is sent.

Limits: documentation and model of the platform, where they disagree the stricter one (coordinates, say).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from croisee.stages.models import HostKind

if TYPE_CHECKING:
    from croisee.opportunities.models import Opportunity

TITLE, NAME, ABOUT, PERMALINK, STREET, CITY = 150, 150, 275, 200, 500, 50
DESCRIPTION = (10, 1500)
LUNCH = (11, 500)
MOST_CANDIDATES = 6000
DAYS = {"1": "lundi", "2": "mardi", "3": "mercredi", "4": "jeudi", "5": "vendredi"}
NOT_PUBLIC = re.compile(r"test|staging", re.IGNORECASE)
Json = dict[str, Any]
Fault = tuple[str, str]


def payload(
    offer: Opportunity, weeks: Sequence[tuple[dt.date, int]], sectors: Mapping[str, str], permalink: str
) -> Json:
    """The body of an offer. `weeks` are Mondays with their free seats; `sectors` gives their identifier of ours."""
    internship = getattr(offer, "internship", None)
    body: Json = {
        "title": offer.title.strip(),
        "description": offer.description.strip(),
        "employer_name": offer.organisation.name.strip(),
        "employer_description": f"{offer.organisation.name}, {offer.city} ({offer.get_sector_display()})"[
            :ABOUT
        ],
        "coordinates": {"latitude": offer.lat, "longitude": offer.lon},
        "street": offer.address[:STREET],
        "zipcode": offer.postcode,
        "city": offer.city.strip(),
        "sector_uuid": sectors.get(offer.sector, ""),
        "weeks": [iso_week(monday) for monday, _free in weeks],
        "grades": ["troisieme"],
        "remote_id": str(offer.pk),
        "permalink": permalink,
        "max_candidates": min(MOST_CANDIDATES, sum(free for _monday, free in weeks)),
        "handicap_accessible": offer.accessible,
        # Their flags look at the school alone, ours at the home too: our reserved seats are not sent at all.
        "rep": False,
        "qpv": False,
    }
    if internship is not None:
        body["is_public"] = internship.host_kind == HostKind.PUBLIC
        body["daily_hours"] = _daily_hours(internship.hours)
        lunch = internship.lunch.strip()
        if LUNCH[0] <= len(lunch) <= LUNCH[1]:
            body["lunch_break"] = lunch
    return body


def _daily_hours(hours: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, list[str]]:
    """First and last time of each day: the platform knows no break here."""
    return {name: [hours[day][0][0], hours[day][-1][1]] for day, name in DAYS.items() if hours.get(day)}


def iso_week(monday: dt.date) -> str:
    """`2027-W05`."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"


def faults(body: Json, sector: str) -> list[Fault]:
    """What the platform would refuse in a body, of an offer of `sector`: codes of ours, a sentence each.

    Empty when it may be sent.
    """
    point = body["coordinates"]
    checks = [
        ("title", 0 < len(body["title"]) <= TITLE, _("The title is empty or too long.")),
        (
            "description",
            DESCRIPTION[0] <= len(body["description"]) <= DESCRIPTION[1],
            _("The description has %(n)d characters, not 10 to 1500.") % {"n": len(body["description"])},
        ),
        ("employer_name", 0 < len(body["employer_name"]) <= NAME, _("The name of the host is too long.")),
        ("coordinates", None not in point.values(), _("The place of the offer is not known.")),
        (
            "postcode",
            re.fullmatch(r"\d{5}", body["zipcode"]) and 0 < len(body["city"]) <= CITY,
            _("The postcode or the town is missing."),
        ),
        (
            "sector",
            body["sector_uuid"],
            _("No sector of the platform is matched with “%(sector)s”.") % {"sector": sector},
        ),
        (
            "permalink",
            len(body["permalink"]) <= PERMALINK and not NOT_PUBLIC.search(body["permalink"]),
            _("The address of the offer is refused: %(url)s") % {"url": body["permalink"]},
        ),
    ]
    return [(code, str(sentence)) for code, holds, sentence in checks if not holds]


def digest(body: Json) -> str:
    """The SHA-256 digest of a body, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def dropped_weeks(body: Json, held: Any) -> list[str]:
    """The weeks that were sent and that `held` (their offer's `weeks`) does not have; none if it does not say."""
    if not isinstance(held, list):
        return []
    kept = {week for week in held if isinstance(week, str)}
    return [week for week in body["weeks"] if week not in kept]
