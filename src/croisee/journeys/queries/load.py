"""How many people each référent follows, how many ask for attention; who entered and left, month by month."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, DateField, Q, QuerySet, Value
from django.db.models.functions import Cast, TruncMonth

from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import add_months
from croisee.journeys.alerts import Alert
from croisee.journeys.models import ENTERED, FOLLOWED, Journey, Programme
from croisee.journeys.queries.caseload import Elsewhere, with_alerts, with_referent
from croisee.journeys.queries.referents import referents_of

MONTHS = 12


@dataclass
class Load:
    """What one référent has: people, how many of them with an alert, how many of each. `referent` None: nobody."""

    referent: UUID | None
    name: str
    most: int
    people: int = 0
    alerted: int = 0
    paused: int = 0

    @property
    def percent(self) -> float:
        """The people followed, as a part of those that the programme reckons with at most."""
        return 100 * self.people / self.most if self.most else 0.0

    @property
    def is_over(self) -> bool:
        """Whether there are more people than the programme reckons with."""
        return self.referent is not None and self.people > self.most


@dataclass(frozen=True)
class Month:
    """How many entered and left in a month."""

    month: dt.date
    entered: int
    left: int


def programmes(account: Account) -> QuerySet[Programme]:
    """The programmes whose load `account` sees, with how many people are followed in each."""
    followed = Count("journeys", filter=Q(journeys__state__in=FOLLOWED))
    return Programme.objects.managed_by(account).annotate(people=followed).order_by("name", "pk")


def loads(programme: Programme, today: dt.date) -> list[Load]:
    """Each référent of a programme, the most loaded first; those who follow nobody too; who has nobody comes last.

    Three queries, one of them for what all services tell of deadlines.
    """
    followed = Journey.objects.filter(programme=programme, state__in=FOLLOWED)
    elsewhere = Elsewhere.of(followed, today)
    rows: Any = with_referent(with_alerts(followed, today, elsewhere), today).order_by()
    found: dict[UUID | None, Load] = {}
    for account in referents_of(programme):
        found[account.pk] = Load(account.pk, str(account), programme.caseload)
    for key, name, alerts, state in rows.values_list("referent", "referent_name", "alerts", "state"):
        load = found.setdefault(key, Load(key, name or "", programme.caseload))
        load.people += 1
        load.alerted += bool(alerts)
        load.paused += state == "paused"
    return sorted(found.values(), key=lambda one: (one.referent is None, -one.people, one.name.casefold()))


def months(programme: Programme, today: dt.date) -> list[Month]:
    """Entries and exits of the last twelve months, this one among them, in order; one query."""
    first = add_months(today.replace(day=1), 1 - MONTHS)
    every = Journey.objects.filter(programme=programme, state__in=ENTERED)
    entered, left = (_by_month(every, column, first, today) for column in ("entered_on", "exited_on"))
    counts: dict[tuple[dt.date, str], int] = {
        (row["month"], row["column"]): row["n"] for row in entered.union(left, all=True)
    }
    return [
        Month(month, counts.get((month, "entered_on"), 0), counts.get((month, "exited_on"), 0))
        for month in _twelve(first)
    ]


def _by_month(rows: QuerySet[Journey], column: str, first: dt.date, last: dt.date) -> QuerySet[Any]:
    month = Cast(TruncMonth(column), DateField())
    within = rows.filter(**{f"{column}__range": (first, last)}).order_by()
    return within.values(month=month, column=Value(column, CharField())).annotate(n=Count("pk"))


def _twelve(first: dt.date) -> Iterator[dt.date]:
    for number in range(MONTHS):
        yield add_months(first, number)


def alerts_said(counts: dict[str, int]) -> list[tuple[Alert, int]]:
    """The alerts that there are, with how many people each is about; the most pressing first."""
    return [(alert, counts[alert.value]) for alert in Alert if counts[alert.value]]
