"""What the home pages say of campaigns."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card
from croisee.stages.models import Campaign, CampaignState
from croisee.stages.phases import phase
from croisee.stages.queries import campaigns as queries


def campaign(account: Account) -> Card:
    """The campaign one works in now, or how to begin."""
    found = queries.current(account)
    if found is None:
        manages = account.has_role(Role.CAMPAIGN_MANAGER)
        text = _("Prepare the first campaign.") if manages else _("No campaign is announced yet.")
        url = reverse("stages:new_campaign" if manages else "stages:campaigns")
        return Card(_("Internship campaigns"), text, url, order=5)
    text = str(phase(found).label).capitalize() + "."
    if coming := _coming(found):
        text = f"{text} {coming}"
    return Card(found.name, text, found.get_absolute_url(), order=5)


def public_campaign() -> Card | None:
    """The campaign under way: its calendar and its rules, for everyone."""
    found = queries.public().filter(state=CampaignState.ANNOUNCED).first()
    if found is None:
        return None
    text = _coming(found) or _("Its calendar and its rules.")
    return Card(found.name, text, reverse("stages:campaign_rules", args=[found.pk]), order=5)


def _coming(found: Campaign) -> str:
    """The next date of the calendar, in words."""
    step = next((step for step in queries.timeline(found) if step.state == "next"), None)
    if step is None:
        return ""
    day = date_format(timezone.localtime(step.moment), "SHORT_DATE_FORMAT")
    return _("%(step)s: %(day)s.") % {"step": step.label, "day": day}
