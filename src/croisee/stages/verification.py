"""Whether a published result is right: the certificate's claims checked again from the files, by independent code."""

import datetime as dt
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from croisee.engine import placement as engine
from croisee.engine.placement import Continuation, Market, Placement
from croisee.foundation.tables import (
    Column,
    Fault,
    FaultyInput,
    Refused,
    Table,
    read_table,
    unsafe_cell,
    values,
)
from croisee.stages.certificate import FORMAT, Source, ineligible_of
from croisee.stages.files import RoundFiles, School
from croisee.stages.placements import HEADER
from croisee.stages.round import Parameters, prepare, protect
from croisee.stages.travel import Travel
from croisee.stages.zones import Zones
from croisee.territory.travel.modes import USUAL_M_PER_MIN

MOST_NAMED = 20


def read_certificate(path: Path) -> dict[str, Any]:
    """The certificate in a file. Raises FaultyInput when it is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        readable = isinstance(document, dict) and document.get("format") == FORMAT
        readable = readable and isinstance(document["seed"], int) and isinstance(document["parameters"], dict)
        readable = readable and all(
            isinstance(document[part], dict) for part in ("inputs", "outputs", "counts")
        )
    except FileNotFoundError:
        readable, problem = False, _("there is no such file.")
    except (ValueError, KeyError, TypeError, UnicodeDecodeError, OSError):
        readable, problem = False, _("this is no certificate of a round.")
    else:
        problem = _("this is no certificate of a round.")
    if not readable:
        remedy = _("Name the folder that “croisee stages place” wrote.")
        raise FaultyInput([Fault(path.name, None, None, problem, remedy)])
    return dict(document)


def changed_files(
    document: Mapping[str, Any], inputs: Mapping[str, Source], outputs: Mapping[str, Path]
) -> list[str]:
    """What is not, to the byte, what the certificate speaks of."""
    problems = []
    for kind, source in sorted(inputs.items()):
        stated = document["inputs"].get(kind)
        if stated is None:
            problems.append(_("The round was computed without the file “%(name)s”.") % {"name": source.name})
        elif stated.get("sha256") != source.sha256:
            problems.append(
                _("“%(name)s” is not the file the round was computed from.") % {"name": source.name}
            )
    problems += [
        _("The round was computed from “%(name)s” too: give it to verify.")
        % {"name": stated.get("name", kind)}
        for kind, stated in sorted(document["inputs"].items())
        if kind not in inputs
    ]
    for name, path in sorted(outputs.items()):
        stated = document["outputs"].get(name, {})
        if not path.is_file():
            problems.append(_("“%(name)s” is not there.") % {"name": name})
        elif stated.get("sha256") != Source.of(path).sha256:
            problems.append(_("“%(name)s” was changed after the round.") % {"name": name})
    return problems


def verify_placements(
    path: Path,
    document: Mapping[str, Any],
    files: RoundFiles,
    zones: Zones | None,
    schools: Mapping[str, School],
    travel: Travel | None = None,
) -> list[str]:
    """What is wrong with the placements in the file at `path`; nothing when every property holds.

    `travel` is what the round went by, None where it went by distance.
    Raises FaultyInput when the file is no table of placements of these pupils and offers.
    """
    protection = protect(files.pupils, zones, schools)
    own, continuation, _from = prepare(files, protection, schools, _parameters(document), travel)
    pool, reserved_seat, from_wishes = _read(path, files)
    market = _written_out(own, continuation, pool)
    rank = _ranks(market, pool)
    problems = _named(engine.audit(market, Placement(pool, rank, reserved_seat)), files)
    for pupil in ineligible_of(files, pool)[:MOST_NAMED]:
        problems.append(
            _("Pupil %(pupil)s: the place is not in the right week or not for that age.")
            % {"pupil": files.pupils.ids[pupil]}
        )
    asked = (rank >= 0) & (rank < own.lengths)
    for pupil in np.flatnonzero(asked != from_wishes)[:MOST_NAMED].tolist():
        problems.append(_("Pupil %(pupil)s: from_wishes is wrong.") % {"pupil": files.pupils.ids[pupil]})
    return problems + _wrong_counts(document, files, pool, asked, reserved_seat)


def _parameters(document: Mapping[str, Any]) -> Parameters:
    stated = document["parameters"]
    farthest = stated.get("farthest_m")
    return Parameters(
        document["seed"],
        float(stated["default_minutes"]),
        float(stated.get("usual_m_per_min", USUAL_M_PER_MIN)),
        math.inf if farthest is None else float(farthest),
    )


def stated_day(document: Mapping[str, Any]) -> dt.date | None:
    """The day whose timetable the round went by; None where it went by distance."""
    try:
        return dt.date.fromisoformat(document["parameters"]["travel"]["date"])
    except (KeyError, TypeError, ValueError):
        return None


def other_travel(
    document: Mapping[str, Any], timetables: Mapping[str, Source], day: dt.date | None
) -> list[str]:
    """Why the timetables and the day given are not those of the round; nothing when they are."""
    stated = document["inputs"]
    its_own = {kind: source for kind, source in stated.items() if kind.split()[0] == "timetable"}
    problems = changed_files({"inputs": its_own, "outputs": {}}, timetables, {})
    on = stated_day(document)
    if not problems and day is not None and on is not None and day != on:
        problem = _("The round goes by the timetable of %(on)s, not of %(day)s: leave --date out.")
        problems.append(problem % {"on": on, "day": day})
    return problems


def other_figures(document: Mapping[str, Any], travel: Travel | None) -> list[str]:
    """The figures of travel that are not those the round was computed with; nothing when all are the same."""
    stated = document["parameters"].get("travel") or {}
    ours = travel.stated() if travel else {}
    names = sorted(name for name in stated.keys() | ours.keys() if stated.get(name) != ours.get(name))
    if not names:
        return []
    problem = _("Travel times are not those of the round, by these figures of the certificate: %(names)s.")
    return [problem % {"names": ", ".join(names)}]


def _read(path: Path, files: RoundFiles) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.bool_]]:
    """The pool of each pupil, whether on a reserved seat, whether from the wishes, as the file says."""
    table = read_table(path, [Column(name, required=name != "reason") for name in HEADER])
    faults = list(table.faults)
    pupil_at = {pupil: index for index, pupil in enumerate(files.pupils.ids)}
    pool_at = {key: index for index, key in enumerate(zip(files.offers.ids, files.offers.weeks, strict=True))}
    columns = table.columns
    pool = np.full(len(pupil_at), -2, np.int32)
    flags = {name: np.zeros(len(pupil_at), bool) for name in ("reserved_seat", "from_wishes")}
    for index, (pupil, offer) in enumerate(
        zip(map(unsafe_cell, columns["pupil_id"]), map(unsafe_cell, columns["offer_id"]), strict=True)
    ):
        who = pupil_at.get(pupil)
        what = pool_at.get((offer, columns["week"][index]), -2) if offer else -1
        if who is None or pool[who] != -2 or what == -2:
            faults.append(_no_such(table, index, who is None, who is not None and pool[who] != -2))
            continue
        pool[who] = what
        for name, array in flags.items():
            try:
                array[who] = values.yes_or_no(columns[name][index])
            except Refused as refused:
                faults.append(table.fault(index, name, refused.problem, refused.remedy))
    missing = [files.pupils.ids[pupil] for pupil in np.flatnonzero(pool == -2).tolist()]
    if missing and not faults:
        problem = _("pupils of the round have no row: %(names)s.") % {
            "names": ", ".join(missing[:MOST_NAMED])
        }
        faults.append(Fault(table.file, None, "pupil_id", problem, _("Take the file as it was published.")))
    if faults:
        raise FaultyInput(faults)
    return pool, flags["reserved_seat"], flags["from_wishes"]


def _no_such(table: Table, index: int, unknown: bool, twice: bool) -> Fault:
    remedy = _("Take the file as it was published.")
    if unknown:
        return table.fault(index, "pupil_id", _("this pupil is not in the round."), remedy)
    if twice:
        return table.fault(index, "pupil_id", _("this pupil has two rows."), remedy)
    return table.fault(index, "offer_id", _("this offer is not in the round in that week."), remedy)


def _written_out(own: Market, continuation: Continuation, pool: NDArray[np.int32]) -> Market:
    """The lists, continued whole for every pupil whose place is not in their own."""
    rank = _ranks(own, pool)
    placement = Placement(np.where(rank < 0, -1, pool).astype(np.int32), rank, np.zeros(own.pupils, bool))
    return continuation.lists(own, placement)


def _ranks(market: Market, pool: NDArray[np.int32]) -> NDArray[np.int32]:
    """Where each pool is in the pupil's list, -1 where it is not or where there is none."""
    owner = np.repeat(np.arange(market.pupils), market.lengths)
    wish = np.flatnonzero(market.wish_pool == pool[owner])
    rank = np.full(market.pupils, -1, np.int32)
    rank[owner[wish]] = wish - market.wish_start[owner[wish]]
    return rank


def _named(audit: engine.Audit, files: RoundFiles) -> list[str]:
    """Violations, with pupils and offers called by their identifiers."""
    problems = []
    for violation in audit.violations[:MOST_NAMED]:
        where = []
        if violation.pupil >= 0:
            where.append(_("pupil %(pupil)s") % {"pupil": files.pupils.ids[violation.pupil]})
        if violation.pool >= 0:
            where.append(_("offer %(offer)s") % {"offer": files.offers.ids[violation.pool]})
        problems.append(_meanings()[violation.kind] + (f" ({', '.join(where)})" if where else ""))
    if (more := len(audit.violations) - MOST_NAMED) > 0:
        problems.append(ngettext("… and %(n)d more.", "… and %(n)d more.", more) % {"n": more})
    return problems


def _meanings() -> dict[str, str]:
    return {
        "shape": _("The table does not have the shape of a placement"),
        "listed": _("A place was neither asked for nor continues the list"),
        "capacity": _("More pupils than seats"),
        "reserved_seat": _("A reserved seat is not held by who is due it"),
        "no_waste": _("A free seat is refused to a pupil who prefers it"),
        "reserve": _("Reserved seats went to others though a protected pupil prefers them"),
        "no_envy": _("A seat went to someone with a later turn than a pupil who prefers it"),
    }


def _wrong_counts(
    document: Mapping[str, Any],
    files: RoundFiles,
    pool: NDArray[np.int32],
    asked: NDArray[np.bool_],
    reserved_seat: NDArray[np.bool_],
) -> list[str]:
    """Counts that the certificate states and the file does not bear out."""
    found = {
        "pupils": len(files.pupils),
        "placed": int((pool >= 0).sum()),
        "from_wishes": int(asked.sum()),
        "on_reserved_seats": int(reserved_seat.sum()),
        "without_a_place": int((pool < 0).sum()),
    }
    return [
        _("The certificate states %(name)s = %(stated)s; the files give %(found)d.")
        % {"name": name, "stated": document["counts"].get(name), "found": number}
        for name, number in found.items()
        if document["counts"].get(name) != number
    ]
