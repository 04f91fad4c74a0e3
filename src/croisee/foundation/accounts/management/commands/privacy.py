"""`croisee privacy`: what the retention rules would erase today; `--apply` does it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.privacy import apply_retention, erase
from croisee.foundation.audit.services import acting, discard_expired


class Command(BaseCommand):
    """Retention and erasure of personal data."""

    help = gettext_lazy(
        "Say what personal data retention would erase (--apply erases it), or --erase one person."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--apply, --erase."""
        parser.add_argument("--apply", action="store_true", help=_("erase, instead of counting"))
        parser.add_argument("--erase", metavar="EMAIL", help=_("erase the person who has this account"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Report, one line a model."""
        with acting(None, "croisee privacy"):
            if options["erase"]:
                self._erase(options["erase"], apply=options["apply"])
            else:
                self._retention(apply=options["apply"])

    def _retention(self, *, apply: bool) -> None:
        today = timezone.localdate()
        lines = [(one.name, one.rows) for one in apply_retention(today, apply=apply)]
        if apply:
            call_command("clearsessions")
        lines += list(discard_expired(today, apply=apply).items())
        for name, rows in lines:
            self.stdout.write(f"{rows:>8}  {name}")
        if not lines:
            self.stdout.write(_("Nothing is kept past its time."))
        elif not apply:
            self.stdout.write(_("Nothing was erased. To erase: croisee privacy --apply"))

    def _erase(self, email: str, *, apply: bool) -> None:
        account = Account.objects.filter(email=email).first()
        if account is None:
            raise CommandError(_("No account has the address %(email)s.") % {"email": email})
        if not apply:
            self.stdout.write(_("Nothing was erased. To erase this person for good, add --apply."))
            return
        try:
            treated = erase(account)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        for one in treated:
            self.stdout.write(f"{one.rows:>8}  {one.name}")
