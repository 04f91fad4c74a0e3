"""`croisee datainclusion`: what is published in the data·inclusion schema, as files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation.tables import OutputFailed


class Command(BaseCommand):
    help = gettext_lazy("Write the published services in the data·inclusion schema.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One verb for now: `export`."""
        what = parser.add_subparsers(dest="what", required=True, metavar="export")
        export = what.add_parser("export", help=_("write structures.json and services.json, both or neither"))
        export.add_argument("folder", type=Path, metavar="FOLDER", help=_("the folder to write into"))

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Run the verb."""
        from croisee.journeys.services.actions import export

        folder: Path = options["folder"]
        try:
            made = export(folder)
        except OutputFailed as failed:
            raise CommandError(str(failed)) from None
        for fault in made.faults:
            text = _("Left out: %(name)s, %(column)s: %(problem)s. %(remedy)s")
            said = {
                "name": fault.entry.name,
                "column": fault.column,
                "problem": fault.problem,
                "remedy": fault.remedy,
            }
            self.stderr.write(text % said)
        structures = ngettext("%(n)d structure", "%(n)d structures", len(made.structures))
        services = ngettext("%(n)d service", "%(n)d services", len(made.services))
        self.stdout.write(
            _("%(structures)s and %(services)s written to %(folder)s.")
            % {
                "structures": structures % {"n": len(made.structures)},
                "services": services % {"n": len(made.services)},
                "folder": folder,
            }
        )
