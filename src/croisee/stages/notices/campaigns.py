"""The e-mails about campaigns: announced, dates changed, cancelled; pupils proposed; a result withdrawn."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.notices.declaration import Notice, register
from croisee.opportunities.models.offers import OFFERERS

_CATEGORY = _("Internships")
ANNOUNCED = register(Notice("stages.campaign_announced", _("An internship campaign is announced"), _CATEGORY))
DATES_CHANGED = register(
    Notice("stages.campaign_dates", _("The calendar of an internship campaign changes"), _CATEGORY)
)
CANCELLED = register(
    Notice("stages.campaign_cancelled", _("An internship campaign is cancelled"), _CATEGORY, False)
)
PUPILS_PROPOSED = register(
    Notice(
        "stages.pupils_proposed",
        _("Pupils are proposed for my internships"),
        _CATEGORY,
        roles=OFFERERS,
    )
)
WITHDRAWN = register(
    Notice("stages.round_withdrawn", _("The result of a round is withdrawn"), _CATEGORY, False)
)
