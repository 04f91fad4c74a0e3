"""What each service tells of people's ways: a source a service, copied each day into milestones (`services.ways`).

Services on upper floors register theirs from their `announced/`; this floor imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, DateField, F, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast, Left

from croisee.directory.models import Purpose
from croisee.foundation.registry import Text

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from croisee.foundation.accounts.models import Account

COLUMNS = (
    "way_person",
    "way_stage",
    "way_key",
    "way_starts_on",
    "way_ends_on",
    "way_title",
    "way_where",
)
"""What each row of a source's query set holds, by name: see `outline`."""


@dataclass(frozen=True)
class WaySource:
    """The stages of people's ways that one service knows.

    - `name`: stays the same for ever ("stages.placements"), 40 characters at most; `label`: as readers are told.
    - `purpose`: the consent by which the person's référents see them.
    - `milestones(day)`: the rows as they are on a day, made by `outline`; nothing that is only planned.
    - `entitled(account)`: a condition over `Person`: those whose stages of this source `account` sees without consent,
      for they are people of its own service.
    - `own_keys(account)`: where some stages of a person are of the reader's service and others not, the keys of those
      that are (a query set of one column): they are seen without consent as well.
    """

    name: str
    label: Text
    purpose: Purpose
    milestones: Callable[[date], QuerySet[Any, Any]]
    entitled: Callable[[Account], Q]
    own_keys: Callable[[Account], QuerySet[Any, Any]] | None = None


_SOURCES: dict[str, WaySource] = {}


def register(source: WaySource) -> None:
    """Have the stages of `source` copied each day; once more takes the place of the first."""
    _SOURCES[source.name] = source


def sources() -> list[WaySource]:
    """All of them, in the order of their names."""
    return [_SOURCES[name] for name in sorted(_SOURCES)]


def outline(
    rows: QuerySet[Any],
    *,
    person: str,
    stage: str | Combinable,
    starts_on: str | Combinable,
    ends_on: str | Combinable | None = None,
    title: str | Combinable = "",
    where: str | Combinable = "",
    key: str = "pk",
) -> QuerySet[Any, dict[str, Any]]:
    """The milestones of `rows`, in the columns of `COLUMNS`, whatever those of the model are called.

    `person`, `key`, `starts_on`, `ends_on`, `title`, `where`: a field by its path, or an expression; "" and None for
    nothing. `stage`: a `Stage`, or an expression that gives one. `key` must be the UUID of the row that is told: with
    the stage it makes the milestone, so one row may tell several stages, each once.
    """
    return rows.order_by().values(
        way_person=F(person),
        way_stage=Cast(Value(str(stage)) if isinstance(stage, str) else stage, CharField()),
        way_key=Cast(F(key), UUIDField()),
        way_starts_on=Cast(_expression(starts_on), DateField()),
        way_ends_on=Cast(Value(None) if ends_on is None else _expression(ends_on), DateField()),
        way_title=_text(title),
        way_where=_text(where),
    )


def _expression(told: str | Combinable) -> Combinable:
    return F(told) if isinstance(told, str) else told


def _text(told: str | Combinable) -> Combinable:
    """At most what a milestone holds."""
    return Left(Cast(Value("") if told == "" else _expression(told), CharField()), 200)
