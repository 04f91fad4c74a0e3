"""What home pages say of first contacts and projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.incubation.models import Enquiry, EnquiryState
from croisee.incubation.queries.projects import own_projects

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

NEW = "incubation_enquiries"


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(
        NEW,
        lambda account: Enquiry.objects.visible_to(account).filter(state=EnquiryState.NEW),
        Role.INCUBATOR_MANAGER,
    )
    home_cards.register(Role.INCUBATOR_MANAGER, contacts)
    home_cards.register(Role.PROJECT_HOLDER, my_project)


def contacts(account: Account) -> Card:
    """First contacts that wait for an answer."""
    count = home_counts.of(account)[NEW]
    if count:
        text = ngettext("person waits for an answer.", "people wait for an answer.", count)
        where = f"{reverse('incubation:enquiries')}?state={EnquiryState.NEW}"
        return Card(_("First contacts"), text, where, figure=str(count), order=5)
    return Card(
        _("First contacts"), _("Everyone who wrote has an answer."), reverse("incubation:enquiries"), order=25
    )


def my_project(account: Account) -> Card:
    """Where one's own project stands."""
    found = own_projects(account).first()
    if found is None:
        text = _("No project is linked to your account.")
    else:
        text = _("%(project)s: %(state)s.") % {"project": found.title, "state": found.get_state_display()}
    return Card(_("My project"), text, reverse("incubation:my_project"), order=5)
