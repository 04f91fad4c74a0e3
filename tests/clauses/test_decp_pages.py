"""Published contracts on screen: the list and its tabs, the shares of buyers, the import of a file."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.clauses.models import DecpImport, Figure, Parameter, PublishedContract, Refusal
from croisee.clauses.queries import published as queries
from croisee.foundation.progress.models import Progress, State
from tests.clauses.test_decp import contract
from tests.clauses_world import ClausesWorld

BUYER = "21350238800019"
OTHER = "22350001800013"
THRESHOLDS = (
    ("works", 2024, 5_538_000),
    ("works", 2026, 5_404_000),
    ("supplies_services", 2024, 221_000),
    ("supplies_services", 2026, 216_000),
)


def publish(number: str, **fields: object) -> PublishedContract:
    """A published contract of works of our buyer, above the threshold of 2026, that declares nothing social."""
    values = {
        "buyer_siret": BUYER,
        "decp_id": number,
        "kind": "marche",
        "purchase": "works",
        "object": f"Travaux {number}",
        "initial_amount": Decimal(6_000_000),
        "amount": Decimal(6_000_000),
        "notified_on": dt.date(2026, 9, 1),
        "said_on": dt.date(2026, 9, 1),
        "social": ["Pas de considération sociale"],
        "format": "2022",
        "holders": [{"id": "55204599900869", "type": "SIRET", "name": "Bâtisseurs"}],
    }
    return PublishedContract.objects.create(**(values | fields))


def make_thresholds() -> None:
    """The thresholds of 2024 to 2027, where a test before has emptied the tables."""
    for key, start, value in THRESHOLDS:
        day = dt.date(start, 1, 1)
        end = dt.date(start + 1, 12, 31)
        row = {"value": value, "valid_until": end, "source": "test"}
        Parameter.objects.get_or_create(figure=Figure.THRESHOLD, key=key, valid_from=day, defaults=row)


@pytest.fixture
def buyer_known(world: ClausesWorld) -> ClausesWorld:
    """The world, whose buyer is known by its SIRET, and the thresholds of 2024 to 2027."""
    make_thresholds()
    organisation = world.operation.buyer
    organisation.siret = BUYER
    organisation.save()
    return world


def numbers(rows) -> set[str]:
    """The numbers of these contracts."""
    return {row.decp_id for row in rows}


def test_who_should_carry_a_clause(buyer_known):
    publish("above")
    publish("says-nothing", social=None)
    publish("declared", social=["Clause sociale"])
    publish("below", initial_amount=Decimal(5_403_999))
    publish("at", initial_amount=Decimal(5_404_000))
    publish("under-the-figure-before", notified_on=dt.date(2025, 9, 1), initial_amount=Decimal(5_500_000))
    publish("before-any-figure", notified_on=dt.date(2001, 9, 1))
    publish("services", purchase="supplies_services", initial_amount=Decimal(216_000))
    publish("concession", kind="concession")
    publish("amended", amount=Decimal(5))
    rows = PublishedContract.objects.all()
    assert numbers(queries.should_carry(rows)) == {"above", "says-nothing", "at", "services", "amended"}
    assert numbers(queries.declared_unfollowed(rows)) == {"declared"}


def test_a_contract_followed_here_is_recognised(buyer_known):
    followed = buyer_known.contract
    publish(followed.reference, social=["Clause sociale"])
    publish(followed.reference, social=["Clause sociale"], buyer_siret=OTHER)
    rows = PublishedContract.objects.all()
    assert {row.buyer_siret for row in queries.declared_unfollowed(rows)} == {OTHER}
    assert {row.buyer_siret for row in rows.of_our_buyers()} == {BUYER}


def test_shares(buyer_known):
    publish("1", social=["Clause sociale", "Critère social"], amount=Decimal(300))
    publish("2", amount=Decimal(100))
    publish("3", social=None, amount=Decimal(500))
    publish("4", social=["Clause sociale"], amount=Decimal("1e17"), initial_amount=Decimal(10))
    publish("5", notified_on=dt.date(2020, 1, 1), social=None)
    newest, old = queries.shares_by_buyer(PublishedContract.objects.all())
    assert (newest.contracts, newest.said, newest.social) == (4, 3, 2)
    assert newest.percent == pytest.approx(200 / 3)
    assert newest.percent_of_amount == pytest.approx(75)
    assert (old.year, old.percent, old.percent_of_amount) == (2020, None, None)
    bands = {
        (one.year, one.band): one.contracts for one in queries.shares_by_band(PublishedContract.objects.all())
    }
    assert bands == {(2026, "above"): 3, (2026, "below"): 1, (2020, "unknown"): 1}


@pytest.mark.parametrize(
    "name", ["published", "published_without", "published_unfollowed", "published_shares"]
)
@pytest.mark.parametrize("who", ["facilitateur", "buyer", "official"])
def test_pages_open_and_cost_few_queries(sign_in, buyer_known, name, who):
    client = sign_in(getattr(buyer_known, who))
    url = reverse(f"clauses:{name}")
    counts = []
    for number in range(2):
        for one in range(20):
            publish(f"{number}-{one}", social=[None, ["Clause sociale"]][one % 2])
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
        assert response.status_code == 200
        counts.append(len(captured))
    assert counts[1] <= counts[0] <= 13
    assert client.get(url, {"export": "csv"}).status_code == 200


def test_filters(sign_in, buyer_known):
    client = sign_in(buyer_known.facilitateur)
    publish("clause", social=["Clause sociale", "Critère social"])
    publish("none", notified_on=dt.date(2025, 1, 1))
    publish("unsaid", social=None, buyer_siret=OTHER, object="Fauchage")

    def found(**query: str) -> set[str]:
        response = client.get(reverse("clauses:published"), query)
        return numbers(response.context["listing"].shown)

    assert found() == {"clause", "none", "unsaid"}
    assert found(social__contains="Critère social") == {"clause"}
    assert found(social__isnull="True") == {"unsaid"}
    assert found(notified_on__year="2025") == {"none"}
    assert found(buyer_siret=OTHER) == {"unsaid"}
    assert found(q="fauch") == {"unsaid"}
    assert found(q="'; drop", social__contains="x", sort="-amount") == set()


def test_one_contract(sign_in, buyer_known):
    client = sign_in(buyer_known.buyer)
    page = client.get(publish("1").get_absolute_url()).content.decode()
    assert "Bâtisseurs" in page
    assert "L2112-2-1" in page
    assert client.get(reverse("clauses:published_contract", args=[buyer_known.lot.pk])).status_code == 404


def send(client, content: bytes, name: str = "decp.json"):
    """Send a file, let the worker read it, and return its progress."""
    response = client.post(reverse("clauses:import_published"), {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302
    call_command("work", batch=True, verbosity=0)
    return Progress.objects.order_by("-created_at")[0]


@pytest.mark.django_db(transaction=True)
def test_a_file_sent_on_screen(sign_in, buyer_known, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(buyer_known.facilitateur)
    document = {"marches": [contract(), contract(id="2", montant=None), contract(), contract(id="3")]}
    progress = send(client, json.dumps(document).encode())
    assert (progress.state, progress.problem) == (State.DONE, "")
    page = client.get(progress.result_url)
    assert page.status_code == 200
    assert page.context["counts"]["kept"] == 2
    assert list(Refusal.objects.values_list("position", "decp_id")) == [(1, "2"), (2, "2024M01")]
    assert b"montant" in page.content
    assert client.get(progress.result_url, {"export": "csv"}).content.count(b"\n") >= 3
    [one] = DecpImport.objects.all()
    assert not one.file
    assert not list(tmp_path.rglob("*.json"))
    assert client.get(reverse("clauses:import_published")).context["imports"][0] == one
    client = sign_in(buyer_known.buyer)
    assert client.get(progress.result_url).status_code == 404
    assert client.get(reverse("clauses:import_published")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_read_changes_nothing(sign_in, buyer_known, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(buyer_known.facilitateur)
    progress = send(client, json.dumps({"marches": [contract()]}).encode()[:-3])
    assert progress.state == State.FAILED
    assert "decp.json" in progress.problem
    assert not PublishedContract.objects.exists()
    assert (
        client.get(reverse("clauses:published_import", args=[DecpImport.objects.get().pk])).status_code == 404
    )


def test_strangers_see_nothing(sign_in, buyer_known):
    row = publish("1")
    client = sign_in(buyer_known.employers[0])
    assert client.get(reverse("clauses:published")).status_code == 404
    assert client.get(row.get_absolute_url()).status_code == 404
    assert not PublishedContract.objects.visible_to(buyer_known.employers[0]).exists()
