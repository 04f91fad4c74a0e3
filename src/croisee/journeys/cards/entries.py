"""What the home pages say of requests for entry and of meetings."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts
from croisee.journeys.queries import entries as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

home_counts.register("journeys_waiting", queries.managed_waiting, Role.PROGRAMME_MANAGER)
home_counts.register("journeys_meetings", queries.meetings_to_come, Role.PROGRAMME_MANAGER)
home_counts.register(
    "journeys_late_minutes",
    lambda account: queries.meetings_to_come(account, late=True),
    Role.PROGRAMME_MANAGER,
)
home_counts.register("journeys_asked", queries.own_waiting, Role.REFERENT)


def to_decide(account: "Account") -> Card:
    """Requests that wait, meetings to come, minutes to close."""
    counts = home_counts.of(account)
    n, meetings, late = (counts[f"journeys_{name}"] for name in ("waiting", "meetings", "late_minutes"))
    said = []
    if late:
        text = ngettext(
            "The minutes of %(n)d meeting are to be closed.",
            "The minutes of %(n)d meetings are to be closed.",
            late,
        )
        said.append(text % {"n": late})
    if meetings:
        text = ngettext("%(n)d meeting is planned.", "%(n)d meetings are planned.", meetings)
        said.append(text % {"n": meetings})
    elif n:
        said.append(_("No meeting is planned: plan one from the page of the programme."))
    if not said:
        said.append(_("Nobody waits for a decision."))
    where = f"{reverse('journeys:requests')}?stands=proposed" if n else reverse("journeys:requests")
    return Card(_("Requests for entry"), " ".join(said), where, figure=str(n), order=12)


def asked(account: "Account") -> Card:
    """The requests that a référent wrote, or how to write one."""
    n = home_counts.of(account)["journeys_asked"]
    if not n:
        text = _("Ask that somebody enters a programme.")
        return Card(_("Ask for an entry"), text, reverse("journeys:requests"), order=45)
    text = ngettext("It waits for a decision.", "They wait for a decision.", n)
    return Card(_("Requests that I wrote"), text, reverse("journeys:requests"), figure=str(n), order=45)


def programmes(account: "Account") -> Card:
    """The programmes in which a référent follows people."""
    text = _("Their rules, their meetings, who follows people in them.")
    return Card(_("Programmes"), text, reverse("journeys:programmes"), order=60)
