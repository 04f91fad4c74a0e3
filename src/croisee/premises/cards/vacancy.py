"""What home pages say of vacancy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.premises.queries.vacancy import vacant_units

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

VACANT = "premises_vacant"
READERS = (Role.OFFICIAL, Role.LANDLORD)


def declare() -> None:
    """Announce the card, and the number that it shows."""
    home_counts.register(VACANT, vacant_units, *READERS)
    for role in READERS:
        home_cards.register(role, vacancy)


def vacancy(account: Account) -> Card:
    """How many units are vacant of those that one reads."""
    count = home_counts.of(account)[VACANT]
    text = (
        ngettext("unit is vacant; what is lacking.", "units are vacant; what is lacking.", count)
        if count
        else _("Nothing is vacant; what is lacking.")
    )
    return Card(
        _("Vacancy of premises"),
        text,
        reverse("premises:vacancy"),
        figure=str(count) if count else "",
        order=45,
    )
