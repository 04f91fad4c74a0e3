"""What the pages of candidatures and committees read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from croisee.incubation.models import (
    DECIDED,
    Candidature,
    CandidatureState,
    Committee,
    CommitteeState,
    Criterion,
    Incubator,
    Score,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from croisee.foundation.accounts.models import Account
    from croisee.incubation.models import Project

ON_TOP = (F("score").desc(nulls_last=True), F("decided_on").asc(nulls_last=True), F("pk").asc())
"""The order of the waiting list: by score, then who was decided on first."""


def candidatures_listed(account: Account) -> QuerySet[Candidature]:
    """Candidatures of the incubators that one manages, those sent first."""
    rows = Candidature.objects.visible_to(account).managed_by(account)
    return (
        rows.exclude(state=CandidatureState.DRAFT)
        .select_related("project__holder", "project__incubator", "committee")
        .annotate(waits=Q(state=CandidatureState.SUBMITTED))
        .order_by("-waits", "submitted_on", "pk")
    )


def with_everything(rows: QuerySet[Candidature]) -> QuerySet[Candidature]:
    """Candidatures with what their page shows: the project and its people, papers, marks."""
    marks = Score.objects.select_related("criterion").order_by("criterion__order", "criterion__label")
    joined = rows.select_related("project__incubator", "project__holder", "project__company", "committee")
    return joined.prefetch_related("papers", Prefetch("scores", queryset=marks))


def to_check(account: Account) -> QuerySet[Candidature]:
    """Candidatures sent that are on no agenda yet."""
    rows = Candidature.objects.visible_to(account).managed_by(account)
    return rows.filter(state=CandidatureState.SUBMITTED, committee__isnull=True)


def planned(account: Account) -> QuerySet[Committee]:
    """Committees to come or not closed yet, the next first."""
    rows = Committee.objects.visible_to(account).filter(state=CommitteeState.PLANNED)
    return rows.select_related("incubator").order_by("held_on", "pk")


def committees_listed(account: Account) -> QuerySet[Any]:
    """The committees of the incubators that one manages, with how many candidatures and how many accepted."""
    accepted = Q(candidatures__verdict__in=["favourable", "reserved"], state=CommitteeState.CLOSED)
    return (
        Committee.objects.visible_to(account)
        .select_related("incubator")
        .annotate(
            looked_at=Count("candidatures", distinct=True),
            accepted=Count("candidatures", filter=accepted, distinct=True),
        )
        .order_by("-held_on", "pk")
    )


def agenda_of(committee: Committee) -> list[Candidature]:
    """The candidatures that a committee looks at, or looked at once closed, by title; with marks and holders."""
    rows = Candidature.objects.filter(committee=committee)
    if committee.state == CommitteeState.PLANNED:
        rows = rows.filter(state=CandidatureState.SUBMITTED)
    marked = rows.annotate(marked=Count("scores", filter=Q(scores__criterion__ended_on__isnull=True)))
    return list(marked.select_related("project__holder").order_by("project__title", "pk"))


def waiting_for(committee: Committee) -> list[Candidature]:
    """The candidatures sent that could be on the agenda of a committee: those on it, and those on none."""
    rows = Candidature.objects.filter(
        Q(committee=committee) | Q(committee__isnull=True),
        project__incubator=committee.incubator_id,
        state=CandidatureState.SUBMITTED,
    )
    return list(rows.select_related("project__holder").order_by("submitted_on", "pk"))


def decided_of(committee: Committee) -> list[Candidature]:
    """What a closed committee decided on, by title, with marks: for the minutes."""
    rows = with_everything(Candidature.objects.filter(committee=committee))
    return list(rows.order_by("project__title", "pk"))


def criteria_of(rows: Iterable[Candidature]) -> list[tuple[str, int]]:
    """The criteria that candidatures were marked by, with the weights kept with the marks; each once."""
    found = {
        (mark.criterion.order, mark.criterion.label, mark.weight) for row in rows for mark in row.scores.all()
    }
    return [(label, weight) for _order, label, weight in sorted(found)]


def criteria_in_use(incubator: Incubator) -> Sequence[Criterion]:
    """The criteria that candidatures are judged by today, in their order."""
    rows = Criterion.objects.filter(incubator=incubator, ended_on__isnull=True)
    return list(rows.order_by("order", "label"))


def waiting_list(account: Account) -> QuerySet[Any]:
    """Those accepted who wait for a place, with `rank` in their incubator: by score, then by day of decision."""
    rows = Candidature.objects.visible_to(account).managed_by(account)
    return _ranked(rows).select_related("project__holder", "project__incubator").order_by(*ON_TOP)


def _ranked(rows: QuerySet[Candidature]) -> QuerySet[Any]:
    place = Window(RowNumber(), partition_by=F("project__incubator"), order_by=ON_TOP)
    return rows.filter(state__in=DECIDED).annotate(rank=place)


def rank_of(candidature: Candidature) -> tuple[int, int]:
    """The place of a candidature on the waiting list of its incubator, and how many are on it."""
    rows = Candidature.objects.filter(project__incubator=candidature.project.incubator_id, state__in=DECIDED)
    order = list(rows.order_by(*ON_TOP).values_list("pk", flat=True))
    return (order.index(candidature.pk) + 1 if candidature.pk in order else 0), len(order)


def latest_of(project: Project) -> Candidature | None:
    """The last candidature of a project with its committee; None without any."""
    rows = Candidature.objects.filter(project=project).select_related("project", "committee")
    return rows.order_by("-created_at", "pk").first()


def next_committee(incubator: Incubator) -> Committee | None:
    """The next committee planned, today or later."""
    rows = Committee.objects.filter(
        incubator=incubator, state=CommitteeState.PLANNED, held_on__gte=timezone.localdate()
    )
    return rows.order_by("held_on").first()
