"""Journeys: what this app announces to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JourneysConfig(AppConfig):
    """The PLIE, the Maison de l'emploi, any programme that follows people, and each person's whole way."""

    name = "croisee.journeys"
    label = "journeys"
    verbose_name = _("journeys")

    def ready(self) -> None:
        """Announce what each subject brings."""
        from croisee.journeys import announced

        announced.declare()
