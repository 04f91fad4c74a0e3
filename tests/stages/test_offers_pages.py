"""The pages of employers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from croisee.directory.models import Consent, Purpose
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.models import Ledger
from croisee.foundation.notices.services import deliver
from croisee.opportunities.models import Opportunity, OpportunityState, Origin
from croisee.opportunities.services import hold
from tests.world import MONDAY, OTHER_MONDAY, SIRETS, World, make_world, member

pytestmark = pytest.mark.django_db
NEW_SIRET = SIRETS[3]
LA_POSTE = "35600000049837"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def employer_client(world: World, sign_in: Callable[[Account], Client]) -> Client:
    return sign_in(world.employers[0])


def form_of(page: Any) -> dict[str, Any]:
    """What a browser would send of the form as it is shown."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    times = {name: f"{value:%H:%M}" for name, value in values.items() if hasattr(value, "minute")}
    return {name: value for name, value in {**values, **times}.items() if value not in (None, False)}


def filled(page: Any, **changes: Any) -> dict[str, Any]:
    week = f"{MONDAY:%Y%m%d}"
    words = {
        "title": "Atelier vélo",
        "sector": "motor",
        "description": "Réparer un vélo du cadre au frein.",
        "address": "2 rue des Essais, 35000 Rennes",
        "tutor_name": "Une tutrice",
        "tutor_email": "tutrice@example.org",
        f"week_{week}": "on",
        f"seats_{week}": "2",
    }
    return {**form_of(page), **words, **changes}


# Offering


def test_an_offer_from_the_form_to_the_list(employer_client: Client, world: World) -> None:
    url = reverse("stages:new_offer")
    page = employer_client.get(url)
    assert page.status_code == 200
    answer = employer_client.post(url, {**filled(page), "then": "submit"})
    assert answer.status_code == 302, answer.context["form"].errors
    offer = Opportunity.objects.get(title="Atelier vélo")
    assert offer.state == OpportunityState.SUBMITTED
    assert offer.organisation == world.hosts[0]
    listed = employer_client.get(reverse("stages:my_internship_offers")).content.decode()
    assert "Atelier vélo" in listed
    assert "Théâtre" not in listed
    # The same form sent twice makes one offer.
    employer_client.post(url, {**filled(page), "then": "submit"})
    assert Opportunity.objects.filter(title="Atelier vélo").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({f"seats_{MONDAY:%Y%m%d}": "-1"}, f"seats_{MONDAY:%Y%m%d}"),
        ({f"seats_{MONDAY:%Y%m%d}": ""}, f"seats_{MONDAY:%Y%m%d}"),
        ({f"reserved_{MONDAY:%Y%m%d}": "3"}, f"seats_{MONDAY:%Y%m%d}"),
        ({"afternoon_to": "21:00"}, "morning_from"),
        ({"morning_to": "08:00"}, "morning_from"),
        ({"day_6": "whole"}, "morning_from"),
        ({"tutor_email": "nobody"}, "tutor_email"),
        ({"sector": "magic"}, "sector"),
        ({"least_age": "7"}, "least_age"),
    ],
)
def test_bad_input_is_said_beside_its_field(
    employer_client: Client, changes: dict[str, str], field: str
) -> None:
    url = reverse("stages:new_offer")
    answer = employer_client.post(url, filled(employer_client.get(url), **changes))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Opportunity.objects.filter(title="Atelier vélo").exists()


def test_an_offer_shrunk_below_those_who_come(employer_client: Client, world: World) -> None:
    for pupil in (0, 1):
        hold(
            world.pupils[pupil],
            world.period(0),
            call=world.campaign.pk,
            turn=1,
            origin=Origin.WISH,
            account=None,
            protected=True,
        )
    url = reverse("stages:edit_offer", args=[world.offers[0].pk])
    data = {**form_of(employer_client.get(url)), "description": "Pétrir."}
    answer = employer_client.post(
        url, {**data, f"seats_{MONDAY:%Y%m%d}": "1", f"reserved_{MONDAY:%Y%m%d}": "0"}
    )
    assert "2 élèves" in str(answer.context["form"].errors)
    without = {name: value for name, value in data.items() if name != f"week_{MONDAY:%Y%m%d}"}
    assert employer_client.post(url, without).status_code == 200
    assert world.period(0).seats == 2


def test_two_tabs(employer_client: Client, world: World) -> None:
    url = reverse("stages:edit_offer", args=[world.offers[0].pk])
    first = form_of(employer_client.get(url))
    assert employer_client.post(url, {**first, "title": "Un", "description": "Pétrir."}).status_code == 302
    answer = employer_client.post(url, {**first, "title": "Deux", "description": "Pétrir."})
    assert answer.status_code == 200
    assert "entre-temps" in answer.content.decode()
    world.offers[0].refresh_from_db()
    assert world.offers[0].title == "Un"


@pytest.mark.parametrize("name", ["offer", "edit_offer", "move_offer", "duplicate_offer", "hosted_pupils"])
def test_the_offer_of_another_does_not_exist(employer_client: Client, world: World, name: str) -> None:
    url = reverse(f"stages:{name}", args=[world.offers[2].pk])
    assert {employer_client.get(url).status_code, employer_client.post(url).status_code} <= {404, 405}


def test_withdraw_from_the_page(employer_client: Client, world: World) -> None:
    move = reverse("stages:move_offer", args=[world.offers[1].pk])
    assert "reason" in employer_client.post(move, {"transition": "withdraw"}).context["withdraw_form"].errors
    employer_client.post(move, {"transition": "withdraw", "reason": "Déménagement"})
    page = employer_client.get(reverse("stages:offer", args=[world.offers[1].pk])).content.decode()
    assert "Déménagement" in page
    assert employer_client.post(move, {"transition": "explode"}).status_code == 404


def test_withdraw_a_week_from_the_page(employer_client: Client, world: World) -> None:
    offer = world.offers[0]
    move = reverse("stages:move_offer", args=[offer.pk])
    asked = {"transition": "withdraw_week", "week": MONDAY.isoformat()}
    assert "reason" in employer_client.post(move, asked).context["week_form"].errors
    wrong = {**asked, "week": "2030-01-07", "reason": "Inventaire"}
    assert "week" in employer_client.post(move, wrong).context["week_form"].errors
    for _click in range(2):
        employer_client.post(move, {**asked, "reason": "Inventaire"})
    assert [period.starts_on for period in offer.periods.filter(seats__gt=0)] == [OTHER_MONDAY]
    page = employer_client.get(reverse("stages:offer", args=[offer.pk]))
    assert page.context["week_form"] is None
    offer.refresh_from_db()
    assert offer.state == OpportunityState.PUBLISHED


def test_pause_show_again_duplicate(employer_client: Client, world: World) -> None:
    offer = world.offers[0]
    move = reverse("stages:move_offer", args=[offer.pk])
    for transition, state in (("pause", "unpublished"), ("resume", "published")):
        employer_client.post(move, {"transition": transition})
        offer.refresh_from_db()
        assert offer.state == state
    answer = employer_client.post(reverse("stages:duplicate_offer", args=[offer.pk]))
    made = Opportunity.objects.get(duplicate_of=offer)
    assert answer["Location"] == reverse("stages:edit_offer", args=[made.pk])
    assert employer_client.get(answer["Location"]).status_code == 200


# Pupils


def test_a_host_reads_what_it_must_know_and_no_more(employer_client: Client, world: World) -> None:
    pupil = world.pupils[0]
    pupil.needs = "Asthme : inhalateur"
    pupil.save()
    hold(
        pupil,
        world.period(0),
        call=world.campaign.pk,
        turn=1,
        origin=Origin.WISH,
        account=None,
        protected=True,
        confirmed=True,
    )
    urls = [reverse("stages:hosted_pupils", args=[world.offers[0].pk]), reverse("stages:hosting")]
    for url in urls:
        page = employer_client.get(url).content.decode()
        assert "Élève0" in page
        assert "3e 1" in page
        assert "professeur@example.org" in page
        for secret in (pupil.family_name, "Asthme", "2012", pupil.address):
            assert secret not in page
    Consent.objects.create(person=pupil, purpose=Purpose.SHARE_NEEDS)
    assert "Asthme" in employer_client.get(urls[0]).content.decode()


def test_a_pupil_who_did_not_confirm_is_not_shown(employer_client: Client, world: World) -> None:
    hold(
        world.pupils[0],
        world.period(0),
        call=world.campaign.pk,
        turn=1,
        origin=Origin.WISH,
        account=None,
        protected=True,
    )
    assert "Élève0" not in employer_client.get(reverse("stages:hosting")).content.decode()


# Coming in


def ask_link(client: Client, email: str, siret: str) -> str:
    """Ask for a link, let the e-mail go, and return the path that it holds."""
    mail.outbox.clear()
    answer = client.post(reverse("stages:offer_begin"), {"email": email, "siret": siret})
    assert answer.status_code == 200, answer.context["form"].errors
    row = Ledger.objects.filter(notice="stages.offer_begin").latest("created_at")
    if not mail.outbox:
        deliver.call(str(row.pk))
    found = re.search(r"(/stages/proposer/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_new_employer_comes_in_by_the_link(client: Client, world: World) -> None:
    before = Organisation.objects.count(), Account.objects.count()
    path = ask_link(client, "New@Example.org", "380 129 866 46850")
    assert (Organisation.objects.count(), Account.objects.count()) == before
    assert client.get(path).status_code == 200
    assert (Organisation.objects.count(), Account.objects.count()) == before
    assert "organisation" in client.post(path, {}).context["form"].errors
    answer = client.post(path, {"organisation": "Télécoms", "name": "Ana"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("stages:new_offer"))
    assert "Télécoms" in answer.content.decode()
    membership = Membership.objects.get(organisation__siret=NEW_SIRET)
    assert (membership.account.email, membership.role, membership.administers) == (
        "new@example.org",
        Role.EMPLOYER,
        True,
    )
    assert Client().get(path).status_code == 410


def test_a_member_of_the_team_goes_straight_on(client: Client, world: World) -> None:
    path = ask_link(client, "employer1@example.org", SIRETS[0])
    answer = client.post(path, {})
    assert answer["Location"].startswith(reverse("stages:new_offer"))
    assert Membership.objects.filter(organisation=world.hosts[0]).count() == 1
    again = client.get(reverse("stages:offer_begin"))
    assert again["Location"] == reverse("stages:new_offer")


def test_where_there_is_a_team_it_is_asked(client: Client, world: World) -> None:
    path = ask_link(client, "stranger@example.org", SIRETS[0])
    answer = client.post(path, {})
    assert answer.status_code == 200
    assert not Account.objects.filter(email="stranger@example.org").exists()
    assert Ledger.objects.get(notice="stages.asks_to_join").account == world.employers[0]
    assert reverse("stages:my_internship_offers") not in answer.content.decode()


def test_the_answer_is_the_same_for_every_address(client: Client, world: World) -> None:
    answers = {
        re.sub(r'value="[^"]{40,}"', "", client.post(reverse("stages:offer_begin"), data).content.decode())
        for data in (
            {"email": "employer1@example.org", "siret": SIRETS[0]},
            {"email": "stranger@example.org", "siret": SIRETS[0]},
            {"email": "new@example.org", "siret": LA_POSTE},
        )
    }
    assert len(answers) == 1


@pytest.mark.parametrize("siret", ["", "123", "73282932000075", "abcdefghijklmn"])
def test_a_wrong_siret(client: Client, siret: str) -> None:
    answer = client.post(reverse("stages:offer_begin"), {"email": "new@example.org", "siret": siret})
    assert "siret" in answer.context["form"].errors
    assert not Ledger.objects.exists()


def test_a_visitor_asks_for_ten_links_an_hour(client: Client) -> None:
    def ask(name: str) -> int:
        data = {"email": f"{name}@example.org", "siret": NEW_SIRET}
        return client.post(reverse("stages:offer_begin"), data).status_code

    assert [ask("same") for _ in range(6)] == [200] * 5 + [429]
    assert [ask(f"new{number}") for number in range(5)] == [200] * 4 + [429]


def test_an_agent_signs_in_with_a_password(client: Client, world: World) -> None:
    path = ask_link(client, world.official.email, NEW_SIRET)
    answer = client.post(path, {"organisation": "Régie"})
    assert answer["Location"].startswith(reverse("account_login"))
    assert Membership.objects.filter(account=world.official, role=Role.EMPLOYER).exists()


# Cost


PAGES = ["my_internship_offers", "new_offer", "hosting"]


@pytest.mark.parametrize("name", [*PAGES, "offer", "edit_offer", "hosted_pupils"])
def test_at_most_twelve_queries(
    employer_client: Client, world: World, name: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for pupil, offer in ((0, 0), (1, 0), (3, 0), (4, 1)):
        hold(
            world.pupils[pupil],
            world.period(offer, MONDAY if pupil < 3 else OTHER_MONDAY),
            call=world.campaign.pk,
            turn=1,
            origin=Origin.WISH,
            account=None,
            protected=True,
            confirmed=True,
        )
    url = reverse(f"stages:{name}", args=[] if name in PAGES else [world.offers[0].pk])
    employer_client.get(url)
    with django_assert_max_num_queries(12):
        assert employer_client.get(url).status_code == 200


def test_the_home_page_and_the_manager(
    employer_client: Client, world: World, sign_in: Callable[[Account], Client]
) -> None:
    page = employer_client.get(reverse("portal:mine")).content.decode()
    assert reverse("stages:my_internship_offers") in page
    lonely = sign_in(
        member(Role.EMPLOYER, Organisation.objects.create(name="Seule", kind="employer"), "s@example.org")
    )
    assert reverse("stages:new_offer") in lonely.get(reverse("portal:mine")).content.decode()
    manager = sign_in(world.manager)
    assert manager.get(reverse("stages:offer", args=[world.offers[0].pk])).status_code == 200
    assert manager.get(reverse("stages:my_internship_offers")).status_code == 404
