"""Who was there on each day, what both sides say of it, and the attestation."""

import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from croisee.directory.models import Enrolment
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.models import IssuedDocument
from croisee.foundation.notices.models import Ledger
from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.cards import attendance as cards
from croisee.stages.models import Attendance, Convention, ConventionState, Presence, Review, Side
from croisee.stages.queries import attendance as queries
from croisee.stages.services import attendance as services
from tests.world import MONDAY, World, make_world

pytestmark = pytest.mark.django_db
FRIDAY = MONDAY + dt.timedelta(days=4)
AFTER = FRIDAY + dt.timedelta(days=1)
SignIn = Callable[[Account], Client]


@pytest.fixture
def world() -> World:
    return make_world()


def agree(
    world: World, pupil: int = 0, offer: int = 0, *, state: str = ConventionState.RUNNING
) -> Convention:
    """A confirmed place with its convention in a state."""
    application = world.wish(pupil, offer, rank=1)
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.OFFERED)
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.CONFIRMED)
    convention = Convention.objects.create(application=application)
    path = [ConventionState.READY, ConventionState.SIGNED, ConventionState.RUNNING, ConventionState.DONE]
    for step in path[: path.index(ConventionState(state)) + 1]:
        Convention.objects.filter(pk=convention.pk).update(state=step)
    return queries.with_days(Convention.objects.filter(pk=convention.pk)).get()


def again(convention: Convention) -> Convention:
    return queries.with_days(Convention.objects.filter(pk=convention.pk)).get()


def week(convention: Convention, account: Account, *presences: str) -> Convention:
    for number, presence in enumerate(presences):
        services.note(convention, MONDAY + dt.timedelta(days=number), presence, account, today=FRIDAY)
    return again(convention)


def at(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    """Pages believe that it is that day."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: day)


def test_a_day_is_noted_and_noted_again(world: World) -> None:
    convention = agree(world)
    services.note(convention, MONDAY, Presence.ABSENT, world.employers[0], today=MONDAY)
    services.note(convention, MONDAY, Presence.LATE, world.heads[0], today=MONDAY)
    row = Attendance.objects.get()
    assert (row.presence, row.noted_by) == (Presence.LATE, world.heads[0])


@pytest.mark.parametrize(
    ("day", "today", "said"),
    [
        (MONDAY + dt.timedelta(days=1), MONDAY, "à venir|still to come"),
        (MONDAY + dt.timedelta(days=5), AFTER + dt.timedelta(days=1), "no day of|pas un jour"),
        (MONDAY, FRIDAY + dt.timedelta(days=8), "more than a week|plus d’une semaine"),
    ],
)
def test_some_days_cannot_be_noted(world: World, day: dt.date, today: dt.date, said: str) -> None:
    convention = agree(world)
    with pytest.raises(ValidationError) as refusal:
        services.note(convention, day, Presence.PRESENT, world.employers[0], today=today)
    assert re.search(said, str(refusal.value.messages))
    assert not Attendance.objects.exists()


def test_until_a_week_after_a_note_can_be_changed(world: World) -> None:
    convention = agree(world, state=ConventionState.DONE)
    services.note(convention, MONDAY, "present", world.employers[0], today=FRIDAY + dt.timedelta(days=7))


def test_nothing_is_noted_before_all_have_signed(world: World) -> None:
    convention = agree(world, state=ConventionState.READY)
    with pytest.raises(ValidationError):
        services.note(convention, MONDAY, Presence.PRESENT, world.employers[0], today=MONDAY)
    with pytest.raises(ValidationError):
        services.note(agree(world, 1), MONDAY, "asleep", world.employers[0], today=MONDAY)


def test_the_school_is_told_of_an_absence_once_a_pupil_and_day(world: World) -> None:
    convention = agree(world)
    for presence in (Presence.EXCUSED, Presence.ABSENT, Presence.PRESENT, Presence.ABSENT):
        services.note(convention, MONDAY, presence, world.employers[0], today=MONDAY)
    told = Ledger.objects.filter(notice="stages.absent")
    assert {row.account for row in told} == {world.heads[0], world.staff[0]}
    assert told.count() == 2


def test_who_notes_an_absence_at_school_is_not_told_of_it(world: World) -> None:
    services.note(agree(world), MONDAY, Presence.ABSENT, world.staff[0], today=MONDAY)
    assert {row.account for row in Ledger.objects.all()} == {world.heads[0]}


def test_a_no_show_is_absent_on_every_noted_day(world: World) -> None:
    convention = agree(world)
    assert not queries.is_no_show(convention.attendances.all())
    convention = week(convention, world.heads[0], Presence.ABSENT, Presence.EXCUSED)
    assert queries.is_no_show(convention.attendances.all())
    assert not queries.may_review(convention, AFTER)
    assert not queries.attestable(convention, AFTER)
    convention = week(convention, world.heads[0], Presence.LATE)
    assert not queries.is_no_show(convention.attendances.all())
    assert queries.minutes_there(convention) == 360


def write(convention: Convention, side: Side, account: Account, today: dt.date = AFTER) -> Review:
    return services.review(convention, side, account, mark=4, again=True, text="Bien", today=today)


def test_each_side_reads_the_other_once_both_are_in(world: World) -> None:
    convention = week(agree(world), world.heads[0], Presence.PRESENT)
    family, host = world.families[0], world.employers[0]

    def seen(account: Account) -> set[str]:
        return set(Review.objects.visible_to(account).values_list("side", flat=True))

    write(convention, Side.PUPIL, family)
    assert (seen(family), seen(host), seen(world.heads[0])) == ({"pupil"}, set(), {"pupil"})
    write(convention, Side.HOST, host)
    assert seen(family) == seen(host) == seen(world.staff[0]) == {"pupil", "host"}
    for other in (world.families[1], world.employers[1], world.heads[1], world.manager, world.official):
        assert seen(other) == set()


def test_a_month_later_the_only_review_is_read_by_both(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    convention = week(agree(world), world.heads[0], Presence.PRESENT)
    write(convention, Side.PUPIL, world.families[0])
    assert not Review.objects.visible_to(world.employers[0]).exists()
    at(monkeypatch, FRIDAY + dt.timedelta(days=31))
    assert Review.objects.visible_to(world.employers[0]).exists()
    # Whoever could read it can no longer answer it.
    assert not queries.may_review(convention, FRIDAY + dt.timedelta(days=31))


def test_a_review_is_written_once_after_the_last_day_by_its_own_side(world: World) -> None:
    convention = week(agree(world), world.heads[0], Presence.PRESENT)
    with pytest.raises(ValidationError):
        write(convention, Side.PUPIL, world.families[0], FRIDAY)
    with pytest.raises(ValidationError):
        write(convention, Side.HOST, world.families[0])
    with pytest.raises(ValidationError):
        write(convention, Side.PUPIL, world.heads[0])
    write(convention, Side.PUPIL, world.families[0])
    with pytest.raises(ValidationError):
        write(convention, Side.PUPIL, world.families[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(convention=convention, side=Side.HOST, mark=6)


def test_reviews_are_asked_for_on_the_day_after_and_again_once(world: World) -> None:
    convention = week(agree(world), world.heads[0], Presence.PRESENT)
    week(agree(world, 1, 2), world.heads[0], Presence.ABSENT)

    def due(days: int) -> int:
        return services.ask_for_reviews(
            dt.datetime.combine(FRIDAY + dt.timedelta(days=days), dt.time(9), dt.UTC)
        )

    assert [due(day) for day in (0, 1, 1, 2)] == [0, 2, 0, 0]
    write(convention, Side.PUPIL, world.families[0])
    assert [due(day) for day in (8, 8, 9)] == [1, 0, 0]
    assert {row.account for row in Ledger.objects.filter(notice="stages.review_due")} == {
        world.families[0],
        world.employers[0],
    }


def test_the_card_of_a_review_asks_for_no_more_than_it_says(
    world: World, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """On the days after an internship it comes on top of all that a home page asks."""
    convention = week(agree(world), world.heads[0], Presence.PRESENT)
    at(monkeypatch, AFTER)
    for account, side in ((world.employers[0], Side.HOST), (world.families[0], Side.PUPIL)):
        account.has_role(Role.ADMINISTRATOR)  # the roles, which the page knows
        with django_assert_max_num_queries(2):
            card = cards.reviews(account)
        assert card
        assert card.url == reverse("stages:review", args=[convention.pk, side])


def test_marks_of_a_host_are_shown_from_five_reviews_on(world: World) -> None:
    conventions = [agree(world, pupil, 2) for pupil in range(3)]
    for convention in conventions:
        Review.objects.create(convention=convention, side=Side.PUPIL, mark=4, again=True)
        Review.objects.create(convention=convention, side=Side.HOST, mark=1)
    assert not queries.marks_by_host(world.manager).exists()
    world.offers[2].periods.update(seats=9)
    for pupil in range(2):
        application = conventions[pupil].application
        replaced = Application.objects.create(
            person=world.pupils[3 + pupil], period=application.period, call=application.call
        )
        convention = Convention.objects.create(application=replaced)
        Review.objects.create(convention=convention, side=Side.PUPIL, mark=2, again=False)
    host = queries.marks_by_host(world.manager).get()
    assert (host.pk, host.marks, float(host.mean), host.again) == (world.hosts[1].pk, 5, 3.2, 3)
    assert not queries.marks_by_host(world.heads[0]).exists()


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_attestation_says_days_and_hours_and_can_be_verified(world: World, client: Client) -> None:
    convention = week(
        agree(world, state=ConventionState.DONE), world.heads[0], "present", "late", "absent", "present"
    )
    document = services.issue_attestation(convention, world.families[0], today=AFTER)
    text = text_of(document.pdf)
    for expected in (str(world.pupils[0]), "Entreprise 1", "Collège 1", "18 h", document.reference):
        assert expected in text
    kept = IssuedDocument.objects.get()
    assert "Famille1" not in str(kept.shown)
    assert "Entreprise 1" in client.get(document.get_absolute_url()).content.decode()


def test_no_attestation_before_the_end_nor_for_a_no_show(world: World) -> None:
    convention = week(agree(world), world.heads[0], Presence.PRESENT)
    with pytest.raises(ValidationError):
        services.issue_attestation(convention, world.families[0], today=FRIDAY)
    absent = week(agree(world, 1, 2), world.heads[0], Presence.ABSENT)
    with pytest.raises(ValidationError):
        services.issue_attestation(absent, world.families[1], today=AFTER)


# On screen


def test_a_host_notes_everyone_of_the_day(
    world: World,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    conventions = [agree(world, 0, 0), agree(world, 1, 0)]
    host = sign_in(world.employers[0])
    at(monkeypatch, MONDAY)
    address = reverse("stages:attendances")
    with django_assert_max_num_queries(12):
        page = host.get(address).content.decode()
    assert "Élève0" in page
    assert "Élève1" in page
    assert "Famille" not in page
    data = {"day": MONDAY.isoformat(), "presence": "absent", "next": address}
    answer = host.post(reverse("stages:attendance", args=[conventions[0].pk]), data)
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert 'aria-pressed="true"' in host.get(address).content.decode()
    elsewhere = data | {"next": "https://example.org/"}
    answer = host.post(reverse("stages:attendance", args=[conventions[0].pk]), elsewhere)
    assert answer["Location"].startswith("/")
    host.get(address)
    assert "Élève0" not in host.get(address, {"day": AFTER.isoformat()}).content.decode()
    assert host.get(address, {"day": f"{MONDAY.year}-99-99"}).status_code == 200


def test_every_page_in_few_queries(
    world: World,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    convention = week(agree(world), world.heads[0], Presence.PRESENT)
    at(monkeypatch, AFTER)
    pages = [
        reverse("stages:attendance", args=[convention.pk]),
        reverse("stages:review", args=[convention.pk, "pupil"]),
        reverse("stages:attestation", args=[convention.pk]),
        reverse("stages:calendar_page"),
        reverse("stages:calendar"),
    ]
    for account in (world.families[0], world.heads[0]):
        browser = sign_in(account)
        for address in pages:
            with django_assert_max_num_queries(12):
                assert browser.get(address).status_code == 200, address
    manager = sign_in(world.manager)
    with django_assert_max_num_queries(12):
        assert manager.get(reverse("stages:host_reviews")).status_code == 200


def test_the_family_reads_presence_and_does_not_note_it(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    convention = agree(world)
    at(monkeypatch, MONDAY)
    family = sign_in(world.families[0])
    address = reverse("stages:attendance", args=[convention.pk])
    assert "aria-pressed" not in family.get(address).content.decode()
    assert family.post(address, {"day": MONDAY.isoformat(), "presence": "present"}).status_code == 404
    for other in (world.families[1], world.employers[1], world.heads[1]):
        assert sign_in(other).get(address).status_code == 404


def test_reviews_and_attestation_on_screen(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    convention = week(agree(world), world.heads[0], Presence.PRESENT)
    at(monkeypatch, AFTER)
    family, host = sign_in(world.families[0]), sign_in(world.employers[0])
    mine = reverse("stages:review", args=[convention.pk, "pupil"])
    theirs = reverse("stages:review", args=[convention.pk, "host"])
    assert family.get(theirs).status_code == host.get(mine).status_code == 404
    assert family.get(reverse("stages:review", args=[convention.pk, "nobody"])).status_code == 404
    assert family.post(mine, {"mark": "9"}).status_code == 200
    family.post(mine, {"mark": "5", "again": "", "text": "Très bien accueilli"})
    assert Review.objects.get().again is None
    assert "Très bien accueilli" not in host.get(theirs).content.decode()
    host.post(theirs, {"mark": "4", "again": "yes"})
    assert "Très bien accueilli" in host.get(theirs).content.decode()
    assert "Très bien accueilli" in sign_in(world.heads[0]).get(mine).content.decode()
    answer = host.post(reverse("stages:attestation", args=[convention.pk]))
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("state", "address"),
    [(ConventionState.RUNNING, "stages:attendance"), (ConventionState.DONE, "stages:attestation")],
)
def test_a_place_leads_to_presence_only_for_who_may_read_it(
    world: World, sign_in: SignIn, state: str, address: str
) -> None:
    convention = agree(world, state=state)
    place = reverse("stages:my_internship", args=[convention.application.person_id])
    target = reverse(address, args=[convention.pk])
    for account, reads in ((world.families[0], True), (world.heads[0], True), (world.manager, False)):
        browser = sign_in(account)
        assert (target in browser.get(place).content.decode()) is reads
        assert (browser.get(target).status_code == 200) is reads


def test_an_attestation_that_is_not_due_says_why(world: World, sign_in: SignIn) -> None:
    convention = agree(world)
    family = sign_in(world.families[0])
    address = reverse("stages:attestation", args=[convention.pk])
    assert family.post(address).status_code == 302
    assert family.get(address).status_code == 200
    assert not IssuedDocument.objects.exists()


def test_home_cards_lead_to_what_is_to_do(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    convention = agree(world)
    browsers = {"host": sign_in(world.employers[0]), "family": sign_in(world.families[0])}
    at(monkeypatch, MONDAY)
    assert reverse("stages:attendances") in browsers["host"].get(reverse("portal:mine")).content.decode()
    at(monkeypatch, AFTER)
    page = browsers["family"].get(reverse("portal:mine")).content.decode()
    assert reverse("stages:review", args=[convention.pk, "pupil"]) in page


def test_a_pupil_of_no_class_any_more_has_pages_still(world: World) -> None:
    convention = agree(world)
    Enrolment.objects.filter(person=world.pupils[0]).update(left_on=MONDAY)
    assert queries.class_of(again(convention).application.person) is None
