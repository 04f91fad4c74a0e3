"""What the pages of experts, hours and appointments read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from croisee.incubation.models import (
    Advice,
    AdviceSlot,
    AdviceState,
    Expert,
    Incubator,
    Project,
    ProjectState,
)
from croisee.incubation.models.readers import held, managed, of_tenant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account

OVER = (ProjectState.LEFT, ProjectState.DROPPED)
"""Projects that nobody advises any more."""
SHOWN = 6
"""Free hours shown of each expert in the list; the page of the expert has all of them."""
WITHIN = ("slot__expert__account", "slot__expert__incubator", "project__holder", "project__company")
RATE_DAYS = 365


def projects_for(account: Account) -> QuerySet[Project]:
    """Projects that `account` may book for: one's own, those of one's company, those of the incubators one manages."""
    own = Project.objects.filter(
        held(account) | of_tenant(account, "company") | managed(account, "incubator__")
    )
    rows = Project.objects.visible_to(account).filter(pk__in=own.order_by().values("pk"))
    return rows.exclude(state__in=OVER).order_by("title", "pk")


def bookable(account: Account) -> set[UUID]:
    """The incubators where `account` has a project to book for."""
    return set(projects_for(account).order_by().values_list("incubator", flat=True).distinct())


def incubators_of(account: Account) -> QuerySet[Incubator]:
    """The incubators that `account` manages."""
    return Incubator.objects.visible_to(account).managed_by(account).order_by("name")


def experts_for(account: Account, words: str = "") -> QuerySet[Any]:
    """Experts who advise today where `account` may book, those with the nearest free hour first.

    `words`: all of them are looked for in the name, the organisation, the topics and the presentation. Annotated with
    `free`, how many hours are free, and `next_free`.
    """
    free = AdviceSlot.objects.free(timezone.now()).values("pk")
    where = Q(incubator__in=projects_for(account).order_by().values("incubator"))
    rows = Expert.objects.visible_to(account).active().filter(where | managed(account, "incubator__"))
    rows = rows.select_related("account", "incubator")
    for word in words.split()[:8]:
        rows = rows.filter(
            Q(account__name__icontains=word)
            | Q(organisation_name__icontains=word)
            | Q(topics__icontains=word)
            | Q(presentation__icontains=word)
        )
    return rows.annotate(
        free=Count("slots", filter=Q(slots__in=free)),
        next_free=Min("slots__starts_at", filter=Q(slots__in=free)),
    ).order_by(F("next_free").asc(nulls_last=True), "account__name", "pk")


def free_of(experts: Iterable[Expert], most: int = SHOWN) -> dict[UUID, list[AdviceSlot]]:
    """The first free hours of each of these experts, by expert. One query."""
    found: dict[UUID, list[AdviceSlot]] = defaultdict(list)
    rows = AdviceSlot.objects.free(timezone.now()).filter(expert__in=[one.pk for one in experts])
    place = Window(RowNumber(), partition_by="expert", order_by=["starts_at", "pk"])
    for slot in rows.annotate(place_in_line=place).filter(place_in_line__lte=most):
        found[slot.expert_id].append(slot)
    return found


@dataclass(frozen=True)
class Day:
    """A day and its hours."""

    day: dt.date
    hours: Sequence[Any]


def by_day(slots: Iterable[AdviceSlot]) -> list[Day]:
    """Hours in order, by the day on which they begin here."""
    days: dict[dt.date, list[AdviceSlot]] = defaultdict(list)
    for slot in slots:
        days[timezone.localdate(slot.starts_at)].append(slot)
    return [Day(day, hours) for day, hours in sorted(days.items())]


def hours_of(expert: Expert) -> list[Any]:
    """The hours of an expert that are not over, each with `appointment`: who holds it, or None. Two queries."""
    slots: list[Any] = list(
        expert.slots.filter(withdrawn=False, ends_at__gt=timezone.now()).order_by("starts_at", "pk")
    )
    held_by = {
        row.slot_id: row
        for row in Advice.objects.filter(slot__expert=expert, slot__ends_at__gt=timezone.now())
        .exclude(state=AdviceState.CANCELLED)
        .select_related("project")
    }
    for slot in slots:
        slot.appointment = held_by.get(slot.pk)
    return slots


def agenda(account: Account) -> QuerySet[Advice]:
    """Appointments that `account` gives or oversees, the latest first."""
    rows = Advice.objects.visible_to(account).given_by(account)
    return rows.select_related(*WITHIN).order_by("-slot__starts_at", "pk")


def own(account: Account) -> QuerySet[Advice]:
    """Appointments of the projects that are one's own, or of one's company."""
    projects = Project.objects.filter(held(account) | of_tenant(account, "company"))
    rows = Advice.objects.visible_to(account).filter(project__in=projects.order_by().values("pk"))
    return rows.select_related(*WITHIN).order_by("slot__starts_at", "pk")


@dataclass(frozen=True)
class Parts:
    """Appointments by what there is to do: today, to come later, begun and not noted, over."""

    today: Sequence[Advice]
    to_come: Sequence[Advice]
    to_note: Sequence[Advice]
    past: Sequence[Advice]


def in_parts(rows: QuerySet[Advice], past: int = 30) -> Parts:
    """Appointments in four parts; of those over, the `past` last ones. Two queries."""
    now = timezone.now()
    booked = list(rows.filter(state=AdviceState.BOOKED).order_by("slot__starts_at", "pk")[:200])
    over = rows.filter(state__in=[AdviceState.ATTENDED, AdviceState.MISSED])
    today = timezone.localdate(now)
    to_come = [row for row in booked if row.slot.starts_at > now]
    return Parts(
        [row for row in to_come if timezone.localdate(row.slot.starts_at) == today],
        [row for row in to_come if timezone.localdate(row.slot.starts_at) != today],
        [row for row in booked if row.slot.starts_at <= now],
        list(over.order_by("-slot__starts_at", "pk")[:past]),
    )


def _to_come(rows: QuerySet[Advice]) -> QuerySet[Advice]:
    return rows.filter(state=AdviceState.BOOKED, slot__starts_at__gt=timezone.now())


def to_give(account: Account) -> QuerySet[Advice]:
    """Appointments to come that `account` holds as the expert."""
    return _to_come(Advice.objects.filter(slot__expert__account=account))


def own_to_come(account: Account) -> QuerySet[Advice]:
    """Appointments to come of the projects that are one's own, or of one's company."""
    return _to_come(own(account))


def to_note_of(account: Account) -> QuerySet[Advice]:
    """Appointments that have begun and of which nobody said whether they were held, for who gives them."""
    return Advice.objects.given_by(account).filter(
        state=AdviceState.BOOKED, slot__starts_at__lte=timezone.now()
    )


def week_of(account: Account) -> QuerySet[Advice]:
    """Appointments of the next seven days at the incubators that one manages."""
    now = timezone.now()
    return Advice.objects.filter(
        managed(account, "project__incubator__"),
        state=AdviceState.BOOKED,
        slot__starts_at__gt=now,
        slot__starts_at__lt=now + dt.timedelta(days=7),
    )


def figures(account: Account) -> dict[str, Any]:
    """Of the incubators that `account` manages: appointments of the next seven days, to note, the rate of attendance
    over a year (percent; None before any was noted), hours free. Two queries.
    """
    now = timezone.now()
    year = Q(slot__starts_at__gt=now - dt.timedelta(days=RATE_DAYS))
    booked = Q(state=AdviceState.BOOKED)
    counts = Advice.objects.filter(managed(account, "project__incubator__")).aggregate(
        week=Count(
            "pk",
            filter=booked & Q(slot__starts_at__gt=now, slot__starts_at__lt=now + dt.timedelta(days=7)),
        ),
        to_note=Count("pk", filter=booked & Q(slot__starts_at__lte=now)),
        attended=Count("pk", filter=year & Q(state=AdviceState.ATTENDED)),
        missed=Count("pk", filter=year & Q(state=AdviceState.MISSED)),
    )
    settled = counts["attended"] + counts["missed"]
    free = AdviceSlot.objects.free(now).filter(managed(account, "expert__incubator__")).count()
    rate = round(100 * counts["attended"] / settled) if settled else None
    return {**counts, "settled": settled, "free": free, "rate": rate}


def experts_managed(account: Account) -> QuerySet[Any]:
    """Experts of the incubators that `account` manages, those who no longer advise last; hours free, appointments."""
    now = timezone.now()
    free = AdviceSlot.objects.free(now).values("pk")
    return (
        Expert.objects.filter(managed(account, "incubator__"))
        .select_related("account", "incubator")
        .annotate(
            free=Count("slots", filter=Q(slots__in=free), distinct=True),
            held=Count(
                "slots__appointments",
                filter=Q(slots__appointments__state=AdviceState.ATTENDED),
                distinct=True,
            ),
            last=Max("slots__ends_at", filter=Q(slots__withdrawn=False)),
        )
        .order_by(F("ended_on").desc(nulls_first=True), "account__name", "pk")
    )


def free_to_move(advice: Advice) -> list[AdviceSlot]:
    """The free hours of the expert of an appointment."""
    return list(AdviceSlot.objects.free(timezone.now()).filter(expert=advice.slot.expert_id)[:200])


def gives(account: Account, advice: Advice) -> bool:
    """Whether `account` gives or oversees this appointment."""
    return Advice.objects.given_by(account).filter(pk=advice.pk).exists()


def manages(account: Account, expert: Expert) -> bool:
    """Whether `account` manages the incubator of this expert."""
    return Expert.objects.filter(managed(account, "incubator__"), pk=expert.pk).exists()


def free_hours(expert: Expert) -> QuerySet[AdviceSlot]:
    """All free hours of an expert."""
    return AdviceSlot.objects.free(timezone.now()).filter(expert=expert)


def is_free(slot: AdviceSlot) -> bool:
    """Whether an hour can be booked now."""
    return AdviceSlot.objects.free(timezone.now()).filter(pk=slot.pk).exists()


def own_of(account: Account, slot: AdviceSlot) -> Advice | None:
    """The appointment that holds `slot`, when it is one's own."""
    return own(account).filter(slot=slot).exclude(state=AdviceState.CANCELLED).first()


def expertise_of(account: Account) -> QuerySet[Any]:
    """Where `account` advises today, with how many hours are free."""
    free = AdviceSlot.objects.free(timezone.now()).values("pk")
    rows = Expert.objects.filter(account=account).active().select_related("incubator", "account")
    return rows.annotate(free=Count("slots", filter=Q(slots__in=free))).order_by("incubator__name", "pk")


def of_project(project: Project, account: Account) -> list[Advice]:
    """The appointments of a project that `account` may see, in order; the first two hundred. One query."""
    rows = Advice.objects.visible_to(account).filter(project=project).exclude(state=AdviceState.CANCELLED)
    return list(rows.select_related("slot__expert__account").order_by("slot__starts_at", "pk")[:200])
