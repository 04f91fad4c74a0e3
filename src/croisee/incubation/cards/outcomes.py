"""What home pages say of how the incubator fares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.incubation.models import Agreement

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account

HOSTED = "incubation_hosted"


def declare() -> None:
    """Announce the cards, and the number that one shows."""
    home_counts.register(HOSTED, _hosted, Role.INCUBATOR_MANAGER)
    home_cards.register(Role.INCUBATOR_MANAGER, own)
    home_cards.register(Role.OFFICIAL, figures)


def _hosted(account: Account) -> QuerySet[Agreement]:
    rows = Agreement.objects.visible_to(account).managed_by(account).running(timezone.localdate())
    return rows.order_by("tenant").distinct("tenant")


def own(account: Account) -> Card:
    """How the incubator fares."""
    count = home_counts.of(account)[HOSTED]
    text = ngettext(
        "company hosted today. Occupancy, jobs, survival: see how the incubator fares.",
        "companies hosted today. Occupancy, jobs, survival: see how the incubator fares.",
        count,
    )
    return Card(_("The incubator"), text, reverse("incubation:dashboard"), figure=str(count), order=60)


def figures(account: Account) -> Card:
    """The figures of each year."""
    text = _("Occupancy, companies hosted, jobs, survival, year by year.")
    return Card(_("Neighbourhood incubators"), text, reverse("incubation:public_figures"), order=60)
