import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.progress import worker


class Command(BaseCommand):
    """`croisee work`."""

    help = gettext_lazy("Do the background work of this installation: loads, placements, e-mails.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help=_("stop when the queue is empty"))
        parser.add_argument(
            "--interval", type=float, default=1.0, help=_("seconds between two looks at an empty queue")
        )
        parser.add_argument(
            "--until-input-ends",
            action="store_true",
            help=_("stop when the standard input is closed (used by the server that starts the worker)"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["until_input_ends"]:
            worker.stop_when_closed(sys.stdin.buffer)
        worker.work(batch=options["batch"], interval=options["interval"], verbosity=options["verbosity"])
