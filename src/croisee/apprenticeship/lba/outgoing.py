"""An offer of ours, as La bonne alternance wants it; what it would refuse is said before it is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.apprenticeship.expiry import AFTER_START, Standing
from croisee.apprenticeship.lba.client import FieldFault
from croisee.apprenticeship.models import Contract
from croisee.foundation.partners import Json

SHORTEST_TITLE, SHORTEST_DESCRIPTION = 3, 30
ROME = re.compile(r"[A-Z][0-9]{4}")
TOLERANCE = dt.timedelta(minutes=5)
STATUS = {
    Standing.ACTIVE: "Active",
    Standing.FILLED: "Filled",
    Standing.CANCELLED: "Cancelled",
    Standing.PENDING: "Pending",
    # What is past its last day is past there as well: it is told as cancelled where it was Pending meanwhile.
    Standing.EXPIRED: "Cancelled",
}
CONTRACTS = {Contract.APPRENTICESHIP: "Apprentissage", Contract.PROFESSIONAL: "Professionnalisation"}
ORIGIN = "croisee"


def payload(offer: Any, standing: Standing, until: dt.date) -> Json:
    """The body of an offer of `expiry.with_standing` (with `apprenticeship`, `organisation`), as it stands."""
    more = offer.apprenticeship
    apply = {"email": more.apply_email, "phone": more.apply_phone, "url": more.apply_url}
    return {
        "identifier": {"partner_job_id": str(offer.pk)},
        "contract": {
            "start": _instant(offer.starts_on, dt.time(0)),
            "duration": more.months,
            "type": [CONTRACTS[Contract(one)] for one in more.contracts],
            "remote": more.remote or None,
        },
        "offer": {
            "title": offer.title.strip(),
            "description": offer.description.strip(),
            "rome_codes": list(more.jobs) or None,
            "target_diploma": {"european": more.diploma} if more.diploma else None,
            "desired_skills": _lines(more.desired_skills),
            "to_be_acquired_skills": _lines(more.acquired_skills),
            "access_conditions": _lines(more.access_conditions),
            "publication": {
                "creation": timezone.localtime(offer.published_at or offer.created_at).isoformat(),
                "expiration": _instant(until, dt.time(23, 59, 59)),
            },
            "opening_count": max(1, offer.seats - offer.taken),
            "origin": ORIGIN,
            "multicast": True,
            "status": STATUS[standing],
        },
        "apply": {name: value for name, value in apply.items() if value},
        "workplace": {
            "siret": offer.organisation.siret,
            "name": offer.organisation.name,
            "location": {"address": f"{offer.address}, {offer.postcode} {offer.city}".strip(" ,")},
        },
    }


def _instant(day: dt.date, clock: dt.time) -> str:
    return timezone.make_aware(dt.datetime.combine(day, clock)).isoformat()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def faults(body: Json, now: dt.datetime) -> list[FieldFault]:
    """What would be refused in a body at `now`; empty when it may be sent."""
    offer, publication = body["offer"], body["offer"]["publication"]
    codes = offer["rome_codes"] or []
    checks = [
        (
            "offer.title",
            "too_short",
            len(offer["title"]) >= SHORTEST_TITLE,
            _("The title has fewer than three characters."),
        ),
        (
            "offer.description",
            "too_short",
            len(offer["description"]) >= SHORTEST_DESCRIPTION,
            _("The description has fewer than thirty characters."),
        ),
        (
            "offer.rome_codes",
            "invalid",
            all(ROME.fullmatch(code) for code in codes),
            _("A ROME code is not a letter and four digits."),
        ),
        (
            "apply",
            "missing",
            bool(body["apply"]),
            _("No e-mail address, telephone nor page to apply to."),
        ),
        (
            "workplace.siret",
            "missing",
            bool(re.fullmatch(r"\d{14}", body["workplace"]["siret"])),
            _("The company has no SIRET number."),
        ),
        (
            "offer.publication.creation",
            "in_future",
            dt.datetime.fromisoformat(publication["creation"]) <= now + TOLERANCE,
            _("The day of publication is to come."),
        ),
        (
            "offer.publication.expiration",
            "in_past",
            dt.datetime.fromisoformat(publication["expiration"]) >= now - TOLERANCE,
            _("The last day is past."),
        ),
    ]
    return [FieldFault(field, code, str(said)) for field, code, holds, said in checks if not holds]


def digest(body: Json) -> str:
    """The SHA-256 digest of a body, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def warnings(offer: Any) -> list[str]:
    """What La bonne alternance would refuse of an offer that is to be published there, for who checks it.

    No query beyond what is read of the offer, its period and its details.
    """
    more, period = offer.apprenticeship, next(iter(offer.periods.all()), None)
    if not more.to_partner or period is None:
        return []
    offer.starts_on, offer.seats, offer.taken = period.starts_on, period.seats, period.taken
    body = payload(offer, Standing.ACTIVE, min(more.expires_on, period.starts_on + AFTER_START))
    return [_("La bonne alternance: %s") % fault.message for fault in faults(body, timezone.now())]
