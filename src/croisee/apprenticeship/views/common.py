"""What the pages of apprenticeship share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.accounts.roles import Role

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

EDITORS = (Role.EMPLOYER, Role.TRAINING_CENTRE, Role.PROGRAMME_MANAGER)
ASKERS = (Role.FAMILY, Role.REFERENT)
READERS = tuple(dict.fromkeys((*ASKERS, *EDITORS, Role.MENTOR, Role.OFFICIAL)))


def trail_of(account: Account) -> list[tuple[str, str]]:
    """Where the reader comes from: one's offers for who writes some, else all offers."""
    if account.has_role(*EDITORS):
        return [(reverse("apprenticeship:my_offers"), _("Offers of apprenticeship"))]
    return [(reverse("apprenticeship:offers"), _("Apprenticeships"))]
