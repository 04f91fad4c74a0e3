"""The cards of home pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card
from croisee.opportunities.models import Opportunity, OpportunityState, ReportState
from croisee.opportunities.queries import reports_to_settle

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def search(account: Account) -> Card:
    """Finding offers."""
    return Card(
        _("Search offers"),
        _("By words, sector, week and distance, on a list and a map."),
        reverse("opportunities:search"),
        order=60,
    )


def moderation(account: Account) -> Card | None:
    """What waits for a manager; for who checks offers that nobody has to accept, only when something was reported."""
    offers = Opportunity.objects.checked_by(account).filter(state=OpportunityState.SUBMITTED)
    reports = reports_to_settle(account).filter(state=ReportState.OPEN)
    waiting = [rows.order_by().values_list("state").annotate(n=Count("pk")) for rows in (offers, reports)]
    counts = dict(waiting[0].union(waiting[1], all=True))
    if not counts and not account.has_role(Role.CAMPAIGN_MANAGER, Role.PROGRAMME_MANAGER):
        return None
    return Card(
        _("Offers to check"),
        _("Open reports: %d. Whoever proposes an offer waits for your answer.")
        % counts.get(ReportState.OPEN, 0),
        reverse("opportunities:moderation"),
        figure=str(counts.get(OpportunityState.SUBMITTED, 0)),
        order=30,
    )
