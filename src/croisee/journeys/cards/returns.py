"""What the home pages say of returns: what is missing, what is to be asked, what is to be checked, the indicators."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts
from croisee.journeys.models import Journey
from croisee.journeys.queries import returns as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)

home_counts.register(
    "journeys_lacking", lambda account: queries.lacking_proofs(account, timezone.localdate()), *TEAM
)
home_counts.register(
    "journeys_to_ask",
    lambda account: queries.waiting(Journey.objects.followed_by(account), timezone.localdate()),
    *TEAM,
)
home_counts.register("journeys_to_check", queries.to_check, *TEAM)
home_counts.register("journeys_ending", lambda account: queries.ending(account, timezone.localdate()), *TEAM)


def lacking(account: "Account") -> Card:
    """People who lack a proof; where the returns are when nobody does."""
    count = home_counts.of(account)["journeys_lacking"]
    if not count:
        text = _("Answers and proofs of each person, indicators, tables for authorities.")
        return Card("FSE+", text, reverse("journeys:returns"), order=60)
    text = ngettext(
        "%(n)d person lacks a proof that is due.", "%(n)d people lack a proof that is due.", count
    ) % {"n": count}
    return Card("FSE+", text, reverse("journeys:returns"), figure=str(count), order=30)


def to_ask(account: "Account") -> Card | None:
    """People whose questionnaire is to be asked."""
    count = home_counts.of(account)["journeys_to_ask"]
    if not count:
        return None
    text = ngettext(
        "%(n)d person is to be asked for a questionnaire of the FSE+.",
        "%(n)d people are to be asked for a questionnaire of the FSE+.",
        count,
    ) % {"n": count}
    return Card(_("Questionnaires to ask"), text, reverse("journeys:situations"), figure=str(count), order=25)


def to_check(account: "Account") -> Card | None:
    """Proofs that wait for a check."""
    count = home_counts.of(account)["journeys_to_check"]
    if not count:
        return None
    text = ngettext("%(n)d proof is to be checked.", "%(n)d proofs are to be checked.", count) % {"n": count}
    url = f"{reverse('journeys:proofs')}?state=to_check"
    return Card(_("Proofs to check"), text, url, figure=str(count), order=28)


def ending(account: "Account") -> Card | None:
    """Proofs of people followed that are over, or soon will be."""
    count = home_counts.of(account)["journeys_ending"]
    if not count:
        return None
    text = ngettext(
        "%(n)d proof of somebody followed is over, or ends in sixty days.",
        "%(n)d proofs of people followed are over, or end in sixty days.",
        count,
    ) % {"n": count}
    url = f"{reverse('journeys:proofs')}?ends=ending"
    return Card(_("Proofs to renew"), text, url, figure=str(count), order=32)


def figures(account: "Account") -> Card:
    """Where the common indicators are, for who steers."""
    text = _("Who entered, who left, what became of them, by sex; small figures are not shown.")
    return Card(_("Common indicators of the FSE+"), text, reverse("journeys:indicators"), order=72)
