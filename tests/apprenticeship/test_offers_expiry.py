"""Whether an offer stands: one function, and the same in SQL."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from croisee.apprenticeship.ages import AgeCase, age_case, age_on
from croisee.apprenticeship.expiry import (
    AFTER_START,
    STANDS,
    Facts,
    Standing,
    Why,
    active,
    open_on,
    state_on,
    stood,
    with_standing,
)
from croisee.apprenticeship.models import KIND, ApprenticeshipOffer, Closing, Contract
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.opportunities.models import Application, Opportunity, OpportunityState, Period
from tests.journeys_world import make_person
from tests.world import TODAY, move

WAYS = {
    "draft": (),
    "submitted": ("submitted",),
    "published": ("submitted", "published"),
    "unpublished": ("submitted", "published", "unpublished"),
    "rejected": ("submitted", "rejected"),
    "withdrawn": ("submitted", "published", "withdrawn"),
}
DAYS = st.integers(-120, 120).map(lambda n: TODAY + dt.timedelta(days=n))
FACTS = st.builds(
    Facts,
    state=st.sampled_from(OpportunityState.values),
    closed_as=st.sampled_from(["", *Closing.values]),
    seats=st.integers(1, 2),
    taken=st.integers(0, 2),
    applications=st.integers(0, 2),
    most_applications=st.integers(1, 3),
    expires_on=DAYS,
    starts_on=DAYS,
)


@given(FACTS, DAYS)
def test_an_offer_is_open_exactly_when_one_could_be_hired(facts: Facts, day: dt.date) -> None:
    found = state_on(facts, day)
    could = (
        facts.state == "published"
        and not facts.closed_as
        and facts.taken < facts.seats
        and facts.applications < facts.most_applications
        and day <= facts.expires_on
        and day <= facts.starts_on + AFTER_START
    )
    assert (found.standing is Standing.ACTIVE) == could
    assert (found.why is Why.OPEN) == could
    assert found.standing == STANDS[found.why]


@given(FACTS, DAYS)
def test_once_past_or_over_it_is_so_on_every_later_day(facts: Facts, day: dt.date) -> None:
    found, later = state_on(facts, day).standing, state_on(facts, day + dt.timedelta(days=30)).standing
    if found in (Standing.EXPIRED, Standing.CANCELLED, Standing.FILLED):
        assert later == found


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(FACTS, min_size=1, max_size=4), DAYS)
def test_the_database_says_the_same(db: None, all_facts: list[Facts], day: dt.date) -> None:
    Opportunity.objects.filter(kind=KIND).delete()
    company = Organisation.objects.get_or_create(name="Fournil", kind=Kind.EMPLOYER)[0]
    expected = {}
    for facts in all_facts:
        offer = _row(company, facts)
        taken = offer.periods.get().taken
        known = Facts(**{**facts.__dict__, "taken": taken, "applications": max(taken, facts.applications)})
        expected[offer.pk] = state_on(known, day)
    rows = list(with_standing(Opportunity.objects.all(), day))
    assert {row.pk: stood(row) for row in rows} == expected
    open_ones = {key for key, found in expected.items() if found.standing is Standing.ACTIVE}
    assert set(active(day).values_list("pk", flat=True)) == open_ones
    assert set(Opportunity.objects.filter(open_on(day)).values_list("pk", flat=True)) == open_ones


def _row(company: Organisation, facts: Facts) -> Opportunity:
    offer = Opportunity.objects.create(kind=KIND, organisation=company, title="Apprenti", sector="food")
    ApprenticeshipOffer.objects.create(
        opportunity=offer,
        contracts=[Contract.APPRENTICESHIP],
        expires_on=facts.expires_on,
        most_applications=facts.most_applications,
        closed_as=facts.closed_as,
        closed_on=TODAY if facts.closed_as else None,
    )
    period = Period.objects.create(
        opportunity=offer,
        starts_on=facts.starts_on,
        ends_on=facts.starts_on + dt.timedelta(days=365),
        seats=facts.seats,
    )
    taken = min(facts.taken, facts.seats)
    for number in range(max(taken, facts.applications)):
        person = make_person(600 + number)
        row = Application.objects.create(period=period, person=person, call=offer.pk)
        if number < taken:
            Application.objects.filter(pk=row.pk).update(state="offered")
    move(offer, *WAYS[facts.state])
    return offer


@pytest.mark.parametrize(
    ("born", "contracts", "expected"),
    [
        (dt.date(2012, 9, 2), ["apprenticeship"], AgeCase.TOO_YOUNG),
        (dt.date(2012, 9, 1), ["apprenticeship"], AgeCase.COLLEGE),
        (dt.date(2012, 9, 1), ["professional"], AgeCase.TOO_YOUNG),
        (dt.date(2011, 9, 1), ["apprenticeship"], AgeCase.FITS),
        (dt.date(1997, 9, 2), ["apprenticeship"], AgeCase.FITS),
        (dt.date(1997, 9, 1), ["apprenticeship"], AgeCase.PAST_29),
        (dt.date(1997, 9, 1), ["apprenticeship", "professional"], AgeCase.JOBSEEKER),
        (dt.date(2001, 9, 2), ["professional"], AgeCase.FITS),
        (dt.date(2001, 9, 1), ["professional"], AgeCase.JOBSEEKER),
    ],
)
def test_who_may_sign_by_age(born: dt.date, contracts: list[str], expected: AgeCase) -> None:
    assert age_case(born, dt.date(2027, 9, 1), contracts) is expected


def test_whole_years_are_counted_on_the_day() -> None:
    assert age_on(dt.date(2010, 2, 28), dt.date(2026, 2, 27)) == 15
    assert age_on(dt.date(2010, 2, 28), dt.date(2026, 2, 28)) == 16
