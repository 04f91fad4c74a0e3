"""What is vacant, where and for how long; what was looked for and not found. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.engine.suppression import hidden_lines, is_small
from croisee.foundation.accounts.roles import Role
from croisee.premises.durations import Empty, Quartiles, quartiles, stays
from croisee.premises.fit import Judged, fitting, judge
from croisee.premises.fit_wording import LIMITS
from croisee.premises.kinds import NOT_CLASSIC, Use
from croisee.premises.models import EMPTY, Demand, DemandState, Letting, Spell, Unit, UnitState, Where
from croisee.premises.models.readers import is_developer
from croisee.premises.queries.demands import neighbourhood_names
from croisee.premises.queries.matching import stock_for, wanted_by
from croisee.premises.stock import FAILS, Limit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account

YEAR = dt.timedelta(days=365)
CLOSED_FOR = dt.timedelta(days=730)
"""Searches that ended without premises here count for two years."""
NO_LONGER = (UnitState.FOUND, UnitState.WITHDRAWN)
"""States that are not of the stock: not looked at yet, or taken out of it."""
BANDS = (30, 60, 120, 300, 1000)
_EMPTY = [str(state) for state in EMPTY]
_TAKEN = [str(UnitState.LET), str(UnitState.NOTICE)]


@dataclass(frozen=True)
class AreaLine:
    """Units of one place and sort: how many, how many of them empty, the surface empty, for how long they stay so."""

    place: str
    sort: str
    owner: str
    units: int
    vacant: int
    surface: Decimal
    times: Quartiles

    @property
    def rate(self) -> float:
        """Empty units of a hundred."""
        return 100 * self.vacant / self.units


@dataclass(frozen=True)
class Turnover:
    """What changed hands in twelve months: lettings begun, occupants gone, units that stand for it."""

    begun: int
    gone: int
    units: int

    @property
    def rate(self) -> float | None:
        """Lettings begun for a hundred units; None without any unit."""
        return 100 * self.begun / self.units if self.units else None


@dataclass(frozen=True)
class Vacancy:
    """What is vacant: by place, sort and owner; all together; what changed hands."""

    lines: Sequence[AreaLine]
    whole: AreaLine
    turnover: Turnover


def kept(account: Account) -> QuerySet[Unit]:
    """The units that one's page is about: one's own for an owner, else everything."""
    rows = Unit.objects.visible_to(account).exclude(state__in=[str(state) for state in NO_LONGER])
    return rows if _reads_all(account) else rows.kept_by(account)


def _reads_all(account: Account) -> bool:
    return is_developer(account) or account.has_role(Role.OFFICIAL)


def vacant_units(account: Account) -> QuerySet[Unit]:
    """Those that are empty, the longest first."""
    rows = kept(account).filter(state__in=_EMPTY, vacant_since__isnull=False)
    return rows.select_related("owner").defer("outline").order_by("vacant_since", "pk")


def vacancy(account: Account) -> Vacancy:
    """What is vacant of what `account` reads; four queries."""
    today = timezone.localdate()
    fields = ("pk", "state", "kind", "surface", "zone_codes", "owner__name", "owner_kind", "vacant_since")
    rows = list(kept(account).order_by().values_list(*fields))
    times = _times(account, today)
    names = neighbourhood_names({row[4] for row in rows})
    groups: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        sort = (
            pgettext("premises", "not classic") if row[2] in NOT_CLASSIC else pgettext("premises", "classic")
        )
        place = names.get(row[4], row[4]) or _("outside the priority neighbourhoods")
        groups[place, sort, row[5] or _("other owners")].append(row)
    lines = [_line(*key, group, times) for key, group in groups.items()]
    lines.sort(key=lambda line: (-line.vacant, line.place, line.sort, line.owner))
    return Vacancy(lines, _line("", "", "", rows, times), _turnover(account, today, len(rows)))


def _line(
    place: str, sort: str, owner: str, rows: Sequence[Any], times: Mapping[UUID, Sequence[Empty]]
) -> AreaLine:
    empty = [row for row in rows if row[1] in _EMPTY and row[7] is not None]
    return AreaLine(
        place,
        sort,
        owner,
        len(rows),
        len(empty),
        sum((row[3] for row in empty), Decimal(0)),
        quartiles([one for row in rows for one in times.get(row[0], ())]),
    )


def _times(account: Account, today: dt.date) -> dict[UUID, list[Empty]]:
    """How long each unit was empty each time, from the story of its states."""
    periods: dict[UUID, list[tuple[str, dt.date, dt.date | None]]] = defaultdict(list)
    rows = Spell.objects.filter(unit__in=kept(account).order_by().values("pk"), starts_on__lte=today)
    for unit, state, first, last in rows.order_by("unit", "starts_on", "created_at").values_list(
        "unit", "state", "starts_on", "ends_on"
    ):
        periods[unit].append((state, first, last))
    return {unit: stays(found, _EMPTY, _TAKEN, today) for unit, found in periods.items()}


def _turnover(account: Account, today: dt.date, units: int) -> Turnover:
    since = today - YEAR
    rows = Letting.objects.filter(unit__in=kept(account).order_by().values("pk"))
    found = rows.filter(
        Q(starts_on__gt=since, starts_on__lte=today) | Q(left_on__gt=since, left_on__lte=today)
    )
    days = list(found.values_list("starts_on", "left_on"))
    return Turnover(
        sum(since < first <= today for first, _last in days),
        sum(last is not None and since < last <= today for _first, last in days),
        units,
    )


# What was not found


@dataclass(frozen=True)
class LackLine:
    """Searches that found nothing, alike: how many are open, went elsewhere, were given up; what stood in the way.

    `hidden`: of fewer than five, or giving such a line back; its numbers are None for those who read no demand.
    """

    use: str
    band: str
    where: str
    total: int | None
    open: int | None
    elsewhere: int | None
    dropped: int | None
    obstacle: str
    hidden: bool = False


@dataclass(frozen=True)
class Lack:
    """What was looked for and not found; `too_few`: fewer than five searches in all, so that none is told."""

    lines: Sequence[LackLine]
    total: int
    too_few: bool = False


def lack(account: Account) -> Lack:
    """Searches that found nothing: open ones that nothing fits, those that ended elsewhere or were given up lately.

    Exact for developers, who read the demands; others read no line of fewer than five. Three queries at most.
    """
    since = timezone.localdate() - CLOSED_FOR
    ended = Q(state__in=[DemandState.ELSEWHERE, DemandState.DROPPED], closed_on__gt=since)
    demands = list(Demand.objects.filter(Q(state=DemandState.OPEN) | ended).order_by("created_at", "pk"))
    unmet = _unmet([one for one in demands if one.state == DemandState.OPEN])
    lacking = [one for one in demands if one.state != DemandState.OPEN or one.pk in unmet]
    names = neighbourhood_names({one.zone_codes for one in lacking})
    groups: dict[tuple[str, str, str], list[Demand]] = defaultdict(list)
    for one in lacking:
        groups[str(Use(one.use).label), band_of(one.least_surface), where_of(one, names)].append(one)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    lines = [_lack_line(key, group, unmet) for key, group in ordered]
    return Lack(lines, len(lacking)) if is_developer(account) else _told(lines, len(lacking))


def band_of(surface: Decimal) -> str:
    """The band of surfaces that a demand is in, by the least that it asks for."""
    least = 0
    for most in BANDS:
        if surface < most:
            return _("%(least)d to %(most)d m²") % {"least": least, "most": most}
        least = most
    return _("%(least)d m² and more") % {"least": least}


def where_of(demand: Demand, names: Mapping[str, str]) -> str:
    """Where it was looked for: the neighbourhood by its name, otherwise what was chosen, never an address."""
    if demand.where == Where.NEIGHBOURHOOD:
        return names.get(demand.zone_codes, demand.zone_codes)
    return {
        Where.ANYWHERE: str(Where.ANYWHERE.label),
        Where.NEAR_LINE: _("near a line of public transport"),
        Where.NEAR_POINT: _("near an address"),
    }[Where(demand.where)]


def _unmet(demands: Sequence[Demand]) -> dict[UUID, Limit | None]:
    """Open demands that nothing fits, each with the limit that stood in the way of the most units."""
    if not demands:
        return {}
    stock = stock_for(None)
    found = {}
    for demand, wanted in zip(demands, wanted_by(demands), strict=True):
        if not len(fitting(wanted, stock)[0]):
            found[demand.pk] = obstacle(judge(wanted, stock))
    return found


def obstacle(judged: Judged) -> Limit | None:
    """The limit without which the most units would fit; where several stand in the way of each, the most failed."""
    offered = judged.stock.offered
    alone = offered & (judged.failed == 1)
    for among in (alone, offered):
        counts = {limit: int(np.sum(among & (column == FAILS))) for limit, column in judged.answers.items()}
        best = max(counts, key=lambda limit: (counts[limit], str(limit)))
        if counts[best]:
            return best
    return None


def _lack_line(
    key: tuple[str, str, str], group: Sequence[Demand], unmet: Mapping[UUID, Limit | None]
) -> LackLine:
    states = Counter(one.state for one in group)
    limits = Counter(limit for one in group if (limit := unmet.get(one.pk)) is not None)
    first = min(limits, key=lambda limit: (-limits[limit], str(limit)), default=None)
    return LackLine(
        *key,
        total=len(group),
        open=states[DemandState.OPEN],
        elsewhere=states[DemandState.ELSEWHERE],
        dropped=states[DemandState.DROPPED],
        obstacle="" if first is None else str(LIMITS[first]),
    )


def _told(lines: Sequence[LackLine], total: int) -> Lack:
    """The same for those who read no demand: lines of fewer than five hidden, and what would give them back."""
    if is_small(total):
        return Lack([], 0, too_few=True)
    hidden = hidden_lines([(line.total or 0,) for line in lines])
    return Lack([_without_parts(line, place in hidden) for place, line in enumerate(lines)], total)


def _without_parts(line: LackLine, hidden: bool) -> LackLine:
    """A line with its total alone, or without it."""
    return LackLine(
        line.use,
        line.band,
        line.where,
        total=None if hidden else line.total,
        open=None,
        elsewhere=None,
        dropped=None,
        obstacle="" if hidden else line.obstacle,
        hidden=hidden,
    )
