"""The common indicators of the FSE+ counted by the database, by sex, in one statement for a programme and a period.

It says of many what `journeys/indicators.py` says of one; SQL's unknown (NULL) is its None.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from croisee.directory.models import Sex
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.journeys.indicators import (
    CHILD,
    CODES,
    ISCED,
    LATER,
    LATER_MONTHS,
    LEAVING_DAYS,
    LONG,
    LONG_WHEN_YOUNG,
    OLDER,
    OUT_OF_WORK,
    OUTPUTS,
    RESULTS,
    WORKING,
    YOUNG,
    YOUTH,
    Period,
)
from croisee.journeys.models import Answer, Journey, Labour, Moment, Nationality, Programme

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.records import Reader

SEXES = (Sex.WOMAN, Sex.MAN, Sex.UNKNOWN)
FRAMES = ("enters", "leaves", "later")
FRAME_OF: Mapping[str, str] = (
    dict.fromkeys(OUTPUTS, "enters") | dict.fromkeys(RESULTS, "leaves") | dict.fromkeys(LATER, "later")
)
EXACT = (Role.PROGRAMME_MANAGER, Role.REFERENT)
READERS = (*EXACT, Role.OFFICIAL, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Counted:
    """By sex, how many participations each frame has, and each indicator; those that miss the answer it needs."""

    frames: Mapping[str, Mapping[str, int]]
    counts: Mapping[str, Mapping[str, int]]
    missing: Mapping[str, Mapping[str, int]]

    def total(self, code: str) -> int:
        """Everybody counted in an indicator."""
        return sum(self.counts[code].values())


def count(programmes: Sequence[UUID], period: Period) -> Counted:
    """Count a period of some programmes: one query."""
    numbers = {name: dict.fromkeys(map(str, SEXES), 0) for name in (*FRAMES, *CODES, *_MISSING)}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, _parameters(programmes, period))
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            line = dict(zip(names, row, strict=True))
            sex = line["sex"] if line["sex"] in Sex.values else str(Sex.UNKNOWN)
            for name in numbers:
                numbers[name][sex] += line[name.lower()]
    return Counted(
        {name: numbers[name] for name in FRAMES},
        {code: numbers[code] for code in CODES},
        {code: numbers[f"no_{code}"] for code in CODES},
    )


def _parameters(programmes: Sequence[UUID], period: Period) -> dict[str, Any]:
    return {
        "programmes": list(programmes),
        "first": period.first,
        "last": period.last,
        "working": list(map(str, WORKING)),
        "out": list(map(str, OUT_OF_WORK)),
        "basic": [str(level) for level, group in ISCED.items() if group == "0-2"],
        "middle": [str(level) for level, group in ISCED.items() if group == "3-4"],
        "higher": [str(level) for level, group in ISCED.items() if group == "5-8"],
        "leaving_days": LEAVING_DAYS,
        "later_months": LATER_MONTHS,
    }


_TOLD: Mapping[str, str] = {
    "EECO01": "CASE WHEN labour IS NOT NULL THEN TRUE END",
    "EECO02": f"labour = '{Labour.UNEMPLOYED}'",
    "EECO03": f"""CASE WHEN labour IS NULL THEN NULL WHEN labour <> '{Labour.UNEMPLOYED}' THEN FALSE
        WHEN months IS NULL THEN NULL WHEN months > {LONG} THEN TRUE WHEN months <= {LONG_WHEN_YOUNG} THEN FALSE
        ELSE age < {YOUNG} END""",
    "EECO04": f"labour = '{Labour.INACTIVE}'",
    "EECO05": "labour = ANY(%(working)s)",
    "EECO06": f"age < {CHILD}",
    "EECO07": f"age >= {CHILD} AND age < {YOUTH}",
    "EECO08": f"age >= {OLDER}",
    "EECO09": "level = ANY(%(basic)s)",
    "EECO10": "level = ANY(%(middle)s)",
    "EECO11": "level = ANY(%(higher)s)",
    "EECO12": f"disability = '{Answer.YES}'",
    "EECO13": f"nationality = '{Nationality.THIRD}'",
    "EECO16": f"housing = '{Answer.YES}'",
    "EECO17": "rural",
    "EECR01": f"""CASE WHEN labour IS NULL THEN NULL WHEN labour <> '{Labour.INACTIVE}' THEN FALSE
        WHEN x_labour = '{Labour.UNEMPLOYED}' OR x_searching THEN TRUE
        WHEN x_searching IS FALSE OR x_labour = ANY(%(working)s) THEN FALSE END""",
    "EECR02": "x_training AND NOT training",
    "EECR03": "x_qualified",
    "EECR04": "x_labour = ANY(%(working)s) AND labour = ANY(%(out)s)",
    "EECR05": "s_labour = ANY(%(working)s) AND labour = ANY(%(out)s)",
    "EECR06": "s_improved AND labour = ANY(%(working)s)",
}
_MISSING = tuple(f"no_{code}" for code in CODES)
_LATER_ON = "(j.exited_on + make_interval(months => %(later_months)s))::date"


def _columns() -> str:
    frames = [f"count(*) FILTER (WHERE {name}) AS {name}" for name in FRAMES]
    told = [
        f"count(*) FILTER (WHERE {FRAME_OF[code]} AND ({_TOLD[code]})) AS {code.lower()},"
        f" count(*) FILTER (WHERE {FRAME_OF[code]} AND ({_TOLD[code]}) IS NULL) AS no_{code.lower()}"
        for code in CODES
    ]
    return ", ".join([*frames, *told])


# A level that is not said is no answer, as is an empty text.
_SQL = f"""
WITH seen AS MATERIALIZED (
    SELECT j.id, j.entered_on BETWEEN %(first)s AND %(last)s AS enters,
        COALESCE(j.exited_on BETWEEN %(first)s AND %(last)s, FALSE) AS leaves,
        COALESCE({_LATER_ON} BETWEEN %(first)s AND %(last)s, FALSE) AS later,
        j.exited_on, {_LATER_ON} AS later_on
    FROM journeys_journey j
    WHERE j.programme_id = ANY(%(programmes)s::uuid[]) AND j.entered_on IS NOT NULL AND (
        j.entered_on BETWEEN %(first)s AND %(last)s OR j.exited_on BETWEEN %(first)s AND %(last)s
        OR {_LATER_ON} BETWEEN %(first)s AND %(last)s)
), told AS (
    SELECT seen.enters AND NOT COALESCE(e.repeated, FALSE) AS enters,
        seen.leaves AND NOT COALESCE(x.repeated, FALSE) AS leaves,
        seen.later AND NOT COALESCE(s.repeated, FALSE) AS later,
        COALESCE(NULLIF(e.sex, ''), '{Sex.UNKNOWN}') AS sex, e.age,
        NULLIF(NULLIF(e.level, ''), 'unknown') AS level, NULLIF(e.labour, '') AS labour,
        e.unemployed_months AS months, e.in_training AS training, NULLIF(e.disability, '') AS disability,
        NULLIF(e.nationality, '') AS nationality, NULLIF(e.housing_exclusion, '') AS housing, e.rural,
        CASE WHEN in_time THEN NULLIF(x.labour, '') END AS x_labour,
        CASE WHEN in_time THEN x.in_training END AS x_training,
        CASE WHEN in_time THEN x.searching END AS x_searching,
        CASE WHEN in_time THEN x.qualified END AS x_qualified,
        CASE WHEN s.answered_on >= seen.later_on THEN NULLIF(s.labour, '') END AS s_labour,
        CASE WHEN s.answered_on >= seen.later_on THEN s.improved END AS s_improved
    FROM seen
    LEFT JOIN journeys_situation e ON e.journey_id = seen.id AND e.moment = '{Moment.ENTRY}'
    LEFT JOIN journeys_situation x ON x.journey_id = seen.id AND x.moment = '{Moment.EXIT}'
    LEFT JOIN journeys_situation s ON s.journey_id = seen.id AND s.moment = '{Moment.SIX_MONTHS}'
    CROSS JOIN LATERAL (SELECT x.answered_on - seen.exited_on <= %(leaving_days)s AS in_time) AS timing
)
SELECT sex, {_columns()} FROM told GROUP BY sex
"""  # noqa: S608  only our own constants


def programmes_counted(account: Reader) -> QuerySet[Programme]:
    """The programmes whose indicators one may read: those that one follows people in; every FSE+ one, for who steers.

    Who steers reads figures without any small one, and no person.
    """
    if isinstance(account, Account) and account.has_role(Role.OFFICIAL, Role.ADMINISTRATOR):
        return Programme.objects.filter(fse=True).order_by("name", "pk")
    return Programme.objects.visible_to(account).order_by("name", "pk")


def reads_exact(account: Account, programme: Programme) -> bool:
    """Whether one reads small figures too: who follows the people of the programme one by one."""
    return Programme.objects.visible_to(account).filter(pk=programme.pk).exists()


def years(programmes: QuerySet[Programme]) -> list[int]:
    """The years that there is something to count in, the newest first."""
    today = timezone.localdate()
    first: dt.date | None = Journey.objects.filter(
        programme__in=programmes.order_by().values("pk")
    ).aggregate(first=Min("entered_on"))["first"]
    return list(range(today.year, (first or today).year - 1, -1))
