"""What home pages say of candidatures and committees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.incubation.queries.committees import planned, to_check

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

TO_CHECK = "incubation_candidatures"


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(TO_CHECK, to_check, Role.INCUBATOR_MANAGER)
    home_cards.register(Role.INCUBATOR_MANAGER, candidatures)
    home_cards.register(Role.INCUBATOR_MANAGER, next_committee)


def candidatures(account: Account) -> Card | None:
    """Candidatures to be checked."""
    count = home_counts.of(account)[TO_CHECK]
    if not count:
        return None
    text = ngettext("candidature is sent and on no agenda.", "candidatures are sent and on no agenda.", count)
    return Card(
        _("Candidatures to check"),
        text,
        f"{reverse('incubation:candidatures')}?committee__isnull=True&state=submitted",
        figure=str(count),
        order=8,
    )


def next_committee(account: Account) -> Card:
    """The next committee."""
    found = planned(account).first()
    if found is None:
        text = _("None is planned.")
        return Card(_("Admission committee"), text, reverse("incubation:committees"), order=12)
    text = _("%(incubator)s, %(day)s.") % {"incubator": found.incubator.name, "day": in_words(found.held_on)}
    return Card(_("Admission committee"), text, reverse("incubation:committee", args=[found.pk]), order=12)
