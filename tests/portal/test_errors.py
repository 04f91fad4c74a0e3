"""Error pages: each says what to do next, and the last one needs neither database nor session."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults

from croisee.foundation.accounts.models import Account


def test_page_that_does_not_exist(client: Client, db: None) -> None:
    response = client.get("/nowhere/", headers={"Accept-Language": "en"})
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_page_that_does_not_exist_in_french(client: Client, db: None) -> None:
    page = client.get("/nulle-part/").content.decode()
    assert "Cette page n’existe pas" in page
    assert '<html lang="fr">' in page


def error_page(view: str, request: HttpRequest, error: Exception) -> HttpResponse:
    return getattr(defaults, view)(request, error)


@pytest.mark.parametrize(
    ("view", "error", "status", "words"),
    [
        ("permission_denied", PermissionDenied(), 403, "This is not open to you"),
        ("bad_request", SuspiciousOperation(), 400, "The request could not be read"),
    ],
)
def test_refusals(view: str, error: Exception, status: int, words: str, rf: RequestFactory) -> None:
    with translation.override("en"):
        response = error_page(view, rf.get("/"), error)
    assert response.status_code == status
    assert words in response.content.decode()


def test_server_error_page_stands_alone(rf: RequestFactory) -> None:
    """No `db` fixture: a query would fail."""
    with translation.override("fr"):
        response = defaults.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Quelque chose s’est mal passé" in response.content.decode()


def test_expired_form(campaign_manager: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/langue/", {"language": "en"}, headers={"Accept-Language": "en"})
    assert response.status_code == 403
    assert "The form had expired" in response.content.decode()


def test_too_many_requests(rf: RequestFactory) -> None:
    request = rf.get("/")
    with translation.override("en"):
        assert "Too many" in render_to_string("429.html", {}, request)
