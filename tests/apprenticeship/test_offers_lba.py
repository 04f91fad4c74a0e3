"""Our offers on La bonne alternance and theirs here, against a server that behaves as theirs does."""

import datetime as dt
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from croisee.apprenticeship.expiry import Standing, stands_now
from croisee.apprenticeship.lba import incoming, outgoing
from croisee.apprenticeship.lba.client import Access, BonneAlternance, FieldFault, Refused
from croisee.apprenticeship.lba.refusals import remedy
from croisee.apprenticeship.models import (
    ApprenticeshipOffer,
    ClosedBecause,
    Closing,
    PartnerExchange,
    PartnerJob,
    PartnerRejection,
)
from croisee.apprenticeship.services import offers, partner
from croisee.foundation.partners import Unreachable
from croisee.opportunities.models import Opportunity, Source
from tests.apprenticeship.bonne_alternance import Server, bonne_alternance, job
from tests.apprenticeship.offers_helpers import make_company, make_offer, values
from tests.world import TODAY

SAMPLES = Path("/work/shared/data/offres")


@pytest.fixture
def server() -> Iterator[Server]:
    with bonne_alternance() as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client_there(server: Server, slept: list[float]) -> BonneAlternance:
    return BonneAlternance(server.access, sleep=slept.append)


def refusals() -> set[tuple[str, str]]:
    return set(PartnerRejection.objects.filter(settled_at__isnull=True).values_list("field", "code"))


# Ours there


@pytest.mark.django_db
def test_an_offer_is_sent_once_changed_when_it_changes_and_closed_there(
    server: Server, client_there: BonneAlternance
) -> None:
    company = make_company()
    offer = make_offer(company)
    assert partner.publish_ours(client_there) == {"sent": 1}
    [body] = server.jobs.values()
    assert body["offer"]["status"] == "Active"
    assert body["contract"]["type"] == ["Apprentissage"]
    assert body["apply"] == {"email": "fournil@example.org"}
    assert PartnerJob.objects.get().publishing == "PUBLISHED"
    sent = len(server.calls)
    assert partner.publish_ours(client_there) == {"unchanged": 1}
    assert len(server.calls) == sent
    Opportunity.objects.filter(pk=offer.pk).update(title="Apprentie boulangère")
    assert partner.publish_ours(client_there) == {"changed": 1}
    offers.close(offer, company, Closing.FILLED, ClosedBecause.HIRED_ELSEWHERE)
    assert partner.publish_ours(client_there) == {"closed": 1}
    [body] = server.jobs.values()
    assert (body["offer"]["status"], body["offer"]["title"]) == ("Filled", "Apprentie boulangère")
    assert partner.publish_ours(client_there) == {"unchanged": 1}


@pytest.mark.django_db
def test_what_is_paused_is_pending_there_and_what_is_no_longer_to_be_there_is_cancelled(
    server: Server, client_there: BonneAlternance
) -> None:
    company = make_company()
    offer = make_offer(company)
    partner.publish_ours(client_there)
    offers.pause(offer, company)
    partner.publish_ours(client_there)
    assert next(iter(server.jobs.values()))["offer"]["status"] == "Pending"
    offers.resume(offer, company)
    ApprenticeshipOffer.objects.update(to_partner=False)
    assert partner.publish_ours(client_there) == {"closed": 1}
    assert next(iter(server.jobs.values()))["offer"]["status"] == "Cancelled"


@pytest.mark.django_db
def test_every_refusal_is_kept_with_its_field_and_settles_once_it_is_solved(
    server: Server, client_there: BonneAlternance
) -> None:
    company = make_company()
    blocked = make_offer(company, details={**values().details, "jobs": ["E1101"]})
    assert partner.publish_ours(client_there) == {"refused": 1}
    assert refusals() == {("offer.rome_codes", "custom")}
    row = PartnerRejection.objects.get()
    assert (row.message, row.opportunity_id) == ("ROME code is blocked", blocked.pk)
    assert "blocked" in remedy(row.field, row.code) or remedy(row.field, row.code)
    partner.publish_ours(client_there)
    assert PartnerRejection.objects.count() == 1
    ApprenticeshipOffer.objects.update(jobs=["D1102"])
    assert partner.publish_ours(client_there) == {"sent": 1}
    assert refusals() == set()


@pytest.mark.django_db
def test_what_it_would_refuse_is_not_sent(server: Server, client_there: BonneAlternance) -> None:
    offer = make_offer(make_company())
    ApprenticeshipOffer.objects.update(apply_email="")
    Opportunity.objects.filter(pk=offer.pk).update(title="Ap", description="Court.")
    assert partner.publish_ours(client_there) == {"refused": 1}
    assert refusals() == {
        ("apply", "missing"),
        ("offer.title", "too_short"),
        ("offer.description", "too_short"),
    }
    assert server.calls == []
    assert len(outgoing.warnings(Opportunity.objects.get(pk=offer.pk))) == 3


@pytest.mark.django_db
def test_what_is_accepted_and_not_published_says_why(server: Server, client_there: BonneAlternance) -> None:
    server.publishing = {
        "publication": {"status": "WILL_NOT_BE_PUBLISHED"},
        "error": {"code": "CLOSED_COMPANY", "label": "Entreprise fermée"},
    }
    make_offer(make_company())
    partner.publish_ours(client_there)
    assert refusals() == {("publication", "CLOSED_COMPANY")}
    server.publishing = {"publication": {"status": "PUBLISHED"}}
    partner.publish_ours(client_there)
    assert refusals() == set()


@pytest.mark.django_db
def test_a_failing_server_is_tried_again_later_and_later(
    server: Server, client_there: BonneAlternance, slept: list[float]
) -> None:
    make_offer(make_company())
    server.failures = [503, 429, 500]
    assert partner.publish_ours(client_there) == {"sent": 1}
    assert slept == [2.0, 60.0, 8.0]
    server.failures = [500] * 4
    with pytest.raises(Refused):
        client_there.publishing("lba-1")


@pytest.mark.django_db
def test_a_wrong_token_stops_the_exchange_and_the_journal_says_so(server: Server) -> None:
    make_offer(make_company())
    with pytest.raises(Refused):
        partner.exchange(client=BonneAlternance(Access(server.url, "autre")))
    assert "401" in PartnerExchange.objects.get().problem
    assert not PartnerRejection.objects.exists()


def test_a_token_never_travels_in_the_clear_nor_is_printed() -> None:
    access = Access("http://exemple.org", "secret")
    with pytest.raises(ValueError, match="https"):
        BonneAlternance(access)
    assert "secret" not in repr(access)
    nobody = BonneAlternance(Access("http://127.0.0.1:9", "x"), sleep=lambda _seconds: None)
    with pytest.raises(Unreachable):
        nobody.publishing("1")


# Theirs here


@pytest.mark.django_db
def test_offers_around_are_held_updated_and_taken_off(server: Server, client_there: BonneAlternance) -> None:
    ours = make_offer(make_company())
    partner.publish_ours(client_there)
    own = job("lba-1", identifier={"id": "lba-1", "partner_job_id": str(ours.pk)})
    server.around = [job("a"), job("b", apply={"url": None}), own]
    assert partner.read_theirs(client_there) == {"new": 1, "rejected": 1, "own": 1, "gone": 0}
    theirs = Opportunity.objects.get(source=Source.PARTNER)
    assert theirs.description == "Cuisiner & servir.\nUne équipe"
    assert (theirs.postcode, theirs.city, theirs.sector, theirs.lon) == ("35200", "Rennes", "food", -1.67)
    more = theirs.apprenticeship
    assert (more.jobs, more.diploma, theirs.periods.get().seats) == (["G1602"], "3", 2)
    assert stands_now(theirs).standing is Standing.ACTIVE
    assert refusals() == {("apply.url", "missing")}
    assert partner.read_theirs(client_there)["unchanged"] == 1
    server.around = [job("a", contract={"start": "2199-09-01T00:00:00Z", "duration": 24, "type": []})]
    assert partner.read_theirs(client_there)["updated"] == 1
    server.around = []
    assert partner.read_theirs(client_there)["gone"] == 1
    theirs.refresh_from_db()
    assert (theirs.state, stands_now(theirs).standing) == ("unpublished", Standing.PENDING)
    server.around = [job("a")]
    partner.read_theirs(client_there)
    theirs.refresh_from_db()
    assert theirs.state == "published"


@pytest.mark.parametrize("row", [{}, {"identifier": 3}, {"offer": []}, job("x", workplace={"name": 3})])
def test_rows_of_any_shape_are_read_or_refused(row: dict[str, Any]) -> None:
    with pytest.raises(incoming.Unreadable) as refused:
        incoming.read(row, TODAY)
    assert isinstance(refused.value.fault, FieldFault)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the feeds are not on this machine")
def test_descriptions_of_real_feeds_lose_their_markup() -> None:
    ads = json.loads((SAMPLES / "labonnealternance_decathlon.json").read_text())["ads"]
    assert ads
    for ad in ads:
        row = job("x")
        row["offer"] = {**row["offer"], "title": ad["title"], "description": ad["description"]}
        read = incoming.read(row, TODAY)
        assert 30 <= len(read.description) <= 1500
        assert not {"</p>", "<b>", "&nbsp;", "&amp;"} & set(read.description.split())
        assert "<" not in read.description.replace("< ", "")


@pytest.mark.django_db
def test_the_command_publishes_and_reads(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CROISEE_LBA_TOKEN", raising=False)
    with pytest.raises(CommandError):
        call_command("apprenticeship", "publish")
    assert partner.exchange_due(timezone.now()) == 0
    monkeypatch.setenv("CROISEE_LBA_TOKEN", server.access.token)
    monkeypatch.setenv("CROISEE_LBA_URL", server.url)
    make_offer(make_company(), starts_on=TODAY + dt.timedelta(days=30))
    said = StringIO()
    call_command("apprenticeship", "publish", stdout=said)
    assert said.getvalue() == "sent: 1\n"
    server.around = [job("a")]
    call_command("apprenticeship", "read", stdout=said)
    assert "new: 1" in said.getvalue()
