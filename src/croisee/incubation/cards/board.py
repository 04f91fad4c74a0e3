"""What home pages say of the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.incubation.queries import board as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

BOARDS, OPEN = "incubation_boards", "incubation_posts"
READERS = (Role.EMPLOYER, Role.INCUBATOR_MANAGER)


def declare() -> None:
    """Announce the card, and the numbers that it shows."""
    home_counts.register(BOARDS, queries.boards_of, *READERS)
    home_counts.register(OPEN, queries.open_posts, *READERS)
    for role in READERS:
        home_cards.register(role, on_board)


def on_board(account: Account) -> Card | None:
    """How many notices stand, for companies hosted today and the managers; nothing for others."""
    counts = home_counts.of(account)
    if not counts[BOARDS]:
        return None
    count = counts[OPEN]
    text = _("Offer help to the other companies of the incubator, or look for some.")
    if count:
        text = ngettext(
            "notice of a company of the incubator.", "notices of companies of the incubator.", count
        )
    where = reverse("incubation:board")
    return Card(_("Mutual help"), text, where, figure=str(count) if count else "", order=40)
