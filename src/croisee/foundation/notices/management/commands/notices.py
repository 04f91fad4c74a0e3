from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.notices.services import send_due


class Command(BaseCommand):
    """`croisee notices send-due`."""

    help = gettext_lazy("Send the daily e-mails and take up late ones (for a schedule: every hour).")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["send-due"])

    def handle(self, *args: Any, **options: Any) -> None:
        counts = send_due()
        self.stdout.write(
            _("%(digests)d daily e-mails, %(late)d late ones taken up, %(stuck)d given up.") % counts
        )
