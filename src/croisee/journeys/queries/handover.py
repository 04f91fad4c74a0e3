"""What passes with people who are handed over, before it is done."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.journeys.models import (
    OPEN_STEPS,
    Appointment,
    AppointmentState,
    Correction,
    CorrectionState,
    Following,
    Proof,
    ProofState,
    Step,
)
from croisee.journeys.queries.caseload import scope, with_referent

PASSING = ("steps", "appointments", "corrections", "proofs")


def _count(model: Any, **conditions: Any) -> Coalesce:
    rows = model.objects.filter(journey=OuterRef("pk"), **conditions).order_by()
    # Django groups by what `values` names before `annotate`: one row a journey.
    counted = rows.values("journey").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def passing(account: Account, today: dt.date) -> QuerySet[Any]:
    """The caseload of `account` with what passes in a handover: open steps, appointments to come, corrections asked,
    proofs to check; `seen` is the following in force or to come, `from_on` the day it begins.
    """
    last = Following.objects.filter(journey=OuterRef("pk"), ended_on__isnull=True).order_by()
    rows: QuerySet[Any] = (
        with_referent(scope(account), today)
        .annotate(
            steps_open=_count(Step, state__in=OPEN_STEPS),
            appointments_to_come=_count(
                Appointment, state=AppointmentState.PLANNED, starts_at__gte=timezone.now()
            ),
            corrections_asked=_count(Correction, state=CorrectionState.ASKED),
            proofs_to_check=_count(Proof, state=ProofState.TO_CHECK),
            seen=Subquery(last.values("pk")[:1]),
            next_referent=Subquery(last.filter(started_on__gt=today).values("referent__email")[:1]),
            next_on=Subquery(last.filter(started_on__gt=today).values("started_on")[:1]),
        )
        .select_related("person", "programme")
        .order_by(F("person__family_name").asc(nulls_last=True), "person__given_name", "pk")
    )
    return rows


@dataclass(frozen=True)
class Sum:
    """What passes in all."""

    steps: int
    appointments: int
    corrections: int
    proofs: int


def sum_of(rows: list[Any]) -> Sum:
    """The sums over journeys of `passing`."""
    return Sum(
        sum(row.steps_open for row in rows),
        sum(row.appointments_to_come for row in rows),
        sum(row.corrections_asked for row in rows),
        sum(row.proofs_to_check for row in rows),
    )


def followed_by(rows: QuerySet[Any], referent: UUID, today: dt.date) -> QuerySet[Any]:
    """Those of these journeys that one référent follows today."""
    own = Following.objects.current(today).filter(referent=referent).order_by()
    return rows.filter(pk__in=own.values("journey"))
