"""What social clauses tell of people's ways: the contracts of work that began."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import HIRED, Assignment
from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries.participants import ERASED
from croisee.directory.models import Purpose
from croisee.directory.visibility import NOBODY
from croisee.journeys.models import Stage
from croisee.journeys.sources import WaySource, outline, register

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def declare() -> None:
    """Announce it."""
    register(
        WaySource(
            "clauses.contracts",
            _("jobs under social clauses"),
            Purpose.SHOW_CLAUSES,
            _contracts,
            _own_participants,
        )
    )


def _contracts(day: date) -> QuerySet[Any, Any]:
    """Those of people who are not erased: the way of who is gone is counted beside."""
    rows = Assignment.objects.filter(state__in=HIRED, starts_on__lte=day).exclude(
        participant__person__given_name=ERASED[0], participant__person__family_name=ERASED[1]
    )
    return outline(
        rows,
        person="participant__person_id",
        stage=Stage.CLAUSE_JOB,
        starts_on="starts_on",
        ends_on="ends_on",
        where="employer__name",
    )


def _own_participants(account: "Account") -> Q:
    """All participants, for facilitateurs."""
    return Q(clause_participant__isnull=False) if is_facilitateur(account) else NOBODY
