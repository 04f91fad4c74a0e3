"""The internships of 3e: what this service announces to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StagesConfig(AppConfig):
    """Campaigns of internships: offers, wishes, rounds, conventions."""

    name = "croisee.stages"
    label = "stages"
    verbose_name = _("internships of 3e")

    def ready(self) -> None:
        """Announce what each subject brings."""
        from croisee.stages import announced

        announced.declare()
