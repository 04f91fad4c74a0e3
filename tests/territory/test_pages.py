"""The check of an address in the browser, its proof, and the data sets."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from croisee.foundation.accounts.models import Account
from croisee.foundation.documents.models import IssuedDocument
from croisee.foundation.registry import impersonal_models
from croisee.territory import views
from croisee.territory.apps import TerritoryConfig
from croisee.territory.models import Address, DataSet
from tests.territory.official import ban_row, load, write_ban

PAGE, SUGGESTIONS, PROOF = "territory:address", "territory:suggestions", "territory:proof"
INSIDE = "35901_0001_00012"


@pytest.fixture
def addresses(metropolis: Path) -> None:
    rows = [ban_row(12), ban_row(14, at=(340_100.0, 6_780_100.0)), ban_row(16, type_position="segment")]
    load(write_ban(metropolis, [*rows, ban_row(12, key="35902_0001", at=(341_000.0, 6_781_000.0))]))


def text_of(pdf: bytes) -> str:
    from pypdf import PdfReader

    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_page_asks(client: Client, addresses: None) -> None:
    page = client.get(reverse(PAGE))
    assert page.status_code == 200
    assert 'name="q"' in page.content.decode()


@pytest.mark.parametrize(
    ("identifier", "word", "tone"),
    [
        (INSIDE, "Oui", "yes"),
        ("35901_0001_00014", "Non", "no"),
        ("35901_0001_00016", "Incertain", "uncertain"),
    ],
)
def test_the_answer_is_one_word_and_its_reason(
    client: Client, addresses: None, identifier: str, word: str, tone: str
) -> None:
    page = client.get(reverse(PAGE), {"ban": identifier}).content.decode()
    assert re.search(rf'<h2 class="word"[^>]*>{word}</h2>', page)
    assert f'class="verdict {tone}"' in page


def test_typed_in_full_the_answer_comes_at_once(client: Client, addresses: None) -> None:
    page = client.post(reverse(PAGE), {"q": "12 rue de Brest Ponant"}).content.decode()
    assert ">Oui</h2>" in page


def test_typed_in_part_one_chooses(client: Client, addresses: None) -> None:
    page = client.post(reverse(PAGE), {"q": "12 rue de brest"}).content.decode()
    assert f'name="ban" value="{INSIDE}"' in page
    assert 'name="ban" value="35902_0001_00012"' in page
    assert ">Oui</h2>" in client.post(reverse(PAGE), {"ban": INSIDE}).content.decode()
    assert "verdict" not in page.replace("address.css", "")


def test_what_is_not_found_is_said(client: Client, addresses: None) -> None:
    for asked in ({"q": "zzzz yyyy"}, {"ban": "nothing"}):
        page = client.post(reverse(PAGE), asked)
        assert page.status_code == 200
        assert 'class="word"' not in page.content.decode()


def test_without_addresses_the_page_says_so(client: Client, db: None) -> None:
    assert "croisee territory load" in client.post(reverse(PAGE), {"q": "12 rue de Brest"}).content.decode()


def test_what_is_typed_is_never_in_the_address_of_a_page(client: Client, addresses: None) -> None:
    for page in (reverse(PAGE), reverse("portal:home")):
        forms = re.findall(r"<form[^>]*class=\"ask\"[^>]*>", client.get(page).content.decode())
        assert forms
        assert all('method="post"' in form for form in forms)
    assert "verdict" not in client.get(
        reverse(PAGE), {"q": "12 rue de Brest Ponant"}
    ).content.decode().replace("address.css", "")
    assert client.get(reverse(SUGGESTIONS), {"q": "12 r brest"}).status_code == 405
    answer = client.post(reverse(PAGE), {"q": "12 rue de Brest Ponant"})
    assert "no-store" in answer["Cache-Control"]
    for odd in ("12 rue\0", "x" * 100_000, "%" * 200):
        assert client.post(reverse(PAGE), {"q": odd, "ban": "\0"}).status_code == 200


def test_suggestions_are_options_of_a_list(client: Client, addresses: None) -> None:
    fragment = client.post(reverse(SUGGESTIONS), {"q": "12 r brest"}).content.decode()
    assert fragment.count('role="option"') == 2
    assert f'data-id="{INSIDE}"' in fragment
    assert client.post(reverse(SUGGESTIONS)).content.decode().strip() == ""


def test_names_are_escaped(client: Client, metropolis: Path) -> None:
    load(write_ban(metropolis, [ban_row(1, "Rue <script>alert(1)</script>")]))
    for url, asked in ((SUGGESTIONS, {"q": "1 rue script"}), (PAGE, {"ban": "35901_0001_00001"})):
        assert "<script>alert" not in client.post(reverse(url), asked).content.decode()


def test_queries_do_not_grow_with_what_is_found(
    client: Client, addresses: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.post(reverse(SUGGESTIONS), {"q": "12 rue de brest"})
    with django_assert_max_num_queries(4):
        client.post(reverse(SUGGESTIONS), {"q": "12 rue de brest"})
    with django_assert_max_num_queries(16):
        client.get(reverse(PAGE), {"ban": INSIDE})


def test_the_proof_says_what_the_page_says(client: Client, addresses: None) -> None:
    answer = client.post(reverse(PROOF), {"ban": INSIDE})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    document = IssuedDocument.objects.get()
    for said in (
        "12 Rue de Brest, 35910 Ponant",
        "Oui",
        "Les Ormes",
        "QN03591M",
        "2024",
        document.reference,
    ):
        assert said in text


def test_whoever_verifies_a_proof_learns_neither_address_nor_neighbourhood(
    client: Client, addresses: None
) -> None:
    pdf = client.post(reverse(PROOF), {"ban": INSIDE}).content
    document = IssuedDocument.objects.get()
    assert document.account is None
    page = client.get(document.get_absolute_url()).content.decode()
    assert "Oui" in page
    assert "2024" in page
    for hidden in ("Brest", "Les Ormes", "QN03591M"):
        assert hidden not in page
        assert hidden not in str(document.shown)
    sent = io.BytesIO(pdf)
    sent.name = "proof.pdf"
    assert client.post(document.get_absolute_url(), {"file": sent}).status_code == 200


def test_proofs_of_nothing_and_too_many(
    client: Client, addresses: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.post(reverse(PROOF), {"ban": "nothing"}).status_code == 404
    assert client.get(reverse(PROOF)).status_code == 405
    monkeypatch.setattr(views, "PROOFS_A_MINUTE", 0)
    assert client.post(reverse(PROOF), {"ban": INSIDE}).status_code == 429


def test_asking_leaves_no_trace(client: Client, addresses: None) -> None:
    before = {model: model.objects.count() for model in (Address, DataSet, IssuedDocument)}
    client.get(reverse(PAGE), {"ban": INSIDE})
    assert {model: model.objects.count() for model in before} == before


def test_data_sets_are_for_administrators(
    addresses: None, administrator: Account, official: Account, sign_in: Callable[[Account], Client]
) -> None:
    page = sign_in(administrator).get(reverse("territory:data_sets"))
    assert page.status_code == 200
    assert "adresses-35.csv" in page.content.decode()
    assert sign_in(official).get(reverse("territory:data_sets")).status_code == 404


def test_open_data_are_about_nobody_and_open_to_all(addresses: None) -> None:
    from django.apps import apps
    from django.contrib.auth.models import AnonymousUser

    config = apps.get_app_config("territory")
    assert isinstance(config, TerritoryConfig)
    assert set(config.get_models()) <= impersonal_models
    assert Address.objects.visible_to(AnonymousUser()).count() == 4
