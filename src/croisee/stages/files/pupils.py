"""pupils.csv: who needs an internship, in which week, from where."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.foundation import identifiers
from croisee.foundation.tables import Fault, Refused, Table, values
from croisee.stages.files.locations import Locations, read_locations
from croisee.stages.files.unique import first_rows
from croisee.stages.files.weeks import age_on, week

YOUNGEST, OLDEST = 11, 20
LONGEST_MINUTES = 300


@dataclass(frozen=True, slots=True)
class Pupils:
    """Pupils in the order of pupil_id, so that neither the lottery nor a tie depends on the file's order.

    `age` is in whole years on the first day of the internship; `protected` is 1, 0, or -1 where it is to be
    computed; `max_minutes` is nan where the family sets no limit of its own; `continues` is false where the
    family declines any place it did not ask for.
    """

    ids: list[str]
    schools: list[str]
    weeks: list[str]
    age: NDArray[np.int32]
    where: Locations
    protected: NDArray[np.int8]
    max_minutes: NDArray[np.float64]
    continues: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


def check_pupils(table: Table, faults: list[Fault], notes: list[str]) -> tuple[Pupils, set[str]]:
    """The rows that are right, and the pupil_id of every row, right or not; what is wrong: `faults`."""
    columns = table.columns
    ids = columns["pupil_id"]
    weeks = table.parse("week", week, faults)
    births = table.parse("birth_date", values.date, faults)
    schools = table.parse("school_uai", _uai, faults)
    protected = table.parse("protected", values.yes_or_no, faults)
    minutes = table.parse("max_minutes", _minutes, faults)
    continues = table.parse("continuation", values.yes_or_no, faults)
    where, good = read_locations(table, faults)
    for name in ("pupil_id", "week", "birth_date"):
        good &= _not_empty(table, name, faults)
    for name, parsed in (
        ("week", weeks), ("birth_date", births), ("school_uai", schools), ("protected", protected),
        ("max_minutes", minutes), ("continuation", continues),
    ):  # fmt: skip
        good &= [value is not None or not cell for value, cell in zip(parsed, columns[name], strict=True)]
    age = _ages(table, births, weeks, good, faults)
    good &= first_rows(
        table,
        ids,
        "pupil_id",
        _("the pupil “%(key)s” is already in row %(row)d."),
        _("Keep one row for each pupil."),
        faults,
    )
    _note_check_letters(schools, notes)
    order = sorted(np.flatnonzero(good).tolist(), key=lambda i: ids[i])
    pupils = Pupils(
        ids=[ids[i] for i in order],
        schools=[schools[i] or "" for i in order],
        weeks=[weeks[i] or "" for i in order],
        age=age[order],
        where=where.take(np.array(order, np.int64)),
        protected=np.array([_three_state(protected[i]) for i in order], np.int8),
        max_minutes=np.array([minutes[i] for i in order], np.float64),
        continues=np.array([continues[i] is not False for i in order], bool),
    )
    return pupils, set(ids)


def _three_state(answer: bool | None) -> int:
    return -1 if answer is None else int(answer)


def _not_empty(table: Table, name: str, faults: list[Fault]) -> NDArray[np.bool_]:
    filled = np.array([bool(cell) for cell in table.columns[name]], bool)
    problem, remedy = _("the cell is empty."), _("Fill it in.")
    faults += [table.fault(i, name, problem, remedy) for i in np.flatnonzero(~filled).tolist()]
    return filled


def _ages(
    table: Table,
    births: list[dt.date | None],
    weeks: list[str | None],
    good: NDArray[np.bool_],
    faults: list[Fault],
) -> NDArray[np.int32]:
    """Ages on the internship's first day; one that no pupil of troisième has is a fault, clears `good`."""
    starts = {text: identifiers.week_monday(text) for text in set(weeks) if text}
    ages = np.full(len(births), -1, np.int32)
    for index, (birth, text) in enumerate(zip(births, weeks, strict=True)):
        if birth is None or text is None:
            continue
        ages[index] = age = age_on(birth, starts[text])
        if not YOUNGEST <= age <= OLDEST:
            good[index] = False
            problem = _("a pupil born on %(birth)s is %(age)d on the first day of the internship.")
            faults.append(
                table.fault(
                    index,
                    "birth_date",
                    problem % {"birth": birth.isoformat(), "age": age},
                    _("Check the birth date (%(youngest)d to %(oldest)d years are accepted) and the week.")
                    % {"youngest": YOUNGEST, "oldest": OLDEST},
                )
            )
    return ages


def _uai(text: str) -> str:
    """A UAI of the right shape. A wrong check letter is said in a note: it must not stop a round."""
    try:
        return identifiers.uai(text)
    except identifiers.InvalidIdentifier as invalid:
        if invalid.reason == "check":
            return "".join(text.split()).upper()
        raise Refused(
            _("“%(text)s” is not a UAI number.") % {"text": text[:40]},
            _("A UAI has seven digits and a letter, such as 0350963G."),
        ) from None


def _note_check_letters(schools: list[str | None], notes: list[str]) -> None:
    for school in sorted({school for school in schools if school}):
        try:
            identifiers.uai(school)
        except identifiers.InvalidIdentifier:
            notes.append(
                _("the check letter of the UAI %(uai)s does not agree with its digits: check it.")
                % {"uai": school}
            )


def _minutes(text: str) -> float:
    minutes = values.decimal(text)
    if not 0 < minutes <= LONGEST_MINUTES:
        raise Refused(
            _("a travel time of %(minutes)g minutes cannot be a limit.") % {"minutes": minutes},
            _("Write minutes from 1 to %(longest)d, or leave it empty.") % {"longest": LONGEST_MINUTES},
        )
    return minutes
