"""Reading about needs and assignments: what waits for an answer, whose situation is to be asked, what each may open."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from croisee.clauses.models import (
    HIRED,
    Assignment,
    AssignmentState,
    Commitment,
    LotState,
    Need,
    Situation,
)
from croisee.clauses.models.readers import is_facilitateur, of_company
from croisee.clauses.queries.participants import with_done
from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import add_months

MONTHS_AFTER = 6
ASKED_FOR = 12
"""Months after the end of a contract past which the situation is no longer asked for."""


def needs(account: Account) -> QuerySet[Any]:
    """Needs with their company and lot; `proposed` and `hired` count people, `waiting` those without an answer."""
    return (
        Need.objects.visible_to(account)
        .select_related("commitment__organisation", "commitment__clause__lot__contract")
        .annotate(
            hired=Count("assignments", filter=Q(assignments__state__in=HIRED)),
            waiting=Count("assignments", filter=Q(assignments__state=AssignmentState.PROPOSED)),
            proposed=Count("assignments", filter=~Q(assignments__state=AssignmentState.CANCELLED)),
        )
        .order_by("-starts_on", "title", "pk")
    )


def commitments_to_need(account: Account) -> QuerySet[Commitment]:
    """The commitments under which `account` may write a need: of lots that are awarded or run."""
    rows = Commitment.objects.filter(
        clause__lot__state__in=(LotState.AWARDED, LotState.RUNNING)
    ).select_related("organisation", "clause__lot__contract")
    own = (
        rows
        if is_facilitateur(account)
        else rows.filter(of_company(account, "organisation", "of__organisation"))
    )
    return own.order_by("organisation__name", "clause__lot__title")


def may_write(account: Account, need: Need) -> bool:
    """Whether `account` may change a need: facilitateurs, and the company that it is of."""
    if is_facilitateur(account):
        return True
    return Need.objects.filter(of_company(account, "commitment__organisation"), pk=need.pk).exists()


def may_answer(account: Account, assignment: Assignment) -> bool:
    """Whether `account` answers a proposal: the company that owes the hours, or signs; a facilitateur for it."""
    if is_facilitateur(account):
        return True
    rows = Assignment.objects.filter(of_company(account, "employer", "commitment__organisation"))
    return rows.filter(pk=assignment.pk).exists()


def proposed_for(account: Account, need: Need) -> QuerySet[Any]:
    """The people proposed for a need, with their answers, newest first."""
    return with_done(Assignment.objects.visible_to(account).filter(need=need)).order_by("-created_at", "pk")


def waiting_for(account: Account) -> QuerySet[Assignment]:
    """Proposals that `account`'s companies have not answered, oldest first."""
    return (
        Assignment.objects.filter(
            of_company(account, "employer", "commitment__organisation"), state=AssignmentState.PROPOSED
        )
        .select_related("participant__person", "need", "commitment__clause__lot")
        .order_by("created_at", "pk")
    )


def to_ask_after(account: Account, today: dt.date) -> QuerySet[Any]:
    """Contracts over for six months whose people's situation is not known yet, oldest first.

    Who has another contract since is at work: they are asked about after that one.
    """
    later = Assignment.objects.filter(
        participant=OuterRef("participant"), state__in=HIRED, starts_on__gt=OuterRef("ends_on")
    )
    return (
        with_done(Assignment.objects.visible_to(account))
        .filter(
            state=AssignmentState.ENDED,
            situation_after=Situation.UNKNOWN,
            ends_on__lte=add_months(today, -MONTHS_AFTER),
            ends_on__gte=add_months(today, -ASKED_FOR),
        )
        .exclude(Exists(later))
        .order_by("ends_on", "pk")
    )


def overdue(account: Account, today: dt.date) -> QuerySet[Any]:
    """Contracts past their last day that nobody noted as over, oldest first."""
    rows = Assignment.objects.visible_to(account).filter(state=AssignmentState.HIRED, ends_on__lt=today)
    return with_done(rows).order_by("ends_on", "pk")


def with_page(account: Account) -> QuerySet[Any]:
    """Assignments with all that their page reads."""
    return with_done(Assignment.objects.visible_to(account)).select_related(
        "need", "commitment__clause__lot__contract__operation", "participant__person__profile"
    )
