"""What the home pages say of declarations, contacts and hours."""

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.clauses.models import FOLLOWED, Commitment
from croisee.clauses.months import last_month, named
from croisee.clauses.queries.callers import Caller
from croisee.clauses.queries.missing import not_declared
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.clauses.models import Assignment
    from croisee.foundation.accounts.models import Account


def _not_declared(account: "Account") -> "QuerySet[Assignment]":
    own = Caller(account).assignments().filter(commitment__clause__lot__state__in=FOLLOWED)
    return not_declared(own, last_month(timezone.localdate()))


def _bounced(account: "Account") -> "QuerySet[Commitment]":
    rows = Commitment.objects.visible_to(account).filter(
        clause__lot__state__in=FOLLOWED, contact_bounced_at__isnull=False
    )
    by = "clause__lot__contract__operation__facilitateur"
    return rows.filter(Q(**{by: account}) | Q(**{f"{by}__isnull": True}))


home_counts.register("clauses_commitments", lambda account: Caller(account).commitments(), Role.EMPLOYER)
home_counts.register("clauses_not_declared", _not_declared, Role.EMPLOYER)
home_counts.register("clauses_bounced", _bounced, Role.FACILITATEUR)


def company(account: "Account") -> Card | None:
    """Whether the last month is to be declared; nothing for an employer without any clause."""
    counts = home_counts.of(account)
    if not counts["clauses_commitments"]:
        return None
    month, count = last_month(timezone.localdate()), counts["clauses_not_declared"]
    title, url = _("Social clauses"), reverse("clauses:company")
    if count:
        text = ngettext(
            "The hours of %(n)d person are to be declared for %(month)s.",
            "The hours of %(n)d people are to be declared for %(month)s.",
            count,
        )
        return Card(
            title, text % {"n": count, "month": named(month)}, url, figure=number_format(count), order=3
        )
    return Card(title, _("What you owe, who works, what is validated."), url, order=30)


def bounced(account: "Account") -> Card | None:
    """How many contacts cannot be written to any more, where hours are still awaited."""
    count = home_counts.of(account)["clauses_bounced"]
    if not count:
        return None
    text = ngettext(
        "The e-mail of %(n)d company came back: find who took over.",
        "The e-mails of %(n)d companies came back: find who took over.",
        count,
    ) % {"n": count}
    url = f"{reverse('clauses:company_access')}?contact=bounced"
    return Card(_("Contacts that are lost"), text, url, figure=number_format(count), order=12)
