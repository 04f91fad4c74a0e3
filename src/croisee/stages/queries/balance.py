"""Supply against demand in a campaign: by sector, week, school and neighbourhood of residence.

Those who do not run the campaign see no count of one to four pupils, nor what would give it back by subtraction.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.models import Residence
from croisee.opportunities.models import Application, Origin
from croisee.opportunities.sectors import Sector
from croisee.stages import wording
from croisee.stages.models import Campaign
from croisee.stages.phases import turn
from croisee.stages.queries.market import iso_week, pupils_of, seats_open
from croisee.stages.small_counts import FEWEST, is_small
from croisee.territory.models import Zone


@dataclass(frozen=True)
class Line:
    """Seats and demand of one sector, week, school or neighbourhood; None where it has no sense or may not be shown.

    `first` counts first wishes, `wishing` pupils who wished for something. `flag` says what calls for action.
    """

    label: str
    seats: int | None = None
    reserved: int | None = None
    pupils: int | None = None
    wishing: int | None = None
    first: int | None = None
    wishes: int | None = None
    hidden: bool = field(default=False, compare=False)
    flag: str = ""

    @property
    def pressure(self) -> float | None:
        """Wishes for each seat; where no wish says more, pupils for each seat."""
        asking = self.wishes if self.pupils is None else self.pupils
        return None if asking is None or not self.seats else asking / self.seats


def by_sector(campaign: Campaign, *, exact: bool) -> list[Line]:
    """Every sector that is offered or wished for, with those that nobody wishes."""
    seats = _seats(campaign, "opportunity__sector")
    wishes = _wishes(campaign, "period__opportunity__sector")
    lines = [
        _flagged(
            Line(str(sector.label), *seats.get(sector, (0, 0)), first=first, wishes=asked),
            _no_wish if exact else _nothing,
        )
        for sector in Sector
        for asked, first in [wishes.get(sector, (0, 0))]
        if sector in seats or sector in wishes
    ]
    return _shown(lines, "wishes", exact=exact)


def by_week(campaign: Campaign, *, exact: bool) -> list[Line]:
    """Every week in which a class is on internship or a seat is offered; more pupils than seats is said."""
    seats = _in_weeks(_seats(campaign, "starts_on"))
    wishes = _in_weeks(_wishes(campaign, "period__starts_on"))
    pupils = _in_weeks({key: row for (key,), row in _pupils(campaign, "monday").items()})
    lines = []
    for week in sorted({*seats, *pupils}):
        people, wishing = pupils.get(week, (0, 0))
        asked, first = wishes.get(week, (0, 0))
        line = Line(
            wording.week(week),
            *seats.get(week, (0, 0)),
            pupils=people,
            wishing=wishing,
            first=first,
            wishes=asked,
        )
        lines.append(_flagged(line, _too_few_seats))
    return _shown(lines, "pupils", exact=exact)


def by_school(campaign: Campaign, *, exact: bool) -> list[Line]:
    """Every school that takes part, with the seats of its weeks, which it shares with others."""
    seats = _in_weeks(_seats(campaign, "starts_on"))
    pupils = _pupils(campaign, "school_class__school__name", "monday")
    wishes = _wishes_of_pupils(campaign, "school_class__school__name")
    schools: dict[str, list[Any]] = {}
    for (school, monday), (people, wishing) in pupils.items():
        found = schools.setdefault(school, [0, 0, set()])
        found[0] += people
        found[1] += wishing
        found[2].add(iso_week(monday))
    lines = [
        Line(
            school,
            seats=sum(seats.get(week, (0, 0))[0] for week in weeks),
            reserved=sum(seats.get(week, (0, 0))[1] for week in weeks),
            pupils=people,
            wishing=wishing,
            wishes=wishes.get((school,), (0, 0))[0],
            first=wishes.get((school,), (0, 0))[1],
        )
        for school, (people, wishing, weeks) in sorted(schools.items())
    ]
    return _shown(
        [_flagged(line, _without_wishes if exact else _nothing) for line in lines], "pupils", exact=exact
    )


def by_neighbourhood(campaign: Campaign, *, exact: bool) -> list[Line]:
    """Where pupils live: each priority neighbourhood, elsewhere, not known; and what they wish for."""
    keys = ("person__zone_codes", "person__residence")
    pupils, wishes = _pupils(campaign, *keys), _wishes_of_pupils(campaign, *keys)
    codes = {code for zones, _answer in pupils for code in zones.split()}
    names = dict(Zone.objects.filter(code__in=codes).values_list("code", "name"))
    merged: dict[str, list[int]] = {}
    for key, (people, wishing) in pupils.items():
        asked, first = wishes.get(key, (0, 0))
        found = merged.setdefault(_neighbourhood(str(key[0]), str(key[1]), names), [0, 0, 0, 0])
        for place, count in enumerate((people, wishing, first, asked)):
            found[place] += count
    lines = [
        Line(label, pupils=people, wishing=wishing, first=first, wishes=asked)
        for label, (people, wishing, first, asked) in sorted(merged.items())
    ]
    return _shown(
        [_flagged(line, _without_wishes if exact else _nothing) for line in lines], "pupils", exact=exact
    )


VIEWS: dict[str, Callable[..., list[Line]]] = {
    "sector": by_sector,
    "week": by_week,
    "school": by_school,
    "neighbourhood": by_neighbourhood,
}


def _neighbourhood(codes: str, residence: str, names: dict[str, str]) -> str:
    if residence == Residence.YES and codes:
        return ", ".join(names.get(code) or code for code in codes.split())
    if residence == Residence.YES:
        return _("in a priority neighbourhood")
    return _("elsewhere") if residence == Residence.NO else _("not known, or uncertain")


def _seats(campaign: Campaign, key: str) -> dict[Any, tuple[int, int]]:
    """Seats and reserved seats by `key`; in the second round, those that are left."""
    rows = seats_open(campaign).order_by().values(key)
    if turn(campaign) == 1:
        rows = rows.annotate(n=Sum("seats"), kept=Sum("reserved"))
    else:
        rows = rows.annotate(n=Sum(F("seats") - F("taken")), kept=Sum(_reserved_left()))
    return {row[key]: (row["n"], row["kept"]) for row in rows}


def _reserved_left() -> Case:
    """The seats of a period that are free and still wait for protected pupils, as a round counts them."""
    held = Application.objects.holding().filter(period=OuterRef("pk"), reserved_seat=True)
    counted = held.order_by().values("period").annotate(n=Count("pk")).values("n")
    waiting = Greatest(F("reserved") - Coalesce(Subquery(counted), 0), 0)
    return Case(
        When(opportunity__reserved_until__lt=timezone.localdate(), then=0),
        default=Least(waiting, F("seats") - F("taken")),
    )


def _made(campaign: Campaign) -> QuerySet[Application]:
    """The wishes of the present round."""
    return Application.objects.filter(call=campaign.pk, turn=turn(campaign), origin=Origin.WISH)


def _wishes(campaign: Campaign, key: str) -> dict[Any, tuple[int, int]]:
    rows = _made(campaign).order_by().values(key).annotate(n=Count("pk"), first=Count("pk", filter=Q(rank=1)))
    return {row[key]: (row["n"], row["first"]) for row in rows}


def _waiting(campaign: Campaign) -> QuerySet[Any]:
    """The pupils whom the present round is for."""
    holding = Application.objects.holding().filter(call=campaign.pk, person=OuterRef("person"))
    return pupils_of(campaign) if turn(campaign) == 1 else pupils_of(campaign).exclude(Exists(holding))


def _pupils(campaign: Campaign, *keys: str) -> dict[tuple[Any, ...], tuple[int, int]]:
    """Pupils, and those with a wish, by `keys` of their enrolment."""
    wished = Exists(_made(campaign).filter(person=OuterRef("person")))
    rows = (
        _waiting(campaign)
        .order_by()
        .values(*keys)
        .annotate(n=Count("pk"), wishing=Count("pk", filter=Q(wished)))
    )
    return {tuple(row[key] for key in keys): (row["n"], row["wishing"]) for row in rows}


def _wishes_of_pupils(campaign: Campaign, *keys: str) -> dict[tuple[Any, ...], tuple[int, int]]:
    """Wishes and first wishes by `keys` of the enrolment of who made them."""
    made = Q(
        person__applications__call=campaign.pk,
        person__applications__turn=turn(campaign),
        person__applications__origin=Origin.WISH,
    )
    rows = (
        _waiting(campaign)
        .filter(made)
        .order_by()
        .values(*keys)
        .annotate(n=Count("person__applications"), first=Count("pk", filter=Q(person__applications__rank=1)))
    )
    return {tuple(row[key] for key in keys): (row["n"], row["first"]) for row in rows}


def _in_weeks(rows: dict[date, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Rows by day made rows by ISO week."""
    weeks: dict[str, tuple[int, int]] = {}
    for day, (one, other) in rows.items():
        before = weeks.get(iso_week(day), (0, 0))
        weeks[iso_week(day)] = (before[0] + one, before[1] + other)
    return weeks


def _flagged(line: Line, flag: Callable[[Line], str]) -> Line:
    return replace(line, flag=flag(line))


def _nothing(_line: Line) -> str:
    return ""


def _no_wish(line: Line) -> str:
    return _("nobody wishes it") if line.seats and not line.wishes else ""


def _too_few_seats(line: Line) -> str:
    missing = (line.pupils or 0) - (line.seats or 0)
    return _("more pupils than seats") if missing > 0 else ""


def _without_wishes(line: Line) -> str:
    return _("pupils without a wish") if (line.wishing or 0) < (line.pupils or 0) else ""


def _shown(lines: Iterable[Line], whole: str, *, exact: bool) -> list[Line]:
    """Lines as they may be shown. `whole` is the count that tells how many pupils or wishes a line rests on.

    Hidden lines could be found from the total when there is but one, or when they are few pupils together: then the
    next smallest are hidden with them.
    """
    kept = list(lines)
    if exact:
        return kept
    hidden = [line for line in kept if _tells_of_few(line, whole)]
    gone = {id(line) for line in hidden}
    others = [line for line in kept if id(line) not in gone and getattr(line, whole)]
    for other in sorted(others, key=lambda line: int(getattr(line, whole))):
        if not hidden or (len(hidden) > 1 and sum(getattr(line, whole) or 0 for line in hidden) >= FEWEST):
            break
        hidden.append(other)
        gone.add(id(other))
    return [_without_people(line) if id(line) in gone else line for line in kept]


def _without_people(line: Line) -> Line:
    return replace(line, pupils=None, wishing=None, first=None, wishes=None, hidden=True, flag="")


def _tells_of_few(line: Line, whole: str) -> bool:
    """Whether a count of the line, or what it leaves of another, is of one to four pupils."""
    total = getattr(line, whole) or 0
    pairs = [
        (total, total),
        *((getattr(line, name), total) for name in ("wishing", "first") if name != whole),
    ]
    return any(part is not None and (is_small(part) or (0 < total - part < FEWEST)) for part, total in pairs)
