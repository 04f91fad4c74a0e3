"""What the home pages say of lots, of what to come back to, and of penalties."""

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.clauses.models import FOLLOWED, ContactLog, Lot, LotState, Penalty, PenaltyState
from croisee.clauses.models.readers import is_facilitateur, of_company
from croisee.clauses.queries.operations import steered
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account


STEERING = (Role.FACILITATEUR, Role.BUYER)
TO_DECIDE = (PenaltyState.PROPOSED, PenaltyState.NOTIFIED)


def _ended(account: "Account") -> "QuerySet[Lot]":
    return steered(Lot, account).filter(state=LotState.RUNNING, ends_on__lt=timezone.localdate())


def _to_come_back_to(account: "Account") -> "QuerySet[ContactLog]":
    due = ContactLog.objects.visible_to(account).filter(next_on__lte=timezone.localdate())
    return due.filter(Q(by=account) | Q(by=None))


def _penalties(account: "Account") -> "QuerySet[Penalty]":
    wanted = TO_DECIDE[:1] if is_facilitateur(account) else TO_DECIDE
    return steered(Penalty, account).filter(state__in=wanted)


def _penalties_notified(account: "Account") -> "QuerySet[Penalty]":
    return Penalty.objects.filter(
        of_company(account, "commitment__organisation"), state=PenaltyState.NOTIFIED
    )


home_counts.register(
    "clauses_followed", lambda account: steered(Lot, account).filter(state__in=FOLLOWED), *STEERING
)
home_counts.register("clauses_ended", _ended, *STEERING)
home_counts.register("clauses_contacts", _to_come_back_to, Role.FACILITATEUR)
home_counts.register("clauses_penalties", _penalties, *STEERING)
home_counts.register("clauses_penalties_notified", _penalties_notified, Role.EMPLOYER)


def operations(account: "Account") -> Card:
    """The portfolio: how many lots are under way, and how many have ended and wait to be closed."""
    counts = home_counts.of(account)
    running, ended = counts["clauses_followed"], counts["clauses_ended"]
    title = _("My operations")
    if not running:
        text = _("Social clauses: begin with an operation, or import the list you keep.")
        return Card(title, text, reverse("clauses:portfolio"), order=1)
    text = ngettext("lot with a social clause under way", "lots with a social clause under way", running)
    if ended:
        closing = ngettext("%(n)d has ended: to be closed.", "%(n)d have ended: to be closed.", ended)
        text = f"{text}. {closing % {'n': ended}}"
    return Card(title, text, reverse("clauses:portfolio"), figure=_figure(running), order=1)


def follow_up(account: "Account") -> Card | None:
    """What one noted to come back to, and the day has come."""
    count = home_counts.of(account)["clauses_contacts"]
    if not count:
        return None
    text = ngettext(
        "contact that you noted to come back to.", "contacts that you noted to come back to.", count
    )
    return Card(
        _("To come back to today"), text, reverse("clauses:follow_up"), figure=_figure(count), order=2
    )


def penalties(account: "Account") -> Card | None:
    """The penalties on which one has something to do: the buyer decides, the facilitateur notifies."""
    count = home_counts.of(account)["clauses_penalties"]
    if not count:
        return None
    text = ngettext("penalty waits for you.", "penalties wait for you.", count)
    return Card(_("Penalties"), text, reverse("clauses:penalties"), figure=_figure(count), order=12)


def penalties_of_company(account: "Account") -> Card | None:
    """The penalties notified to one's company."""
    count = home_counts.of(account)["clauses_penalties_notified"]
    if not count:
        return None
    text = ngettext(
        "penalty is notified to your company: say what explains it.",
        "penalties are notified to your company: say what explains them.",
        count,
    )
    return Card(_("Penalties"), text, reverse("clauses:penalties"), figure=_figure(count), order=4)


def _figure(count: int) -> str:
    return number_format(count, use_l10n=True, force_grouping=True)
