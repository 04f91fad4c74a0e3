"""What is announced of CNIG files, GeoJSON, OGC API."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, nav_links
from croisee.premises import cnig_import  # noqa: F401  importing it registers the import
from croisee.premises.cards import published as cards


def declare() -> None:
    """Announce the link and the cards."""
    nav_links.register(NavLink(_("Files"), "premises:published", 50), Role.DEVELOPER)
    cards.declare()
