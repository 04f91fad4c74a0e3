"""The page: what each section says, and the template that lays it out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from croisee.stages.figures import (
    Figures,
    Gap,
    Group,
    NearSeat,
    RankLine,
    figures,
    near_seats,
    without_a_place,
)
from croisee.stages.files import School
from croisee.stages.parameters import PRIVATE_HOST_AGE
from croisee.stages.reasons import kilometres, reason
from croisee.stages.report.drawing import FEWEST_SHOWN, draw
from croisee.stages.report.numbers import count, decimal, share
from croisee.stages.report.schools import school_parts
from croisee.stages.round import Outcome
from croisee.stages.zones import Zones
from croisee.territory.travel.wording import duration, rests_on


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of the rank table: a label, a count, shares, and a bar in per cent of the longest."""

    label: str
    everyone: str
    everyone_share: str
    protected_share: str
    others_share: str
    width: float
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: a label and its cells, each a figure and its share ("" for none)."""

    label: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A pupil without a place: where to find them, why, and the free seats nearest to them."""

    pupil: str
    school: str
    week: str
    reason: str
    near: list[tuple[str, str, str]]


def write_report(
    path: Path,
    outcome: Outcome,
    certificate: Mapping[str, Any],
    *,
    zones: Zones | None = None,
    schools: Mapping[str, School] | None = None,
    generated_at: dt.datetime | None = None,
) -> None:
    """The report of `outcome` in the active language, as one HTML file. `generated_at` is said when given."""
    page = render_to_string(
        "stages/report/page.html",
        context(outcome, certificate, zones=zones, schools=schools or {}, generated_at=generated_at),
    )
    path.write_text(page, encoding="utf-8")


def context(
    outcome: Outcome,
    certificate: Mapping[str, Any],
    *,
    zones: Zones | None,
    schools: Mapping[str, School],
    generated_at: dt.datetime | None,
) -> dict[str, Any]:
    """What the template is given: strings ready to be read."""
    found = figures(outcome)
    return {
        "language": get_language() or "fr",
        "weeks": sorted(set(outcome.files.pupils.weeks)),
        "generated_at": generated_at,
        "counts": _counts(found),
        "ranks": _bars(found),
        "gap": _gap_lines(found.result),
        "queue": _queue_lines(found),
        "reserve": {
            name: count(getattr(found.reserve, name)) for name in ("seats", "held", "released", "free")
        },
        "unplaced": _unplaced(outcome, schools),
        "checks": _checks(outcome, found, zones),
        "drawing": draw(outcome, zones),
        "fewest_shown": FEWEST_SHOWN,
        "schools": school_parts(outcome, schools),
        "certificate": certificate,
        "speed": decimal(outcome.parameters.usual_m_per_min * 60 / 1000, 0),
        "default_minutes": decimal(outcome.parameters.default_minutes, 0),
        "by_timetable": rests_on(outcome.journeys.travel.basis) if outcome.journeys else "",
        "notes": outcome.files.notes,
    }


def _counts(found: Figures) -> dict[str, str]:
    everyone = found.result.everyone
    pupils = everyone.pupils
    return {
        "pupils": count(pupils),
        "seats": count(found.seats),
        "wishes": count(found.wishes),
        "placed": count(everyone.placed),
        "placed_share": share(everyone.placed, pupils),
        "first": count(everyone.first),
        "first_share": share(everyone.first, pupils),
        "top": count(everyone.top),
        "top_share": share(everyone.top, pupils),
        "without": count(everyone.without),
        "without_share": share(everyone.without, pupils),
        "free": count(found.free),
        "alone": count(found.alone_placed),
        "alone_share": share(found.alone_placed, pupils),
        "alone_without": count(pupils - found.alone_placed),
        "alone_without_share": share(pupils - found.alone_placed, pupils),
        "from_wishes": count(found.from_wishes),
        "beyond": count(found.beyond),
        "without_wishes": count(found.without_wishes),
    }


def _bars(found: Figures) -> list[Bar]:
    longest = max((line.everyone for line in found.ranks), default=0) or 1
    result = found.result
    return [
        Bar(
            _rank_label(line),
            count(line.everyone),
            share(line.everyone, result.everyone.pupils),
            share(line.protected, result.protected.pupils),
            share(line.others, result.others.pupils),
            round(100 * line.everyone / longest, 1),
            {0: "beyond", -1: "none"}.get(line.rank, "wish"),
        )
        for line in found.ranks
    ]


def _rank_label(line: RankLine) -> str:
    if line.rank > 0:
        return _("Wish %(rank)d") % {"rank": line.rank}
    return _("Beyond the wishes") if line.rank == 0 else _("No place")


def _gap_lines(gap: Gap) -> list[Line]:
    groups = (gap.protected, gap.others, gap.everyone)
    return [
        Line(_("Pupils"), [(count(group.pupils), "") for group in groups]),
        Line(_("With a place"), [_with_share(group.placed, group) for group in groups]),
        Line(_("First wish"), [_with_share(group.first, group) for group in groups]),
        Line(_("One of the first three wishes"), [_with_share(group.top, group) for group in groups]),
        Line(_("Mean rank of the wishes granted"), [(decimal(group.mean_rank, 2), "") for group in groups]),
        Line(_("On a reserved seat"), [(count(group.reserved_seats), "") for group in groups]),
    ]


def _with_share(part: int, group: Group) -> tuple[str, str]:
    return count(part), share(part, group.pupils)


def _queue_lines(found: Figures) -> list[Line]:
    """On the same wishes, without continued lists: the rule's column, then the queue's."""
    pairs = [
        (_("protected pupils"), found.own_lists.protected, found.queue.protected),
        (_("other pupils"), found.own_lists.others, found.queue.others),
    ]
    lines = []
    for label, *groups in pairs:
        who = {"who": label}
        lines += [
            Line(_("With a place, %(who)s") % who, [_with_share(group.placed, group) for group in groups]),
            Line(_("First wish, %(who)s") % who, [_with_share(group.first, group) for group in groups]),
            Line(_("Mean rank, %(who)s") % who, [(decimal(group.mean_rank, 2), "") for group in groups]),
        ]
    return lines


def _unplaced(outcome: Outcome, schools: Mapping[str, School]) -> list[Unplaced]:
    pupils, offers = outcome.files.pupils, outcome.files.offers
    lines = []
    for pupil in without_a_place(outcome).tolist():
        near = [
            (
                offers.titles[seat.pool] or offers.ids[seat.pool],
                _how_far(seat),
                count(seat.free),
            )
            for seat in near_seats(outcome, pupil)
        ]
        uai = pupils.schools[pupil]
        school = schools.get(uai)
        lines.append(
            Unplaced(
                pupils.ids[pupil],
                (school.name if school else "") or uai,
                pupils.weeks[pupil],
                reason(outcome, pupil),
                near,
            )
        )
    return lines


def _how_far(seat: NearSeat) -> str:
    """Minutes where they are known, else kilometres; empty where neither is."""
    if seat.minutes >= 0:
        return duration(seat.minutes)
    return "" if np.isnan(seat.distance) else f"{kilometres(seat.distance)} km"


def _checks(outcome: Outcome, found: Figures, zones: Zones | None) -> list[str]:
    """What people should look at, because files cannot settle it."""
    pupils, checks = outcome.files.pupils, []
    if len(outcome.to_check):
        names = ", ".join(pupils.ids[pupil] for pupil in outcome.to_check[:50].tolist())
        checks.append(
            _(
                "Under %(age)d on the first day, at a host that is not public: lawful in the family's own "
                "firm only (code du travail, L.4153-1 and L.4153-5). To check before the convention: %(names)s."
            )
            % {"age": PRIVATE_HOST_AGE, "names": names}
        )
    unlocated = int((~pupils.where.known).sum())
    if unlocated:
        checks.append(
            _(
                "Pupils with an address but no coordinates: %(n)s. No distance could be measured from their home."
            )
            % {"n": count(unlocated)}
        )
    uncertain = int(outcome.protection.uncertain.sum())
    if uncertain:
        checks.append(
            _(
                "Homes for which the neighbourhood is uncertain (less than 20 m from a limit, or no "
                "coordinates): %(n)s. The column “protected” of pupils.csv settles them."
            )
            % {"n": count(uncertain)}
        )
    if zones is None and bool((pupils.protected < 0).any()):
        checks.append(_("No file of neighbourhoods was given: homes could not count for protection."))
    if found.without_wishes:
        checks.append(_("Pupils who made no wish: %(n)s.") % {"n": count(found.without_wishes)})
    offers = outcome.files.offers
    unlocated = int((~offers.where.known).sum())
    if unlocated:
        checks.append(
            _("Offers without coordinates: %(n)s. They were given to those who asked for them alone.")
            % {"n": count(unlocated)}
        )
    return checks
