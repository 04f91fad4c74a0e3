"""`croisee apprenticeship`: offers published on La bonne alternance, and read from there."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.apprenticeship.lba.client import Refused
from croisee.apprenticeship.services import partner
from croisee.foundation.partners import Unreachable


class Command(BaseCommand):
    help = gettext_lazy("Publish our offers of apprenticeship on La bonne alternance; read those around.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("publish", "read"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of both, and say what was done."""
        publishes = options["what"] == "publish"
        try:
            done = partner.exchange(publishes=publishes, reads=not publishes)
        except partner.NotConfigured:
            raise CommandError(_("Set CROISEE_LBA_TOKEN first.")) from None
        except (Refused, Unreachable) as error:
            raise CommandError(partner.told(error)) from None
        for name, count in sorted(done.items()):
            if count:
                self.stdout.write(f"{name}: {count}")
