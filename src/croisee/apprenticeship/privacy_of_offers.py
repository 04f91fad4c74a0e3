"""What is done with applications and with the contacts of offers because they are about people."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship.models import ApprenticeshipOffer, Candidacy
from croisee.foundation.registry import PersonalData, Retention, personal_data
from croisee.opportunities.models import Application, ApplicationState

DAYS_KEPT = 366


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""
    personal_data.register(
        Candidacy,
        PersonalData(
            purpose=_("Apply for an apprenticeship, and have an answer."),
            retention=Retention(
                _("A year after the answer; for those hired, a year after the end of the contract."), _past
            ),
            concerns=lambda account: Candidacy.objects.filter(
                application__person__contacts__account=account, application__person__contacts__capacity="self"
            ).select_related("application__period__opportunity__organisation"),
            erase=_erase,
            export=lambda row: {
                "offer": row.application.period.opportunity.title,
                "company": row.application.period.opportunity.organisation.name,
                "sent": row.created_at,
                "motivation": row.motivation,
                "telephone": row.phone,
                "interview": row.interview_at,
                "answer": row.answer_text,
                "outcome": row.get_outcome_display() if row.outcome else "",
            },
        ),
    )
    personal_data.register(
        ApprenticeshipOffer,
        PersonalData(
            purpose=_("Tell who looks for an apprenticeship whom to write to."),
            retention=Retention(
                _("A year after the last day of the offer."),
                lambda day: _named().filter(expires_on__lt=day - dt.timedelta(days=DAYS_KEPT)),
            ),
            concerns=lambda account: _named().filter(apply_email=account.email),
            erase=lambda rows: rows.update(apply_email="", apply_phone=""),
            export=lambda row: {
                "offer": row.opportunity.title,
                "email": row.apply_email,
                "telephone": row.apply_phone,
            },
        ),
    )


def _named() -> QuerySet[ApprenticeshipOffer]:
    return ApprenticeshipOffer.objects.exclude(apply_email="", apply_phone="")


def _past(day: dt.date) -> QuerySet[Candidacy]:
    limit = day - dt.timedelta(days=DAYS_KEPT)
    hired = Q(application__state=ApplicationState.CONFIRMED)
    return Candidacy.objects.filter(
        (hired & Q(application__period__ends_on__lt=limit)) | (~hired & Q(answered_at__date__lt=limit))
    )


def _erase(rows: QuerySet[Candidacy]) -> int:
    """The whole application goes: without its letter it says nothing that is needed."""
    keys = list(rows.values_list("application", flat=True))
    Application.objects.filter(pk__in=keys).delete()
    return len(keys)
