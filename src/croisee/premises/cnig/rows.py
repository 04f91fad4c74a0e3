"""Rows of the standards made of what is kept here, and what is missing for each: nothing is invented.

A row that lacks what the standard requires is left out, and listed; a cell that may be empty and does not hold is left
empty, and listed. Objects come with what they refer to already read: no query is made here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

import shapely
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.premises.cnig import geometry as places
from croisee.premises.cnig import nearest
from croisee.premises.cnig.fields import FileStandard, Flaw
from croisee.premises.cnig.friches import FRICHES
from croisee.premises.cnig.remedies import remedy
from croisee.premises.cnig.sites import POLE_ECO, SITE_ECO, TERRAIN_ECO
from croisee.premises.kinds import LAND, UnitKind
from croisee.premises.models import OwnerKind, Site, Unit, UnitState

Row = dict[str, str]
SQUARE_METRES = Decimal(10_000)
SOURCE = "Croisée"
BARE_LAND = (UnitKind.LEFTOVER, UnitKind.LANDLORD_LAND, UnitKind.ROOF_CAR_PARK)


class Loss(Enum):
    """What a gap costs: the whole row, one cell, or nothing but precision."""

    ROW = "row"
    CELL = "cell"
    PRECISION = "precision"


@dataclass(frozen=True)
class Gap:
    """Something that keeps a row or a cell out of a file: of what, which field, why, what to do."""

    file: str
    name: str
    url: str
    field: str
    problem: str
    remedy: str
    loss: Loss

    @property
    def cost(self) -> str:
        """What it costs, as addresses say it."""
        return self.loss.value


@dataclass(frozen=True)
class Place:
    """A commune with its intercommunal body, as the loaded data name them."""

    name: str
    epci_name: str
    epci_siren: str


@dataclass(frozen=True)
class Share:
    """The vacancy of a site: its units of land, those that are vacant, those of which it is not known."""

    total: int
    vacant: int
    unsure: int


@dataclass(frozen=True)
class Known:
    """What is known beside the rows themselves: communes by code, establishments by SIRET, vacancy by site."""

    producer: str = ""
    communes: Mapping[str, Place] = field(default_factory=dict)
    establishments: Mapping[str, Any] = field(default_factory=dict)
    vacancy: Mapping[Any, Share] = field(default_factory=dict)


@dataclass
class Made:
    """One file: its rows, in the order of their keys, and its gaps."""

    standard: FileStandard
    rows: list[Row] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def add(self, row: Row, name: str, url: str) -> bool:
        """Keep a row that conforms; else note what it lacks. Whether it was kept."""
        kept = True
        for one, flaw in self.standard.flaws(row):
            loss = Loss.ROW if one.required else Loss.CELL
            kept = kept and loss is Loss.CELL
            self.note(name, url, one.name, problem_of(flaw, row.get(one.name, "")), loss)
            row[one.name] = ""
        if kept:
            self.rows.append(row)
        return kept

    def note(self, name: str, url: str, field_name: str, problem: str, loss: Loss) -> None:
        """Note a gap, with what to do about it."""
        what = remedy(self.standard.name, field_name)
        self.gaps.append(Gap(self.standard.name, name, url, field_name, problem, what, loss))

    @property
    def left_out(self) -> int:
        """How many things have no row."""
        return len({(gap.name, gap.url) for gap in self.gaps if gap.loss is Loss.ROW})


def problem_of(flaw: Flaw, text: str) -> str:
    """Why a cell does not hold, in words."""
    said = {
        Flaw.REQUIRED: _("This is required, and is not known here."),
        Flaw.TYPE: _("“%(text)s” is not written as the standard asks."),
        Flaw.ENUM: _("“%(text)s” is not in the list of the standard."),
        Flaw.LIST: _("“%(text)s” is not in the list of the standard."),
        Flaw.PATTERN: _("“%(text)s” has not the shape that the standard asks."),
    }[flaw]
    return said if flaw is Flaw.REQUIRED else said % {"text": text[:60]}


def site_rows(sites: Iterable[Site], known: Known) -> Made:
    """SITE-ECO.csv."""
    made = Made(SITE_ECO)
    for site in sites:
        place = known.communes.get(site.commune_code)
        outline = outline_of(site)
        row = {
            "site_id": site.cnig_id,
            "pole_id": site.pole_id or nearest.NONE,
            "site_nom": site.name,
            "site_type": "zone d'activité économique" if site.zone else "site économique historique hors ZAE",
            "site_vocadomi": nearest.VOCATIONS[site.vocation],
            "site_etat": nearest.SITE_STATES[site.state],
            "site_surf_brute": _number(site.gross),
            "site_surf_utile": _number(site.useful),
            "site_identif_date": site.identified_on.isoformat(),
            "site_actu_date": site.updated_on.isoformat(),
            "source_producteur": known.producer,
            "site_epci_nom": place.epci_name if place else "",
            "site_epci_siren": place.epci_siren if place else "",
            "site_comm_nom": site.commune_name,
            "site_comm_insee": site.commune_code,
            "site_moa_type": nearest.developer(site.manager_kind),
            "site_moa_nom": site.manager_name,
            "site_geomsurf": places.geojson_text(places.multi_polygon(outline)) if outline else "",
            "site_geompoint": places.point_text(outline.centroid.x, outline.centroid.y) if outline else "",
        }
        url = site_url(site)
        if site.zone and (share := known.vacancy.get(site.pk)) is not None and share.total:
            row["site_uf_nbre"] = str(share.total)
            if share.unsure:
                problem = _("The vacancy of %(n)d of its units is not known.") % {"n": share.unsure}
                made.note(site.name, url, "site_taux_vacance", problem, Loss.CELL)
            else:
                row["site_uf_vacant_nbre"] = str(share.vacant)
                row["site_taux_vacance"] = str(round(100 * share.vacant / share.total))
        made.add(row, site.name, url)
    return made


def pole_rows(sites: Iterable[Site]) -> Made:
    """POLE-ECO.csv: what sites of one pole have together."""
    made, groups = Made(POLE_ECO), defaultdict(list)
    for site in sites:
        if site.pole_id:
            groups[site.pole_id].append(site)
    for pole_id, members in sorted(groups.items()):
        outlines = [found for site in members if (found := outline_of(site))]
        whole = len(outlines) == len(members)
        centre = shapely.union_all(outlines).centroid if whole else None
        grounds = [site.gross for site in members if site.gross is not None]
        vocations = {nearest.VOCATIONS[site.vocation] for site in members}
        row = {
            "pole_id": pole_id,
            "pole_nom": next((site.pole_name for site in members if site.pole_name), ""),
            "pole_vocadomi": _vocation_of_pole(vocations),
            "pole_identif_date": min(site.identified_on for site in members).isoformat(),
            "pole_actu_date": max(site.updated_on for site in members).isoformat(),
            "pole_nb_site": str(len(members)),
            "pole_surface": _number(sum(grounds, Decimal(0))) if len(grounds) == len(members) else "",
            "pole_geompoint": places.point_text(centre.x, centre.y) if centre else "",
        }
        made.add(row, row["pole_nom"] or pole_id, site_url(members[0]))
    return made


def _vocation_of_pole(vocations: set[str]) -> str:
    """The vocation that all its sites have; else mixed, unless one is not known."""
    if len(vocations) == 1:
        only = next(iter(vocations))
        return "mixte, sans dominante" if only == "mixte" else only
    return nearest.UNKNOWN if nearest.UNKNOWN in vocations else "mixte, sans dominante"


def terrain_rows(units: Iterable[Unit]) -> Made:
    """TERRAIN-ECO.csv: plots, and other land of economic sites; not what is withdrawn."""
    made = Made(TERRAIN_ECO)
    for unit in units:
        elsewhere = unit.site is None and unit.kind != UnitKind.PLOT
        if unit.kind not in LAND or unit.state == UnitState.WITHDRAWN or elsewhere:
            continue
        url, outline = unit.get_absolute_url(), outline_of(unit)
        row = {
            "terr_id": unit.cnig_id,
            "site_id": unit.site.cnig_id if unit.site else "",
            "terr_refcad": "|".join(unit.parcels),
            "terr_surf_brute": _number(unit.surface / SQUARE_METRES),
            "terr_identif_date": day_of(unit.created_at),
            "terr_actu_date": day_of(unit.updated_at),
            "terr_maitrise_fonc": nearest.tenure(unit.owner_kind, owner_name(unit)),
            "terr_stade_amngt": nearest.UNKNOWN,
            "terr_stade_comm": nearest.SELLING[unit.state],
            "terr_etat_occup": nearest.occupation(unit.kind, unit.state),
            "terr_usage": nearest.KINDS[unit.kind].usage,
            "terr_geomsurf": places.geojson_text(outline) if outline else "",
        }
        if made.add(row, unit.name, url) and row["terr_maitrise_fonc"] == nearest.UNKNOWN:
            problem = _("Who owns it is not known here: the file says “inconnu”.")
            made.note(unit.name, url, "terr_maitrise_fonc", problem, Loss.PRECISION)
    return made


def friche_rows(units: Iterable[Unit], known: Known) -> Made:
    """friches.csv: brownfields, and land that is not classic and stands empty."""
    made = Made(FRICHES)
    for unit in units:
        vacant = unit.kind in BARE_LAND and unit.state in nearest.EMPTY_STATES
        if unit.state == UnitState.WITHDRAWN or not (unit.kind == UnitKind.BROWNFIELD or vacant):
            continue
        made.add(_friche(unit, known), unit.name, unit.get_absolute_url())
    return made


def _friche(unit: Unit, known: Known) -> Row:
    outline, point = outline_of(unit), point_of(unit)
    place = known.communes.get(unit.commune_code)
    brownfield = unit.kind == UnitKind.BROWNFIELD
    occupied = unit.state in nearest.OCCUPIED_STATES
    row = {one.name: nearest.UNKNOWN for one in FRICHES.fields if nearest.UNKNOWN in one.values}
    row |= {
        "site_id": unit.cnig_id,
        "site_nom": unit.name,
        "site_type": nearest.KINDS[unit.kind].friche,
        "site_adresse": unit.address,
        "site_identif_date": day_of(unit.created_at),
        "site_actu_date": day_of(unit.updated_at),
        "site_occupation": _occupation_of_friche(unit),
        "site_statut": nearest.STATUS[unit.state] if brownfield else "friche potentielle",
        "comm_nom": place.name if place else unit.city,
        "comm_insee": unit.commune_code,
        "bati_type": nearest.KINDS[unit.kind].building,
        "proprio_personne": nearest.legal_nature(unit.owner_kind),
        "proprio_nom": "" if unit.owner_kind in NOT_NAMED else owner_name(unit),
        "unite_fonciere_surface": str(int(unit.surface.to_integral_value())),
        "unite_fonciere_refcad": "|".join(unit.parcels),
        "source_nom": SOURCE,
        "source_producteur": known.producer,
        "geompoint": places.wkt_text(point) if point else "",
        "geomsurf": places.wkt_text(outline) if outline else "",
    }
    if not brownfield:
        row["bati_vacance"] = nearest.NONE
    elif occupied:
        row["bati_vacance"] = nearest.UNKNOWN
    return row


NOT_NAMED = (OwnerKind.PERSON, OwnerKind.CO_OWNERS, OwnerKind.UNKNOWN)
"""Owners who are persons, or may be: their name stays out of every file."""


def _occupation_of_friche(unit: Unit) -> str:
    if unit.state in nearest.OCCUPIED_STATES:
        return "occupation transitoire ou temporaire"
    return "totalement inoccupé" if unit.state in nearest.EMPTY_STATES else nearest.UNKNOWN


def owner_name(unit: Unit) -> str:
    """The owner's name as it is known here; empty for a person."""
    if unit.owner_kind == OwnerKind.PERSON:
        return ""
    return unit.owner.name if unit.owner else unit.owner_name


def site_url(site: Site) -> str:
    """The page of a site."""
    return reverse("premises:site", args=[site.pk])


def outline_of(row: Site | Unit) -> Any:
    """The outline as a geometry; None where none is kept."""
    return shapely.from_wkb(bytes(row.outline)) if row.outline else None


def point_of(unit: Unit) -> Any:
    """Where a unit is: its point, else the middle of its outline."""
    if unit.lon is not None and unit.lat is not None:
        return shapely.Point(unit.lon, unit.lat)
    outline = outline_of(unit)
    return outline.centroid if outline else None


def day_of(moment: dt.datetime) -> str:
    """The day of an instant, here, as the standards write days."""
    return timezone.localdate(moment).isoformat()


def _number(value: Decimal | None) -> str:
    """With a point before the decimals and no useless zero; empty for nothing, and for what is no surface."""
    if value is None or value <= 0:
        return ""
    return f"{value:.5f}".rstrip("0").rstrip(".")
