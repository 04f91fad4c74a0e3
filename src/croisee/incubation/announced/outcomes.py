"""What is announced of survival, the dashboard."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, nav_links
from croisee.incubation import panels, privacy_of_outcomes
from croisee.incubation.cards import outcomes as cards
from croisee.incubation.queries.outcome_panel import panel_of_survival
from croisee.incubation.services import outcome_report, outcomes  # noqa: F401  importing it registers the document


def declare() -> None:
    """Announce link, cards, the line of a project's page, what is done each day and with personal data."""
    nav_links.register(NavLink(_("The incubator"), "incubation:dashboard", 50), Role.INCUBATOR_MANAGER)
    cards.declare()
    privacy_of_outcomes.declare()
    panels.register("survival", 80, panel_of_survival)
    daily.register("incubation_survival", _("Companies whose survival was looked at"), outcomes.check_daily)
