"""What is known of an internship's days: when it takes place, who was there, what may still be noted or said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, Exists, OuterRef, Prefetch, Q, QuerySet

from croisee.directory.models import Contact, Enrolment
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.stages.models import Attendance, Convention, ConventionState, Presence, Review, Side

if TYPE_CHECKING:
    from croisee.directory.models import Person

EDITABLE = dt.timedelta(days=7)
REVIEWABLE = dt.timedelta(days=30)
FEWEST_REVIEWS = 5
AGREED = (ConventionState.SIGNED, ConventionState.RUNNING, ConventionState.DONE)
THERE = frozenset({Presence.PRESENT, Presence.LATE})
SCHOOL = (Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)
Hours = dict[str, list[list[str]]]


@dataclass(frozen=True)
class Day:
    """A day of an internship: what was noted, what may be; `spans` are times of presence, empty when unknown."""

    date: dt.date
    presence: str
    label: str
    editable: bool
    spans: tuple[tuple[dt.time, dt.time], ...]


def hours_of(convention: Convention) -> Hours:
    """The weekly hours that the internship's offer declares; empty for an offer without any."""
    internship = getattr(convention.application.period.opportunity, "internship", None)
    return internship.hours if internship is not None else {}


def spans(hours: Hours, day: dt.date) -> tuple[tuple[dt.time, dt.time], ...]:
    """The times of presence on a day."""
    found = hours.get(str(day.isoweekday()), [])
    return tuple((dt.time.fromisoformat(start), dt.time.fromisoformat(end)) for start, end in found)


def dates(starts_on: dt.date, ends_on: dt.date, hours: Hours) -> list[dt.date]:
    """The days of presence from a date to another: those with hours; Monday to Friday when no hours are known."""
    every = (starts_on + dt.timedelta(days=n) for n in range((ends_on - starts_on).days + 1))
    return [day for day in every if (spans(hours, day) if any(hours.values()) else day.isoweekday() < 6)]


def dates_of(convention: Convention) -> list[dt.date]:
    """The days of presence of a convention's internship."""
    period = convention.application.period
    return dates(period.starts_on, period.ends_on, hours_of(convention))


def days_of(convention: Convention, today: dt.date) -> list[Day]:
    """Each day of the internship with what was noted, in order."""
    noted = {row.day: row for row in convention.attendances.all()}
    hours = hours_of(convention)
    return [
        Day(
            date=day,
            presence=noted[day].presence if day in noted else "",
            label=str(noted[day].get_presence_display()) if day in noted else "",
            editable=may_note(convention, day, today),
            spans=spans(hours, day),
        )
        for day in dates_of(convention)
    ]


def may_note(convention: Convention, day: dt.date, today: dt.date) -> bool:
    """Whether the presence of a day may be noted today: signed by all, not in the future, at most a week after."""
    return (
        convention.state in AGREED
        and day <= today <= convention.application.period.ends_on + EDITABLE
        and day in dates_of(convention)
    )


def is_no_show(noted: Iterable[Attendance]) -> bool:
    """Whether the pupil never came: absent on every noted day, and at least one was noted."""
    presences = [row.presence for row in noted]
    return bool(presences) and not THERE.intersection(presences)


def days_there(noted: Iterable[Attendance]) -> list[dt.date]:
    """The days on which the pupil was there, late or not."""
    return sorted(row.day for row in noted if row.presence in THERE)


def minutes_there(convention: Convention) -> int:
    """Minutes of presence on the days when the pupil was there, by the hours declared."""
    hours = hours_of(convention)
    today = dt.date.min
    times = (span for day in days_there(convention.attendances.all()) for span in spans(hours, day))
    return sum(
        int((dt.datetime.combine(today, end) - dt.datetime.combine(today, start)).total_seconds()) // 60
        for start, end in times
    )


def with_days(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    """Conventions with all that the functions above read, in a fixed number of queries."""
    return conventions.select_related(
        "application__person",
        "application__period__opportunity__organisation",
        "application__period__opportunity__internship",
    ).prefetch_related(
        "attendances",
        "reviews",
        Prefetch(
            "application__person__enrolments",
            Enrolment.objects.active().select_related("school_class__school"),
            to_attr="now_in",
        ),
    )


def kept_by(account: Account) -> QuerySet[Convention]:
    """The conventions whose attendance `account` keeps: of the hosts it acts for, and of its school's pupils."""
    hosts = account.organisations(Role.EMPLOYER).values("pk")
    schools = account.organisations(*SCHOOL).values("pk")
    enrolled = Enrolment.objects.active().filter(school_class__school__in=schools).values("person")
    return Convention.objects.visible_to(account).filter(
        Q(application__period__opportunity__organisation__in=hosts) | Q(application__person__in=enrolled)
    )


def on_day(account: Account, day: dt.date) -> QuerySet[Convention]:
    """The conventions signed by all, kept by `account`, whose internship takes place on a day."""
    period = "application__period__"
    found = kept_by(account).filter(
        Q(**{f"{period}starts_on__lte": day, f"{period}ends_on__gte": day}), state__in=AGREED
    )
    return with_days(found).order_by(
        f"{period}opportunity__title", "application__person__given_name", "created_at"
    )


def class_of(person: Person) -> Enrolment | None:
    """Where the pupil is in class now; for a person read by `with_days`, without a query."""
    enrolled = getattr(person, "now_in", None)
    if enrolled is None:
        enrolled = list(person.enrolments.active().select_related("school_class__school"))
    return enrolled[0] if enrolled else None


def sides_of(account: Account, convention: Convention) -> list[Side]:
    """For which sides `account` may write the review of an internship: the pupil's family, the host."""
    person, host = convention.application.person, convention.application.period.opportunity.organisation_id
    sides = []
    if account.has_role(Role.FAMILY) and account.contacts.filter(person=person).exists():
        sides.append(Side.PUPIL)
    if account.has_role(Role.EMPLOYER) and account.organisations(Role.EMPLOYER).filter(pk=host).exists():
        sides.append(Side.HOST)
    return sides


def may_review(convention: Convention, today: dt.date) -> bool:
    """Whether reviews may be written: the last day is past, by a month at most, and the pupil came."""
    last = convention.application.period.ends_on
    return (
        convention.state in AGREED
        and last < today <= last + REVIEWABLE
        and not is_no_show(convention.attendances.all())
    )


def attestable(convention: Convention, today: dt.date) -> bool:
    """Whether the attestation is due: the internship is over, and the pupil was there for a day at least."""
    over = convention.state == ConventionState.DONE or (
        convention.state in AGREED and convention.application.period.ends_on < today
    )
    return over and bool(days_there(convention.attendances.all()))


def school_accounts(person: Person) -> QuerySet[Account]:
    """The head and the staff of the school where the pupil is now."""
    enrolled = person.enrolments.active().values("school_class__school")
    held = Membership.objects.active().filter(organisation__in=enrolled, role__in=SCHOOL)
    found: QuerySet[Account] = Account.objects.filter(is_active=True, pk__in=held.values("account"))
    return found


def host_accounts(organisation_id: Any) -> QuerySet[Account]:
    """The accounts that act for a host."""
    held = Membership.objects.active().filter(organisation=organisation_id, role=Role.EMPLOYER)
    found: QuerySet[Account] = Account.objects.filter(is_active=True, pk__in=held.values("account"))
    return found


def families_of(person: Person) -> QuerySet[Account]:
    """The accounts of a pupil's contacts."""
    found: QuerySet[Account] = Account.objects.filter(is_active=True, contacts__person=person)
    return found.distinct()


def to_review(today: dt.date, days_after: Sequence[int]) -> QuerySet[Convention]:
    """Conventions whose internship ended that many days ago and that somebody may still review."""
    ends = [today - dt.timedelta(days=days) for days in days_after]
    ended = Convention.objects.filter(state__in=AGREED, application__period__ends_on__in=ends)
    return with_days(ended)


def marks_by_host(account: Account) -> QuerySet[Organisation]:
    """Hosts with `marks` and `mean` of what pupils say, for managers; none with fewer than five reviews."""
    if not account.has_role(Role.CAMPAIGN_MANAGER):
        return Organisation.objects.none()
    said = "opportunities__periods__applications__conventions__reviews"
    by_pupils = Q(**{f"{said}__side": Side.PUPIL})
    return (
        Organisation.objects.visible_to(account)
        .annotate(
            marks=Count(said, filter=by_pupils, distinct=True),
            mean=Avg(f"{said}__mark", filter=by_pupils),
            again=Count(said, filter=by_pupils & Q(**{f"{said}__again": True}), distinct=True),
        )
        .filter(marks__gte=FEWEST_REVIEWS)
        .order_by("name")
    )


def reviews_due(account: Account, today: dt.date) -> QuerySet[Convention]:
    """The conventions that `account` may review now and did not, on either side."""
    hosts = account.organisations(Role.EMPLOYER).values("pk")
    of_pupil = Q(Exists(Contact.objects.filter(account=account, person=OuterRef("application__person"))))
    of_host = Q(application__period__opportunity__organisation__in=hosts)
    written = Review.objects.filter(convention=OuterRef("pk"))
    came = Attendance.objects.filter(convention=OuterRef("pk"))
    period = "application__period__ends_on"
    return (
        Convention.objects.visible_to(account)
        .filter(state__in=AGREED, **{f"{period}__lt": today, f"{period}__gte": today - REVIEWABLE})
        .filter(
            (of_pupil & ~Exists(written.filter(side=Side.PUPIL)))
            | (of_host & ~Exists(written.filter(side=Side.HOST)))
        )
        .filter(~Exists(came) | Exists(came.filter(presence__in=THERE)))
    )
