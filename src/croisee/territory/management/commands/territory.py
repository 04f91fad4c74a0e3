"""`croisee territory load` and `croisee territory status`."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from croisee.foundation.tables import FaultyInput, fault_lines
from croisee.territory.loaders.loading import Format, LoadRunning, Outcome, Peek, Result
from croisee.territory.models import DataSetKind, Epci
from croisee.territory.queries import territory_status
from croisee.territory.reach.services import start_after_load
from croisee.territory.reporting import result_line, status_lines
from croisee.territory.services import load_territory


class Command(BaseCommand):
    """Load the official open data of a territory, or say what is loaded."""

    help = gettext_lazy("Load official open data of a territory; say what is loaded and what is missing.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two verbs: `load` and `status`."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="load|status")
        load = verbs.add_parser("load", help=_("load files, folders or URLs"))
        load.add_argument(
            "--epci", required=True, help=_("SIREN of the EPCI, such as 243500139 (Rennes Métropole)")
        )
        load.add_argument("--from", required=True, dest="places", nargs="+", metavar="PATH|URL")
        load.add_argument(
            "--only",
            nargs="+",
            default=[],
            choices=DataSetKind.values,
            metavar="KIND",
            help=_("kinds to load: %(kinds)s") % {"kinds": ", ".join(DataSetKind.values)},
        )
        # Django gives -v to the command alone, where nobody looks for it.
        load.add_argument("-v", "--verbosity", type=int, choices=range(4), default=1)
        status = verbs.add_parser("status", help=_("say what is loaded, of when, and what is missing"))
        status.add_argument("--epci", help=_("only this EPCI"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb."""
        if options["verb"] == "load":
            self._load(options["epci"], options["places"], options["only"], options["verbosity"])
        else:
            self._status(options["epci"])

    def _load(self, epci: str, places: list[str], only: list[str], verbosity: int) -> None:
        results: list[Result] = []
        with _Bar(quiet=verbosity == 0) as bar:
            try:
                for result in load_territory(
                    epci, places, only=only, downloading=bar.downloading, starting=bar.starting
                ):
                    bar.clear()
                    results.append(result)
                    if result.outcome is not Outcome.UNRECOGNISED or verbosity > 1:
                        self.stdout.write(result_line(result))
                    for line in fault_lines(result.faults, 5 if result.outcome is Outcome.LOADED else 20):
                        self.stderr.write(f"    {line}")
                    if result.report:
                        self.stderr.write("    " + _("every refused row: %(path)s") % {"path": result.report})
            except FaultyInput as error:
                raise CommandError("\n".join(fault_lines(error.faults))) from error
            except KeyboardInterrupt:
                done = sum(result.outcome is Outcome.LOADED for result in results)
                text = _(
                    "Interrupted: %(done)d data sets are loaded, the one under way is as before. Run it again to go on."
                )
                raise CommandError(text % {"done": done}, returncode=130) from None
            except LoadRunning as error:
                raise CommandError(_("Another load is under way; wait for its end.")) from error
        if start_after_load(epci, results):
            self.stdout.write(_("What is within reach is being computed in the background (croisee work)."))
        unread = sum(result.outcome is Outcome.UNRECOGNISED for result in results)
        if unread:
            unread_files = ngettext(
                "%(n)d file is in no format that this command reads (-v 2 names it).",
                "%(n)d files are in no format that this command reads (-v 2 names them).",
                unread,
            )
            self.stdout.write(unread_files % {"n": unread})
        if any(result.outcome is Outcome.REFUSED for result in results):
            raise CommandError(_("Some files were refused; what they hold was not loaded."))
        if not any(result.outcome in {Outcome.LOADED, Outcome.UNCHANGED} for result in results):
            raise CommandError(_("Nothing there concerns the EPCI %(epci)s.") % {"epci": epci})

    def _status(self, epci: str | None) -> None:
        found = Epci.objects.filter(code=epci) if epci else Epci.objects.all()
        if not found:
            self.stdout.write(_("No territory is loaded: see croisee territory load --help."))
        for one in found:
            for line in status_lines(territory_status(one)):
                self.stdout.write(line)


class _Bar:
    """A progress bar on standard error, when that is a terminal."""

    def __init__(self, quiet: bool) -> None:
        console = Console(stderr=True, quiet=quiet or not sys.stderr.isatty())
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=console.quiet)
        self._task: TaskID | None = None

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._progress.stop()

    def clear(self) -> None:
        """Take the bar of the file just ended away."""
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None

    def downloading(self, done: int, total: int | None) -> None:
        """Show how far a download is."""
        if self._task is None:
            self._task = self._progress.add_task(_("downloading"), total=total)
        self._progress.update(self._task, completed=done, total=total)

    def starting(self, peek: Peek, form: Format) -> Callable[[int], None]:
        """Show a file, and return what moves its bar."""
        self.clear()
        self._task = task = self._progress.add_task(peek.source, total=peek.path.stat().st_size)
        return lambda size: self._progress.update(task, advance=size)
