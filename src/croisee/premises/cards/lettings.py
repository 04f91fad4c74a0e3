"""What home pages say of visits, options and lettings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.premises.models import Letting
from croisee.premises.queries import lettings as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

VISITS, ENDING, OCCUPIED = "premises_visits", "premises_options_ending", "premises_occupied"
KEEPERS = (Role.DEVELOPER, Role.LANDLORD)
VISITORS = (*KEEPERS, Role.EMPLOYER, Role.PROJECT_HOLDER)


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(VISITS, queries.visits_this_week, *VISITORS)
    home_counts.register(ENDING, queries.options_ending, *KEEPERS)
    home_counts.register(
        OCCUPIED,
        lambda account: Letting.objects.visible_to(account).filter(left_on__isnull=True),
        Role.EMPLOYER,
    )
    for role in VISITORS:
        home_cards.register(role, visits)
    for role in KEEPERS:
        home_cards.register(role, options)
    home_cards.register(Role.EMPLOYER, occupied)


def visits(account: Account) -> Card | None:
    """Visits in the seven days to come."""
    count = home_counts.of(account)[VISITS]
    if not count:
        return None
    text = ngettext("visit in the seven days to come.", "visits in the seven days to come.", count)
    return Card(_("Visits of premises"), text, reverse("premises:visits"), figure=str(count), order=25)


def options(account: Account) -> Card | None:
    """Options that end in the seven days to come."""
    count = home_counts.of(account)[ENDING]
    if not count:
        return None
    text = ngettext("option ends within a week.", "options end within a week.", count)
    return Card(_("Options on premises"), text, reverse("premises:options"), figure=str(count), order=26)


def occupied(account: Account) -> Card | None:
    """What the company occupies."""
    count = home_counts.of(account)[OCCUPIED]
    if not count or account.has_role(*KEEPERS):
        return None
    text = ngettext("unit that your company occupies.", "units that your company occupies.", count)
    return Card(_("Our premises"), text, reverse("premises:lettings"), figure=str(count), order=60)
