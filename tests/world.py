"""A small world for the tests: a metropolis with a campaign, two schools, employers with offers, pupils with families.

`make_world()` writes rows through the models, in the fewest steps; services are tried by the tests themselves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from croisee.demo.network.days import holidays
from croisee.directory.models import Capacity, Contact, Enrolment, Person, Residence, SchoolClass
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.opportunities.models import Application, Opportunity, OpportunityState, Period
from croisee.opportunities.sectors import Sector
from croisee.stages.models import Campaign, CampaignState, ClassWeek, HostKind, Internship
from croisee.stages.models.internships import KIND

TODAY = timezone.localdate()
"""The day the tests were started on: what they compare with the clock counts from it."""
WEEK = dt.timedelta(weeks=1)


def coming_monday(today: dt.date) -> dt.date:
    """The first Monday at least ten weeks ahead, in term, with no public holiday in its week and the two after."""
    monday = today + 10 * WEEK + dt.timedelta(days=-today.weekday() % 7)
    while True:
        days = [monday + dt.timedelta(days=number) for number in range(19)]
        if not any(day.month in (7, 8) or day in holidays(day.year) for day in days):
            return monday
        monday += WEEK


def school_year(day: dt.date, later: int = 0) -> str:
    """The school year of a day from September to June, or a `later` one: `2026-2027`."""
    first = day.year - (day.month < 9) + later
    return f"{first}-{first + 1}"


def iso_week(monday: dt.date) -> str:
    """A week as files write it: `2027-W05`."""
    return f"{monday:%G-W%V}"


MONDAY = coming_monday(TODAY)
OTHER_MONDAY = MONDAY + WEEK
THIRD_MONDAY = OTHER_MONDAY + WEEK
LAST_YEAR, YEAR, NEXT_YEAR = (school_year(MONDAY, later) for later in (-1, 0, 1))
NINE_MONTHS_BEFORE = (MONDAY - dt.timedelta(days=273)).replace(day=4)
BORN = NINE_MONTHS_BEFORE.replace(year=NINE_MONTHS_BEFORE.year - 14)
"""Fourteen on the Monday, fifteen three months later."""
BORN_LATER = BORN.replace(year=BORN.year + 1)
"""Thirteen on the Monday."""
ASKED_ON = TODAY - dt.timedelta(days=60)
LEFT_ON = TODAY - dt.timedelta(days=40)
SIRETS = ("73282932000074", "55208131766522", "44306184100047", "38012986646850")
UAIS = ("0350001A", "0350002B")
DAY = [["09:00", "12:00"], ["13:30", "16:30"]]
HOURS = {str(day): DAY for day in range(1, 6)}


@dataclass
class World:
    """What `make_world` made. `pupils[0]` to `pupils[2]` are of the first class, the others of the second."""

    metropolis: Organisation
    manager: Account
    official: Account
    campaign: Campaign
    schools: list[Organisation] = field(default_factory=list)
    heads: list[Account] = field(default_factory=list)
    staff: list[Account] = field(default_factory=list)
    classes: list[SchoolClass] = field(default_factory=list)
    pupils: list[Person] = field(default_factory=list)
    families: list[Account] = field(default_factory=list)
    hosts: list[Organisation] = field(default_factory=list)
    employers: list[Account] = field(default_factory=list)
    offers: list[Opportunity] = field(default_factory=list)

    def period(self, offer: int = 0, monday: dt.date = MONDAY) -> Period:
        """The week of an offer."""
        return self.offers[offer].periods.get(starts_on=monday)

    def wish(self, pupil: int, offer: int, rank: int, turn: int = 1) -> Application:
        """A wish of a pupil for an offer in the pupil's own week."""
        return Application.objects.create(
            person=self.pupils[pupil],
            period=self.period(offer),
            call=self.campaign.pk,
            turn=turn,
            rank=rank,
        )


def member(role: Role, organisation: Organisation, email: str, *, administers: bool = True) -> Account:
    """A new account that holds `role` there."""
    account: Account = Account.objects.create_user(email, name=email.split("@")[0].title())
    Membership.objects.create(account=account, organisation=organisation, role=role, administers=administers)
    return account


def move(row: Opportunity | Campaign, *states: str) -> None:
    """Take a row along its lifecycle by its states, one after the other."""
    for state in states:
        type(row).objects.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()


def make_campaign(
    metropolis: Organisation, now: dt.datetime | None = None, days: int = 0, **fields: object
) -> Campaign:
    """An announced campaign whose wishes opened ten days before `now` and close ten days after; `days` shifts all."""
    start = (now or timezone.now()) + dt.timedelta(days=days)

    def at(day: int) -> dt.datetime:
        return start + dt.timedelta(days=day)

    values: dict[str, object] = {
        "name": f"Stages {YEAR}",
        "school_year": YEAR,
        "opens_at": at(-10),
        "closes_at": at(10),
        "publishes_at": at(12),
        "confirm_by": at(20),
        "second_opens_at": at(21),
        "second_closes_at": at(28),
        "second_publishes_at": at(30),
        "second_confirm_by": at(35),
        "reserved_until": at(30).date(),
        "seed": 7,
    }
    campaign = Campaign.objects.create(organisation=metropolis, **(values | fields))
    move(campaign, CampaignState.ANNOUNCED)
    return campaign


def make_offer(
    campaign: Campaign, host: Organisation, title: str, *, seats: int = 2, reserved: int = 0, **fields: object
) -> Opportunity:
    """A published offer of internship in both weeks, with its point near the middle of Rennes."""
    values: dict[str, object] = {
        "kind": KIND,
        "organisation": host,
        "title": title,
        "sector": Sector.FOOD,
        "address": "1 rue des Essais",
        "postcode": "35000",
        "city": "Rennes",
        "lon": -1.68,
        "lat": 48.11,
        "searchable": title.lower(),
        "reserved_until": campaign.reserved_until,
    }
    offer = Opportunity.objects.create(**(values | fields))
    for monday in (MONDAY, OTHER_MONDAY):
        Period.objects.create(
            opportunity=offer,
            starts_on=monday,
            ends_on=monday + dt.timedelta(days=4),
            seats=seats,
            reserved=reserved,
        )
    Internship.objects.create(
        opportunity=offer,
        campaign=campaign,
        hours=HOURS,
        host_kind=HostKind.PRIVATE,
        tutor_name="Tutrice Essai",
        tutor_email="tutrice@example.org",
    )
    move(offer, OpportunityState.SUBMITTED, OpportunityState.PUBLISHED)
    Opportunity.objects.filter(pk=offer.pk).update(published_at=timezone.now())
    return offer


def make_pupil(
    school_class: SchoolClass,
    given: str,
    family: str,
    email: str = "",
    *,
    born: dt.date = BORN,
) -> Person:
    """A pupil of a class, with a legal representative."""
    person = Person.objects.create(
        given_name=given,
        family_name=family,
        birth_date=born,
        address="2 rue des Essais 35000 Rennes",
        lon=-1.67,
        lat=48.1,
        residence=Residence.NO,
        residence_on=ASKED_ON,
    )
    Enrolment.objects.create(person=person, school_class=school_class)
    Contact.objects.create(
        person=person, capacity=Capacity.LEGAL_REPRESENTATIVE, name=f"Parent {family}", email=email
    )
    return person


def make_world(now: dt.datetime | None = None, days: int = 0, **rules: object) -> World:
    """Two schools of one class each (first and second week), three pupils a class, two employers, three offers."""
    metropolis = Organisation.objects.create(name="Métropole d’essai", kind=Kind.METROPOLIS)
    manager = member(Role.CAMPAIGN_MANAGER, metropolis, "manager@example.org")
    official = member(Role.OFFICIAL, metropolis, "official@example.org")
    world = World(metropolis, manager, official, make_campaign(metropolis, now, days, **rules))
    for number, (uai, monday) in enumerate(zip(UAIS, (MONDAY, OTHER_MONDAY), strict=True), 1):
        school = Organisation.objects.create(name=f"Collège {number}", kind=Kind.SCHOOL, uai=uai)
        world.schools.append(school)
        world.heads.append(member(Role.SCHOOL_HEAD, school, f"head{number}@example.org"))
        world.staff.append(
            member(Role.SCHOOL_STAFF, school, f"teacher{number}@example.org", administers=False)
        )
        school_class = SchoolClass.objects.create(
            school=school,
            school_year=YEAR,
            name=f"3e {number}",
            teacher_name="Professeur Essai",
            teacher_email="professeur@example.org",
        )
        world.classes.append(school_class)
        ClassWeek.objects.create(campaign=world.campaign, school_class=school_class, monday=monday)
        for place in range(3):
            serial = len(world.pupils) + 1
            email = f"family{serial}@example.org"
            pupil = make_pupil(school_class, f"Élève{place}", f"Famille{serial}", email)
            account = member(Role.FAMILY, school, email, administers=False)
            pupil.contacts.update(account=account)
            world.pupils.append(pupil)
            world.families.append(account)
    for number in (1, 2):
        host = Organisation.objects.create(
            name=f"Entreprise {number}", kind=Kind.EMPLOYER, siret=SIRETS[number - 1]
        )
        world.hosts.append(host)
        world.employers.append(member(Role.EMPLOYER, host, f"employer{number}@example.org"))
    world.offers = [
        make_offer(world.campaign, world.hosts[0], "Boulangerie", seats=2, reserved=1),
        make_offer(world.campaign, world.hosts[0], "Bureau d’études", seats=1, sector=Sector.ENGINEERING),
        make_offer(world.campaign, world.hosts[1], "Théâtre", seats=3, sector=Sector.CULTURE),
    ]
    return world
