"""What campaigns announce."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, home_cards, impersonal, nav_links, public_cards
from croisee.stages.cards import campaigns as cards
from croisee.stages.models import Campaign, ClassWeek
from croisee.stages.notices import campaigns as notices  # noqa: F401  importing it registers the notices
from croisee.stages.services import placing


def declare() -> None:
    """Announce cards, links, daily work, and what is done with personal data."""
    for role in (Role.CAMPAIGN_MANAGER, Role.OFFICIAL):
        home_cards.register(role, cards.campaign)
    public_cards.register(cards.public_campaign)
    nav_links.register(NavLink(_("Campaigns"), "stages:campaigns", 40), Role.CAMPAIGN_MANAGER, Role.OFFICIAL)
    daily.register("lapsed", _("Places lapsed, not confirmed in time"), _lapse)
    impersonal(Campaign, ClassWeek)


def _lapse(now: datetime) -> int:
    return placing.lapse_due(now)
