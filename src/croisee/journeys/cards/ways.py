"""What the home pages say of ways, and the line of a journey's page."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts
from croisee.journeys.panels import Panel
from croisee.journeys.queries.rights import own_people

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Journey


home_counts.register("journeys_own_way", own_people, Role.FAMILY)


def flows(account: "Account") -> Card:
    """Where the flow from internship to company is."""
    text = _("From internship to apprenticeship, to work, to a company: how many people took which way.")
    return Card(_("Ways of people"), text, reverse("journeys:flows"), order=55)


def my_way(account: "Account") -> Card | None:
    """One's own way, for who is somebody here."""
    if not home_counts.of(account)["journeys_own_way"]:
        return None
    text = _("My internships, contracts and programmes, year by year.")
    return Card(_("My way"), text, reverse("journeys:my_way"), order=58)


def panel(journey: "Journey", account: "Account") -> Panel | None:
    """On the page of a journey: the whole way of the person, or one's own."""
    if journey.person_id is None:
        return None
    if account.has_role(Role.REFERENT, Role.PROGRAMME_MANAGER):
        url = reverse("journeys:way", args=[journey.person_id])
        return Panel(_("The whole way"), _("Across services, as the person consented."), url)
    return Panel(
        _("My way"), _("My internships, contracts and programmes, year by year."), reverse("journeys:my_way")
    )
