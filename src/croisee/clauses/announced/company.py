"""What the extranet of companies announces."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.clauses.cards import company as cards
from croisee.clauses.models import CompanyLink, NothingDone
from croisee.clauses.payroll import kind  # noqa: F401  importing it registers the kind of import
from croisee.clauses.services import (
    attesting,  # noqa: F401  importing it registers the kind of document
    bounces,
    reminders,
)
from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.bounces import on_bounce
from croisee.foundation.registry import (
    PersonalData,
    Retention,
    home_cards,
    impersonal,
    personal_data,
)

DAYS_KEPT = 366


def declare() -> None:
    """Announce cards, links, what is done each day, what follows a bounce, and what is done with personal data."""
    home_cards.register(Role.EMPLOYER, cards.company)
    home_cards.register(Role.FACILITATEUR, cards.bounced)
    daily.register("clause_months", _("Reminders to declare clause hours"), reminders.remind_due)
    daily.register(
        "clause_months_missing",
        _("Lists of undeclared months given to facilitateurs"),
        reminders.tell_facilitateurs,
    )
    on_bounce(bounces.contact_bounced)
    impersonal(NothingDone)
    personal_data.register(
        CompanyLink,
        PersonalData(
            purpose=_("Let the contact of a company declare hours without an account."),
            retention=Retention(_("A year after the link expires."), _past),
            concerns=lambda account: CompanyLink.objects.filter(email=account.email).select_related(
                "commitment__organisation", "commitment__clause__lot"
            ),
            erase=lambda rows: rows.delete()[0],
            export=lambda row: {
                "commitment": str(row.commitment),
                "sent_at": row.created_at.isoformat(),
                "used_at": row.used_at.isoformat() if row.used_at else None,
                "expires_at": row.expires_at.isoformat(),
            },
        ),
    )


def _past(day: date) -> QuerySet[CompanyLink]:
    limit = day - timedelta(days=DAYS_KEPT)
    return CompanyLink.objects.filter(Q(expires_at__date__lt=limit) | Q(revoked_at__date__lt=limit))
