"""The e-mails of hosting: a term comes or is past, a six-monthly review is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import send
from croisee.opportunities.tenure import alert, said

if TYPE_CHECKING:
    from croisee.incubation.models import Agreement, Review

CATEGORY = _("Hosting in the incubator")


def _term(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.incubation.models import Agreement, AgreementState

    rows = Agreement.objects.filter(pk=UUID(context["agreement"]), state=AgreementState.SIGNED)
    row = rows.select_related("tenant", "incubator").first()
    if row is None or row.left_on is not None or row.ends_on.isoformat() != context["term"]:
        raise NoLongerNeeded
    today = timezone.localdate()
    found = alert(row.ends_on, today)
    if found is None:
        raise NoLongerNeeded
    return {
        **context,
        "company": str(row.tenant),
        "incubator": str(row.incubator),
        "day": in_words(row.ends_on),
        "past": today > row.ends_on,
        "said": said(row.kind, found, today),
        "path": row.get_absolute_url(),
    }


def _review(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.incubation.models import Review

    rows = Review.objects.filter(pk=UUID(context["review"]), held_on__isnull=True)
    row = rows.select_related("project__incubator").first()
    if row is None:
        raise NoLongerNeeded
    return {
        **context,
        "project": str(row.project),
        "incubator": str(row.project.incubator),
        "day": in_words(row.due_on),
        "path": reverse("incubation:review", args=[row.pk]),
    }


TERM_FOR_MANAGERS = register(
    Notice(
        "incubation.term_for_managers",
        _("The term of a hosting agreement comes, or is past"),
        CATEGORY,
        can_be_disabled=False,
        completed=_term,
        roles=(Role.INCUBATOR_MANAGER,),
    )
)
TERM_FOR_COMPANY = register(
    Notice(
        "incubation.term_for_company",
        _("The term of our hosting agreement comes, or is past"),
        CATEGORY,
        can_be_disabled=False,
        completed=_term,
        roles=(Role.EMPLOYER,),
    )
)
REVIEW_FOR_MANAGERS = register(
    Notice(
        "incubation.review_for_managers",
        _("A six-monthly review is due"),
        CATEGORY,
        completed=_review,
        roles=(Role.INCUBATOR_MANAGER,),
    )
)
REVIEW_FOR_COMPANY = register(
    Notice(
        "incubation.review_for_company",
        _("Our six-monthly review is due"),
        CATEGORY,
        completed=_review,
        roles=(Role.EMPLOYER,),
    )
)


def tell_term(row: Agreement, milestone: int) -> int:
    """Write to the managers of the incubator and to the company; once for each milestone of a term. How many."""
    from croisee.incubation.queries.aids import people_of

    key = f"{row.pk}:{row.ends_on}:{milestone}"
    context = {"agreement": str(row.pk), "term": row.ends_on.isoformat()}
    managers = people_of(row.incubator.organisation, Role.INCUBATOR_MANAGER)
    company = people_of(row.tenant, Role.EMPLOYER)
    return send(TERM_FOR_MANAGERS, managers, key=key, context=context) + send(
        TERM_FOR_COMPANY, company, key=key, context=context
    )


def tell_review(row: Review) -> int:
    """Write to who follows the project (to all managers without anyone), and to the company; once. How many."""
    from croisee.incubation.queries.aids import people_of

    project = row.project
    key, context = f"{row.pk}:{row.due_on}", {"review": str(row.pk)}
    managers = people_of(project.incubator.organisation, Role.INCUBATOR_MANAGER)
    own = [one for one in managers if one.pk == project.adviser_id]
    told = send(REVIEW_FOR_MANAGERS, own or managers, key=key, context=context)
    if project.company is None:
        return told
    company = people_of(project.company, Role.EMPLOYER)
    return told + send(REVIEW_FOR_COMPANY, company, key=key, context=context)
