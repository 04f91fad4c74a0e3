"""What each role's calendar holds: internships, weeks of classes, dates of campaigns, appointments of journeys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.models import Contact, Person, SchoolClass
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import Appointment, AppointmentState
from croisee.journeys.queries import following
from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.models import Campaign, CampaignState, ClassWeek, Convention
from croisee.stages.models.internships import KIND
from croisee.stages.queries.attendance import SCHOOL, dates, spans
from croisee.stages.queries.wishes import situations

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

KEPT_DAYS = 400
ENDED = (ApplicationState.CANCELLED, ApplicationState.GIVEN_BACK)
FOLLOW = frozenset({Role.REFERENT, Role.PROGRAMME_MANAGER})
"""Who follows people, and has nothing to do with campaigns by it."""
Moment = dt.date | dt.datetime


@dataclass(frozen=True)
class Entry:
    """One entry of a calendar. `end` is exclusive; None for a date to keep in mind. `key` never changes."""

    key: str
    title: str
    start: Moment
    end: Moment | None
    changed: dt.datetime
    place: str = ""
    cancelled: bool = False

    @property
    def timed(self) -> bool:
        """Whether it has an hour, or is of whole days."""
        return isinstance(self.start, dt.datetime)

    @property
    def day(self) -> dt.date:
        """The day on which it begins, here."""
        return timezone.localdate(self.start) if isinstance(self.start, dt.datetime) else self.start


def entries(account: Account, now: dt.datetime | None = None) -> list[Entry]:
    """All that the calendar of `account` holds by the roles it has today, ended a year ago at most, in order.

    Campaigns: a family reads the dates of those that its children take part in.
    Names: a family reads its child's first name, a host the first names of those who come, a school its classes, a
    manager no one.
    """
    since = timezone.localdate(now) - dt.timedelta(days=KEPT_DAYS)
    found = [
        *_campaigns(account, since),
        *_as_family(account, since),
        *_as_host(account, since),
        *_as_school(account, since),
        *_appointments(account, since),
    ]
    return sorted(found, key=lambda entry: (str(entry.start), entry.key))


def _campaigns(account: Account, since: dt.date) -> Iterator[Entry]:
    if not account.roles() - FOLLOW:
        return
    campaigns = Campaign.objects.visible_to(account).exclude(state=CampaignState.DRAFT)
    if account.roles() == {Role.FAMILY}:
        children = situations(Person.objects.visible_to(account).filter(contacts__account=account).distinct())
        campaigns = campaigns.filter(pk__in=[where.campaign.pk for where in children if where.campaign])
    for campaign in campaigns:
        for name, label in campaign_dates().items():
            moment = getattr(campaign, name)
            if moment.date() >= since:
                yield Entry(
                    f"{campaign.pk}-{name}",
                    f"{campaign.name} : {label}",
                    moment,
                    None,
                    campaign.updated_at,
                    cancelled=campaign.state == CampaignState.CANCELLED,
                )


def campaign_dates() -> dict[str, str]:
    """The dates of a campaign that calendars show, with what happens then."""
    return {
        "opens_at": _("wishes open"),
        "closes_at": _("wishes close"),
        "publishes_at": _("results are published"),
        "confirm_by": _("places are confirmed before"),
        "second_opens_at": _("second round: wishes open"),
        "second_closes_at": _("second round: wishes close"),
        "second_publishes_at": _("second round: results are published"),
        "second_confirm_by": _("second round: places are confirmed before"),
    }


def _internships(since: dt.date) -> QuerySet[Application]:
    """Places confirmed, and those that were: a convention is prepared with each confirmation."""
    was = Exists(Convention.objects.filter(application=OuterRef("pk")))
    return Application.objects.filter(
        Q(state=ApplicationState.CONFIRMED) | (Q(state__in=ENDED) & was),
        period__opportunity__kind=KIND,
        period__ends_on__gte=since,
    ).select_related("person", "period__opportunity__organisation", "period__opportunity__internship")


def _as_family(account: Account, since: dt.date) -> Iterator[Entry]:
    persons = Contact.objects.visible_to(account).filter(account=account).values("person")
    for application in _internships(since).filter(person__in=persons):
        host = application.period.opportunity.organisation.name
        yield from _of(
            application,
            _("Internship of %(pupil)s: %(host)s") % {"pupil": application.person.given_name, "host": host},
        )


def _as_host(account: Account, since: dt.date) -> Iterator[Entry]:
    if not account.has_role(Role.EMPLOYER):
        return
    hosts = account.organisations(Role.EMPLOYER).values("pk")
    for application in _internships(since).filter(period__opportunity__organisation__in=hosts):
        # The name of a pupil is for the host of a confirmed place alone.
        if application.state == ApplicationState.CONFIRMED:
            title = _("Pupil on internship: %(pupil)s") % {"pupil": application.person.given_name}
        else:
            title = _("Internship cancelled")
        yield from _of(application, title)


def _of(application: Application, title: str) -> Iterator[Entry]:
    """One entry for each time of presence, so that breaks show; the whole period when no hours are known."""
    period, offer = application.period, application.period.opportunity
    internship = getattr(offer, "internship", None)
    hours = internship.hours if internship else {}
    changed = max(
        row.updated_at for row in (application, period, offer, *([internship] if internship else []))
    )
    place = ", ".join(part for part in (offer.address, f"{offer.postcode} {offer.city}".strip()) if part)
    cancelled = application.state != ApplicationState.CONFIRMED
    if not any(hours.values()):
        after = period.ends_on + dt.timedelta(days=1)
        yield Entry(f"{application.pk}", title, period.starts_on, after, changed, place, cancelled)
        return
    for day in dates(period.starts_on, period.ends_on, hours):
        for number, (start, end) in enumerate(spans(hours, day), 1):
            yield Entry(
                f"{application.pk}-{day.isoformat()}-{number}",
                title,
                timezone.make_aware(dt.datetime.combine(day, start)),
                timezone.make_aware(dt.datetime.combine(day, end)),
                changed,
                place,
                cancelled,
            )


def _as_school(account: Account, since: dt.date) -> Iterator[Entry]:
    if not account.has_role(*SCHOOL):
        return
    schools = account.organisations(*SCHOOL).values("pk")
    classes = SchoolClass.objects.filter(school__in=schools)
    weeks = ClassWeek.objects.filter(
        Q(campaign__state__in=[CampaignState.ANNOUNCED, CampaignState.FINISHED, CampaignState.CANCELLED]),
        school_class__in=classes,
        monday__gte=since,
    )
    for week in weeks.select_related("school_class", "campaign"):
        yield Entry(
            f"{week.pk}",
            _("Internship week of %(name)s") % {"name": week.school_class.name},
            week.monday,
            week.monday + dt.timedelta(days=5),
            max(week.updated_at, week.campaign.updated_at),
            cancelled=week.campaign.state == CampaignState.CANCELLED,
        )


def _appointments(account: Account, since: dt.date) -> Iterator[Entry]:
    """With the people whom one follows, by their first names; as somebody who is followed, one's own."""
    if account.has_role(*FOLLOW):
        for row in following.appointments_of(account).filter(starts_at__date__gte=since):
            person = row.journey.person
            yield _appointment(
                row, _("Appointment with %(name)s") % {"name": person.given_name if person else "–"}
            )
    if account.has_role(Role.FAMILY):
        for row in following.own_appointments(account):
            yield _appointment(
                row, _("Appointment: %(programme)s") % {"programme": row.journey.programme.name}
            )


def _appointment(row: Appointment, title: str) -> Entry:
    return Entry(
        f"{row.pk}-appointment",
        title,
        row.starts_at,
        row.starts_at + dt.timedelta(minutes=row.minutes),
        row.updated_at,
        row.place,
        cancelled=row.state in (AppointmentState.CANCELLED, AppointmentState.EXCUSED),
    )
