"""What is counted within reach. Upper floors announce theirs in the `ready()` of their `apps.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from croisee.engine.transit.timetable import Floats
from croisee.foundation.registry import Text
from croisee.territory.models import Establishment, Location, School, SchoolKind

WITHOUT_EMPLOYEES = ("", "00")
"""INSEE's bands of establishments that employ nobody, or of which that is not known."""


@dataclass(frozen=True)
class Thing:
    """Something that is counted.

    Attributes:
        name: what it is stored under.
        label: its name in the plural, as a heading.
        counted: so many of them, in words: “1 240 employers”.
        points: of an EPCI (its code), the longitudes and the latitudes; one point each.
        order: its place among the others.
    """

    name: str
    label: Text
    counted: Callable[[int], str]
    points: Callable[[str], tuple[Floats, Floats]]
    order: int = 50


class Things:
    """All that is counted."""

    def __init__(self) -> None:
        self._things: dict[str, Thing] = {}

    def register(self, thing: Thing) -> None:
        """Have `thing` counted; one of the same name is replaced."""
        self._things[thing.name] = thing

    def all(self) -> list[Thing]:
        """All of them, in their order."""
        return sorted(self._things.values(), key=lambda thing: (thing.order, thing.name))


things = Things()


def columns_of(rows: QuerySet[Any], longitude: str, latitude: str) -> tuple[Floats, Floats]:
    """The points of rows, those without one left out."""
    found = rows.filter(**{f"{longitude}__isnull": False}).values_list(longitude, latitude)
    points = np.array(list(found), dtype=np.float64).reshape(-1, 2)
    return points[:, 0].copy(), points[:, 1].copy()


def employers(epci: str) -> tuple[Floats, Floats]:
    """The active establishments that employ someone, so far as INSEE says so."""
    employing = Q(is_employer=True) | ~Q(employees_band__in=WITHOUT_EMPLOYEES)
    rows = Establishment.objects.filter(employing, commune__epci=epci)
    return columns_of(rows, "longitude", "latitude")


def schools(epci: str) -> tuple[Floats, Floats]:
    """The collèges and lycées that are placed at their own point."""
    rows = School.objects.filter(
        epci=epci, kind__in=[SchoolKind.COLLEGE, SchoolKind.LYCEE], location=Location.POINT
    )
    return columns_of(rows, "longitude", "latitude")


def _employers(n: int) -> str:
    return ngettext("%(n)s employer", "%(n)s employers", n) % {"n": number_format(n, force_grouping=True)}


def _schools(n: int) -> str:
    text = ngettext("%(n)s collège or lycée", "%(n)s collèges and lycées", n)
    return text % {"n": number_format(n, force_grouping=True)}


def declare() -> None:
    """Announce what the territory itself knows of."""
    things.register(Thing("employers", _("Employers"), _employers, employers, order=20))
    things.register(Thing("schools", _("Collèges and lycées"), _schools, schools, order=30))
