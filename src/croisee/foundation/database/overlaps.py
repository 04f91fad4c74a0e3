"""What takes somebody's time, or a room's, as a `box` that the database keeps from overlapping another."""

from typing import Any

from django.db.models import F, Func, TextField


def _sql(template: str, *parts: Any) -> Func:
    return Func(*parts, template=template, output_field=TextField())


def taken(whose: str, starts_at: str, minutes: str = "", ends_at: str = "") -> Func:
    """Whose time is taken, and which: for an exclusion constraint with `&&`, over names of columns.

    The end is `ends_at`, or `minutes` after the start. Across, who (a column of UUIDs); up, seconds, without the last:
    of two, one may begin as the other ends. Boxes need no extension of the database, which has none here; 64 bits tell
    people apart.
    """
    who = _sql("uuid_hash_extended(%(expressions)s, 0)::double precision", F(whose))
    start = _seconds(starts_at)
    if ends_at:
        end = _sql("(%(expressions)s - 1)", _seconds(ends_at))
    else:
        length = _sql("(%(expressions)s * 60 - 1)::double precision", F(minutes))
        # The sum by its name: an operator between two columns would not be told from another in migrations.
        end = _sql("float8pl(%(expressions)s)", start, length)
    corners = [_sql("point(%(expressions)s)", who, moment) for moment in (start, end)]
    return _sql("box(%(expressions)s)", *corners)


def taken_days(what: str, first: str, last: str) -> Func:
    """The same for whole days, both ends in it, over two columns of dates; a last day that is empty never comes."""
    which = _sql("uuid_hash_extended(%(expressions)s, 0)::double precision", F(what))
    day = "(%(expressions)s - '2000-01-01'::date)::double precision"
    end = _sql("COALESCE(%(expressions)s, '9999-12-31'::date)", F(last))
    corners = [_sql("point(%(expressions)s)", which, _sql(day, moment)) for moment in (F(first), end)]
    return _sql("box(%(expressions)s)", *corners)


def _seconds(column: str) -> Func:
    """The seconds of a moment since the year 2000, which a 64-bit number holds whole."""
    since = "extract(epoch FROM (%(expressions)s - '2000-01-01 00:00:00+00'::timestamptz))::double precision"
    return _sql(since, F(column))
