"""What a school's home page says of the campaign."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import Card
from croisee.stages.queries import campaigns
from croisee.stages.queries import schools as queries
from croisee.stages.queries.schools import WITHOUT_PLACE, Situation


def classes(account: Account) -> Card:
    """My classes: how many pupils lack what they need now."""
    campaign = campaigns.current(account)
    title, url = _("My classes"), reverse("stages:school")
    if campaign is None:
        return Card(title, _("No internship campaign is announced yet."), url, order=5)
    rows = queries.class_rows(campaign, account)
    pupils = sum(row.pupils for row in rows)
    if not pupils:
        return Card(title, _("Send the lists of your classes to begin."), url, order=5)
    if campaign.published_turn:
        count = sum(row.of(*WITHOUT_PLACE) for row in rows)
        text = ngettext("%d pupil has no place.", "%d pupils have no place.", count) % count
    else:
        count = sum(row.of(Situation.NO_WISH, Situation.NO_WEEK) for row in rows)
        text = ngettext("%d pupil has no wish yet.", "%d pupils have no wish yet.", count) % count
    return Card(title, text, url, figure=str(pupils), order=5)
