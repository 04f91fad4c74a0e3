"""The outline of people's ways: copied from each service, counted, and folded into counts when a person goes.

Set-based: 200 000 people in seconds. What is counted of people who were erased stays beside, without anyone.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.utils import timezone

from croisee.directory.models import Purpose
from croisee.foundation.database.locks import hold
from croisee.journeys.models import Milestone, Stage, WayCount
from croisee.journeys.sources import WaySource, sources

ONE_AT_A_TIME = "journeys.ways"

_TELL = """
    INSERT INTO ways_told
    SELECT DISTINCT ON (way_key, way_stage)
        way_person, way_stage, way_key, way_starts_on, way_ends_on, COALESCE(way_title, ''), COALESCE(way_where, '')
    FROM (%s) told
    WHERE way_person IS NOT NULL AND way_stage IS NOT NULL AND way_starts_on IS NOT NULL
    ORDER BY way_key, way_stage, way_starts_on
"""
_UPSERT = """
    INSERT INTO journeys_milestone
        (id, created_at, updated_at, person_id, stage, source, source_key, starts_on, ends_on, title, "where")
    SELECT gen_random_uuid(), now(), now(), person, stage, %(source)s, key, starts_on, ends_on, title, place
    FROM ways_told
    ON CONFLICT (source, source_key, stage) DO UPDATE SET
        updated_at = now(), person_id = EXCLUDED.person_id, starts_on = EXCLUDED.starts_on,
        ends_on = EXCLUDED.ends_on, title = EXCLUDED.title, "where" = EXCLUDED."where"
    WHERE (journeys_milestone.person_id, journeys_milestone.starts_on, journeys_milestone.ends_on,
           journeys_milestone.title, journeys_milestone."where")
        IS DISTINCT FROM
          (EXCLUDED.person_id, EXCLUDED.starts_on, EXCLUDED.ends_on, EXCLUDED.title, EXCLUDED."where")
"""
_FORGET = """
    DELETE FROM journeys_milestone milestone
    WHERE milestone.source = %(source)s
      AND NOT EXISTS (
        SELECT 1 FROM ways_told told WHERE told.key = milestone.source_key AND told.stage = milestone.stage)
      AND NOT EXISTS (
        SELECT 1 FROM directory_consent consent
        WHERE consent.person_id = milestone.person_id AND consent.purpose = %(keep)s
          AND consent.withdrawn_at IS NULL)
"""
_WAYS = """
    WITH firsts AS (
        SELECT person_id, stage, MIN(starts_on) AS first FROM journeys_milestone
        WHERE %(everyone)s OR person_id = ANY(%(people)s::uuid[]) GROUP BY person_id, stage
    ), ways AS (
        SELECT person_id, EXTRACT(YEAR FROM MIN(first))::int AS cohort,
            STRING_AGG(stage, '>' ORDER BY first, array_position(%(stages)s::text[], stage::text)) AS path
        FROM firsts GROUP BY person_id
    ), counted AS (
        SELECT ways.cohort, LEFT(SPLIT_PART(person.zone_codes, '|', 1), 20) AS zone, ways.path, COUNT(*) AS people
        FROM ways JOIN directory_person person ON person.id = ways.person_id
        GROUP BY 1, 2, 3
    )
"""
_INSERT = """
    INSERT INTO journeys_waycount (id, created_at, updated_at, cohort, zone, path, past, people)
    SELECT gen_random_uuid(), now(), now(), cohort, zone, path, %(past)s, people FROM counted
    ON CONFLICT (cohort, zone, path, past) DO UPDATE
        SET people = journeys_waycount.people + EXCLUDED.people, updated_at = now()
"""
_TAKE_AWAY = """
    UPDATE journeys_waycount live SET people = live.people - counted.people, updated_at = now()
    FROM counted
    WHERE NOT live.past AND live.people >= counted.people
      AND (live.cohort, live.zone, live.path) = (counted.cohort, counted.zone, counted.path)
"""


@transaction.atomic
def sync(now: datetime) -> int:
    """Copy the stages that each service tells on that day; forget those it tells no more. How many rows changed.

    Stages whose service has erased them stay with the person's consent (`Purpose.KEEP_WAY`), and only so.
    """
    hold([ONE_AT_A_TIME])
    return sum(_copy(source, now) for source in sources())


def _copy(source: WaySource, now: datetime) -> int:
    with connection.cursor() as cursor:
        _tell(cursor, source, now)
        cursor.execute(_UPSERT, {"source": source.name})
        changed: int = cursor.rowcount
        cursor.execute(_FORGET, {"source": source.name, "keep": str(Purpose.KEEP_WAY)})
        changed += cursor.rowcount
        cursor.execute("DROP TABLE ways_told")
    return changed


def _tell(cursor: Any, source: WaySource, now: datetime) -> None:
    """Put what the source tells into a table of the transaction: it is read twice, and computed once."""
    cursor.execute(
        """CREATE TEMPORARY TABLE ways_told (person uuid, stage varchar(20), key uuid, starts_on date, ends_on date,
            title varchar(200), place varchar(200)) ON COMMIT DROP"""
    )
    try:
        rows, params = source.milestones(timezone.localdate(now)).query.sql_with_params()
    except EmptyResultSet:
        return
    cursor.execute(_TELL % rows, params)
    cursor.execute("ANALYZE ways_told")


@transaction.atomic
def recount(now: datetime | None = None) -> int:
    """Count anew how many people took each way, by cohort and neighbourhood; how many ways there are.

    The cohort is the year of the first stage; a way is the first time of each stage, in their order.
    """
    hold([ONE_AT_A_TIME])
    WayCount.objects.filter(past=False).delete()
    return _count(_INSERT)


@transaction.atomic
def fold(people: Collection[UUID]) -> int:
    """Move the ways of these people to the counts of those who are gone, and delete their milestones; how many rows.

    All counts together stay the same.
    """
    hold([ONE_AT_A_TIME])
    _count(_INSERT, past=True, people=people)
    _count(_TAKE_AWAY, people=people)
    return Milestone.objects.filter(person__in=people).delete()[0]


def _count(statement: str, *, past: bool = False, people: Collection[UUID] | None = None) -> int:
    values: dict[str, Any] = {
        "past": past,
        "everyone": people is None,
        "people": list(people or ()),
        "stages": [str(stage) for stage in Stage],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WAYS + statement, values)
        return int(cursor.rowcount)


def copy_and_count(now: datetime) -> int:
    """What is done each day: copy, then count; how many stages changed."""
    with transaction.atomic():
        changed = sync(now)
        recount(now)
    return changed
