"""What the home page says of plans of hours."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from croisee.clauses.models import HoursPlan
from croisee.foundation.registry import Card

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def latest(account: "Account") -> Card:
    """The last plan: hours that it cannot meet; or how to make one."""
    plan = HoursPlan.objects.visible_to(account).first()
    if plan is None:
        text = _("Who could do which lot’s hours when, and which trades run short.")
        return Card(_("Plan of hours"), text, reverse("clauses:plans"), order=70)
    missing = plan.figures["asked"] - plan.figures["met"]
    text = _("hours that nobody can do, by the last plan: see why, and which training to begin.")
    figure = number_format(missing, use_l10n=True, force_grouping=True)
    return Card(_("Plan of hours"), text, plan.get_absolute_url(), figure=figure, order=70)
