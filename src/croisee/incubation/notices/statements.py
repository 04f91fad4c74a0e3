"""The e-mail about monthly statements: one was sent to finance, the company can read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import send

if TYPE_CHECKING:
    from croisee.incubation.models import Statement


def _said(context: dict[str, Any]) -> dict[str, Any]:
    """The statement as it is when the e-mail leaves; nothing once it is replaced by another."""
    from croisee.incubation.models import Statement, StatementState

    rows = Statement.objects.filter(pk=UUID(context["statement"]), state=StatementState.ISSUED)
    row = rows.select_related("incubator", "organisation").first()
    if row is None:
        raise NoLongerNeeded
    return {
        **context,
        "incubator": row.incubator.name,
        "company": row.organisation.name,
        "month": date_format(row.month, "F Y"),
        "total": row.total,
        "path": reverse("incubation:statement", args=[row.pk]),
    }


ISSUED = register(
    Notice(
        "incubation.statement_issued",
        _("The monthly statement of my company is ready"),
        _("Spaces of the incubator"),
        completed=_said,
        roles=(Role.EMPLOYER,),
    )
)


def tell_issued(statement: Statement) -> None:
    """Tell those who act for the company that its statement was sent."""
    members = statement.organisation.memberships.active().filter(role=Role.EMPLOYER)
    people = Account.objects.filter(pk__in=members.values("account"), is_active=True)
    send(ISSUED, people, key=str(statement.pk), context={"statement": str(statement.pk)})
