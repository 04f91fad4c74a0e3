"""The rows of a caseload as people and their journeys, and all that is wrong with each by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.doubles import Identity, phone_key
from croisee.directory.models import Level, Sex
from croisee.directory.names import looks_like_a_name
from croisee.directory.rome import codes_in, strays_in
from croisee.foundation.dates import age_in_years
from croisee.foundation.tables import Fault, Refused, Table, values
from croisee.foundation.tables.columns import header_key
from croisee.journeys.caselists import columns as c
from croisee.journeys.models import ENTERED, ExitKind, JourneyState

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.caselists.goal import Goal

YOUNGEST, OLDEST = 14, 99
"""Ages in years at the time of the import."""
PHONE_DIGITS = 6
FIRST_YEAR = 1980
"""Before this year no programme followed anyone: a date of a journey is mistyped."""


@dataclass(frozen=True)
class Row:
    """A person and a journey as a row says; `index` counts from 0 in the table.

    `known` holds what is said of the person beside who it is, `journey` what is said of the journey: nothing empty.
    """

    index: int
    number: int
    identity: Identity
    known: dict[str, Any]
    journey: dict[str, Any]
    state: JourneyState
    referent: Account | None = None
    last_contact: dt.date | None = None

    def __str__(self) -> str:
        return f"{self.identity.given_name} {self.identity.family_name}"

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """From when to when the journey goes, as far as the row says."""
        begins = self.journey.get("entered_on") or self.journey.get("asked_on") or dt.date.min
        if self.state in (JourneyState.REFUSED, JourneyState.WITHDRAWN):
            return begins, begins
        return begins, self.journey.get("exited_on") or dt.date.max


def read_rows(table: Table, goal: Goal) -> tuple[list[Row], list[Fault]]:
    """The rows that hold together, and every fault of the others."""
    faults = _split_names(table)
    parsed: dict[str, list[Any]] = {
        name: table.parse(name, parser, faults) for name, parser in _parsers(goal).items()
    }
    for name in (c.FAMILY_NAME, c.GIVEN_NAME, c.BORN):
        empty = (_("this cell is empty."), _("Fill it in, or take the row out."))
        faults += [table.fault(i, name, *empty) for i, text in enumerate(table.columns[name]) if not text]
    wrong = {fault.row for fault in faults}
    rows = []
    for i in range(len(table)):
        if table.rows[i] not in wrong:
            row = _row(table, parsed, i)
            faults += (found := _inconsistent(table, row))
            if not found:
                rows.append(row)
    return rows, faults


def _parsers(goal: Goal) -> dict[str, Callable[[str], Any]]:
    past = dict.fromkeys((c.ASKED, c.ENTERED, c.EXITED, c.LAST_CONTACT), _past_day)
    return {
        c.FAMILY_NAME: _name,
        c.GIVEN_NAME: _name,
        c.BORN: _born,
        c.SEX: _word(Sex, c.SEXES),
        c.LEVEL: _word(Level, c.LEVELS),
        c.STATE: _word(JourneyState, c.STATES),
        c.EXIT_KIND: _word(ExitKind, c.EXITS),
        c.JOBS: _jobs,
        c.EMAIL: _email,
        c.PHONE: _phone,
        c.REFERENT: _referent(goal),
        c.PLANNED_END: _day,
        **past,
    }


def _row(table: Table, parsed: dict[str, list[Any]], i: int) -> Row:
    cells = {name: texts[i] for name, texts in table.columns.items()}
    said = {name: found[i] for name, found in parsed.items()}
    town = f"{cells[c.POSTCODE]} {cells[c.TOWN]}".strip()
    known = {
        "sex": said[c.SEX],
        "level": said[c.LEVEL],
        "jobs": said[c.JOBS],
        "email": said[c.EMAIL],
        "phone": said[c.PHONE],
        "address": f"{cells[c.ADDRESS]} {town}".strip() if cells[c.ADDRESS] else "",
    }
    journey = {
        "asked_on": said[c.ASKED],
        "entered_on": said[c.ENTERED],
        "planned_end_on": said[c.PLANNED_END],
        "exited_on": said[c.EXITED],
        "exit_kind": said[c.EXIT_KIND],
        "project": cells[c.PROJECT],
    }
    if said[c.JOBS]:
        journey["project_job"] = said[c.JOBS][0]
    state = said[c.STATE] or _state_of(journey)
    identity = Identity(
        said[c.FAMILY_NAME], said[c.GIVEN_NAME], said[c.BORN], said[c.PHONE] or "", said[c.EMAIL] or ""
    )
    return Row(
        i,
        table.rows[i],
        identity,
        {name: value for name, value in known.items() if value},
        {name: value for name, value in journey.items() if value},
        JourneyState(state),
        said[c.REFERENT],
        said[c.LAST_CONTACT],
    )


def _state_of(journey: dict[str, Any]) -> JourneyState:
    """Where a journey stands, as its dates say."""
    if journey["exited_on"] or journey["exit_kind"]:
        return JourneyState.ENDED
    return JourneyState.UNDER_WAY if journey["entered_on"] else JourneyState.PROPOSED


def _inconsistent(table: Table, row: Row) -> list[Fault]:
    """What does not go together in a row."""
    said, state = row.journey, row.state
    label = state.label
    found: list[tuple[str, str, str]] = []
    if state in ENTERED and "entered_on" not in said:
        found.append(
            (
                c.ENTERED,
                _("the day of the entry is missing; the journey is “%(state)s”.") % {"state": label},
                _("Write the date, or another state."),
            )
        )
    if state == JourneyState.ENDED:
        for name, key, problem in (
            (c.EXITED, "exited_on", _("the day of the exit is missing.")),
            (c.EXIT_KIND, "exit_kind", _("the kind of exit is missing.")),
        ):
            if key not in said:
                found.append((name, problem, _("Fill it in, or change the state of the journey.")))
    elif "exited_on" in said or "exit_kind" in said:
        found.append(
            (
                c.STATE,
                _("there is an exit, and the journey is “%(state)s”.") % {"state": label},
                _("Correct the state, or empty the exit."),
            )
        )
    if said.get("exited_on", dt.date.max) < said.get("entered_on", dt.date.min):
        found.append((c.EXITED, _("the exit comes before the entry."), _("Correct one of the two dates.")))
    if said.get("planned_end_on", dt.date.max) < said.get("entered_on", dt.date.min):
        found.append(
            (c.PLANNED_END, _("the planned end comes before the entry."), _("Correct one of the two dates."))
        )
    if said.get("asked_on", dt.date.min) > said.get("entered_on", dt.date.max):
        found.append((c.ASKED, _("the entry comes before the request."), _("Correct one of the two dates.")))
    return [table.fault(row.index, name, problem, remedy) for name, problem, remedy in found]


def _split_names(table: Table) -> list[Fault]:
    """Tell family and given names apart where one column holds both, as in “LE GOFF Léa”; a fault for each other."""
    faults: list[Fault] = []
    if table.headers.get(c.FAMILY_NAME) != table.headers.get(c.GIVEN_NAME):
        return faults
    family, given = table.columns[c.FAMILY_NAME], table.columns[c.GIVEN_NAME]
    problem = _("family name and given name cannot be told apart.")
    remedy = _("Write the family name in capitals, as in LE GOFF Léa, or make two columns of them.")
    for i, text in enumerate(family):
        if not text or text != given[i]:
            continue
        words = text.replace(",", " ").split()
        capitals = list(takewhile(str.isupper, words))
        if not capitals or len(capitals) == len(words):
            capitals = words[:1] if len(words) == 2 else []
        if capitals:
            family[i], given[i] = " ".join(capitals), " ".join(words[len(capitals) :])
        else:
            faults.append(table.fault(i, c.FAMILY_NAME, problem, remedy))
    return faults


def _word(choices: type[Any], known: dict[str, Any]) -> Callable[[str], str]:
    """A parser of one of `choices`: by its value, by what it is called, by what the field writes."""
    words = {header_key(text): str(value) for text, value in known.items()}
    words |= {header_key(value): value for value in choices.values}
    words |= {header_key(str(label)): value for value, label in choices.choices}

    def parse(text: str) -> str:
        found = words.get(header_key(text))
        if found is None:
            shown = ", ".join(str(label) for label in choices.labels)
            raise Refused(
                _("“%(text)s” is not understood.") % {"text": values.shown(text)},
                _("Say what it means on the page of the columns, or write one of: %(words)s.")
                % {"words": shown},
            )
        return str(found)

    return parse


def _referent(goal: Goal) -> Callable[[str], Account]:
    def parse(text: str) -> Account:
        found = goal.referent(text)
        if found is None:
            raise Refused(
                _("“%(text)s” follows nobody in this programme.") % {"text": values.shown(text)},
                _("Say who it is on the page of the columns, invite them first, or empty the cell."),
            )
        return found

    return parse


def _name(text: str) -> str:
    if not looks_like_a_name(text):
        raise Refused(
            _("“%(text)s” is not a name.") % {"text": values.shown(text)},
            _("Write letters, hyphens and apostrophes only."),
        )
    return " ".join(text.split())


def _born(text: str) -> dt.date:
    day = values.date(text)
    if not YOUNGEST <= age_in_years(day, timezone.localdate()) <= OLDEST:
        raise Refused(
            _("“%(text)s” makes an age that cannot be.") % {"text": values.shown(text)}, _("Check the year.")
        )
    return day


def _day(text: str) -> dt.date:
    day = values.date(text)
    if day.year < FIRST_YEAR:
        raise Refused(_("“%(text)s” is too long ago.") % {"text": values.shown(text)}, _("Check the year."))
    return day


def _past_day(text: str) -> dt.date:
    day = _day(text)
    if day > timezone.localdate():
        raise Refused(_("“%(text)s” is still to come.") % {"text": values.shown(text)}, _("Check the date."))
    return day


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise Refused(
            _("“%(text)s” is no e-mail address.") % {"text": values.shown(text)},
            _("Correct it, or empty the cell."),
        ) from None
    return text.lower()


def _phone(text: str) -> str:
    """The number as it is written, with the zero that spreadsheets take from its beginning."""
    if sum(letter.isdigit() for letter in text) < PHONE_DIGITS:
        raise Refused(
            _("“%(text)s” is no telephone number.") % {"text": values.shown(text)},
            _("Correct it, or empty the cell."),
        )
    key = phone_key(text)
    french = key.startswith("+33") and len(key) == len("+33612345678")
    return f"0{key[3:]}" if french and text.isdigit() and not text.startswith("0") else text


def _jobs(text: str) -> list[str]:
    if strays_in(text):
        raise Refused(
            _("“%(text)s” is no ROME code.") % {"text": values.shown(text)},
            _("Write codes, as F1606, with a comma between them. Or empty the cell."),
        )
    return codes_in(text)
