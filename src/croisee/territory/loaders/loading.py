"""The course of a load: skip what has not changed, store the rest, in one transaction a data set."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.commune_codes import districts_of
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.catalogue import OFFICIAL
from croisee.territory.loaders.refusals import Refusals
from croisee.territory.models import Commune, DataSet, DataSetKind, Epci

LOCK = 0x7E4417
STALE = "0" * 64
"""A checksum no file has: a data set that bears it is loaded again."""


class Outcome(Enum):
    """What became of a file."""

    LOADED = "loaded"
    UNCHANGED = "unchanged"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"
    UNRECOGNISED = "unrecognised"


class NotConcerned(Exception):  # noqa: N818  reads as the sentence it is
    """The file is sound, and says nothing about this EPCI."""


class LoadRunning(Exception):  # noqa: N818  reads as the sentence it is
    """Another load holds the territory."""


@dataclass(slots=True)
class Load:
    """One file being loaded for one EPCI: what a format needs to know, and the counts it leaves."""

    epci: str
    peek: "Peek"
    data_set: DataSet
    refusals: Refusals
    advance: Callable[[int], None] = lambda size: None
    communes: dict[str, str] = field(default_factory=dict)
    """Every code by which files may name a commune of the EPCI (former, district), to the commune's own."""
    kept: int = 0
    repaired: int = 0
    elsewhere: int = 0
    difference: Difference = field(default_factory=Difference)
    note: str = ""

    @property
    def path(self) -> Path:
        """The file."""
        return self.peek.path

    @property
    def source(self) -> str:
        """The name that the file is known by."""
        return self.peek.source

    @property
    def layer(self) -> str:
        """Its layer; empty for a file that has one only."""
        return self.peek.layer

    def refuse(self, row: int | None, column: str | None, problem: str, remedy: str) -> None:
        """Refuse one row of the file."""
        self.refusals.add(Fault(self.source, row, column, problem, remedy))


@dataclass(frozen=True, slots=True)
class Peek:
    """What can be seen of a file without loading it: its columns (normalised) and a few values."""

    path: Path
    source: str
    layer: str
    family: str
    """`table`, `polygons`, `points`, `records` (a JSON list), `feed` (GTFS) or `streets` (OpenStreetMap)."""
    columns: frozenset[str]
    sample: Sequence[dict[str, object]] = ()
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be loaded: how it is told apart, and what stores it."""

    kind: DataSetKind
    recognises: Callable[[Peek], bool]
    load: Callable[[Load], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file, or of one layer of it."""

    source: str
    layer: str
    kind: DataSetKind | None
    outcome: Outcome
    message: str = ""
    kept: int = 0
    refused: int = 0
    repaired: int = 0
    difference: Difference = field(default_factory=Difference)
    faults: Sequence[Fault] = ()
    report: Path | None = None


@contextmanager
def only_one_load() -> Iterator[None]:
    """Hold the territory against other loads. Raises LoadRunning when one is under way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise LoadRunning
        try:
            yield
        finally:
            # A connection that broke has let go of its locks.
            if connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def load_file(
    peek: Peek, form: Format, epci: str, *, advance: Callable[[int], None] = lambda size: None, reports: Path
) -> Result:
    """Load one file (one layer) for `epci`; all of it, or nothing when it fails or is interrupted."""
    checksum = sha256_of(peek.path)
    before = DataSet.objects.filter(epci=epci, kind=form.kind, source=peek.source, layer=peek.layer).first()
    if before is not None and before.checksum == checksum:
        message = _("nothing has changed since %(date)s") % {"date": f"{before.loaded_at:%Y-%m-%d}"}
        return Result(
            peek.source, peek.layer, form.kind, Outcome.UNCHANGED, message, before.kept, before.refused
        )
    report = reports / f"{epci}-{form.kind}-{_slug(peek.source + '-' + peek.layer)}.csv"
    report.unlink(missing_ok=True)
    with Refusals(report) as refusals:
        try:
            with transaction.atomic():
                load = _begin(peek, form, epci, checksum, refusals, advance)
                form.load(load)
                _finish(load)
        except NotConcerned:
            return Result(peek.source, peek.layer, form.kind, Outcome.ELSEWHERE, refused=refusals.count)
        except FaultyInput as error:
            message = _("refused: nothing was changed")
            return Result(peek.source, peek.layer, form.kind, Outcome.REFUSED, message, faults=error.faults)
        except DatabaseError as error:
            fault = _database_fault(peek.source, error)
            return Result(
                peek.source, peek.layer, form.kind, Outcome.REFUSED, str(fault.problem), faults=[fault]
            )
    return Result(
        peek.source,
        peek.layer,
        form.kind,
        Outcome.LOADED,
        load.note,
        load.kept,
        refusals.count,
        load.repaired,
        load.difference,
        refusals.first,
        report if refusals.count else None,
    )


def _begin(
    peek: Peek, form: Format, epci: str, checksum: str, refusals: Refusals, advance: Callable[[int], None]
) -> Load:
    if form.kind != DataSetKind.EPCI:
        require_epci(epci, peek.source)
    else:
        Epci.objects.get_or_create(code=epci, defaults={"name": epci})
    official = OFFICIAL[form.kind]
    data_set, _created = DataSet.objects.update_or_create(
        epci_id=epci,
        kind=form.kind,
        source=peek.source,
        layer=peek.layer,
        defaults={
            "title": official.title,
            "producer": official.producer,
            "licence": official.licence,
            "vintage": vintage_of(peek.source),
            "checksum": checksum,
            "loaded_at": timezone.now(),
        },
    )
    return Load(epci, peek, data_set, refusals, advance, communes=commune_names(epci))


def _finish(load: Load) -> None:
    data_set = load.data_set
    data_set.kept, data_set.refused = load.kept, load.refusals.count
    data_set.repaired, data_set.elsewhere = load.repaired, load.elsewhere
    data_set.save()


def require_epci(epci: str, source: str) -> None:
    """Raise FaultyInput unless the communes of `epci` are loaded."""
    if not Commune.objects.filter(epci=epci).exists():
        problem = _("the communes of the EPCI %(epci)s are not loaded yet.") % {"epci": epci}
        remedy = _("Load first the file “%(files)s” of the data set “%(title)s”.")
        official = OFFICIAL[DataSetKind.EPCI]
        values = {"files": official.files, "title": official.title}
        raise FaultyInput([Fault(source, None, None, problem, remedy % values)])


def commune_names(epci: str) -> dict[str, str]:
    """Every code that may stand for a commune of the EPCI (its own, former ones, districts) to its own."""
    codes: dict[str, str] = {}
    for code, former in Commune.objects.filter(epci=epci).values_list("code", "former_codes"):
        codes |= dict.fromkeys([*districts_of(code), *former], code)
    return codes


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, or of the tables of a folder with their names, in hexadecimal."""
    if path.is_dir():
        tables = sorted(path.glob("*.txt"))
        sums = "".join(f"{table.name} {sha256_of(table)}\n" for table in tables)
        return hashlib.sha256(sums.encode()).hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def vintage_of(source: str) -> str:
    """The date or the version that a file's name states; empty when it states none."""
    for pattern in (
        r"(?<!\d)20\d\d-\d\d(-\d\d)?(?!\d)",
        r"(?<!\d)20\d\d(?!\d)",
        r"(?<!\d)\d+\.\d+\.\d+(?!\d)",
    ):
        if found := re.search(pattern, source):
            return found.group()
    return ""


def reports_dir() -> Path:
    """Where the reports of refused rows go: `var/reports/territory`."""
    return Path(settings.VAR_DIR) / "reports" / "territory"


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:80]


def _database_fault(source: str, error: DatabaseError) -> Fault:
    reason = str(error).splitlines()[0][:200]
    problem = _("the database refused it (%(reason)s).") % {"reason": reason}
    remedy = _("Nothing was changed. If the disk is full, free some space; else report this message.")
    return Fault(source, None, None, problem, remedy)
