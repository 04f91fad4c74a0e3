"""What a facilitateur decides of declared hours, of one statement or hundreds: check, validate, reject."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.clauses.anomalies import Anomaly, blocking
from croisee.clauses.models import WAITING, Allocation, Lot, Statement, StatementState
from croisee.clauses.months import named
from croisee.clauses.queries.anomalies import anomalies_of
from croisee.clauses.queries.reached import completed_by
from croisee.clauses.services import statement_notices
from croisee.foundation.lifecycles.services import perform_all

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from uuid import UUID

    from croisee.foundation.accounts.models import Account

LONGEST = 500
REPLACED = (StatementState.VALIDATED, StatementState.REJECTED)


@dataclass
class Decided:
    """What became of the statements that were chosen.

    `moved` as asked, with their `hours` in all; `met` were moved by somebody else meanwhile, each with what happened in
    a sentence; `held` have anomalies that ask for a reason; `completed` are the lots whose hours are all done now.
    """

    moved: list[Statement] = field(default_factory=list)
    met: list[tuple[Statement, str]] = field(default_factory=list)
    held: list[tuple[Statement, Sequence[Anomaly]]] = field(default_factory=list)
    completed: list[Lot] = field(default_factory=list)

    @property
    def hours(self) -> Decimal:
        """The hours of what was moved."""
        return sum((row.hours for row in self.moved), Decimal(0))


def check(chosen: Collection[UUID], account: Account, *, seen_at: dt.datetime | None = None) -> Decided:
    """Note sent statements as checked, to validate later. What is not sent (any more) is told in `met`."""
    with transaction.atomic():
        rows, decided = _waiting(chosen, account, seen_at, (StatementState.SENT,))
        perform_all(_of(rows), "check", account)
        decided.moved = rows
    return decided


def validate(
    chosen: Collection[UUID],
    account: Account,
    *,
    because: str = "",
    seen_at: dt.datetime | None = None,
    today: dt.date | None = None,
) -> Decided:
    """Validate statements sent or checked: their hours count from now on, and are locked.

    Those with anomalies that block are validated only with a reason, `because`, kept with each of them; without one
    they are left as they are, in `held`. A correction takes the place of the version before, in the same transaction.
    What nobody shared between lots counts wholly for its own. `seen_at`: when the page was read; what was sent again
    since then is left too. Raises ValidationError for a reason that is too long, TransitionRefused for a role that may
    not.
    """
    reason = _written(because)
    with transaction.atomic():
        rows, decided = _waiting(chosen, account, seen_at, WAITING)
        found = anomalies_of(_asked(rows), today or timezone.localdate())
        odd = {row.pk for row in rows if blocking(found.get(row.pk, ()))}
        if not reason:
            decided.held = [(row, found[row.pk]) for row in rows if row.pk in odd]
            rows = [row for row in rows if row.pk not in odd]
        decided.moved = rows
        decided.completed = _validate(rows, odd, reason, account)
    return decided


def _validate(rows: list[Statement], odd: set[UUID], reason: str, account: Account) -> list[Lot]:
    """Move locked rows, those before them out of their way; the lots that this completes."""
    if not rows:
        return []
    _count_what_is_not_shared(rows)
    before = _versions_before(rows)
    with completed_by(_of(rows), _of(before)) as completed:
        perform_all(_of([row for row in rows if row.state == StatementState.SENT]), "check", account)
        perform_all(_of(before), "replace", None)
        noted: dict[str, Any] = {"decided_by": account, "decided_at": timezone.now()}
        perform_all(_of([row for row in rows if row.pk not in odd]), "validate", account, **noted)
        noted["accepted_because"] = reason
        perform_all(_of([row for row in rows if row.pk in odd]), "validate", account, **noted)
    return completed


def reject(
    chosen: Collection[UUID], why: str, account: Account, *, seen_at: dt.datetime | None = None
) -> Decided:
    """Reject statements sent or checked, for a reason that each company reads in one e-mail for all of its own.

    Raises ValidationError without a reason or for one that is too long.
    """
    reason = _written(why)
    if not reason:
        raise ValidationError(_("Write why: the company reads it, and corrects."))
    with transaction.atomic():
        rows, decided = _waiting(chosen, account, seen_at, WAITING)
        noted = {"why_rejected": reason, "decided_by": account, "decided_at": timezone.now()}
        perform_all(_of(rows), "reject", account, **noted)
        decided.moved = rows
        statement_notices.rejected([row.pk for row in rows])
    return decided


def _written(text: str) -> str:
    reason = text.strip()
    if len(reason) > LONGEST:
        raise ValidationError(
            _("This reason has %(n)d characters: %(most)d at most.") % {"n": len(reason), "most": LONGEST}
        )
    return reason


def _of(rows: Iterable[Statement]) -> Any:
    return Statement._base_manager.filter(pk__in=[row.pk for row in rows])


def _asked(rows: Iterable[Statement]) -> list[tuple[UUID, UUID, dt.date]]:
    return [(row.pk, row.assignment.participant_id, row.month) for row in rows]


def _waiting(
    chosen: Collection[UUID], account: Account, seen_at: dt.datetime | None, states: Collection[str]
) -> tuple[list[Statement], Decided]:
    """The chosen rows in one of `states`, locked with all versions of their months; what was met in the others.

    Locks are taken in the order of keys, so that two who decide at once wait for each other and never for ever.
    """
    visible = Statement.objects.visible_to(account).filter(pk__in=list(chosen))
    months = list(visible.order_by().values_list("assignment_id", "month"))
    versions = Q(assignment__in={one for one, _month in months}, month__in={month for _one, month in months})
    locked = (
        Statement._base_manager.filter(versions)
        .select_for_update(of=("self",))
        .select_related("assignment__participant__person", "assignment__employer", "decided_by")
        .order_by("pk")
    )
    wanted = set(chosen)
    decided, rows = Decided(), []
    for row in locked:
        if row.pk not in wanted:
            continue
        if why := _why_left(row, seen_at, states):
            decided.met.append((row, why))
        else:
            rows.append(row)
    return rows, decided


def _why_left(row: Statement, seen_at: dt.datetime | None, states: Collection[str]) -> str:
    """What happened meanwhile to a statement that does not wait as it did; empty when it does."""
    if row.state in states:
        again = seen_at is not None and row.sent_at is not None and row.sent_at > seen_at
        return _("It was sent again since you opened the page: look at it again.") if again else ""
    said = {
        StatementState.DRAFT: _("The company took it back."),
        StatementState.CHECKED: _("It is noted as checked already."),
        StatementState.VALIDATED: _("It is validated already (%(who)s, %(when)s)."),
        StatementState.REJECTED: _("It is rejected already (%(who)s, %(when)s)."),
        StatementState.CORRECTED: _("A correction has taken its place."),
        StatementState.SENT: "",
    }[StatementState(row.state)]
    when = date_format(timezone.localtime(row.decided_at), "SHORT_DATETIME_FORMAT") if row.decided_at else "–"
    return said % {"who": row.decided_by or _("by the software"), "when": when} if "%(" in said else said


def _versions_before(rows: Iterable[Statement]) -> list[Statement]:
    """The versions that these take the place of: of the same months, older, validated or rejected."""
    corrections = {(row.assignment_id, row.month): row.version for row in rows if row.corrects_id}
    if not corrections:
        return []
    versions = Q(
        assignment__in={one for one, _month in corrections}, month__in={month for _one, month in corrections}
    )
    found = Statement._base_manager.filter(versions, state__in=REPLACED)
    return [row for row in found if row.version < corrections.get((row.assignment_id, row.month), 0)]


def _count_what_is_not_shared(rows: Sequence[Statement]) -> None:
    """Statements of which no hour is given to a lot count wholly for the one they were declared for."""
    shared = set(
        Allocation.objects.filter(statement__in=[row.pk for row in rows])
        .values("statement")
        .annotate(total=Sum("hours"))
        .filter(total__gt=0)
        .values_list("statement", flat=True)
    )
    left = [row for row in rows if row.pk not in shared]
    if left:
        Allocation.objects.filter(statement__in=[row.pk for row in left]).delete()
    Allocation.objects.bulk_create(
        Allocation(statement=row, commitment_id=row.assignment.commitment_id, hours=row.hours) for row in left
    )


def label(row: Statement) -> str:
    """A statement in a few words: whose, of which month."""
    return f"{row.assignment.participant}, {named(row.month)}"
