"""What the territory shows on the home page of administrators."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.registry import Card
from croisee.territory.models import DataSet, TransitFeed

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


FIRST = 1
"""The place, among the cards, of what somebody has to do."""


def data_sets(account: "Account") -> Card:
    """How many data sets are loaded, and where to read about them; first of all, a timetable that is about to end."""
    count = DataSet.objects.visible_to(account).count()
    feeds = TransitFeed.objects.visible_to(account).defer("arrays").order_by("last_day")
    page, warning = reverse("territory:data_sets"), _("Timetable of %(network)s. %(remedy)s")
    for feed in feeds:
        if remedy := feed.remedy:
            text = warning % {"network": feed, "remedy": remedy}
            return Card(_("Data of the territory"), text, page, figure=str(count), order=FIRST)
    text = _("What is loaded of the territory, of when, and what is missing.")
    return Card(_("Data of the territory"), text, page, figure=str(count), order=85)
