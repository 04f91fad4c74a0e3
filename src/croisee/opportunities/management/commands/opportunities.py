from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext_lazy, ngettext

from croisee.opportunities.services.searches import send_alerts


class Command(BaseCommand):
    """`croisee opportunities alerts`."""

    help = gettext_lazy("Write to those whose saved searches have new offers (for a schedule: every hour).")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["alerts"])

    def handle(self, *args: Any, **options: Any) -> None:
        count = send_alerts()
        self.stdout.write(
            ngettext("%(count)d e-mail about new offers.", "%(count)d e-mails about new offers.", count)
            % {"count": count}
        )
