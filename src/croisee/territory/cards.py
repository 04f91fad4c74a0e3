"""What the territory shows on the home page of administrators."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.registry import Card
from croisee.territory.models import DataSet

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def data_sets(account: "Account") -> Card:
    """How many data sets are loaded, and where to read about them."""
    count = DataSet.objects.visible_to(account).count()
    text = _("What is loaded of the territory, of when, and what is missing.")
    return Card(_("Data of the territory"), text, reverse("territory:data_sets"), figure=str(count), order=85)
