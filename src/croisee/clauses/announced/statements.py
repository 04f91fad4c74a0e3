"""What declared hours announce: cards, links, the monthly digest, and what is done with personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from croisee.clauses.cards import statements as cards
from croisee.clauses.models import LOCKED, Allocation, Statement
from croisee.clauses.queries.participants import ERASED
from croisee.clauses.services import statement_notices
from croisee.clauses.services.erasing_statements import blank_statements, kept_since, remove_file
from croisee.directory.models import Capacity
from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import (
    NavLink,
    PersonalData,
    Retention,
    home_cards,
    nav_links,
    personal_data,
)

if TYPE_CHECKING:
    from datetime import date

    from croisee.foundation.accounts.models import Account

PERSON = "assignment__participant__person"


def declare() -> None:
    """Announce cards, links, what is done each day, and what is done with personal data."""
    for card in (cards.to_check, cards.can_be_closed):
        home_cards.register(Role.FACILITATEUR, card)
    home_cards.register(Role.EMPLOYER, cards.to_correct)
    nav_links.register(NavLink(_("Statements to check"), "clauses:statements", 15), Role.FACILITATEUR)
    daily.register(
        "clauses_validated", _("Companies told what was validated"), statement_notices.tell_validated
    )
    _privacy()


def past(day: date) -> QuerySet[Statement]:
    """Statements that still bear a proof or words, past their ten years; or not validated, of somebody erased."""
    bears = ~Q(proof="") | ~Q(note="")
    words = bears | ~Q(why_rejected="") | ~Q(accepted_because="")
    blank = Q(**{f"{PERSON}__given_name": ERASED[0], f"{PERSON}__family_name": ERASED[1]})
    return Statement.objects.filter(
        (words & Q(month__lt=kept_since(day))) | (bears & blank & ~Q(state__in=LOCKED))
    )


def _own(account: Account, path: str = "") -> Q:
    return Q(
        **{
            f"{path}{PERSON}__contacts__account": account,
            f"{path}{PERSON}__contacts__capacity": Capacity.SELF,
        }
    )


def _privacy() -> None:
    personal_data.register(
        Statement,
        PersonalData(
            purpose=_("Count the hours that companies owe, and prove them."),
            retention=Retention(
                _(
                    "Proofs of validated hours for ten years, for the audits of public funds (FSE+); the hours stay, "
                    "without a name."
                ),
                past,
            ),
            concerns=lambda account: Statement.objects.filter(_own(account)),
            erase=blank_statements,
            export=_statement,
        ),
    )
    personal_data.register(
        Allocation,
        PersonalData(
            purpose=_("Count each hour once, for the lots that it was done for."),
            retention=Retention(
                _("As long as the hours; they name nobody."), lambda _day: Allocation.objects.none()
            ),
            concerns=lambda account: Allocation.objects.filter(_own(account, "statement__")).select_related(
                "commitment__clause__lot"
            ),
            # Numbers of hours: nothing in them says who somebody is.
            erase=lambda rows: rows.count(),
            export=lambda row: {"lot": row.commitment.clause.lot.title, "hours": float(row.hours)},
        ),
    )


def _statement(row: Statement) -> dict[str, object]:
    return {
        "month": row.month.isoformat(),
        "version": row.version,
        "hours": float(row.hours),
        "proof": row.proof_kind,
        "state": row.state,
        "sent_at": row.sent_at and row.sent_at.isoformat(),
        "decided_at": row.decided_at and row.decided_at.isoformat(),
        "why_rejected": row.why_rejected,
        "accepted_because": row.accepted_because,
        "note": row.note,
    }


@receiver(post_delete, sender=Statement)
def remove_proof(instance: Statement, **_kwargs: Any) -> None:
    """A proof goes from the disk with its row, whatever took the row along."""
    if instance.proof:
        remove_file(instance)
