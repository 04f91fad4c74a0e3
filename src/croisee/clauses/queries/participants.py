"""Reading about participants: their list, one person's file, whom a new one may be."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from croisee.clauses.models import (
    HIRED,
    Allocation,
    Assignment,
    AssignmentState,
    Eligibility,
    Participant,
    StatementState,
)
from croisee.clauses.queries.balances import HOURS, ZERO
from croisee.clauses.queries.eligibility import with_status
from croisee.directory.models import Capacity, Contact, Person
from croisee.directory.rome import JOBS, Trade
from croisee.foundation.accounts.models import Account

ERASED = ("Personne", "effacée")
"""What the file of somebody is called once it was erased and its hours were kept."""


class TradeJobs(list[str]):
    """The ROME codes of a trade, as a filter of lists; in addresses it is the trade's name."""

    def __init__(self, codes: Iterable[str] = (), trade: str = "") -> None:
        # The database asks for a copy of the list, made from the codes alone.
        super().__init__(codes)
        self.trade = trade

    def __str__(self) -> str:
        return self.trade


def trades_with_jobs() -> list[tuple[TradeJobs, Any]]:
    """Each trade that has jobs, as the choices of a filter on `jobs__overlap`."""
    return [(TradeJobs(JOBS[trade], trade.value), trade.label) for trade in Trade if JOBS[trade]]


def listed(account: Account, today: dt.date) -> QuerySet[Any]:
    """Participants with `jobs`, `eligibility`, `until` and `working`: whether they have a contract under way."""
    contracts = Assignment.objects.filter(participant=OuterRef("pk"), state=AssignmentState.HIRED)
    rows = Participant.objects.visible_to(account).select_related("person__profile")
    named = rows.exclude(person__given_name=ERASED[0], person__family_name=ERASED[1])
    rows_found: QuerySet[Any] = with_status(named, today).annotate(
        working=Exists(contracts), jobs=F("person__profile__jobs")
    )
    return rows_found


def with_participation(people: Iterable[Person]) -> list[Person]:
    """These people, each with `is_participant`."""
    of_clauses = Exists(Participant.objects.filter(person=OuterRef("pk")))
    return list(Person.objects.filter(pk__in=[one.pk for one in people]).annotate(is_participant=of_clauses))


def with_file(account: Account) -> QuerySet[Participant]:
    """Participants with all that a page about one reads: eligibilities, own contact; five queries whatever there is."""
    criteria = Eligibility.objects.visible_to(account).select_related("checked_by").order_by("created_at")
    own = Contact.objects.visible_to(account).filter(capacity=Capacity.SELF).select_related("account")
    prefetched: Any = (
        Prefetch("eligibilities", criteria, to_attr="criteria"),
        Prefetch("person__contacts", own, to_attr="own"),
    )
    rows = Participant.objects.visible_to(account).select_related("person__profile", "prescriber")
    return rows.prefetch_related(*prefetched)


def contracts_of(account: Account, participant: Participant) -> QuerySet[Any]:
    """The assignments of a participant that `account` may see, newest first, each with `done`: hours validated."""
    rows = Assignment.objects.visible_to(account).filter(participant=participant)
    return with_done(rows).order_by("-starts_on", "pk")


def with_done(rows: QuerySet[Assignment]) -> QuerySet[Any]:
    """Assignments with their company, lot and `done`, the hours validated."""
    counted = (
        Allocation.objects.filter(
            statement__assignment=OuterRef("pk"), statement__state=StatementState.VALIDATED
        )
        .order_by()
        .values("statement__assignment")
        .annotate(total=Sum("hours"))
        .values("total")
    )
    done = Coalesce(Subquery(counted, output_field=HOURS), ZERO, output_field=HOURS)
    return rows.select_related(
        "commitment__organisation", "commitment__clause__lot__contract", "employer", "participant__person"
    ).annotate(done=done)


def hours_done(participant: Participant) -> Any:
    """All the hours of a participant that were validated."""
    counted = Allocation.objects.filter(
        statement__assignment__participant=participant, statement__state=StatementState.VALIDATED
    )
    return counted.aggregate(total=Sum("hours"))["total"] or 0


def is_at_work(participant: Participant) -> bool:
    """Whether the person has a contract under way."""
    return Assignment.objects.filter(participant=participant, state=AssignmentState.HIRED).exists()


def was_hired(participant: Participant) -> bool:
    """Whether the person has or had a contract."""
    return Assignment.objects.filter(participant=participant, state__in=HIRED).exists()
