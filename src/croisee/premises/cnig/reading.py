"""Files of the standards as sites and land of ours, and every fault with its row, its column and what to do.

What we have no place for is passed over; names of persons and whom to write to are never read. Lists are read whatever
the case and the apostrophe, and as version 1.0.5 of Friches wrote them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import pyproj
import shapely
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation import identifiers
from croisee.foundation.tables import Fault, Refused, Table, unsafe_cell
from croisee.foundation.tables import values as cells
from croisee.premises.cnig import nearest
from croisee.premises.cnig.fields import NOTHING, FileStandard, plain
from croisee.premises.cnig.friches import FRICHES, OLDER_VALUES
from croisee.premises.cnig.geometry import Elsewhere, read_area, read_point
from croisee.premises.cnig.sites import POLE_ECO, SITE_ECO, TERRAIN_ECO
from croisee.premises.kinds import UnitKind
from croisee.premises.models import OwnerKind, SiteState, SiteVocation, UnitState
from croisee.premises.models.units import PARCEL_SHAPE

T = TypeVar("T")
MOST_HECTARES = Decimal(100_000)
NO_POLE = frozenset({"sans objet", "inconnu", "autre"})
LONGEST_ID = 100


@dataclass(frozen=True)
class SiteRecord:
    """A row of SITE-ECO; `values` by the names of the model's fields."""

    cnig_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class LandRecord:
    """A row of TERRAIN-ECO or Friches. `known` is written whatever is there; `first` only into a new unit.

    `route`: the transitions of a new unit; `day`: since when the file says so. `site_id`: of its economic site.
    """

    cnig_id: str
    known: Mapping[str, Any]
    first: Mapping[str, Any]
    route: tuple[str, ...]
    day: dt.date
    site_id: str = ""
    index: int = 0


@dataclass
class Records:
    """What the files of one import say."""

    poles: dict[str, str] = field(default_factory=dict)
    sites: dict[str, SiteRecord] = field(default_factory=dict)
    land: dict[str, LandRecord] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    older: int = 0


class _Line:
    """One row being read: each cell by its column, faults noted beside it."""

    def __init__(self, standard: FileStandard, table: Table, index: int, faults: list[Fault]) -> None:
        self.standard, self.table, self.index, self.faults = standard, table, index, faults

    def text(self, name: str, most: int = 0) -> str:
        """A cell; empty where nothing is said. Refused beyond `most` characters."""
        text = unsafe_cell(self.table.columns[name][self.index]).strip()
        if text in NOTHING:
            return ""
        if most and len(text) > most:
            self.refuse(name, _("More than %(most)d characters.") % {"most": most}, _("Shorten it."))
            return ""
        return text

    def needed(self, name: str, most: int = 0) -> str:
        """A cell that must be there."""
        text = self.text(name, most)
        if not text:
            self.refuse(name, _("This is required."), _("Write it, or leave the row out."))
        return text

    def listed(self, name: str) -> str:
        """A value of the field's list; "inconnu" where nothing is said."""
        text = self.text(name)
        older = OLDER_VALUES.get(name, {}) if self.standard is FRICHES else {}
        text = older.get(plain(text), text)
        known = self.standard.by_name[name]
        if not text:
            return nearest.UNKNOWN
        if plain(text) in known.known:
            return known.known[plain(text)]
        self.refuse(
            name,
            _("“%(text)s” is not in the list of the standard.") % {"text": cells.shown(text)},
            _("Write one of: %(values)s.") % {"values": ", ".join(known.values)},
        )
        return nearest.UNKNOWN

    def parsed(self, name: str, parser: Callable[[str], T]) -> T | None:
        """What `parser` makes of a cell; None for an empty or a refused one."""
        text = self.text(name)
        if not text:
            return None
        try:
            return parser(text)
        except Refused as refusal:
            self.refuse(name, refusal.problem, refusal.remedy)
        except Elsewhere:
            self.refuse(
                name,
                _("This is no geometry in France."),
                _("Write GeoJSON or WKT in WGS 84 degrees, or in Lambert-93 metres."),
            )
        return None

    def refuse(self, name: str, problem: str, remedy: str) -> None:
        """Note a fault of a cell."""
        self.faults.append(self.table.fault(self.index, name, problem, remedy))

    def day(self, name: str) -> dt.date:
        """A day that has come; today where none is said."""
        today = timezone.localdate()
        found = self.parsed(name, cells.date)
        if found is not None and found > today:
            self.refuse(name, _("This day has not come yet."), _("Write a day up to today."))
            return today
        return found or today


def _hectares(text: str) -> Decimal:
    value = Decimal(str(cells.decimal(text))).quantize(Decimal("0.00001"))
    if not 0 < value < MOST_HECTARES:
        raise Refused(
            _("This is no surface in hectares: %(text)s.") % {"text": text},
            _("Write hectares, with a point before the decimals."),
        )
    return value


def _rounded(hectares: Decimal | None) -> Decimal | None:
    """A square metre is as fine as a site is kept."""
    return None if hectares is None else hectares.quantize(Decimal("0.0001"))


def _square_metres(text: str) -> Decimal:
    value = Decimal(str(cells.decimal(text))).quantize(Decimal("0.1"))
    if not 1 <= value < MOST_HECTARES * 10_000:
        raise Refused(
            _("This is no surface in square metres: %(text)s.") % {"text": text},
            _("Write square metres, from 1."),
        )
    return value


def _commune(text: str) -> str:
    try:
        return identifiers.commune(text)
    except identifiers.InvalidIdentifier:
        raise Refused(
            _("“%(text)s” is no Insee code of a commune.") % {"text": cells.shown(text)},
            _("Write its five characters; a spreadsheet may have lost a zero at the beginning."),
        ) from None


def _parcels(text: str) -> list[str]:
    found = [part.strip().upper() for part in text.split("|") if part.strip()]
    for one in found:
        if not re.match(PARCEL_SHAPE, one):
            raise Refused(
                _("“%(text)s” is no parcel.") % {"text": cells.shown(one)},
                _("Write 14 characters each, such as 35238000AB0123, with | between them."),
            )
    return list(dict.fromkeys(found))


def read_poles(table: Table, records: Records) -> None:
    """POLE-ECO: the name of each pole, which its sites bear."""
    for index in range(len(table)):
        line = _Line(POLE_ECO, table, index, records.faults)
        key, name = line.needed("pole_id", LONGEST_ID), line.needed("pole_nom", 200)
        if _once(line, "pole_id", key, records.poles):
            records.poles[key] = name


def read_sites(table: Table, records: Records) -> None:
    """SITE-ECO: economic sites."""
    for index in range(len(table)):
        line = _Line(SITE_ECO, table, index, records.faults)
        key = line.needed("site_id", LONGEST_ID)
        vocation, state = line.listed("site_vocadomi"), line.listed("site_etat")
        pole = line.text("pole_id", LONGEST_ID)
        line.needed("site_comm_insee")
        outline = line.parsed("site_geomsurf", read_area)
        values = {
            "name": line.needed("site_nom", 200),
            "zone": line.listed("site_type") == "zone d'activité économique",
            "vocation": _back(nearest.VOCATIONS, vocation, SiteVocation.UNKNOWN),
            "state": _back(nearest.SITE_STATES, state, SiteState.UNKNOWN),
            "gross": _rounded(line.parsed("site_surf_brute", _hectares)),
            "useful": _rounded(line.parsed("site_surf_utile", _hectares)),
            "commune_code": line.parsed("site_comm_insee", _commune) or "",
            "commune_name": line.needed("site_comm_nom", 100),
            "manager_kind": line.listed("site_moa_type")[:20],
            "manager_name": line.text("site_moa_nom", 200),
            "identified_on": line.day("site_identif_date"),
            "updated_on": line.day("site_actu_date"),
            "pole_id": "" if plain(pole) in NO_POLE else pole,
            "outline": shapely.to_wkb(outline) if outline is not None else None,
        }
        if _once(line, "site_id", key, records.sites):
            records.sites[key] = SiteRecord(key, values)


def read_terrains(table: Table, records: Records) -> None:
    """TERRAIN-ECO: land of economic sites."""
    for index in range(len(table)):
        line = _Line(TERRAIN_ECO, table, index, records.faults)
        key, site = line.needed("terr_id", LONGEST_ID), line.needed("site_id", LONGEST_ID)
        occupation, selling = line.listed("terr_etat_occup"), line.listed("terr_stade_comm")
        line.needed("terr_surf_brute")
        hectares = line.parsed("terr_surf_brute", _hectares)
        known = {
            "surface": (hectares * 10_000).quantize(Decimal("0.1")) if hectares is not None else None,
            "parcels": line.parsed("terr_refcad", _parcels) or [],
            **_place(line.parsed("terr_geomsurf", read_area), None),
        }
        first = {
            "name": key,
            "kind": _kind(occupation, line.listed("terr_usage")),
            "owner_kind": nearest.owner_kind_of(line.listed("terr_maitrise_fonc")),
        }
        record = LandRecord(
            key, known, first, _route(occupation, selling), line.day("terr_actu_date"), site, index
        )
        if _once(line, "terr_id", key, records.land):
            records.land[key] = record


def read_friches(table: Table, records: Records) -> None:
    """Friches, of 1.0.6 and of 1.0.5: brownfields."""
    for index in range(len(table)):
        line = _Line(FRICHES, table, index, records.faults)
        key = line.needed("site_id", LONGEST_ID)
        records.older += plain(line.text("site_type")) == "mixte"
        line.listed("site_type")
        line.needed("comm_insee")
        line.needed("geompoint")
        outline = line.parsed("geomsurf", read_area)
        surface = line.parsed("unite_fonciere_surface", _square_metres)
        if surface is None and outline is not None:
            surface = area(outline)
        if surface is None:
            line.refuse(
                "unite_fonciere_surface",
                _("Neither the surface nor the outline is said."),
                _("Write the surface in square metres."),
            )
        known = {
            "name": line.needed("site_nom", 150),
            "address": line.text("site_adresse", 300),
            "commune_code": line.parsed("comm_insee", _commune) or "",
            "surface": surface,
            "parcels": line.parsed("unite_fonciere_refcad", _parcels) or [],
            **_place(outline, line.parsed("geompoint", read_point)),
        }
        occupation = line.listed("site_occupation")
        first = {"kind": UnitKind.BROWNFIELD, "city": line.text("comm_nom", 80), **_owner(line)}
        route = _route(
            {
                "totalement inoccupé": "friche",
                "occupation transitoire ou temporaire": "occupation transitoire",
            }.get(occupation, nearest.UNKNOWN),
            nearest.UNKNOWN,
        )
        record = LandRecord(key, known, first, route, line.day("site_actu_date"), "", index)
        if _once(line, "site_id", key, records.land):
            records.land[key] = record


def _once(line: _Line, name: str, key: str, seen: Mapping[str, object]) -> bool:
    """Whether a row with an identifier is the first of it; a second one is a fault."""
    if key and key in seen:
        line.refuse(
            name,
            _("“%(text)s” is there twice.") % {"text": cells.shown(key)},
            _("Keep one of the two rows."),
        )
    return bool(key) and key not in seen


def _back(values: Mapping[str, str], text: str, default: str) -> str:
    return next((str(ours) for ours, theirs in values.items() if theirs == text), str(default))


def _kind(occupation: str, usage: str) -> str:
    if occupation in ("friche", "occupation transitoire"):
        return UnitKind.BROWNFIELD
    return UnitKind.ROOF_CAR_PARK if usage == "parkings, stationnement" else UnitKind.PLOT


def _route(occupation: str, selling: str) -> tuple[str, ...]:
    """How a new unit comes to the state that the file says of it; one of which it says little stays found."""
    if occupation in ("occupé", "occupation transitoire"):
        return (
            ("qualify", "let", "give_notice")
            if selling == "en vente avec contraintes"
            else ("qualify", "let")
        )
    if selling in ("en vente", "en vente avec contraintes"):
        return ("qualify", "offer")
    if selling.startswith("réservé"):
        return ("qualify", "offer", "hold")
    return ("qualify", "empty") if occupation in ("vacant", "inoccupé", "friche") else ()


STATE_AFTER = {
    (): UnitState.FOUND,
    ("qualify", "let"): UnitState.LET,
    ("qualify", "let", "give_notice"): UnitState.NOTICE,
    ("qualify", "offer"): UnitState.AVAILABLE,
    ("qualify", "offer", "hold"): UnitState.OPTION,
    ("qualify", "empty"): UnitState.VACANT,
}
"""Where each route of a new unit ends."""


def _owner(line: _Line) -> dict[str, str]:
    """Who owns a brownfield: a name only where the file says that it is no person."""
    nature = plain(line.text("proprio_personne"))
    if nature == "personne physique":
        return {"owner_kind": OwnerKind.PERSON}
    named = line.text("proprio_nom", 200) if nature == "personne morale" else ""
    return {"owner_kind": OwnerKind.UNKNOWN, "owner_name": named}


def _place(outline: Any, point: tuple[float, float] | None) -> dict[str, Any]:
    """The outline and the point of a unit; nothing for what the file does not say, so that what is known stays."""
    found: dict[str, Any] = {}
    if outline is not None:
        centre = outline.representative_point()
        found["outline"] = shapely.to_wkb(outline)
        point = point or (round(centre.x, 7), round(centre.y, 7))
    if point is not None:
        found["lon"], found["lat"] = point
    return found


_ELLIPSOID = pyproj.Geod(ellps="GRS80")


def area(outline: Any) -> Decimal | None:
    """Square metres of an outline in degrees; None for less than one."""
    metres = Decimal(str(abs(_ELLIPSOID.geometry_area_perimeter(outline)[0]))).quantize(Decimal("0.1"))
    return metres if metres >= 1 else None
