"""What is announced of premises and plots."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, nav_links
from croisee.premises import (
    offer_kind,  # noqa: F401  importing it registers the kind of opportunity
    privacy_of_units,
)
from croisee.premises.cards import units as cards


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    cards.declare()
    privacy_of_units.declare()
    nav_links.register(NavLink(_("Premises and land"), "premises:units", 10), Role.DEVELOPER)
    nav_links.register(
        NavLink(pgettext_lazy("navigation", "Premises"), "premises:units", 30), Role.PROJECT_HOLDER
    )
