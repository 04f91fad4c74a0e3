"""What home pages say of lots that wait for a clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.clauses.models import Lot
from croisee.clauses.queries import obligation as obligations
from croisee.clauses.queries.calibration import to_calibrate
from croisee.clauses.queries.operations import steered
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


home_counts.register("clauses_to_calibrate", to_calibrate, Role.FACILITATEUR, Role.BUYER)


def lots(account: Account) -> Card:
    """How many lots wait for a clause; without any, the calculator."""
    count = home_counts.of(account)["clauses_to_calibrate"]
    if not count:
        return Card(
            _("Hours of insertion"),
            _("An amount and a trade: the hours, the days, and whether a clause is obligatory."),
            reverse("clauses:calculator"),
            order=22,
        )
    text = ngettext("lot waits for its clause.", "lots wait for their clause.", count)
    return Card(_("To calibrate"), text, reverse("clauses:to_calibrate"), figure=str(count), order=12)


def obligation(account: Account) -> Card | None:
    """How many lots must carry a social condition and have none."""
    found = obligations.without_condition(steered(Lot, account))
    count = obligations.obliged(found, obligations.rules(), timezone.localdate()).count()
    if not count:
        return None
    text = ngettext(
        "lot above the European threshold has neither a social condition nor an exception.",
        "lots above the European threshold have neither a social condition nor an exception.",
        count,
    )
    url = f"{reverse('clauses:to_calibrate')}?obligation=1"
    return Card(_("Obligation without a clause"), text, url, figure=str(count), order=6)
