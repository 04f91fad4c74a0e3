"""What is announced of first contacts, projects, candidatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory.changes import on_change
from croisee.directory.models import Purpose
from croisee.directory.visibility import NOBODY
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, nav_links
from croisee.incubation import privacy_of_projects
from croisee.incubation.cards import projects as cards
from croisee.incubation.models import Enquiry
from croisee.incubation.notices import projects as notices  # noqa: F401  importing it registers the e-mails
from croisee.incubation.queries import projects as queries
from croisee.incubation.queries import published as of_incubators
from croisee.incubation.services import crossing, erasing
from croisee.journeys import openings, panels, published, sources

if TYPE_CHECKING:
    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Journey

NAME = "incubation"


def declare() -> None:
    """Announce cards, links, what journeys are told, and what is done with personal data."""
    privacy_of_projects.declare()
    cards.declare()
    nav_links.register(NavLink(gettext_lazy("Projects"), "incubation:projects", 10), Role.INCUBATOR_MANAGER)
    nav_links.register(NavLink(gettext_lazy("My project"), "incubation:my_project", 10), Role.PROJECT_HOLDER)
    sources.register(
        sources.WaySource(
            name="incubation.companies",
            label=gettext_lazy("companies founded"),
            purpose=Purpose.SHOW_BUSINESS,
            milestones=queries.milestones,
            entitled=_entitled,
        )
    )
    openings.register(NAME, gettext_lazy("Incubators"), queries.open_today)
    published.register(NAME, of_incubators.entries)
    panels.register(NAME, 70, _panel_of_journey)
    on_change(_person_changed)


def _entitled(account: Account) -> Q:
    """Managers know the companies of their own projects."""
    if not account.has_role(Role.INCUBATOR_MANAGER):
        return NOBODY
    return Q(pk__in=queries.holders_seen(account))


def _panel_of_journey(journey: Journey, account: Account) -> panels.Panel | None:
    """For a référent: send the person to an incubator, or how that stands. One query."""
    if journey.person_id is None or not account.has_role(Role.REFERENT):
        return None
    sent = Enquiry.objects.filter(sent_by=account, person=journey.person_id).order_by("-created_at").first()
    url = reverse("incubation:send_person", args=[journey.pk])
    title = _("Business project")
    if sent is None:
        return panels.Panel(title, _("send to an incubator"), url)
    return panels.Panel(title, str(sent.get_state_display()), url, "info")


def _person_changed(person: Person, changed: frozenset[str], account: Account | None) -> list[str]:
    """Somebody is erased elsewhere, or says who sees the company."""
    if "erased" in changed:
        erasing.erase_person(person)
    elif "consents" in changed:
        crossing.follow_consent(person, account)
    return []
