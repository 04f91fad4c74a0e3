"""`croisee demo`: made-up people on a made-up metropolis, or on the real ground of one, in the browser."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.demo import people, services, steps
from croisee.demo.files import generate_files
from croisee.demo.generator.ground import Sizes
from croisee.demo.models import DemoInstallation
from croisee.demo.plan import Plan
from croisee.demo.queries import installation
from croisee.demo.real_ground import NoGround
from croisee.foundation.accounts.services import console_sign_in_link
from croisee.foundation.audit.services import acting
from croisee.foundation.tables import FaultyInput, OutputFailed, fault_lines
from croisee.project import serve
from croisee.territory.loaders.loading import LoadRunning
from croisee.territory.models import Epci

SEED, PUPILS = 1, 1_200


class Command(BaseCommand):
    """Make the demonstration, or find it made; serve it."""

    help = gettext_lazy("Show Croisée with made-up people, on a made-up metropolis or a real one.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """On which ground, of what size, from which seed; where to serve."""
        parser.add_argument(
            "--epci", help=_("SIREN of a real EPCI, such as 243500139; needs --from the first time")
        )
        parser.add_argument(
            "--from", dest="places", nargs="+", default=[], metavar="PATH", help=_("its official files")
        )
        parser.add_argument("--seed", type=int, help=_("another seed makes other people (1)"))
        parser.add_argument("--pupils", type=int, help=_("number of pupils (1200); the rest follows"))
        parser.add_argument(
            "--files", metavar="FOLDER", help=_("only write the files there; no database, no site")
        )
        parser.add_argument(
            "--reset", action="store_true", help=_("erase the demonstration and make it anew")
        )
        parser.add_argument("--yes", action="store_true", help=_("do not ask before erasing"))
        parser.add_argument("--no-serve", action="store_true", help=_("make it and stop there"))
        parser.add_argument("--host", default=serve.HOST, help=_("address to listen on (127.0.0.1)"))
        parser.add_argument(
            "--port", type=int, default=serve.PORT, help=_("port, or the next free one (8000)")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write files; or make the demonstration, say who signs in where, and serve."""
        self._check(options)
        try:
            if options["files"]:
                self._write_files(options)
            elif options["no_serve"]:
                self._make(options)
                self._say_signs_in(settings.SITE_URL)
            else:
                self._make_and_serve(options)
        except FaultyInput as error:
            raise CommandError("\n".join(fault_lines(error.faults))) from error
        except (steps.StepFailed, OutputFailed) as error:
            raise CommandError(str(error)) from error
        except LoadRunning as error:
            raise CommandError(_("Another load of the territory is under way; wait for its end.")) from error
        except NoGround as error:
            text = _("The files say too little to put people on this territory; missing: %(missing)s.")
            raise CommandError(text % {"missing": error.missing}) from error

    def _check(self, options: dict[str, Any]) -> None:
        if options["pupils"] is not None and not 1 <= options["pupils"] <= 50_000:
            raise CommandError(_("--pupils takes a number from 1 to 50000."))
        if options["seed"] is not None and not 0 <= options["seed"] < 2**63:
            raise CommandError(_("--seed takes a whole number, 0 or more."))
        if options["epci"] and options["files"]:
            raise CommandError(_("--files writes the made-up metropolis: leave --epci out."))

    def _write_files(self, options: dict[str, Any]) -> None:
        folder = Path(options["files"])
        _city, campaign = generate_files(
            folder, Sizes(pupils=options["pupils"] or PUPILS), options["seed"] or SEED, timezone.localdate()
        )
        values = {
            "folder": folder,
            "pupils": len(campaign.pupils.number),
            "offers": len(campaign.offers.number),
        }
        self.stdout.write(
            _("%(pupils)d pupils and %(offers)d offers, all made up, are in %(folder)s.") % values
        )

    def _make_and_serve(self, options: dict[str, Any]) -> None:
        try:
            with serve.listening(options["host"], options["port"]) as bound:
                if bound.getsockname()[1] != options["port"]:
                    self.stdout.write(_("Port %(port)d is busy; another one is taken.") % options)
                self._make(options)
                address = serve.address_of(bound)
                serve.declare(address)
                serve.serve(bound, lambda: self._say_ready(address))
        except serve.NoPort as error:
            raise CommandError(
                _("No free port: %(where)s. Name one with --port.") % {"where": error}
            ) from error
        self.stdout.write(_("Stopped. “croisee demo” starts it again as it was."))

    def _make(self, options: dict[str, Any]) -> None:
        """Do the steps that are not done yet, saying each."""
        _keep_mails_here()
        steps.prepare_database()
        if options["reset"]:
            self._reset(options["yes"])
        plan = self._plan(options)
        try:
            services.begin(plan)
        except services.InUse as error:
            text = _(
                "This database holds a real installation: no demonstration is put into it. "
                "Set CROISEE_VAR to another folder, or DATABASE_URL to another database."
            )
            raise CommandError(text) from error
        except services.OtherDemo as error:
            text = _(
                "Another demonstration is there (%(held)s). "
                "Start without options to see it, or add --reset to replace it."
            )
            raise CommandError(text % {"held": error.held}) from error
        settings.DEMO_NOTICE = True
        for step, was_done in steps.steps_done(plan, starting=self._say_starting):
            state = _("done") if was_done else _("already there")
            self.stdout.write(f"  ✓ {step.name} — {state}")

    def _plan(self, options: dict[str, Any]) -> Plan:
        """What is asked for; what is not said is as in the demonstration that is there, if there is one."""
        held: DemoInstallation | None = installation()
        seed = options["seed"] if options["seed"] is not None else (held.seed if held else SEED)
        pupils = options["pupils"] or (held.pupils if held else PUPILS)
        epci = options["epci"] if options["epci"] is not None else (held.epci if held else "")
        if epci and not options["places"] and not (held and held.made_at):
            raise CommandError(
                _("Say with --from where the official files of the EPCI %(epci)s are.") % {"epci": epci}
            )
        return Plan(epci=epci, seed=seed, sizes=Sizes(pupils=pupils), places=options["places"])

    def _reset(self, sure: bool) -> None:
        """Erase the demonstration once that is confirmed."""
        if not sure:
            if not sys.stdin.isatty():
                raise CommandError(_("--reset erases the demonstration: add --yes to confirm."))
            answer = input(_("Erase the demonstration and make it anew? [y/N] "))
            if answer.strip().lower() not in {"y", "yes", "o", "oui"}:
                raise CommandError(_("Nothing was erased."))
        try:
            services.take_away()
        except services.InUse as error:
            raise CommandError(_("This database holds a real installation: nothing was erased.")) from error
        steps.prepare_database()

    def _say_starting(self, step: steps.Step) -> None:
        self.stdout.write(f"  … {step.name}", ending="\n")

    def _say_ready(self, address: str) -> None:
        self._say_signs_in(address)
        self.stdout.write(
            self.style.SUCCESS(_("Croisée answers at %(address)s (Ctrl-C stops it).") % {"address": address})
        )

    def _say_signs_in(self, address: str) -> None:
        """One way in for each role."""
        territory = Epci.objects.order_by("name").first()
        self.stdout.write("")
        self.stdout.write(
            _("%(territory)s: every person and every company is made up.") % {"territory": territory}
        )
        self.stdout.write(_("Sign in as:"))
        with acting(None, "croisee demo"):
            for person in people.PEOPLE:
                path = console_sign_in_link(people.account_of(person.role))
                self.stdout.write(f"  {person.role.label} ({person.name})\n    {address}{path}")
        self.stdout.write("")


def _keep_mails_here() -> None:
    """A demonstration writes to nobody: its mails stay in `var/mail`, whatever the settings say."""
    os.environ.pop("EMAIL_URL", None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(settings.VAR_DIR / "mail")
