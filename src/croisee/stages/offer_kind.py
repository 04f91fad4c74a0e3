"""What an internship shows on the pages that all opportunities share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.directory.models import Person
from croisee.foundation.accounts.roles import Role
from croisee.opportunities.kinds import OpportunityKind, Step, register
from croisee.stages import rules_of_law
from croisee.stages.models import HostKind
from croisee.stages.models.internships import KIND
from croisee.stages.parameters import PRIVATE_HOST_AGE
from croisee.stages.wording import week_of_monday

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.opportunities.kinds import Detail
    from croisee.opportunities.models import Opportunity, Period


def details(opportunity: Opportunity, account: Account) -> Sequence[Detail]:
    """Weeks with their free seats, hours, lunch, who can come: nothing about the tutor, who is told to those placed."""
    internship = opportunity.internship
    rows: list[Detail] = [
        (capfirst(week_of_monday(period.starts_on)), seats_in_words(period))
        for period in opportunity.periods.all()
        if period.seats
    ]
    rows.append((_("Hours"), hours_in_words(internship.hours)))
    if internship.lunch:
        rows.append((_("Lunch"), internship.lunch))
    rows.append((_("Wheelchair access"), _("yes") if opportunity.accessible else _("not said")))
    if age := least_age(internship.least_age, internship.host_kind):
        rows.append((_("Youngest age"), _("%d years") % age))
    return rows


def least_age(asked: int | None, host_kind: str) -> int:
    """The youngest age that can come: what the host asks, or the law's for private hosts; 0 for none."""
    return max(asked or 0, PRIVATE_HOST_AGE if host_kind == HostKind.PRIVATE else 0)


def seats_in_words(period: Period) -> str:
    """“2 seats free of 3, 1 of the 3 reserved”."""
    said = ngettext("%(free)d seat free of %(seats)d", "%(free)d seats free of %(seats)d", period.free) % {
        "free": period.free,
        "seats": period.seats,
    }
    if not period.reserved:
        return said
    reserved = ngettext("%d of them reserved", "%d of them reserved", period.reserved) % period.reserved
    return f"{said} ({reserved})"


def hours_in_words(hours: dict[str, list[list[str]]]) -> str:
    """“Monday to Friday 09:00–12:00, 13:30–16:30”; days of the same hours are told once."""
    groups: list[tuple[list[str], str]] = []
    for day in sorted(hours):
        if not hours[day]:
            continue
        said = ", ".join(f"{_clock(begin)}–{_clock(end)}" for begin, end in hours[day])
        follows = groups and groups[-1][1] == said and int(groups[-1][0][-1]) + 1 == int(day)
        if follows:
            groups[-1][0].append(day)
        else:
            groups.append(([day], said))
    return " ; ".join(f"{_days(days)}, {said}" for days, said in groups)


def _days(days: list[str]) -> str:
    first, last = (str(WEEKDAYS[int(day) - 1]) for day in (days[0], days[-1]))
    if len(days) == 1:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _clock(text: str) -> str:
    hour, _colon, minute = text.partition(":")
    return rules_of_law.clock(int(hour) * 60 + int(minute or 0))


def next_step(opportunity: Opportunity, account: Account) -> Step | None:
    """For the family of one pupil whose week it is in: the offer as that pupil sees it."""
    from croisee.stages.queries.wishes import weeks_of_pupils

    if not account.has_role(Role.FAMILY):
        return None
    campaign = opportunity.internship.campaign
    periods = {period.starts_on: period for period in opportunity.periods.all()}
    children = Person.objects.visible_to(account).filter(contacts__account=account)
    pupils = [
        (person, periods[monday])
        for person, monday in weeks_of_pupils(children, campaign).items()
        if monday in periods
    ]
    if len(pupils) != 1:
        return None
    person, period = pupils[0]
    return Step(_("See it as a wish"), reverse("stages:open_offer", args=[person, period.pk]))


def offerer_url(opportunity: Opportunity) -> str:
    """The offer as its host sees it."""
    return reverse("stages:offer", args=[opportunity.pk])


STAGE_3E = register(
    OpportunityKind(
        KIND, gettext_lazy("internship of 3e"), details=details, next_step=next_step, offerer_url=offerer_url
    )
)
