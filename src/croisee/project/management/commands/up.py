"""`croisee up`: this installation in the browser, with its background work."""

import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.project import serve


class Command(BaseCommand):
    """Check the database, serve the site, do the background work."""

    help = gettext_lazy("Serve this installation, with its background work, until Ctrl-C.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """--host, --port, --no-worker."""
        parser.add_argument("--host", default=serve.HOST, help=_("address to listen on (127.0.0.1)"))
        parser.add_argument(
            "--port", type=int, default=serve.PORT, help=_("port, or the next free one (8000)")
        )
        parser.add_argument(
            "--no-worker", action="store_true", help=_("another process does the background work")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        self._bring_up_to_date()
        try:
            with serve.listening(options["host"], options["port"]) as bound:
                address = serve.address_of(bound)
                serve.declare(address)
                if bound.getsockname()[1] != options["port"]:
                    self.stdout.write(_("Port %(port)d is busy; another one is taken.") % options)
                serve.serve(bound, lambda: self._say_ready(address), with_worker=not options["no_worker"])
        except serve.NoPort as error:
            raise CommandError(
                _("No free port: %(where)s. Name one with --port.") % {"where": error}
            ) from error
        self.stdout.write(_("Stopped."))

    def _bring_up_to_date(self) -> None:
        """The embedded database is migrated here; an outside one by who administers it."""
        if not serve.pending_migrations():
            return
        if os.environ.get("DATABASE_URL"):
            raise CommandError(_("The database is not up to date: run “croisee migrate” first."))
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)

    def _say_ready(self, address: str) -> None:
        self.stdout.write(
            self.style.SUCCESS(_("Croisée answers at %(address)s (Ctrl-C stops it).") % {"address": address})
        )
