"""The neighbourhood incubator: what this service announces to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncubationConfig(AppConfig):
    """Project holders, committees, hosting, spaces, advice, what companies become."""

    name = "croisee.incubation"
    label = "incubation"
    verbose_name = _("incubator")

    def ready(self) -> None:
        """Announce what each subject brings."""
        from croisee.incubation import announced

        announced.declare()
