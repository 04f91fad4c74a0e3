"""What the home pages say of the yearly report."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.registry import Card

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def yearly(account: "Account") -> Card:
    """Where the report of the year is."""
    year = timezone.localdate().year
    text = _("People, hours, neighbourhoods and what came after, with the year before beside.")
    return Card(_("Social clauses in %(year)s") % {"year": year}, text, reverse("clauses:report"), order=70)
