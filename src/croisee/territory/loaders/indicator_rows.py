"""The rows of a table of indicators: of which neighbourhood and which year each one is, and whether it is ours."""

import re
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from croisee.foundation.identifiers import InvalidIdentifier, qpv, qpv_generation
from croisee.foundation.tables import Column, Fault, FaultyInput, Table
from croisee.foundation.tables.columns import header_key
from croisee.territory.loaders import schools
from croisee.territory.loaders.loading import Load
from croisee.territory.loaders.refusals import SHOWN
from croisee.territory.models import Zone, ZoneKind

CODE = Column("code_qp", ("code_qpv", "code_qp_2015", "code_qp_2024"))
PERIOD = ("annee", "periode", "millesime")
COMMUNE_CODES = ("codecommune", "codeinsee", "inseecom", "cominsee")
COMMUNE_NAMES = ("nomcommune", "libcom", "nomcom", "commune")
SEVERAL = re.compile(r"[,;/\n]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table about a neighbourhood that is loaded; `period` is empty when nothing states it."""

    index: int
    zone: Zone
    period: str


def rows_of(load: Load, table: Table) -> list[Row]:
    """The rows about neighbourhoods of the EPCI; those of others are counted, and wrong ones refused.

    Raises FaultyInput when every neighbourhood of the EPCI is refused for want of being loaded: the outlines, or
    the list, come first.
    """
    ground = _Ground(load, table)
    rows: dict[tuple[str, str], Row] = {}
    unknown: list[Fault] = []
    for index, written in enumerate(table.columns[CODE.name]):
        code = _checked_code(load, table, index, written)
        if code is None:
            continue
        period = ground.period(index)
        if (zone := ground.zones.get(code)) is None:
            if ground.is_ours(index, code):
                unknown.append(_unknown(table, index, code))
                load.refusals.add(unknown[-1])
            else:
                load.elsewhere += 1
        elif (code, period) in rows:
            problem = _("a row above gives the neighbourhood %(code)s already.") % {"code": code}
            remedy = _("Keep one of the two; a column “annee” tells years apart.")
            load.refusals.add(table.fault(index, CODE.name, problem, remedy))
        else:
            rows[code, period] = Row(index, zone, period)
    if unknown and not rows:
        raise FaultyInput(list(islice(unknown, SHOWN)))
    return list(rows.values())


def _checked_code(load: Load, table: Table, index: int, written: str) -> str | None:
    """The code of a row, or None after having refused the row."""
    try:
        return qpv(written)
    except InvalidIdentifier:
        problem = _("“%(code)s” is not the code of a priority neighbourhood.") % {"code": written}
        remedy = _("Correct it (QP and 6 figures, QN and 6 characters).")
        load.refusals.add(table.fault(index, CODE.name, problem, remedy))
        return None


def _unknown(table: Table, index: int, code: str) -> Fault:
    problem = _("no neighbourhood %(code)s is loaded.") % {"code": code}
    remedy = _("Correct the code, or load the outlines of the neighbourhoods of %(year)d first.")
    return table.fault(index, CODE.name, problem, remedy % {"year": qpv_generation(code)})


class _Ground:
    """What is loaded of the EPCI, and what the table says of where its rows are."""

    def __init__(self, load: Load, table: Table) -> None:
        held = Zone.objects.filter(
            kind=ZoneKind.QPV, commune_codes__overlap=sorted(set(load.communes.values()))
        )
        self.zones = {zone.code: zone for zone in held.defer("outline")}
        self._generations = {zone.generation for zone in self.zones.values()}
        self._communes = load.communes
        self._departments = schools.departments_of(load.epci)
        self._town_of = schools.towns_of(load.epci)
        self._stated = period_stated_by(load.source)
        self._columns = {header_key(name): cells for name, cells in table.columns.items()}

    def period(self, index: int) -> str:
        """The year or years of a row: what its column says, else what the name of the file says."""
        return self._cell(index, PERIOD)[:20] or self._stated

    def is_ours(self, index: int, code: str) -> bool:
        """Whether a neighbourhood that is not loaded lies in the EPCI, as far as can be told.

        Without a commune in the row, a neighbourhood of the department is another EPCI's once ours of that
        generation are loaded.
        """
        department = code[2:5]
        codes = [part.strip() for part in SEVERAL.split(self._cell(index, COMMUNE_CODES))]
        names = [part.strip() for part in SEVERAL.split(self._cell(index, COMMUNE_NAMES))]
        if any(codes):
            return any(part in self._communes for part in codes)
        if any(names):
            return any(self._town_of(department, part) is not None for part in names if part)
        return department in self._departments and qpv_generation(code) not in self._generations

    def _cell(self, index: int, keys: tuple[str, ...]) -> str:
        cells = (self._columns[key][index] for key in keys if key in self._columns)
        return next((cell for cell in cells if cell), "")


def period_stated_by(source: str) -> str:
    """The year in the name of a file; the one after `qpv` is that of the neighbourhoods, not of the figures."""
    bare = re.sub(r"(?i)q[pn]v?[-_ ]?20\d\d", "", source)
    found = re.search(r"(?<!\d)20\d\d([-_]20\d\d)?(?!\d)", bare)
    return found.group().replace("_", "-") if found else ""
