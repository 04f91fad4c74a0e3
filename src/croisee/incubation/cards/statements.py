"""What home pages say of monthly statements: those to send, those that one's company received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.incubation.queries.statements import received, to_issue

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

DRAFTS, MINE = "incubation_statements_to_issue", "incubation_statements_received"


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(DRAFTS, to_issue, Role.INCUBATOR_MANAGER)
    home_counts.register(MINE, received, Role.EMPLOYER)
    home_cards.register(Role.INCUBATOR_MANAGER, drafts)
    home_cards.register(Role.EMPLOYER, mine)


def drafts(account: Account) -> Card:
    """How many statements wait to be sent."""
    count = home_counts.of(account)[DRAFTS]
    if count:
        text = ngettext(
            "statement to check and send to finance.", "statements to check and send to finance.", count
        )
    else:
        text = _("What each company owes for a month, handed to finance.")
    return Card(
        _("Monthly statements"),
        text,
        reverse("incubation:statements"),
        figure=str(count) if count else "",
        order=35,
    )


def mine(account: Account) -> Card | None:
    """Statements that one's company received; nothing for who never had one."""
    count = home_counts.of(account)[MINE]
    if not count:
        return None
    text = ngettext("monthly statement of the incubator.", "monthly statements of the incubator.", count)
    return Card(
        _("Rent and bookings"), text, reverse("incubation:my_statements"), figure=str(count), order=45
    )
