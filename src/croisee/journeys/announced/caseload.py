"""What is announced of who follows whom, alerts, load, handover, openings suggested."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory.changes import on_change
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.foundation.registry import (
    NavLink,
    PersonalData,
    Retention,
    home_cards,
    nav_links,
    personal_data,
)
from croisee.journeys import openings, panels
from croisee.journeys.cards import caseload as cards
from croisee.journeys.models import FOLLOWED, Dismissal
from croisee.journeys.notices import caseload as notices  # noqa: F401  importing it registers the e-mails
from croisee.journeys.queries.open_actions import open_actions
from croisee.journeys.services.suggestions import forget

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Journey

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)
MONTHS_KEPT = 24


def declare() -> None:
    """Announce cards, links, panels, openings, and what is done with personal data."""
    for role in TEAM:
        for card in (cards.people, cards.alerts, cards.handed_over):
            home_cards.register(role, card)
    home_cards.register(Role.FAMILY, cards.openings)
    nav_links.register(NavLink(gettext_lazy("My people"), "journeys:caseload", 10), Role.REFERENT)
    nav_links.register(
        NavLink(gettext_lazy("People followed"), "journeys:caseload", 10), Role.PROGRAMME_MANAGER
    )
    panels.register("suggestions", 40, _suggestions)
    panels.register("handover", 60, _handover)
    on_change(_person_erased)
    openings.register("actions", gettext_lazy("Actions of the territory"), open_actions)
    personal_data.register(
        Dismissal,
        PersonalData(
            purpose=gettext_lazy("Not suggest again what somebody does not want."),
            retention=Retention(
                gettext_lazy("Two years after it was said; at the latest as long as the journey."), _past
            ),
            concerns=_own,
            erase=forget,
            export=_told,
        ),
    )


def _person_erased(person: "Person", changed: frozenset[str], account: "Account | None") -> list[str]:
    """Somebody is erased: what they did not want goes, the journey stays without a name."""
    if "erased" in changed:
        forget(Dismissal.objects.filter(journey__person=person))
    return []


def _suggestions(journey: "Journey", account: "Account") -> panels.Panel | None:
    if journey.state not in FOLLOWED or journey.person_id is None or not account.has_role(*TEAM):
        return None
    text = _("Jobs, apprenticeships and training open today, ranked for this person, with reasons.")
    return panels.Panel(_("Openings suggested"), text, reverse("journeys:suggestions", args=[journey.pk]))


def _handover(journey: "Journey", account: "Account") -> panels.Panel | None:
    if journey.state not in FOLLOWED or not account.has_role(*TEAM):
        return None
    where = f"{reverse('journeys:handover')}?chosen={journey.pk}"
    return panels.Panel(_("Handover"), _("Hand this person over to another référent, on a day."), where)


def _past(day: dt.date) -> "QuerySet[Dismissal]":
    return Dismissal.objects.filter(created_at__date__lt=add_months(day, -MONTHS_KEPT))


def _own(account: "Account") -> "QuerySet[Dismissal]":
    return Dismissal.objects.filter(
        journey__person__contacts__account=account, journey__person__contacts__capacity="self"
    )


def _told(row: Any) -> dict[str, object]:
    return {"opening": row.title, "why": row.reason, "on": row.created_at.date().isoformat()}
