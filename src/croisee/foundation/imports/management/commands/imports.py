from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.imports.services import purge


class Command(BaseCommand):
    """`croisee imports purge`."""

    help = gettext_lazy("Erase imports past their date, with their files (for a schedule: every night).")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["purge"])

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("%(n)d imports erased.") % {"n": purge()})
