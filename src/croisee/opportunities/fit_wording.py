"""What is found of a person and a job, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.opportunities.fit import BEYOND, Fit

TOPICS: Mapping[str, str | Promise] = {
    "skills": gettext_lazy("Skills (ROME codes)"),
    "travel": gettext_lazy("Travel time by the person’s own means"),
    "dates": gettext_lazy("Availability: dates"),
    "hours": gettext_lazy("Availability: hours a week"),
}
MEANING: Mapping[Fit, str | Promise] = {
    Fit.SAME_JOB: gettext_lazy("looks for this very job"),
    Fit.SAME_TRADE: gettext_lazy("looks for a job of the same trade"),
    Fit.SAME_DOMAIN: gettext_lazy("looks for a job of the same professional domain"),
    Fit.OTHER_JOB: gettext_lazy("looks for another job"),
    Fit.ANY_JOB: gettext_lazy("the need names no job"),
    Fit.VERY_NEAR: gettext_lazy("15 minutes at most"),
    Fit.NEAR: gettext_lazy("16 to 30 minutes"),
    Fit.FAIR: gettext_lazy("31 to 45 minutes"),
    Fit.LONG: gettext_lazy("more than 45 minutes, within what the person accepts"),
    Fit.TRAVEL_NOT_KNOWN: gettext_lazy("travel time not known"),
    Fit.TOO_FAR: gettext_lazy("longer than the person accepts"),
    Fit.WHOLE_TIME: gettext_lazy("available from the first day to the last"),
    Fit.PART_OF_TIME: gettext_lazy("available for a part of the contract"),
    Fit.NOT_THERE: gettext_lazy("not available on these dates"),
    Fit.ENOUGH_HOURS: gettext_lazy("as many hours a week as asked"),
    Fit.FEWER_HOURS: gettext_lazy("fewer hours a week than asked"),
}


def with_figures(fit: Fit, minutes: int, limit: int) -> str:
    """A finding in words: of travel with the minutes and those accepted, any other as it is meant."""
    figures = {"minutes": minutes, "limit": limit}
    if fit in (Fit.VERY_NEAR, Fit.NEAR, Fit.FAIR, Fit.LONG):
        return _("%(minutes)d min to work (accepts %(limit)d)") % figures
    if fit == Fit.TOO_FAR and minutes == BEYOND:
        return _("more than two hours to work (accepts %(limit)d min)") % figures
    if fit == Fit.TOO_FAR:
        return _("%(minutes)d min to work, too far (accepts %(limit)d)") % figures
    return str(MEANING[fit])
