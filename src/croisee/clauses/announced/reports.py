"""What the yearly report announces: where it is, and the files that are cleared away."""

from django.utils.translation import gettext_lazy as _

from croisee.clauses.cards import reports as cards
from croisee.clauses.queries.reports.scope import READERS
from croisee.clauses.services import reports as services
from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, home_cards, nav_links


def declare() -> None:
    """Announce the card, the link and the daily work."""
    nav_links.register(NavLink(_("Report on clauses"), "clauses:report", 78), Role.BUYER, Role.OFFICIAL)
    for role in READERS:
        home_cards.register(role, cards.yearly)
    daily.register("clause_reports", _("Files of reports cleared away"), services.discard_prepared)
