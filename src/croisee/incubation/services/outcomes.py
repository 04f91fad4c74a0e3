"""What becomes of companies: their histories read in SIRENE, who is still active, what a manager knows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.foundation.database.locks import hold
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.foundation.tables import FaultyInput, fault_lines
from croisee.incubation.models import CompanyPeriod, Evidence, Project, SireneImport, SurvivalCheck
from croisee.incubation.sirene import read_histories
from croisee.incubation.survival import YEARS, Period, active_after, anniversary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.core.files import File

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.progress.models import Progress

KEPT = 20
"""How many files are remembered with what was read."""
LOCK = "incubation:sirene"


@dataclass(frozen=True)
class Counts:
    """What a file gave: its lines, the companies looked for and found, their periods, the states of survival written.

    `told_until`: the day up to which the file tells, as ISO text; empty for a file without any period.
    """

    rows: int
    asked: int
    found: int
    periods: int
    checks: int
    told_until: str


def import_histories(
    path: Path,
    *,
    file: str = "",
    today: dt.date | None = None,
    advance: Callable[[int], None] = lambda size: None,
) -> Counts:
    """Read the histories of our companies in a file of SIRENE; they take the place of those known, all or nothing.

    Companies that the file does not name keep what was known. Raises FaultyInput for a file that cannot be read.
    """
    day = today or timezone.localdate()
    with transaction.atomic():
        hold([LOCK])
        sirens = set(_followed())
        read = read_histories(path, file or path.name, sirens, today=day, advance=advance)
        CompanyPeriod.objects.filter(siren__in=read.periods).delete()
        rows = CompanyPeriod.objects.bulk_create(
            CompanyPeriod(
                siren=siren,
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                active=one.active,
                told_until=read.told_until or day,
            )
            for siren, periods in read.periods.items()
            for one in periods
        )
        checks = check_survival(day)
    told = read.told_until.isoformat() if read.told_until else ""
    return Counts(read.rows, len(sirens), len(read.periods), len(rows), checks, told)


def _followed() -> Iterable[str]:
    return Project.objects.exclude(siren="").order_by().values_list("siren", flat=True).distinct()


def start_import(account: Account, file: File[Any]) -> Progress:
    """Keep the file and have it read in the background; imports wait for each other."""
    with transaction.atomic():
        one = SireneImport.objects.create(name=(file.name or "sirene.csv")[:200], file=file)
        title = _("Histories of companies: %(file)s") % {"file": one.name}
        return start(import_work, account, title, sirene_import=str(one.pk))


@background
def import_work(tracker: Tracker, sirene_import: str) -> str:
    """The import as background work."""
    one = SireneImport.objects.get(pk=sirene_import)
    if not one.file:
        raise WorkRefused(_("This file was already read. Send it again to read it once more."))
    path = Path(one.file.path)
    size, step = path.stat().st_size, _("Histories read")
    try:
        counts = import_histories(
            path, file=one.name, advance=lambda done: tracker.advance(done, total=size, message=step)
        )
    except FaultyInput as refused:
        raise WorkRefused("\n".join(fault_lines(refused.faults))) from None
    one.counts = asdict(counts)
    one.file.delete(save=False)
    one.save()
    for old in SireneImport.objects.order_by("-created_at")[KEPT:]:
        old.file.delete(save=False)
        old.delete()
    return one.get_absolute_url()


@transaction.atomic
def check_survival(today: dt.date) -> int:
    """Write, for each company whose day has come, whether SIRENE says it was active; how many lines are new or changed.

    What SIRENE says takes the place of what a manager declared. A line of SIRENE that no longer holds (another day of
    foundation, another company) goes. Periods of companies that no project has go too. Doing it twice changes nothing.
    """
    hold([LOCK])
    CompanyPeriod.objects.exclude(siren__in=_followed()).delete()
    known = _known()
    former = {(one.project_id, one.years): one for one in SurvivalCheck.objects.select_for_update()}
    added, changed, gone = [], [], []
    projects = Project.objects.order_by("pk").values_list("pk", "founded_on", "siren")
    for pk, founded_on, siren in projects.iterator():
        periods, told_until = known.get(siren, ((), dt.date.min))
        for years in YEARS:
            old = former.get((pk, years))
            due = anniversary(founded_on, years) if founded_on else None
            state = None
            if founded_on and due and due <= today:
                state = active_after(founded_on, years, periods, known_on=told_until)
            if due is None or state is None:
                if old and (old.evidence == Evidence.SIRENE or old.due_on != due):
                    gone.append(old.pk)
                continue
            fields = {"due_on": due, "active": state, "evidence": Evidence.SIRENE}
            if old is None:
                added.append(SurvivalCheck(project_id=pk, years=years, checked_on=today, **fields))
            elif any(getattr(old, name) != value for name, value in fields.items()):
                for name, value in (fields | {"checked_on": today}).items():
                    setattr(old, name, value)
                changed.append(old)
    SurvivalCheck.objects.filter(pk__in=gone).delete()
    SurvivalCheck.objects.bulk_create(added)
    SurvivalCheck.objects.bulk_update(changed, ["due_on", "active", "evidence", "checked_on"])
    return len(added) + len(changed)


def _known() -> Mapping[str, tuple[Sequence[Period], dt.date]]:
    """By SIREN: its periods, and until when they tell."""
    periods: dict[str, list[Period]] = defaultdict(list)
    told: dict[str, dt.date] = {}
    for row in CompanyPeriod.objects.order_by("siren", "starts_on").iterator():
        periods[row.siren].append(Period(row.starts_on, row.ends_on, row.active))
        told[row.siren] = max(row.told_until, told.get(row.siren, dt.date.min))
    return {siren: (found, told[siren]) for siren, found in periods.items()}


def check_daily(now: dt.datetime) -> int:
    """The work of each day."""
    return check_survival(timezone.localdate(now))


@transaction.atomic
def declare(project: Project, years: int, *, active: bool, today: dt.date | None = None) -> SurvivalCheck:
    """Note what a manager knows of a company so many years after it was founded, where SIRENE says nothing.

    Raises ValidationError, by field, when the day has not come or SIRENE has answered.
    """
    now = today or timezone.localdate()
    kept = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if kept.founded_on is None:
        raise ValidationError(_("Say first, on the page of the project, when the company was founded."))
    if years not in YEARS:
        raise ValidationError({"years": _("Survival is looked at 1, 3 and 5 years after the foundation.")})
    due = anniversary(kept.founded_on, years)
    if due > now:
        words = _("That day is to come: %(day)s.") % {"day": date_format(due, "DATE_FORMAT")}
        raise ValidationError({"years": words})
    row = SurvivalCheck.objects.select_for_update(of=("self",)).filter(project=kept, years=years).first()
    if row is not None and row.evidence == Evidence.SIRENE:
        raise ValidationError({"years": _("SIRENE has answered for that day.")})
    row = row or SurvivalCheck(project=kept, years=years)
    row.due_on, row.active, row.evidence, row.checked_on = due, active, Evidence.DECLARED, now
    row.full_clean()
    row.save()
    return row
