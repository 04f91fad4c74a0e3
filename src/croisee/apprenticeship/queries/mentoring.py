"""What the pages of mentors and pairs read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship.models import LIVING_PAIRS, Mentor, Mentorship, MentorshipState
from croisee.apprenticeship.pairing import Candidate, Ranked, Reason, rank
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import age_in_years
from croisee.journeys.models import FOLLOWED
from croisee.journeys.panels import Panel
from croisee.opportunities.distance import metres_between

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Journey

SHOWN = 10
ADULT = 18
WEEKS_WITHOUT = 6
REASONS = {
    Reason.SAME_JOB: _("same trade"),
    Reason.SAME_DOMAIN: _("a trade close by"),
    Reason.OTHER_JOB: _("another trade"),
    Reason.NEAR: _("less than 5 km away"),
    Reason.FAIR: _("less than 15 km away"),
    Reason.FAR: _("more than 15 km away"),
    Reason.NOT_KNOWN: _("distance not known"),
    Reason.FREE: _("follows nobody today"),
    Reason.ROOM: _("has room for somebody more"),
}


def where_mentors_work(account: Account) -> QuerySet[Organisation]:
    """The organisations that a manager may invite a mentor of: one's own, and the companies."""
    own = account.organisations(Role.PROGRAMME_MANAGER)
    return (own | Organisation.objects.filter(kind="employer")).order_by("name")


def with_load(mentors: QuerySet[Mentor]) -> QuerySet[Any]:
    """Mentors with how many people each follows, or is proposed to."""
    living = Q(mentorships__state__in=LIVING_PAIRS)
    counted = mentors.annotate(follows=Count("mentorships", filter=living, distinct=True))
    return counted.select_related("account").order_by("account__name", "pk")


def suggestions(person: Person, account: Account) -> list[tuple[Any, Ranked, list[Any]]]:
    """The ten first mentors for a person, with reasons in words; for a minor, those checked for minors alone."""
    ready = Mentor.objects.visible_to(account).filter(
        available=True, charter_on__isnull=False, checked_on__isnull=False, account__is_active=True
    )
    if is_minor(person):
        ready = ready.filter(minors=True)
    mentors = {one.pk: one for one in with_load(ready)}
    profile = getattr(person, "profile", None)
    ranked = rank(
        profile.jobs if profile is not None else [],
        [Candidate(one.pk, one.jobs, _km(person, one), one.follows, one.most) for one in mentors.values()],
    )
    return [
        (mentors[one.candidate.key], one, [REASONS[reason] for reason in one.reasons])
        for one in ranked[:SHOWN]
    ]


def is_minor(person: Person) -> bool:
    """Whether a person is under eighteen today."""
    return age_in_years(person.birth_date, timezone.localdate()) < ADULT


def _km(person: Person, mentor: Mentor) -> float | None:
    if person.lon is None or person.lat is None or mentor.lon is None or mentor.lat is None:
        return None
    return metres_between(person.lon, person.lat, mentor.lon, mentor.lat) / 1000


def pairs(account: Account) -> QuerySet[Any]:
    """The pairs that one may see, with the day of the last meeting."""
    rows = Mentorship.objects.visible_to(account).select_related("mentor__account", "person")
    return rows.annotate(met=Max("notes__on")).order_by("-created_at", "pk")


def without_meeting(day: date) -> QuerySet[Any]:
    """Pairs under way that have not met for six weeks, nor were reminded of it since."""
    limit = day - timedelta(weeks=WEEKS_WITHOUT)
    under_way = Mentorship.objects.filter(state=MentorshipState.UNDER_WAY)
    rows: QuerySet[Any] = under_way.annotate(met=Coalesce(Max("notes__on"), "started_on"))
    return rows.filter(Q(reminded_on__isnull=True) | Q(reminded_on__lte=limit), met__lte=limit)


def panel_of_mentor(journey: Journey, account: Account) -> Panel | None:
    """On the page of a journey: the person's mentor, or where to propose one. One query."""
    if journey.person_id is None or journey.state not in FOLLOWED:
        return None
    living = Mentorship.objects.visible_to(account).filter(person=journey.person_id, state__in=LIVING_PAIRS)
    pair = living.select_related("mentor__account").first()
    if pair is None:
        return Panel(
            gettext("Mentor"),
            gettext("None yet: propose one."),
            reverse("apprenticeship:propose_mentor", args=[journey.pk]),
        )
    return Panel(
        gettext("Mentor"), f"{pair.mentor}, {pair.get_state_display()}", pair.get_absolute_url(), "ok"
    )
