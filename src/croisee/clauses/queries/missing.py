"""Which companies did not declare a month: asked by reminders, pages and e-mails alike."""

import datetime as dt
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from croisee.clauses.models import (
    FOLLOWED,
    HIRED,
    Assignment,
    Commitment,
    NothingDone,
    Statement,
    StatementState,
)
from croisee.clauses.months import end_of
from croisee.clauses.queries.balances import with_commitment_balance


def at_work(assignments: QuerySet[Assignment], month: dt.date) -> QuerySet[Assignment]:
    """Those whose contract has a day in a month."""
    return assignments.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=month), state__in=HIRED, starts_on__lte=end_of(month)
    )


def not_declared(assignments: QuerySet[Assignment], month: dt.date) -> QuerySet[Assignment]:
    """Those at work in a month whose hours were not sent; a draft is not sent, what was rejected was."""
    sent = Statement.objects.filter(assignment=OuterRef("pk"), month=month).exclude(
        state=StatementState.DRAFT
    )
    return at_work(assignments, month).filter(~Exists(sent))


def of_month(month: dt.date) -> QuerySet[Any]:
    """Commitments of lots under way whose month is not declared, with their balance.

    Somebody at work has no hours sent; or nobody is known to work, hours are still due, and the company did not say
    that nobody worked.
    """
    own = Assignment.objects.filter(commitment=OuterRef("pk"))
    said = NothingDone.objects.filter(commitment=OuterRef("pk"), month=month)
    lot = "clause__lot__"
    awaited = Commitment.objects.filter(
        Q(**{f"{lot}starts_on__isnull": True}) | Q(**{f"{lot}starts_on__lte": end_of(month)}),
        Q(**{f"{lot}ends_on__isnull": True}) | Q(**{f"{lot}ends_on__gte": month}),
        ~Exists(said),
        **{f"{lot}state__in": FOLLOWED},
    )
    rows = with_commitment_balance(awaited, month)
    nobody = ~Exists(at_work(own, month)) & Q(due__gt=F("done"))
    return rows.filter(Exists(not_declared(own, month)) | nobody)


def people(commitment: Commitment, month: dt.date) -> int:
    """How many people at work have no hours sent for a month."""
    return not_declared(Assignment.objects.filter(commitment=commitment), month).count()


def followed_by(commitments: QuerySet[Any], facilitateur: str) -> QuerySet[Any]:
    """Those whose operation one facilitateur (an account's key) follows; with no key, those that nobody follows."""
    path = "clause__lot__contract__operation__facilitateur"
    return commitments.filter(**({path: facilitateur} if facilitateur else {f"{path}__isnull": True}))
