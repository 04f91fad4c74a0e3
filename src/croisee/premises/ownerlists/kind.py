"""The import of an owner's list, declared: whom it is for, where it goes, what it will do to each unit."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import (
    ImportKind,
    Outcome,
    PlannedRow,
    Tables,
    Target,
    TargetRefused,
)
from croisee.foundation.tables import Fault, FaultyInput
from croisee.premises.models import UnitState
from croisee.premises.ownerlists import columns as c
from croisee.premises.ownerlists.columns import PREMISES, SLOT
from croisee.premises.ownerlists.rows import COLUMN_OF, Goal, Row, read_rows, route
from croisee.premises.queries.owners import owners_for
from croisee.premises.services import units
from croisee.premises.siting import locate

NAME = "premises.owner_list"
LONG = 150
"""From so many rows on, the import is done in the background, and its progress is shown."""


def address_for(organisation: Organisation) -> str:
    """Where the list of an owner is sent."""
    return f"{reverse('imports:begin', args=[NAME])}?target={organisation.pk}"


def target(key: str, account: Account) -> Target:
    """The owner of that identifier, whose list `account` keeps. Raises TargetRefused for another."""
    try:
        organisation = owners_for(account).get(pk=UUID(key))
    except (ValueError, Organisation.DoesNotExist):
        raise TargetRefused(
            gettext("this table goes into no list of yours."),
            gettext("Begin again from the list of premises."),
        ) from None
    url = reverse("premises:import_units", args=[organisation.pk])
    return Target(key, organisation.name, url, Goal(organisation, account), organisation=organisation)


def _validate(tables: Tables, target: Target) -> list[Fault]:
    return read_rows(tables[SLOT], target.value)[1]


def _plan(tables: Tables, target: Target) -> list[PlannedRow]:
    """What will become of each row that holds together."""
    return [_planned(row, target) for row in read_rows(tables[SLOT], target.value)[0]]


def _planned(row: Row, target: Target) -> PlannedRow:
    state = _state_after(row)
    if row.unit is None:
        detail = gettext("state: %(state)s") % {"state": state or UnitState.FOUND.label}
        return PlannedRow(row.number, str(row), gettext("new unit"), "info", detail)
    said = []
    if row.changed:
        names = ", ".join(c.PREMISES.label_of(COLUMN_OF[name]) for name in row.changed)
        said.append(gettext("changes: %(names)s") % {"names": names})
    if state:
        said.append(gettext("state: %(state)s") % {"state": state})
    if row.held:
        said.append(gettext("stays under option: lift it here first"))
    if row.changed or state:
        return PlannedRow(row.number, str(row), gettext("brought up to date"), "ok", " · ".join(said))
    return PlannedRow(row.number, str(row), gettext("unchanged"), "", " · ".join(said))


def _state_after(row: Row) -> str:
    """In words, where the moves of a row lead; "" when it moves nowhere."""
    if not row.moves:
        return ""
    origin = str(row.unit.state) if row.unit else str(UnitState.FOUND)
    for state in c.SAID_STATES:
        if route(origin, str(state)) == row.moves:
            return str(state.label)
    return ""


def _remarks(tables: Tables, target: Target) -> list[str]:
    """How many are new, changed and as they are; which are not in the file."""
    goal: Goal = target.value
    rows = read_rows(tables[SLOT], goal)[0]
    counts = Counter(_what(row) for row in rows)
    said = []
    if counts["new"]:
        said.append(ngettext("%(n)d new unit.", "%(n)d new units.", counts["new"]) % {"n": counts["new"]})
    if counts["changed"]:
        text = ngettext(
            "%(n)d unit is brought up to date.", "%(n)d units are brought up to date.", counts["changed"]
        )
        said.append(text % {"n": counts["changed"]})
    if counts["same"]:
        text = ngettext("%(n)d unit is as here.", "%(n)d units are as here.", counts["same"])
        said.append(text % {"n": counts["same"]})
    there = {row.unit.pk for row in rows if row.unit is not None}
    others = [
        unit for unit in goal.known.values() if unit.pk not in there and unit.state != UnitState.WITHDRAWN
    ]
    if others:
        text = ngettext(
            "%(n)d unit of yours is not in the file: it stays as it is.",
            "%(n)d units of yours are not in the file: they stay as they are.",
            len(others),
        )
        said.append(text % {"n": len(others)})
    return said


def _what(row: Row) -> str:
    if row.unit is None:
        return "new"
    return "changed" if row.changed or row.moves else "same"


def store(tables: Tables, account: Account, target: Target) -> Outcome:
    """Take a list in, inside the transaction of the import; the second time the same file changes nothing.

    Raises FaultyInput when something changed meanwhile that a row does not go with.
    """
    goal: Goal = target.value
    # Two files of one owner at once: the second looks at what the first made.
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=goal.organisation.pk)
    table = tables[SLOT]
    rows, faults = read_rows(table, goal)
    if faults:
        raise FaultyInput(faults)
    for done, row in enumerate(rows):
        try:
            _store(row, goal.organisation, account)
        except ValidationError as refused:
            problem = " ".join(refused.messages)
            raise FaultyInput(
                [table.fault(row.index, c.REFERENCE, problem, gettext("Correct the row, or take it out."))]
            ) from refused
        target.advance(done + 1, len(rows))
    counts = Counter(_what(row) for row in rows)
    return Outcome(_address(account), _words(counts))


def _store(row: Row, owner: Organisation, account: Account) -> None:
    unit, written = row.unit, dict(row.changed)
    if "address" in written:
        written |= _place(written["address"])
    if unit is None:
        unit = units.add({"reference": row.reference, **written}, owner, account)
    elif written:
        unit = units.change(unit, written, account)
    for move in row.moves:
        unit = units.move(unit, move, account)


def _place(address: str) -> dict[str, Any]:
    """What the territory knows of an address; nothing, rather than no point, where it is not found."""
    known = locate(address)
    if known.lon is None:
        return {}
    return {
        "commune_code": known.commune_code,
        "ban_id": known.ban_id,
        "lon": known.lon,
        "lat": known.lat,
        "zone_codes": known.zone_codes,
    }


def _address(account: Account) -> str:
    return reverse("premises:my_units" if account.has_role(Role.LANDLORD) else "premises:owners")


def _words(counts: Counter[str]) -> str:
    if not counts["new"] and not counts["changed"]:
        return gettext("Nothing changed: the list was here already, as the file says.")
    parts = [
        ngettext("%(n)d new unit", "%(n)d new units", counts["new"]) % {"n": counts["new"]},
        ngettext("%(n)d brought up to date", "%(n)d brought up to date", counts["changed"])
        % {"n": counts["changed"]},
        ngettext("%(n)d unchanged", "%(n)d unchanged", counts["same"]) % {"n": counts["same"]},
    ]
    numbers = (counts["new"], counts["changed"], counts["same"])
    return ", ".join(part for part, n in zip(parts, numbers, strict=True) if n) + "."


KIND = ImportKind(
    NAME,
    _("List of an owner’s premises"),
    slots=(PREMISES,),
    validate=_validate,
    apply=store,
    roles=(Role.LANDLORD, Role.DEVELOPER),
    target=target,
    remarks=_remarks,
    mapped=True,
    plan=_plan,
    long=LONG,
)
