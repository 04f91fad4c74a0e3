"""What home pages say of appointments with experts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.incubation.queries import advice as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

WEEK, TO_NOTE = "incubation_advice_week", "incubation_advice_to_note"
GIVEN, OWN, PROJECTS = "incubation_advice_given", "incubation_advice_own", "incubation_advice_projects"
OWNERS = (Role.PROJECT_HOLDER, Role.EMPLOYER)


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(WEEK, queries.week_of, Role.INCUBATOR_MANAGER)
    home_counts.register(TO_NOTE, queries.to_note_of, Role.INCUBATOR_MANAGER, Role.EXPERT)
    home_counts.register(GIVEN, queries.to_give, Role.EXPERT)
    home_counts.register(OWN, queries.own_to_come, *OWNERS)
    home_counts.register(PROJECTS, queries.projects_for, *OWNERS)
    home_cards.register(Role.INCUBATOR_MANAGER, week)
    home_cards.register(Role.EXPERT, given)
    for role in OWNERS:
        home_cards.register(role, booked)


def _to_note(count: int) -> str:
    return ngettext("%(n)d appointment is to be noted.", "%(n)d appointments are to be noted.", count) % {
        "n": count
    }


def week(account: Account) -> Card:
    """Appointments of the next seven days; those to note first."""
    counts = home_counts.of(account)
    count, late = counts[WEEK], counts[TO_NOTE]
    if late:
        text = _to_note(late)
    elif count:
        text = ngettext(
            "appointment with an expert in seven days.", "appointments with experts in seven days.", count
        )
    else:
        text = _("No appointment with an expert in the next seven days.")
    where = reverse("incubation:advice")
    return Card(_("Advice"), text, where, figure=str(count) if count else "", order=34)


def given(account: Account) -> Card:
    """What the expert has to come, and to note."""
    counts = home_counts.of(account)
    count, late = counts[GIVEN], counts[TO_NOTE]
    if late:
        text = _to_note(late)
    elif count:
        text = ngettext("appointment to come.", "appointments to come.", count)
    else:
        text = _("Nobody has booked yet: lay hours, and project holders see them.")
    where = reverse("incubation:my_advice")
    return Card(_("My appointments"), text, where, figure=str(count) if count else "", order=10)


def booked(account: Account) -> Card | None:
    """The appointments to come of a holder or of a company of the incubator; nothing for others."""
    counts = home_counts.of(account)
    if not counts[PROJECTS] and not counts[OWN]:
        return None
    if not counts[OWN]:
        text = _("Meet an accountant, a lawyer, an adviser: book an hour in two clicks.")
        return Card(_("Advice by experts"), text, reverse("incubation:experts"), order=24)
    text = ngettext("appointment with an expert to come.", "appointments with experts to come.", counts[OWN])
    where = reverse("incubation:own_advice")
    return Card(_("My appointments with experts"), text, where, figure=str(counts[OWN]), order=8)
