"""What published contracts announce."""

from django.utils.translation import gettext_lazy as _

from croisee.clauses.cards import published as cards
from croisee.clauses.models import DecpImport, PublishedContract, Refusal
from croisee.clauses.models.published import READERS
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, home_cards, impersonal, nav_links


def declare() -> None:
    """Announce the card and the link. Published contracts are open data on organisations."""
    for role in READERS:
        home_cards.register(role, cards.published)
    others = sorted(set(READERS) - {Role.FACILITATEUR})
    nav_links.register(NavLink(_("Published contracts"), "clauses:published", 75), *others)
    impersonal(PublishedContract, DecpImport, Refusal)
