"""What the pages of a campaign read, beyond a filter."""

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.stages.models import Campaign, CampaignState


def current(account: Account) -> Campaign | None:
    """The campaign that `account` works in now: the latest under way; else, for managers, the latest in preparation;
    else the latest finished. None when there is none that it may see.
    """
    visible = Campaign.objects.visible_to(account)
    states = [CampaignState.ANNOUNCED, CampaignState.FINISHED]
    if account.has_role(Role.CAMPAIGN_MANAGER):
        states.insert(1, CampaignState.DRAFT)
    found = {state: campaign for campaign in reversed(visible) for state in [CampaignState(campaign.state)]}
    return next((found[state] for state in states if state in found), None)
