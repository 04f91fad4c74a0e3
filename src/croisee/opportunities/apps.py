"""Opportunities: what they announce to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpportunitiesConfig(AppConfig):
    """What is offered, who asks for it."""

    name = "croisee.opportunities"
    label = "opportunities"
    verbose_name = _("opportunities")

    def ready(self) -> None:
        """Announce what is done with personal data."""
        from croisee.foundation.registry import impersonal
        from croisee.opportunities import privacy
        from croisee.opportunities.models import Opportunity, Period

        impersonal(Opportunity, Period)
        privacy.declare()
