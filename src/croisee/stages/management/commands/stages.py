"""`croisee stages`: a round on files, its verification; what campaigns need done each day."""

import datetime as dt
import signal
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation.tables import Fault, FaultyInput, OutputFailed, fault_lines, write_faults

MOST_SHOWN = 50


def seed(text: str) -> int:
    """A seed of the draw: a whole number from 0 to 2**64 - 1."""
    if not text.isascii() or not text.isdigit() or int(text) >= 2**64:
        raise ArgumentTypeError(_("a whole number from 0 to 18446744073709551615, not “%s”") % text)
    return int(text)


def day(text: str) -> dt.date:
    """A date as it is written in a command."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(_("“%(text)s” is no date (2026-01-12).") % {"text": text}) from None


class Command(BaseCommand):
    help = gettext_lazy(
        "Place pupils on internships from three files; verify a placement; do what is due today."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True, metavar="place | verify | due")
        place = what.add_parser(
            "place", help=_("give each pupil a place, and write the result and its proof")
        )
        place.add_argument(
            "-o", "--out", type=Path, required=True, metavar="FOLDER", help=_("folder of results")
        )
        place.add_argument(
            "--seed", type=seed, default=0, metavar="N", help=_("seed of the draw (default 0)")
        )
        place.add_argument(
            "--keep-valid",
            action="store_true",
            help=_("leave faulty rows out, list them in faults.csv, and place the others"),
        )
        place.add_argument(
            "--faults", type=Path, metavar="FILE", help=_("write every fault to this CSV file too")
        )
        place.add_argument(
            "--lang", choices=["fr", "en"], help=_("language of the results (default: French)")
        )
        verify = what.add_parser(
            "verify", help=_("check a result again, from the files it was computed from")
        )
        verify.add_argument("folder", type=Path, help=_("the folder that “place” wrote"))
        what.add_parser(
            "due", help=_("do what is due today: places that lapse, reminders, what is past its date")
        )
        for command in (place, verify):
            for kind, help_ in (
                ("offers", _("offers.csv: the internships on offer")),
                ("pupils", _("pupils.csv: the pupils")),
                ("wishes", _("wishes.csv: their wishes")),
            ):
                command.add_argument(f"--{kind}", type=Path, required=True, metavar="FILE", help=help_)
            command.add_argument(
                "--zones", type=Path, metavar="FILE", help=_("priority neighbourhoods, any polygon file")
            )
            command.add_argument(
                "--schools",
                type=Path,
                metavar="FILE",
                help=_("schools in REP and REP+, official list or table"),
            )
            command.add_argument(
                "--gtfs",
                type=Path,
                action="append",
                default=[],
                metavar="FEED",
                help=_(
                    "timetable of public transport, a GTFS feed (zip or folder); one option for each network"
                ),
            )
            command.add_argument(
                "--date",
                type=day,
                metavar="YYYY-MM-DD",
                help=_("the day whose timetable counts (default: an ordinary day of it)"),
            )

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        if what == "due":
            self.due()
            return
        ending = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            if what == "place":
                self.place(**options)
            else:
                self.verify(**options)
        except FaultyInput as refused:
            if what == "place":
                self.refuse(refused.faults, options["faults"])
            raise CommandError("\n".join(fault_lines(refused.faults, MOST_SHOWN))) from None
        except OutputFailed as failed:
            raise CommandError(str(failed)) from None
        except KeyboardInterrupt:
            self.stderr.write(_("Interrupted: nothing was written."))
            sys.exit(130)
        finally:
            signal.signal(signal.SIGTERM, ending)

    def place(self, *, out: Path, faults: Path | None, keep_valid: bool, **options: Any) -> None:
        """`croisee stages place`."""
        from croisee.stages.run import inputs_of, write_results

        if options["date"] and not options["gtfs"]:
            raise CommandError(
                _("--date says which day of a timetable counts: give the timetable too (--gtfs).")
            )
        inputs = self.gather(inputs_of, **options)
        for note in inputs.notes:
            self.stderr.write(note)
        found = [*inputs.files.faults, *inputs.travel_faults]
        if found and not keep_valid:
            self.refuse(found, faults)
        outcome = write_results(
            out,
            inputs,
            options["seed"],
            keep_valid=keep_valid,
            language=options["lang"] or settings.LANGUAGE_CODE,
            now=timezone.localtime(),
            extra_faults=faults,
        )
        if found:
            self.stderr.write("\n".join(fault_lines(found, MOST_SHOWN)))
        self.stdout.write(self.summary(outcome, out))

    def due(self) -> None:
        """`croisee stages due`: the name that schedules made before `croisee due` know."""
        call_command("due", stdout=self.stdout)

    def summary(self, outcome: Any, out: Path) -> str:
        """What was done, in a few lines."""
        from croisee.stages.certificate import counts

        found = counts(outcome)
        lines = [
            ngettext("%(n)d pupil,", "%(n)d pupils,", found["pupils"]) % {"n": found["pupils"]}
            + " "
            + ngettext("%(n)d seat:", "%(n)d seats:", found["seats"]) % {"n": found["seats"]},
            _("%(placed)d have a place (%(first)d their first wish, %(beyond)d beyond their wishes),")
            % {"placed": found["placed"], "first": found["first_wish"], "beyond": found["beyond_wishes"]},
            _("%(without)d have none. On their own wishes alone, %(alone)d would have one.")
            % {"without": found["without_a_place"], "alone": found["placed_on_own_wishes_alone"]},
            _("Audited: every property holds. Results in %(out)s") % {"out": out},
        ]
        return "\n".join(lines)

    def gather(self, inputs_of: Any, **options: Any) -> Any:
        """The inputs of a round, with what to do when the territory they need is not there."""
        paths = {kind: options[kind] for kind in ("offers", "pupils", "wishes", "zones", "schools", "gtfs")}
        try:
            return inputs_of(**paths, date=options["date"], advance=self.advance)
        except (DatabaseError, OSError) as error:
            if paths["zones"] is not None:  # then no territory was asked
                raise
            raise CommandError(
                _(
                    "The loaded territory cannot be read (%(reason)s). "
                    "Give the priority neighbourhoods as a file: --zones FILE needs no database."
                )
                % {
                    "reason": str(error).strip().splitlines()[0]
                    if str(error).strip()
                    else type(error).__name__
                }
            ) from None

    def refuse(self, faults: list[Fault], file: Path | None) -> None:
        """Say the faults and stop; nothing is written but the list that was asked for."""
        if file is not None:
            from croisee.foundation.tables import replaced_file

            with replaced_file(file) as path:
                write_faults(path, faults)
        total = ngettext(
            "%(n)d fault; nothing was written.", "%(n)d faults; nothing was written.", len(faults)
        )
        raise CommandError(
            "\n".join([*fault_lines(faults, MOST_SHOWN), total % {"n": len(faults)}])
        ) from None

    def advance(self, done: int, homes: int) -> None:
        """Say on a terminal how far the travel times are."""
        if self.stderr.isatty():
            text = _("Travel times: %(done)d of %(homes)d homes") % {"done": done, "homes": homes}
            self.stderr.write(f"\r{text}", ending="\r" if done < homes else "\n")

    def verify(self, *, folder: Path, **options: Any) -> None:
        """`croisee stages verify`."""
        from croisee.stages import verification
        from croisee.stages.files.timetables import sources_of
        from croisee.stages.run import inputs_of

        document = verification.read_certificate(folder / "certificate.json")
        timetables = sources_of(options["gtfs"])
        self.conclude(verification.other_travel(document, timetables, options["date"]))
        inputs = self.gather(inputs_of, **options | {"date": verification.stated_day(document)})
        placements = folder / "placements.csv"
        problems = verification.changed_files(document, inputs.sources, {"placements.csv": placements})
        problems += verification.other_figures(document, inputs.travel)
        problems += verification.verify_placements(
            placements, document, inputs.files, inputs.zones, inputs.schools, inputs.travel
        )
        self.conclude(problems)
        self.stdout.write(_("Verified: the files are those of the certificate, and every property holds."))

    def conclude(self, problems: list[str]) -> None:
        """Say the problems that were found and stop; nothing where there are none."""
        if problems:
            total = ngettext("%(n)d problem found.", "%(n)d problems found.", len(problems))
            raise CommandError("\n".join([*problems[:MOST_SHOWN], total % {"n": len(problems)}]))
