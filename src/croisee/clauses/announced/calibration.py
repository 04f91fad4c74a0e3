"""What calibration announces: cards, links, the import of inclusive suppliers."""

from django.utils.translation import gettext_lazy as _

from croisee.clauses import supplier_tables  # noqa: F401  importing it registers the import
from croisee.clauses.cards import calibration as cards
from croisee.clauses.models import InclusiveSupplier
from croisee.clauses.notices import calibration as notices  # noqa: F401  importing it registers the e-mail
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, home_cards, impersonal, nav_links


def declare() -> None:
    """Announce cards and links; suppliers are establishments, nobody's data."""
    for role in (Role.BUYER, Role.FACILITATEUR):
        home_cards.register(role, cards.lots)
        home_cards.register(role, cards.obligation)
    nav_links.register(NavLink(_("Calculator"), "clauses:calculator", 40), Role.BUYER)
    impersonal(InclusiveSupplier)
