"""What the manager's home page says of the national platform."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.registry import Card
from croisee.stages.models import Rejection

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def refusals(account: "Account") -> Card | None:
    """How many refusals wait to be settled; nothing when there is none."""
    n = Rejection.objects.visible_to(account).filter(settled_at__isnull=True).count()
    if not n:
        return None
    text = _("Offers that the national platform refused, or that could not be read, with what to do.")
    return Card(_("National platform"), text, reverse("stages:interchange"), figure=str(n), order=60)
