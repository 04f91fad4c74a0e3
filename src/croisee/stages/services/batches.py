"""The conventions of a school, prepared and sent for signature in one go, in the background."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker
from croisee.stages.models import Campaign
from croisee.stages.queries import schools as queries
from croisee.stages.services import conventions

if TYPE_CHECKING:
    from croisee.foundation.progress.models import Progress


def start_sending(campaign: Campaign, account: Account) -> "Progress":
    """Prepare and send what can be of the conventions of `account`'s schools; a second click follows the first."""
    return start(
        send_all,
        account,
        _("Sending the conventions for signature"),
        key=f"conventions:{campaign.pk}:{account.pk}",
        campaign_id=str(campaign.pk),
        account_id=str(account.pk),
    )


@background
def send_all(tracker: Tracker, campaign_id: str, account_id: str) -> str:
    """Each convention is sent, or held with its reason, for itself: what is done stays done."""
    campaign = Campaign.objects.get(pk=UUID(campaign_id))
    account = Account.objects.get(pk=UUID(account_id))
    rows = list(queries.confirmed(campaign, account).filter(queries.UNSENT))
    for done, row in enumerate(rows):
        tracker.advance(done, len(rows), _("Preparing and sending"))
        conventions.batch([row], account)
    return reverse("stages:batch_conventions", args=[campaign.pk])
