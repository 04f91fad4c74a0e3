from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation import daily


class Command(BaseCommand):
    """`croisee due`, for a schedule of the installation: once a day at least; more often does no harm."""

    help = gettext_lazy("Do what is due today in every service (for a schedule: every morning).")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in daily.due().items():
            self.stdout.write(_("%(what)s: %(n)d") % {"what": daily.label(name), "n": count})
