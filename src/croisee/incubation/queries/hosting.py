"""What the pages of hosting read: agreements and their alerts, spaces that are free, who was where for how long."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Exists, Min, OuterRef, Q, When
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from croisee.foundation.dates import last_day
from croisee.incubation.models import (
    Agreement,
    AgreementState,
    Figure,
    GridStep,
    Occupancy,
    Project,
    Space,
)
from croisee.incubation.models.readers import managed
from croisee.incubation.queries.aids import undertaking
from croisee.incubation.queries.figures import NoFigure, value
from croisee.incubation.rents import Grid, Step
from croisee.opportunities.tenure import (
    WARNED_BEFORE,
    Alert,
    Duration,
    Span,
    Tenure,
    alert,
    commercial_lease_arises_on,
    cumulated,
    last_day_allowed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account, Organisation

LIVING = (AgreementState.SIGNED, AgreementState.ENDED)
"""Agreements under which somebody was or is in the premises."""


@dataclass(frozen=True)
class Stay:
    """That a company was in a space under a contract: the days that are counted, and whether they are over."""

    occupancy: Occupancy
    span: Span
    over: bool

    @property
    def agreement(self) -> Agreement:
        """The contract."""
        return self.occupancy.agreement

    @property
    def kind(self) -> str:
        """The kind of contract, in two words."""
        return short_kind(self.agreement.kind)

    @property
    def past_term(self) -> bool:
        """Whether the company stays although the term is past."""
        return not self.over and self.span.last > self.agreement.ends_on

    @property
    def duration(self) -> Duration:
        """How long, by itself."""
        return cumulated([self.span])


@dataclass(frozen=True)
class Premises:
    """A company in one space over all its contracts: each of them, the total, the last day a short lease may have.

    `most`: how long all short leases may be together. `wanted`: how long the company would have been there.
    """

    space: Space
    stays: Sequence[Stay]
    allowed: dt.date | None
    total: Duration
    most: Duration
    wanted: Duration | None = None

    @property
    def spans(self) -> list[Span]:
        """The days of each contract."""
        return [one.span for one in self.stays]


def short_kind(kind: str) -> str:
    """A kind of contract in two words, for tables."""
    names = {
        Tenure.DEROGATORY: _("short lease"),
        Tenure.PRECARIOUS: _("precarious occupation"),
        Tenure.COMMERCIAL: _("commercial lease"),
        Tenure.PROFESSIONAL: _("professional lease"),
        Tenure.PUBLIC_DOMAIN: _("public domain"),
        Tenure.SERVICES: _("services"),
    }
    return names[Tenure(kind)]


def stays(tenant: Organisation, today: dt.date, without: Agreement | None = None) -> list[Stay]:
    """Every space that a company had, under whatever contract; a term to come counts whole, and days past it too.

    One company is its SIREN. `without`: an agreement that is looked at itself, and is left out.
    """
    rows = Occupancy.objects.filter(undertaking(tenant, "agreement__tenant__"), agreement__state__in=LIVING)
    if without is not None:
        rows = rows.exclude(agreement=without)
    found = rows.filter(held=True).select_related("agreement__incubator", "space__incubator")
    return [_stay(row, today) for row in found.order_by("starts_on", "pk")]


def _stay(row: Occupancy, today: dt.date) -> Stay:
    last = row.ends_on or row.agreement.left_on
    return Stay(
        row, Span(row.starts_on, last or max(row.agreement.ends_on, today, row.starts_on)), last is not None
    )


def premises(
    tenant: Organisation,
    spaces: Iterable[Space],
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    without: Agreement | None = None,
) -> list[Premises]:
    """Of each space, how long the company was in it, and the last day of a short lease that begins on a day.

    With `ends_on`: how long it would have been there then. Raises NoFigure.
    """
    today = timezone.localdate()
    by_space: dict[Any, list[Stay]] = defaultdict(list)
    for one in stays(tenant, today, without):
        by_space[one.occupancy.space_id].append(one)
    months = int(value(Figure.DEROGATORY_MONTHS, on=starts_on))
    found = []
    for space in spaces:
        had = by_space.get(space.pk, [])
        spans = [one.span for one in had]
        found.append(
            Premises(
                space,
                had,
                last_day_allowed(spans, starts_on, months),
                cumulated(spans),
                Duration(months),
                cumulated([*spans, Span(starts_on, ends_on)]) if ends_on else None,
            )
        )
    return found


def company_so_far(
    tenant: Organisation, spaces: Iterable[Space], starts_on: dt.date, without: Agreement | None
) -> dict[str, Any]:
    """For the page on which an agreement is written: the spaces that the company had, and what a new lease may be."""
    try:
        had = [one for one in premises(tenant, spaces, starts_on, without=without) if one.stays]
        months = int(value(Figure.DEROGATORY_MONTHS, on=starts_on))
    except NoFigure:
        return {"had": [], "longest": None}
    return {"had": had, "longest": last_day(starts_on, months), "months": months, "from_day": starts_on}


def stayed(project: Project, today: dt.date, without: Agreement | None = None) -> list[Span]:
    """The days of all agreements of a project in its incubator, whatever the space."""
    rows = Agreement.objects.filter(project=project, state__in=LIVING)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    return [
        Span(row.starts_on, row.left_on or max(row.ends_on, today, row.starts_on))
        for row in rows.order_by("starts_on", "pk")
    ]


def taken(
    starts_on: dt.date, ends_on: dt.date | None, without: Agreement | None = None
) -> QuerySet[Occupancy]:
    """What holds a space on one of those days."""
    rows = Occupancy.objects.filter(held=True).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        rows = rows.filter(starts_on__lte=ends_on)
    return rows.exclude(agreement=without) if without is not None else rows


def lettable(project: Project, starts_on: dt.date | None = None) -> QuerySet[Space]:
    """The spaces of the project’s incubator that a company may have for itself, in service; free from a day on.

    Without a day all of them: `in_use` says which somebody has today.
    """
    rows = Space.objects.filter(incubator=project.incubator_id, bookable=False).in_service()
    if starts_on is not None:
        rows = rows.exclude(pk__in=taken(starts_on, None).order_by().values("space"))
    today = timezone.localdate()
    return rows.annotate(in_use=Exists(taken(today, today).filter(space=OuterRef("pk")))).order_by(
        "floor", "name"
    )


def occupancies_of(agreement: Agreement) -> QuerySet[Occupancy]:
    """The spaces of an agreement, in order."""
    return Occupancy.objects.filter(agreement=agreement).select_related("space").order_by("starts_on", "pk")


def grid_of(incubator_id: Any) -> Grid:
    """The rent grid of an incubator."""
    grid: Grid = defaultdict(dict)
    for row in GridStep.objects.filter(incubator=incubator_id):
        grid[row.kind][row.year] = (row.rent, row.market)
    return dict(grid)


def steps_of(agreement: Agreement) -> list[Step]:
    """The rents of an agreement."""
    rows = agreement.rents.order_by("starts_on")
    return [Step(row.starts_on, row.monthly, row.market) for row in rows]


def first_day(project: Project) -> dt.date | None:
    """When the project first came into the incubator."""
    rows = Agreement.objects.filter(project=project, state__in=LIVING)
    found: dt.date | None = rows.aggregate(first=Min("starts_on"))["first"]
    return found


def agreements(account: Account) -> QuerySet[Any]:
    """The agreements that one may see, with what their lines show; `manages`: whether one manages the incubator."""
    rows = Agreement.objects.visible_to(account).select_related(
        "tenant", "incubator__organisation", "project", "previous"
    )
    manages = Case(
        When(managed(account, "incubator__"), then=True), default=False, output_field=BooleanField()
    )
    return rows.annotate(manages=manages).order_by("ends_on", "tenant__name", "pk")


def standing_alert(agreement: Agreement, today: dt.date) -> Alert | None:
    """What is to be said of its term today: of those that are signed and not left."""
    if agreement.state not in LIVING:
        return None
    return alert(agreement.ends_on, today, agreement.left_on)


def terms_to_come(account: Account, today: dt.date) -> QuerySet[Any]:
    """The agreements of one’s incubators whose company is there, and whose term is past or within half a year."""
    soon = today + dt.timedelta(days=max(WARNED_BEFORE))
    return agreements(account).filter(
        managed(account, "incubator__"), state=AgreementState.SIGNED, ends_on__lte=soon
    )


def by_term(today: dt.date) -> list[tuple[str, Q]]:
    """Agreements by how near their term is, as conditions of the database, by a name for addresses."""
    late = today
    while commercial_lease_arises_on(late) > today:
        late -= dt.timedelta(days=1)
    signed = Q(state=AgreementState.SIGNED)
    return [
        ("late", signed & Q(ends_on__lte=late)),
        ("past", signed & Q(ends_on__lt=today)),
        *(
            (str(days), signed & Q(ends_on__lte=today + dt.timedelta(days=days)))
            for days in sorted(WARNED_BEFORE)
        ),
    ]


def surface_in_words(space: Space) -> str:
    """A surface in square metres, without a decimal that is nought."""
    whole = space.surface == int(space.surface)
    return f"{number_format(space.surface, 0 if whole else 1, use_l10n=True)}\N{NO-BREAK SPACE}m²"


def spaces_in_words(agreement: Agreement) -> str:
    """The spaces that an agreement gives today, or gave last; those of a draft."""
    rows = list(agreement.occupancies.all())
    today = timezone.localdate()
    current = [row for row in rows if row.ends_on is None or row.ends_on >= today]
    return ", ".join(str(row.space) for row in current or rows)
