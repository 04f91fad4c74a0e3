"""A payroll table matched to the contracts of a company: what each row declares, and all that is wrong."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.clauses.models import Assignment, Statement, StatementState
from croisee.clauses.months import end_of, named
from croisee.clauses.payroll.columns import BORN, CONTRACT, FAMILY_NAME, GIVEN_NAME, HOURS, MONTH
from croisee.clauses.payroll.values import hours, month, plain
from croisee.clauses.queries.callers import Caller
from croisee.clauses.services.declaring import refusal
from croisee.foundation.tables import Fault, Table, values

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.foundation.accounts.models import Account, Organisation

CORRECT = "correct"
"""The box to tick for hours already sent or validated to be corrected."""
REFERENCE_LENGTH = 8
NAMED = 5


@dataclass(frozen=True)
class Goal:
    """Whose table it is, and for whom it is read."""

    organisation: Organisation
    account: Account


@dataclass(frozen=True)
class Row:
    """What one row declares, and what is there already: `does` is declare, unchanged, replace or correct."""

    assignment: Assignment
    month: dt.date
    hours: Decimal
    last: Statement | None
    does: str


def reference(assignment: Assignment) -> str:
    """How a contract is called in tables: the beginning of its identifier."""
    return assignment.pk.hex[:REFERENCE_LENGTH].upper()


class Contracts:
    """The contracts of a company, found by reference, or by name and birth date."""

    def __init__(self, goal: Goal) -> None:
        versions = Statement.objects.order_by("version")
        rows = (
            Caller(goal.account)
            .assignments()
            .filter(_of(goal.organisation))
            .select_related("participant__person", "commitment__clause__lot")
            .prefetch_related(Prefetch("statements", versions, to_attr="versions"))
            .order_by("starts_on", "pk")
        )
        self.by_reference: dict[str, Assignment] = {}
        self.by_name: dict[str, list[Assignment]] = defaultdict(list)
        for row in rows:
            self.by_reference[reference(row)] = row
            person = row.participant.person
            for name in {
                plain(f"{person.family_name} {person.given_name}"),
                plain(f"{person.given_name} {person.family_name}"),
            }:
                self.by_name[name].append(row)

    def names(self) -> str:
        """A few of the people there are, to see what went wrong."""
        people = sorted({str(row.participant) for row in self.by_reference.values()})
        return ", ".join(people[:NAMED]) + ("…" if len(people) > NAMED else "")


def _of(organisation: Organisation) -> object:
    from django.db.models import Q

    return Q(employer=organisation) | Q(commitment__organisation=organisation)


def read_rows(table: Table, goal: Goal, choices: frozenset[str]) -> tuple[list[Row], list[Fault]]:
    """What the rows declare, and what is wrong with the others, each fault with its row, its column and its remedy."""
    faults: list[Fault] = []
    if not table.has(CONTRACT) and not table.has(FAMILY_NAME):
        faults.append(_nobody_named(table))
        return [], faults
    born = table.parse(BORN, values.date, faults)
    wanted = table.parse(MONTH, month, faults)
    worked = table.parse(HOURS, hours, faults)
    contracts = Contracts(goal)
    rows: list[Row] = []
    seen: dict[tuple[UUID, dt.date], int] = {}
    for at in range(len(table)):
        when, done = wanted[at], worked[at]
        if when is None or done is None:
            faults.extend(_empty(table, at))
            continue
        found = _contract(table, at, contracts, born[at], when)
        if isinstance(found, Fault):
            faults.append(found)
            continue
        if (place := (found.pk, when)) in seen:
            faults.append(_twice(table, at, seen[place], found, when))
            continue
        seen[place] = table.rows[at]
        made = _row(table, at, found, when, done, choices)
        if isinstance(made, Fault):
            faults.append(made)
        else:
            rows.append(made)
    return rows, faults


def _nobody_named(table: Table) -> Fault:
    return Fault(
        table.file,
        None,
        CONTRACT,
        _("no column says who worked."),
        _("Add a column “nom” (with “prenom”), or “contrat” with the references of the table to fill."),
    )


def _empty(table: Table, at: int) -> list[Fault]:
    """A cell that must be filled and is not; what was refused is told already."""
    return [
        table.fault(at, name, _("this cell is empty."), remedy)
        for name, remedy in (
            (MONTH, _("Write the month, such as 10/2026.")),
            (HOURS, _("Write the hours, 0 for who did not work; or delete the row.")),
        )
        if not table.columns[name][at]
    ]


def _contract(
    table: Table, at: int, contracts: Contracts, born: dt.date | None, when: dt.date
) -> Assignment | Fault:
    """The contract that a row is about."""
    if written := table.columns[CONTRACT][at]:
        found = contracts.by_reference.get(written.strip().upper()[:REFERENCE_LENGTH])
        if found is not None:
            return found
        return table.fault(
            at,
            CONTRACT,
            _("no contract of this company has this reference."),
            _("Copy the reference from the table to fill, or leave it empty and write the name."),
        )
    name = _name(table, at)
    if not name:
        return table.fault(
            at, FAMILY_NAME, _("the row names nobody."), _("Write the name, or the contract’s reference.")
        )
    known = contracts.by_name.get(plain(name), [])
    if not known:
        return table.fault(
            at,
            FAMILY_NAME,
            _("nobody called “%(name)s” works for this company under a clause.") % {"name": name},
            _("Check the spelling (known here: %(names)s), or ask the facilitateur to note the hiring.")
            % {"names": contracts.names() or "–"},
        )
    return _one_of(table, at, name, known, born, when)


def _name(table: Table, at: int) -> str:
    """The name of a row: one cell when a column has both, else the two."""
    family, given = table.columns[FAMILY_NAME][at], table.columns[GIVEN_NAME][at]
    both = table.headers.get(FAMILY_NAME) == table.headers.get(GIVEN_NAME)
    return family if both else f"{family} {given}".strip()


def _one_of(
    table: Table,
    at: int,
    name: str,
    known: Sequence[Assignment],
    born: dt.date | None,
    when: dt.date,
) -> Assignment | Fault:
    """Of the contracts of this name, the one of this birth date that covers the month."""
    same = [row for row in known if born is None or row.participant.person.birth_date == born]
    if not same:
        return table.fault(
            at,
            BORN,
            _("“%(name)s” has another birth date here.") % {"name": name},
            _("Check the date, or use the contract’s reference."),
        )
    if len({row.participant_id for row in same}) > 1:
        return table.fault(
            at,
            FAMILY_NAME,
            _("several people are called “%(name)s”.") % {"name": name},
            _("Add the birth date, or the contract’s reference."),
        )
    covering = [row for row in same if refusal(row, when) is None]
    if len(covering) > 1:
        return table.fault(
            at,
            CONTRACT,
            _("“%(name)s” has several contracts in %(month)s.") % {"name": name, "month": named(when)},
            _("Write the contract’s reference: %(references)s.")
            % {"references": ", ".join(reference(row) for row in covering)},
        )
    return covering[0] if covering else same[-1]


def _twice(table: Table, at: int, first: int, row: Assignment, when: dt.date) -> Fault:
    return table.fault(
        at,
        MONTH,
        _("%(person)s and %(month)s are on row %(row)d already.")
        % {"person": row.participant, "month": named(when), "row": first},
        _("Add the hours up on one row, and delete the other."),
    )


def _row(
    table: Table, at: int, assignment: Assignment, when: dt.date, done: Decimal, choices: frozenset[str]
) -> Row | Fault:
    """What a row does, by what is there already; or why it cannot."""
    if problem := refusal(assignment, when):
        return table.fault(at, MONTH, problem, _dates(assignment, when))
    versions: list[Statement] = assignment.versions  # type: ignore[attr-defined]  # prefetched
    last = next((one for one in reversed(versions) if one.month == when), None)
    if last is None or last.state == StatementState.DRAFT:
        return Row(assignment, when, done, last, "declare")
    if last.hours == done and last.state != StatementState.REJECTED:
        return Row(assignment, when, done, last, "unchanged")
    about = {"person": assignment.participant, "month": named(when), "hours": last.hours}
    if last.state == StatementState.CHECKED:
        return table.fault(
            at,
            HOURS,
            _("%(hours)s h of %(person)s for %(month)s are being checked.") % about,
            _("Leave this row out, and correct it once the facilitateur has answered."),
        )
    if last.state == StatementState.REJECTED:
        return Row(assignment, when, done, last, "correct")
    if CORRECT not in choices:
        return table.fault(
            at,
            HOURS,
            _("%(hours)s h of %(person)s for %(month)s are already sent or validated.") % about,
            _("Tick “Correct what is sent or validated already” if these hours are to take their place."),
        )
    return Row(assignment, when, done, last, "replace" if last.state == StatementState.SENT else "correct")


def _dates(assignment: Assignment, when: dt.date) -> str:
    """What to do about a month that cannot be declared."""
    inside = assignment.starts_on <= end_of(when) and (
        assignment.ends_on is None or assignment.ends_on >= when
    )
    if inside:
        return _("Leave this row out.")
    end = date_format(assignment.ends_on, "SHORT_DATE_FORMAT") if assignment.ends_on else _("no end known")
    return _("The contract goes from %(start)s to %(end)s: correct the month, or ask the facilitateur.") % {
        "start": date_format(assignment.starts_on, "SHORT_DATE_FORMAT"),
        "end": end,
    }
