"""The certificate of a round: what it was computed from, by which figures, and what is proved of the result.

It holds no path, and no date but that of the timetable: the same files and the same seed give the same certificate,
byte for byte.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from croisee.engine.placement import PROPERTIES
from croisee.stages.figures import figures
from croisee.stages.files import RoundFiles
from croisee.stages.parameters import FASTEST_M_PER_MIN, PRIVATE_HOST_AGE
from croisee.stages.round import Outcome

FORMAT = "croisee/placement-certificate/1"
LOTTERY = "Philox-4x64-10, key (seed, 0); pupils by pupil_id, by increasing word"


@dataclass(frozen=True, slots=True)
class Source:
    """An input: its name and the SHA-256 of its content."""

    name: str
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "Source":
        """The source that a file is."""
        with path.open("rb") as stream:
            return cls(path.name, hashlib.file_digest(stream, "sha256").hexdigest())


def numbered(kind: str, sources: Iterable[Source]) -> dict[str, Source]:
    """Several inputs of one kind: `kind`, `kind 2`…, by name and content."""
    ordered = sorted(set(sources), key=lambda source: (source.name, source.sha256))
    return {f"{kind} {n}" if n > 1 else kind: source for n, source in enumerate(ordered, start=1)}


def certificate(
    outcome: Outcome, inputs: Mapping[str, Source], outputs: Mapping[str, Path], *, keep_valid: bool = False
) -> dict[str, Any]:
    """The certificate of `outcome`, whose results are already written to `outputs`."""
    proved = set(outcome.audit.proved) | ({"eligible"} if ineligible(outcome) == [] else set())
    said = statements(by_timetable=outcome.journeys is not None)
    if outcome.journeys is not None:
        inputs = {**inputs, **outcome.journeys.travel.sources}
    return {
        "format": FORMAT,
        "software": {"name": "croisee", "version": version("croisee")},
        "seed": outcome.parameters.seed,
        "inputs": {kind: asdict(source) for kind, source in sorted(inputs.items())},
        "parameters": {
            "lottery": LOTTERY,
            "default_minutes": outcome.parameters.default_minutes,
            **_reach(outcome),
            "fastest_m_per_min": FASTEST_M_PER_MIN,
            "private_host_age": PRIVATE_HOST_AGE,
            "keep_valid": keep_valid,
        },
        "counts": counts(outcome),
        "ok": proved >= set(said),
        "properties": [
            {"name": name, "statement": statement, "proved": name in proved}
            for name, statement in said.items()
        ],
        "outputs": {name: {"sha256": Source.of(path).sha256} for name, path in sorted(outputs.items())},
    }


def _reach(outcome: Outcome) -> dict[str, Any]:
    """What makes a place within reach: a usual speed, or travel times and the distance that bounds them."""
    parameters = outcome.parameters
    if outcome.journeys is None:
        return {"usual_m_per_min": parameters.usual_m_per_min}
    bounded = math.isfinite(parameters.farthest_m)
    return {
        "travel": outcome.journeys.travel.stated(),
        "farthest_m": parameters.farthest_m if bounded else None,
    }


def counts(outcome: Outcome) -> dict[str, int]:
    """The numbers that the certificate states."""
    found = figures(outcome)
    files = outcome.files
    return {
        "pupils": len(files.pupils),
        "protected": found.result.protected.pupils,
        "offers": len(files.offers),
        "seats": found.seats,
        "reserved": found.reserve.seats,
        "wishes": len(files.wishes),
        "placed": found.result.everyone.placed,
        "placed_protected": found.result.protected.placed,
        "placed_on_own_wishes_alone": found.alone_placed,
        "from_wishes": found.from_wishes,
        "beyond_wishes": found.beyond,
        "first_wish": found.result.everyone.first,
        "on_reserved_seats": found.reserve.held,
        "without_a_place": found.result.everyone.without,
        "free_seats": found.free,
        "faults": len(files.faults),
        "left_out": len(files.left_out),
    }


def ineligible(outcome: Outcome) -> list[int]:
    """Pupils placed in another week than theirs, or at an offer they are too young for: none, ever."""
    return ineligible_of(outcome.files, outcome.placement.pool)


def ineligible_of(files: RoundFiles, pool: Any) -> list[int]:
    """The pupils whose pool (-1 for none) is in another week than theirs, or not for their age."""
    offers, pupils = files.offers, files.pupils
    placed = np.flatnonzero(np.asarray(pool) >= 0)
    given = np.asarray(pool)[placed]
    wrong = pupils.age[placed] < offers.min_age[given]
    wrong |= np.array(pupils.weeks)[placed] != offers.week_codes[given]
    found: list[int] = placed[wrong].tolist()
    return found


def statements(*, by_timetable: bool = False) -> dict[str, str]:
    """What each property says, in the active language."""
    listed = _(
        "Every place is one the pupil asked for, or one that continues the list: nearest first, within reach."
    )
    if by_timetable:
        listed = _(
            "Every place is one the pupil asked for, or one that continues the list: soonest reached by public "
            "transport first, within the limit."
        )
    said = {
        "shape": _("Every pupil has one row: one place, or none."),
        "listed": listed,
        "capacity": _("No offer has more pupils than seats."),
        "reserved_seat": _("Reserved seats are held by protected pupils, those with the earliest turns."),
        "no_waste": _(
            "Nobody prefers an offer that has a free seat; who accepts other places is not left without one while "
            "one that fits is free within reach."
        ),
        "reserve": _("No protected pupil prefers an offer whose reserved seats went to others."),
        "no_envy": _(
            "Nobody prefers an offer where a seat went to someone with a later turn, the reserved seats apart."
        ),
    }
    eligible = _("Every place is in the pupil's week, and for the pupil's age on its first day.")
    return {name: said[name] for name in PROPERTIES} | {"eligible": eligible}


def as_json(document: Mapping[str, Any]) -> str:
    """The certificate as it is written."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
