"""What was computed of what is within reach, read; whether it still holds."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils import timezone

from croisee.territory.models import DataSet, DataSetKind, ReachSquare, ReachSurvey, ZoneReach
from croisee.territory.reach.computing import LIMITS
from croisee.territory.reach.things import Thing, things
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import Basis

NEAR = 0.0027
"""Degrees of latitude: some 300 m."""
OF_EVERYONE = (DataSetKind.TIMETABLE, DataSetKind.STREETS)
"""The timetables and the streets of all EPCI are one network."""
COMPUTED_FROM = (
    *OF_EVERYONE,
    DataSetKind.EPCI,
    DataSetKind.QPV,
    DataSetKind.SCHOOLS,
    DataSetKind.BAN,
    DataSetKind.SIRENE,
)


def loaded_now(epci: str) -> str:
    """What the computation for an EPCI rests on, as it is loaded: a SHA-256 that changes when any of it does."""
    rests = DataSet.objects.filter(Q(epci=epci, kind__in=COMPUTED_FROM) | Q(kind__in=OF_EVERYONE))
    rows = rests.order_by("pk").values_list("pk", "loaded_at")
    return hashlib.sha256(";".join(f"{pk} {at.isoformat()}" for pk, at in rows).encode()).hexdigest()


def surveys() -> list[ReachSurvey]:
    """The computation of each EPCI, by the name of these."""
    return list(ReachSurvey.objects.select_related("epci").order_by("epci__name", "epci"))


def basis_of(survey: ReachSurvey, today: date | None = None) -> Basis:
    """What its times rest on, as one is to say today."""
    ends = survey.timetable_ends
    expired = ends is not None and ends < (today or timezone.localdate())
    return Basis(Mode.TRANSIT, survey.timetable_day, survey.along_streets, expired, tuple(survey.lacking))


def is_outdated(survey: ReachSurvey) -> bool:
    """Whether something it rests on was loaded anew since."""
    return survey.loaded != loaded_now(survey.pk)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of a thing are reached in a time, beside what half of the metropolis's addresses reach.

    Attributes:
        minutes: the time.
        count: how many.
        median: what half of the addresses reach.
    """

    minutes: int
    count: int
    median: int

    @property
    def percent(self) -> float | None:
        """The count in hundredths of the median; None of a median of nought."""
        return 100 * self.count / self.median if self.median else None


def counted_things(survey: ReachSurvey) -> list[Thing]:
    """What was counted, and is still announced, in its order."""
    return [thing for thing in things.all() if thing.name in survey.things]


def counted(survey: ReachSurvey, thing: Thing, within: Sequence[Sequence[int]]) -> list[Counted]:
    """Of one thing, the counts of `within` (one list for each time, as rows hold them) for each time."""
    place = survey.things.index(thing.name)
    medians = (survey.median_30, survey.median_45)
    return [
        Counted(minutes, counts[place], median[place])
        for minutes, counts, median in zip(LIMITS, within, medians, strict=True)
    ]


def total_of(survey: ReachSurvey, thing: Thing) -> int:
    """How many of a thing there were in all."""
    return int(survey.totals[survey.things.index(thing.name)])


def zone_rows(survey: ReachSurvey) -> list[ZoneReach]:
    """The neighbourhoods, with their zone."""
    rows = ZoneReach.objects.filter(survey=survey).select_related("zone").defer("zone__outline")
    return list(rows.order_by("zone__name", "pk"))


def around(lon: float, lat: float) -> list[tuple[Thing, list[Counted]]]:
    """What the square at a point in degrees reaches, or the nearest one within some 300 m; one query.

    Empty where no address is near, or nothing was computed.
    """
    across = NEAR / max(math.cos(math.radians(lat)), 0.01)
    here = ReachSquare.objects.filter(
        longitude__range=(lon - across, lon + across), latitude__range=(lat - NEAR, lat + NEAR)
    )
    away = (F("longitude") - lon) ** 2 * (NEAR / across) ** 2 + (F("latitude") - lat) ** 2
    square = here.select_related("survey").order_by(away, "pk").first()
    if square is None:
        return []
    within = (square.within_30, square.within_45)
    return [(thing, counted(square.survey, thing, within)) for thing in counted_things(square.survey)]
