"""What the home pages say of declared hours: what waits, what can be closed, what to correct."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.clauses.anomalies import hours_text
from croisee.clauses.models import Lot
from croisee.clauses.queries import statements as queries
from croisee.clauses.queries.reached import reached
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

home_counts.register(
    "clauses_reached",
    lambda account: reached(Lot.objects.visible_to(account), timezone.localdate()),
    Role.FACILITATEUR,
)
home_counts.register("clauses_to_correct", queries.to_correct, Role.EMPLOYER)


def to_check(account: "Account") -> Card | None:
    """How many statements wait for the facilitateur, and since when."""
    pile = queries.pile(account)
    if not pile.count:
        return None
    said = [
        _("%(hours)s declared by companies.") % {"hours": hours_text(pile.hours)},
        ngettext("The oldest has waited for %(n)d day.", "The oldest has waited for %(n)d days.", pile.days)
        % {"n": pile.days}
        if pile.days
        else _("All were sent today."),
    ]
    return Card(
        _("Statements to check"),
        " ".join(said),
        reverse("clauses:statements"),
        figure=str(number_format(pile.count, force_grouping=True)),
        order=4,
    )


def can_be_closed(account: "Account") -> Card | None:
    """Lots under way whose hours are all done."""
    count = home_counts.of(account)["clauses_reached"]
    if not count:
        return None
    text = ngettext("All its hours due are validated.", "All their hours due are validated.", count)
    url = reverse("clauses:portfolio") + "?light=green"
    return Card(_("Lots that can be closed"), text, url, figure=str(number_format(count)), order=15)


def to_correct(account: "Account") -> Card | None:
    """The statements of one's companies that were rejected and wait for a correction."""
    count = home_counts.of(account)["clauses_to_correct"]
    if not count:
        return None
    text = ngettext(
        "The facilitateur says why; correct it, and it is checked again.",
        "The facilitateur says why; correct them, and they are checked again.",
        count,
    )
    url = reverse("clauses:company")
    return Card(_("Hours to correct"), text, url, figure=str(number_format(count)), order=2)
