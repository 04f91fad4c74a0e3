"""`croisee clauses`: published contracts read from a file of the DECP."""

import signal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation.tables import FaultyInput, OutputFailed, fault_lines, replaced_file


class Command(BaseCommand):
    help = gettext_lazy("Read the contracts that public buyers publish (DECP).")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One verb for now: `import-decp`."""
        what = parser.add_subparsers(dest="what", required=True, metavar="import-decp")
        decp = what.add_parser(
            "import-decp",
            help=_("read a DECP file (JSON of 2019 or 2022, gzip or not) and say what was refused"),
        )
        decp.add_argument("file", type=Path, metavar="FILE", help=_("the file, of any size"))
        decp.add_argument(
            "--report",
            type=Path,
            required=True,
            metavar="OUT.json",
            help=_("write the counts and the refusals here"),
        )

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Run the verb."""
        ending = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self.import_decp(options["file"], options["report"])
        except FaultyInput as refused:
            raise CommandError("\n".join(fault_lines(refused.faults))) from None
        except OutputFailed as failed:
            raise CommandError(str(failed)) from None
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted: nothing was changed."), returncode=130) from None
        finally:
            signal.signal(signal.SIGTERM, ending)

    def import_decp(self, file: Path, report: Path) -> None:
        """`croisee clauses import-decp`."""
        from croisee.clauses.decp.importing import import_decp
        from croisee.clauses.decp.report import write_report

        if file.exists() and report.exists() and file.samefile(report):
            raise CommandError(_("The report would replace the file that is read: give it another name."))
        with replaced_file(report) as fresh:
            counts = import_decp(
                file,
                advance=self.progress(file),
                afterwards=lambda counts, store: write_report(fresh, counts, store.refusals()),
            )
        self.stdout.write(
            ngettext("%(n)d record read:", "%(n)d records read:", counts.read) % {"n": counts.read}
        )
        self.stdout.write(
            _("%(kept)d kept (%(added)d new, %(changed)d changed), %(refused)d refused. Report: %(report)s")
            % {
                "kept": counts.kept,
                "added": counts.added,
                "changed": counts.changed,
                "refused": counts.refused,
                "report": report,
            }
        )

    def progress(self, file: Path) -> Any:
        """Say on a terminal how much of the file has been read."""
        size = file.stat().st_size if file.is_file() else 0
        said = -1

        def advance(done: int) -> None:
            nonlocal said
            percent = 100 * done // size if size else 100
            if percent != said and self.stderr.isatty():
                said = percent
                text = _("Read: %(percent)d %%") % {"percent": percent}
                self.stderr.write(f"\r{text}", ending="\n" if percent == 100 else "")

        return advance
