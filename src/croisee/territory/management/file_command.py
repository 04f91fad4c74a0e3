"""A command from files to a file: what it writes appears whole or not at all, and what is wrong is said."""

import signal
import sys
from abc import ABC, abstractmethod
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from croisee.foundation.tables import FaultyInput, OutputFailed, fault_lines


class FileCommand(ABC, BaseCommand):
    """A command whose `write` reads files and writes another; needs no database."""

    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        """Run, and when told to stop, take the unfinished file away first."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        super().run_from_argv(argv)

    def handle(self, **options: Any) -> None:
        """Write the file, or say why not."""
        try:
            self.write(options)
        except FaultyInput as refused:
            lines = [*fault_lines(refused.faults), _("Nothing was written.")]
            raise CommandError("\n".join(lines)) from None
        except OutputFailed as failed:
            raise CommandError(str(failed)) from None
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted. Nothing was written."), returncode=130) from None

    @abstractmethod
    def write(self, options: dict[str, Any]) -> None:
        """Write the file; raises FaultyInput, OutputFailed."""
