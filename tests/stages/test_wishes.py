"""Lists of wishes: who may change them, when, how; what each page of a pupil says in each phase."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from croisee.directory.models import Capacity, Contact, Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.models import Access
from croisee.opportunities.models import Application, Origin
from croisee.opportunities.services import StaleList
from croisee.stages.models import Campaign, ClassWeek, HostKind, Internship
from croisee.stages.phases import Phase
from croisee.stages.queries import choices
from croisee.stages.queries.wishes import Odds, fingerprint, open_periods, situation, week_of
from croisee.stages.services import wishes as services
from croisee.stages.services.campaigns import DATES
from croisee.territory.travel.network import current_network, look_again
from tests.world import BORN_LATER, LEFT_ON, MONDAY, OTHER_MONDAY, YEAR, World, make_offer, make_world

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]


@pytest.fixture
def world() -> World:
    return make_world()


def titles(person: Person) -> list[str]:
    return [row.period.opportunity.title for row in situation(person).wishes]


def add(world: World, *offers: int, pupil: int = 0) -> list[Application]:
    person, account = world.pupils[pupil], world.families[pupil]
    return [services.add(person, world.campaign, account, world.period(offer)) for offer in offers]


def close(campaign: Campaign) -> None:
    """Wishes closed an hour ago."""
    now = timezone.now()
    Campaign.objects.filter(pk=campaign.pk).update(closes_at=now - dt.timedelta(hours=1))
    campaign.refresh_from_db()


# What is open to whom


def test_week_and_what_is_open_in_it(world: World) -> None:
    assert week_of(world.pupils[0], world.campaign) == MONDAY
    assert week_of(world.pupils[3], world.campaign) == OTHER_MONDAY
    found = open_periods(world.pupils[3], world.campaign)
    assert {period.starts_on for period in found} == {OTHER_MONDAY}
    assert found.count() == 3


@pytest.mark.parametrize(
    ("host", "least_age", "is_open"),
    [
        (HostKind.PRIVATE, None, False),
        (HostKind.PUBLIC, None, True),
        (HostKind.PRIVATE, 13, True),
        (HostKind.PUBLIC, 15, False),
    ],
)
def test_under_fourteen_only_public_hosts_unless_the_offer_says(
    world: World, host: HostKind, least_age: int | None, is_open: bool
) -> None:
    person = world.pupils[0]
    person.birth_date = MONDAY.replace(year=MONDAY.year - 14) + dt.timedelta(days=1)
    person.save()
    Internship.objects.filter(opportunity=world.offers[0]).update(host_kind=host, least_age=least_age)
    assert open_periods(person, world.campaign).filter(pk=world.period(0).pk).exists() is is_open
    person.birth_date -= dt.timedelta(days=1)
    person.save()
    assert open_periods(person, world.campaign).filter(pk=world.period(0).pk).exists() is (least_age != 15)


def test_what_is_not_published_or_not_listed_is_not_open(world: World) -> None:
    type(world.offers[0]).objects.filter(pk=world.offers[0].pk).update(state="unpublished")
    type(world.offers[1]).objects.filter(pk=world.offers[1].pk).update(listed=False)
    assert [p.opportunity.title for p in open_periods(world.pupils[0], world.campaign)] == ["Théâtre"]


# The list


def test_add_order_shift_remove_and_undo(world: World) -> None:
    person, campaign, account = world.pupils[0], world.campaign, world.families[0]
    first, second, third = add(world, 0, 1, 2)
    assert titles(person) == ["Boulangerie", "Bureau d’études", "Théâtre"]
    services.order(person, campaign, account, [third.pk, first.pk, second.pk])
    assert titles(person) == ["Théâtre", "Boulangerie", "Bureau d’études"]
    services.shift(person, campaign, account, second.pk, -1)
    assert titles(person) == ["Théâtre", "Bureau d’études", "Boulangerie"]
    services.shift(person, campaign, account, third.pk, -1)
    assert titles(person) == ["Théâtre", "Bureau d’études", "Boulangerie"]
    removed = services.remove(person, campaign, account, second.pk)
    assert removed is not None
    assert removed[1] == 2
    assert [row.rank for row in situation(person).wishes] == [1, 2]
    services.add(person, campaign, account, *removed)
    assert titles(person) == ["Théâtre", "Bureau d’études", "Boulangerie"]


def test_the_same_twice_is_once(world: World) -> None:
    first, again = add(world, 0, 0)
    assert first.pk == again.pk
    person, campaign, account = world.pupils[0], world.campaign, world.families[0]
    assert services.remove(person, campaign, account, first.pk) is not None
    assert services.remove(person, campaign, account, first.pk) is None


def test_a_list_changed_elsewhere_is_not_overwritten(world: World) -> None:
    person, campaign, account = world.pupils[0], world.campaign, world.families[0]
    first, second = add(world, 0, 1)
    seen = fingerprint(situation(person).wishes)
    services.order(person, campaign, account, [second.pk, first.pk], seen)
    with pytest.raises(StaleList, match=r"another tab|autre onglet"):
        services.shift(person, campaign, account, second.pk, 1, seen)
    with pytest.raises(StaleList):
        services.order(person, campaign, account, [second.pk])
    assert titles(person) == ["Bureau d’études", "Boulangerie"]


def test_no_longer_than_the_campaign_says() -> None:
    world = make_world()
    campaign = Campaign.objects.create(
        organisation=world.metropolis,
        name="Courte",
        school_year=YEAR,
        list_length=1,
        seed=1,
        reserved_until=world.campaign.reserved_until,
        **{name: getattr(world.campaign, name) for name in DATES},
    )
    Campaign.objects.filter(pk=campaign.pk).update(state="announced")
    campaign.refresh_from_db()
    ClassWeek.objects.create(campaign=campaign, school_class=world.classes[0], monday=MONDAY)
    offers = [make_offer(campaign, world.hosts[0], title) for title in ("Un", "Deux")]
    periods = [offer.periods.get(starts_on=MONDAY) for offer in offers]
    services.add(world.pupils[0], campaign, world.families[0], periods[0])
    with pytest.raises(ValidationError):
        services.add(world.pupils[0], campaign, world.families[0], periods[1])


def test_late_wish_and_wish_of_another_week_are_refused(world: World) -> None:
    person, campaign, account = world.pupils[0], world.campaign, world.families[0]
    with pytest.raises(ValidationError):
        services.add(person, campaign, account, world.period(0, OTHER_MONDAY))
    (wish,) = add(world, 0)
    close(campaign)
    for late in (
        lambda: services.add(person, campaign, account, world.period(1)),
        lambda: services.remove(person, campaign, account, wish.pk),
        lambda: services.order(person, campaign, account, [wish.pk]),
    ):
        with pytest.raises(ValidationError, match=r"closed|closes|clos"):
            late()
    assert titles(person) == ["Boulangerie"]


def test_odds_count_wishes_and_first_ones(world: World) -> None:
    world.wish(0, 0, 1)
    world.wish(1, 0, 2)
    world.wish(1, 1, 1)
    where = situation(world.pupils[2])
    listed = choices.choices(where, world.offers, {})
    assert [choice.odds for choice in listed] == [Odds(2, 1, 2, 1), Odds(1, 0, 1, 1), Odds(3, 0, 0, 0)]
    with override("fr"):
        assert [choices.odds_text(Odds(*seats)).split(",")[0] for seats in ((2, 1), (1, 1), (2, 2))] == [
            "2 places (dont 1 réservée)",
            "1 place (réservée)",
            "2 places (toutes réservées)",
        ]


# Pages


def pages(person: Person) -> dict[str, str]:
    return {
        name: reverse(f"stages:{name}", args=[person.pk])
        for name in ("my_internship", "browse", "wishes", "whats_left", "answer_place", "browse_map")
    }


def test_only_the_family_its_school_and_the_manager_open_a_pupils_pages(
    world: World, sign_in: SignIn
) -> None:
    person = world.pupils[0]
    offer = reverse("stages:open_offer", args=[person.pk, world.period(0).pk])
    insiders = [world.families[0], world.heads[0], world.staff[0], world.manager]
    outsiders = [world.families[1], world.heads[1], world.staff[1], world.official, world.employers[0]]
    for account in insiders:
        client = sign_in(account)
        for name, address in pages(person).items():
            assert client.get(address).status_code == (302 if name == "answer_place" else 200), (
                account,
                name,
            )
        assert client.get(offer).status_code == 200
    for account in outsiders:
        client = sign_in(account)
        for address in [*pages(person).values(), offer]:
            assert client.get(address).status_code == 404, account
        for name in ("add_wish", "remove_wish", "order_wishes", "take_left"):
            assert client.post(reverse(f"stages:{name}", args=[person.pk])).status_code == 404


def test_what_the_school_and_the_manager_open_is_in_the_journal(world: World, sign_in: SignIn) -> None:
    address = reverse("stages:my_internship", args=[world.pupils[0].pk])
    for account, noted in ((world.families[0], 0), (world.heads[0], 1), (world.manager, 2)):
        assert sign_in(account).get(address).status_code == 200
        assert Access.objects.filter(subject_id=str(world.pupils[0].pk)).count() == noted


def test_pupil_and_parents_see_the_same_list(world: World, sign_in: SignIn) -> None:
    person = world.pupils[0]
    pupil = world.families[5]
    Contact.objects.create(person=person, capacity=Capacity.SELF, account=pupil)
    add(world, 2)
    parent, child = sign_in(world.families[0]), sign_in(pupil)
    for client in (parent, child):
        assert "Théâtre" in client.get(pages(person)["wishes"]).content.decode()
    mine = child.get(reverse("stages:my_internships")).content.decode()
    assert mine.count("<article") == 2


def test_the_school_enters_wishes_for_a_family_without_e_mail(world: World, sign_in: SignIn) -> None:
    person = world.pupils[1]
    client = sign_in(world.staff[0])
    response = client.post(reverse("stages:add_wish", args=[person.pk]), {"period": world.period(0).pk})
    assert response.status_code == 302
    (wish,) = situation(person).wishes
    assert wish.entered_by == world.staff[0]


def test_rank_by_buttons_two_tabs_and_undo(world: World, sign_in: SignIn) -> None:
    person = world.pupils[0]
    client = sign_in(world.families[0])
    for offer in (0, 1, 2):
        client.post(reverse("stages:add_wish", args=[person.pk]), {"period": world.period(offer).pk})
    page = client.get(pages(person)["wishes"]).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    last = situation(person).wishes[2]
    order = reverse("stages:order_wishes", args=[person.pk])
    client.post(order, {"seen": seen[1], "move": f"{last.pk}:up"})
    assert titles(person) == ["Boulangerie", "Théâtre", "Bureau d’études"]
    said = client.post(order, {"seen": seen[1], "move": f"{last.pk}:up"}, follow=True).content.decode()
    assert "onglet" in said or "another tab" in said
    assert titles(person) == ["Boulangerie", "Théâtre", "Bureau d’études"]
    fragment = client.post(
        order, {"seen": "stale", "wish": [str(last.pk)]}, headers={"HX-Request": "true"}
    ).content.decode()
    assert fragment.startswith('<div id="wish-list" data-announce=')
    removed = client.post(
        reverse("stages:remove_wish", args=[person.pk]), {"wish": last.pk}, follow=True
    ).content.decode()
    assert f'name="period" value="{last.period_id}"' in removed
    client.post(reverse("stages:add_wish", args=[person.pk]), {"period": last.period_id, "rank": "2"})
    assert titles(person) == ["Boulangerie", "Théâtre", "Bureau d’études"]


def test_nonsense_is_nobodys_wish(world: World, sign_in: SignIn) -> None:
    person = world.pupils[0]
    client = sign_in(world.families[0])
    for name, data in (
        ("add_wish", {"period": "x"}),
        ("remove_wish", {}),
        ("order_wishes", {"move": "x:up"}),
        ("order_wishes", {"wish": ["x"]}),
    ):
        assert client.post(reverse(f"stages:{name}", args=[person.pk]), data).status_code == 404, name
    address = pages(person)["wishes"]
    assert client.get(f"{address}?removed=x&rank=y").status_code == 200


def test_closed_list_is_read_only_and_says_since_when(world: World, sign_in: SignIn) -> None:
    person = world.pupils[0]
    add(world, 0, 1)
    close(world.campaign)
    assert situation(person).phase == Phase.CLOSED
    client = sign_in(world.families[0])
    page = client.get(pages(person)["wishes"]).content.decode()
    assert "Boulangerie" in page
    assert 'name="move"' not in page
    assert timezone.localtime(world.campaign.closes_at).strftime("%H:%M") in page
    said = client.post(
        reverse("stages:add_wish", args=[person.pk]), {"period": world.period(2).pk}, follow=True
    ).content.decode()
    assert "Théâtre" not in said
    assert len(titles(person)) == 2


def test_class_without_a_week_and_week_that_changes(world: World, sign_in: SignIn) -> None:
    person = world.pupils[0]
    client = sign_in(world.families[0])
    ClassWeek.objects.filter(school_class=world.classes[0]).delete()
    for name in ("my_internship", "browse", "wishes"):
        assert client.get(pages(person)[name]).status_code == 200
    with pytest.raises(ValidationError):
        add(world, 0)
    ClassWeek.objects.create(campaign=world.campaign, school_class=world.classes[0], monday=OTHER_MONDAY)
    shown = client.get(pages(person)["browse"]).content.decode()
    assert str(world.period(0, OTHER_MONDAY).pk) in shown
    assert str(world.period(0).pk) not in shown


def test_person_without_class_has_nothing_to_do(world: World, sign_in: SignIn) -> None:
    person = world.pupils[0]
    person.enrolments.update(left_on=LEFT_ON)
    client = sign_in(world.families[0])
    assert client.get(pages(person)["my_internship"]).status_code == 200
    assert client.get(pages(person)["browse"]).status_code == 404


def test_hidden_offers_are_explained_to_the_young(world: World, sign_in: SignIn) -> None:
    person = world.pupils[0]
    person.birth_date = BORN_LATER
    person.save()
    Internship.objects.filter(opportunity=world.offers[0]).update(host_kind=HostKind.PUBLIC)
    page = sign_in(world.families[0]).get(pages(person)["browse"]).content.decode()
    assert "Boulangerie" in page
    assert "Théâtre" not in page
    assert "L.4153-1" in page


def test_search_distance_and_map(world: World, sign_in: SignIn) -> None:
    person = world.pupils[0]
    client = sign_in(world.families[0])
    add(world, 2)
    address = pages(person)["browse"]
    found = client.get(address, {"sector": "culture"}).content.decode()
    assert "Théâtre" in found
    assert "Boulangerie" not in found
    assert "km" in found
    assert "match" in found or "correspond" in found
    assert "0 offre" not in client.get(address, {"text": "zzzz"}).content.decode()
    points = json.loads(client.get(pages(person)["browse_map"], {"sector": "culture"}).content)
    (feature,) = points["features"]
    assert feature["properties"]["strong"] is True
    assert str(person.lat) not in client.get(address).content.decode()
    assert client.get(address, {"page": "x", "within_km": "x", "map": "1"}).status_code == 200
    # The form sent as it stands narrows nothing.
    untouched = client.get(address, {"text": "", "sector": "", "within_minutes": "", "by": "transit"})
    assert not untouched.context["filtered"]
    assert not untouched.context["narrowed"]


def test_every_list_says_from_where_times_are_counted_and_on_what_they_rest(
    world: World, sign_in: SignIn
) -> None:
    person = world.pupils[0]
    client = sign_in(world.families[0])
    client.cookies["django_language"] = "en"
    add(world, 0)
    for name in ("browse", "wishes"):
        page = client.get(pages(person)[name]).content.decode()
        assert "Travel times are from home. No timetable is loaded" in page
    Person.objects.filter(pk=person.pk).update(lon=None, lat=None)
    for name in ("browse", "wishes"):
        page = client.get(pages(person)[name]).content.decode()
        assert "Travel times are not told: neither the home nor the school is known on the map." in page


def test_pages_cost_the_same_with_500_offers(
    world: World, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(500):
        make_offer(world.campaign, world.hosts[number % 2], f"Offre {number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a running database does by itself
    add(world, 0, 1, 2)
    person = world.pupils[0]
    offer = reverse("stages:open_offer", args=[person.pk, world.period(0).pk])
    family, head = sign_in(world.families[0]), sign_in(world.heads[0])
    names = ("my_internship", "browse", "wishes", "whats_left", "browse_map")
    addresses = [offer, *(pages(person)[name] for name in names)]
    for client, address in [
        *((family, address) for address in [*addresses, reverse("stages:my_internships")]),
        *((head, address) for address in addresses),
    ]:
        look_again()
        current_network()
        with django_assert_max_num_queries(12, info=address):
            assert client.get(address).status_code == 200


def test_wishes_of_the_round_are_not_those_of_other_origins(world: World) -> None:
    (wish,) = add(world, 0)
    Application.objects.filter(pk=wish.pk).update(origin=Origin.DIRECT, rank=None)
    assert situation(world.pupils[0]).wishes == []
