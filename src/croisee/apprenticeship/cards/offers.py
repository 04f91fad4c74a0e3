"""What home pages say of apprenticeships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.apprenticeship.expiry import active
from croisee.apprenticeship.models import PartnerRejection
from croisee.apprenticeship.queries import offers as queries
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.opportunities.models import Opportunity

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account

OPEN, MINE = "apprenticeship_open", "apprenticeship_mine"
TO_ANSWER, TO_CONFIRM = "apprenticeship_to_answer", "apprenticeship_to_confirm"
REFUSED = "apprenticeship_refused"
FINDS = (Role.FAMILY, Role.REFERENT, Role.MENTOR, Role.OFFICIAL)
WRITES = (Role.EMPLOYER, Role.TRAINING_CENTRE, Role.PROGRAMME_MANAGER)


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    for role in FINDS:
        home_cards.register(role, find)
    for role in WRITES:
        home_cards.register(role, mine)
    home_cards.register(Role.PROGRAMME_MANAGER, partner)
    home_counts.register(OPEN, lambda account: active(), *FINDS)
    home_counts.register(MINE, _mine, *WRITES)
    home_counts.register(TO_ANSWER, queries.to_answer, Role.EMPLOYER)
    home_counts.register(TO_CONFIRM, queries.to_confirm, Role.FAMILY, Role.REFERENT)
    home_counts.register(REFUSED, _refused, Role.PROGRAMME_MANAGER)


def _mine(account: Account) -> QuerySet[Opportunity, Any]:
    return active().filter(pk__in=Opportunity.objects.offered_by(account).order_by().values("pk"))


def _refused(account: Account) -> QuerySet[PartnerRejection]:
    return PartnerRejection.objects.visible_to(account).filter(settled_at__isnull=True)


def find(account: Account) -> Card:
    """Offers open today; a place to confirm first."""
    counts = home_counts.of(account)
    waiting = counts.get(TO_CONFIRM, 0)
    if waiting:
        text = ngettext("%d place waits for a yes.", "%d places wait for a yes.", waiting) % waiting
        return Card(
            _("Apprenticeships"),
            text,
            reverse("apprenticeship:applications"),
            number_format(waiting),
            order=3,
        )
    return Card(
        _("Apprenticeships"),
        _("Offers open today, here and on La bonne alternance; your applications and their answers."),
        reverse("apprenticeship:offers"),
        number_format(counts.get(OPEN, 0)),
        order=70,
    )


def mine(account: Account) -> Card:
    """One's offers; who waits for an answer first."""
    counts = home_counts.of(account)
    waiting, shown = counts.get(TO_ANSWER, 0), counts.get(MINE, 0)
    title = _("Offers of apprenticeship")
    if waiting:
        text = (
            ngettext("%d person waits for your answer.", "%d people wait for your answer.", waiting) % waiting
        )
        return Card(title, text, reverse("apprenticeship:applications"), number_format(waiting), order=2)
    if not shown:
        text = _("Offer an apprenticeship: it takes two minutes.")
        return Card(title, text, reverse("apprenticeship:my_offers"), order=4)
    text = ngettext("%d offer is open.", "%d offers are open.", shown) % shown
    return Card(title, text, reverse("apprenticeship:my_offers"), number_format(shown), order=4)


def partner(account: Account) -> Card:
    """What La bonne alternance did not take."""
    refused = home_counts.of(account).get(REFUSED, 0)
    return Card(
        _("La bonne alternance"),
        _("What was exchanged, what was not taken and what to do about it."),
        reverse("apprenticeship:exchanges"),
        number_format(refused) if refused else "",
        order=60,
    )
