"""What interchange announces."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import home_cards, impersonal
from croisee.stages.cards import interchange as cards
from croisee.stages.models import Exchange, PartnerOffer, PartnerSector, Rejection
from croisee.stages.services import interchange as services


def declare() -> None:
    """Announce the card and the exchange of each day. Offers there are of organisations, not of people."""
    impersonal(Exchange, PartnerSector, PartnerOffer, Rejection)
    home_cards.register(Role.CAMPAIGN_MANAGER, cards.refusals)
    daily.register(
        "exchanges_started", _("Exchanges started with the national platform"), services.exchange_due
    )
