"""Opportunities: what they announce to the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpportunitiesConfig(AppConfig):
    """What is offered, who asks for it."""

    name = "croisee.opportunities"
    label = "opportunities"
    verbose_name = _("opportunities")

    def ready(self) -> None:
        """Announce cards, e-mails, what is counted within reach, and what is done with personal data."""
        from croisee.foundation.accounts.roles import Role
        from croisee.foundation.registry import NavLink, home_cards, impersonal, nav_links
        from croisee.opportunities import (  # importing notices declares them
            cards,
            notices,  # noqa: F401
            privacy,
            reach,
        )
        from croisee.opportunities.models import Opportunity, Period
        from croisee.opportunities.models.offers import MANAGERS

        impersonal(Opportunity, Period)
        privacy.declare()
        reach.declare()
        for role in MANAGERS:
            home_cards.register(role, cards.moderation)
        nav_links.register(
            NavLink(_("Offers to check"), "opportunities:moderation", 45), Role.CAMPAIGN_MANAGER
        )
        for role in (Role.CAMPAIGN_MANAGER, Role.SCHOOL_HEAD, Role.SCHOOL_STAFF, Role.FAMILY, Role.OFFICIAL):
            home_cards.register(role, cards.search)
