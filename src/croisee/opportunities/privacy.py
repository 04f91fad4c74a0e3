"""What is done with applications, saved searches and reports because they are about people."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from croisee.foundation.registry import PersonalData, Retention, personal_data
from croisee.opportunities.models import Application, Report, SavedSearch

DAYS_KEPT = 366


def _limit(day: date) -> date:
    return day - timedelta(days=DAYS_KEPT)


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""
    kept = _("A year after the end of the internship.")
    personal_data.register(
        Application,
        PersonalData(
            purpose=_("Know who asks for what, and give each place once."),
            retention=Retention(
                kept, lambda day: Application.objects.filter(period__ends_on__lt=_limit(day))
            ),
            concerns=lambda account: Application.objects.filter(
                person__contacts__account=account
            ).select_related("period__opportunity"),
            erase=lambda rows: rows.delete()[1].get("opportunities.Application", 0),
            export=lambda row: {
                "title": row.period.opportunity.title,
                "from": row.period.starts_on,
                "rank": row.rank,
                "state": row.get_state_display(),
            },
        ),
    )
    personal_data.register(
        SavedSearch,
        PersonalData(
            purpose=_("Find a search again, and write about what is new."),
            retention=Retention(
                _("Until the account is closed."),
                lambda day: SavedSearch.objects.filter(account__is_active=False),
            ),
            concerns=lambda account: SavedSearch.objects.filter(account=account),
            erase=lambda rows: rows.delete()[0],
            export=lambda row: {"name": row.name, "criteria": row.criteria},
        ),
    )
    personal_data.register(
        Report,
        PersonalData(
            purpose=_("Keep offers sound."),
            retention=Retention(
                _("A year after the report."),
                lambda day: Report.objects.filter(created_at__date__lt=_limit(day)),
            ),
            concerns=lambda account: Report.objects.filter(reporter=account).select_related("opportunity"),
            erase=lambda rows: rows.update(reporter=None, text=""),
            export=lambda row: {"offer": row.opportunity.title, "reason": str(row), "text": row.text},
        ),
    )
