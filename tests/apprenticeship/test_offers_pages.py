"""The pages of offers and applications: what each role sees and does, in few queries."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from croisee.apprenticeship.models import ApprenticeshipOffer, Candidacy, PartnerExchange, PartnerRejection
from croisee.apprenticeship.services import applications
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.models import Access
from croisee.opportunities.models import Opportunity, Source
from tests.apprenticeship.offers_helpers import (
    MOTIVATION,
    SIRET,
    make_candidacy,
    make_centre,
    make_company,
    make_offer,
    make_young,
    values,
)
from tests.journeys_world import JourneysWorld
from tests.world import TODAY, member

Enter = Callable[[Account], Client]
MOST = 12


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(f"apprenticeship:{name}", args=args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def content(answer: Any) -> bytes:
    """A file that is sent, whole."""
    return b"".join(answer.streaming_content)


def form_values(**changed: object) -> dict[str, object]:
    given: dict[str, object] = {
        "title": "Apprenti boulanger",
        "contracts": ["apprenticeship"],
        "description": "Pétrir, façonner et cuire avec une équipe de quatre.",
        "sector": "food",
        "jobs": "D1102",
        "address": "1 rue du Four, 35000 Rennes",
        "starts_on": (TODAY + dt.timedelta(days=60)).isoformat(),
        "months": "24",
        "seats": "1",
        "without_cv": "on",
        "then": "submit",
    }
    return given | changed


@pytest.mark.django_db
def test_a_company_writes_changes_and_ends_an_offer(enter: Enter) -> None:
    company = make_company()
    client = enter(company)
    assert "No offer yet" in page(client, "my_offers")
    organisation = company.organisations(Role.EMPLOYER).get()
    sent = form_values(organisation=str(organisation.pk))
    answer = client.post(reverse("apprenticeship:new_offer"), {**sent, "to_partner": "on", "title": "A"})
    assert answer.status_code == 422
    assert "Give one of the three" in answer.content.decode()
    answer = client.post(reverse("apprenticeship:new_offer"), sent)
    offer = Opportunity.objects.get()
    assert answer.headers["Location"] == reverse("apprenticeship:offer", args=[offer.pk])
    assert (offer.state, offer.apprenticeship.months) == ("submitted", 24)
    text = page(client, "offer", offer.pk)
    assert "It is being checked." in text
    assert "D1102" in page(client, "edit_offer", offer.pk)
    client.post(reverse("apprenticeship:duplicate_offer", args=[offer.pk]))
    assert Opportunity.objects.filter(duplicate_of=offer, state="draft").count() == 1
    client.post(
        reverse("apprenticeship:close_offer", args=[offer.pk]), {"closing": "cancelled", "because": "other"}
    )
    assert ApprenticeshipOffer.objects.get(opportunity=offer).closed_as == "cancelled"
    client.post(reverse("apprenticeship:move_offer", args=[offer.pk]), {"transition": "withdraw"})
    offer.refresh_from_db()
    assert offer.state == "withdrawn"


@pytest.mark.django_db
def test_a_training_centre_writes_for_a_company_and_sees_what_names_it(enter: Enter) -> None:
    centre = make_centre()
    client = enter(centre)
    sent = form_values(siret=SIRET, company="Fournil neuf")
    answer = client.post(reverse("apprenticeship:new_offer"), sent)
    assert "who will answer those who apply" in answer.content.decode()
    client.post(reverse("apprenticeship:new_offer"), {**sent, "company_email": "patron@example.org"})
    offer = Opportunity.objects.get()
    assert (offer.organisation.name, str(offer.entered_for)) == ("Fournil neuf", "CFA d’essai")
    assert Membership.objects.filter(organisation=offer.organisation, role=Role.EMPLOYER).count() == 1
    company = make_company("Cantine d’essai", "cantine@example.org")
    cfa = Organisation.objects.get(name="CFA d’essai")
    named = make_offer(company, title="Apprenti cuisinier", details={**values().details, "centre": cfa})
    text = page(client, "my_offers")
    assert "Apprenti cuisinier" in text
    assert "Apprenti boulanger" in text
    assert "Change the offer" not in page(client, "offer", named.pk)
    assert client.get(reverse("apprenticeship:edit_offer", args=[named.pk])).status_code == 404
    assert "Change the offer" in page(client, "offer", offer.pk)


@pytest.mark.django_db
def test_a_manager_checks_offers_of_apprenticeship_alone(enter: Enter, world: JourneysWorld) -> None:
    company = make_company()
    offer = make_offer(company)
    Opportunity.objects.filter(pk=offer.pk).update(published_at=None)
    draft = make_offer(company, title="Apprentie pâtissière")
    Opportunity.objects.filter(pk=draft.pk).update(state="unpublished")
    stage = Opportunity.objects.create(
        kind="stage_3e", organisation=offer.organisation, title="Stage", sector="food"
    )
    client = enter(world.manager)
    text = client.get(reverse("opportunities:moderation"), {"show": "all"}).content.decode()
    assert "Apprenti boulanger" in text
    assert client.get(reverse("opportunities:moderate", args=[stage.pk])).status_code == 404
    moderate = reverse("opportunities:moderate", args=[draft.pk])
    assert client.get(moderate).status_code == 200
    client.post(moderate, {"decision": "publish"})
    draft.refresh_from_db()
    assert draft.state == "published"
    campaigns = enter(member(Role.CAMPAIGN_MANAGER, world.metropolis, "campagnes@example.org"))
    assert campaigns.get(moderate).status_code == 404


@pytest.mark.django_db
def test_somebody_applies_with_a_cv_that_the_company_alone_opens(enter: Enter) -> None:
    company, rival = make_company(), make_company("Cantine d’essai", "cantine@example.org")
    offer = make_offer(company)
    person, account = make_young(31)
    client = enter(account)
    assert "Apprenti boulanger" in page(client, "offers")
    shown = client.get(reverse("opportunities:opportunity", args=[offer.pk])).content.decode()
    assert reverse("apprenticeship:apply", args=[offer.pk]) in shown
    sent = {
        "person": str(person.pk),
        "motivation": MOTIVATION,
        "cv": SimpleUploadedFile("mon cv.pdf", b"%PDF-1.4 essai"),
    }
    client.post(reverse("apprenticeship:apply", args=[offer.pk]), sent)
    row = Candidacy.objects.get()
    text = page(client, "application", row.pk)
    assert MOTIVATION in text
    assert content(client.get(reverse("apprenticeship:cv", args=[row.pk]))) == b"%PDF-1.4 essai"
    assert not Access.objects.filter(action="read").exists()
    answering = enter(company)
    assert "Offer a place" in page(answering, "application", row.pk)
    assert content(answering.get(reverse("apprenticeship:cv", args=[row.pk]))) == b"%PDF-1.4 essai"
    assert Access.objects.filter(action="read", account=company, concerns=account).exists()
    other = enter(rival)
    for name in ("application", "cv"):
        assert other.get(reverse(f"apprenticeship:{name}", args=[row.pk])).status_code == 404
    assert (
        other.post(reverse("apprenticeship:answer", args=[row.pk]), {"answer": "propose"}).status_code == 404
    )


@pytest.mark.django_db
def test_answers_and_decisions_go_through_the_pages(enter: Enter) -> None:
    company = make_company()
    row, account = make_candidacy(make_offer(company))
    client, answering = enter(account), enter(company)
    answer = reverse("apprenticeship:answer", args=[row.pk])
    refused = answering.post(answer, {"answer": "refuse", "outcome": ""})
    assert refused.status_code == 422
    at = (TODAY + dt.timedelta(days=3)).isoformat() + "T10:00"
    answering.post(answer, {"answer": "invite", "interview_at": at, "interview_place": "Au fournil"})
    assert "Au fournil" in page(client, "application", row.pk)
    answering.post(answer, {"answer": "propose", "text": "Bienvenue"})
    assert "Confirm the place" in page(client, "application", row.pk)
    client.post(reverse("apprenticeship:decide", args=[row.pk]), {"decision": "confirm"})
    assert "Apprenticeship confirmed" in page(client, "applications")
    assert answering.post(reverse("apprenticeship:decide", args=[row.pk])).status_code == 404


@pytest.mark.django_db
def test_a_referent_chooses_for_whom_among_those_it_follows(enter: Enter, world: JourneysWorld) -> None:
    offer = make_offer(make_company())
    client = enter(world.referents[0])
    text = page(client, "apply", offer.pk)
    assert str(world.people[0]) in text
    assert str(world.people[2]) not in text
    sent = {"person": str(world.people[2].pk), "motivation": MOTIVATION, "states_age": "on"}
    assert client.post(reverse("apprenticeship:apply", args=[offer.pk]), sent).status_code == 422
    client.post(reverse("apprenticeship:apply", args=[offer.pk]), {**sent, "person": str(world.people[0].pk)})
    assert Candidacy.objects.get().application.person == world.people[0]


@pytest.mark.django_db
def test_a_search_shows_contracts_only_when_they_are_asked_for(enter: Enter) -> None:
    offer = make_offer(make_company())
    _person, account = make_young(31)
    client = enter(account)
    search = reverse("opportunities:search")
    assert offer.title not in client.get(search).content.decode()
    assert offer.title in client.get(search, {"kind": "apprenticeship"}).content.decode()
    ApprenticeshipOffer.objects.update(expires_on=TODAY - dt.timedelta(days=1))
    assert offer.title not in client.get(search, {"kind": "apprenticeship"}).content.decode()
    text = client.get(reverse("opportunities:opportunity", args=[offer.pk])).content.decode()
    assert "Its last day is past." in text
    assert reverse("apprenticeship:apply", args=[offer.pk]) not in text


@pytest.mark.django_db
def test_a_partners_offer_leads_there(enter: Enter) -> None:
    offer = make_offer(make_company())
    Opportunity.objects.filter(pk=offer.pk).update(
        source=Source.PARTNER, remote_id="lba:1", permalink="https://example.org/1"
    )
    _person, account = make_young(31)
    client = enter(account)
    text = client.get(reverse("opportunities:opportunity", args=[offer.pk])).content.decode()
    assert "Apply on La bonne alternance" in text
    assert client.get(reverse("apprenticeship:apply", args=[offer.pk])).status_code == 404


@pytest.mark.django_db
def test_the_journal_of_exchanges_says_the_remedy(enter: Enter, world: JourneysWorld) -> None:
    offer = make_offer(make_company())
    row = PartnerRejection.objects.create(
        direction="out",
        remote_id=str(offer.pk),
        opportunity=offer,
        field="apply",
        code="missing",
        message="Aucun moyen",
    )
    PartnerExchange.objects.create(counts={"sent": 2}, problem="")
    client = enter(world.manager)
    text = page(client, "exchanges")
    assert "Give an e-mail address, a telephone or a page to apply to." in text
    assert "sent: 2" in page(client, "exchanges", query="?show=journal")
    assert "Aucun moyen" in page(client, "settle", row.pk)
    client.post(reverse("apprenticeship:settle", args=[row.pk]))
    row.refresh_from_db()
    assert row.settled_at is not None
    assert enter(make_centre()).get(reverse("apprenticeship:exchanges")).status_code == 404


@pytest.mark.django_db
def test_pages_take_few_queries_whatever_the_rows(
    enter: Enter, world: JourneysWorld, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    company = make_company()
    offers = [make_offer(company, title=f"Apprenti {number}", seats=3) for number in range(4)]
    pairs = [make_candidacy(offers[0], 60 + number) for number in range(4)]
    row, account = pairs[0]
    applications.propose(row, company)
    pages = [
        (company, "offers", ()),
        (company, "my_offers", ()),
        (company, "new_offer", ()),
        (company, "offer", (offers[0].pk,)),
        (company, "edit_offer", (offers[0].pk,)),
        (company, "applications", ()),
        (company, "application", (pairs[1][0].pk,)),
        (account, "application", (row.pk,)),
        (account, "offers", ()),
        (pairs[2][1], "apply", (offers[1].pk,)),
        (world.manager, "exchanges", ()),
    ]
    for who, name, args in pages:
        client = enter(who)
        address = reverse(f"apprenticeship:{name}", args=args)
        client.get(address)
        with django_assert_max_num_queries(MOST):
            assert client.get(address).status_code == 200, name
    shared = [
        (account, reverse("opportunities:opportunity", args=[offers[1].pk])),
        (account, reverse("opportunities:search") + "?kind=apprenticeship"),
        (world.manager, reverse("opportunities:moderate", args=[offers[1].pk])),
        (world.manager, reverse("opportunities:moderation") + "?show=all"),
    ]
    for who, address in shared:
        client = enter(who)
        client.get(address)
        with django_assert_max_num_queries(MOST):
            assert client.get(address).status_code == 200, address
