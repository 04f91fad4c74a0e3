"""Whether a home is in a priority neighbourhood, as answered on a day and kept since."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.models import Person, Residence
from croisee.territory.answers import Answer, Place, Verdict, answer_address, place_of
from croisee.territory.models import ZoneKind
from croisee.territory.queries import search_addresses
from croisee.territory.rules import UNCERTAIN_WITHIN
from croisee.territory.zone_layers import zone_layer

ANSWERS = {
    Answer.YES: Residence.YES,
    Answer.NO: Residence.NO,
    Answer.UNCERTAIN: Residence.UNCERTAIN,
    Answer.UNKNOWN: Residence.UNKNOWN,
}
HOME_FIELDS = (
    "address",
    "lon",
    "lat",
    "residence",
    "residence_on",
    "residence_why",
    "zone_codes",
    "zone_generation",
)


@dataclass(frozen=True, slots=True)
class Home:
    """An address, its point (longitude and latitude in degrees, None when not known), and the answer about it."""

    address: str
    lon: float | None
    lat: float | None
    answer: Residence
    why: str
    codes: str = ""
    generation: int | None = None


def answer_home(address: str, lon: float | None = None, lat: float | None = None) -> Home:
    """The answer about a home today: by its point when one is given, else by its address among those loaded.

    The same rule as the public check of an address (`territory.answers`). An address that is not found, or only
    nearly, is uncertain, and `why` says so; without any outline loaded nothing is answered.
    """
    if lon is not None and lat is not None:
        return _by_point(address, lon, lat)
    if not address.strip():
        return Home("", None, None, Residence.UNKNOWN, "")
    if zone_layer(ZoneKind.QPV) is None:
        return Home(address, None, None, Residence.UNKNOWN, _("No outline of neighbourhoods is loaded here."))
    found = search_addresses(address, 1)
    place = place_of(found[0].identifier) if found else None
    if place is None:
        return Home(address, None, None, Residence.UNCERTAIN, _("The address was not found."))
    verdict = answer_address(place).verdict
    answer, why = ANSWERS[verdict.answer], verdict.reason
    if not found[0].exact and answer in (Residence.YES, Residence.NO):
        answer = Residence.UNCERTAIN
        why = _("Not found as it is written; the nearest is “%(address)s”.") % {"address": place.label}
    return _home(address, place, answer, why, verdict)


def _home(address: str, place: Place, answer: Residence, why: str, verdict: Verdict) -> Home:
    return Home(address, place.longitude, place.latitude, answer, why, verdict.zone_code, verdict.generation)


def _by_point(address: str, lon: float, lat: float) -> Home:
    """The answer of the newest outlines about a point."""
    layer = zone_layer(ZoneKind.QPV)
    if layer is None:
        return Home(address, lon, lat, Residence.UNKNOWN, _("No outline of neighbourhoods is loaded here."))
    x, y = np.array([lon]), np.array([lat])
    code = str(layer.index.tag(x, y, crs=4326)[0] or "")
    metres = float(layer.index.nearest(x, y, crs=4326)[0][0])
    if not np.isnan(metres) and metres < UNCERTAIN_WITHIN:
        why = _("The point is %(metres)d m from the limit of a neighbourhood.") % {"metres": round(metres)}
        return Home(address, lon, lat, Residence.UNCERTAIN, why, code, layer.generation)
    answer = Residence.YES if code else Residence.NO
    return Home(address, lon, lat, answer, "", code, layer.generation)


def set_home(person: Person, home: Home, *, answer_only: bool, on: date | None = None) -> None:
    """Put a home into the fields of `person` (not saved): all of it, or the answer without the address.

    An address about which nothing was answered is kept: without it nothing could be answered later.
    """
    keep = not answer_only or home.answer is Residence.UNKNOWN
    person.address = home.address if keep else ""
    person.lon, person.lat = (home.lon, home.lat) if keep else (None, None)
    person.residence = home.answer
    asked = home.answer is not Residence.UNKNOWN
    person.residence_on = (on or timezone.localdate()) if asked else None
    person.residence_why = home.why[: Person._meta.get_field("residence_why").max_length]
    person.zone_codes, person.zone_generation = home.codes, home.generation if asked else None
