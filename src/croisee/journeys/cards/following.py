"""What the home pages say of one's own journey, of appointments and of corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts
from croisee.journeys.models import Journey
from croisee.journeys.queries import following as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)

home_counts.register("journeys_own", lambda account: Journey.objects.of_oneself(account), Role.FAMILY)
home_counts.register("journeys_own_appointments", queries.own_planned, Role.FAMILY)
home_counts.register("journeys_today", queries.today_of, *TEAM)
home_counts.register("journeys_not_noted", queries.not_noted, *TEAM)
home_counts.register("journeys_corrections", queries.corrections_to_answer, *TEAM)


def my_journey(account: Account) -> Card | None:
    """Where one's own journey is, for who is followed."""
    counts = home_counts.of(account)
    if not counts["journeys_own"]:
        return None
    said = [_("What is agreed, what comes next, who follows you.")]
    if n := counts["journeys_own_appointments"]:
        text = ngettext("%(n)d appointment to come.", "%(n)d appointments to come.", n)
        said.insert(0, text % {"n": n})
    return Card(_("My journey"), " ".join(said), reverse("journeys:my_journey"), order=5)


def appointments(account: Account) -> Card:
    """Today's appointments; those of which nobody noted how they went."""
    counts = home_counts.of(account)
    today, late = counts["journeys_today"], counts["journeys_not_noted"]
    said = [ngettext("appointment today.", "appointments today.", today) if today else _("None today.")]
    if late:
        text = ngettext("%(n)d is past: note how it went.", "%(n)d are past: note how they went.", late)
        said.append(text % {"n": late})
    where = reverse("journeys:appointments") + ("?when=to_note" if late and not today else "")
    return Card(_("My appointments"), " ".join(said), where, str(today), order=12)


def corrections(account: Account) -> Card | None:
    """What people ask to be corrected."""
    count = home_counts.of(account)["journeys_corrections"]
    if not count:
        return None
    text = ngettext("request waits for your answer.", "requests wait for your answer.", count)
    where = f"{reverse('journeys:corrections')}?state=asked"
    return Card(_("Corrections asked"), text, where, str(count), order=14)
