"""What is announced of the owners' lists."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import register
from croisee.foundation.registry import NavLink, nav_links
from croisee.premises.cards import owners as cards
from croisee.premises.notices import owners as notices  # noqa: F401  importing it registers the e-mails
from croisee.premises.ownerlists.kind import KIND
from croisee.premises.services import owners


def declare() -> None:
    """Announce cards, the link, the import, and what is done each day."""
    cards.declare()
    register(KIND)
    nav_links.register(NavLink(_("My premises"), "premises:my_units", 10), Role.LANDLORD)
    daily.register("premises_owners", _("Owners asked whether their list is still true"), owners.remind)
