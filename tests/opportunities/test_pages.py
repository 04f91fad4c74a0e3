"""The pages about opportunities: what each shows, to whom, in how many queries."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.foundation.notices.models import Ledger
from croisee.opportunities.kinds import OpportunityKind, register
from croisee.opportunities.models import (
    Ground,
    Opportunity,
    OpportunityState,
    Period,
    Report,
    ReportState,
    SavedSearch,
    Source,
)
from croisee.opportunities.services import reports
from tests.territory.official import ban_row, load, write_ban, write_epci
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db

SignIn = Callable[[Account], Client]


def search(client: Client, **asked: object) -> str:
    response = client.get(reverse("opportunities:search"), asked)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def family(world: World, sign_in: SignIn) -> Client:
    return sign_in(world.families[0])


@pytest.fixture
def manager(world: World, sign_in: SignIn) -> Client:
    return sign_in(world.manager)


def test_a_search_lists_what_is_published_and_shown(world: World, family: Client) -> None:
    Opportunity.objects.filter(pk=world.offers[1].pk).update(state="unpublished")
    Opportunity.objects.filter(pk=world.offers[2].pk).update(listed=False)
    page = search(family)
    assert "Boulangerie" in page
    assert "Bureau" not in page
    assert "Théâtre" not in page


def test_offers_that_are_over_are_not_found(world: World, family: Client) -> None:
    Period.objects.filter(opportunity=world.offers[0]).delete()
    assert "Boulangerie" not in search(family)


def test_a_posted_search_keeps_the_point_out_of_the_address(
    world: World, family: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = family.session
    session["opportunities.place"] = {"lon": -1.68, "lat": 48.12, "label": "1 rue de Quelque Part"}
    session.save()
    asked = {"text": "theatre", "address": "1 rue de Quelque Part", "within_km": "5"}
    response = family.post(reverse("opportunities:search"), asked)
    assert response.status_code == 302
    assert response["Location"].endswith("?text=theatre&within_km=5")
    page = family.get(response["Location"]).content.decode()
    assert "1 rue de Quelque Part" in page
    assert "1,1\u00a0km" in page


def test_an_empty_address_forgets_the_point(world: World, family: Client) -> None:
    session = family.session
    session["opportunities.place"] = {"lon": -1.68, "lat": 48.12, "label": "là"}
    session.save()
    family.post(reverse("opportunities:search"), {"address": ""})
    assert "opportunities.place" not in family.session


def test_an_unknown_address_is_said(world: World, family: Client) -> None:
    response = family.post(reverse("opportunities:search"), {"address": "nulle part"}, follow=True)
    assert list(response.context["messages"])
    # It stands there once more, to be corrected.
    assert 'value="nulle part"' in response.content.decode()
    assert "nulle part" not in search(family)


def test_an_address_that_is_not_quite_the_one_typed_is_said(
    world: World, family: Client, tmp_path: Path, settings: Any
) -> None:
    settings.VAR_DIR = tmp_path / "var"
    load(write_epci(tmp_path), write_ban(tmp_path, [ban_row(12)]))
    address = reverse("opportunities:search")
    near = family.post(address, {"address": "98 rue de brest"}, follow=True)
    (message,) = near.context["messages"]
    assert "comptés depuis «\u00a0Rue de Brest, Ponant\u00a0»" in str(message)
    exact = family.post(address, {"address": "12 rue de brest"}, follow=True)
    assert not list(exact.context["messages"])


def test_an_empty_result_says_what_to_leave_out(world: World, family: Client) -> None:
    response = family.get(reverse("opportunities:search"), {"text": "theatre", "sector": "food"})
    assert [count for _, _, count in response.context["loosened"]] == [1, 1]


def test_a_page_past_the_last_is_the_last(world: World, family: Client) -> None:
    assert "Boulangerie" in search(family, page="99")


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "a & | ! :* <-> (", "x" * 5000, "été*:A", "\\", "%_", "🥖", "le la de"]
)
def test_hostile_words_are_words(world: World, family: Client, text: str) -> None:
    search(family, text=text)
    assert family.post(reverse("opportunities:search"), {"text": text}).status_code == 302


@pytest.mark.parametrize(
    "asked",
    [
        {"within_km": "x"},
        {"within_km": "99999999999"},
        {"starts_on": "9999-12-31"},
        {"starts_on": "0001-01-01"},
        {"starts_on": "hier"},
        {"organisation": "x"},
        {"sector": "nothing"},
        {"sort": "price"},
        {"page": "-1"},
    ],
)
def test_what_is_malformed_counts_as_not_asked(world: World, family: Client, asked: dict[str, str]) -> None:
    search(family, **asked)
    assert family.get(reverse("opportunities:search_map"), asked).status_code == 200


def test_a_nul_is_refused(world: World, family: Client) -> None:
    assert family.get(reverse("opportunities:search"), {"text": "\0"}).status_code == 400


def test_the_map_has_the_same_offers(world: World, family: Client) -> None:
    data = family.get(reverse("opportunities:search_map"), {"text": "theatre"}).json()
    assert [feature["properties"]["name"] for feature in data["features"]] == ["Théâtre"]
    assert data["features"][0]["geometry"]["coordinates"] == [-1.68, 48.11]


def test_pages_ask_few_questions_with_two_thousand_offers(
    world: World, family: Client, django_assert_max_num_queries: Callable
) -> None:
    made = Opportunity.objects.bulk_create(
        Opportunity(
            kind="essai",
            organisation=world.hosts[0],
            title=f"Offre {number}",
            sector="food",
            searchable=f"offre {number} boulangerie",
            lon=-1.6 - number / 10_000,
            lat=48.1,
        )
        for number in range(2000)
    )
    Period.objects.bulk_create(
        Period(opportunity=offer, starts_on=MONDAY, ends_on=MONDAY + dt.timedelta(4), seats=2)
        for offer in made
    )
    for state in ("submitted", "published"):
        Opportunity.objects.filter(pk__in=[offer.pk for offer in made]).update(
            state=state, published_at=timezone.now()
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a running database does by itself
    with django_assert_max_num_queries(12):
        assert "Offre" in search(family, text="boulangeries", free_only="1", starts_on=MONDAY.isoformat())
    with django_assert_max_num_queries(12):
        search(family, text="rien", sector="food", free_only="1", starts_on=MONDAY.isoformat(), within_km=5)
    with django_assert_max_num_queries(12):
        family.get(reverse("opportunities:search_map"))
    with django_assert_max_num_queries(12):
        family.get(reverse("opportunities:opportunity", args=[made[0].pk]))


def test_the_page_of_an_offer_tells_no_person(world: World, family: Client) -> None:
    response = family.get(reverse("opportunities:opportunity", args=[world.offers[0].pk]))
    page = response.content.decode()
    assert "Boulangerie" in page
    assert "Tutrice" not in page
    assert "tutrice@" not in page


def test_the_page_of_an_offer_that_one_may_not_see_is_not_there(
    world: World, family: Client, sign_in: SignIn
) -> None:
    Opportunity.objects.filter(pk=world.offers[0].pk).update(state="unpublished")
    address = reverse("opportunities:opportunity", args=[world.offers[0].pk])
    assert family.get(address).status_code == 404
    assert sign_in(world.employers[0]).get(address).status_code == 200
    assert sign_in(world.employers[1]).get(address).status_code == 404


def test_an_offer_of_a_partner_leads_there(world: World, family: Client) -> None:
    Opportunity.objects.filter(pk=world.offers[0].pk).update(
        source=Source.PARTNER, remote_id="7", permalink="https://example.org/offre/7"
    )
    page = family.get(reverse("opportunities:opportunity", args=[world.offers[0].pk])).content.decode()
    assert 'href="https://example.org/offre/7"' in page


def test_two_kinds_do_not_share_a_name() -> None:
    kind = OpportunityKind("test-kind", "essai")
    register(kind)
    assert register(kind) is kind
    with pytest.raises(ValueError, match="test-kind"):
        register(OpportunityKind("test-kind", "autre"))


# Reports


def test_an_offer_is_reported_once_by_a_person(world: World, family: Client) -> None:
    address = reverse("opportunities:report", args=[world.offers[0].pk])
    assert family.get(address).status_code == 200
    for _click in range(2):
        assert family.post(address, {"ground": "not_real", "text": "Fermé."}).status_code == 302
    found = Report.objects.get()
    assert (found.ground, found.text, found.reporter) == (Ground.NOT_REAL, "Fermé.", world.families[0])


def test_a_report_needs_a_reason(world: World, family: Client) -> None:
    address = reverse("opportunities:report", args=[world.offers[0].pk])
    assert family.post(address, {"ground": "nothing"}).status_code == 200
    assert not Report.objects.exists()


def test_too_many_reports_in_an_hour_are_refused(world: World, family: Client) -> None:
    address = reverse("opportunities:report", args=[world.offers[0].pk])
    answers = [family.post(address, {"ground": "other"}).status_code for _ in range(11)]
    assert answers[-2:] == [302, 429]


def test_a_report_upheld_pauses_the_offer_and_tells_its_employer(world: World, manager: Client) -> None:
    found, _ = reports.report(world.offers[0], world.families[0], Ground.UNSAFE, "Four.")
    address = reverse("opportunities:settle_report", args=[found.pk])
    assert "Four." in manager.get(address).content.decode()
    assert manager.post(address, {"decision": "uphold", "reason": ""}).status_code == 200
    assert manager.post(address, {"decision": "uphold", "reason": "Four dangereux"}).status_code == 302
    found.refresh_from_db()
    offer = Opportunity.objects.get(pk=world.offers[0].pk)
    assert (found.state, offer.state) == (ReportState.UPHELD, OpportunityState.UNPUBLISHED)
    written = Ledger.objects.get(notice="opportunities.offer_paused")
    assert written.account == world.employers[0]
    assert written.context["why"] == "Four dangereux"
    manager.post(address, {"decision": "dismiss"})
    found.refresh_from_db()
    assert found.state == ReportState.UPHELD


def test_a_report_dismissed_leaves_the_offer(world: World, manager: Client) -> None:
    found, _ = reports.report(world.offers[0], world.families[0], Ground.OTHER, "")
    address = reverse("opportunities:settle_report", args=[found.pk])
    assert manager.post(address, {"decision": "dismiss"}).status_code == 302
    found.refresh_from_db()
    assert found.state == ReportState.DISMISSED
    assert Opportunity.objects.get(pk=world.offers[0].pk).state == OpportunityState.PUBLISHED
    assert reports.report(world.offers[0], world.families[0], Ground.OTHER, "")[1]
    assert manager.post(address, {"decision": "nothing"}).status_code == 404


# Moderation


def submitted(world: World, title: str = "Garage") -> Opportunity:
    fresh = Opportunity.objects.create(
        kind="essai", organisation=world.hosts[0], title=title, sector="motor", lon=-1.6, lat=48.1
    )
    Opportunity.objects.filter(pk=fresh.pk).update(state="submitted")
    fresh.refresh_from_db()
    return fresh


def test_the_queue_has_what_waits(
    world: World, manager: Client, django_assert_max_num_queries: Callable
) -> None:
    submitted(world)
    reports.report(world.offers[0], world.families[0], Ground.OTHER, "")
    address = reverse("opportunities:moderation")
    with django_assert_max_num_queries(12):
        page = manager.get(address).content.decode()
    assert "Garage" in page
    assert "Boulangerie" not in page
    with django_assert_max_num_queries(12):
        assert "Boulangerie" in manager.get(address, {"show": "reports"}).content.decode()
    with django_assert_max_num_queries(12):
        assert "Théâtre" in manager.get(address, {"show": "all"}).content.decode()
    assert manager.get(address, {"export": "csv"}).status_code == 200


def test_an_offer_accepted_is_published_and_searched(
    world: World, manager: Client, django_assert_max_num_queries: Callable
) -> None:
    offer = submitted(world)
    address = reverse("opportunities:moderate", args=[offer.pk])
    with django_assert_max_num_queries(12):
        assert "Garage" in manager.get(address).content.decode()
    assert manager.post(address, {"decision": "publish"}).status_code == 302
    offer.refresh_from_db()
    assert offer.state == OpportunityState.PUBLISHED
    assert offer.published_at is not None
    assert offer.searchable.startswith("garage garage")
    assert Ledger.objects.filter(notice="opportunities.offer_published").count() == 1
    manager.post(address, {"decision": "publish"})
    assert Ledger.objects.filter(notice="opportunities.offer_published").count() == 1


def test_an_offer_is_not_refused_without_a_reason(world: World, manager: Client) -> None:
    offer = submitted(world)
    address = reverse("opportunities:moderate", args=[offer.pk])
    assert manager.post(address, {"decision": "reject", "reason": " "}).status_code == 200
    manager.post(address, {"decision": "reject", "reason": "Dites ce que l’on y fait."})
    offer.refresh_from_db()
    assert (offer.state, offer.why_rejected) == (OpportunityState.REJECTED, "Dites ce que l’on y fait.")
    assert Ledger.objects.get(notice="opportunities.offer_rejected").context["why"] == offer.why_rejected
    assert manager.post(address, {"decision": "other"}).status_code == 404


def test_an_offer_paused_keeps_its_day_of_publication(world: World, manager: Client) -> None:
    address = reverse("opportunities:moderate", args=[world.offers[0].pk])
    before = Opportunity.objects.get(pk=world.offers[0].pk).published_at
    manager.post(address, {"decision": "pause", "reason": "À vérifier"})
    manager.post(address, {"decision": "publish"})
    offer = Opportunity.objects.get(pk=world.offers[0].pk)
    assert (offer.state, offer.why_rejected, offer.published_at) == (OpportunityState.PUBLISHED, "", before)


# Saved searches


def test_a_search_is_saved_opened_changed_deleted(
    world: World, family: Client, sign_in: SignIn, django_assert_max_num_queries: Callable
) -> None:
    session = family.session
    session["opportunities.place"] = {"lon": -1.680123, "lat": 48.110987, "label": "là"}
    session.save()
    saved = {"text": "théâtre", "name": "Scène", "alerts": "on"}
    assert family.post(reverse("opportunities:save_search"), saved).status_code == 302
    found = SavedSearch.objects.get()
    assert found.criteria == {"text": "théâtre", "lon": -1.68, "lat": 48.111}
    with django_assert_max_num_queries(12):
        assert "Scène" in family.get(reverse("opportunities:saved_searches")).content.decode()
    address = reverse("opportunities:saved_search", args=[found.pk])
    with django_assert_max_num_queries(12):
        assert "Scène" in family.get(address).content.decode()
    assert sign_in(world.families[1]).get(address).status_code == 404
    opened = family.post(address, {"action": "open"})
    assert opened["Location"] == f"{reverse('opportunities:search')}?{urlencode({'text': 'théâtre'})}"
    assert family.session["opportunities.place"]["lon"] == -1.68
    family.post(address, {"action": "change", "name": "Spectacle"})
    found.refresh_from_db()
    assert (found.name, found.alerts) == ("Spectacle", False)
    assert family.post(address, {"action": "other"}).status_code == 404
    family.post(address, {"action": "delete"})
    assert not SavedSearch.objects.exists()


def test_a_name_is_taken_once(world: World, family: Client) -> None:
    for name in ("A", "B", "A", ""):
        family.post(reverse("opportunities:save_search"), {"name": name})
    assert sorted(SavedSearch.objects.values_list("name", flat=True)) == ["A", "B"]
    second = SavedSearch.objects.get(name="B")
    address = reverse("opportunities:saved_search", args=[second.pk])
    assert family.post(address, {"action": "change", "name": "A"}).status_code == 200
