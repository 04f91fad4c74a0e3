"""Saying that something is wrong with an offer, and settling it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import perform
from croisee.opportunities.models import Ground, Opportunity, OpportunityState, Report, ReportState
from croisee.opportunities.services.moderation import check_manager, unpublish
from croisee.opportunities.services.refusals import Refused

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


@transaction.atomic
def report(opportunity: Opportunity, account: Account, ground: Ground, text: str) -> tuple[Report, bool]:
    """Report an offer; a person has one open report of an offer. Return it, and whether it is new."""
    Opportunity.objects.select_for_update(no_key=True).only("pk").get(pk=opportunity.pk)
    return Report.objects.get_or_create(
        opportunity=opportunity,
        reporter=account,
        state=ReportState.OPEN,
        defaults={"ground": ground, "text": text},
    )


@transaction.atomic
def uphold(found: Report, account: Account | None, reason: str) -> None:
    """Agree with a report: the offer is paused, and its employer told `reason`.

    Raises Refused without a reason, TransitionRefused when the report is settled already.
    """
    if not reason.strip():
        raise Refused(_("Say why: the employer reads it."))
    check_manager(found.opportunity, account, _("Uphold"))
    perform(found, "uphold", account)
    offer = Opportunity.objects.select_for_update(no_key=True).get(pk=found.opportunity_id)
    if offer.state == OpportunityState.PUBLISHED:
        unpublish(offer, account, reason)


@transaction.atomic
def dismiss(found: Report, account: Account | None) -> None:
    """Close a report without consequence. Raises TransitionRefused when it is settled already."""
    check_manager(found.opportunity, account, _("Dismiss"))
    perform(found, "dismiss", account)
