"""What is announced of demands, what fits, proposals."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, nav_links
from croisee.premises import privacy_of_demands
from croisee.premises.cards import demands as cards
from croisee.premises.notices import demands as notices  # noqa: F401  importing it registers the e-mails
from croisee.premises.services import demands


def declare() -> None:
    """Announce cards, a link, what is done each day, and what is done with personal data."""
    cards.declare()
    privacy_of_demands.declare()
    nav_links.register(NavLink(_("Demands"), "premises:demands", 20), Role.DEVELOPER)
    daily.register("premises_proposals", _("Premises proposed to who looks for some"), demands.propose_new)
