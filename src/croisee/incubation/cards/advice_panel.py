"""The line of a project's page about appointments with experts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import AdviceState
from croisee.incubation.panels import Panel
from croisee.incubation.queries import advice as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.incubation.models import Project

BOOKERS = (Role.PROJECT_HOLDER, Role.EMPLOYER, Role.INCUBATOR_MANAGER)


def panel(project: Project, account: Account) -> Panel | None:
    """The next appointment, else those to note, else how many were held; with the way to book. One query."""
    rows = queries.of_project(project, account)
    now = timezone.now()
    booked = [row for row in rows if row.state == AdviceState.BOOKED]
    to_come = [row for row in booked if row.slot.starts_at > now]
    title = _("Advice by experts")
    if to_come:
        start = timezone.localtime(to_come[0].slot.starts_at)
        text = _("%(when)s, with %(expert)s.") % {
            "when": capfirst(date_format(start, "l j F Y, H:i")),
            "expert": to_come[0].slot.expert,
        }
        return Panel(title, text, reverse("incubation:appointment", args=[to_come[0].pk]), "info")
    late = [row for row in booked if row.slot.starts_at <= now]
    if late and account.has_role(Role.EXPERT, Role.INCUBATOR_MANAGER):
        where = reverse("incubation:appointment", args=[late[0].pk])
        text = ngettext(
            "%(n)d appointment is to be noted.", "%(n)d appointments are to be noted.", len(late)
        ) % {"n": len(late)}
        return Panel(title, text, where, "warn")
    held = sum(row.state == AdviceState.ATTENDED for row in rows)
    text = _("No appointment yet.")
    if held:
        text = ngettext("%(n)d appointment held.", "%(n)d appointments held.", held) % {"n": held}
    if account.has_role(*BOOKERS):
        return Panel(title, text, reverse("incubation:experts"))
    return Panel(title, text, reverse("incubation:my_advice")) if account.has_role(Role.EXPERT) else None
