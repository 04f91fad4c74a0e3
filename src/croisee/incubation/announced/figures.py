"""What is announced of figures with dates."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, impersonal, nav_links
from croisee.incubation.models import Parameter


def declare() -> None:
    """Announce the link, for administrators: others come from the pages that use figures. They are nobody's data."""
    nav_links.register(NavLink(_("Figures of the incubator"), "incubation:figures", 91), Role.ADMINISTRATOR)
    impersonal(Parameter)
