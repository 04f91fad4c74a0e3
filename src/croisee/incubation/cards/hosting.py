"""What home pages say of hosting: terms and reviews that call for a manager, a company's own agreement."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_cards, home_counts
from croisee.incubation.models import Agreement, AgreementState, Review
from croisee.incubation.models.readers import of_tenant
from croisee.incubation.queries.hosting_reviews import is_due
from croisee.opportunities.tenure import WARNED_BEFORE

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account

TERMS, PAST, REVIEWS, OWN = "incubation_terms", "incubation_past", "incubation_reviews", "incubation_own"


def declare() -> None:
    """Announce the cards, and the numbers that they show."""
    home_counts.register(TERMS, lambda account: _signed(account, max(WARNED_BEFORE)), Role.INCUBATOR_MANAGER)
    home_counts.register(PAST, lambda account: _signed(account, -1), Role.INCUBATOR_MANAGER)
    home_counts.register(REVIEWS, _due, Role.INCUBATOR_MANAGER)
    home_counts.register(OWN, _own, Role.EMPLOYER)
    home_cards.register(Role.INCUBATOR_MANAGER, terms)
    home_cards.register(Role.INCUBATOR_MANAGER, reviews)
    home_cards.register(Role.EMPLOYER, own)


def _signed(account: Account, days: int) -> QuerySet[Agreement]:
    """Those whose company is there and whose term is so many days ahead at most."""
    rows = Agreement.objects.visible_to(account).managed_by(account)
    return rows.filter(
        state=AgreementState.SIGNED, ends_on__lte=timezone.localdate() + dt.timedelta(days=days)
    )


def _due(account: Account) -> QuerySet[Any]:
    return Review.objects.filter(
        is_due(timezone.localdate()),
        project__incubator__organisation__in=account.organisations(Role.INCUBATOR_MANAGER),
    )


def _own(account: Account) -> QuerySet[Agreement]:
    return Agreement.objects.visible_to(account).filter(of_tenant(account, "tenant"))


def terms(account: Account) -> Card:
    """Terms within six months, those that are past first."""
    counts = home_counts.of(account)
    if past := counts.get(PAST, 0):
        text = ngettext("%(n)d term is past: act now.", "%(n)d terms are past: act now.", past) % {"n": past}
    else:
        text = _("Terms of agreements within six months.")
    return Card(
        _("Terms to come"), text, reverse("incubation:legal"), figure=str(counts.get(TERMS, 0)), order=25
    )


def reviews(account: Account) -> Card | None:
    """Reviews that are to be held now."""
    due = home_counts.of(account).get(REVIEWS, 0)
    if not due:
        return None
    return Card(
        _("Six-monthly reviews"),
        ngettext("A review is to be held.", "Reviews are to be held.", due),
        reverse("incubation:reviews"),
        figure=str(due),
        order=26,
    )


def own(account: Account) -> Card | None:
    """The company's own hosting, once it has some."""
    if not home_counts.of(account).get(OWN, 0):
        return None
    return Card(
        _("My hosting"),
        _("Your agreement, its term, your next review, your aid."),
        reverse("incubation:my_hosting"),
        order=12,
    )
