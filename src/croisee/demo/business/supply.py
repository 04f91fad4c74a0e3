"""Premises and land of the demonstration: who owns them, what they are, what they went through."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
from django.core.files.base import ContentFile
from django.utils import timezone

from croisee.demo import people
from croisee.demo.directory import DOMAIN
from croisee.demo.generator.chance import stream
from croisee.demo.generator.ground import Ground
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.premises.kinds import LAND, UnitKind, Use
from croisee.premises.models import OwnerKind, Power, Sighting, SightingPhoto, Site, Unit
from croisee.premises.services import lettings, units

OTHERS = (("Archipel des Essais", "Rozenn Danet"), ("Foncière des Rives", "Tugdual Le Goff"))
COMMUNE = "35238"
"""The commune of the made-up sites has the shape of a code; addresses of a real territory bring their own."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of unit to make: how many, surfaces (m²), euros a m² and month, what one may do there."""

    kind: UnitKind
    name: str
    count: int
    surfaces: tuple[int, int]
    rent: float
    uses: tuple[Use, ...]
    in_qpv: bool = True


SORTS = (
    Sort(
        UnitKind.GROUND_FLOOR,
        "Pied d’immeuble",
        16,
        (28, 95),
        8.5,
        (Use.OFFICE, Use.SHOP, Use.CRAFT, Use.CARE),
    ),
    Sort(UnitKind.CONVERTED_HOUSING, "Appartement", 6, (45, 80), 7.0, (Use.OFFICE, Use.CARE, Use.TRAINING)),
    Sort(UnitKind.ASSOCIATION_ROOM, "Local associatif", 5, (40, 140), 5.0, (Use.TRAINING, Use.OFFICE)),
    Sort(UnitKind.LEFTOVER, "Délaissé", 3, (180, 900), 0.6, (Use.GROWING, Use.STORAGE)),
    Sort(UnitKind.ROOF_CAR_PARK, "Parking de dalle", 2, (300, 1200), 0.9, (Use.GROWING, Use.VEHICLES)),
    Sort(
        UnitKind.BROWNFIELD,
        "Ancienne blanchisserie",
        2,
        (400, 1500),
        2.0,
        (Use.CRAFT, Use.PRODUCTION, Use.STORAGE),
    ),
    Sort(UnitKind.MODULAR, "Module", 3, (18, 40), 9.0, (Use.OFFICE, Use.CRAFT)),
    Sort(
        UnitKind.WORKSHOP,
        "Atelier",
        9,
        (70, 260),
        6.5,
        (Use.CRAFT, Use.PRODUCTION, Use.VEHICLES),
        in_qpv=False,
    ),
    Sort(UnitKind.OFFICE, "Bureaux", 8, (25, 180), 13.0, (Use.OFFICE, Use.TRAINING), in_qpv=False),
    Sort(UnitKind.SHOP, "Boutique", 6, (35, 120), 15.0, (Use.SHOP, Use.FOOD, Use.CARE), in_qpv=False),
    Sort(UnitKind.WAREHOUSE, "Entrepôt", 3, (300, 900), 5.0, (Use.STORAGE, Use.PRODUCTION), in_qpv=False),
    Sort(UnitKind.PLOT, "Lot", 4, (1200, 5200), 0.5, (Use.PRODUCTION, Use.STORAGE), in_qpv=False),
)
TENANTS = (
    "Le Fournil",
    "Atelier Nédélec",
    "Cycles du Pont",
    "Pressing des Halles",
    "Optique Morin",
    "Coopérative Lin",
)


def make_supply(ground: Ground, seed: int, today: date) -> list[Unit]:
    """Units of three owners and of others, in every state, with their past; two sites; what a walk brought back."""
    rng = stream(seed, "premises: supply")
    owners = _owners()
    site = Site.objects.create(
        name="Parc d’activités des Landes",
        commune_code=COMMUNE,
        commune_name=ground.communes[0],
        gross=Decimal("18.4"),
        useful=Decimal("15.1"),
        consulted_on=today - timedelta(days=700),
    )
    made = []
    for sort in SORTS:
        rows = _rows(ground, sort, rng)
        for rank, row in enumerate(rows):
            made.append(_unit(ground, sort, rank, int(row), owners, site, rng, today))
    for rank, unit in enumerate(made):
        _live(unit, rank, rng, today)
    _walk(ground, today)
    return made


def _owners() -> list[Organisation]:
    own = people.account_of(Role.LANDLORD).organisations(Role.LANDLORD).get()
    owners = [own]
    for rank, (name, person) in enumerate(OTHERS, 1):
        owner = Organisation.objects.create(name=name, kind=Kind.OTHER)
        accounts.invite(f"bailleur{rank}@{DOMAIN}", owner, Role.LANDLORD, person)
        owners.append(owner)
    return owners


def _rows(ground: Ground, sort: Sort, rng: np.random.Generator) -> np.ndarray:
    places = ground.places
    weights = places.homes if sort.in_qpv else places.jobs
    if sort.in_qpv and places.in_qpv.any():
        weights = np.where(places.in_qpv, weights, 0)
    chosen: np.ndarray = rng.choice(len(weights), sort.count, replace=False, p=weights / weights.sum())
    return chosen


def _unit(
    ground: Ground,
    sort: Sort,
    rank: int,
    row: int,
    owners: Sequence[Organisation],
    site: Site,
    rng: np.random.Generator,
    today: date,
) -> Unit:
    places = ground.places
    owner = owners[rank % len(owners)] if sort.in_qpv else None
    surface = Decimal(int(rng.integers(*sort.surfaces)))
    land = sort.kind in LAND
    values = {
        "kind": sort.kind,
        "name": f"{sort.name} {str(places.address[row]).partition(',')[0]}",
        "description": "Local visité ; les clés se demandent au propriétaire.",
        "reference": f"{sort.kind.value[:3].upper()}-{rank + 1:03d}" if owner else "",
        "uses": [str(use) for use in sort.uses],
        "address": str(places.address[row]),
        "lon": float(places.lon[row]),
        "lat": float(places.lat[row]),
        "surface": surface,
        "rent": (surface * Decimal(str(sort.rent))).quantize(Decimal(1)),
        "charges": (surface * Decimal("0.9")).quantize(Decimal(1)),
        "owner_kind": OwnerKind.SOCIAL_LANDLORD if owner else OwnerKind.COMPANY,
        "available_from": today - timedelta(days=20),
        "delivery": bool(rng.random() < 0.6),
    }
    if not land:
        values |= {
            "floor": 1 if sort.kind == UnitKind.CONVERTED_HOUSING else 0,
            "height": Decimal(str(round(float(rng.uniform(2.5, 4.6)), 1))),
            "accessible": bool(rng.random() < 0.7),
            "water": True,
            "power": Power.THREE if sort.kind in (UnitKind.WORKSHOP, UnitKind.WAREHOUSE) else Power.SINGLE,
            "extraction": bool(rng.random() < 0.25),
            "shop_window": sort.kind in (UnitKind.GROUND_FLOOR, UnitKind.SHOP),
            "erp_type": "M" if Use.SHOP in sort.uses else "W",
            "erp_category": 5,
        }
    if sort.kind in (UnitKind.PLOT, UnitKind.WAREHOUSE):
        values["site"] = site
    return units.add(values, owner, None, on=today - timedelta(days=int(rng.integers(900, 1600))))


def _live(unit: Unit, rank: int, rng: np.random.Generator, today: date) -> None:
    """What a unit went through: offered and empty for some time, let; some of them empty again."""
    day = today - timedelta(days=int(rng.integers(500, 800)))
    if rank % 11 == 0:
        return
    units.move(unit, "qualify", None, on=day)
    if rank % 11 == 5:
        return
    units.move(unit, "offer", None, on=day + timedelta(days=10))
    if rank % 4 == 0:
        return
    day += timedelta(days=int(rng.integers(40, 300)))
    letting = lettings.let(
        unit,
        {
            "tenant_name": TENANTS[rank % len(TENANTS)],
            "kind": "commercial",
            "starts_on": day,
            "rent": (unit.rent or Decimal(0)) + (unit.charges or Decimal(0)),
            "jobs": int(rng.integers(1, 9)),
        },
        people.account_of(Role.DEVELOPER),
    )
    if rank % 4 == 1:
        left = today - timedelta(days=int(rng.integers(15, 160)))
        lettings.leave(letting, max(left, day + timedelta(days=5)), people.account_of(Role.DEVELOPER))
        unit.refresh_from_db()
        if rank % 3:
            units.move(unit, "offer", None)
    elif rank % 7 == 2:
        lettings.give_notice(
            letting, today - timedelta(days=20), today + timedelta(days=70), people.account_of(Role.DEVELOPER)
        )


def _walk(ground: Ground, today: date) -> None:
    """What somebody saw last week, and nobody looked at yet."""
    places = ground.places
    rows = np.flatnonzero(places.in_qpv)[:900:300]
    notes = (
        ("Rideau baissé, boîte aux lettres pleine.", UnitKind.GROUND_FLOOR, 55),
        ("Deux boxes ouverts côté cour.", UnitKind.ROOF_CAR_PARK, 240),
        ("Ancien cabinet, plaque enlevée.", UnitKind.CONVERTED_HOUSING, 70),
    )
    for number, (row, (note, kind, surface)) in enumerate(zip(rows, notes, strict=False)):
        seen = Sighting.objects.create(
            client_key=UUID(int=number + 1),
            kind=kind,
            surface=Decimal(surface),
            empty=True,
            address=str(places.address[row]),
            note=note,
            lon=float(places.lon[row]),
            lat=float(places.lat[row]),
            accuracy=8.0,
            seen_at=timezone.make_aware(datetime.combine(today - timedelta(days=5), time(10 + number))),
            seen_by=people.account_of(Role.DEVELOPER),
        )
        photo = SightingPhoto(sighting=seen, client_key=UUID(int=number + 101))
        photo.file.save("photo.png", ContentFile(facade(number)))


def facade(number: int, width: int = 480, height: int = 320) -> bytes:
    """A drawn façade as a PNG: sky, wall, shutters, a door; colours by its number."""
    wall, shutter = ((196, 150, 110), (150, 164, 150), (180, 120, 105))[number % 3], (120, 128, 134)
    rows = []
    for y in range(height):
        line = bytearray()
        for x in range(width):
            colour = (214, 228, 236) if y < 60 else wall
            bay, within = divmod(x, 120)
            if y > 170 and 18 < within < 104:
                colour = (78, 62, 52) if bay == 1 and y > 190 else shutter
                if colour == shutter and y % 9 < 2:
                    colour = (98, 104, 110)
            elif 84 < y < 140 and 34 < within < 88:
                colour = (232, 236, 226)
            line += bytes(colour)
        rows.append(b"\0" + bytes(line))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(b"".join(rows), 9)),
            (b"IEND", b""),
        )
    )
