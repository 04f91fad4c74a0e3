"""Is an address in a priority neighbourhood: yes, no, uncertain, or unknown, with the reason in words.

The rule: yes or no when the point is that of the address plate and lies at least 20 m from every limit; uncertain
otherwise; unknown where no outline is loaded that could tell. `rules` holds the figures and their sources.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.territory.commune_codes import OVERSEAS
from croisee.territory.models import Address, Commune, Position, Street, Zone, ZoneKind
from croisee.territory.rules import GENERATIONS, UNCERTAIN_WITHIN, ZFU_LAST_DAY
from croisee.territory.zone_layers import ZoneLayer, zone_layers


class Answer(models.TextChoices):
    """What can be said of an address."""

    YES = "yes", gettext_lazy("Yes")
    NO = "no", gettext_lazy("No")
    UNCERTAIN = "uncertain", gettext_lazy("Uncertain")
    UNKNOWN = "unknown", gettext_lazy("Unknown")


@dataclass(frozen=True, slots=True)
class Place:
    """A point to be asked about: how well it is located, and the commune that its address names."""

    label: str
    longitude: float
    latitude: float
    position: Position
    commune: Commune | None
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """Whether the address is at most `width` metres from a priority neighbourhood, or in one."""

    width: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer under one generation of the priority neighbourhoods."""

    answer: Answer
    generation: int
    valid_from: date
    valid_to: date | None
    in_force: bool
    reason: str
    zone_code: str = ""
    zone_name: str = ""
    distance: float | None = None
    """Metres to the nearest limit of a neighbourhood."""
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressAnswer:
    """All that is said of an address on a day: the verdict that counts, the other generations', and notes."""

    place: Place
    tested_on: date
    verdict: Verdict
    others: tuple[Verdict, ...]
    neighbourhood: str
    notes: tuple[str, ...]


def place_of(identifier: str) -> Place | None:
    """The place of a suggestion: an address by its BAN identifier, a street as `street:KEY`; None if unknown."""
    if identifier.startswith("street:"):
        street = (
            Street.objects.select_related("commune").filter(key=identifier.removeprefix("street:")).first()
        )
        if street is None:
            return None
        label = f"{street.name}, {street.place or street.commune.name}"
        return Place(label, street.longitude, street.latitude, Position.STREET, street.commune, identifier)
    address = Address.objects.select_related("street__commune").filter(ban_id=identifier).first()
    if address is None:
        return None
    position = Position(address.position)
    return Place(
        address.label, address.longitude, address.latitude, position, address.street.commune, identifier
    )


def answer_address(place: Place, on: date | None = None) -> AddressAnswer:
    """The answer about `place` on a day (today by default).

    The verdict is that of the generation in force that day if its outlines are loaded for the commune; else that of
    the newest generation loaded for it, said to be out of force; else unknown. Nothing is stored.
    """
    day = on or timezone.localdate()
    layers = [layer for layer in zone_layers() if layer.kind == ZoneKind.QPV]
    verdicts = [_verdict(place, layer, day) for layer in layers if _covers(layer, place)]
    verdicts.sort(key=lambda verdict: (verdict.in_force, verdict.generation), reverse=True)
    if not verdicts:
        verdicts = [_unknown(place, day)]
    return AddressAnswer(
        place=place,
        tested_on=day,
        verdict=verdicts[0],
        others=tuple(verdicts[1:]),
        neighbourhood=_neighbourhood(place),
        notes=tuple(_notes(place, verdicts[0], day)),
    )


def _covers(layer: ZoneLayer, place: Place) -> bool:
    return place.commune is not None and place.commune.code in layer.covered


def _verdict(place: Place, layer: ZoneLayer, day: date) -> Verdict:
    """What the outlines of one generation say."""
    point = np.array([place.longitude]), np.array([place.latitude])
    inside = layer.index.tag(*point, crs=4326)[0]
    metres, nearest = layer.index.nearest(*point, crs=4326)
    distance = None if np.isnan(metres[0]) else float(metres[0])
    zones = {zone.code: zone for zone in layer.zones}
    zone = zones.get(inside)
    limit = layer.zones[nearest[0]] if nearest[0] >= 0 else None
    answer, reason = _judged(
        place, zone.name or zone.code if zone else "", limit.name if limit else "", distance
    )
    named = zone or (
        limit if answer is Answer.UNCERTAIN and distance is not None and distance < UNCERTAIN_WITHIN else None
    )
    valid_from, valid_to = _validity(layer.generation, place)
    return Verdict(
        answer=answer,
        generation=layer.generation,
        valid_from=valid_from,
        valid_to=valid_to,
        in_force=valid_from <= day and (valid_to is None or day <= valid_to),
        reason=reason,
        zone_code=named.code if named else "",
        zone_name=named.name if named else "",
        distance=distance,
        bands=tuple(_band(width, bool(zone), distance, place) for width in layer.index.bands),
    )


def _judged(place: Place, zone: str, limit: str, distance: float | None) -> tuple[Answer, str]:
    """The answer and its reason in words."""
    metres = "" if distance is None else number_format(round(distance), force_grouping=True)
    if not place.position.is_plate:
        text = _(
            "This point is not that of the address plate (%(position)s): the neighbourhood cannot be told for sure."
        )
        return Answer.UNCERTAIN, text % {"position": place.position.label}
    if distance is not None and distance < UNCERTAIN_WITHIN:
        text = _(
            "The address is %(metres)s m from the limit of %(limit)s: this close, the two sides of a street may differ."
        )
        return Answer.UNCERTAIN, text % {"metres": metres, "limit": limit}
    if zone:
        text = _("The address is inside %(zone)s, %(metres)s m from its limit.")
        return Answer.YES, text % {"zone": zone, "metres": metres}
    if distance is None:
        return Answer.NO, _("No priority neighbourhood lies in this part of France.")
    text = _(
        "The address is outside every priority neighbourhood; the nearest, %(limit)s, is %(metres)s m away."
    )
    return Answer.NO, text % {"limit": limit, "metres": metres}


def _band(width: float, inside: bool, distance: float | None, place: Place) -> Band:
    from_it = 0.0 if inside else distance
    if from_it is None:
        return Band(width, Answer.NO)
    if not place.position.is_plate or (not inside and abs(from_it - width) < UNCERTAIN_WITHIN):
        return Band(width, Answer.UNCERTAIN)
    return Band(width, Answer.YES if from_it <= width else Answer.NO)


def _validity(generation: int, place: Place) -> tuple[date, date | None]:
    overseas = place.commune is not None and place.commune.code.startswith(OVERSEAS)
    return GENERATIONS[generation].validity(overseas)


def _unknown(place: Place, day: date) -> Verdict:
    """The answer where nothing loaded can tell, under the generation in force that day."""
    in_force = [year for year in GENERATIONS if _is_in_force(year, place, day)]
    generation = max(in_force or GENERATIONS)
    valid_from, valid_to = _validity(generation, place)
    if place.commune is None:
        reason = _("The address is outside the communes that are loaded here.")
    else:
        reason = _(
            "No outline of priority neighbourhoods is loaded for %(commune)s: this installation cannot tell."
        ) % {"commune": place.commune.name}
    return Verdict(Answer.UNKNOWN, generation, valid_from, valid_to, bool(in_force), reason)


def _is_in_force(generation: int, place: Place, day: date) -> bool:
    valid_from, valid_to = _validity(generation, place)
    return valid_from <= day and (valid_to is None or day <= valid_to)


def _neighbourhood(place: Place) -> str:
    """The city's own name for the surroundings, where the city publishes its neighbourhoods."""
    for layer in zone_layers():
        if layer.kind == ZoneKind.NEIGHBOURHOOD:
            code = layer.index.tag([place.longitude], [place.latitude], crs=4326)[0]
            if code:
                return next(zone.name for zone in layer.zones if zone.code == code)
    return ""


def _notes(place: Place, verdict: Verdict, day: date) -> list[str]:
    """What one should know beside the answer."""
    notes = []
    if verdict.answer is not Answer.UNKNOWN and not verdict.in_force and verdict.valid_to is not None:
        text = _(
            "This is the delimitation of %(generation)d, in force until %(day)s; "
            "outlines in force on %(tested)s are not loaded for this commune."
        )
        notes.append(
            text
            % {
                "generation": verdict.generation,
                "day": date_format(verdict.valid_to, "DATE_FORMAT"),
                "tested": date_format(day, "DATE_FORMAT"),
            }
        )
    if place.commune is None:
        return notes
    zones = Zone.objects.filter(commune_codes__contains=[place.commune.code])
    without = list(zones.filter(kind=ZoneKind.QPV, outline__isnull=True))
    if without:
        names = ", ".join(zone.name or zone.code for zone in without)
        text = _(
            "Priority neighbourhoods of %(commune)s whose outline is not loaded (%(generation)d): %(names)s."
        )
        notes.append(
            text % {"commune": place.commune.name, "generation": without[0].generation, "names": names}
        )
    if zones.filter(kind=ZoneKind.ZFU).exists():
        text = _(
            "%(commune)s carried an urban free zone (ZFU-TE) until %(day)s. "
            "What follows is to be confirmed: this page promises no tax advantage."
        )
        notes.append(text % {"commune": place.commune.name, "day": date_format(ZFU_LAST_DAY, "DATE_FORMAT")})
    return notes
