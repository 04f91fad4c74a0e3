"""What is done with hosting because it is about people: reviews and ways out; agreements are a company's."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit import services as audit
from croisee.foundation.registry import PersonalData, Retention, impersonal, personal_data
from croisee.incubation.models import Agreement, Exit, Occupancy, Rent, Review
from croisee.incubation.models.readers import held

DAYS_KEPT = 5 * 366
KEPT = _("Five years after the company left; then figures alone are kept.")
TEXTS = ("summary", "needs", "next_steps")


def _left(day: dt.date) -> Q:
    return Q(project__exits__on__lt=day - dt.timedelta(days=DAYS_KEPT))


def _written() -> Q:
    return ~Q(summary="") | ~Q(needs="") | ~Q(next_steps="") | Q(held_by__isnull=False)


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""
    impersonal(Agreement, Occupancy, Rent)
    personal_data.register(
        Review,
        PersonalData(
            purpose=_("Follow how a hosted company fares, and what it needs."),
            retention=Retention(
                KEPT, lambda day: Review.objects.filter(_left(day)).filter(_written()).distinct()
            ),
            concerns=_reviews_of,
            erase=_blank_reviews,
            export=lambda row: {
                "due_on": row.due_on,
                "held_on": row.held_on,
                "turnover": row.get_turnover_display(),
                "jobs": row.jobs,
                "jobs_qpv": row.jobs_qpv,
                "summary": row.summary,
                "needs": row.needs,
                "next_steps": row.next_steps,
            },
        ),
    )
    personal_data.register(
        Exit,
        PersonalData(
            purpose=_("Know what becomes of companies that leave the incubator."),
            retention=Retention(
                KEPT,
                lambda day: Exit.objects.filter(on__lt=day - dt.timedelta(days=DAYS_KEPT)).exclude(
                    note="", address=""
                ),
            ),
            concerns=_exits_of,
            erase=_blank_exits,
            export=lambda row: {
                "on": row.on,
                "reason": row.get_reason_display(),
                "destination": row.get_destination_display(),
                "address": row.address,
                "jobs": row.jobs,
                "note": row.note,
            },
        ),
    )


def _reviews_of(account: Account) -> Any:
    own = Review.objects.filter(held(account, "project__")).order_by().values("pk")
    return Review.objects.filter(pk__in=own).filter(_written())


def _exits_of(account: Account) -> Any:
    own = Exit.objects.filter(held(account, "project__")).order_by().values("pk")
    return Exit.objects.filter(pk__in=own).exclude(note="", address="")


def _blank_reviews(rows: Any) -> int:
    """Take the words out of reviews, and who held them; turnover and jobs are counted on."""
    keys = [row.pk for row in rows]
    Review.objects.filter(pk__in=keys).update(held_by=None, **dict.fromkeys(TEXTS, ""))
    audit.redact(Review, keys)
    return len(keys)


def _blank_exits(rows: Any) -> int:
    """Take the words and the address out of ways out; when, why and where to are counted on."""
    keys = [row.pk for row in rows]
    Exit.objects.filter(pk__in=keys).update(note="", address="")
    audit.redact(Exit, keys)
    return len(keys)
