"""The faces that everybody sees."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Public pages, home pages, the map."""

    name = "croisee.portal"
    label = "portal"

    def ready(self) -> None:
        """Announce the cards about the territory."""
        from croisee.foundation.accounts.roles import AGENTS, Role
        from croisee.foundation.registry import home_cards
        from croisee.portal import cards

        for role in sorted(AGENTS):
            home_cards.register(role, cards.address)
        for role in (Role.ADMINISTRATOR, Role.CAMPAIGN_MANAGER, Role.OFFICIAL):
            home_cards.register(role, cards.territory)
        for role in (Role.ADMINISTRATOR, Role.OFFICIAL):
            home_cards.register(role, cards.reach)
