"""`croisee premises`: CNIG files taken in from a terminal."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.tables import FaultyInput, fault_lines


class Command(BaseCommand):
    help = gettext_lazy("Read CNIG files of economic sites and brownfields.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One verb for now: `import-cnig`."""
        what = parser.add_subparsers(dest="what", required=True, metavar="import-cnig")
        cnig = what.add_parser("import-cnig", help=_("read CNIG files, all of them or nothing"))
        cnig.add_argument(
            "files", type=Path, nargs="+", metavar="FILE", help=_("CSV, spreadsheet, GeoJSON or ZIP")
        )
        cnig.add_argument(
            "--check", action="store_true", help=_("say what they would do, and change nothing")
        )

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Run the verb."""
        from croisee.premises.cnig_uploads import sorted_out, tables_of
        from croisee.premises.services import published as services

        found: dict[str, Any] = {}
        try:
            for path in options["files"]:
                for slot, file in sorted_out(path.name, path.read_bytes()).items():
                    if slot in found:
                        raise CommandError(_("Two files are of one kind: %(file)s") % {"file": path})
                    found[slot] = file
            tables = tables_of(found)
            if options["check"]:
                records = services.read_tables(tables)
                if records.faults:
                    raise FaultyInput(records.faults)
                counts = services.foresee(records)
            else:
                counts = services.store(tables, None)
        except OSError as error:
            raise CommandError(str(error)) from None
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None
        except FaultyInput as refused:
            raise CommandError("\n".join(fault_lines(refused.faults))) from None
        self.stdout.write(counts.words() + ".")
