"""`croisee doctor`: what is wrong with this installation, and how to mend it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.project import health


class Command(BaseCommand):
    help = gettext_lazy("Say what is wrong with this installation and how to mend it.")
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for finding in health.examine():
            self.stdout.write(f"{self._mark(finding)} {finding.name:<16} {finding.seen}")
            if finding.warning:
                self.stdout.write(f"  ! {finding.warning}")
            if finding.remedy:
                wrong += 1
                self.stdout.write(f"  → {finding.remedy}")
        if wrong:
            self.stdout.write(ngettext("%d thing to mend.", "%d things to mend.", wrong) % wrong)
            sys.exit(1)
        self.stdout.write(_("All is well."))

    def _mark(self, finding: health.Finding) -> str:
        if finding.remedy:
            return self.style.ERROR("✗")
        return self.style.WARNING("!") if finding.warning else self.style.SUCCESS("✓")
