"""A list of contracts without faults, taken in: what is new is made, what is there is brought up to date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from croisee.clauses.contract_lists.rows import Known, Row, read_rows
from croisee.clauses.models import (
    CLOSED,
    Clause,
    ClauseKind,
    Commitment,
    Contract,
    Lot,
    LotState,
    Operation,
    Part,
)
from croisee.clauses.siting import locate
from croisee.directory.names import name_key
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.imports.kinds import Outcome, Tables, Target
from croisee.foundation.lifecycles.services import perform_all

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

SLOT = "contracts"
LOCK = "clauses.contracts"


@dataclass
class Counts:
    """What a list did, by lot."""

    added: int = 0
    updated: int = 0
    same: int = 0
    closed: int = 0
    companies: int = 0

    def words(self) -> str:
        """In one line."""
        parts = (
            (self.added, ngettext("%(n)d lot added", "%(n)d lots added", self.added)),
            (self.updated, ngettext("%(n)d lot updated", "%(n)d lots updated", self.updated)),
            (self.same, ngettext("%(n)d lot already there", "%(n)d lots already there", self.same)),
            (
                self.companies,
                ngettext("%(n)d company committed", "%(n)d companies committed", self.companies),
            ),
            (
                self.closed,
                ngettext("%(n)d closed lot left as it is", "%(n)d closed lots left as they are", self.closed),
            ),
        )
        return ", ".join(text % {"n": n} for n, text in parts if n) + "."


@dataclass
class Taking:
    """A list being taken in: what it has made so far is found again by the rows that follow."""

    known: Known
    account: Account
    counts: Counts = field(default_factory=Counts)
    lots: dict[tuple[str, str, str], Lot] = field(default_factory=dict)
    done: dict[tuple[str, str, str], str] = field(default_factory=dict)
    changed: set[tuple[str, str]] = field(default_factory=set)

    def row(self, row: Row) -> None:
        """Take one row in."""
        contract = self._contract(row)
        lot = self._lot(row, contract)
        if lot.state in CLOSED:
            self.done[row.key] = "closed"
            return
        clause = self._clause(row, lot)
        if clause is not None and row.holder_siret:
            self._commitment(row, clause)

    def _tell(self, row: Row, what: str) -> None:
        """Keep the strongest of what was done to a lot: added, updated, the same."""
        order = ("same", "updated", "added")
        before = self.done.get(row.key, "same")
        self.done[row.key] = max(before, what, key=order.index)

    def _organisation(self, siret: str, name: str, kind: Kind) -> Organisation:
        if siret not in self.known.organisations:
            called = name or self.known.named[siret]
            made = Organisation.objects.create(name=called[:200], kind=kind, siret=siret)
            self.known.organisations[siret] = made
        return self.known.organisations[siret]

    def _operation(self, row: Row) -> Operation:
        key = (row.buyer_siret, name_key(row.operation))
        if key not in self.known.operations:
            buyer = self._organisation(row.buyer_siret, row.buyer, Kind.OTHER)
            made = Operation(name=row.operation, buyer=buyer)
            locate(made, row.address)
            made.save()
            self.known.operations[key] = made
        elif row.address and not self.known.operations[key].address:
            locate(self.known.operations[key], row.address)
            self.known.operations[key].save()
        return self.known.operations[key]

    def _contract(self, row: Row) -> Contract:
        values = {
            "title": row.object,
            "nature": row.nature,
            "framework": row.framework
            if row.framework is not None
            else (row.hours_per_keuro is not None or None),
            "amount": row.amount,
            "consulted_on": row.consulted_on,
            "notified_on": row.notified_on,
        }
        found = self.known.contract_of(row)
        if found is None:
            found = Contract(operation=self._operation(row), reference=row.reference)
            _bring(found, values)
            found.save()
            self.known.contracts[row.contract_key].append(found)
        elif row.contract_key not in self.changed and _bring(found, values):
            found.save()
            self._tell(row, "updated")
        self.changed.add(row.contract_key)
        return found

    def _lot(self, row: Row, contract: Contract) -> Lot:
        if row.key in self.lots:
            return self.lots[row.key]
        values = {
            "title": row.lot_title,
            "trade": row.trade,
            "amount": row.lot_amount,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
        }
        lot = Lot.objects.filter(contract=contract, number=row.lot).first()
        if lot is None:
            lot = Lot(contract=contract, number=row.lot)
            _bring(lot, values)
            lot.save()
            self._tell(row, "added")
        elif lot.state not in CLOSED and _bring(lot, values):
            lot.save()
            self._tell(row, "updated")
        else:
            self._tell(row, "same")
        self.lots[row.key] = lot
        return lot

    def _clause(self, row: Row, lot: Lot) -> Clause | None:
        clause = Clause.objects.filter(lot=lot).first()
        if row.hours_due is None and row.hours_per_keuro is None:
            return clause
        if clause is None:
            clause = Clause(lot=lot, kind=ClauseKind.EXECUTION)
        values: dict[str, Any] = {"penalty_per_hour": row.penalty}
        if row.hours_due is not None:
            values |= {"hours_due": row.hours_due}
            clause.hours_per_keuro = None
        else:
            values |= {"hours_per_keuro": row.hours_per_keuro}
            clause.hours_due = None
        if clause.kind == ClauseKind.EXCEPTION:
            clause.kind = ClauseKind.EXECUTION
            clause.exception_reason = clause.exception_text = ""
            clause.exception_by, clause.exception_on = None, None
        if _bring(clause, values) or clause._state.adding:
            clause.save()
            self._tell(row, "updated")
        return clause

    def _commitment(self, row: Row, clause: Clause) -> None:
        company = self._organisation(row.holder_siret, row.holder, Kind.EMPLOYER)
        commitment = Commitment.objects.filter(clause=clause, organisation=company).first()
        values: dict[str, Any] = {
            "hours": row.company_hours,
            "contact_name": row.contact_name,
            "contact_email": row.contact_email,
        }
        if commitment is None:
            commitment = Commitment(clause=clause, organisation=company)
            values["part"] = row.part or (Part.COCONTRACTOR if clause.commitments.exists() else Part.HOLDER)
            self.counts.companies += 1
        elif commitment.part != Part.SUBCONTRACTOR:
            values["part"] = row.part
        if _bring(commitment, values) or commitment._state.adding:
            commitment.save()
            self._tell(row, "updated")

    def move(self) -> None:
        """Take lots along: with a clause they are calibrated, with a company awarded, past their first day begun."""
        ids = [lot.pk for lot in self.lots.values()]
        with_clause = Lot.objects.filter(pk__in=ids, clause__isnull=False)
        held = Lot.objects.filter(pk__in=Commitment.objects.filter(clause__lot__in=ids).values("clause__lot"))
        perform_all(with_clause.filter(state=LotState.STUDY), "calibrate", self.account)
        perform_all(held.filter(state__in=(LotState.CALIBRATED, LotState.PUBLISHED)), "award", self.account)
        today = timezone.localdate()
        # By the calendar, as each day does: the software's own move.
        perform_all(held.filter(state=LotState.AWARDED, starts_on__lte=today), "begin", None)


def _bring(row: Any, values: Mapping[str, Any]) -> bool:
    """Put what the file says into a row, leaving what it does not say; whether anything changed."""
    news = {
        name: value
        for name, value in values.items()
        if value not in (None, "") and getattr(row, name) != value
    }
    for name, value in news.items():
        setattr(row, name, value)
    return bool(news)


def store(tables: Tables, account: Account, target: Target) -> Outcome:
    """Take a list in, inside the transaction of the import; the second time the same list changes nothing."""
    # Two lists sent at the same moment do not both add the contract that is in both.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
    rows, known, _faults = read_rows(tables[SLOT], account)
    taking = Taking(known, account)
    for row in rows:
        taking.row(row)
    taking.move()
    for what in taking.done.values():
        setattr(taking.counts, what, getattr(taking.counts, what) + 1)
    return Outcome(reverse("clauses:portfolio") + "?stage=all", taking.counts.words())


def remarks(tables: Tables, target: Target) -> list[str]:
    """What taking the list in will do, in words."""
    rows, known, _faults = read_rows(tables[SLOT], target.value)
    there = _known_lots(rows, known)
    keys = {row.key for row in rows}
    new, old = len(keys - there), len(keys & there)
    said = []
    if new:
        said.append(ngettext("%(n)d new lot.", "%(n)d new lots.", new) % {"n": new})
    if old:
        text = ngettext(
            "%(n)d lot is already there: it is brought up to date; an empty cell changes nothing.",
            "%(n)d lots are already there: they are brought up to date; an empty cell changes nothing.",
            old,
        )
        said.append(text % {"n": old})
    unknown = (
        {one for row in rows for one in (row.buyer_siret, row.holder_siret)} - {""} - set(known.organisations)
    )
    if unknown:
        text = ngettext("%(n)d organisation is new here.", "%(n)d organisations are new here.", len(unknown))
        said.append(text % {"n": len(unknown)})
    return said


def _known_lots(rows: Iterable[Row], known: Known) -> set[tuple[str, str, str]]:
    contracts: dict[UUID, tuple[str, str]] = {
        found.pk: row.contract_key for row in rows if (found := known.contract_of(row)) is not None
    }
    lots = Lot.objects.filter(contract__in=contracts).values_list("contract", "number")
    return {(*contracts[contract], number) for contract, number in lots}
