"""What interchange announces."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, home_cards, impersonal, nav_links
from croisee.stages import daily
from croisee.stages.cards import interchange as cards
from croisee.stages.models import Exchange, PartnerOffer, PartnerSector, Rejection
from croisee.stages.services import interchange as services


def declare() -> None:
    """Announce the link, the card, and the exchange of each day. Offers there are of organisations, not of people."""
    impersonal(Exchange, PartnerSector, PartnerOffer, Rejection)
    nav_links.register(NavLink(_("National platform"), "stages:interchange", 85), Role.CAMPAIGN_MANAGER)
    home_cards.register(Role.CAMPAIGN_MANAGER, cards.refusals)
    daily.register("exchanges_started", services.exchange_due)
