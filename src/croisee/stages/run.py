"""A round on files: its inputs gathered, its results written whole or not at all."""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, OutputFailed, Table, replaced_file, replaced_folder, write_faults
from croisee.stages.certificate import Source, as_json, certificate, ineligible
from croisee.stages.files import RoundFiles, School, read_files, read_schools
from croisee.stages.placements import write_placements
from croisee.stages.report import write_report
from croisee.stages.round import Outcome, Parameters, run
from croisee.stages.travel import Travel
from croisee.stages.zones import Zones, zones_of_file

RESULTS = ("placements.csv", "report.html", "certificate.json", "faults.csv")


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a round is computed from, and where each part comes from."""

    files: RoundFiles
    zones: Zones | None
    schools: dict[str, School]
    sources: dict[str, Source]
    notes: list[str] = field(default_factory=list)
    travel: Travel | None = None
    travel_faults: list[Fault] = field(default_factory=list)


def inputs_of(
    *,
    offers: Path,
    pupils: Path,
    wishes: Path,
    zones: Path | None = None,
    schools: Path | None = None,
    gtfs: Sequence[Path] = (),
    date: dt.date | None = None,
    advance: Callable[[int, int], object] = lambda done, homes: None,
) -> Inputs:
    """The inputs of a round. With `zones` no database is asked; without, the loaded territory completes the files.

    With `gtfs`, travel times are those of these timetables on that date; `advance` is told how far they are.

    Raises FaultyInput for a file that cannot be read as such, DatabaseError when there is no territory to ask.
    """
    files = read_files(offers, pupils, wishes, locate=None if zones else _locate)
    sources = {
        kind: Source.of(path) for kind, path in (("offers", offers), ("pupils", pupils), ("wishes", wishes))
    }
    found: Zones | None
    known: dict[str, School]
    if zones is not None:
        found, known = zones_of_file(zones), {}
        sources["zones"] = Source.of(zones)
    else:
        found, known = _loaded(sources, need_schools=schools is None)
    if schools is not None:
        known = read_schools(schools)
        sources["schools"] = Source.of(schools)
    notes = [*files.notes, *(found.notes if found else ())]
    if found is None and bool((files.pupils.protected < 0).any()):
        notes.append(
            _("No priority neighbourhood is loaded and no --zones is given: no home counts as in one.")
        )
    faults: list[Fault] = []
    travel = None
    if gtfs:
        from croisee.stages.files.timetables import travel_by

        travel = travel_by(gtfs, date, refuse=faults.append, advance=advance)
        sources |= travel.sources
    return Inputs(files, found, known, sources, notes, travel, faults)


def _locate(table: Table) -> list[str]:
    from croisee.stages.geocoding import locate

    return locate(table)


def _loaded(sources: dict[str, Source], need_schools: bool) -> tuple[Zones | None, dict[str, School]]:
    """Neighbourhoods and schools of the loaded territory, each with a digest of what was read."""
    from croisee.stages import loaded

    zones = loaded.zones()
    if zones is not None:
        digest = hashlib.sha256()
        for code, outline in sorted(zip(zones.index.codes, (o.wkb for o in zones.outlines), strict=False)):
            digest.update(code.encode() + b"\0" + outline)
        sources["zones"] = Source(zones.source, digest.hexdigest())
    schools = loaded.schools() if need_schools else {}
    if schools:
        lines = "\n".join(f"{uai} {schools[uai].status}" for uai in sorted(schools))
        sources["schools"] = Source(_("loaded schools"), hashlib.sha256(lines.encode()).hexdigest())
    return zones, schools


def write_results(
    out: Path,
    inputs: Inputs,
    seed: int,
    *,
    keep_valid: bool,
    language: str,
    now: dt.datetime,
    extra_faults: Path | None = None,
) -> Outcome:
    """Run the round and write its results to `out`, in `language`: all of them, or none.

    Raises OutputFailed when they cannot be written, or when the audit refuses the placement.
    """
    outcome = run(inputs.files, inputs.zones, inputs.schools, Parameters(seed=seed), inputs.travel)
    if not outcome.audit.ok or ineligible(outcome):
        raise OutputFailed(
            _("The audit refused the placement. Nothing was written: report this as a defect.")
        )
    left_out = [*inputs.files.faults, *inputs.files.left_out, *inputs.travel_faults]
    with replaced_folder(out, stale=RESULTS) as folder, translation.override(language):
        placements = folder / "placements.csv"
        write_placements(placements, outcome)
        document = certificate(outcome, inputs.sources, {"placements.csv": placements}, keep_valid=keep_valid)
        (folder / "certificate.json").write_text(as_json(document), encoding="utf-8")
        write_report(
            folder / "report.html",
            outcome,
            document,
            zones=inputs.zones,
            schools=inputs.schools,
            generated_at=now,
        )
        if left_out:
            write_faults(folder / "faults.csv", left_out)
    if extra_faults is not None:
        with replaced_file(extra_faults) as path:
            write_faults(path, left_out)
    return outcome
