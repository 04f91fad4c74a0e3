"""Declaring what a payroll table says, all of it in one transaction; and saying what that will be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.clauses.models import ProofKind
from croisee.clauses.payroll.rows import Goal, Row, read_rows
from croisee.clauses.services import correcting, declaring
from croisee.foundation.imports.kinds import Outcome, TargetRefused
from croisee.foundation.lifecycles.services import TransitionRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.imports.kinds import Tables, Target

SLOT = "hours"


def remarks(tables: Tables, target: Target) -> list[str]:
    """What the import will do."""
    rows, _faults = read_rows(tables[SLOT], target.value, target.choices)
    return _counted(row.does for row in rows)


def store(tables: Tables, account: Account, target: Target) -> Outcome:
    """Declare and send what is new, correct what is asked, leave what is the same. Done twice, it changes nothing more.

    Raises TargetRefused when somebody else changed the same months meanwhile: nothing is written then.
    """
    goal: Goal = target.value
    rows, _faults = read_rows(tables[SLOT], goal, target.choices)
    try:
        for row in rows:
            _do(row, account)
    except (ValidationError, TransitionRefused) as refusal:
        said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else refusal.reason
        raise TargetRefused(
            said, _("Read the table again: somebody changed these months meanwhile.")
        ) from None
    return Outcome(reverse("clauses:own_hours"), " ".join(_counted(row.does for row in rows)))


def _do(row: Row, account: Account) -> None:
    if row.does == "unchanged":
        return
    if row.does == "correct" and row.last is not None:
        correcting.correct(
            row.last, row.hours, proof_kind=ProofKind.PAYROLL, proof=None, account=account, send=True
        )
        return
    if row.does == "replace" and row.last is not None:
        declaring.take_back(row.last, account)
    statement = declaring.declare(
        row.assignment, row.month, row.hours, proof_kind=ProofKind.PAYROLL, account=account
    )
    declaring.send([statement], account)


def _counted(does: Iterable[str]) -> list[str]:
    """How many months are declared, unchanged and corrected, in sentences."""
    counts = Counter(does)
    corrected = counts["correct"] + counts["replace"]
    return [
        text % {"n": count}
        for count, text in (
            (
                counts["declare"],
                ngettext(
                    "%(n)d month of a person declared and sent.",
                    "%(n)d months of people declared and sent.",
                    counts["declare"],
                ),
            ),
            (
                corrected,
                ngettext("%(n)d corrected and sent.", "%(n)d corrected and sent.", corrected),
            ),
            (
                counts["unchanged"],
                ngettext("%(n)d unchanged.", "%(n)d unchanged.", counts["unchanged"]),
            ),
        )
        if count
    ]
