"""What a report counts: which months, whose contracts; and whether its reader sees small numbers."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from croisee.clauses.models.readers import is_facilitateur
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role

READERS = (Role.FACILITATEUR, Role.BUYER, Role.OFFICIAL, Role.ADMINISTRATOR)
WHOLE_TERRITORY = (Role.OFFICIAL, Role.ADMINISTRATOR)
EARLIEST = 2000


@dataclass(frozen=True)
class Scope:
    """Months from `first` to `last` (their first days), of `buyers` (None: all) and of one operation (None: all).

    `exact` is for facilitateurs, who see each person anyway; for others small numbers are hidden. `running`: the months
    are not all over, and the year before has all of its own, so that the two are not compared.
    """

    first: dt.date
    last: dt.date
    buyers: tuple[UUID, ...] | None = None
    operation: UUID | None = None
    exact: bool = False
    running: bool = False

    @cached_property
    def before(self) -> "Scope":
        """The same months a year earlier."""
        first, last = (day.replace(year=day.year - 1) for day in (self.first, self.last))
        return Scope(first, last, self.buyers, self.operation, self.exact)

    @property
    def ends_on(self) -> dt.date:
        """The last day of the last month."""
        return month_after(self.last) - dt.timedelta(days=1)

    @property
    def whole_year(self) -> bool:
        """Whether it is a calendar year."""
        return (self.first.month, self.last.month) == (1, 12) and self.first.year == self.last.year

    @property
    def months(self) -> list[dt.date]:
        """The first day of each month."""
        found = [self.first]
        while found[-1] < self.last:
            found.append(month_after(found[-1]))
        return found


def month_after(day: dt.date) -> dt.date:
    """The first day of the next month."""
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def scope_for(
    account: Account,
    today: dt.date,
    *,
    year: int | None = None,
    months: tuple[dt.date, dt.date] | None = None,
    buyer: UUID | None = None,
    operation: UUID | None = None,
) -> Scope:
    """What `account` may have counted of what it asks for.

    Facilitateurs choose months, a buyer, an operation. Officials and administrators read the calendar years of the
    whole territory, buyers those of their own contracts, neither with filters: two reports that differ by one filter
    would give back by subtraction what each hides. Who holds several roles reads as the one that sees most.
    """
    chosen = min(max(year or today.year, EARLIEST), today.year + 1)
    first, last = dt.date(chosen, 1, 1), dt.date(chosen, 12, 1)
    running = last >= today.replace(day=1)
    if is_facilitateur(account):
        if months is not None and months[0] <= months[1]:
            first, last = months
        elif running and first <= today:
            last = today.replace(day=1)
        return Scope(first, last, (buyer,) if buyer else None, operation, exact=True)
    if account.has_role(*WHOLE_TERRITORY):
        return Scope(first, last, running=running)
    own = account.organisations(Role.BUYER).values_list("pk", flat=True)
    return Scope(first, last, tuple(sorted(own)), running=running)
