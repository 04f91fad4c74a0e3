"""Made-up residents of the metropolis who are of age to work: names, homes, what they can do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from croisee.demo.directory import DOMAIN
from croisee.demo.generator.chance import draw
from croisee.demo.generator.ground import Ground
from croisee.demo.generator.stocks import people as stock
from croisee.directory.models import Capacity, Contact, Level, Mode, Person, Profile, Residence, Sex
from croisee.stages import loaded
from croisee.stages.files.locations import Locations

IN_QPV = 6  # a home in a priority neighbourhood weighs so many times another
AGES = (19, 58)
MODES = (Mode.TRANSIT, Mode.TRANSIT, Mode.TRANSIT, Mode.BIKE, Mode.CAR)
LEVELS = (Level.NONE, Level.NONE, Level.LEVEL_3, Level.LEVEL_3, Level.LEVEL_4, Level.LEVEL_5)
WEEKS = (Decimal(35), Decimal(35), Decimal(30), Decimal(24))


def make_residents(
    ground: Ground,
    rng: np.random.Generator,
    today: date,
    count: int,
    mailbox: str,
    jobs: Callable[[], list[str]],
) -> list[Person]:
    """`count` people with their homes answered, an address to write to (`mailbox` and a number), a work profile."""
    persons = Person.objects.bulk_create(_persons(ground, rng, today, count))
    Contact.objects.bulk_create(
        Contact(person=one, capacity=Capacity.SELF, name=str(one), email=f"{mailbox}{rank}@{DOMAIN}")
        for rank, one in enumerate(persons)
    )
    Profile.objects.bulk_create(
        Profile(
            person=one,
            sex=Sex.WOMAN if rng.random() < 0.35 else Sex.MAN,
            level=LEVELS[int(rng.integers(len(LEVELS)))],
            jobs=jobs(),
            weekly_hours=WEEKS[int(rng.integers(len(WEEKS)))],
            mode=MODES[int(rng.integers(len(MODES)))],
            minutes=int(rng.choice([30, 45, 60])),
        )
        for one in persons
    )
    return persons


def _persons(ground: Ground, rng: np.random.Generator, today: date, count: int) -> list[Person]:
    places = ground.places
    homes = draw(rng, places.homes * np.where(places.in_qpv, IN_QPV, 1), count)
    zones = loaded.zones()
    where = Locations(places.lon[homes], places.lat[homes], [str(places.address[home]) for home in homes])
    codes, near = zones.answer(where) if zones else ([""] * count, [False] * count)
    days = rng.integers(AGES[0] * 365, AGES[1] * 365, count)
    first, last = (
        rng.integers(len(stock.FIRST_NAMES), size=count),
        rng.integers(len(stock.SURNAMES), size=count),
    )
    return [
        Person(
            given_name=stock.FIRST_NAMES[first[rank]],
            family_name=stock.SURNAMES[last[rank]],
            birth_date=today - timedelta(days=int(days[rank])),
            address=where.addresses[rank],
            lon=float(where.lon[rank]),
            lat=float(where.lat[rank]),
            residence=Residence.UNCERTAIN if near[rank] else Residence.YES if codes[rank] else Residence.NO,
            residence_on=today,
            zone_codes=codes[rank],
        )
        for rank in range(count)
    ]
