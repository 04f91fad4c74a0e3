"""Our offers on the national platform and theirs here, against a server that behaves as theirs does."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from croisee.foundation.accounts.models import Account
from croisee.foundation.partners import Unreachable
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import run
from croisee.opportunities.models import Application, ApplicationState, Opportunity, OpportunityState, Period
from croisee.opportunities.sectors import Sector
from croisee.stages.expiry import Standing, Terms, judged, standing
from croisee.stages.models import Direction, Exchange, PartnerOffer, PartnerSector, Rejection
from croisee.stages.national_api import incoming, outgoing
from croisee.stages.national_api.client import Access, NationalPlatform, Refused
from croisee.stages.services import interchange as services
from tests.stages.national_platform import (
    EMAIL,
    KNOWN_MONDAYS,
    PASSWORD,
    Platform,
    Refusal,
    national_platform,
)
from tests.world import MONDAY, OTHER_MONDAY, WEEK, World, iso_week, make_world, move

SignIn = Callable[[Account], Client]
SITE = "https://croisee.example.org"


@pytest.fixture
def platform() -> Iterator[Platform]:
    with national_platform() as server:
        yield server


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client_there(platform: Platform, slept: list[float]) -> NationalPlatform:
    return NationalPlatform(platform.access, sleep=slept.append)


@pytest.fixture
def world(db: None, settings: Settings) -> World:
    settings.SITE_URL = SITE
    made = make_world()
    Opportunity.objects.update(description="Découvrir le métier, une semaine.", sector=Sector.CULTURE)
    PartnerSector.objects.create(uuid="s1", name="Culture", sector=Sector.CULTURE)
    return made


def refusals() -> set[tuple[str, str]]:
    return set(Rejection.objects.filter(settled_at__isnull=True).values_list("remote_id", "code"))


# Standing


weeks = st.lists(st.tuples(st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1)), st.integers(0, 5)), max_size=5)
days = st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1))
terms = st.builds(Terms, st.booleans(), st.booleans(), st.booleans(), weeks)


@given(terms, days)
def test_an_offer_stands_exactly_when_somebody_could_still_come(offer: Terms, today: dt.date) -> None:
    could = any(first > today and (free > 0 or not offer.counts_seats) for first, free in offer.weeks)
    assert (judged(offer, today) is Standing.ACTIVE) == (offer.published and offer.seen_there and could)


@given(terms, days, days)
def test_what_is_past_stays_past(offer: Terms, one: dt.date, other: dt.date) -> None:
    early, late = sorted((one, other))
    if judged(offer, early) is Standing.PAST:
        assert judged(offer, late) is Standing.PAST


@given(terms, days)
def test_the_order_of_weeks_and_a_seat_more_never_close_an_offer(offer: Terms, today: dt.date) -> None:
    turned = Terms(offer.published, offer.counts_seats, offer.seen_there, list(reversed(offer.weeks)))
    assert judged(turned, today) is judged(offer, today)
    wider = Terms(
        offer.published, offer.counts_seats, offer.seen_there, [(day, free + 1) for day, free in offer.weeks]
    )
    if judged(offer, today) is Standing.ACTIVE:
        assert judged(wider, today) is Standing.ACTIVE


def test_the_standing_of_rows(world: World) -> None:
    assert standing(world.offers[0]) is Standing.ACTIVE
    assert standing(world.offers[0], dt.datetime.combine(OTHER_MONDAY, dt.time(12), dt.UTC)) is Standing.PAST
    world.offers[1].periods.update(seats=0, reserved=0)
    assert standing(Opportunity.objects.get(pk=world.offers[1].pk)) is Standing.FULL
    move(world.offers[2], OpportunityState.WITHDRAWN)
    assert standing(world.offers[2]) is Standing.WITHDRAWN


# The client


def test_signing_in_once_and_again_when_the_token_expires(
    platform: Platform, client_there: NationalPlatform
) -> None:
    client_there.sectors()
    client_there.sectors()
    platform.expire_tokens()
    assert len(client_there.sectors()) == 2
    assert platform.calls["POST /auth/login"] == 2


def test_a_wrong_password_is_said_and_not_tried_for_ever(platform: Platform) -> None:
    wrong = NationalPlatform(Access(platform.url, EMAIL, "wrong"), sleep=lambda seconds: None)
    with pytest.raises(Refused) as refused:
        wrong.sectors()
    assert refused.value.status == 401
    assert platform.calls["POST /auth/login"] <= 2
    assert PASSWORD not in repr(platform.access)


def test_too_many_calls_wait_as_long_as_asked(
    platform: Platform, client_there: NationalPlatform, slept: list[float]
) -> None:
    client_there.sectors()
    platform.failures = [
        Refusal(429, "TOO_MANY_REQUESTS", headers={"Retry-After": "7"}),
        Refusal(429, "TOO_MANY_REQUESTS"),
        Refusal(503, ""),
    ]
    assert len(client_there.sectors()) == 2
    assert slept == [7, 60, 8]


def test_a_failing_server_is_given_up_after_four_attempts(
    platform: Platform, client_there: NationalPlatform, slept: list[float]
) -> None:
    client_there.sectors()
    platform.failures = [Refusal(500, "") for _attempt in range(9)]
    with pytest.raises(Refused):
        client_there.sectors()
    assert len(slept) == 3


def test_a_hundred_calls_a_minute_at_most(platform: Platform) -> None:
    slept: list[float] = []
    time = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time[0] += seconds

    there = NationalPlatform(platform.access, clock=lambda: time[0], sleep=sleep)
    for _call in range(150):
        there.sectors()
    assert slept == [60]


def test_nobody_there_is_said(slept: list[float]) -> None:
    nobody = NationalPlatform(Access("http://127.0.0.1:9", EMAIL, PASSWORD), sleep=slept.append)
    with pytest.raises(Unreachable):
        nobody.sectors()


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/api/v2", True),
        ("http://127.0.0.1:9/api", True),
        ("http://example.org/api", False),
        ("ftp://example.org", False),
        ("file:///etc/passwd", False),
    ],
)
def test_the_password_travels_encrypted_or_not_at_all(url: str, safe: bool) -> None:
    assert Access(url, EMAIL, PASSWORD).is_safe is safe
    if not safe:
        with pytest.raises(ValueError, match="https"):
            NationalPlatform(Access(url, EMAIL, PASSWORD))


# Ours there


def exchange(client_there: NationalPlatform) -> Counter[str]:
    return services.exchange(client=client_there)


def test_our_offers_are_published_once_and_sent_again_when_they_change(
    world: World, platform: Platform, client_there: NationalPlatform
) -> None:
    assert exchange(client_there)["sent"] == 3
    sent = platform.own[str(world.offers[0].pk)]
    assert sent["weeks"] == [iso_week(MONDAY), iso_week(OTHER_MONDAY)]
    assert sent["grades"] == ["troisieme"]
    assert sent["permalink"] == SITE + reverse("opportunities:opportunity", args=[world.offers[0].pk])
    assert sent["daily_hours"]["lundi"] == ["09:00", "16:30"]
    # Two seats in each of two weeks, one of them reserved: two are left for everyone.
    assert sent["max_candidates"] == 2
    posts = platform.calls["POST /internship_offers"]
    assert exchange(client_there)["unchanged"] >= 3
    assert (platform.calls["POST /internship_offers"], platform.calls["PATCH /internship_offers/ID"]) == (
        posts,
        0,
    )
    Opportunity.objects.filter(pk=world.offers[0].pk).update(title="Boulangerie du Mail")
    assert exchange(client_there)["changed"] == 1
    assert platform.own[str(world.offers[0].pk)]["title"] == "Boulangerie du Mail"
    assert refusals() == set()
    assert Exchange.objects.first().finished_at is not None  # type: ignore[union-attr]  # there are three


def test_full_offers_are_unpublished_and_come_back_withdrawn_ones_are_deleted(
    world: World, platform: Platform, client_there: NationalPlatform
) -> None:
    exchange(client_there)
    bureau, theatre = world.offers[1], world.offers[2]
    taken = [world.wish(pupil, 1, rank=1) for pupil in (0,)]
    taken.append(
        Application.objects.create(
            person=world.pupils[3], period=bureau.periods.order_by("starts_on")[1], call=world.campaign.pk
        )
    )
    Application.objects.filter(pk__in=[one.pk for one in taken]).update(state=ApplicationState.OFFERED)
    move(theatre, OpportunityState.WITHDRAWN)
    assert exchange(client_there)["removed"] == 2
    assert platform.own[str(bureau.pk)]["published_at"] is None
    assert str(theatre.pk) in platform.discarded
    assert exchange(client_there)["removed"] == 0
    Application.objects.filter(pk__in=[one.pk for one in taken]).update(state=ApplicationState.LAPSED)
    assert exchange(client_there)["changed"] == 1
    assert platform.own[str(bureau.pk)]["published_at"]
    assert PartnerOffer.objects.get(remote_id=str(bureau.pk)).gone_at is None


def test_a_duplicate_is_resolved_by_a_change(
    world: World, platform: Platform, client_there: NationalPlatform
) -> None:
    exchange(client_there)
    PartnerOffer.objects.filter(direction=Direction.OUT).delete()
    done = exchange(client_there)
    assert (done["changed"], done["refused"]) == (3, 0)
    platform.own.clear()  # deleted over there: sent anew as soon as something changes
    Opportunity.objects.filter(pk=world.offers[0].pk).update(title="Autre")
    assert exchange(client_there)["sent"] == 1


@pytest.mark.parametrize("says_weeks", [True, False])
def test_weeks_dropped_in_silence_are_traced(
    world: World, platform: Platform, client_there: NationalPlatform, says_weeks: bool
) -> None:
    platform.says_weeks = says_weeks
    unknown = KNOWN_MONDAYS[2] + WEEK
    world.offers[0].periods.filter(starts_on=OTHER_MONDAY).update(
        starts_on=unknown, ends_on=unknown + dt.timedelta(days=4)
    )
    exchange(client_there)
    assert refusals() == {(str(world.offers[0].pk), "weeks_dropped")}
    assert iso_week(unknown) in Rejection.objects.get().message
    exchange(client_there)
    assert Rejection.objects.count() == 1
    world.offers[0].periods.filter(starts_on=unknown).update(
        starts_on=KNOWN_MONDAYS[2], ends_on=KNOWN_MONDAYS[2] + dt.timedelta(days=4)
    )
    exchange(client_there)
    assert refusals() == set()


def test_what_would_be_refused_is_not_sent_and_says_what_to_do(
    world: World, platform: Platform, client_there: NationalPlatform
) -> None:
    first, second, third = world.offers
    Opportunity.objects.filter(pk=first.pk).update(description="court", lat=None, lon=None)
    Opportunity.objects.filter(pk=second.pk).update(postcode="", sector=Sector.FOOD)
    Opportunity.objects.filter(pk=third.pk).update(description="Avec un gros mot dedans.")
    assert exchange(client_there)["refused"] == 3
    assert refusals() == {
        (str(first.pk), "description"),
        (str(first.pk), "coordinates"),
        (str(second.pk), "postcode"),
        (str(second.pk), "sector"),
        (str(third.pk), "VALIDATION_ERROR"),
    }
    assert str(Sector.FOOD.label) in Rejection.objects.get(code="sector").message
    assert platform.own == {}
    Opportunity.objects.filter(pk=third.pk).update(description="Sans mot de trop.")
    assert exchange(client_there)["sent"] == 1
    assert (str(third.pk), "VALIDATION_ERROR") not in refusals()


def test_a_test_site_publishes_nothing(
    world: World, platform: Platform, client_there: NationalPlatform, settings: Settings
) -> None:
    settings.SITE_URL = "https://staging.example.org"
    exchange(client_there)
    assert {code for _offer, code in refusals()} == {"permalink"}
    assert platform.own == {}


def test_a_missing_right_stops_the_exchange_and_is_said(
    world: World, platform: Platform, client_there: NationalPlatform
) -> None:
    platform.may_search = False
    with pytest.raises(Refused):
        exchange(client_there)
    record = Exchange.objects.get()
    assert "FORBIDDEN" in record.problem
    assert record.counts["sent"] == 3


# Theirs here


def theirs() -> dict[str, Opportunity]:
    return {row.remote_id: row for row in Opportunity.objects.filter(source="partner")}


def test_their_offers_are_held_updated_and_taken_off(
    world: World, platform: Platform, client_there: NationalPlatform
) -> None:
    for number in (1, 2, 3):
        platform.add(number)
    assert exchange(client_there)["new"] == 3
    held = theirs()
    assert {row.state for row in held.values()} == {OpportunityState.PUBLISHED}
    assert held["1"].permalink == "https://partenaire.example.org/1"
    assert Period.objects.filter(opportunity=held["1"]).values_list("starts_on", "seats").get() == (
        MONDAY,
        1,
    )
    done = exchange(client_there)
    assert (done["new"], done["updated"], done["own"]) == (0, 0, 3)
    platform.others[0]["title"] = "Autre titre"
    platform.others[0]["weeks"] = [iso_week(OTHER_MONDAY)]
    del platform.others[2]
    done = exchange(client_there)
    assert (done["updated"], done["gone"]) == (1, 1)
    assert theirs()["1"].title == "Autre titre"
    assert standing(theirs()["3"]) is Standing.GONE
    platform.add(3)
    assert exchange(client_there)["updated"] == 1
    assert standing(theirs()["3"]) is Standing.ACTIVE
    assert len(theirs()) == 3


def test_two_partners_may_use_the_same_remote_id(
    world: World, platform: Platform, client_there: NationalPlatform
) -> None:
    platform.add(1, remote_id="42")
    platform.add(2, remote_id="42")
    assert exchange(client_there)["new"] == 2


def test_an_employer_of_ours_with_the_same_name_gets_no_hand_on_a_partners_offer(
    world: World, platform: Platform, client_there: NationalPlatform
) -> None:
    world.hosts[0].siret = ""
    world.hosts[0].save()
    platform.add(1, employer_name=world.hosts[0].name)
    exchange(client_there)
    assert not Opportunity.objects.offered_by(world.employers[0]).filter(source="partner").exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": ""}, "incomplete"),
        ({"permalink": "javascript:alert(1)", "url": None}, "incomplete"),
        ({"permalink": "x" * 300, "url": 12}, "incomplete"),
        ({"sector": "Inconnu"}, "unknown_sector"),
        ({"employer_name": None}, "incomplete"),
    ],
)
def test_a_bad_row_is_traced_and_left_out(
    world: World,
    platform: Platform,
    client_there: NationalPlatform,
    fields: dict[str, object],
    code: str,
) -> None:
    platform.add(1, **fields)
    platform.add(2)
    done = exchange(client_there)
    assert (done["rejected"], done["new"]) == (1, 1)
    assert refusals() == {("1", code)}
    assert set(theirs()) == {"2"}


def test_rows_that_are_not_for_us_are_left_out(
    world: World, platform: Platform, client_there: NationalPlatform
) -> None:
    platform.add(1, grades=["seconde"])
    platform.add(2, weeks=["2020-W05", f"{MONDAY.year}-W99", 4])
    platform.add(3, title="<b>Gras</b>\x00", latitude="48", max_candidates=4)
    exchange(client_there)
    assert set(theirs()) == {"3"}
    assert (theirs()["3"].title, theirs()["3"].lat) == ("Gras", None)
    assert theirs()["3"].periods.get().seats == 4
    assert incoming.is_for_us({"grades": None, "zipcode": "35000"}, frozenset({"35000"}))
    assert not incoming.is_for_us({"zipcode": "75001"}, frozenset({"35000"}))


def test_the_digest_forgets_the_order_of_fields() -> None:
    assert outgoing.digest({"a": 1, "b": 2}) == outgoing.digest({"b": 2, "a": 1})


# On screen


def configure(monkeypatch: pytest.MonkeyPatch, access: Access) -> None:
    for name, value in (("URL", access.url), ("EMAIL", access.email), ("PASSWORD", access.password)):
        monkeypatch.setenv(f"NATIONAL_API_{name}", value)


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "EMAIL", "PASSWORD"):
        monkeypatch.delenv(f"NATIONAL_API_{name}", raising=False)


@pytest.mark.usefixtures("unconfigured")
def test_the_page_says_how_to_configure(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = sign_in(world.manager)
    assert "NATIONAL_API_URL" in manager.get(reverse("stages:interchange")).content.decode()
    assert manager.post(reverse("stages:exchange"))["Location"] == reverse("stages:interchange")
    assert services.exchange_due(dt.datetime.now(dt.UTC)) == 0
    with pytest.raises(services.NotConfigured):
        services.exchange()
    configure(monkeypatch, Access("http://example.org", EMAIL, PASSWORD))
    page = manager.get(reverse("stages:interchange")).content.decode()
    assert "https://" in page
    assert PASSWORD not in page


def test_the_manager_exchanges_matches_sectors_and_settles(
    world: World,
    platform: Platform,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    configure(monkeypatch, platform.access)
    platform.add(1, sector="Agriculture")
    manager = sign_in(world.manager)
    assert manager.post(reverse("stages:exchange")).status_code == 302
    progress = Progress.objects.get()
    assert services.start_exchange(world.manager).pk == progress.pk
    assert services.exchange_due(dt.datetime.now(dt.UTC)) == 1
    run.call(str(progress.pk))
    progress.refresh_from_db()
    assert (progress.state, progress.problem) == ("done", "")
    rejection = Rejection.objects.get()
    address = reverse("stages:interchange")
    with django_assert_max_num_queries(12):
        page = manager.get(address).content.decode()
    assert "Agriculture" in page
    data = {row.uuid: row.sector for row in PartnerSector.objects.all()} | {"s2": Sector.AGRICULTURE}
    with django_assert_max_num_queries(12):
        assert manager.get(reverse("stages:partner_sectors")).status_code == 200
    assert manager.post(reverse("stages:partner_sectors"), data | {"s1": "nothing"}).status_code == 200
    assert manager.post(reverse("stages:partner_sectors"), data).status_code == 302
    for _click in range(2):
        manager.post(reverse("stages:settle_rejection", args=[rejection.pk]))
    assert refusals() == set()
    assert services.exchange()["new"] == 1
    assert "csv" in manager.get(address, {"export": "csv"}).headers["Content-Type"]


def test_work_that_cannot_be_done_says_why(
    world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, Access(platform.url, EMAIL, "wrong"))
    progress = services.start_exchange(world.manager)
    run.call(str(progress.pk))
    progress.refresh_from_db()
    assert progress.state == "failed"
    assert "Invalid email" in progress.problem
