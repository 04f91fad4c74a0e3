"""offers.csv: internships on offer, one row for each offer in a given week."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.foundation import identifiers
from croisee.foundation.tables import Fault, Refused, Table, values
from croisee.stages.files.locations import Locations, read_locations
from croisee.stages.files.unique import first_rows
from croisee.stages.files.weeks import week

MOST_SEATS = 1_000


@dataclass(frozen=True)
class Offers:
    """Seat pools (an offer in a given week) in the order of (offer_id, week): the file's order never counts.

    `min_age` is -1 where the file says nothing; `public` is true where the SIREN is one of the State or of
    local authorities.
    """

    ids: list[str]
    weeks: list[str]
    titles: list[str]
    sectors: list[str]
    sirets: list[str]
    where: Locations
    seats: NDArray[np.int32]
    reserved: NDArray[np.int32]
    min_age: NDArray[np.int32]
    public: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def week_codes(self) -> NDArray[np.str_]:
        """The weeks as an array."""
        return np.array(self.weeks)


def check_offers(table: Table, faults: list[Fault]) -> tuple[Offers, set[str]]:
    """The rows that are right, and the offer_id of every row, right or not; faults go to `faults`."""
    ids = table.columns["offer_id"]
    weeks = table.parse("week", week, faults)
    seats = table.parse("seats", _seats, faults)
    reserved = table.parse("reserved", values.natural_integer, faults)
    min_age = table.parse("min_age", _min_age, faults)
    sirets = table.parse("siret", _siret, faults)
    where, good = read_locations(table, faults)
    for index, cells in enumerate(zip(ids, weeks, seats, strict=True)):
        filled = _filled(table, index, ("offer_id", "week", "seats"), faults)
        good[index] &= filled and None not in cells
    for name, parsed in (("reserved", reserved), ("min_age", min_age), ("siret", sirets)):
        good &= [
            value is not None or not cell for value, cell in zip(parsed, table.columns[name], strict=True)
        ]
    for index in np.flatnonzero(good).tolist():
        if (kept := reserved[index] or 0) > (all_seats := seats[index] or 0):
            good[index] = False
            faults.append(_over_reserved(table, index, kept, all_seats))
    good &= first_rows(
        table,
        [f"{offer}\x1f{text}" if offer and text else "" for offer, text in zip(ids, weeks, strict=True)],
        "offer_id",
        _("the offer “%(key)s” already has row %(row)d for the same week."),
        _("Keep one row for each offer and week; put the sum in its column “seats” if both are real."),
        faults,
    )
    order = sorted(np.flatnonzero(good).tolist(), key=lambda i: (ids[i], weeks[i]))
    offers = _offers(table, order, weeks, where, seats, reserved, min_age, sirets)
    return offers, set(ids)


def _offers(
    table: Table,
    order: list[int],
    weeks: list[str | None],
    where: Locations,
    seats: list[int | None],
    reserved: list[int | None],
    min_age: list[int | None],
    sirets: list[str | None],
) -> Offers:
    def numbers(column: list[int | None], empty: int) -> NDArray[np.int32]:
        picked = (column[i] for i in order)
        return np.array([empty if number is None else number for number in picked], np.int32)

    def texts(name: str) -> list[str]:
        return [table.columns[name][i] for i in order]

    numbered = [sirets[i] or "" for i in order]
    return Offers(
        ids=texts("offer_id"),
        weeks=[weeks[i] or "" for i in order],
        titles=texts("title"),
        sectors=texts("sector"),
        sirets=numbered,
        where=where.take(np.array(order, np.int64)),
        seats=numbers(seats, 0),
        reserved=numbers(reserved, 0),
        min_age=numbers(min_age, -1),
        public=np.array([siret[:1] in {"1", "2"} for siret in numbered], bool),
    )


def _filled(table: Table, index: int, names: tuple[str, ...], faults: list[Fault]) -> bool:
    """Whether the cells that a row cannot do without hold something; each that does not is a fault."""
    empty = [name for name in names if not table.columns[name][index]]
    faults += [table.fault(index, name, _("the cell is empty."), _("Fill it in.")) for name in empty]
    return not empty


def _seats(text: str) -> int:
    number = values.integer(text)
    if number < 1:
        raise Refused(
            _("an offer with %(number)d seats gives a place to nobody.") % {"number": number},
            _("Write how many pupils the host takes that week, from 1; or delete the row."),
        )
    if number > MOST_SEATS:
        raise Refused(
            _("%(number)d seats in one week at one host is not plausible.") % {"number": number},
            _("Check the number: %(most)d at most is accepted.") % {"most": MOST_SEATS},
        )
    return number


def _min_age(text: str) -> int:
    number = values.natural_integer(text)
    if number > 25:
        raise Refused(
            _("%(number)d is not an age to start an internship of troisième at.") % {"number": number},
            _("Write an age in years, such as 14 or 15, or leave it empty."),
        )
    return number


def _siret(text: str) -> str:
    try:
        return identifiers.siret(text)
    except identifiers.InvalidIdentifier as invalid:
        if "e+" in text.lower():
            remedy = _("A spreadsheet rounded it: format the column as text and type the 14 digits again.")
        elif invalid.reason == "check":
            remedy = _(
                "A digit is wrong: copy the number again from the host's papers or annuaire-entreprises."
            )
        else:
            remedy = _("A SIRET has 14 digits. Leave the cell empty if the host has none.")
        raise Refused(_("“%(text)s” is not a valid SIRET.") % {"text": text[:40]}, remedy) from None


def _over_reserved(table: Table, index: int, reserved: int, seats: int) -> Fault:
    return table.fault(
        index,
        "reserved",
        _("%(reserved)d reserved seats for %(seats)d seats in all.") % {"reserved": reserved, "seats": seats},
        _("Reserved seats are among the seats: write at most as many."),
    )
