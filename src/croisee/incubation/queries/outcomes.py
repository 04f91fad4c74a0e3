"""What the dashboard counts from: each project with what happened to it, spaces with who was there; a query each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from croisee.foundation.dates import add_months
from croisee.incubation import occupancy
from croisee.incubation.indicators import Held, Indicators, Span, Stay, Story, companies, indicators
from croisee.incubation.models import (
    Agreement,
    AgreementState,
    Evidence,
    Exit,
    Figure,
    Incubator,
    Occupancy,
    Parameter,
    Project,
    ProjectState,
    Review,
    Space,
    SurvivalCheck,
)
from croisee.incubation.survival import YEARS, Cohort, Survival, anniversary, survival_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from decimal import Decimal
    from uuid import UUID

    from django.db.models import QuerySet

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """The rate of occupancy of a month, in per cent; None without a space in service."""

    first: dt.date
    rate: Decimal | None


@dataclass(frozen=True)
class Found:
    """All that the dashboard shows of a period, and the same of the period before.

    `rate`, `rate_before`: of occupancy, per cent of m²·days; a period that is not over counts until `until`. `waiting`:
    projects accepted that wait for a place today.
    """

    span: Span
    until: dt.date
    now: Indicators
    before: Indicators
    rate: Decimal | None
    rate_before: Decimal | None
    months: Sequence[Month]
    waiting: int
    survival: Sequence[Survival]


def every_incubator() -> QuerySet[Incubator]:
    """All of them, for figures that name none."""
    return Incubator.objects.order_by("name", "pk")


def found(incubators: Collection[Incubator], span: Span, today: dt.date) -> Found:
    """What there is to say of incubators over a period; four queries, whatever there is."""
    stories = stories_of([one.pk for one in incubators])
    spaces = _spaces(incubators)
    until = min(span.last, today)
    before = span.before
    return Found(
        span=span,
        until=until,
        now=indicators(stories, Span(span.first, max(until, span.first))),
        before=indicators(stories, before),
        rate=occupancy.rate(spaces, span.first, until) if until >= span.first else None,
        rate_before=occupancy.rate(spaces, before.first, before.last),
        months=_months(spaces, span, until),
        waiting=sum(story.state == ProjectState.ACCEPTED for story in stories),
        survival=survival_table(companies(stories), today=today, published=published(today)),
    )


def _months(spaces: Sequence[occupancy.Held], span: Span, until: dt.date) -> list[Month]:
    """The last twelve months of a period, the one under way until today."""
    found_: list[Month] = []
    month = until.replace(day=1)
    while len(found_) < MONTHS and add_months(month, 1) > span.first:
        last = min(add_months(month, 1) - dt.timedelta(days=1), until)
        found_.append(Month(month, occupancy.rate(spaces, max(month, span.first), last)))
        month = add_months(month, -1)
    return found_[::-1]


def stories_of(incubators: Collection[UUID]) -> list[Story]:
    """What is counted of each project of some incubators, in one query."""
    mine = {"project": OuterRef("pk")}
    signed = Agreement.objects.filter(**mine, state__in=[AgreementState.SIGNED, AgreementState.ENDED])
    reviews = Review.objects.filter(**mine, held_on__isnull=False)
    rows: Any = Project.objects.filter(incubator__in=incubators).annotate(
        its_stays=_each(signed, tenant="tenant", starts_on="starts_on", left_on="left_on"),
        its_reviews=_each(reviews, on="held_on", turnover="turnover", jobs="jobs"),
        its_exits=_each(Exit.objects.filter(**mine), on="on", destination="destination"),
        its_checks=_each(SurvivalCheck.objects.filter(**mine), years="years", active="active"),
    )
    return [_story(row) for row in rows.order_by("pk").iterator()]


def _each(rows: QuerySet[Any], **names: str) -> ArraySubquery:
    return ArraySubquery(rows.order_by("pk").values(one=JSONObject(**names)))


def _story(row: Any) -> Story:
    day = dt.date.fromisoformat
    return Story(
        received_on=row.received_on,
        origin=row.origin,
        residence=row.residence,
        state=row.state,
        founded_on=row.founded_on,
        siren=row.siren,
        micro=row.micro,
        stays=[
            Stay(one["tenant"], day(one["starts_on"]), day(one["left_on"]) if one["left_on"] else None)
            for one in row.its_stays
        ],
        reviews=[Held(day(one["on"]), one["turnover"], one["jobs"]) for one in row.its_reviews],
        exits=[(day(one["on"]), one["destination"]) for one in row.its_exits],
        active={one["years"]: one["active"] for one in row.its_checks},
    )


def _spaces(incubators: Collection[Incubator]) -> list[occupancy.Held]:
    """The spaces that are let, with who was there; two queries."""
    stays: dict[UUID, list[occupancy.Stay]] = defaultdict(list)
    rows = Occupancy.objects.filter(space__incubator__in=incubators, held=True).order_by("starts_on")
    for space, starts_on, ends_on, left_on in rows.values_list(
        "space", "starts_on", "ends_on", "agreement__left_on"
    ):
        stays[space].append(occupancy.Stay(starts_on, ends_on or left_on))
    opened = {one.pk: one.opened_on for one in incubators}
    spaces = Space.objects.filter(incubator__in=incubators, bookable=False)
    return [
        occupancy.Held(one.surface, opened[one.incubator_id], one.withdrawn_on, stays[one.pk])
        for one in spaces
    ]


def published(day: dt.date) -> Mapping[bool, Mapping[Cohort, float]]:
    """What Insee published of survival, by scope (True: micro-entrepreneurs) and cohort; one query."""
    scopes = {Figure.SURVIVAL.value: False, Figure.SURVIVAL_MICRO.value: True}
    rows = Parameter.objects.in_force(day).filter(figure__in=scopes).order_by("valid_from")
    known: dict[bool, dict[Cohort, float]] = {False: {}, True: {}}
    for figure, key, value in rows.values_list("figure", "key", "value"):
        known[scopes[figure]][Cohort.of_key(key)] = float(value)
    return known


def with_checks(rows: QuerySet[Project]) -> QuerySet[Any]:
    """Projects whose company was founded, each with `its_checks`: what is known at 1, 3 and 5 years."""
    checks = SurvivalCheck.objects.filter(project=OuterRef("pk"))
    names = {"years": "years", "active": "active", "evidence": "evidence"}
    return (
        rows.filter(founded_on__isnull=False)
        .select_related("incubator")
        .annotate(its_checks=_each(checks, **names))
    )


def some_unknown(today: dt.date) -> Q:
    """Companies of which nothing is known on an anniversary that has come."""
    missing = Q()
    for years in YEARS:
        told = SurvivalCheck.objects.filter(project=OuterRef("pk"), years=years)
        missing |= Q(founded_on__lte=add_months(today, -12 * years)) & ~Q(Exists(told))
    return missing


def checks_of(project: Project) -> list[SurvivalCheck]:
    """What is known of one company, in order of years."""
    return list(SurvivalCheck.objects.filter(project=project).order_by("years"))


def untold(project: Project, checks: Sequence[SurvivalCheck], today: dt.date) -> list[int]:
    """The years after the foundation whose day has come, and of which SIRENE says nothing."""
    if project.founded_on is None:
        return []
    told = {one.years for one in checks if one.evidence == Evidence.SIRENE}
    return [one for one in YEARS if one not in told and anniversary(project.founded_on, one) <= today]


def first_year(incubators: Collection[Incubator]) -> int | None:
    """The year of the first project that was received, None without any."""
    rows = Project.objects.filter(Q(incubator__in=incubators)).order_by("received_on")
    day = rows.values_list("received_on", flat=True).first()
    return day.year if day else None
