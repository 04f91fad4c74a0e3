"""What the home pages say of the people followed, of alerts, of people handed over, of openings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts
from croisee.journeys.alerts import Alert
from croisee.journeys.models import FOLLOWED, Journey
from croisee.journeys.queries import caseload as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Following

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)
SHOWN = (
    Alert.NO_REFERENT,
    Alert.STEP_LATE,
    Alert.CONTRACT_30,
    Alert.MISSED,
    Alert.NO_CONTACT,
    Alert.EXIT_DUE,
)
"""The alerts that the home page counts; proofs have their own card, the others wait in the list."""


def _with(alert: Alert, account: Account) -> QuerySet[Journey]:
    return queries.having(queries.scope(account), alert, timezone.localdate())


def _received(account: Account) -> QuerySet[Following]:
    return queries.received(account, timezone.localdate())


def _own(account: Account) -> QuerySet[Journey]:
    return Journey.objects.of_oneself(account).filter(state__in=FOLLOWED)


home_counts.register("journeys_people", queries.scope, *TEAM)
home_counts.register("journeys_received", _received, *TEAM)
home_counts.register("journeys_open_to_me", _own, Role.FAMILY)
for shown in SHOWN:
    home_counts.register(f"journeys_alert_{shown.value}", partial(_with, shown), *TEAM)


def people(account: Account) -> Card:
    """How many people one follows, or are followed in one's programmes."""
    count = home_counts.of(account)["journeys_people"]
    manages = account.has_role(Role.PROGRAMME_MANAGER)
    title = _("People followed") if manages else _("My people")
    if not count:
        text = _("Nobody is followed yet: people come here once their entry is accepted.")
        return Card(title, text, reverse("journeys:caseload"), order=1)
    text = ngettext("person followed", "people followed", count)
    return Card(title, text, reverse("journeys:caseload"), figure=_figure(count), order=1)


def alerts(account: Account) -> Card | None:
    """What asks for attention, kind by kind."""
    counts = home_counts.of(account)
    found = [(alert, counts[f"journeys_alert_{alert.value}"]) for alert in SHOWN]
    found = [(alert, count) for alert, count in found if count]
    if not found:
        return None
    text = " · ".join(f"{alert.label} ({_figure(count)})" for alert, count in found)
    where = f"{reverse('journeys:caseload')}?alert={found[0][0].value}"
    return Card(_("To look at"), text, where, figure=_figure(found[0][1]), order=2)


def handed_over(account: Account) -> Card | None:
    """People handed over to one lately."""
    count = home_counts.of(account)["journeys_received"]
    if not count:
        return None
    text = ngettext(
        "person handed over to you in the last 14 days.",
        "people handed over to you in the last 14 days.",
        count,
    )
    where = f"{reverse('journeys:caseload')}?received=lately"
    return Card(_("Handed over to me"), text, where, figure=_figure(count), order=3)


def openings(account: Account) -> Card | None:
    """Where openings for oneself are, for who is followed."""
    if not home_counts.of(account)["journeys_open_to_me"]:
        return None
    text = _(
        "Jobs, apprenticeships and training that are open today, the nearest to what you look for first."
    )
    return Card(_("Openings for me"), text, reverse("journeys:my_openings"), order=12)


def _figure(count: int) -> str:
    return str(number_format(count, use_l10n=True, force_grouping=True))
