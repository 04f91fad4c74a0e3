"""What every answer bears, and what a fault leaves in the log."""

import io
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import path, reverse
from pytest_django.fixtures import Settings

from croisee.foundation.accounts import services
from croisee.foundation.accounts.links import email_link_token
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.project import environment
from croisee.project import settings as real
from croisee.project.logs import DiscreetFormatter, configuration
from croisee.project.urls import urlpatterns as site

SECRET = "lea.martin@example.org"  # what must never be written


@login_not_required
def fail(request: object, word: str) -> None:
    try:
        int(word)
    except ValueError as error:
        raise LookupError(f"nobody called {SECRET}") from error


urlpatterns = [*site, path("panne/<str:word>/", fail, name="failing")]


def test_a_page_for_someone_stays_out_of_caches(
    school_head: Account, sign_in: Callable[[Account], Client], client: Client
) -> None:
    page = sign_in(school_head).get(reverse("portal:mine"))
    assert {"no-store", "private"} <= set(page["Cache-Control"].split(", "))
    assert not client.get(reverse("portal:legal")).has_header("Cache-Control")


def test_refusals_and_files_bear_the_same_protections(client: Client, db: None) -> None:
    for url, status in (
        ("/nowhere/", 404),
        (reverse("portal:home"), 200),
        ("/?q=%00", 400),
    ):
        answer = client.get(url)
        assert answer.status_code == status
        assert answer["X-Request-ID"]
        if status != 400:
            assert "default-src 'self'" in answer["Content-Security-Policy"]
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Referrer-Policy"] == "same-origin"


def test_no_address_reaches_the_database_with_a_nul(client: Client, db: None) -> None:
    assert client.get("/quartiers/%00/").status_code == 400
    assert client.get("/carte/?table=communes&q=%00").status_code == 400


@pytest.mark.urls(__name__)
def test_a_fault_leaves_its_kind_and_place_and_nothing_of_anyone(client: Client, db: None) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DiscreetFormatter())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    client.raise_request_exception = False
    try:
        answer = client.get(f"/panne/{SECRET}/", {"q": SECRET})
    finally:
        logger.removeHandler(handler)
    line = stream.getvalue()
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in line
    assert "LookupError from builtins.ValueError" in line
    assert "test_safeguards.py:" in line
    assert "view failing" in line
    assert SECRET not in line
    assert "panne" not in line
    assert line.count("\n") == 1


def test_the_words_of_libraries_are_kept_out_of_the_log_and_ours_kept_in() -> None:
    def line(name: str, *args: object) -> str:
        record = logging.LogRecord(name, logging.WARNING, "x.py", 3, "said %s", args, None)
        return DiscreetFormatter().format(record)

    assert SECRET not in line("waitress", SECRET)
    assert "at x:3" in line("waitress", SECRET)
    assert "said reference 12" in line("croisee.progress", "reference 12")


def test_a_production_run_logs_to_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    assert configuration() == real.LOGGING
    handler = real.LOGGING["handlers"]["stderr"]
    assert handler["class"] == "logging.StreamHandler"
    assert "stream" not in handler, "StreamHandler writes to sys.stderr unless told otherwise"
    assert real.LOGGING["root"]["handlers"] == ["stderr"]
    assert sys.stderr is not None


def test_uploads_are_readable_by_their_owner_alone_and_never_served() -> None:
    options = real.STORAGES["default"]["OPTIONS"]
    assert options == {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    assert str(settings.STATIC_ROOT) not in str(settings.MEDIA_ROOT)


def test_counts_of_attempts_are_not_dropped_by_a_flood() -> None:
    assert real.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


def test_files_get_their_headers_before_they_are_served() -> None:
    order = [name.rpartition(".")[2] for name in real.MIDDLEWARE]
    files = order.index("WhiteNoiseMiddleware")
    assert {"SafeguardsMiddleware", "SecurityMiddleware", "CSPMiddleware"} <= set(order[:files])


def test_each_answer_has_a_reference_of_its_own(db: None) -> None:
    first, second = (Client().get("/nowhere/")["X-Request-ID"] for _ in range(2))
    assert first != second


def test_the_embedded_server_logs_no_refused_statement(db: None) -> None:
    if not str(connection.settings_dict["ENGINE"]).startswith("croisee"):
        pytest.skip("another server than the embedded one: its administrator sets what it logs")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('log_min_messages'), current_setting('log_min_error_statement')"
        )
        assert cursor.fetchone() == ("fatal", "panic")


def test_mails_kept_as_files_are_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROISEE_VAR", str(tmp_path))
    monkeypatch.delenv("EMAIL_URL", raising=False)
    folder = Path(str(environment.smtp()["EMAIL_FILE_PATH"]))
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db
@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_address_leads_elsewhere(
    away: str, client: Client, employer: Account, sign_in: Callable[[Account], Client]
) -> None:
    known = sign_in(employer)
    for browser, url, data in (
        (client, reverse("set_language"), {"language": "en", "next": away}),
        (known, reverse("account_login"), {"next": away}),
        (known, reverse("account_logout"), {"next": away}),
    ):
        answer = browser.post(f"{url}?next={away}", data)
        assert "evil" not in answer.headers.get("Location", "").partition("?")[0]
        assert not answer.headers.get("Location", "").startswith("javascript")


@pytest.mark.django_db
def test_a_mail_leads_to_the_site_whatever_host_is_asked(
    employer: Account, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for name in ("accounts:request_link", "account_reset_password"):
        Client(headers={"host": "evil.example"}).post(reverse(name), {"email": employer.email})
    assert len(mailoutbox) == 2
    for mail in mailoutbox:
        assert "evil.example" not in str(mail.message())


@pytest.mark.django_db
def test_a_name_with_line_breaks_and_markup_is_words_in_a_mail(
    account_of: Callable[..., Account], mailoutbox: list[EmailMessage]
) -> None:
    odd = Organisation.objects.create(name="Mairie\nBcc: all@example.org\n<b>x</b>", kind=Kind.EMPLOYER)
    services.send_invitation(Membership(account=account_of(None), organisation=odd, role=Role.EMPLOYER))
    (mail,) = mailoutbox
    assert "\n" not in mail.subject
    assert mail.recipients() == mail.to
    assert mail.message()["Bcc"] is None


@pytest.mark.django_db
def test_signing_in_changes_the_session_s_key_and_signing_in_as_another_empties_it(
    account_of: Callable[..., Account],
) -> None:
    browser = Client()
    session = browser.session
    session["planted"] = "x"
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    browser.post(services.console_sign_in_link(account_of(Role.SCHOOL_HEAD)))
    first = browser.session.session_key
    assert first != session.session_key
    family = account_of(Role.FAMILY)
    browser.post(reverse("accounts:use_link", args=[email_link_token(family)]))
    assert browser.session.session_key != first
    assert "planted" not in browser.session
    methods = [record["method"] for record in browser.session.get("account_authentication_methods", [])]
    assert "console" not in methods, "nobody inherits another's second factor"
