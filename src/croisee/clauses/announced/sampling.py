"""What audits of proofs announce: cards, the link, reminders, and what is done with personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from croisee.clauses.cards import sampling as cards
from croisee.clauses.models import AuditItem, ProofAudit
from croisee.clauses.services import sampling_notices
from croisee.clauses.services.erasing_audits import blank_items, remove_file
from croisee.clauses.services.erasing_statements import kept_since
from croisee.directory.models import Capacity
from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import (
    PersonalData,
    Retention,
    home_cards,
    impersonal,
    personal_data,
)

if TYPE_CHECKING:
    from datetime import date

    from croisee.foundation.accounts.models import Account

CONTACT = "statement__assignment__participant__person__contacts"


def declare() -> None:
    """Announce cards, the link, what is done each day, and what is done with personal data."""
    home_cards.register(Role.FACILITATEUR, cards.to_do)
    home_cards.register(Role.EMPLOYER, cards.to_answer)
    daily.register("clause_audits", _("E-mails about findings of audits"), sampling_notices.remind)
    impersonal(ProofAudit)
    personal_data.register(
        AuditItem,
        PersonalData(
            purpose=_("Show auditors of public funds that hours are proved, with the company’s answers."),
            retention=Retention(
                _(
                    "Ten years after the month, for the audits of public funds (FSE+); the hours stay, without words."
                ),
                past,
            ),
            concerns=concerning,
            erase=blank_items,
            export=exported,
        ),
    )


def past(day: date) -> QuerySet[AuditItem]:
    """Items that still bear words or a file, past their ten years."""
    bears = ~Q(finding="") | ~Q(answer="") | ~Q(decision="") | ~Q(answer_file="")
    return AuditItem.objects.filter(bears, statement__month__lt=kept_since(day))


def concerning(account: Account) -> QuerySet[AuditItem]:
    """Items about one's own hours."""
    own = Q(**{f"{CONTACT}__account": account, f"{CONTACT}__capacity": Capacity.SELF})
    return AuditItem.objects.filter(own).select_related("statement")


def exported(row: AuditItem) -> dict[str, object]:
    """An item, for the person whose hours it is about."""
    return {
        "month": row.statement.month.isoformat(),
        "hours": float(row.statement.hours),
        "state": row.state,
        "finding": row.finding,
        "hours_refused": float(row.hours_refused),
        "answer": row.answer,
        "decision": row.decision,
        "hours_upheld": float(row.hours_upheld),
    }


@receiver(post_delete, sender=AuditItem)
def remove_answer(instance: AuditItem, **_kwargs: Any) -> None:
    """The file of an answer goes from the disk with its row."""
    remove_file(instance)
