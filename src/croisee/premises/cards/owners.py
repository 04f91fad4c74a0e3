"""What home pages say of owners' lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.premises.queries import owners as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

MINE, STALE, LISTS = "premises_own_units", "premises_own_stale", "premises_owner_lists"


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(MINE, queries.kept_units, Role.LANDLORD)
    home_counts.register(
        STALE, lambda account: queries.to_confirm(account, timezone.localdate()), Role.LANDLORD
    )
    home_counts.register(LISTS, lambda account: queries.stale_lists(timezone.localdate()), Role.DEVELOPER)
    home_cards.register(Role.LANDLORD, mine)
    home_cards.register(Role.DEVELOPER, lists)


def mine(account: Account) -> Card:
    """One's own premises; whether the list is still true first."""
    counts = home_counts.of(account)
    count, old = counts[MINE], counts[STALE]
    if old:
        text = ngettext(
            "Is the list still true? %(n)d unit to confirm.",
            "Is the list still true? %(n)d units to confirm.",
            old,
        ) % {"n": old}
    elif count:
        text = _("The list was said to be true less than a month ago.")
    else:
        text = _("Import your spreadsheet, or add premises one by one.")
    where = reverse("premises:my_units")
    return Card(_("My premises"), text, where, figure=str(count) if count else "", order=10)


def lists(account: Account) -> Card:
    """Owners whose list nobody confirmed for a month."""
    count = home_counts.of(account)[LISTS]
    text = _("Every list was said to be true less than a month ago.")
    if count:
        text = ngettext(
            "list that its owner has not confirmed for a month.",
            "lists that their owners have not confirmed for a month.",
            count,
        )
    where = reverse("premises:owners")
    return Card(_("Owners’ lists"), text, where, figure=str(count) if count else "", order=36)
