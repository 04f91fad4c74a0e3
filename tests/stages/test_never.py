"""What must never happen, and what people send at the wrong time: each with its one outcome, through the whole site.

The parts have their own tests (seats and races in tests/opportunities, class lists in tests/directory, consequences,
signing, offers beside this file); here several parts meet.
"""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from croisee.directory.models import Contact, Enrolment
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.notices.models import Ledger, State
from croisee.foundation.notices.services import deliver, send_due
from croisee.opportunities.models import Application, ApplicationState, Period
from croisee.stages.models import Convention, RoundState
from croisee.stages.notices.offers import link_key
from croisee.stages.queries import schools as school_queries
from croisee.stages.services import hosts, places, placing, schools
from tests.stages.convention_helpers import Inbox, listening, work
from tests.stages.test_places import BETWEEN, offer_place, world_at
from tests.stages.test_placing import close, compute
from tests.world import World, make_pupil, make_world, member

SignIn = Callable[[Account], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def confirming() -> World:
    """A published round, before its date to confirm."""
    return world_at(-15)


@pytest.fixture
def inbox(settings):
    with listening(settings) as inbox:
        yield inbox


def sent_later(inbox: Inbox) -> None:
    """The server is back, and the hourly schedule comes."""
    inbox.down = False
    Ledger.objects.filter(state=State.WAITING).update(next_attempt_at=timezone.now() - dt.timedelta(hours=1))
    send_due()


# No place is lost by a failed e-mail


def test_a_server_that_is_down_at_publication_loses_no_place(world: World, inbox: Inbox) -> None:
    for pupil in (0, 1):
        world.wish(pupil, 2, 1)
    close(world.campaign)
    round_ = compute(world)
    inbox.down = True
    placing.publish_round(round_, world.manager)
    for row in Ledger.objects.all():
        deliver.call(str(row.pk))
    round_.refresh_from_db()
    assert round_.state == RoundState.PUBLISHED
    assert set(Application.objects.values_list("state", flat=True)) == {ApplicationState.OFFERED}
    assert inbox.mails == []
    owed = Ledger.objects.filter(state=State.WAITING).count()
    assert owed >= 2
    assert Ledger.objects.exclude(state=State.WAITING).count() == 0
    sent_later(inbox)
    assert len(inbox.mails) == owed
    assert len(inbox.to("family1@example.org")) == len(inbox.to("family2@example.org")) == 1


def test_a_server_that_is_down_at_confirmation_loses_no_place(
    confirming: World, sign_in: SignIn, inbox: Inbox
) -> None:
    application = offer_place(confirming)
    inbox.down = True
    browser = sign_in(confirming.families[0])
    url = reverse("stages:answer_place", args=[confirming.pupils[0].pk])
    answer = browser.post(url, {"answer": "confirm", "place": application.pk}, follow=True)
    assert answer.status_code == 200
    work()
    application.refresh_from_db()
    assert application.state == ApplicationState.CONFIRMED
    assert Convention.objects.get().application == application
    assert Ledger.objects.get(notice="stages.pupil_confirmed").state == State.WAITING
    sent_later(inbox)
    [mail] = inbox.to("employer1@example.org")
    assert "Élève0" in str(mail.get_body("plain").get_content())
    assert "Famille1" not in mail.as_string()


# Twice is once


def test_two_clicks_on_every_button_of_a_place_do_one_thing(confirming: World, sign_in: SignIn) -> None:
    application = offer_place(confirming)
    browser = sign_in(confirming.families[0])
    url = reverse("stages:answer_place", args=[confirming.pupils[0].pk])
    for _click in range(2):
        browser.post(url, {"answer": "confirm", "place": application.pk})
    assert Convention.objects.count() == 1
    assert Ledger.objects.filter(notice="stages.pupil_confirmed").count() == 1
    assert StateChange.objects.filter(object_id=application.pk, transition="confirm").count() == 1
    period = Period.objects.get(pk=application.period_id)
    assert period.taken == 1
    page = browser.get(url)
    body = dict.fromkeys(page.context["form"].fields, "on")
    for _click in range(2):
        browser.post(url, body)
    period.refresh_from_db()
    assert period.taken == 0
    assert StateChange.objects.filter(object_id=application.pk, transition="give_back").count() == 1
    assert Ledger.objects.filter(notice="stages.pupil_gone").count() == 1


def test_an_offer_withdrawn_twice_is_withdrawn_once(confirming: World, sign_in: SignIn) -> None:
    offer_place(confirming)
    browser = sign_in(confirming.employers[0])
    url = reverse("stages:move_offer", args=[confirming.offers[0].pk])
    for _click in range(2):
        assert browser.post(url, {"transition": "withdraw", "reason": "Travaux"}).status_code == 302
    held = Application.objects.holding().filter(person=confirming.pupils[0])
    assert held.count() <= 1
    assert Ledger.objects.filter(notice="stages.place_cancelled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_forty_families_take_three_seats_that_are_left() -> None:
    """Through all that a confirmed place brings: three places, three conventions, no wish left, no dead lock."""
    world = world_at(BETWEEN)
    pupils = [make_pupil(world.classes[0], f"Élève{n}", f"Course{n}") for n in range(40)]
    for pupil in pupils[:10]:
        Application.objects.create(
            person=pupil, period=world.period(0), call=world.campaign.pk, turn=2, rank=1
        )
    period = world.period(2)

    def take(number: int) -> str:
        try:
            places.take_left(pupils[number % 40], period, world.families[0])
        except ValidationError:
            return "refused"
        finally:
            connection.close()
        return "placed"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(take, range(80)))
    period.refresh_from_db()
    held = Application.objects.holding().filter(period=period)
    assert (period.taken, held.count(), held.values("person").distinct().count()) == (3, 3, 3)
    assert Convention.objects.count() == 3
    placed = set(held.values_list("person", flat=True))
    # Who was placed clicked twice: each of both clicks found the place.
    assert answers.count("placed") == 6
    asked = Application.objects.filter(state=ApplicationState.ASKED)
    assert not asked.filter(person__in=placed).exists()


# Whatever the code does, the database refuses


def test_the_database_holds_no_second_place_and_no_seat_too_many(world: World) -> None:
    rows = [world.wish(0, 0, 1), world.wish(0, 1, 2), world.wish(1, 1, 1)]
    for state in (ApplicationState.OFFERED, ApplicationState.CONFIRMED):
        Application.objects.filter(pk=rows[0].pk).update(state=state)
    with pytest.raises(IntegrityError, match="application_one_place_a_person"), transaction.atomic():
        Application.objects.filter(pk=rows[1].pk).update(state=ApplicationState.OFFERED)
    Application.objects.filter(pk=rows[2].pk).update(state=ApplicationState.OFFERED)
    more = Application.objects.create(
        person=world.pupils[2], period=world.period(1), call=world.campaign.pk, turn=1, rank=1
    )
    with pytest.raises(IntegrityError, match="period_never_overfull"), transaction.atomic():
        Application.objects.filter(pk=more.pk).update(state=ApplicationState.OFFERED)
    with pytest.raises(IntegrityError, match="period_never_overfull"), transaction.atomic():
        Period.objects.filter(pk=world.period(1).pk).update(seats=0)


# At the wrong time


def test_a_wish_from_a_page_opened_before_wishes_closed(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.families[0])
    pupil = world.pupils[0]
    wish = world.wish(0, 0, 1)
    assert browser.get(reverse("stages:browse", args=[pupil.pk])).status_code == 200
    close(world.campaign)
    for name, body in (
        ("add_wish", {"period": world.period(1).pk}),
        ("remove_wish", {"wish": wish.pk}),
        ("order_wishes", {"wish": [wish.pk], "move": f"{wish.pk}:down"}),
    ):
        answer = browser.post(reverse(f"stages:{name}", args=[pupil.pk]), body, follow=True)
        assert "notice error" in answer.content.decode(), name
    assert list(pupil.applications.values_list("pk", flat=True)) == [wish.pk]


def test_a_place_answered_past_its_date_is_not_confirmed(sign_in: SignIn) -> None:
    world = world_at(-15)
    application = offer_place(world, answer_by=timezone.now() + dt.timedelta(hours=1))
    browser = sign_in(world.families[0])
    Application.objects.filter(pk=application.pk).update(answer_by=timezone.now() - dt.timedelta(seconds=1))
    url = reverse("stages:answer_place", args=[world.pupils[0].pk])
    page = browser.post(url, {"answer": "confirm", "place": application.pk}, follow=True)
    assert "notice error" in page.content.decode()
    application.refresh_from_db()
    assert application.state != ApplicationState.CONFIRMED
    assert not Convention.objects.exists()


def test_a_pupil_who_moved_cannot_be_answered_for_by_the_former_school(
    confirming: World, sign_in: SignIn
) -> None:
    application = offer_place(confirming)
    browser = sign_in(confirming.heads[0])
    url = reverse("stages:answer_place", args=[confirming.pupils[0].pk])
    assert browser.get(url).status_code == 200
    Enrolment.objects.filter(person=confirming.pupils[0]).update(left_on=timezone.localdate())
    assert browser.post(url, {"answer": "confirm", "place": application.pk}).status_code == 404
    application.refresh_from_db()
    assert application.state == ApplicationState.OFFERED


# Who has two roles


def confirmed_with_convention(world: World, pupil: int, offer: int) -> Convention:
    application = offer_place(world, pupil, offer)
    places.confirm_place(application, None)
    convention = Convention.objects.get(application=application)
    Convention.objects.filter(pk=convention.pk).update(state="ready")
    return convention


@pytest.mark.parametrize("second", ["family", "school_staff"])
def test_a_host_who_is_a_parent_or_teaches_reads_names_of_its_own_pupils_alone(
    confirming: World, sign_in: SignIn, second: str
) -> None:
    confirmed_with_convention(confirming, 0, 0)
    host = confirming.employers[0]
    if second == "family":
        Membership.objects.create(account=host, organisation=confirming.schools[1], role=Role.FAMILY)
        confirming.pupils[3].contacts.update(account=host)
    else:
        Membership.objects.create(account=host, organisation=confirming.schools[1], role=Role.SCHOOL_STAFF)
    confirmed_with_convention(confirming, 3, 2)
    browser = sign_in(host)
    for more in ("", "?export=csv"):
        text = browser.get(reverse("stages:conventions") + more).content.decode()
        assert "Élève0" in text
        assert "Famille1" not in text
        assert "Famille4" in text
    found = browser.get(reverse("stages:conventions"), {"q": "famille1"}).content.decode()
    assert "Élève0" not in found


def test_the_head_of_another_school_attests_nothing_here(confirming: World, sign_in: SignIn) -> None:
    convention = confirmed_with_convention(confirming, 0, 0)
    teacher = confirming.heads[1]
    Membership.objects.create(account=teacher, organisation=confirming.schools[0], role=Role.SCHOOL_STAFF)
    url = reverse("stages:edit_convention", args=[convention.pk])
    assert "family_firm" in sign_in(confirming.heads[0]).get(url).context["form"].fields
    assert "family_firm" not in sign_in(teacher).get(url).context["form"].fields


# Who claims what is not theirs


def arrive(email: str, siret: str) -> hosts.Arrival | None:
    cache.set(link_key("token"), {"email": email, "siret": siret})
    return hosts.arrive("token", own_name="Ana")


def test_a_number_alone_opens_no_host_where_pupils_go(confirming: World) -> None:
    """A place that a school noted makes a host without a team: its number is on every invoice."""
    administrator = member(Role.ADMINISTRATOR, confirming.metropolis, "administrator@example.org")
    offer_place(confirming)
    host = confirming.hosts[0]
    Membership.objects.filter(organisation=host).update(ended_on=timezone.localdate())
    arrival = arrive("stranger@example.org", host.siret)
    assert arrival is not None
    assert (arrival.account, arrival.belongs, arrival.has_team) == (None, False, False)
    assert not Account.objects.filter(email="stranger@example.org").exists()
    row = Ledger.objects.get(notice="stages.asks_for_host")
    assert row.account == administrator
    assert "stranger" not in row.key
    # Whom the school named as the tutor comes in.
    arrival = arrive("tutrice@example.org", host.siret)
    assert arrival is not None
    assert arrival.belongs


def test_whoever_must_wait_is_told_so(client: Client, confirming: World) -> None:
    from tests.stages.test_offers_pages import ask_link

    offer_place(confirming)
    Membership.objects.filter(organisation=confirming.hosts[0]).update(ended_on=timezone.localdate())
    path = ask_link(client, "stranger@example.org", confirming.hosts[0].siret)
    page = client.post(path, {})
    assert "vérifi" in page.content.decode()
    assert not Membership.objects.active().filter(organisation=confirming.hosts[0]).exists()


# Nothing is said to one for two


def test_a_family_of_two_is_reminded_of_both(world: World) -> None:
    Contact.objects.filter(person=world.pupils[1]).update(account=world.families[0])
    Contact.objects.filter(person=world.pupils[2]).update(account=None)
    rows = list(school_queries.pupils(world.campaign, world.heads[0]))
    assert schools.remind(world.campaign, rows).told == 2
    assert Ledger.objects.filter(notice="stages.school_reminder", account=world.families[0]).count() == 2
    assert schools.remind(world.campaign, rows).told == 0


def test_an_answer_goes_nowhere_else(confirming: World, sign_in: SignIn) -> None:
    convention = confirmed_with_convention(confirming, 0, 0)
    browser = sign_in(confirming.heads[0])
    url = reverse("stages:attendance", args=[convention.pk])
    for away in (
        "https://evil.example.org/",
        "//evil.example.org",
        "/\\evil.example.org",
        "nowhere",
        "\0",
        "",
    ):
        answer = browser.post(url, {"day": "9999-12-31", "presence": "present", "next": away})
        assert (answer.status_code, answer["Location"]) == (302, url), away
    for day in ("9999-12-31", "0001-01-01", "x"):
        assert browser.get(reverse("stages:attendances"), {"day": day}).status_code == 200
