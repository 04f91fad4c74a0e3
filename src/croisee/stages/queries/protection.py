"""Who is protected: who lives in a priority neighbourhood, or goes to a school in REP or REP+.

The same rule as `stages.round.protect`, asked of people instead of a file's rows.
"""

import math
from collections.abc import Iterable
from uuid import UUID

import numpy as np

from croisee.directory.models import Enrolment, Person, Residence
from croisee.stages import loaded
from croisee.stages.files.locations import Locations
from croisee.territory.models import EducationPriority, School

PRIORITY = (EducationPriority.REP, EducationPriority.REP_PLUS)


def protected(persons: Iterable[Person]) -> dict[UUID, bool]:
    """Whether each of `persons` is protected, by primary key.

    The answer kept about a home counts; where none is kept, or an uncertain one, its point is looked up in the
    neighbourhoods that are loaded. A home of which nothing is known counts as outside.
    """
    people = list(persons)
    homes = _homes(people)
    at_school = _at_priority_schools([person.pk for person in people])
    return {person.pk: person.pk in homes or person.pk in at_school for person in people}


def is_protected(person: Person) -> bool:
    """Whether one person is protected."""
    return protected([person])[person.pk]


def _homes(people: list[Person]) -> set[UUID]:
    inside = {person.pk for person in people if person.residence == Residence.YES}
    open_answers = [
        person
        for person in people
        if person.residence in {Residence.UNKNOWN, Residence.UNCERTAIN} and person.lon is not None
    ]
    zones = loaded.zones() if open_answers else None
    if zones is None:
        return inside
    lon, lat = (
        np.array([math.nan if (value := getattr(p, name)) is None else value for p in open_answers], float)
        for name in ("lon", "lat")
    )
    codes, _near = zones.answer(Locations(lon, lat, [""] * len(open_answers)))
    return inside | {person.pk for person, code in zip(open_answers, codes, strict=True) if code}


def _at_priority_schools(people: list[UUID]) -> set[UUID]:
    uais = School.objects.filter(priority__in=PRIORITY).values("uai")
    enrolled = Enrolment.objects.active().filter(person__in=people, school_class__school__uai__in=uais)
    return set(enrolled.values_list("person_id", flat=True))
