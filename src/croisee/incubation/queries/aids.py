"""What is known of the de minimis aid of a company: what it had, what it may still have."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.incubation.de_minimis import (
    Excess,
    Grant,
    excess,
    first_day_counted,
    first_day_possible,
    total,
)
from croisee.incubation.models import Agreement, Aid, Figure, Parameter, Project
from croisee.incubation.queries.figures import NoFigure, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

SIREN = 9
WHOLE = 100
NEAR = 80
"""From this part of the ceiling, in per cent, the counter is shown as a warning."""


def undertaking(organisation: Organisation, path: str = "") -> Q:
    """The establishments of one company, by their SIREN; itself alone where no SIRET is known.

    A “single undertaking” (article 2(2) of the règlement) has linked companies as well: those are declared by it.
    """
    if len(organisation.siret) < SIREN:
        return Q(**{path.removesuffix("__") or "pk": organisation.pk})
    return Q(**{f"{path}siret__startswith": organisation.siret[:SIREN]})


def companies(account: Account) -> QuerySet[Organisation]:
    """The companies whose aid one may see: one’s own; for a manager, those hosted or followed in the incubator."""
    own = account.organisations(Role.EMPLOYER).order_by().values("pk")
    hosted = Agreement.objects.visible_to(account).managed_by(account).order_by().values("tenant")
    followed = Project.objects.visible_to(account).managed_by(account).order_by().values("company")
    return Organisation.objects.filter(Q(pk__in=own) | Q(pk__in=hosted) | Q(pk__in=followed))


def ceiling_on(day: dt.date) -> Decimal:
    """The ceiling in force on a day, in euros. Raises NoFigure."""
    return value(Figure.DE_MINIMIS, on=day)


def limits_on(day: dt.date) -> tuple[Decimal, int]:
    """The ceiling in force on a day, and over how many years aid is summed; one query. Raises NoFigure."""
    rows = Parameter.objects.in_force(day).filter(figure__in=[Figure.DE_MINIMIS, Figure.DE_MINIMIS_YEARS])
    found = dict(rows.order_by("valid_from").values_list("figure", "value"))
    if len(found) < len((Figure.DE_MINIMIS, Figure.DE_MINIMIS_YEARS)):
        raise NoFigure(Figure.DE_MINIMIS)
    return found[Figure.DE_MINIMIS], int(found[Figure.DE_MINIMIS_YEARS])


def aids_of(organisation: Organisation) -> QuerySet[Aid]:
    """All aid of a company, the latest first."""
    return Aid.objects.filter(undertaking(organisation, "organisation__")).select_related("organisation")


def grants_of(organisation: Organisation) -> list[Grant]:
    """The same as the rule reads it."""
    return [Grant(*row) for row in aids_of(organisation).values_list("granted_on", "amount")]


@dataclass(frozen=True)
class Counter:
    """What a company had in the years that end on a day, and what it may still have."""

    day: dt.date
    first: dt.date
    years: int
    ceiling: Decimal
    total: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be granted on that day, in euros."""
        return max(Decimal(0), self.ceiling - self.total)

    @property
    def percent(self) -> float:
        """How much of the ceiling is taken."""
        return min(float(WHOLE * self.total / self.ceiling), float(WHOLE)) if self.ceiling else float(WHOLE)

    @property
    def tone(self) -> str:
        """The class of its badge."""
        if self.total > self.ceiling:
            return "bad"
        return "warn" if self.percent >= NEAR else "ok"


def counter(organisation: Organisation, day: dt.date, grants: Sequence[Grant] | None = None) -> Counter:
    """The counter of a company on a day. Raises NoFigure."""
    ceiling, years = limits_on(day)
    had = grants_of(organisation) if grants is None else grants
    return counter_within(had, day, ceiling, years)


def counter_within(grants: Sequence[Grant], day: dt.date, ceiling: Decimal, years: int) -> Counter:
    """The counter of what was granted, under limits that are known."""
    return Counter(day, first_day_counted(day, years), years, ceiling, total(grants, day, years))


def refused_aid(
    added: Grant, limits: tuple[Decimal, int], grants: Sequence[Grant]
) -> tuple[Excess, dt.date | None] | None:
    """Whether an aid would pass the ceiling: by how much, and from when it would not. Raises NoFigure.

    `limits` are those of its day; the ceiling of other days is asked where it counts.
    """
    known = {added.on: limits[0]}

    def ceiling(day: dt.date) -> Decimal:
        if day not in known:
            known[day] = ceiling_on(day)
        return known[day]

    found = excess(grants, added, limits[1], ceiling)
    if found is None:
        return None
    return found, first_day_possible(grants, added.amount, added.on, limits[1], ceiling)


def removable(account: Account) -> QuerySet[Aid]:
    """The aids that one may take back: those declared for a company that one may see."""
    return Aid.objects.filter(declared=True, organisation__in=companies(account).order_by().values("pk"))


def with_counters(account: Account, years: int) -> QuerySet[Any]:
    """The companies that one may see, each with its aid of the years that end today: `aided`, in euros."""
    today = timezone.localdate()
    first = first_day_counted(today, years)
    counted = Aid.objects.filter(organisation=OuterRef("pk"), granted_on__gte=first, granted_on__lte=today)
    sums = counted.order_by().values("organisation").annotate(s=Sum("amount")).values("s")
    rows: QuerySet[Any] = companies(account).annotate(
        aided=Coalesce(Subquery(sums), Value(Decimal(0))),
    )
    return rows.order_by("name", "pk")


def people_of(organisation: Organisation, role: Role) -> list[Account]:
    """The accounts that hold a role in an organisation today, and may sign in."""
    held = Membership.objects.active().filter(organisation=organisation, role=role, account__is_active=True)
    return [one.account for one in held.select_related("account").order_by("account__email")]
