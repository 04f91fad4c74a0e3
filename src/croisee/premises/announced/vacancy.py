"""What is announced of what is vacant, what was not found."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, nav_links
from croisee.premises.cards import vacancy as cards


def declare() -> None:
    """Announce a card and a link."""
    cards.declare()
    nav_links.register(NavLink(_("Vacancy"), "premises:vacancy", 40), Role.DEVELOPER)
