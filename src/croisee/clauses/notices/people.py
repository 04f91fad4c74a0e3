"""The e-mails about people: proposed, hired, eligibility that ends. None says a criterion or an address."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register

CATEGORY = _("Social clauses")


def _proposed(context: dict[str, Any]) -> dict[str, Any]:
    """First name, skills and availability, as they are when the e-mail leaves. NoLongerNeeded once it is answered."""
    from croisee.clauses.models import Assignment, AssignmentState
    from croisee.directory.rome import label_of

    rows = Assignment.objects.filter(pk=UUID(context["assignment"]), state=AssignmentState.PROPOSED)
    row = rows.select_related("participant__person__profile", "need", "commitment__clause__lot").first()
    if row is None:
        raise NoLongerNeeded
    person = row.participant.person
    profile = person.profile
    return {
        **context,
        "first_name": person.given_name,
        "need": row.need.title if row.need else row.commitment.clause.lot.title,
        "jobs": ", ".join(label_of(code) for code in profile.jobs),
        "available": in_words(profile.available_from) if profile.available_from else "",
        "weekly_hours": f"{profile.weekly_hours:g}",
        "path": row.get_absolute_url(),
    }


def _hired(context: dict[str, Any]) -> dict[str, Any]:
    """Where and when the person begins. NoLongerNeeded when it was cancelled meanwhile."""
    from croisee.clauses.models import HIRED, Assignment

    rows = Assignment.objects.filter(pk=UUID(context["assignment"]), state__in=HIRED)
    row = rows.select_related("participant__person", "employer", "commitment__clause__lot").first()
    if row is None:
        raise NoLongerNeeded
    return {
        **context,
        "first_name": row.participant.person.given_name,
        "employer": row.employer.name,
        "starts_on": in_words(row.starts_on),
        "ends_on": in_words(row.ends_on) if row.ends_on else "",
        "weekly_hours": f"{row.weekly_hours:g}",
        "place": row.need.address if row.need else "",
        "path": reverse("clauses:my_hours"),
    }


def _answered(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.clauses.models import Assignment

    row = (
        Assignment.objects.filter(pk=UUID(context["assignment"]))
        .select_related("participant__person", "commitment__organisation", "need")
        .first()
    )
    if row is None:
        raise NoLongerNeeded
    return {
        **context,
        "person": str(row.participant),
        "company": row.commitment.organisation.name,
        "state": row.get_state_display(),
        "why": row.why_over,
        "path": row.get_absolute_url(),
    }


PROPOSED = register(
    Notice(
        "clauses.person_proposed",
        _("Somebody is proposed for one of our needs"),
        CATEGORY,
        completed=_proposed,
        roles=(Role.EMPLOYER,),
    )
)
REMINDED = register(
    Notice(
        "clauses.person_waits",
        _("Somebody who was proposed waits for our answer"),
        CATEGORY,
        completed=_proposed,
        roles=(Role.EMPLOYER,),
    )
)
HIRED = register(
    Notice(
        "clauses.person_hired",
        _("I am hired"),
        CATEGORY,
        can_be_disabled=False,
        completed=_hired,
        roles=(Role.FAMILY,),
    )
)
ANSWERED = register(
    Notice(
        "clauses.proposal_answered",
        _("A company answered about somebody whom we proposed"),
        CATEGORY,
        completed=_answered,
        roles=(Role.FACILITATEUR,),
    )
)
ENDS = register(
    Notice(
        "clauses.eligibility_ends",
        _("The eligibility of people ends soon"),
        CATEGORY,
        roles=(Role.FACILITATEUR,),
    )
)
NEED = register(
    Notice(
        "clauses.need_written",
        _("A company looks for people"),
        CATEGORY,
        roles=(Role.FACILITATEUR,),
    )
)
