"""Thousands of people who look for work: candidates come in a few queries, in less than two seconds."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from croisee.clauses.models import Criterion, Eligibility, Participant
from croisee.clauses.queries.candidates import candidates
from croisee.clauses.queries.eligibility import eligible_until
from croisee.directory.models import Mode, Person, Profile
from croisee.territory.travel.network import current_network
from tests.clauses_world import ClausesWorld
from tests.world import TODAY

pytestmark = pytest.mark.django_db
MANY = 4000
CODES = ("F1606", "F1703", "F1602", "K2204", "A1203")


def make_many() -> None:
    """People all over a metropolis, each with an eligibility that was checked."""
    people = Person.objects.bulk_create(
        Person(
            given_name=f"P{n}",
            family_name=f"N{n}",
            birth_date=dt.date(1980 + n % 25, 1, 1),
            lon=-1.75 + 0.15 * (n % 97) / 97,
            lat=48.05 + 0.12 * (n % 89) / 89,
        )
        for n in range(MANY)
    )
    modes = list(Mode)
    Profile.objects.bulk_create(
        Profile(person=one, jobs=[CODES[n % 5]], mode=modes[n % 4], minutes=20 + n % 50)
        for n, one in enumerate(people)
    )
    rows = Participant.objects.bulk_create(Participant(person=one) for one in people)
    Eligibility.objects.bulk_create(
        Eligibility(
            participant=row,
            criterion=Criterion.RSA,
            checked_on=TODAY,
            starts_on=TODAY,
            ends_on=TODAY + dt.timedelta(days=100 + n % 600),
        )
        for n, row in enumerate(rows)
    )
    Eligibility.objects.filter(state="proposed").update(state="verified")


def test_thousands_in_two_seconds(world: ClausesWorld) -> None:
    make_many()
    current_network()
    began = time.process_time()
    with CaptureQueriesContext(connection) as queries:
        found = candidates(world.needs[0])
    busy = time.process_time() - began
    assert len(found.within) + len(found.too_far) == MANY + 4
    assert len(queries) <= 6
    assert busy < 2
    with CaptureQueriesContext(connection) as queries:
        assert len(eligible_until(Participant.objects.all(), TODAY)) == MANY + 4
    assert len(queries) == 1
