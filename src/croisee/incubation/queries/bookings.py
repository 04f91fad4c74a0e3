"""What the calendar of rooms reads: who may book where, for whom, and what is taken, without saying by whom."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Agreement, Booking, Expert, Incubator, Project, ProjectState, Space
from croisee.incubation.models.readers import held, hosted_in, managed, of_tenant
from croisee.incubation.rooms import CLOSES, OPENS, Block, Span, block, opening, overlap

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from django.db.models import QuerySet

    from croisee.foundation.records import Reader

STARTED = (ProjectState.FOLLOWED, ProjectState.APPLYING, ProjectState.ACCEPTED, ProjectState.HOSTED)
"""Projects whose holder books rooms: neither given up nor gone."""


def incubators_booked_by(account: Reader) -> QuerySet[Incubator]:
    """Where `account` books: as a manager, for a company hosted there, with a project there, as an expert."""
    if not isinstance(account, Account):
        return Incubator.objects.none()
    where = managed(account) | hosted_in(account)
    if account.has_role(Role.PROJECT_HOLDER):
        projects = Project.objects.filter(held(account), state__in=STARTED)
        where |= Q(pk__in=projects.order_by().values("incubator"))
    if account.has_role(Role.EXPERT):
        where |= Q(pk__in=Expert.objects.active().filter(account=account).order_by().values("incubator"))
    return Incubator.objects.filter(where)


def rooms_booked_by(account: Reader) -> QuerySet[Space]:
    """The spaces that `account` may book."""
    return Space.objects.in_service().filter(bookable=True, incubator__in=incubators_booked_by(account))


def payers(account: Account, incubator: Incubator) -> list[Organisation]:
    """The companies for which `account` books there: for a manager, all that are hosted today; else one's own."""
    hosted = Agreement.objects.running(timezone.localdate()).filter(incubator=incubator)
    if not account.organisations(Role.INCUBATOR_MANAGER).filter(pk=incubator.organisation_id).exists():
        own = Q(project__in=Project.objects.filter(held(account)).order_by().values("pk"))
        hosted = hosted.filter(of_tenant(account, "tenant") | own)
    rows = Organisation.objects.filter(pk__in=hosted.order_by().values("tenant"))
    return list(rows.order_by("name", "pk"))


def bookings_today(account: Reader) -> QuerySet[Booking]:
    """Bookings of today in the incubators that `account` manages."""
    today = timezone.localdate()
    return Booking.objects.standing().filter(managed(account, "space__incubator__"), starts_at__date=today)


def shown_bookings(account: Account) -> QuerySet[Booking]:
    """The bookings that one may read, the next first, with what a list says of them."""
    return (
        Booking.objects.visible_to(account)
        .select_related("space__incubator", "organisation", "booked_by")
        .order_by("-starts_at", "pk")
    )


@dataclass(frozen=True)
class Taken:
    """An hour that is taken: by whom, for who may read it (`booking`), else no more than that."""

    span: Span
    words: str
    closure: bool
    booking: UUID | None
    drawn: Block

    @property
    def hours(self) -> str:
        """From when to when, by the clocks there."""
        return f"{localtime(self.span.starts_at):%H:%M}–{localtime(self.span.ends_at):%H:%M}"


@dataclass(frozen=True)
class RoomDay:
    """A room on a day: what is taken, in order; `open` when somebody may still book it then."""

    room: Space
    day: dt.date
    taken: Sequence[Taken]
    open: bool


@dataclass(frozen=True)
class Hour:
    """An hour of the day view: the cell of each room."""

    hour: int
    cells: Sequence[HourCell]


@dataclass(frozen=True)
class HourCell:
    """A room in an hour: what is taken then, or free for who books (`at`, in words of a form), or past."""

    room: Space
    taken: Sequence[Taken]
    at: str
    free: bool


def days_of(
    rooms: Sequence[Space], first: dt.date, days: int, account: Account, zone: ZoneInfo
) -> list[list[RoomDay]]:
    """For each room, so many days from one on, with what is taken; two queries, whatever there is."""
    begins = opening(first, zone).starts_at
    ends = opening(first + dt.timedelta(days=days - 1), zone).ends_at
    rows = list(
        Booking.objects.standing()
        .filter(space__in=rooms, starts_at__lt=ends, ends_at__gt=begins)
        .select_related("organisation")
        .order_by("starts_at")
    )
    readable = set(
        Booking.objects.visible_to(account)
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", flat=True)
    )
    by_day: dict[tuple[UUID, dt.date], list[Taken]] = defaultdict(list)
    for row in rows:
        day = row.starts_at.astimezone(zone).date()
        by_day[row.space_id, day].append(_taken(row, row.pk in readable, opening(day, zone)))
    now = timezone.now()
    return [
        [
            RoomDay(room, day, by_day[room.pk, day], opening(day, zone).ends_at > now)
            for day in (first + dt.timedelta(days=number) for number in range(days))
        ]
        for room in rooms
    ]


def _taken(row: Booking, readable: bool, hours: Span) -> Taken:
    span = Span(row.starts_at, row.ends_at)
    words = pgettext("room", "closed") if row.closure else pgettext("room", "taken")
    if readable and not row.closure:
        words = str(row.organisation or row.outside or row.title or _("the incubator"))
    elif readable and row.title:
        words = _("closed: %(why)s") % {"why": row.title}
    return Taken(span, words, row.closure, row.pk if readable else None, block(span, hours))


def hours_of(columns: Sequence[RoomDay], day: dt.date, zone: ZoneInfo) -> list[Hour]:
    """The hours of a day, each with the cell of every room."""
    now = timezone.now()
    found = []
    for hour in range(OPENS, CLOSES):
        begins = dt.datetime.combine(day, dt.time(hour), zone)
        span = Span(begins, begins + dt.timedelta(hours=1))
        cells = []
        for column in columns:
            there = [one for one in column.taken if overlap(one.span, span)]
            whole = any(one.span.starts_at <= begins and one.span.ends_at >= span.ends_at for one in there)
            at = next(
                (
                    f"{moment:%H:%M}"
                    for moment in (begins, begins + dt.timedelta(minutes=30))
                    if moment > now
                    and not any(one.span.starts_at <= moment < one.span.ends_at for one in there)
                ),
                "",
            )
            cells.append(HourCell(column.room, there, at, bool(at) and not whole))
        found.append(Hour(hour, cells))
    return found
