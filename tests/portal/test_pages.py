"""The public pages: they answer, say what they should, weigh little and ask the database little."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import Card, home_cards, public_cards
from tests.portal.conftest import Territory

pytestmark = pytest.mark.django_db
MOST_BYTES = 60_000
PAGES = {
    "portal:home": 10,
    "portal:reach": 6,
    "portal:map": 10,
    "portal:rules": 0,
    "portal:about": 1,
    "portal:accessibility": 0,
    "portal:legal": 0,
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_public_page(
    name: str,
    language: str,
    territory: Territory,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(PAGES[name]):
        response = client.get(reverse(name), headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response["Content-Language"] == language
    assert len(response.content) < MOST_BYTES
    assert "Content-Security-Policy" in response


@pytest.mark.parametrize("name", ["portal:home", "portal:map", "portal:about"])
def test_page_of_an_empty_installation(name: str, client: Client) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 200
    if name != "portal:about":
        assert "croisee territory load" in response.content.decode()


def test_home_counts_what_is_loaded(territory: Territory, client: Client) -> None:
    page = client.get(reverse("portal:home"), headers={"Accept-Language": "en"}).content.decode()
    assert "125,000" in page
    assert "priority neighbourhood (2024)" in page
    assert "of which 1 in priority education" in page


def test_home_shows_what_services_publish(
    territory: Territory, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_cards, "_makers", [])
    assert "Derniers résultats" not in client.get(reverse("portal:home")).content.decode()
    public_cards.register(lambda: None)
    public_cards.register(lambda: Card("Premier tour", "199 sur 200", "/la-regle/", "99,5 %"))
    page = client.get(reverse("portal:home")).content.decode()
    assert "Derniers résultats" in page
    assert "99,5 %" in page


def test_zone_page(
    territory: Territory, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        response = client.get(reverse("portal:zone", args=["QN05901M"]), headers={"Accept-Language": "en"})
    page = response.content.decode()
    assert len(response.content) < MOST_BYTES
    assert "Les Trois Ponts" in page
    assert "Ville-Haute" in page
    assert page.index("Collège des Ponts") < page.index("Collège du Canal")
    assert "Lycée de la Gare" not in page
    assert client.get(reverse("portal:zone", args=["QN0NOPE"])).status_code == 404


def test_one_s_own_page(employer: Account, client: Client) -> None:
    address = reverse("portal:mine")
    assert client.get(address).status_code == 302
    client.force_login(employer)
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert str(employer) in page
    assert "Employer" in page


def test_cards_of_services_are_shown(
    employer: Account, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def card(account: Account) -> Card:
        return Card("Rounds", f"of {account}", "/rounds/", "3")

    monkeypatch.setattr(home_cards, "_makers", {})
    home_cards.register(next(iter(employer.roles())), card)
    client.force_login(employer)
    page = client.get(reverse("portal:mine")).content.decode()
    assert f"of {employer}" in page
    assert 'href="/rounds/"' in page


def test_navigation_depends_on_the_role(employer: Account, client: Client) -> None:
    def links() -> list[str]:
        page = client.get(reverse("portal:about")).content.decode()
        return re.findall(r'href="([^"]+)"', page[page.index("<nav id") : page.index('<ul class="quiet">')])

    public = links()
    assert public == [reverse("portal:map"), reverse("territory:address"), reverse("portal:rules")]
    client.force_login(employer)
    own = links()
    assert own[0] == reverse("portal:mine")
    assert reverse("stages:my_internship_offers") in own
    assert not set(own) & set(public)
    page = client.get(reverse("portal:about")).content.decode()
    assert all(f'href="{link}"' in page[page.index("<footer") :] for link in public)


@pytest.mark.parametrize("table", ["zones", "communes", "schools"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tables_export(table: str, kind: str, territory: Territory, client: Client) -> None:
    response = client.get(reverse("portal:map"), {"table": table, "export": kind})
    assert response.status_code == 200
    assert f"{table}.{kind}" in response["Content-Disposition"]
    if kind == "csv":
        assert response.content.decode("utf-8-sig").count("\n") == 4 - (table != "schools")


def test_export_in_another_format_does_not_exist(territory: Territory, client: Client) -> None:
    assert client.get(reverse("portal:map"), {"export": "exe"}).status_code == 404


def test_languages_are_switched_by_a_form(territory: Territory, client: Client) -> None:
    address = reverse("portal:about")
    assert client.get(address)["Content-Language"] == "fr"
    client.post(reverse("set_language"), {"language": "en", "next": address})
    assert client.get(address)["Content-Language"] == "en"


def test_demo_says_so(client: Client, settings: object) -> None:
    settings.DEMO_NOTICE = True
    page = client.get(reverse("portal:about"), headers={"Accept-Language": "en"}).content.decode()
    assert "people are made up" in page
