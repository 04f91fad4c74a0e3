"""What offers announce."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, home_cards, impersonal, nav_links
from croisee.stages import offer_kind  # noqa: F401  importing it registers the kind of opportunity
from croisee.stages.cards import offers as cards
from croisee.stages.models import Internship
from croisee.stages.notices import offers as notices  # noqa: F401  importing it registers the e-mails


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    home_cards.register(Role.EMPLOYER, cards.offers)
    home_cards.register(Role.EMPLOYER, cards.pupils)
    nav_links.register(NavLink(_("My offers"), "stages:my_internship_offers", order=10), Role.EMPLOYER)
    nav_links.register(NavLink(_("Pupils you welcome"), "stages:hosting", order=20), Role.EMPLOYER)
    impersonal(Internship)
