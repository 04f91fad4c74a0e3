"""What the territory shows on the home page of administrators."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.registry import Card
from croisee.territory.models import DataSet, TransitFeed

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def data_sets(account: "Account") -> Card:
    """How many data sets are loaded, and where to read about them; first of all, a timetable that is about to end."""
    count = DataSet.objects.visible_to(account).count()
    feeds = TransitFeed.objects.visible_to(account).defer("arrays").order_by("last_day")
    warnings = [f"{feed}. {feed.remedy}" for feed in feeds if feed.remedy]
    text = warnings[0] if warnings else _("What is loaded of the territory, of when, and what is missing.")
    return Card(_("Data of the territory"), text, reverse("territory:data_sets"), figure=str(count), order=85)
