"""A record of a DECP file as the contract that is kept, or why it is refused: the field, the problem, the remedy.

What identifies, dates and weighs a contract is required: identifier, buyer's SIRET, object, amount, date of
notification. The rest is read as far as it can be, and empty otherwise. Nothing is refused for a check digit: a SIRET
of 14 digits whose Luhn key fails is kept and counted, since a contract is worth more than its buyer's typing error.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.decp import values
from croisee.clauses.decp.contracts import Published, Refused
from croisee.clauses.decp.reading import CONCESSION, MARCHE, Record, TooLarge
from croisee.clauses.decp.structures import first, inside, listed, unpacked
from croisee.clauses.decp.values import Unreadable
from croisee.clauses.decp.vocabulary import PLACES, STATE_SIREN, WORKS_CPV, Format, Kind
from croisee.clauses.models.operations import ContractNature
from croisee.foundation import identifiers
from croisee.foundation.registry import Text

LONGEST_ID = 100
DAYS_AHEAD = 366
"""A date further in the future than this is a typing error."""
MOST_HOLDERS = 500
MOST_MODIFICATIONS = 32_767
FIELDS_OF_CONTRACTS = (("acheteur",), ("montant",), ("dateNotification",))
FIELDS_OF_CONCESSIONS = (
    ("autoriteConcedante", "acheteur"),
    ("valeurGlobale", "montant"),
    ("dateSignature", "dateNotification"),
)
"""Names of the buyer, of the amount, of the date; where there are two, the first that says something is read."""
GIVE_NUMBER = gettext_lazy("Give the number that the buyer has given the contract.")
GIVE_SIRET = gettext_lazy("Give the SIRET of the buyer, 14 figures.")
GIVE_OBJECT = gettext_lazy("Say what is bought.")
GIVE_AMOUNT = gettext_lazy("Give the amount before tax in euros, 0 or more.")
GIVE_DATE = gettext_lazy("Write it as 2024-01-31.")
AS_IN_SCHEMA = gettext_lazy("Write it as in the schema.")
CONCESSION_NATURES = ("concession", "delegation de service")


def checked(record: Record, today: dt.date) -> Published:
    """The contract in a record. Raises Refused."""
    said = record.value
    if isinstance(said, TooLarge):
        raise Refused("", _("The record is larger than any contract."), _("Take out what is no contract."))
    if not isinstance(said, dict):
        raise Refused("", _("The record is not an object."), _("Write each contract between braces."))
    return _Reader(said, record.container, today).published()


def identifier(record: Record) -> str:
    """The `id` of a record as far as it can be read, for the list of refusals."""
    said = record.value
    try:
        return (values.text(said.get("id")) or "")[:LONGEST_ID] if isinstance(said, dict) else ""
    except Unreadable:
        return ""


class _Reader:
    """The fields of one record."""

    def __init__(self, said: Mapping[str, Any], container: str, today: dt.date) -> None:
        self.said, self.today = said, today
        self.flat = "acheteur_id" in said or "titulaire_id" in said
        self.kind = self._kind(container)
        concession = self.kind == Kind.CONCESSION
        self.holder = "concessionnaire" if concession and said.get("concessionnaires") else "titulaire"
        self.fields = FIELDS_OF_CONCESSIONS if concession else FIELDS_OF_CONTRACTS

    def published(self) -> Published:
        """Everything that is kept of the record."""
        decp_id = self.required("id", LONGEST_ID, GIVE_NUMBER)
        siret, key_fails = self.buyer()
        contract_object = self.required("objet", 0, GIVE_OBJECT)
        amount = self.amount()
        notified_on = self.notified_on()
        published_on = self.date("datePublicationDonnees")
        social, unknown = self.considerations("considerationsSociales", "considerationSociale", values.social)
        environmental, _unknown = self.considerations(
            "considerationsEnvironnementales", "considerationEnvironnementale", values.environmental
        )
        cpv = self.cpv()
        place_code, place_type = self.place()
        contract = Published(
            buyer_siret=siret,
            decp_id=decp_id,
            kind=self.kind,
            buyer_name=self.buyer_name(),
            nature=self.text("nature", 100),
            purchase=_purchase(siret, cpv),
            object=contract_object,
            cpv=cpv,
            procedure=self.text("procedure", 150),
            place_code=place_code,
            place_type=place_type,
            months=self.read("dureeMois", values.months),
            initial_amount=amount,
            amount=amount,
            notified_on=notified_on,
            published_on=published_on,
            said_on=published_on or notified_on,
            holders=self.holders(),
            social=social,
            environmental=environmental,
            framework=self.text("idAccordCadre", LONGEST_ID),
            modifications=0,
            format=self.format(),
            buyer_key_fails=key_fails,
            unknown_consideration=unknown,
        )
        self.amend(contract)
        return contract

    # One field

    def read(self, field: str, reader: Callable[[Any], Any], value: Any = None) -> Any:
        """A field by one of the readers of `values`. Raises Refused when it is of another kind."""
        try:
            return reader(self.said.get(field) if value is None else value)
        except Unreadable as unreadable:
            raise _refused(field, unreadable) from None

    def text(self, field: str, most: int) -> str:
        """A text, cut to `most` characters; empty when there is none."""
        return (self.read(field, values.text) or "")[:most]

    def required(self, field: str, most: int, remedy: Text) -> str:
        """A text that must be there, of `most` characters at most (0: any)."""
        found: str | None = self.read(field, values.text)
        if not found:
            raise Refused(field, _("nothing is said."), remedy)
        if most and len(found) > most:
            raise Refused(field, _("longer than %(n)d characters.") % {"n": most}, remedy)
        return found

    def inner(self, outer: str, most: int, *names: str) -> str:
        """A text inside an object; empty when there is none, whatever stands in its place."""
        try:
            return (values.text(inside(self.said, outer, *names)) or "")[:most]
        except Unreadable:
            return ""

    def date(self, field: str) -> dt.date | None:
        """A date, None when none is given. Raises Refused when it cannot be read or cannot be."""
        found: dt.date | None = self.read(field, values.day)
        if found is not None and (found - self.today).days > DAYS_AHEAD:
            problem = _("“%(day)s” is in the future.") % {"day": found.isoformat()}
            raise Refused(field, problem, _("Correct the year."))
        return found

    def notified_on(self) -> dt.date:
        """The day of notification; of signature, for a concession."""
        dates = self.fields[2]
        found = next((day for name in dates if (day := self.date(name))), None)
        if found is None:
            raise Refused(dates[0], _("no date."), GIVE_DATE)
        return found

    def amount(self) -> Decimal:
        """The amount of the contract as it was awarded."""
        amounts = self.fields[1]
        said = [(name, self.read(name, values.amount)) for name in amounts]
        field, found = next((one for one in said if one[1] is not None), (amounts[0], None))
        if found is None:
            raise Refused(field, _("no amount."), GIVE_AMOUNT)
        if found < 0:
            raise Refused(field, _("the amount is negative."), GIVE_AMOUNT)
        return Decimal(found)

    def buyer(self) -> tuple[str, bool]:
        """The SIRET of the buyer, and whether its check digit fails."""
        field, value, found = f"{self.fields[0][0]}.id", None, None
        for name in self.fields[0]:
            try:
                value = inside(self.said, name, "id")
                found = values.text(value)
            except Unreadable as unreadable:
                raise _refused(f"{name}.id", unreadable) from None
            if found:
                field = f"{name}.id"
                break
        if not found:
            raise Refused(field, _("no buyer."), GIVE_SIRET)
        number = "".join(found.split())
        if not isinstance(value, str):
            number = number.zfill(14)  # a number has lost the zeros that it began with
        shape, key_holds = _siret(number)
        if not shape:
            raise Refused(field, _("“%(text)s” is no SIRET number.") % {"text": found[:40]}, GIVE_SIRET)
        return number, not key_holds

    def buyer_name(self) -> str:
        """The name of the buyer; official formats give none."""
        names = (self.inner(outer, 200, "nom", "denominationSociale") for outer in self.fields[0])
        return next((name for name in names if name and not name.isdigit()), "")

    # Several values

    def cpv(self) -> str:
        """The CPV code, 8 figures and perhaps a key; empty when it has another shape."""
        found = self.text("codeCPV", 20).replace(" ", "")
        digits, _dash, check = found.partition("-")
        if digits.isascii() and digits.isdigit() and len(digits) in {7, 8}:
            return digits.zfill(8) + (f"-{check}" if len(check) == 1 and check.isdigit() else "")
        return ""

    def place(self) -> tuple[str, str]:
        """The code of the place of execution and its type, in the official spelling where there is one."""
        kind = self.inner("lieuExecution", 40, "typeCode")
        return self.inner("lieuExecution", 20, "code"), PLACES.get(values.key(kind), kind) if kind else ""

    def considerations(
        self, field: str, wrapper: str, official: Callable[[str], tuple[str, ...]]
    ) -> tuple[list[str] | None, bool]:
        """Official considerations, None when the record says none; and whether it says others, passed over."""
        found: dict[str, None] = {}
        unknown = False
        try:
            for one in listed(first(self.said, field, wrapper), wrapper):
                known = official(one) if isinstance(one, str) else ()
                found.update(dict.fromkeys(known))
                unknown = unknown or not known
        except Unreadable as unreadable:
            raise _refused(field, unreadable) from None
        return list(found) or None, unknown

    def holders(self) -> list[dict[str, str]]:
        """Who holds the contract: identifier, its type, name."""
        field = f"{self.holder}s"
        value = self.said.get(field)
        if value is None and self.flat:
            names = ("id", "typeIdentifiant", "denominationSociale", "nom")
            value = {name: self.said.get(f"{self.holder}_{name}") for name in names}
        try:
            if isinstance(unpacked(value), str) and values.text(value):
                raise Refused(field, _("not a list of objects."), AS_IN_SCHEMA)
            return _holders(value, self.holder)
        except Unreadable as unreadable:
            raise _refused(field, unreadable) from None

    def amend(self, contract: Published) -> None:
        """Apply the modifications: each adds to what was published, the newest word on a subject counts."""
        try:
            found = [one for one in listed(self.said.get("modifications"), "modification") if one]
        except Unreadable as unreadable:
            raise _refused("modifications", unreadable) from None
        changes = [_Change.of(one, self.holder) for one in found if isinstance(one, dict)]
        if len(changes) < len(found):
            raise Refused("modifications", _("not a list of objects."), AS_IN_SCHEMA)
        contract.modifications = min(len(changes), MOST_MODIFICATIONS)
        if all(change.day for change in changes):
            changes.sort(key=lambda change: change.day or dt.date.min)
        for change in changes:
            contract.amount = change.amount if change.amount is not None else contract.amount
            contract.months = change.months or contract.months
            contract.holders = change.holders or contract.holders
            if change.day and (change.day - self.today).days <= DAYS_AHEAD:
                contract.said_on = max(contract.said_on, change.day)

    # What the record is

    def _kind(self, container: str) -> str:
        if container in MARCHE:
            return Kind.MARCHE
        if container in CONCESSION:
            return Kind.CONCESSION
        for field in ("_type", "nature"):
            said = self.said.get(field)
            words = values.key(said) if isinstance(said, str) else ""
            if any(nature in words for nature in CONCESSION_NATURES):
                return Kind.CONCESSION
        authority = unpacked(self.said.get("autoriteConcedante"))
        no_buyer = not any(name in self.said for name in ("acheteur", "acheteur_id", "acheteur.id"))
        return Kind.CONCESSION if isinstance(authority, dict) and no_buyer else Kind.MARCHE

    def format(self) -> str:
        """Which format the record is written in, by what it has."""
        if self.flat:
            return Format.FLAT
        of_2022 = ("considerationsSociales", "typesPrix", "techniques", "modalitesExecution")
        return Format.OF_2022 if any(name in self.said for name in of_2022) else Format.OF_2019


@dataclass(slots=True)
class _Change:
    """One modification: when it was made known, and what it changes."""

    day: dt.date | None
    amount: Decimal | None
    months: int | None
    holders: list[dict[str, str]]

    @classmethod
    def of(cls, said: Mapping[str, Any], holder: str) -> "_Change":
        """What can be read of it; an amount of 0 or less is a difference or nothing, and no new amount."""
        days = (
            "datePublicationDonneesModification",
            "dateNotificationModification",
            "dateSignatureModification",
        )
        amounts = [_try(values.amount, said.get(name)) for name in ("montant", "valeurGlobale")]
        return cls(
            day=next((day for name in days if (day := _try(values.day, said.get(name)))), None),
            amount=next((one for one in amounts if one is not None and one > 0), None),
            months=_try(values.months, said.get("dureeMois")),
            holders=_try(lambda value: _holders(value, holder), said.get(f"{holder}s")) or [],
        )


def _holders(value: object, wrapper: str) -> list[dict[str, str]]:
    """Holders, each once; what is no object (a name of a field, in damaged files) is passed over."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for one in listed(value, wrapper):
        if isinstance(one, dict) and len(found) < MOST_HOLDERS:
            number = (values.text(one.get("id")) or "")[:40]
            name = (values.text(first(one, "denominationSociale", "nom")) or "")[:200]
            kind = (values.text(one.get("typeIdentifiant")) or "")[:20]
            if number or name:
                found.setdefault((kind, number or name), {"id": number, "type": kind, "name": name})
    return list(found.values())


def _try(reader: Callable[[Any], Any], value: object) -> Any:
    """What a reader reads, None for what it cannot."""
    try:
        return reader(value)
    except Unreadable:
        return None


def _purchase(siret: str, cpv: str) -> str:
    """Which European threshold the contract is compared with."""
    if cpv.startswith(WORKS_CPV):
        return ContractNature.WORKS
    state = siret.startswith(STATE_SIREN)
    return ContractNature.STATE_SUPPLIES_SERVICES if state else ContractNature.SUPPLIES_SERVICES


@lru_cache(maxsize=20_000)
def _siret(number: str) -> tuple[bool, bool]:
    """Whether a number has the shape of a SIRET (14 figures, not all zero), and whether its check digit holds."""
    if not number.strip("0"):
        return False, False
    try:
        identifiers.siret(number)
    except identifiers.InvalidIdentifier as invalid:
        return invalid.reason == "check", False
    return True, True


def _refused(field: str, unreadable: Unreadable) -> Refused:
    if unreadable.wrong_type:
        return Refused(field, _("the value is of another type."), AS_IN_SCHEMA)
    problem = _("“%(text)s” cannot be read.") % {"text": unreadable.shown}
    return Refused(field, problem, AS_IN_SCHEMA)
