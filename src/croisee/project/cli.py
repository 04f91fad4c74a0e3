"""The `croisee` command: Django's management utility under our name, our own commands first in its help."""

import os
import sys
from collections import defaultdict

from django.core.management import ManagementUtility, get_commands
from django.db import DatabaseError, OperationalError, ProgrammingError
from django.utils import translation
from django.utils.translation import gettext as _


def terminal_language() -> str:
    """French, unless the terminal's locale (`LC_ALL`, `LC_MESSAGES`, `LANG`) is English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := os.environ.get(name):
            return "en" if locale.startswith("en") else "fr"
    return "fr"


class CroiseeUtility(ManagementUtility):
    """Django's utility, whose help lists the commands of Croisée before those of the libraries."""

    def __init__(self, argv: list[str] | None = None) -> None:
        super().__init__(argv)
        self.prog_name = "croisee"

    def main_help_text(self, commands_only: bool = False) -> str:
        """The help of `croisee --help`: our commands with what they do, then the libraries' by their app."""
        if commands_only:
            text: str = super().main_help_text(commands_only=True)
            return text
        ours, others = [], defaultdict(list)
        for name, app in sorted(get_commands().items()):
            if str(app).startswith("croisee."):
                ours.append(f"  {name:<12} {self.fetch_command(name).help}")
            else:
                others[str(app)].append(name)
        lines = ["croisee COMMAND --help", "", *ours, ""]
        lines += [f"[{app}]\n  {', '.join(names)}" for app, names in sorted(others.items())]
        return "\n".join(lines)

    def fetch_command(self, subcommand: str):  # type: ignore[no-untyped-def]  # as the base class declares it
        """The command, speaking the terminal's language."""
        translation.activate(terminal_language())
        command = super().fetch_command(subcommand)
        command.help = str(command.help)  # argparse takes no lazy sentence
        return command


def main() -> None:
    """Entry point of the `croisee` script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "croisee.project.settings")
    try:
        CroiseeUtility(sys.argv).execute()
    except (OperationalError, ProgrammingError) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(database_fault(error))
    except BrokenPipeError:  # who read us, `head` say, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def database_fault(error: DatabaseError) -> str:
    """What a person can do about a database that does not answer, or not as the code expects."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    problem = _("The database does not answer as it should (%(reason)s).") % {"reason": reason}
    return problem + " " + _("Run “croisee doctor”: it says what is wrong and what to do.")
