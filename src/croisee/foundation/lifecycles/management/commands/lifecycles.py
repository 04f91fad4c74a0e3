from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext_lazy as _

from croisee.foundation.lifecycles.handbook import page


class Command(BaseCommand):
    """`croisee lifecycles`."""

    help = _("Print the states and transitions of every kind of thing (the text of docs/lifecycles.md).")
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
