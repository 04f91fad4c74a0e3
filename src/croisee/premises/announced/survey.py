"""What is announced of the walk with a telephone."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, nav_links
from croisee.premises import privacy_of_survey
from croisee.premises.cards import survey as cards


def declare() -> None:
    """Announce the link, the card, and what is done with personal data."""
    privacy_of_survey.declare()
    cards.declare()
    nav_links.register(NavLink(_("On the field"), "premises:sightings", 30), Role.DEVELOPER)
