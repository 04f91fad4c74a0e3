"""`croisee incubation`: the histories of companies read from Insee's file of legal units."""

import signal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation.tables import FaultyInput, fault_lines


class Command(BaseCommand):
    help = gettext_lazy("Read what became of companies that were hosted (SIRENE).")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One verb: `survival`."""
        what = parser.add_subparsers(dest="what", required=True, metavar="survival")
        survival = what.add_parser(
            "survival", help=_("read StockUniteLegaleHistorique and say which companies are still active")
        )
        survival.add_argument(
            "file", type=Path, metavar="FILE", help=_("the file, of any size: CSV, plain, gzip or zip")
        )

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Run the verb."""
        ending = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self.survival(options["file"])
        except FaultyInput as refused:
            raise CommandError("\n".join(fault_lines(refused.faults))) from None
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted: nothing was changed."), returncode=130) from None
        finally:
            signal.signal(signal.SIGTERM, ending)

    def survival(self, file: Path) -> None:
        """`croisee incubation survival`."""
        from croisee.incubation.services.outcomes import import_histories

        counts = import_histories(file, advance=self.progress(file))
        self.stdout.write(ngettext("%(n)d line read.", "%(n)d lines read.", counts.rows) % {"n": counts.rows})
        self.stdout.write(
            _("%(found)d of %(asked)d companies found, %(periods)d periods kept, %(checks)d states written.")
            % {
                "found": counts.found,
                "asked": counts.asked,
                "periods": counts.periods,
                "checks": counts.checks,
            }
        )
        if counts.told_until:
            self.stdout.write(_("The file tells what happened until %(day)s.") % {"day": counts.told_until})

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
