"""Premises and land: what this service announces to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PremisesConfig(AppConfig):
    """Premises and plots, those that are not classic among them; who needs some; what fits."""

    name = "croisee.premises"
    label = "premises"
    verbose_name = _("premises and land")

    def ready(self) -> None:
        """Announce what each subject brings."""
        from croisee.premises import announced

        announced.declare()
