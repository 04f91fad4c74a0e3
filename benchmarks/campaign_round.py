"""How fast the round of a campaign goes from the click to places: `python benchmarks/campaign_round.py [--json]`.

A made-up campaign (1 200 pupils of 8 schools, 1 500 seats, ten wishes each, a family account each), on an embedded
server made for the purpose and thrown away; code is loaded beforehand, as in a server and a worker that run.
`compute` is the whole background work: reading, checking, placing, auditing, keeping. `publish` is the one transaction
that makes places and owes every e-mail. Queries are counted; `python_s` is what our own process worked.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from own_database import own_database

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
SEED = 2027


def main() -> None:
    """Print the measures, as one JSON line with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pupils", type=int, default=1_200)
    parser.add_argument("--seats", type=int, default=1_500)
    parser.add_argument("--schools", type=int, default=8)
    parser.add_argument("--wishes", type=int, default=10)
    options = parser.parse_args()
    with own_database():
        campaign, manager = make_campaign(options)
        result = measure(campaign, manager)
    print(
        json.dumps(result)
        if options.json
        else "\n".join(f"{name}: {value}" for name, value in result.items())
    )


def make_campaign(options: argparse.Namespace) -> tuple[Any, Any]:
    """The campaign, its wishes just closed, and who manages it."""
    from django.utils import timezone

    from croisee.foundation.accounts.models import Organisation
    from croisee.foundation.accounts.roles import Kind, Role
    from croisee.stages.models import Campaign
    from tests.world import make_campaign as announced
    from tests.world import member

    metropolis = Organisation.objects.create(name="Métropole", kind=Kind.METROPOLIS)
    manager = member(Role.CAMPAIGN_MANAGER, metropolis, "manager@example.org")
    campaign = announced(metropolis, limit_minutes=60)
    draw = random.Random(SEED)
    periods = make_offers(campaign, options.seats, draw)
    make_wishes(campaign, make_pupils(campaign, options, draw), periods, options.wishes, draw)
    Campaign.objects.update(closes_at=timezone.now() - dt.timedelta(minutes=1))
    campaign.refresh_from_db()
    return campaign, manager


def make_offers(campaign: Any, seats: int, draw: random.Random) -> list[Any]:
    """Offers of one to five seats in a week, so many in all; a third of them reserved."""
    from croisee.foundation.accounts.models import Organisation
    from croisee.foundation.accounts.roles import Kind
    from croisee.opportunities.models import Opportunity, OpportunityState, Period
    from croisee.opportunities.sectors import Sector
    from croisee.stages.models import Internship
    from croisee.stages.models.internships import KIND
    from tests.world import HOURS, MONDAY

    hosts = Organisation.objects.bulk_create(
        Organisation(name=f"Entreprise {number}", kind=Kind.EMPLOYER) for number in range(200)
    )
    offers, periods, left = [], [], seats
    while left:
        taken = min(left, draw.randint(1, 5))
        left -= taken
        offer = Opportunity(
            kind=KIND,
            organisation=draw.choice(hosts),
            title=f"Stage {len(offers)}",
            sector=draw.choice(Sector.values),
            address="1 rue des Essais",
            lon=-1.68 + draw.gauss(0, 0.05),
            lat=48.11 + draw.gauss(0, 0.03),
        )
        offers.append(offer)
        start = MONDAY
        periods.append(
            Period(
                opportunity=offer,
                starts_on=start,
                ends_on=start + dt.timedelta(days=4),
                seats=taken,
                reserved=taken // 3,
            )
        )
    Opportunity.objects.bulk_create(offers)
    Period.objects.bulk_create(periods)
    Internship.objects.bulk_create(Internship(opportunity=o, campaign=campaign, hours=HOURS) for o in offers)
    for state in (OpportunityState.SUBMITTED, OpportunityState.PUBLISHED):
        Opportunity.objects.update(state=state)
    return periods


def make_pupils(campaign: Any, options: argparse.Namespace, draw: random.Random) -> list[Any]:
    """Pupils of the schools in turn, each with a legal representative who has an account."""
    from croisee.directory.models import Capacity, Contact, Enrolment, Person, Residence, SchoolClass
    from croisee.foundation.accounts.models import Account, Membership, Organisation
    from croisee.foundation.accounts.roles import Kind, Role
    from croisee.stages.models import ClassWeek
    from tests.world import MONDAY

    schools = [
        Organisation.objects.create(name=f"Collège {number}", kind=Kind.SCHOOL)
        for number in range(options.schools)
    ]
    classes = [
        SchoolClass.objects.create(school=school, school_year=campaign.school_year, name="3e A")
        for school in schools
    ]
    ClassWeek.objects.bulk_create(
        ClassWeek(campaign=campaign, school_class=each, monday=MONDAY) for each in classes
    )
    pupils = [
        Person(
            given_name="Élève",
            family_name=f"Essai {number}",
            birth_date=dt.date(2012, 5, 4),
            address="2 rue des Essais",
            lon=-1.68 + draw.gauss(0, 0.05),
            lat=48.11 + draw.gauss(0, 0.03),
            residence=Residence.YES if draw.random() < 0.25 else Residence.NO,
            residence_on=dt.date(2026, 9, 1),
        )
        for number in range(options.pupils)
    ]
    Person.objects.bulk_create(pupils)
    Enrolment.objects.bulk_create(
        Enrolment(person=pupil, school_class=classes[number % len(classes)])
        for number, pupil in enumerate(pupils)
    )
    accounts = Account.objects.bulk_create(
        Account(email=f"family{number}@example.org") for number in range(options.pupils)
    )
    Membership.objects.bulk_create(
        Membership(account=account, organisation=schools[number % len(schools)], role=Role.FAMILY)
        for number, account in enumerate(accounts)
    )
    Contact.objects.bulk_create(
        Contact(person=pupil, capacity=Capacity.LEGAL_REPRESENTATIVE, email=account.email, account=account)
        for pupil, account in zip(pupils, accounts, strict=True)
    )
    return pupils


def make_wishes(campaign: Any, pupils: list[Any], periods: list[Any], each: int, draw: random.Random) -> None:
    """Lists that favour some offers, as people do."""
    from croisee.opportunities.models import Application

    weights = [draw.paretovariate(1.2) for _ in periods]
    rows = []
    for pupil in pupils:
        wanted: dict[Any, None] = {}
        while len(wanted) < each:
            wanted.setdefault(draw.choices(periods, weights)[0])
        rows += [
            Application(person=pupil, period=period, call=campaign.pk, rank=rank)
            for rank, period in enumerate(wanted, 1)
        ]
    Application.objects.bulk_create(rows, batch_size=2_000)


def warm_up(campaign: Any) -> None:
    """Load what a running server and worker have loaded: addresses of pages, the compiled engine."""
    from django.urls import reverse

    from croisee.stages.queries.market import market
    from croisee.stages.services.placing import place

    reverse("stages:rounds")
    place(market(campaign, 1), campaign)


def measure(campaign: Any, manager: Any) -> dict[str, Any]:
    """Compute and publish, with the clock and the count of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from croisee.foundation.notices.models import Ledger
    from croisee.foundation.progress.services import run
    from croisee.opportunities.models import Application
    from croisee.stages.models import Round
    from croisee.stages.services import placing

    warm_up(campaign)
    cpu = time.process_time()
    with CaptureQueriesContext(connection) as computing:
        began = time.perf_counter()
        progress = placing.start_round(campaign, 1, manager)
        run.call(str(progress.pk))
        computed = time.perf_counter()
    progress.refresh_from_db()
    if progress.state != "done":
        raise SystemExit(progress.problem)
    round_ = Round.objects.get()
    with CaptureQueriesContext(connection) as publishing:
        start = time.perf_counter()
        placing.publish_round(round_, manager)
        published = time.perf_counter()
    held = Application.objects.holding()
    return {
        "pupils": round_.pupils.count(),
        "seats": round_.summary["seats"],
        "wishes": round_.summary["wishes"],
        "places": held.count(),
        "compute_s": round(computed - began, 2),
        "publish_s": round(published - start, 2),
        "total_s": round(computed - began + published - start, 2),
        "python_s": round(time.process_time() - cpu, 2),
        "compute_queries": len(computing),
        "publish_queries": len(publishing),
        "emails_owed": Ledger.objects.count(),
    }


if __name__ == "__main__":
    main()
