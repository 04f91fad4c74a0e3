"""Places, once a round is published: confirm, give back, take what is left; reminders; what the pages say."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from croisee.directory.models import Contact, Residence
from croisee.foundation import daily
from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import in_words
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.messages import written
from croisee.foundation.notices.models import Ledger
from croisee.opportunities.models import Application, ApplicationState, Origin, Period
from croisee.opportunities.services import hold
from croisee.stages.models import (
    Campaign,
    Convention,
    ConventionState,
    Round,
    RoundOffer,
    RoundPupil,
    RoundState,
)
from croisee.stages.next_steps import next_step
from croisee.stages.phases import Phase
from croisee.stages.queries import choices
from croisee.stages.queries.wishes import situation
from croisee.stages.services import places, wishes
from tests.world import MONDAY, YEAR, World, iso_week, make_world

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
CONFIRMING, BETWEEN, SECOND_OPEN, SECOND_CLOSED, AFTER = -15, -20.5, -25, -29, -40


def world_at(days: float, turn: int = 1) -> World:
    """The world `days` after its campaign's middle, with its first round (or both) published."""
    world = make_world(timezone.now() + dt.timedelta(days=days))
    Campaign.objects.filter(pk=world.campaign.pk).update(published_turn=turn)
    world.campaign.refresh_from_db()
    return world


@pytest.fixture
def world() -> World:
    return world_at(CONFIRMING)


def offer_place(world: World, pupil: int = 0, offer: int = 0, **fields: object) -> Application:
    """A place that the first round gave, on the second wish."""
    application = world.wish(pupil, offer, 2)
    Application.objects.filter(pk=application.pk).update(
        answer_by=fields.get("answer_by", world.campaign.confirm_by)
    )
    perform(application, "offer", None)
    return application


def publish_result(world: World, pupil: int = 0) -> RoundPupil:
    """What the round kept of the pupil's place and of the wish before it."""
    round_ = Round.objects.create(
        organisation=world.metropolis,
        campaign=world.campaign,
        turn=1,
        name="Tour 1",
        school_year=YEAR,
        seed=7,
        computed_at=timezone.now(),
    )
    for state in (RoundState.COMPUTED, RoundState.PUBLISHED):
        Round.objects.filter(pk=round_.pk).update(state=state)
    offer = RoundOffer.objects.create(
        round=round_,
        reference="o",
        title="Boulangerie",
        week=iso_week(MONDAY),
        seats=2,
        period=world.period(0),
    )
    refused = {"offer": "t", "week": iso_week(MONDAY), "title": "Théâtre", "kind": "priority"}
    row: RoundPupil = RoundPupil.objects.create(
        round=round_,
        person=world.pupils[pupil],
        reference="p",
        school_uai=world.schools[0].uai,
        week=iso_week(MONDAY),
        offer=offer,
        seat=0,
        rank=2,
        reason="Pourquoi cette place.",
        reasons=[refused | {"seats": 3, "reserved": 0, "asked": 9}],
    )
    return row


def state_of(application: Application) -> str:
    application.refresh_from_db()
    return str(application.state)


# Confirm, give back, cancel


def test_confirmed_once_however_many_clicks(world: World) -> None:
    place = offer_place(world)
    other = world.wish(0, 1, 1, turn=2)
    for _click in range(2):
        places.confirm_place(Application.objects.get(pk=place.pk), world.families[0])
    assert state_of(place) == ApplicationState.CONFIRMED
    assert Convention.objects.living().filter(application=place).count() == 1
    assert not Application.objects.filter(pk=other.pk).exists()
    assert world.period(0).taken == 1


def test_too_late_to_confirm() -> None:
    world = world_at(BETWEEN)
    place = offer_place(world)
    with pytest.raises(ValidationError):
        places.confirm_place(place, world.families[0])
    assert state_of(place) == ApplicationState.OFFERED


def test_given_back_frees_the_seat_and_cancels_the_convention(world: World) -> None:
    place = offer_place(world)
    places.confirm_place(place, world.families[0])
    for _click in range(2):
        places.give_back_place(place, world.families[0])
    assert state_of(place) == ApplicationState.GIVEN_BACK
    assert world.period(0).taken == 0
    assert Convention.objects.get(application=place).state == ConventionState.CANCELLED
    with pytest.raises(ValidationError):
        places.confirm_place(place, world.families[0])


def today_is(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: day)


def test_what_has_begun_is_not_given_back(
    world: World, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    place = offer_place(world)
    places.confirm_place(place, world.families[0])
    client = sign_in(world.families[0])
    page = reverse("stages:my_internship", args=[world.pupils[0].pk])
    answer = reverse("stages:answer_place", args=[world.pupils[0].pk])
    assert answer in client.get(page).content.decode()
    today_is(monkeypatch, MONDAY)
    assert answer not in client.get(page).content.decode()
    said = client.post(answer, {"sure": "on"}, follow=True).content.decode()
    assert "has begun" in said or "a commencé" in said
    with pytest.raises(ValidationError):
        places.give_back_place(place, world.families[0])
    assert state_of(place) == ApplicationState.CONFIRMED


def test_the_next_step_follows_the_convention(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    place = offer_place(world)
    places.confirm_place(place, world.families[0])
    convention = Convention.objects.filter(application=place)
    with override("en"):
        assert "convention is signed next" in next_step(situation(world.pupils[0])).text
        convention.update(state=ConventionState.READY)
        convention.update(state=ConventionState.SIGNED)
        assert f"begins on {in_words(MONDAY)}" in next_step(situation(world.pupils[0])).text
        today_is(monkeypatch, MONDAY)
        assert (
            f"until {in_words(MONDAY + dt.timedelta(days=4))}" in next_step(situation(world.pupils[0])).text
        )
        today_is(monkeypatch, MONDAY + dt.timedelta(days=5))
        assert "is over" in next_step(situation(world.pupils[0])).text


def test_cancelled_place_is_told_once_with_why(world: World) -> None:
    place = offer_place(world)
    places.confirm_place(place, world.families[0])
    for _time in range(2):
        places.cancel_place(place, world.manager, "L’entreprise ferme.")
    assert state_of(place) == ApplicationState.CANCELLED
    told = Ledger.objects.get(notice="stages.place_cancelled", account=world.families[0])
    assert told.context["why"] == "L’entreprise ferme."


def test_reminded_once_two_days_before() -> None:
    world = world_at(-18.5)
    offer_place(world)
    offer_place(world, pupil=1, offer=2, answer_by=timezone.now() + dt.timedelta(days=4))
    assert places.remind_confirmations() == 1
    assert places.remind_confirmations() == 0
    assert daily.due()["places_to_confirm"] == 0
    owed = Ledger.objects.get(notice="stages.confirm_soon")
    assert owed.account == world.families[0]
    mail = written(owed)
    day = str(timezone.localtime(world.campaign.confirm_by).day)
    assert day in mail.subject
    assert day in mail.text


# What is left


def test_a_seat_left_is_for_the_first_who_takes_it(world: World) -> None:
    first = places.take_left(world.pupils[0], world.period(1), world.families[0])
    again = places.take_left(world.pupils[0], world.period(1), world.families[0])
    assert first.pk == again.pk
    assert (first.origin, first.state) == (Origin.LEFT, ApplicationState.CONFIRMED)
    assert Convention.objects.filter(application=first).exists()
    with pytest.raises(ValidationError):
        places.take_left(world.pupils[1], world.period(1), world.families[1])
    with pytest.raises(ValidationError):
        places.take_left(world.pupils[0], world.period(2), world.families[0])


def test_reserved_seats_wait_for_protected_pupils(world: World) -> None:
    Period.objects.filter(pk=world.period(0).pk).update(reserved=2)
    shown = {item.period.opportunity.title: item for item in choices.left(situation(world.pupils[0]), None)}
    assert (shown["Boulangerie"].free, shown["Boulangerie"].kept) == (0, 2)
    with pytest.raises(ValidationError):
        places.take_left(world.pupils[0], world.period(0), world.families[0])
    protected = world.pupils[1]
    protected.residence = Residence.YES
    protected.save()
    (own,) = [
        item
        for item in choices.left(situation(protected), None)
        if item.period.opportunity.title == "Boulangerie"
    ]
    assert (own.free, own.kept) == (2, 0)
    assert places.take_left(protected, world.period(0), world.families[1]).reserved_seat


@pytest.mark.parametrize(
    ("days", "turn", "open_"),
    [
        (CONFIRMING, 1, True),
        (BETWEEN, 1, True),
        (SECOND_OPEN, 1, False),
        (SECOND_CLOSED, 1, False),
        (AFTER, 2, True),
    ],
)
def test_seats_left_are_taken_between_rounds_only(days: float, turn: int, open_: bool) -> None:
    world = world_at(days, turn)
    assert situation(world.pupils[0]).can_take_left is open_
    if open_:
        places.take_left(world.pupils[0], world.period(2), world.families[0])
    else:
        with pytest.raises(ValidationError):
            places.take_left(world.pupils[0], world.period(2), world.families[0])


def test_second_round_is_on_what_is_left() -> None:
    world = world_at(SECOND_OPEN)
    hold(
        world.pupils[1],
        world.period(1),
        call=world.campaign.pk,
        turn=1,
        origin=Origin.WISH,
        account=None,
        protected=False,
        confirmed=True,
    )
    person, account = world.pupils[0], world.families[0]
    with pytest.raises(ValidationError):
        wishes.add(person, world.campaign, account, world.period(1))
    wish = wishes.add(person, world.campaign, account, world.period(0))
    assert (wish.turn, wish.rank) == (2, 1)
    with pytest.raises(ValidationError):
        wishes.add(world.pupils[1], world.campaign, world.families[1], world.period(0))


# Pages


def test_place_with_its_reasons_then_confirmed(world: World, sign_in: SignIn) -> None:
    place = offer_place(world)
    publish_result(world)
    client = sign_in(world.families[0])
    address = reverse("stages:my_internship", args=[world.pupils[0].pk])
    page = client.get(address).content.decode()
    assert "Boulangerie" in page
    assert "Théâtre" in page
    assert "Pourquoi cette place." in page
    assert "Comment s’y rendre" in page
    assert page.count('class="button"') == 1
    answer = reverse("stages:answer_place", args=[world.pupils[0].pk])
    for _click in range(2):
        assert client.post(answer, {"answer": "confirm", "place": place.pk}).status_code == 302
    assert state_of(place) == ApplicationState.CONFIRMED
    page = client.get(address).content.decode()
    assert Convention.objects.get().get_absolute_url() in page


def test_a_result_names_its_place_even_once_lost(world: World, sign_in: SignIn) -> None:
    place = offer_place(world)
    publish_result(world)
    places.give_back_place(place, world.families[0])
    page = reverse("stages:my_internship", args=[world.pupils[0].pk])
    assert "<strong>Boulangerie</strong><br>Pourquoi cette place." in (
        sign_in(world.families[0]).get(page).content.decode()
    )


def test_a_parent_of_two_is_led_to_both(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.families[0])
    mine = reverse("stages:my_internship", args=[world.pupils[0].pk])
    assert reverse("stages:whats_left", args=[world.pupils[0].pk]) in (
        client.get(reverse("portal:mine")).content.decode()
    )
    Contact.objects.create(person=world.pupils[1], capacity="legal_representative", account=world.families[0])
    home = client.get(reverse("portal:mine")).content.decode()
    assert world.pupils[1].given_name in home
    assert mine in client.get(reverse("stages:my_internships")).content.decode()


def test_giving_back_is_asked_twice(world: World, sign_in: SignIn) -> None:
    place = offer_place(world)
    client = sign_in(world.families[0])
    answer = reverse("stages:answer_place", args=[world.pupils[0].pk])
    assert client.get(answer).status_code == 200
    assert client.post(answer, {}).status_code == 200
    assert state_of(place) == ApplicationState.OFFERED
    assert client.post(answer, {"sure": "on"}).status_code == 302
    assert state_of(place) == ApplicationState.GIVEN_BACK
    assert client.post(answer, {"sure": "on"}).status_code == 302


def test_somebody_elses_place_is_not_mine_to_answer(world: World, sign_in: SignIn) -> None:
    place = offer_place(world, pupil=1)
    client = sign_in(world.families[0])
    mine = reverse("stages:answer_place", args=[world.pupils[0].pk])
    theirs = reverse("stages:answer_place", args=[world.pupils[1].pk])
    for address in (mine, theirs):
        assert client.post(address, {"answer": "confirm", "place": place.pk}).status_code == 404
    assert state_of(place) == ApplicationState.OFFERED


def test_take_what_is_left_on_screen(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.families[0])
    person = world.pupils[0]
    page = client.get(reverse("stages:whats_left", args=[person.pk])).content.decode()
    assert "Théâtre" in page
    assert "Les temps de trajet partent du domicile. Aucun horaire n’est chargé" in page
    take = reverse("stages:take_left", args=[person.pk])
    for _click in range(2):
        client.post(take, {"period": world.period(2).pk})
    assert Application.objects.get(person=person).state == ApplicationState.CONFIRMED
    assert client.post(take, {"period": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("days", "turn", "expected"),
    [
        (15, 0, Phase.ANNOUNCED),
        (0, 0, Phase.OPEN),
        (-11, 0, Phase.CLOSED),
        (CONFIRMING, 1, Phase.CONFIRMING),
        (BETWEEN, 1, Phase.BETWEEN),
        (SECOND_OPEN, 1, Phase.SECOND_OPEN),
        (SECOND_CLOSED, 1, Phase.SECOND_CLOSED),
        (-32, 2, Phase.SECOND_CONFIRMING),
        (AFTER, 2, Phase.UNDER_WAY),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_phase_has_its_page_and_its_next_step(
    days: float, turn: int, expected: Phase, language: str, sign_in: SignIn
) -> None:
    world = world_at(days, turn)
    where = situation(world.pupils[0])
    assert where.phase == expected
    assert next_step(where).text
    client = sign_in(world.families[0])
    client.cookies["django_language"] = language
    for name in ("my_internship", "browse", "wishes", "whats_left"):
        response = client.get(reverse(f"stages:{name}", args=[world.pupils[0].pk]))
        assert response.status_code == 200, name
        assert response.content.decode().count('class="button"') <= 1, name
    assert client.get(reverse("portal:mine")).status_code == 200
    assert client.get(reverse("stages:my_internships")).status_code == 200


@pytest.mark.parametrize("state", ["finished", "cancelled"])
def test_when_it_is_over(state: str, sign_in: SignIn) -> None:
    world = world_at(AFTER, 2)
    Campaign.objects.filter(pk=world.campaign.pk).update(state=state)
    page = reverse("stages:my_internship", args=[world.pupils[0].pk])
    assert sign_in(world.families[0]).get(page).status_code == 200
