"""`croisee establish`: the metropolis of a new installation and its first administrator."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.accounts.services import console_sign_in_link, establish
from croisee.foundation.audit.services import acting


class Command(BaseCommand):
    """The first two rows of an installation."""

    help = gettext_lazy("Name the metropolis of a new installation and its first administrator.")

    def add_arguments(self, parser: CommandParser) -> None:
        """The metropolis's name, the administrator's address."""
        parser.add_argument("metropolis", help=_("name of the metropolis"))
        parser.add_argument("email", help=_("e-mail address of the first administrator"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make both, and print the administrator's first sign-in link."""
        with acting(None, "croisee establish"):
            try:
                membership = establish(options["metropolis"], options["email"])
            except ValidationError as refusal:
                raise CommandError(" ".join(refusal.messages)) from refusal
            link = settings.SITE_URL + console_sign_in_link(membership.account)
        self.stdout.write(_("Sign in with this link, then set up a password and a second factor:"))
        self.stdout.write(link)
