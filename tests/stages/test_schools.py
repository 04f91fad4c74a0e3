"""The campaign as a school lives it: its classes, pupils, reminders, places found, conventions in one go, paper."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from croisee.directory.models import Contact
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.models import Access, Action
from croisee.foundation.dates import in_words
from croisee.foundation.notices.models import Ledger
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import run as work
from croisee.foundation.registry import home_cards, nav_links
from croisee.opportunities import services as applications
from croisee.opportunities.models import Application, ApplicationState, Opportunity, Origin
from croisee.opportunities.sectors import Sector
from croisee.stages import next_for_schools
from croisee.stages.models import Campaign, ClassWeek, Convention, ConventionState, HostKind
from croisee.stages.queries import schools as queries
from croisee.stages.queries.schools import Situation
from croisee.stages.services import paper, places
from croisee.stages.services import schools as services
from croisee.stages.siting import Site
from tests.world import (
    BORN_LATER,
    HOURS,
    MONDAY,
    OTHER_MONDAY,
    SIRETS,
    YEAR,
    World,
    make_pupil,
    make_world,
    member,
)

pytestmark = pytest.mark.django_db

SignIn = Callable[[Account], Client]
DIRECT = {
    "siret": SIRETS[2],
    "host_name": "Garage Martin",
    "host_kind": "private",
    "title": "Mécanique",
    "sector": "transport",
    "address": "5 rue des Essais, 35000 Rennes",
    "days": ["1", "2", "3", "4", "5"],
    "morning_from": "09:00",
    "morning_to": "12:00",
    "afternoon_from": "13:30",
    "afternoon_to": "16:30",
    "tutor_name": "Paul Martin",
    "tutor_email": "paul@example.org",
}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def head(world: World, sign_in: SignIn) -> Client:
    return sign_in(world.heads[0])


def url(world: World, name: str, *args: object) -> str:
    return reverse(f"stages:{name}", args=[world.campaign.pk, *args])


def place(world: World, pupil: int, offer: int) -> Application:
    application = applications.hold(
        world.pupils[pupil],
        world.period(offer),
        call=world.campaign.pk,
        turn=1,
        origin=Origin.WISH,
        account=None,
        protected=True,
        confirmed=True,
    )
    places.settle(application, None)
    return application


def found(**values: Any) -> services.Found:
    fields: dict[str, Any] = {
        "host": services.Host(SIRETS[2], "Garage Martin", HostKind.PRIVATE),
        "title": "Mécanique",
        "sector": Sector.TRANSPORT,
        "site": Site("5 rue des Essais", "35000", "Rennes"),
        "hours": HOURS,
        "tutor_name": "Paul Martin",
        "tutor_email": "paul@example.org",
    }
    return services.Found(**(fields | values))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


# My classes


def test_the_first_screen_leads_to_the_campaign_of_now(world: World, head: Client) -> None:
    response = head.get(reverse("stages:school"))
    assert response["Location"] == url(world, "school_campaign")
    Campaign.objects.update(state="cancelled")
    assert head.get(reverse("stages:school")).status_code == 200


def test_classes_are_counted_by_situation(world: World) -> None:
    world.wish(0, 0, 1)
    place(world, 1, 2)
    (row,) = queries.class_rows(world.campaign, world.heads[0])
    assert (row.pupils, row.monday) == (3, MONDAY)
    assert dict(row.counts) == {Situation.WISHED: 1, Situation.NO_WISH: 1, Situation.CONFIRMED: 1}
    Campaign.objects.filter(pk=world.campaign.pk).update(published_turn=1)
    world.campaign.refresh_from_db()
    (row,) = queries.class_rows(world.campaign, world.heads[0])
    assert row.of(Situation.NO_PLACE) == 2


def test_what_to_do_next_says_the_figures_of_the_table(world: World) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(published_turn=1)
    world.campaign.refresh_from_db()
    place(world, 0, 0)
    world.wish(1, 1, 1, turn=2)
    (row,) = rows = queries.class_rows(world.campaign, world.heads[0])
    assert (row.of(Situation.WISHED), row.of(Situation.NO_PLACE)) == (1, 1)
    said = {step.text: step.url for step in next_for_schools.steps(world.campaign, rows, world.heads[0])}
    assert said["2 élèves n’ont pas de place."].endswith("?has_place=False")
    assert "1 convention n’est pas encore envoyée à la signature." in said


def test_what_cannot_be_filled_in_now_is_not_offered(world: World, head: Client) -> None:
    def offered() -> tuple[bool, bool, bool]:
        listing = head.get(url(world, "follow_up"))
        wishes = "Vœux" in [column.label for column in listing.context["listing"].heads]
        forms = reverse("stages:printed_forms", args=[world.campaign.pk])
        overview = head.get(url(world, "school_campaign")).content.decode()
        return wishes, forms in listing.content.decode(), forms in overview

    assert offered() == (True, True, True)
    Campaign.objects.update(published_turn=1)
    assert offered() == (False, False, False)


def test_the_weeks_say_how_many_seats_are_offered_in_the_language_of_the_page(
    world: World, head: Client
) -> None:
    page = head.get(url(world, "class_weeks"), headers={"accept-language": "fr"}).content.decode()
    assert "places offertes)" in page
    assert "offered" not in page


def test_what_is_wrong_with_each_day_is_said_once(world: World, head: Client) -> None:
    page = head.post(url(world, "direct_place", world.pupils[0].pk), DIRECT | {"morning_from": "05:00"})
    said = page.context["form"].errors["days"]
    assert len(said) == len(set(said)) == len({text.split("(")[-1] + text.split(".")[-2] for text in said})


def test_a_pupil_s_internship_leads_to_the_file_and_back_to_the_list(world: World, head: Client) -> None:
    page = head.get(reverse("stages:my_internship", args=[world.pupils[0].pk])).content.decode()
    assert reverse("directory:person", args=[world.pupils[0].pk]) in page
    assert url(world, "follow_up") in page


def test_the_page_shows_one_school_s_own_classes(world: World, head: Client) -> None:
    page = head.get(url(world, "school_campaign")).content.decode()
    assert "3e 1" in page
    assert "3e 2" not in page


def test_who_works_in_two_schools_sees_both(world: World, sign_in: SignIn) -> None:
    both = member(Role.SCHOOL_STAFF, world.schools[0], "both@example.org")
    both.memberships.create(organisation=world.schools[1], role=Role.SCHOOL_STAFF)
    page = sign_in(both).get(url(world, "school_campaign")).content.decode()
    assert "3e 1" in page
    assert "3e 2" in page
    assert "Collège 2" in page


@pytest.mark.parametrize("name", ["school_campaign", "class_weeks", "follow_up", "batch_conventions"])
def test_each_page_asks_few_questions_however_large_the_school(
    world: World,
    sign_in: SignIn,
    django_assert_max_num_queries: Any,
    name: str,
) -> None:
    from croisee.directory.models import SchoolClass

    for letter in "ABCDEFGH":
        row = SchoolClass.objects.create(school=world.schools[0], school_year=YEAR, name=f"3e {letter}")
        ClassWeek.objects.create(campaign=world.campaign, school_class=row, monday=MONDAY)
        for number in range(30):
            make_pupil(row, f"Prénom{number}", f"Nom{letter}")
    place(world, 0, 0)
    place(world, 1, 2)
    client = sign_in(world.heads[0])
    with django_assert_max_num_queries(12):
        assert client.get(url(world, name)).status_code == 200


# Weeks


def test_weeks_are_set_on_screen_after_what_follows_was_shown(world: World, head: Client) -> None:
    world.wish(0, 0, 1)
    page = head.get(url(world, "class_weeks"))
    values = {str(world.classes[0].pk): OTHER_MONDAY.isoformat(), "seen": page.context["seen"]}
    asked = head.post(url(world, "class_weeks"), values)
    assert asked.status_code == 200
    assert ClassWeek.objects.get(school_class=world.classes[0]).monday == MONDAY
    done = head.post(url(world, "class_weeks"), values | {"agreed": asked.context["agreed"]})
    assert done["Location"] == url(world, "school_campaign")
    assert ClassWeek.objects.get(school_class=world.classes[0]).monday == OTHER_MONDAY
    # The same form once more, from another tab: said, and nothing is done.
    again = head.post(url(world, "class_weeks"), values, follow=True)
    assert "notice error" in again.content.decode()


def test_a_teacher_sets_weeks_until_publication(world: World, sign_in: SignIn) -> None:
    teacher = sign_in(world.staff[0])
    assert "seen" in teacher.get(url(world, "class_weeks")).content.decode()
    Campaign.objects.update(published_turn=1)
    page = teacher.get(url(world, "class_weeks"))
    assert not page.context["allowed"]
    values = {str(world.classes[0].pk): OTHER_MONDAY.isoformat(), "seen": page.context["seen"]}
    teacher.post(url(world, "class_weeks"), values)
    assert ClassWeek.objects.get(school_class=world.classes[0]).monday == MONDAY


# Follow-up


def test_pupils_are_filtered_by_what_they_lack(world: World, head: Client) -> None:
    world.wish(0, 0, 1)
    Contact.objects.filter(person=world.pupils[2]).update(email="", account=None)

    def names(query: str) -> list[str]:
        listing = head.get(url(world, "follow_up") + query).context["listing"]
        return [row[0].text for row in listing.table]

    assert len(names("")) == 3
    assert names("?situation=wished") == ["Famille1 Élève0"]
    assert names("?reachable=False") == ["Famille3 Élève2"]
    assert names("?q=famille2") == ["Famille2 Élève1"]
    assert names(f"?school_class={world.classes[1].pk}") == names("")


def test_an_export_is_in_the_journal_and_holds_no_words_of_links(world: World, head: Client) -> None:
    body = head.get(url(world, "follow_up") + "?export=csv").content.decode("utf-8-sig")
    assert body.count("\r\n") == 4
    assert "place found" not in body
    assert Access.objects.filter(action=Action.EXPORT, account=world.heads[0]).count() == 1


def test_families_are_reminded_once_a_day(world: World, head: Client) -> None:
    Contact.objects.filter(person=world.pupils[2]).update(account=None)
    rows = list(queries.pupils(world.campaign, world.heads[0]))
    done = services.remind(world.campaign, rows)
    assert (done.told, done.already, done.unreachable) == (2, 0, 1)
    assert services.remind(world.campaign, rows).already == 2
    mails = Ledger.objects.filter(notice="stages.school_reminder")
    assert {mail.context["what"] for mail in mails} == {"no_wish"}
    response = head.post(url(world, "remind_families"), {"whom": "chosen"}, follow=True)
    assert "notice error" in response.content.decode()
    head.post(url(world, "remind_families"), {"whom": "chosen", "chosen": ["nonsense", str(rows[0].pk)]})
    head.post(url(world, "remind_families"), {"whom": "listed"})
    assert mails.count() == 2


def test_nobody_is_reminded_of_wishes_that_are_not_open(world: World) -> None:
    rows = list(queries.pupils(world.campaign, world.heads[0]))
    Campaign.objects.update(opens_at=timezone.now() + dt.timedelta(hours=1))
    world.campaign.refresh_from_db()
    done = services.remind(world.campaign, rows)
    assert (done.told, done.nothing_left) == (0, 3)
    assert not Ledger.objects.filter(notice="stages.school_reminder").exists()


def test_another_school_s_pupils_are_out_of_reach(world: World, sign_in: SignIn) -> None:
    other = sign_in(world.heads[1])
    mine = queries.pupils(world.campaign, world.heads[0]).first()
    assert mine is not None
    other.post(url(world, "remind_families"), {"whom": "chosen", "chosen": [str(mine.pk)]})
    assert not Ledger.objects.filter(notice="stages.school_reminder").exists()
    assert other.get(url(world, "direct_place", mine.person_id)).status_code == 404
    assert other.get(url(world, "paper_wishes", mine.person_id)).status_code == 404
    assert other.post(url(world, "undo_direct_place", mine.person_id)).status_code == 404


# Places found outside the round


def test_a_place_found_is_published_for_one_pupil_and_confirmed(world: World) -> None:
    world.wish(0, 0, 1)
    application = services.place_directly(world.pupils[0], world.campaign, world.staff[0], found())
    offer = application.period.opportunity
    assert (application.state, application.origin) == (ApplicationState.CONFIRMED, Origin.DIRECT)
    assert (offer.listed, offer.entered_for, offer.state) == (False, world.schools[0], "published")
    assert (offer.organisation.siret, application.period.starts_on, application.period.seats) == (
        SIRETS[2],
        MONDAY,
        1,
    )
    assert world.pupils[0].applications.count() == 1
    convention = Convention.objects.get(application=application)
    assert convention.versions.get().content["host_email"] == "paul@example.org"
    assert Ledger.objects.filter(notice="stages.direct_place").count() == 1
    # Nobody else finds it.
    assert not Opportunity.objects.visible_to(world.families[1]).filter(pk=offer.pk).exists()


def test_a_known_host_is_not_made_twice_and_one_without_a_number_is_made_by_name(world: World) -> None:
    known = services.Host(SIRETS[0], "Autre nom", HostKind.PRIVATE)
    first = services.place_directly(world.pupils[0], world.campaign, world.heads[0], found(host=known))
    assert first.period.opportunity.organisation == world.hosts[0]
    nameless = services.Host("", "Ferme du Bout", HostKind.PRIVATE)
    second = services.place_directly(world.pupils[1], world.campaign, world.heads[0], found(host=nameless))
    assert second.period.opportunity.organisation.name == "Ferme du Bout"


def test_a_second_place_and_a_pupil_without_a_week_are_refused_and_leave_nothing(world: World) -> None:
    place(world, 0, 0)
    organisations, offers = Organisation.objects.count(), Opportunity.objects.count()
    with pytest.raises(ValidationError):
        services.place_directly(world.pupils[0], world.campaign, world.heads[0], found())
    ClassWeek.objects.all().delete()
    with pytest.raises(ValidationError):
        services.place_directly(world.pupils[1], world.campaign, world.heads[0], found())
    assert (Organisation.objects.count(), Opportunity.objects.count()) == (organisations, offers)


def test_a_place_found_can_be_undone(world: World, head: Client) -> None:
    application = services.place_directly(world.pupils[0], world.campaign, world.heads[0], found())
    for _click in range(2):
        services.undo_direct(application, world.heads[0])
    application.refresh_from_db()
    assert application.state == ApplicationState.CANCELLED
    assert application.period.opportunity.state == "withdrawn"
    given = place(world, 1, 0)
    with pytest.raises(ValidationError):
        services.undo_direct(given, world.heads[0])


def test_the_form_notes_a_place_and_a_double_click_notes_one(world: World, head: Client) -> None:
    address = url(world, "direct_place", world.pupils[0].pk)
    for _click in range(2):
        head.post(address, DIRECT)
    application = Application.objects.get(origin=Origin.DIRECT)
    internship = application.period.opportunity.internship
    assert internship.hours == HOURS
    assert internship.tutor_email == "paul@example.org"
    assert application.period.opportunity.city == "Rennes"
    page = head.get(address).content.decode()
    assert "Garage Martin" in page
    head.post(url(world, "undo_direct_place", world.pupils[0].pk))
    application.refresh_from_db()
    assert application.state == ApplicationState.CANCELLED


@pytest.mark.parametrize(
    "wrong",
    [
        {"siret": "12345678901234"},
        {"tutor_email": "nobody"},
        {"host_name": ""},
        {"morning_from": "05:00"},
        {"afternoon_to": "19:30"},
        {"days": ["1", "2", "3", "4", "5", "6"]},
        {"morning_to": "13:20", "afternoon_from": "13:30"},
        {"days": []},
    ],
)
def test_what_the_law_or_sense_forbids_is_said_on_the_form(
    world: World, head: Client, wrong: dict[str, Any]
) -> None:
    page = head.post(url(world, "direct_place", world.pupils[0].pk), DIRECT | wrong)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not Application.objects.exists()


def test_under_14_a_private_host_is_refused_unless_of_the_family(world: World, head: Client) -> None:
    world.pupils[0].birth_date = BORN_LATER
    world.pupils[0].save()
    address = url(world, "direct_place", world.pupils[0].pk)
    assert "host_kind" in head.post(address, DIRECT).context["form"].errors
    assert head.post(address, DIRECT | {"family_firm": "on"}).status_code == 302
    content = Convention.objects.get().versions.latest("number").content
    assert content["family_firm"] is True


def test_a_number_that_is_not_loaded_says_so_and_keeps_what_was_typed(world: World, head: Client) -> None:
    page = head.post(url(world, "direct_place", world.pupils[0].pk), DIRECT | {"look_up": "1"})
    assert "notice error" in page.content.decode()
    assert "Garage Martin" in page.content.decode()
    assert not Application.objects.exists()


# Conventions in one go


def test_conventions_are_sent_in_one_go_and_incomplete_ones_say_why(
    world: World, sign_in: SignIn, head: Client
) -> None:
    place(world, 0, 0)
    place(world, 1, 2)
    world.pupils[1].contacts.all().delete()
    from croisee.stages.services import conventions

    conventions.refresh_for_person(world.pupils[1])
    teacher = sign_in(world.staff[0])
    assert teacher.get(url(world, "batch_conventions")).status_code == 200
    assert teacher.post(url(world, "batch_conventions")).status_code == 403
    first, second = (head.post(url(world, "batch_conventions"))["Location"] for _click in range(2))
    assert first == second
    progress = Progress.objects.get()
    work.call(str(progress.pk))
    progress.refresh_from_db()
    assert progress.state == "done", progress.problem
    states = dict(Convention.objects.values_list("application__person", "state"))
    assert states == {world.pupils[0].pk: ConventionState.READY, world.pupils[1].pk: ConventionState.DRAFT}
    listing = head.get(url(world, "batch_conventions")).context["listing"]
    last = [column.name for column in listing.columns].index("missing")
    missing = {row[0].text: row[last].text for row in listing.table}
    assert missing["Famille1 Élève0"] == "–"
    assert len(missing["Famille2 Élève1"]) > 5
    (row,) = queries.class_rows(world.campaign, world.heads[0])
    assert (row.of(Situation.TO_SIGN), row.of(Situation.CONFIRMED)) == (1, 1)


# Paper


def test_the_printed_list_says_who_goes_where(world: World, head: Client) -> None:
    place(world, 0, 0)
    response = head.get(url(world, "printed_list"))
    assert response["Content-Type"] == "application/pdf"
    text = text_of(response.content)
    # One class: one page, with the title and the pupils on it.
    assert len(PdfReader(io.BytesIO(response.content)).pages) == 1
    for expected in (
        "3e 1",
        "Famille1 Élève0",
        "Boulangerie",
        "Entreprise 1",
        "Famille3",
        "1 rue des Essais",
    ):
        assert expected in text
    assert "Famille4" not in text
    assert Access.objects.filter(action=Action.EXPORT).count() == 1


def test_forms_are_printed_for_families_without_e_mail_and_for_those_ticked(
    world: World, head: Client
) -> None:
    assert head.get(url(world, "printed_forms")).status_code == 302
    Contact.objects.filter(person=world.pupils[2]).update(email="", account=None)
    text = text_of(head.get(url(world, "printed_forms")).content)
    reference = world.pupils[2].enrolments.get().reference
    for expected in ("Élève2 Famille3", reference, paper.code(world.offers[0].pk), "Théâtre"):
        assert expected in text
    assert "Famille1" not in text
    # A day before the wishes close, forms come back that very day, and not the day before.
    closes = timezone.now() + dt.timedelta(days=1)
    Campaign.objects.update(closes_at=closes)
    assert in_words(timezone.localdate(closes)) in text_of(head.get(url(world, "printed_forms")).content)
    ticked = {"chosen": [str(world.pupils[0].enrolments.get().pk)]}
    assert "Famille1" in text_of(head.post(url(world, "printed_forms"), ticked).content)


def test_the_printed_list_of_a_pupil_under_14_leaves_private_hosts_out(world: World, head: Client) -> None:
    person = world.pupils[2]
    person.birth_date = BORN_LATER
    person.save()
    Contact.objects.filter(person=person).update(email="", account=None)
    assert paper.code(world.offers[0].pk) not in text_of(head.get(url(world, "printed_forms")).content)


def test_wishes_on_paper_make_the_list(world: World, head: Client) -> None:
    world.wish(0, 0, 1)
    codes = [paper.code(offer.pk) for offer in world.offers]
    address = url(world, "paper_wishes", world.pupils[0].pk)
    assert codes[0] in head.get(address).content.decode()
    typed = f" {codes[2][:3].lower()}-{codes[2][3:]} "
    assert head.post(address, {"wish1": typed, "wish3": codes[1]}).status_code == 302
    rows = world.pupils[0].applications.order_by("rank")
    assert [(row.rank, row.period.opportunity) for row in rows] == [
        (1, world.offers[2]),
        (2, world.offers[1]),
    ]
    assert {row.entered_by for row in rows} == {world.heads[0]}
    for wrong in ({"wish1": "ZZZZZZ"}, {"wish1": codes[0], "wish2": codes[0]}):
        page = head.post(address, wrong)
        assert page.context["form"].errors
    assert world.pupils[0].applications.count() == 2
    assert head.post(address, {}).status_code == 302
    assert not world.pupils[0].applications.exists()


def test_wishes_on_paper_come_too_late_once_closed(world: World, head: Client) -> None:
    Campaign.objects.update(closes_at=world.campaign.opens_at + dt.timedelta(hours=1), published_turn=0)
    code = paper.code(world.offers[0].pk)
    page = head.post(url(world, "paper_wishes", world.pupils[0].pk), {"wish1": code})
    assert "notice error" in page.content.decode()
    assert not Application.objects.exists()


def test_codes_are_short_and_each_offer_s_own(world: World) -> None:
    codes = {paper.code(offer.pk) for offer in world.offers}
    assert len(codes) == 3
    assert all(len(code) == paper.LENGTH and set(code) <= set(paper.ALPHABET) for code in codes)


# Who


@pytest.mark.parametrize(
    "name", ["school_campaign", "class_weeks", "follow_up", "batch_conventions", "printed_list"]
)
def test_nobody_else_opens_a_school_s_pages(world: World, sign_in: SignIn, name: str) -> None:
    for account in (world.manager, world.families[0], world.employers[0], world.official):
        assert sign_in(account).get(url(world, name)).status_code == 404


def test_the_home_page_and_the_links_of_a_school(world: World) -> None:
    for account in (world.heads[0], world.staff[0]):
        card = next(card for card in home_cards.cards_for(account) if card.url == reverse("stages:school"))
        assert card.figure == "3"
        assert "stages:school" in [link.url_name for link in nav_links.links_for(account)]
