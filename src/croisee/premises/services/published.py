"""CNIG files: identifiers given to what has none; files taken in, whole or not at all, and again without doubling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.database.locks import hold
from croisee.foundation.tables import Fault, FaultyInput, Table
from croisee.premises.cnig.geometry import multi_polygon
from croisee.premises.cnig.reading import (
    LandRecord,
    Records,
    SiteRecord,
    read_friches,
    read_poles,
    read_sites,
    read_terrains,
)
from croisee.premises.kinds import LAND
from croisee.premises.models import Site, SiteState, SiteVocation, Unit, UnitState
from croisee.premises.services import units

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

LOCK = "premises.cnig"
READERS = {"poles": read_poles, "sites": read_sites, "terrains": read_terrains, "friches": read_friches}
"""What reads the file of each slot, in the order in which they are stored."""
CLOSE = 1e-6
"""Degrees: what files round coordinates to."""
KNOWN_NOTHING: tuple[Any, ...] = (None, "", [], SiteVocation.UNKNOWN, SiteState.UNKNOWN, "inconnu")
"""What a file says of a row when it says nothing: it never replaces what is known."""


@transaction.atomic
def give_identifiers() -> int:
    """Give each site and each piece of land without an identifier the next number of its commune; return how many.

    The form is that of the published examples: 35238_SITE-ECO_00001. Land outside a site is numbered for Friches. What
    has no commune keeps none.
    """
    hold([LOCK])
    given = 0
    sites = Site.objects.select_for_update(of=("self",)).filter(cnig_id="").order_by("created_at", "pk")
    for site in sites:
        site.cnig_id = _next("SITE-ECO", site.commune_code, Site)
        site.full_clean()
        site.save(update_fields=["cnig_id", "updated_at"])
        given += 1
    land = Unit.objects.filter(cnig_id="", kind__in=LAND).exclude(state=UnitState.WITHDRAWN)
    for unit in land.order_by("created_at", "pk").select_related("site"):
        commune = unit.commune_code or (unit.site.commune_code if unit.site else "")
        if commune:
            what = "TERRAIN-ECO" if unit.site else "FRICHE"
            units.change(unit, {"cnig_id": _next(what, commune, Unit)}, None)
            given += 1
    return given


def _next(what: str, commune: str, model: type[Site | Unit]) -> str:
    """The first number of a commune that is free, after those that are given."""
    start = f"{commune}_{what}_"
    taken = model._default_manager.filter(cnig_id__startswith=start).values_list("cnig_id", flat=True)
    numbers = [int(found[1]) for one in taken if (found := re.fullmatch(r".*_(\d{1,9})", one))]
    return f"{start}{max(numbers, default=0) + 1:05d}"


@dataclass
class Counts:
    """What an import does: rows added, changed, the same, by what they are."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    same: int = 0

    def note(self, what: str, *, new: bool, differs: bool) -> None:
        """Count one row."""
        if not (new or differs):
            self.same += 1
            return
        counted = self.added if new else self.changed
        counted[what] = counted.get(what, 0) + 1

    def words(self) -> str:
        """In one line."""
        n = {name: self.added.get(name, 0) for name in ("site", "land")}
        m = {name: self.changed.get(name, 0) for name in ("site", "land")}
        parts = (
            (n["site"], ngettext("%(n)d site added", "%(n)d sites added", n["site"])),
            (m["site"], ngettext("%(n)d site changed", "%(n)d sites changed", m["site"])),
            (n["land"], ngettext("%(n)d piece of land added", "%(n)d pieces of land added", n["land"])),
            (m["land"], ngettext("%(n)d piece of land changed", "%(n)d pieces of land changed", m["land"])),
            (self.same, ngettext("%(n)d row already there", "%(n)d rows already there", self.same)),
        )
        return ", ".join(text % {"n": count} for count, text in parts if count) or _("Nothing to do")


def read_tables(tables: Mapping[str, Table]) -> Records:
    """What the files say, with every fault; land whose site is neither in the files nor here is one."""
    records = Records()
    for table in tables.values():
        records.faults += table.faults
    for slot, reader in READERS.items():
        if slot in tables:
            reader(tables[slot], records)
    wanted = {one.site_id for one in records.land.values() if one.site_id} - set(records.sites)
    here = set(Site.objects.filter(cnig_id__in=wanted).values_list("cnig_id", flat=True))
    for one in records.land.values():
        if one.site_id in wanted - here:
            problem = _("The site “%(site)s” is neither here nor in a file sent along.") % {
                "site": one.site_id
            }
            remedy = _("Send SITE-ECO with it, or correct the identifier.")
            records.faults.append(tables["terrains"].fault(one.index, "site_id", problem, remedy))
    return records


def foresee(records: Records) -> Counts:
    """What storing `records` would do, without doing it; three queries."""
    counts = Counts()
    sites = {one.cnig_id: one for one in Site.objects.filter(cnig_id__in=records.sites)}
    for site in records.sites.values():
        found = sites.get(site.cnig_id)
        values = _site_values(site, records)
        counts.note("site", new=found is None, differs=found is not None and bool(_news(found, values)))
    land = {one.cnig_id: one for one in Unit.objects.filter(cnig_id__in=records.land).select_related("site")}
    for one in records.land.values():
        unit = land.get(one.cnig_id)
        moved = (
            unit is not None and bool(one.site_id) and (unit.site.cnig_id if unit.site else "") != one.site_id
        )
        differs = unit is not None and (moved or bool(_news(unit, one.known)))
        counts.note("land", new=unit is None, differs=differs)
    return counts


@transaction.atomic
def store(tables: Mapping[str, Table], account: Account | None) -> Counts:
    """Take the files in, whole; what bears an identifier that is here is brought up to date, its state left alone.

    Raises FaultyInput with every fault; nothing is written then.
    """
    hold([LOCK])
    records = read_tables(tables)
    if records.faults:
        raise FaultyInput(records.faults)
    counts = Counts()
    for site in records.sites.values():
        _store_site(site, records, counts)
    _name_poles(records)
    of_site = dict(Site.objects.exclude(cnig_id="").values_list("cnig_id", "pk"))
    sites = Site.objects.in_bulk([of_site[one.site_id] for one in records.land.values() if one.site_id])
    for one in records.land.values():
        place = sites.get(of_site.get(one.site_id)) if one.site_id else None
        try:
            _store_land(one, place, account, counts)
        except ValidationError as refused:
            raise FaultyInput([_refusal(one, refused, tables)]) from None
    return counts


def _refusal(one: LandRecord, refused: ValidationError, tables: Mapping[str, Table]) -> Fault:
    table = tables["terrains" if one.site_id else "friches"]
    problem, remedy = " ".join(refused.messages), _("Correct the row, or what is kept of it here.")
    return table.fault(one.index, None, problem, remedy)


def _site_values(site: SiteRecord, records: Records) -> dict[str, Any]:
    return {**site.values, "pole_name": records.poles.get(site.values["pole_id"], "")}


def _news(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something else than the row, beyond what a file rounds off."""
    return {
        name: value
        for name, value in values.items()
        if value not in KNOWN_NOTHING and not _same(name, getattr(row, name), value)
    }


def _same(name: str, ours: Any, theirs: Any) -> bool:
    if ours is None:
        return False
    if name == "outline":
        mine, other = (multi_polygon(shapely.from_wkb(bytes(one))) for one in (ours, theirs))
        return bool(shapely.equals_exact(mine, other, tolerance=CLOSE))
    if name in ("lon", "lat"):
        return bool(abs(ours - theirs) <= CLOSE)
    # Friches counts whole square metres.
    return bool(ours == theirs or (name == "surface" and ours.to_integral_value() == theirs))


def _store_site(record: SiteRecord, records: Records, counts: Counts) -> None:
    values = _site_values(record, records)
    site = Site.objects.select_for_update(of=("self",)).filter(cnig_id=record.cnig_id).first()
    new = site is None
    if site is None:
        site, news = Site(cnig_id=record.cnig_id), {k: v for k, v in values.items() if v is not None}
    else:
        news = _news(site, values)
    counts.note("site", new=new, differs=bool(news))
    for name, value in news.items():
        setattr(site, name, value)
    if new or news:
        site.full_clean()
        site.save()


def _name_poles(records: Records) -> None:
    """Sites that were here already learn the name of their pole."""
    named = Site.objects.select_for_update(of=("self",)).filter(pole_id__in=records.poles)
    for site in named:
        name = records.poles[site.pole_id]
        if site.pole_name != name:
            site.pole_name = name
            site.save(update_fields=["pole_name", "updated_at"])


def _store_land(record: LandRecord, site: Site | None, account: Account | None, counts: Counts) -> None:
    unit = Unit.objects.filter(cnig_id=record.cnig_id).first()
    placed = {"site": site} if site is not None else {}
    if unit is None:
        values = {k: v for k, v in {**record.first, **record.known}.items() if v is not None}
        values |= placed | {"cnig_id": record.cnig_id}
        if site is not None:
            values.setdefault("commune_code", site.commune_code)
            values.setdefault("city", site.commune_name[:80])
        # What a file of the inventory says is for who follows it: showing it to everyone is theirs to decide.
        values["published"] = False
        unit = units.add(values, None, account, record.day)
        for transition in record.route:
            units.move(unit, transition, account, record.day)
        counts.note("land", new=True, differs=True)
        return
    news = _news(unit, {**record.known, **placed})
    counts.note("land", new=False, differs=bool(news))
    if news:
        units.change(unit, news, account)


def result_url() -> str:
    """Where what was imported is seen."""
    return reverse("premises:published")
