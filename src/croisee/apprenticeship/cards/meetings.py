"""What home pages say of forums and job datings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.apprenticeship.models import Meeting, Stand
from croisee.apprenticeship.queries import meetings as queries
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

TO_COME, MINE, TO_CONFIRM = "apprenticeship_meetings", "apprenticeship_bookings", "apprenticeship_stands"
READERS = (
    Role.FAMILY,
    Role.REFERENT,
    Role.EMPLOYER,
    Role.TRAINING_CENTRE,
    Role.MENTOR,
    Role.OFFICIAL,
    Role.PROGRAMME_MANAGER,
)


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(TO_COME, lambda account: Meeting.objects.to_come(), *READERS)
    home_counts.register(MINE, queries.own_bookings, Role.FAMILY)
    home_counts.register(
        TO_CONFIRM,
        lambda account: Stand.objects.filter(
            meeting__in=Meeting.objects.organised_by(account), meeting__state="published", confirmed=False
        ),
        Role.PROGRAMME_MANAGER,
    )
    for role in READERS:
        home_cards.register(role, agenda)
    home_cards.register(Role.FAMILY, interviews)


def agenda(account: Account) -> Card:
    """Meetings to come; stands to confirm first."""
    counts = home_counts.of(account)
    count, asked = counts[TO_COME], counts.get(TO_CONFIRM, 0)
    if asked:
        text = ngettext("%(n)d company asks for a stand.", "%(n)d companies ask for a stand.", asked) % {
            "n": asked
        }
    elif count:
        text = _("Meet companies that hire, most of them without a CV.")
    else:
        text = _("None is announced yet.")
    where = reverse("apprenticeship:meetings")
    return Card(_("Forums and job datings"), text, where, figure=str(count) if count else "", order=35)


def interviews(account: Account) -> Card | None:
    """One's own slots to come."""
    count = home_counts.of(account)[MINE]
    if not count:
        return None
    text = ngettext("interview is booked or waits.", "interviews are booked or wait.", count)
    return Card(_("My interviews"), text, reverse("apprenticeship:my_bookings"), figure=str(count), order=8)
