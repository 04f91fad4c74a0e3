"""A list of contracts read: each row as it will be taken in, and what is wrong, by row and field."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from croisee.clauses.models import Contract, ContractNature, Operation, Part
from croisee.clauses.models.readers import is_facilitateur
from croisee.directory.names import name_key
from croisee.directory.rome import Trade
from croisee.foundation import identifiers
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.tables import Fault, Refused, Table
from croisee.foundation.tables import values as cells
from croisee.territory.models import Establishment

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
LANGUAGES = ("fr", "en")
MOST_MONEY = Decimal(10) ** 12


@dataclass(frozen=True)
class Row:
    """One row: a lot of a contract and a company of it. Empty text, or None: the file says nothing of it."""

    index: int
    buyer_siret: str
    buyer: str
    operation: str
    address: str
    reference: str
    object: str
    nature: str
    framework: bool | None
    amount: Decimal | None
    consulted_on: dt.date | None
    notified_on: dt.date | None
    lot: str
    lot_title: str
    trade: str
    lot_amount: Decimal | None
    starts_on: dt.date | None
    ends_on: dt.date | None
    hours_due: Decimal | None
    hours_per_keuro: Decimal | None
    penalty: Decimal | None
    holder_siret: str
    holder: str
    part: str
    company_hours: Decimal | None
    contact_name: str
    contact_email: str

    @property
    def contract_key(self) -> tuple[str, str]:
        """What tells contracts apart."""
        return self.buyer_siret, self.reference

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells lots apart."""
        return self.buyer_siret, self.reference, self.lot


class Known:
    """What is already there of what a table names: asked once for all rows."""

    def __init__(self, account: Account, rows: Iterable[Row]) -> None:
        self.account = account
        self.rows = list(rows)

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """Those of the buyers and companies that are there, by SIRET."""
        wanted = {row.buyer_siret for row in self.rows} | {row.holder_siret for row in self.rows}
        return {one.siret: one for one in Organisation.objects.filter(siret__in=wanted - {""})}

    @cached_property
    def named(self) -> dict[str, str]:
        """The names that SIRENE has for the others, by SIRET."""
        wanted = {one for row in self.rows for one in (row.buyer_siret, row.holder_siret)}
        found = Establishment.objects.filter(pk__in=wanted - set(self.organisations) - {""})
        return {siret: name for siret, name in found.values_list("pk", "name") if name}

    @cached_property
    def own(self) -> set[str] | None:
        """The SIRET of the buyers whose contracts may be written; None: all of them."""
        if is_facilitateur(self.account):
            return None
        return set(self.account.organisations(Role.BUYER).exclude(siret="").values_list("siret", flat=True))

    @cached_property
    def contracts(self) -> dict[tuple[str, str], list[Contract]]:
        """The contracts of these buyers with these references."""
        found: dict[tuple[str, str], list[Contract]] = defaultdict(list)
        sirets = {row.buyer_siret for row in self.rows}
        references = {row.reference for row in self.rows}
        rows = Contract.objects.filter(operation__buyer__siret__in=sirets, reference__in=references)
        for contract in rows.select_related("operation__buyer"):
            found[contract.operation.buyer.siret, contract.reference].append(contract)
        return found

    @cached_property
    def operations(self) -> dict[tuple[str, str], Operation]:
        """The operations of these buyers, by SIRET and name."""
        sirets = {row.buyer_siret for row in self.rows}
        found = Operation.objects.filter(buyer__siret__in=sirets).select_related("buyer")
        return {(one.buyer.siret, name_key(one.name)): one for one in found}

    def contract_of(self, row: Row) -> Contract | None:
        """The contract that a row is about: where a buyer has several of one reference, that of the same operation."""
        found = self.contracts.get(row.contract_key, [])
        if len(found) <= 1:
            return found[0] if found else None
        key = name_key(row.operation)
        return next((one for one in found if name_key(one.operation.name) == key), None)


def read_rows(table: Table, account: Account) -> tuple[list[Row], Known, list[Fault]]:
    """The rows of a table, what is known of what they name, and every fault with row, field and remedy."""
    faults: list[Fault] = []
    rows = _rows(table, faults)
    known = Known(account, rows)
    for row in rows:
        faults += _within(table, row)
        faults += _about_organisations(table, row, known)
        faults += _about_the_contract(table, row, known)
    faults += _between(table, rows)
    return rows, known, faults


def _rows(table: Table, faults: list[Fault]) -> list[Row]:
    """The rows whose key reads: the others are in `faults`."""

    def read(name: str, parser: Callable[[str], T]) -> list[T | None]:
        return table.parse(name, parser, faults)

    parsed: Mapping[str, list[Any]] = {
        "buyer_siret": read("buyer_siret", _siret),
        "nature": read("nature", _choice(ContractNature)),
        "framework": read("framework", cells.yes_or_no),
        "trade": read("trade", _choice(Trade)),
        "part": read("part", _choice(Part)),
        "holder_siret": read("holder_siret", _siret),
        "contact_email": read("contact_email", _email),
        "reference": read("reference", _at_most(30)),
        "lot": read("lot", _at_most(20)),
        "operation": read("operation", _at_most(200)),
        **{name: read(name, _amount) for name in ("amount", "lot_amount", "penalty")},
        **{name: read(name, _amount) for name in ("hours_due", "hours_per_keuro", "company_hours")},
        **{name: read(name, cells.date) for name in ("consulted_on", "notified_on", "starts_on", "ends_on")},
    }
    rows = []
    for index in range(len(table)):
        values = {
            name: parsed[name][index] if name in parsed else table.columns[name][index]
            for name in table.columns
        }
        missing = [
            name
            for name in ("buyer_siret", "operation", "reference", "object", "nature", "trade")
            if not values[name]
        ]
        faults += [_empty(table, index, name) for name in missing if not table.columns[name][index]]
        if not missing:
            rows.append(_row(index, values))
    return rows


def _row(index: int, values: Mapping[str, Any]) -> Row:
    numbers = (
        "framework",
        "amount",
        "lot_amount",
        "penalty",
        "hours_due",
        "hours_per_keuro",
        "company_hours",
    )
    dates = ("consulted_on", "notified_on", "starts_on", "ends_on")
    given: dict[str, Any] = {
        name: value if name in (*numbers, *dates) else value or "" for name, value in values.items()
    }
    given["lot"] = given["lot"] or "1"
    given["lot_title"] = (given["lot_title"] or given["object"])[:300]
    return Row(index=index, **given)


def _empty(table: Table, index: int, name: str) -> Fault:
    return table.fault(
        index, name, _("this cell is empty."), _("Fill it in: without it the row cannot be placed.")
    )


# What a cell may hold


def _siret(text: str) -> str:
    try:
        return identifiers.siret("".join(text.split()))
    except identifiers.InvalidIdentifier as refusal:
        problem = _("“%(text)s” is no SIRET number.") % {"text": cells.shown(text)}
        remedy = _("Write its 14 digits; a spreadsheet may have rounded them: format the column as text.")
        raise Refused(problem, remedy) from refusal


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        problem = _("“%(text)s” is no e-mail address.") % {"text": cells.shown(text)}
        raise Refused(problem, _("Write one address, such as name@company.fr, or leave it empty.")) from None
    return text.lower()


def _amount(text: str) -> Decimal:
    compact = (
        text.replace("€", "").replace(" ", "").replace("\u00a0", "").replace("\u202f", "").removesuffix("h")
    )
    cells.decimal(compact)
    try:
        number = Decimal(compact.replace(",", "."))
    except ArithmeticError:
        number = Decimal(-1)
    if not 0 <= number < MOST_MONEY:
        problem = _("“%(text)s” is no amount.") % {"text": cells.shown(text)}
        raise Refused(problem, _("Write a number from 0, such as 12500.50."))
    return number


def _at_most(length: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if len(text) > length:
            problem = _("this is longer than %(n)d characters.") % {"n": length}
            raise Refused(problem, _("Shorten it."))
        return text

    return parse


def _choice(choices: type[TextChoices]) -> Callable[[str], str]:
    """A value of `choices`, written as its code or as its label in either language."""

    def parse(text: str) -> str:
        known = {name_key(value): value for value in choices.values}
        labels = []
        for language in LANGUAGES:
            with translation.override(language):
                known |= {name_key(str(label)): value for value, label in choices.choices}
        labels = [str(label) for label in choices.labels]
        found = known.get(name_key(text))
        if found is None:
            problem = _("“%(text)s” is not known here.") % {"text": cells.shown(text)}
            raise Refused(problem, _("Write one of: %(labels)s.") % {"labels": "; ".join(labels)})
        return str(found)

    return parse


# What a row says, and several together


def _within(table: Table, row: Row) -> list[Fault]:
    faults = []
    if row.hours_due is not None and row.hours_per_keuro is not None:
        problem = _("the lot has both hours due and hours for 1 000 € ordered.")
        faults.append(table.fault(row.index, "hours_per_keuro", problem, _("Keep one of the two.")))
    pairs = (
        ("consulted_on", "notified_on", _("the contract is notified before its consultation.")),
        ("starts_on", "ends_on", _("the last day is before the first.")),
    )
    for first, last, problem in pairs:
        earlier, later = getattr(row, first), getattr(row, last)
        if earlier and later and later < earlier:
            faults.append(table.fault(row.index, last, problem, _("Correct one of the two dates.")))
    if row.holder_siret and row.part == Part.SUBCONTRACTOR:
        problem = _("a list does not say for whom a subcontractor works.")
        remedy = _("Leave the row out, and add the subcontractor on the page of the lot.")
        faults.append(table.fault(row.index, "part", problem, remedy))
    said = any(table.columns[name][row.index] for name in ("hours_due", "hours_per_keuro"))
    if row.holder_siret and not said:
        problem = _("a company is committed, but the row says no hours.")
        faults.append(
            table.fault(row.index, "hours_due", problem, _("Give the hours due of the lot, or its ratio."))
        )
    return faults


def _about_organisations(table: Table, row: Row, known: Known) -> list[Fault]:
    faults = []
    if known.own is not None and row.buyer_siret not in known.own:
        problem = _("you do not buy for this organisation.")
        remedy = _("Leave out the contracts of other buyers, or ask the facilitateur to send the list.")
        faults.append(table.fault(row.index, "buyer_siret", problem, remedy))
    for number, name in (("buyer_siret", "buyer"), ("holder_siret", "holder")):
        siret = getattr(row, number)
        if siret and siret not in known.organisations and siret not in known.named and not getattr(row, name):
            problem = _("nobody here knows the name of the establishment %(siret)s.") % {"siret": siret}
            faults.append(table.fault(row.index, name, problem, _("Write its name in this column.")))
    return faults


def _about_the_contract(table: Table, row: Row, known: Known) -> list[Fault]:
    if len(known.contracts.get(row.contract_key, [])) > 1 and known.contract_of(row) is None:
        problem = _("this buyer has several contracts with this reference.")
        remedy = _("Write the operation as it is called here, so that one of them is meant.")
        return [table.fault(row.index, "operation", problem, remedy)]
    return []


_OF_LOT = (
    "hours_due",
    "hours_per_keuro",
    "trade",
    "lot_title",
    "starts_on",
    "ends_on",
    "penalty",
    "lot_amount",
)
_OF_CONTRACT = ("operation", "object", "nature", "amount", "consulted_on", "notified_on")


def _between(table: Table, rows: list[Row]) -> list[Fault]:
    """Rows of one lot, or of one contract, that say different things of it; one company twice in a lot."""
    faults = []
    first: dict[tuple[str, ...], Row] = {}
    companies: set[tuple[str, ...]] = set()
    for row in rows:
        for key, fields in ((row.contract_key, _OF_CONTRACT), (row.key, _OF_LOT)):
            before = first.setdefault(key, row)
            for name in fields:
                if getattr(before, name) != getattr(row, name):
                    words = {"row": table.rows[before.index]}
                    problem = _("row %(row)d says something else of the same contract or lot.") % words
                    faults.append(table.fault(row.index, name, problem, _("Write the same in both rows.")))
        company = (*row.key, row.holder_siret)
        if company in companies:
            problem = _("this company is already there for this lot.")
            faults.append(table.fault(row.index, "holder_siret", problem, _("Take one of the two rows out.")))
        companies.add(company)
    return faults
