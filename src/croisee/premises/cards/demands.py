"""What home pages say of demands: what fits, what waits for an answer, what interests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.premises.models import Demand, DemandState, Proposal, ProposalState

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

MINE, PROPOSED = "premises_my_demands", "premises_proposed"
UNANSWERED, INTEREST = "premises_demands_without_answer", "premises_interest"
ASKERS = (Role.EMPLOYER, Role.PROJECT_HOLDER)


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(
        MINE, lambda account: Demand.objects.visible_to(account).filter(state=DemandState.OPEN), *ASKERS
    )
    home_counts.register(
        PROPOSED,
        lambda account: (
            Proposal.objects.visible_to(account)
            .asked_by(account)
            .filter(state=ProposalState.PROPOSED, demand__state=DemandState.OPEN)
        ),
        *ASKERS,
    )
    home_counts.register(
        UNANSWERED,
        lambda account: Demand.objects.visible_to(account).filter(
            state=DemandState.OPEN, proposals__isnull=True
        ),
        Role.DEVELOPER,
    )
    home_counts.register(
        INTEREST,
        lambda account: (
            Proposal.objects.visible_to(account)
            .kept_by(account)
            .filter(state=ProposalState.WANTED, demand__state=DemandState.OPEN)
        ),
        Role.LANDLORD,
    )
    for role in ASKERS:
        home_cards.register(role, my_demands)
    home_cards.register(Role.DEVELOPER, unanswered)
    home_cards.register(Role.LANDLORD, interest)


def my_demands(account: Account) -> Card | None:
    """What was proposed, or that a search is open; otherwise the way to begin one."""
    counts = home_counts.of(account)
    if account.has_role(Role.DEVELOPER):
        return None
    if not counts[MINE]:
        text = _("Say in two minutes what you look for: what fits is shown at once.")
        return Card(_("Look for premises"), text, reverse("premises:new_demand"), order=40)
    where = reverse("premises:demands")
    if counts[PROPOSED]:
        text = ngettext(
            "proposal waits for your answer.", "proposals wait for your answer.", counts[PROPOSED]
        )
    else:
        text = ngettext(
            "search is open: see what fits it today.",
            "searches are open: see what fits them today.",
            counts[MINE],
        )
    return Card(
        _("My search for premises"), text, where, figure=str(counts[PROPOSED] or counts[MINE]), order=20
    )


def unanswered(account: Account) -> Card:
    """Demands to which nobody proposed anything."""
    count = home_counts.of(account)[UNANSWERED]
    text = (
        ngettext("demand without any proposal.", "demands without any proposal.", count)
        if count
        else _("Every demand has had a proposal.")
    )
    return Card(
        _("Demands for premises"),
        text,
        reverse("premises:demands") + "?state=open",
        figure=str(count) if count else "",
        order=20,
    )


def interest(account: Account) -> Card:
    """How often one's units interest somebody who is still looking; the way to visits, options and lettings."""
    count = home_counts.of(account)[INTEREST]
    if not count:
        text = _("Whom your premises were proposed to; visits, options, lettings.")
        return Card(_("Interest in my premises"), text, reverse("premises:proposals"), order=15)
    text = ngettext(
        "unit of yours interests somebody.", "times, somebody is interested in your premises.", count
    )
    where = reverse("premises:proposals") + "?state=wanted"
    return Card(_("Interest in my premises"), text, where, figure=str(count), order=15)
