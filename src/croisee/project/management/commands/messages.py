"""`croisee messages`: compile the translations; `--check` says what they lack."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.project import messages


class Command(BaseCommand):
    help = gettext_lazy("Compile the translations, or check that none is missing.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help=_("fail on any sentence without its French"))

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            written = messages.compile_all()
            self.stdout.write(
                ngettext("%d catalogue compiled.", "%d catalogues compiled.", written) % written
            )
            return
        if not messages.gettext_is_here():
            raise CommandError(_("The check needs GNU gettext: install your system's gettext package."))
        if found := messages.gaps():
            raise CommandError("\n".join([_("The French translation has gaps:"), *found]))
        self.stdout.write(_("Every sentence has its French."))
