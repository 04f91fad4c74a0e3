"""What attendance announces: presence, reviews, attestations, calendars."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

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
from croisee.stages.cards import attendance as cards
from croisee.stages.models import Attendance, CalendarFeed, Review
from croisee.stages.services import attendance as services

KEEPERS = (Role.EMPLOYER, Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)
DAYS_KEPT = 366


def declare() -> None:
    """Announce cards, links, what is done each day, and what is done with personal data."""
    nav_links.register(NavLink(_("Presence"), "stages:attendances"), Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)
    nav_links.register(NavLink(_("My calendar"), "stages:calendar_page", 80), Role.FAMILY)
    for role in KEEPERS:
        home_cards.register(role, cards.presence)
    for role in (Role.FAMILY, Role.EMPLOYER):
        home_cards.register(role, cards.reviews)
    for role in (*KEEPERS, Role.CAMPAIGN_MANAGER, Role.REFERENT, Role.PROGRAMME_MANAGER):
        home_cards.register(role, cards.agenda)
    daily.register("reviews_asked", _("Reviews asked for"), services.ask_for_reviews)
    _privacy()


def _past(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    limit = day - timedelta(days=DAYS_KEPT)
    return rows.filter(convention__application__period__ends_on__lt=limit)


def _privacy() -> None:
    kept = _("A year after the end of the internship.")
    personal_data.register(
        Attendance,
        PersonalData(
            purpose=_("Know that the pupil is safe where expected, and attest the internship."),
            retention=Retention(kept, lambda day: _past(Attendance.objects.all(), day)),
            concerns=lambda account: Attendance.objects.filter(
                convention__application__person__contacts__account=account
            ),
            erase=lambda rows: rows.delete()[1].get("stages.Attendance", 0),
            export=lambda row: {"day": row.day, "presence": row.get_presence_display()},
        ),
    )
    personal_data.register(
        Review,
        PersonalData(
            purpose=_("Learn from each internship, for the school and for those who come next."),
            retention=Retention(
                kept,
                lambda day: _past(Review.objects.exclude(text="", written_by=None), day),
            ),
            concerns=lambda account: Review.objects.filter(written_by=account),
            # The mark stays, of nobody any more: it counts in the host's mean.
            erase=lambda rows: rows.update(written_by=None, text=""),
            export=lambda row: {"mark": row.mark, "again": row.again, "text": row.text},
        ),
    )
    personal_data.register(
        CalendarFeed,
        PersonalData(
            purpose=_("Let calendar software read one's calendar."),
            retention=Retention(
                _("Until it is closed, or the account is."),
                lambda day: CalendarFeed.objects.filter(account__is_active=False),
            ),
            concerns=lambda account: CalendarFeed.objects.filter(account=account),
            erase=lambda rows: rows.delete()[0],
            export=lambda row: {"since": row.created_at},
        ),
    )
