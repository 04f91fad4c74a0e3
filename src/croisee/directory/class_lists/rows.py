"""The rows of a class list as pupils, and all that is wrong with them."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.class_lists import columns as c
from croisee.directory.models import Enrolment, SchoolClass
from croisee.directory.names import Key, looks_like_a_name, name_key, person_key
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.tables import Fault, Refused, Table, values

YOUNGEST, OLDEST = 9, 21
"""Ages in years, at the time of the import, between which a pupil of a collège or lycée is."""
SHORT_YEAR = re.compile(r"(\d{1,2}/\d{1,2}/)(\d\d)")
"""A date as spreadsheets write it into a CSV file."""
MOVE = "move"
"""The choice that lets the import move pupils from another class."""


@dataclass(frozen=True)
class Goal:
    """Where a class list goes: a class, or a school whose classes the list names, in a school year."""

    school: Organisation
    school_year: str
    school_class: SchoolClass | None = None

    @cached_property
    def classes(self) -> dict[str, SchoolClass]:
        """The classes of the school in that year, by their name as compared."""
        found = SchoolClass.objects.filter(school=self.school, school_year=self.school_year)
        return {name_key(one.name): one for one in found}

    @cached_property
    def known(self) -> dict[Key, Enrolment]:
        """The newest enrolment of each pupil that the school has or had; one that is open before one that is over."""
        rows = Enrolment.objects.filter(school_class__school=self.school).select_related(
            "person", "school_class"
        )
        found: dict[Key, Enrolment] = {}
        for row in sorted(rows, key=lambda row: (row.left_on is None, row.left_on or dt.date.min)):
            found[person_key(row.person.family_name, row.person.given_name, row.person.birth_date)] = row
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """A pupil as a row says; `index` counts from 0 in the table."""

    index: int
    family_name: str
    given_name: str
    birth_date: dt.date
    class_name: str
    address: str
    point: tuple[float, float] | None
    adult: str
    adult_email: str
    adult_phone: str
    own_email: str

    @property
    def key(self) -> Key:
        """What makes two rows one pupil."""
        return person_key(self.family_name, self.given_name, self.birth_date)

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"


def read_rows(table: Table, goal: Goal, choices: Iterable[str] = ()) -> tuple[list[Row], list[Fault]]:
    """The rows that can be taken in, and every fault of the others."""
    faults = _split_names(table)
    cells = table.columns
    born = table.parse(c.BORN, _birth_date, faults)
    lon, lat = (table.parse(name, _degrees, faults) for name in (c.LON, c.LAT))
    for name in (c.FAMILY_NAME, c.GIVEN_NAME):
        table.parse(name, _name, faults)
        faults += [table.fault(i, name, *_empty()) for i, text in enumerate(cells[name]) if not text]
    faults += [table.fault(i, c.BORN, *_empty()) for i, text in enumerate(cells[c.BORN]) if not text]
    for name in (c.ADULT_EMAIL, c.OWN_EMAIL):
        table.parse(name, _email, faults)
    faults += _half_points(table)
    wrong = {fault.row for fault in faults}
    rows = [
        Row(
            i,
            " ".join(cells[c.FAMILY_NAME][i].split()),
            " ".join(cells[c.GIVEN_NAME][i].split()),
            born[i] or dt.date.min,
            " ".join(cells[c.CLASS][i].split()),
            _address(cells, i),
            None if lon[i] is None or lat[i] is None else (lon[i] or 0.0, lat[i] or 0.0),
            cells[c.ADULT][i],
            cells[c.ADULT_EMAIL][i].lower(),
            _phone(cells[c.ADULT_PHONE][i]),
            cells[c.OWN_EMAIL][i].lower(),
        )
        for i in range(len(table))
        if table.rows[i] not in wrong
    ]
    together = [*_classes(table, rows, goal), *_twice(table, rows), *_elsewhere(table, rows, goal, choices)]
    return rows, faults + together


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
        words = text.split()
        capitals = list(takewhile(str.isupper, words))
        if capitals and len(capitals) < len(words):
            family[i], given[i] = " ".join(capitals), " ".join(words[len(capitals) :])
        else:
            faults.append(table.fault(i, c.FAMILY_NAME, problem, remedy))
    return faults


def _address(cells: Mapping[str, list[str]], i: int) -> str:
    """Street, postcode and city in one line."""
    street, city = cells[c.ADDRESS][i], f"{cells[c.POSTCODE][i]} {cells[c.CITY][i]}".strip()
    return f"{street} {city}".strip() if street else ""


def _empty() -> tuple[str, str]:
    return _("this cell is empty."), _("Fill it in, or take the row out.")


def _name(text: str) -> str:
    if not looks_like_a_name(text):
        raise Refused(
            _("“%(text)s” is not a name.") % {"text": values.shown(text)},
            _("Write letters, hyphens and apostrophes only."),
        )
    return text


def _birth_date(text: str) -> dt.date:
    short = SHORT_YEAR.fullmatch(text)
    day = values.date(f"{short[1]}20{short[2]}" if short else text)
    age = (timezone.localdate() - day).days / 365.25
    if not YOUNGEST <= age <= OLDEST:
        raise Refused(
            _("born on %(day)s: not the age of a pupil.") % {"day": values.shown(text)}, _("Check the year.")
        )
    return day


def _degrees(text: str) -> float:
    number = values.decimal(text)
    if not -180 <= number <= 180:
        raise Refused(
            _("“%(text)s” is no longitude or latitude in degrees.") % {"text": values.shown(text)},
            _("Write degrees, such as -1.68 and 48.11, or empty both cells."),
        )
    return number


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise Refused(
            _("“%(text)s” is no e-mail address.") % {"text": values.shown(text)},
            _("Correct it, or empty the cell: the family then works through the school."),
        ) from None
    return text


def _phone(text: str) -> str:
    """The number, with the zero that spreadsheets take from its beginning."""
    return f"0{text}" if re.fullmatch(r"[1-9]\d{8}", text) else text


def _half_points(table: Table) -> list[Fault]:
    problem, remedy = _("one of longitude and latitude is missing."), _("Fill in both cells, or empty both.")
    pairs = enumerate(zip(table.columns[c.LON], table.columns[c.LAT], strict=True))
    return [table.fault(i, c.LON, problem, remedy) for i, (x, y) in pairs if bool(x) != bool(y)]


def _classes(table: Table, rows: list[Row], goal: Goal) -> list[Fault]:
    """Rows without a class where the list must name it, or of another class than the one it goes into."""
    if goal.school_class is None:
        problem, remedy = _("no class is named."), _("Fill in the column “classe”, or import into one class.")
        return [table.fault(row.index, c.CLASS, problem, remedy) for row in rows if not row.class_name]
    own = name_key(goal.school_class.name)
    others = [row for row in rows if row.class_name and name_key(row.class_name) != own]
    problem = _("this pupil is of class %(other)s; the list goes into %(own)s.")
    remedy = _("Take the row out, or import the list into the whole school.")
    return [
        table.fault(
            row.index, c.CLASS, problem % {"other": row.class_name, "own": goal.school_class.name}, remedy
        )
        for row in others
    ]


def _twice(table: Table, rows: list[Row]) -> list[Fault]:
    """The same pupil on two rows."""
    first: dict[Key, Row] = {}
    faults = []
    for row in rows:
        before = first.setdefault(row.key, row)
        if before is not row:
            numbers = {"first": table.rows[before.index], "second": table.rows[row.index]}
            problem = _("rows %(first)d and %(second)d are the same pupil.") % numbers
            faults.append(table.fault(row.index, None, problem, _("Take one of the two out.")))
    return faults


def _elsewhere(table: Table, rows: list[Row], goal: Goal, choices: Iterable[str]) -> list[Fault]:
    """Pupils who are in another class of that year, unless moving them was asked for."""
    faults = []
    for row in rows if MOVE not in choices else ():
        if (there := moves_from(row, goal)) is not None:
            problem = _("%(name)s is in class %(class)s now.") % {"name": str(row), "class": there.name}
            remedy = _("Tick “Move pupils who are in another class”, or take the row out.")
            faults.append(table.fault(row.index, None, problem, remedy))
    return faults


def moves_from(row: Row, goal: Goal) -> SchoolClass | None:
    """The other class of that year, or of a later one, in which a pupil of the list is now; None for all others."""
    enrolment = goal.known.get(row.key)
    if enrolment is None or enrolment.left_on is not None:
        return None
    there = enrolment.school_class
    wanted = goal.school_class.name if goal.school_class else row.class_name
    same = there.school_year == goal.school_year and name_key(there.name) == name_key(wanted)
    return None if same or there.school_year < goal.school_year else there


def twins(rows: list[Row], goal: Goal) -> list[tuple[str, str]]:
    """Pairs of one family name and birth date whose given names differ: kept as two, and said."""
    by_family: dict[tuple[str, dt.date], dict[str, str]] = defaultdict(dict)
    for row in rows:
        by_family[row.key[0], row.birth_date].setdefault(row.key[1], str(row))
    for (family, given, born), enrolment in goal.known.items():
        if (family, born) in by_family and enrolment.left_on is None:
            by_family[family, born].setdefault(given, str(enrolment.person))
    groups = [list(names.values()) for names in by_family.values() if len(names) > 1]
    return [(names[0], other) for names in groups for other in names[1:]]


def homonyms(rows: list[Row], goal: Goal) -> list[str]:
    """Pupils of the list who are not there, while somebody of the same names with another birth date is."""
    names = {(family, given) for family, given, _born in goal.known}
    return [str(row) for row in rows if row.key not in goal.known and row.key[:2] in names]
