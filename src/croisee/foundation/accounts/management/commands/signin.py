"""`croisee signin EMAIL`: a way in for who administers the server."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.services import console_sign_in_link, establish
from croisee.foundation.audit.services import acting


class Command(BaseCommand):
    """A one-time sign-in link that stands for a password and a second factor."""

    help = gettext_lazy(
        "Print a one-time sign-in link for an account (first administrator, lost second factor)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The account's address, and on a fresh database the metropolis to establish."""
        parser.add_argument("email")
        parser.add_argument(
            "--establish",
            metavar="NAME",
            help=_("first make this metropolis, on a fresh database, with EMAIL as its administrator"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the link; the audit trail notes that it was made."""
        with acting(None, "croisee signin"):
            if options["establish"]:
                self._establish(options["establish"], options["email"])
            account = Account.objects.filter(email=options["email"].lower(), is_active=True).first()
            if account is None:
                raise CommandError(_("No account has the address %(email)s.") % {"email": options["email"]})
            self.stdout.write(settings.SITE_URL + console_sign_in_link(account))

    def _establish(self, name: str, email: str) -> None:
        try:
            establish(name, email)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
