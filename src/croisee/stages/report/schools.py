"""The part of the report that each school looks up: its pupils, one row each.

Ten thousand rows are written by hand rather than by a template: it is most of the page, and ten times faster.
Nothing in them tells who is protected or who holds a reserved seat.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from croisee.stages.files import School
from croisee.stages.placements import ranks
from croisee.stages.report.numbers import decimal
from croisee.stages.round import FROM_HOME, Outcome


@dataclass(frozen=True, slots=True)
class SchoolPart:
    """A school of the round, its counts, and the rows of its table."""

    uai: str
    name: str
    pupils: int
    placed: int
    first: int
    rows: SafeString

    @property
    def without(self) -> int:
        """Pupils who have no place."""
        return self.pupils - self.placed


def school_parts(outcome: Outcome, schools: Mapping[str, School]) -> list[SchoolPart]:
    """The schools of the round by name; pupils whose school is not given come last."""
    members: dict[str, list[int]] = defaultdict(list)
    for pupil, uai in enumerate(outcome.files.pupils.schools):
        members[uai].append(pupil)
    rows = _rows(outcome)
    parts = [_part(outcome, schools, uai, pupils, rows) for uai, pupils in members.items()]
    return sorted(parts, key=lambda part: (not part.uai, part.name.casefold(), part.uai))


def _part(
    outcome: Outcome, schools: Mapping[str, School], uai: str, pupils: list[int], rows: list[str]
) -> SchoolPart:
    rank = outcome.placement.rank[pupils]
    known = schools.get(uai)
    return SchoolPart(
        uai=uai,
        name=(known.name if known else "") or uai or _("School not given"),
        pupils=len(pupils),
        placed=int((rank >= 0).sum()),
        first=int(((rank == 0) & outcome.from_wishes[pupils]).sum()),
        rows=mark_safe("".join(rows[pupil] for pupil in pupils)),  # noqa: S308  each cell is escaped in _rows
    )


def _rows(outcome: Outcome) -> list[str]:
    """A table row a pupil: identifier and week, place and its address, rank, how far it is from home."""
    offers, files = outcome.files.offers, outcome.files
    places = [
        f"{escape(title or offer)}<small>{escape(address)}</small>"
        for title, offer, address in zip(offers.titles, offers.ids, offers.where.addresses, strict=True)
    ]
    beyond, none = escape(_("beyond")), escape(_("No place"))
    written = ranks(outcome)
    asked, pools = outcome.from_wishes.tolist(), outcome.placement.pool.tolist()
    far = _how_far(outcome)
    result = []
    for pupil, identifier in enumerate(files.pupils.ids):
        head = f"<tr><th scope=row>{escape(identifier)}<small>{files.pupils.weeks[pupil]}</small>"
        if pools[pupil] < 0:
            result.append(f"{head}<td><strong class=none>{none}</strong><td class=n>–<td class=n>–")
            continue
        rank = str(written[pupil]) if asked[pupil] else beyond
        result.append(f"{head}<td>{places[pools[pupil]]}<td class=n>{rank}<td class=n>{far[pupil]}")
    return result


def _how_far(outcome: Outcome) -> list[str]:
    """From home to the place: minutes where the round went by them, else kilometres; a dash where it is not known."""
    if outcome.journeys is None:
        rounded = np.round(outcome.distance, -2)
        return ["–" if np.isnan(metres) else decimal(metres / 1000) for metres in rounded]
    minutes = outcome.journeys.to_places(outcome.placement.pool)
    known = (minutes >= 0) & (outcome.reach_from == FROM_HOME)
    return [str(taken) if told else "–" for taken, told in zip(minutes.tolist(), known.tolist(), strict=True)]
