"""What is done with the survival of companies: a sole trader is a person, and so is the number of their company."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import PersonalData, Retention, impersonal, personal_data
from croisee.incubation.models import CompanyPeriod, Project, SireneImport, SurvivalCheck

DAYS_KEPT = 10 * 366


def _held_by(account: Account) -> QuerySet[Project]:
    return Project.objects.held_by(account)


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""
    impersonal(SireneImport)
    personal_data.register(
        SurvivalCheck,
        PersonalData(
            purpose=_(
                "Know whether companies that were helped last: 1, 3 and 5 years after their foundation."
            ),
            retention=Retention(
                _("Ten years after the day that is looked at; counts without names stay."),
                lambda day: SurvivalCheck.objects.filter(due_on__lt=day - dt.timedelta(days=DAYS_KEPT)),
            ),
            concerns=lambda account: SurvivalCheck.objects.filter(project__in=_held_by(account)),
            erase=_deleted,
            export=lambda row: {
                "years": row.years,
                "on": row.due_on,
                "active": row.active,
                "by": row.get_evidence_display(),
            },
        ),
    )
    personal_data.register(
        CompanyPeriod,
        PersonalData(
            purpose=_("Know from SIRENE, which is public, when companies that were helped were active."),
            retention=Retention(_("As long as a project has this company."), _of_nobody),
            concerns=lambda account: CompanyPeriod.objects.filter(
                siren__in=_held_by(account).exclude(siren="").order_by().values("siren")
            ),
            erase=_deleted,
            export=lambda row: {
                "siren": row.siren,
                "from": row.starts_on,
                "to": row.ends_on,
                "active": row.active,
            },
        ),
    )


def _of_nobody(day: dt.date) -> QuerySet[CompanyPeriod]:
    followed = Project.objects.exclude(siren="").order_by().values("siren")
    return CompanyPeriod.objects.exclude(siren__in=followed)


def _deleted(rows: QuerySet[SurvivalCheck] | QuerySet[CompanyPeriod]) -> int:
    """What is about a company that goes with its holder; that of a legal person is read again from SIRENE."""
    count, _by_model = rows.model._default_manager.filter(
        pk__in=list(rows.values_list("pk", flat=True))
    ).delete()
    return count
