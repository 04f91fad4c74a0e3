"""What a facilitateur sees of companies' way in: links sent and used, contacts that came back, last month declared."""

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, Exists, Max, OuterRef, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import FOLLOWED, Assignment, Commitment, CompanyLink, NothingDone
from croisee.clauses.queries.missing import at_work, not_declared
from croisee.foundation.accounts.models import Account

DECLARED = (
    ("done", _("declared")),
    ("nothing", _("nobody worked")),
    ("missing", _("not declared")),
    ("nobody", _("nobody at work here")),
)
CONTACT = (
    ("good", _("reachable")),
    ("bounced", _("e-mail came back")),
    ("none", _("no e-mail address")),
)


def companies(account: Account, month: dt.date) -> QuerySet[Any]:
    """Commitments of lots under way: `sent` and `used` (last link), `contact`, `declared` (for `month`) as words."""
    links = CompanyLink.objects.filter(commitment=OuterRef("pk")).order_by().values("commitment")
    own = Assignment.objects.filter(commitment=OuterRef("pk"))
    said = NothingDone.objects.filter(commitment=OuterRef("pk"), month=month)
    declared = Case(
        When(Exists(said), then=Value("nothing")),
        When(Exists(not_declared(own, month)), then=Value("missing")),
        When(Exists(at_work(own, month)), then=Value("done")),
        default=Value("nobody"),
        output_field=CharField(),
    )
    contact = Case(
        When(contact_email="", then=Value("none")),
        When(contact_bounced_at__isnull=False, then=Value("bounced")),
        default=Value("good"),
        output_field=CharField(),
    )
    return (
        Commitment.objects.visible_to(account)
        .filter(clause__lot__state__in=FOLLOWED)
        .select_related("organisation", "clause__lot__contract__operation")
        .annotate(
            sent=Subquery(links.annotate(last=Max("created_at")).values("last")),
            used=Subquery(links.annotate(last=Max("used_at")).values("last")),
            contact=contact,
            declared=declared,
        )
        .order_by("organisation__name", "pk")
    )
