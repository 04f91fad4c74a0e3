"""What is announced of experts, hours, appointments."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, nav_links
from croisee.incubation import panels, privacy_of_advice
from croisee.incubation.cards import advice as cards
from croisee.incubation.cards.advice_panel import panel
from croisee.incubation.notices import advice as notices  # noqa: F401  importing it registers the e-mails
from croisee.incubation.services import advice_bookings


def declare() -> None:
    """Announce cards, links, the line of the project's page, what is done each day and with personal data."""
    cards.declare()
    privacy_of_advice.declare_advice()
    panels.register("advice", 40, panel)
    nav_links.register(NavLink(_("Advice"), "incubation:experts", 20), Role.PROJECT_HOLDER)
    nav_links.register(NavLink(_("My appointments"), "incubation:my_advice", 10), Role.EXPERT)
    daily.register(
        "incubation_advice",
        _("Appointments with experts of which both sides are reminded"),
        advice_bookings.remind,
    )
