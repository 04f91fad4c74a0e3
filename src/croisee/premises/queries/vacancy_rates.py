"""The vacancy of economic zones (L318-8-2) and of premises in priority neighbourhoods, from what is kept here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from croisee.premises.models import Letting, Site, Spell, Unit, UnitState
from croisee.premises.vacancy_rate import Rate, Stay, Verdict, rate, together, units_of_land, verdict
from croisee.territory.models import Zone, ZoneKind

OCCUPIED = (UnitState.LET, UnitState.NOTICE)
FIELDS = ("pk", "site_id", "parcels", "cfe_free_since", "vacant_since", "zone_codes")
OLDEST = 5
"""How many years back the page goes."""


@dataclass(frozen=True)
class SiteRate:
    """The vacancy of a zone: its rate, over units of land, and the premises and plots that they hold."""

    site: Site
    rate: Rate
    premises: int

    @property
    def name(self) -> str:
        """The site's name, to sort by."""
        return self.site.name

    @property
    def commune(self) -> str:
        """Where it is."""
        return self.site.commune_name


@dataclass(frozen=True)
class AreaRate:
    """The vacancy of premises in one priority neighbourhood."""

    code: str
    rate: Rate
    name: str = ""
    """As the outlines loaded call it; empty where they do not have it."""


def years() -> list[int]:
    """The years that a rate may be asked for, the newest first."""
    now = timezone.localdate().year
    return list(range(now, now - OLDEST, -1))


def _counted() -> Any:
    """Units that are part of the stock: those withdrawn are not."""
    return Unit.objects.exclude(state=UnitState.WITHDRAWN)


def verdicts(rows: Iterable[Mapping[str, Any]], year: int) -> dict[UUID, Verdict]:
    """The verdict on each unit of `rows` (`FIELDS`), in one query."""
    units = list(rows)
    keys = [unit["pk"] for unit in units]
    stays: dict[UUID, list[Stay]] = defaultdict(list)
    lettings = Letting.objects.filter(unit__in=keys).order_by().values_list("unit", "starts_on", "left_on")
    spells = Spell.objects.filter(unit__in=keys, state__in=OCCUPIED).order_by()
    for unit, starts_on, ends_on in lettings.union(
        spells.values_list("unit", "starts_on", "ends_on"), all=True
    ):
        stays[unit].append(Stay(starts_on, ends_on))
    return {
        unit["pk"]: verdict(
            year,
            cfe_free_since=unit["cfe_free_since"],
            stays=stays[unit["pk"]],
            empty_since=unit["vacant_since"],
        )
        for unit in units
    }


def site_rates(year: int, sites: Sequence[Site] | None = None) -> list[SiteRate]:
    """The zones with their rate on 1 January of `year`; two queries, three without `sites`."""
    found = list(Site.objects.filter(zone=True)) if sites is None else [site for site in sites if site.zone]
    units = list(_counted().filter(site__in=[site.pk for site in found]).order_by("pk").values(*FIELDS))
    said = verdicts(units, year)
    of_site: dict[UUID, dict[UUID, list[str]]] = defaultdict(dict)
    for unit in units:
        of_site[unit["site_id"]][unit["pk"]] = unit["parcels"]
    rates = []
    for site in found:
        lands = units_of_land(of_site[site.pk])
        rates.append(
            SiteRate(
                site,
                rate(together(said[key] for key in land) for land in lands),
                len(of_site[site.pk]),
            )
        )
    return rates


def neighbourhood_rates(year: int) -> tuple[Rate, list[AreaRate]]:
    """The premises and plots in any priority neighbourhood, and in each; counted one by one, whatever their parcels."""
    units = list(_counted().exclude(zone_codes="").order_by("pk").values(*FIELDS))
    said = verdicts(units, year)
    areas: dict[str, list[Verdict]] = defaultdict(list)
    for unit in units:
        for code in unit["zone_codes"].replace(",", " ").split():
            areas[code].append(said[unit["pk"]])
    known = Zone.objects.filter(kind=ZoneKind.QPV, code__in=areas).values_list("code", "name")
    names = {code: name or code for code, name in known}
    return rate(said.values()), [
        AreaRate(code, rate(areas[code]), names.get(code, "")) for code in sorted(areas)
    ]


def overall(rates: Iterable[SiteRate]) -> Rate:
    """All zones together."""
    listed = [one.rate for one in rates]
    return Rate(
        sum(one.total for one in listed), sum(one.vacant for one in listed), sum(one.unsure for one in listed)
    )


def unsure_units(year: int, scope: Q) -> list[Unit]:
    """The units of a scope of which it is not known whether they are vacant, to be completed."""
    units = list(_counted().filter(scope).order_by("name", "pk"))
    said = verdicts([{name: getattr(unit, name) for name in FIELDS} for unit in units], year)
    return [unit for unit in units if said[unit.pk] is Verdict.UNSURE]
