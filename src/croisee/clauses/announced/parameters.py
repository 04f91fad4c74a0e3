"""What figures with dates announce."""

from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import Parameter
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, impersonal, nav_links


def declare() -> None:
    """Announce the link, for administrators: others come from the calculations. Figures are nobody's data."""
    nav_links.register(NavLink(_("Figures of clauses"), "clauses:parameters", 90), Role.ADMINISTRATOR)
    impersonal(Parameter)
