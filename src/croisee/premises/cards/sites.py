"""What home pages say of economic sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.premises.queries import sites as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

LATE = "premises_late_inventories"


def declare() -> None:
    """Announce the card, and the number that it shows."""
    home_counts.register(LATE, queries.late, Role.DEVELOPER)
    home_cards.register(Role.DEVELOPER, late)


def late(account: Account) -> Card | None:
    """Inventories that the law wants brought up to date; nothing where there are none."""
    count = home_counts.of(account)[LATE]
    if not count:
        return None
    text = ngettext(
        "zone whose inventory is more than six years old.",
        "zones whose inventories are more than six years old.",
        count,
    )
    where = f"{reverse('premises:sites')}?late=late#sites"
    return Card(_("Inventories to bring up to date"), text, where, figure=str(count), order=35)
