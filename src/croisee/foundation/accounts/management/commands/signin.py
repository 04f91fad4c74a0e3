"""`croisee signin EMAIL`: a way in for who administers the server."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.services import console_sign_in_link
from croisee.foundation.audit.services import acting


class Command(BaseCommand):
    """A one-time sign-in link that stands for a password and a second factor."""

    help = gettext_lazy("Print a one-time sign-in link for an account (lost password or second factor).")

    def add_arguments(self, parser: CommandParser) -> None:
        """The account's address."""
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the link; the audit trail notes that it was made."""
        account = Account.objects.filter(email=options["email"], is_active=True).first()
        if account is None:
            raise CommandError(_("No account has the address %(email)s.") % {"email": options["email"]})
        with acting(None, "croisee signin"):
            self.stdout.write(settings.SITE_URL + console_sign_in_link(account))
