"""What entries announce: cards, the link to programmes, e-mails, the minutes as a document."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, home_cards, nav_links
from croisee.journeys.cards import entries as cards
from croisee.journeys.notices import entries as notices  # noqa: F401  importing it registers the e-mails
from croisee.journeys.services.entries import papers  # noqa: F401  importing it registers the minutes


def declare() -> None:
    """Announce cards and the link."""
    nav_links.register(NavLink(_("Programmes"), "journeys:programmes", order=30), Role.PROGRAMME_MANAGER)
    home_cards.register(Role.PROGRAMME_MANAGER, cards.to_decide)
    home_cards.register(Role.REFERENT, cards.asked)
    home_cards.register(Role.REFERENT, cards.programmes)
