"""Social clauses of public contracts: what this service announces to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClausesConfig(AppConfig):
    """Hours of work for those far from employment, from the tender to the last validated hour."""

    name = "croisee.clauses"
    label = "clauses"
    verbose_name = _("social clauses")

    def ready(self) -> None:
        """Announce what each subject brings."""
        from croisee.clauses import announced

        announced.declare()
