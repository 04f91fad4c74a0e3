"""Apprenticeship: what this service announces to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprenticeshipConfig(AppConfig):
    """Offers of apprenticeship and who applies, mentors, forums and job datings."""

    name = "croisee.apprenticeship"
    label = "apprenticeship"
    verbose_name = _("apprenticeship")

    def ready(self) -> None:
        """Announce what each subject brings."""
        from croisee.apprenticeship import announced

        announced.declare()
