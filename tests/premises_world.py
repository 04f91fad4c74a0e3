"""A small world of premises: a developer, two social landlords with units, two companies that look for some.

Side A's landlord and company have everything once: a unit in each state that matters, a demand, a proposal, a visit, an
option, a letting. Rows are written through the models: services are tested elsewhere.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.premises.kinds import UnitKind, Use
from croisee.premises.models import (
    Demand,
    Letting,
    OwnerKind,
    Picture,
    Proposal,
    Site,
    Spell,
    Unit,
    UnitState,
    Visit,
)
from tests.journeys_world import move
from tests.world import TODAY, member

ROUTES: dict[str, tuple[str, ...]] = {
    UnitState.FOUND: (),
    UnitState.QUALIFIED: ("qualified",),
    UnitState.AVAILABLE: ("qualified", "available"),
    UnitState.OPTION: ("qualified", "available", "option"),
    UnitState.LET: ("qualified", "let"),
    UnitState.NOTICE: ("qualified", "let", "notice"),
    UnitState.VACANT: ("qualified", "vacant"),
    UnitState.WORKS: ("qualified", "works"),
    UnitState.WITHDRAWN: ("withdrawn",),
}
"""The states that a unit goes through to come to one."""


@dataclass
class PremisesWorld:
    """What `make_premises_world` made. `units`: of landlord A available, let, vacant, found; then one of landlord B."""

    metropolis: Organisation
    developer: Account
    landlords: list[Account]
    owners: list[Organisation]
    companies: list[Organisation]
    askers: list[Account]
    site: Site
    units: list[Unit]
    demands: list[Demand]
    proposal: Proposal
    visit: Visit
    letting: Letting


def make_unit(
    owner: Organisation | None, name: str, state: str = UnitState.AVAILABLE, **fields: object
) -> Unit:
    """A ground floor of 45 m² at 380 € a month, taken to a state; with the one period that it has been in it."""
    values: dict[str, object] = {
        "kind": UnitKind.GROUND_FLOOR,
        "uses": [Use.OFFICE, Use.SHOP, Use.CRAFT],
        "address": "12 boulevard de Yougoslavie, 35200 Rennes",
        "postcode": "35200",
        "city": "Rennes",
        "commune_code": "35238",
        "lon": -1.664,
        "lat": 48.087,
        "zone_codes": "QN03505M",
        "surface": Decimal(45),
        "floor": 0,
        "height": Decimal("2.80"),
        "rent": Decimal(320),
        "charges": Decimal(60),
        "owner_kind": OwnerKind.SOCIAL_LANDLORD if owner else OwnerKind.UNKNOWN,
        "available_from": TODAY - dt.timedelta(days=30),
    }
    unit = Unit.objects.create(owner=owner, name=name, **(values | fields))
    if ROUTES[state]:
        move(unit, *ROUTES[state])
    since = TODAY - dt.timedelta(days=90)
    if state in (UnitState.AVAILABLE, UnitState.VACANT, UnitState.WORKS, UnitState.OPTION):
        Unit.objects.filter(pk=unit.pk).update(vacant_since=since)
    Spell.objects.create(unit=unit, state=state, starts_on=since)
    unit.refresh_from_db()
    return unit


def make_demand(organisation: Organisation | None, account: Account, title: str, **fields: object) -> Demand:
    """A company that looks for 30 to 60 m² of workshop anywhere, at 500 € at most."""
    values: dict[str, object] = {
        "use": Use.CRAFT,
        "least_surface": Decimal(30),
        "most_surface": Decimal(60),
        "most_rent": Decimal(500),
        "wanted_from": TODAY + dt.timedelta(days=30),
        "contact_email": account.email,
        "jobs": 2,
    }
    return Demand.objects.create(
        organisation=organisation, asked_by=account, title=title, **(values | fields)
    )


def make_premises_world(metropolis: Organisation | None = None) -> PremisesWorld:
    """Everything once."""
    metropolis = metropolis or Organisation.objects.create(name="Métropole d’essai", kind=Kind.METROPOLIS)
    owners = [
        Organisation.objects.create(name=f"Bailleur social {letter}", kind=Kind.OTHER) for letter in "AB"
    ]
    companies = [
        Organisation.objects.create(name=f"Menuiserie {letter}", kind=Kind.EMPLOYER) for letter in "AB"
    ]
    askers = [
        member(Role.EMPLOYER, company, f"menuiserie-{letter}@example.org")
        for letter, company in zip("ab", companies, strict=True)
    ]
    units = [
        make_unit(owners[0], "Pied d’immeuble Yougoslavie", reference="A-1"),
        make_unit(owners[0], "Local Serbie", UnitState.LET, reference="A-2"),
        make_unit(owners[0], "Local Bosphore", UnitState.VACANT, reference="A-3"),
        make_unit(owners[0], "Appartement Kerguelen", UnitState.FOUND, kind=UnitKind.CONVERTED_HOUSING),
        make_unit(owners[1], "Atelier Villejean", reference="B-1", kind=UnitKind.WORKSHOP, zone_codes=""),
    ]
    demands = [
        make_demand(companies[0], askers[0], "Atelier de menuiserie"),
        make_demand(companies[1], askers[1], "Atelier de poterie"),
    ]
    return PremisesWorld(
        metropolis=metropolis,
        developer=member(Role.DEVELOPER, metropolis, "locaux@example.org"),
        landlords=[
            member(Role.LANDLORD, owner, f"bailleur-{letter}@example.org")
            for letter, owner in zip("ab", owners, strict=True)
        ],
        owners=owners,
        companies=companies,
        askers=askers,
        site=Site.objects.create(
            name="ZA Sud", commune_code="35238", commune_name="Rennes", gross=Decimal("12.5")
        ),
        units=units,
        demands=demands,
        proposal=Proposal.objects.create(demand=demands[0], unit=units[0]),
        visit=Visit.objects.create(
            demand=demands[0], unit=units[0], at=timezone.now() + dt.timedelta(days=2)
        ),
        letting=Letting.objects.create(
            unit=units[1],
            tenant=companies[0],
            starts_on=TODAY - dt.timedelta(days=90),
            rent=Decimal(380),
        ),
    )


def add_picture(unit: Unit) -> Picture:
    """A photo of a unit, a file of one pixel."""
    from django.core.files.base import ContentFile

    picture = Picture(unit=unit, caption="La façade")
    picture.file.save("photo.png", ContentFile(PIXEL))
    return picture


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6338"
    "93660c0003670166c88222fe0000000049454e44ae426082"
)
