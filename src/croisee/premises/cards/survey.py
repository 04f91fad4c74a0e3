"""What home pages say of what was seen on the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.premises.models import Sighting, SightingState

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

RECEIVED = "premises_sightings"


def declare() -> None:
    """Announce the card, and the number that it shows."""
    home_counts.register(
        RECEIVED,
        lambda account: Sighting.objects.visible_to(account).filter(state=SightingState.RECEIVED),
        Role.DEVELOPER,
    )
    home_cards.register(Role.DEVELOPER, seen)


def seen(account: Account) -> Card:
    """How much was seen that nobody looked at yet; else the way to the walk."""
    count = home_counts.of(account)[RECEIVED]
    if not count:
        text = _("Go on a walk with your telephone: it works without a network.")
        return Card(_("On the field"), text, reverse("premises:survey"), order=40)
    text = ngettext(
        "place was seen and waits to be looked at.", "places were seen and wait to be looked at.", count
    )
    return Card(_("Seen on the field"), text, reverse("premises:sightings"), figure=str(count), order=20)
