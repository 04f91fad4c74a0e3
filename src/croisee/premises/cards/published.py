"""What home pages say of files, and what the public home page says of open data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.premises.models import Site

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

ZONES = "premises_zones"


def declare() -> None:
    """Announce the card of officials, and its number."""
    home_counts.register(
        ZONES, lambda account: Site.objects.visible_to(account).filter(zone=True), Role.OFFICIAL
    )
    home_cards.register(Role.OFFICIAL, vacancy)


def vacancy(account: Account) -> Card | None:
    """The zones whose vacancy is followed; nothing while there is none."""
    n = home_counts.of(account)[ZONES]
    if not n:
        return None
    text = ngettext(
        "economic zone with its vacancy, as the law has it counted.",
        "economic zones with their vacancy, as the law has it counted.",
        n,
    )
    return Card(
        _("Vacancy of economic zones"), text, reverse("premises:zae_vacancy"), figure=str(n), order=60
    )
