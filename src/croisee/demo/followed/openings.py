"""Apprenticeships and a job dating of the demonstration, and somebody who mentors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Case, QuerySet, When
from django.utils import timezone

from croisee.apprenticeship.models import Mentor, Mentorship
from croisee.apprenticeship.services import bookings, meetings, offers
from croisee.apprenticeship.services.offers import OfferValues
from croisee.apprenticeship.siting import Site
from croisee.demo import people
from croisee.demo.directory import DOMAIN
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import Journey, JourneyState
from croisee.opportunities.models import Opportunity
from croisee.opportunities.sectors import Sector
from croisee.stages.models.internships import KIND as INTERNSHIP


class Post(NamedTuple):
    """An apprenticeship: title, sector, ROME code, diploma, months; how the names of companies of the trade begin."""

    title: str
    sector: Sector
    job: str
    diploma: str
    months: int
    names: str


POSTS = (
    Post("Apprentissage peinture en bâtiment", Sector.BUILDING, "F1606", "3", 24, "Peinture"),
    Post("Apprentissage cuisine", Sector.FOOD, "G1602", "3", 24, "Restaurant"),
    Post("Alternance assistance commerciale", Sector.TRADE, "D1401", "5", 24, "Supérette"),
    Post("Apprentissage maintenance des espaces verts", Sector.AGRICULTURE, "A1203", "4", 24, "Paysages"),
)


def make_openings(journeys: Sequence[Journey], today: date) -> None:
    """Offers of employers of the campaign, a job dating in three weeks with people booked, a mentor with a pair."""
    hosts = _hosts()
    companies = [host.organisation for host in hosts if host.organisation is not None]
    followed = [one for one in journeys if one.state == JourneyState.UNDER_WAY and one.person is not None]
    _offers(hosts, today)
    _job_dating(companies, followed, today)
    _mentor(followed, today)


def _hosts() -> list[Opportunity]:
    """For each post an internship, of which it takes the employer and the place: another company each time."""
    hosts: list[Opportunity] = []
    for post in POSTS:
        host = _near(post).exclude(organisation__in=[one.organisation for one in hosts]).first()
        if host is not None:
            hosts.append(host)
    return hosts


def _near(post: Post) -> QuerySet[Opportunity]:
    """Internships, those of companies of the trade first, then those of the sector."""
    internships = Opportunity.objects.filter(kind=INTERNSHIP, organisation__isnull=False)
    near = internships.annotate(
        rank=Case(
            When(organisation__name__startswith=post.names, then=0),
            When(sector=post.sector, then=1),
            default=2,
        )
    )
    return near.select_related("organisation").order_by("rank", "organisation__name", "pk")


def _offers(hosts: Sequence[Opportunity], today: date) -> None:
    manager = people.account_of(Role.PROGRAMME_MANAGER)
    for rank, (host, post) in enumerate(zip(hosts, POSTS, strict=False)):
        values = OfferValues(
            title=post.title,
            sector=post.sector,
            description="Apprendre le métier avec une équipe qui prend le temps de transmettre.",
            site=Site(host.address, host.postcode, host.city, host.lon, host.lat),
            starts_on=today + timedelta(days=75),
            details={
                "contracts": ["apprenticeship"],
                "diploma": post.diploma,
                "jobs": [post.job],
                "months": post.months,
                "apply_email": f"alternance{rank}@{DOMAIN}",
                "without_cv": True,
            },
        )
        offers.submit(offers.save_offer(manager, host.organisation, values), manager)


def _job_dating(companies: Sequence[Organisation], followed: Sequence[Journey], today: date) -> None:
    manager = people.account_of(Role.PROGRAMME_MANAGER)
    start = timezone.make_aware(datetime.combine(today + timedelta(days=21), time(14)))
    meeting = meetings.prepare(
        manager.organisations(Role.PROGRAMME_MANAGER).get(),
        {
            "kind": "job_dating",
            "title": "Job dating des métiers qui recrutent",
            "description": "Dix minutes avec chaque entreprise, sans CV : on parle du métier et de vos envies.",
            "for_whom": "Toute personne qui cherche un emploi ou une alternance",
            "place": "Centre d’affaires de quartier, grande salle",
            "starts_at": start,
            "ends_at": start + timedelta(hours=3),
        },
    )
    stands = [
        meetings.ask_for_stand(
            meeting,
            company,
            {
                "hiring_for": post.title,
                "jobs": [post.job],
                "table": str(rank),
                "starts_at": start,
                "ends_at": start + timedelta(hours=2),
                "minutes": 10,
            },
            confirmed=True,
        )
        for rank, (company, post) in enumerate(zip(companies, POSTS, strict=False), 1)
    ]
    meetings.move(meeting, "publish", manager)
    for rank, journey in enumerate(followed[:16]):
        if journey.person is not None:
            bookings.book(stands[rank % len(stands)], journey.person, manager)


def _mentor(followed: Sequence[Journey], today: date) -> None:
    account = people.account_of(Role.MENTOR)
    mentor = Mentor.objects.create(
        account=account,
        jobs=["F1606"],
        presentation="Peintre en bâtiment depuis vingt ans, à la tête d’un atelier de six personnes.",
        most=2,
        charter_on=today,
        checked_on=today,
    )
    person = followed[0].person if followed else None
    if person is not None:
        Mentorship.objects.create(mentor=mentor, person=person, why="Même métier, même quartier de travail.")
