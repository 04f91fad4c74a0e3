"""What plans of hours announce."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.clauses.cards import planning as cards
from croisee.clauses.models import HoursPlan, PlannedContract, PlanShortfall
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import (
    PersonalData,
    Retention,
    home_cards,
    impersonal,
    personal_data,
)

DAYS_KEPT = 366


def declare() -> None:
    """Announce the card, and what is done with personal data."""
    home_cards.register(Role.FACILITATEUR, cards.latest)
    impersonal(HoursPlan, PlanShortfall)
    personal_data.register(
        PlannedContract,
        PersonalData(
            purpose=_("Foresee who could do which hours, so that nobody is asked too late."),
            retention=Retention(_("A year after the plan is made."), _past),
            concerns=lambda account: PlannedContract.objects.filter(
                participant__person__contacts__account=account, participant__person__contacts__capacity="self"
            ).select_related("lot"),
            erase=lambda rows: rows.delete()[0],
            export=lambda row: {"lot": row.lot.title, "from": row.first_month, "to": row.last_month},
        ),
    )


def _past(day: date) -> QuerySet[PlannedContract]:
    return PlannedContract.objects.filter(created_at__date__lt=day - timedelta(days=DAYS_KEPT))
