"""Signing in: who gets in by which way, and who does not."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from croisee.foundation.accounts import links
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.services import console_sign_in_link
from croisee.foundation.audit.models import Access, Action

pytestmark = pytest.mark.django_db
PASSWORD = "quatre mots bien à moi"
Mails = list


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Each test starts with no attempt counted."""
    cache.clear()


def is_signed_in(client: Client) -> bool:
    """Whether the account page opens."""
    return client.get(reverse("accounts:mine")).status_code == 200


def password_sign_in(client: Client, account: Account):
    """Send the sign-in form."""
    return client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})


def with_password(account: Account) -> Account:
    """Give the account a password."""
    account.set_password(PASSWORD)
    account.save()
    return account


def code_of(secret: str) -> str:
    """The code that an authenticator application would show now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def link_in(mail) -> str:
    """The path of the link in a mail."""
    return re.search(r"https?://[^/]+(/\S+)", mail.body)[1]


def test_a_family_signs_in_by_the_link_of_an_e_mail_once(
    family: Account, client: Client, mailoutbox: Mails
) -> None:
    response = client.post(reverse("accounts:request_link"), {"email": f" {family.email.upper()} "})
    assert response.url == reverse("accounts:link_sent")
    path = link_in(mailoutbox[0])
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert not is_signed_in(client)
    assert client.post(path).status_code == 302
    assert is_signed_in(client)
    other = Client()
    assert other.get(path).status_code == other.post(path).status_code == 410
    assert not is_signed_in(other)
    assert Access.objects.filter(account=family, action=Action.SIGN_IN, reason="link").count() == 1


def test_the_answer_is_the_same_for_every_address(
    family: Account, official: Account, client: Client, mailoutbox: Mails
) -> None:
    answers = set()
    for email in (family.email, official.email, "unknown@example.org"):
        for page in ("accounts:request_link", "account_reset_password"):
            response = client.post(reverse(page), {"email": email})
            assert len(mailoutbox) == 1, (email, page)
            mailoutbox.clear()
            answers.add((page, response.status_code, response.url))
    assert len(answers) == 2


def test_a_link_is_no_way_around_the_second_factor(
    official: Account, client: Client, mailoutbox: Mails
) -> None:
    client.post(reverse("accounts:request_link"), {"email": official.email})
    assert "/lien/" not in mailoutbox[0].body
    path = reverse("accounts:use_link", args=[links.email_link_token(official)])
    assert client.post(path).status_code == 410


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-2], lambda token: "A" * len(token), lambda token: "x"]
)
def test_a_wrong_link_is_refused(spoil: Callable[[str], str], family: Account, client: Client) -> None:
    path = reverse("accounts:use_link", args=[spoil(links.email_link_token(family))])
    assert client.get(path).status_code == client.post(path).status_code == 410


def test_an_old_link_is_refused(family: Account, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = reverse("accounts:use_link", args=[links.email_link_token(family)])
    monkeypatch.setattr(links, "EMAIL_LINK_LASTS", -links.EMAIL_LINK_LASTS)
    assert client.post(path).status_code == 410


def test_a_link_of_one_kind_is_none_of_the_other(family: Account, client: Client) -> None:
    email_token = links.email_link_token(family)
    console_token = console_sign_in_link(family).rstrip("/").rsplit("/", 1)[1]
    assert client.post(reverse("accounts:use_console_link", args=[email_token])).status_code == 410
    assert client.post(reverse("accounts:use_link", args=[console_token])).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_sign_in_once(family: Account) -> None:
    token = links.email_link_token(family)

    def press(_: int) -> bool:
        try:
            return links.redeem_email_link(token) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(4))) == 1


@pytest.mark.django_db(transaction=True)
def test_an_agent_sets_up_a_second_factor_before_any_other_page(official: Account, client: Client) -> None:
    with_password(official)
    password_sign_in(client, official)
    for name in (
        "accounts:mine",
        "accounts:my_data",
        "portal:mine",
        "portal:home",
        "mfa_generate_recovery_codes",
    ):
        assert client.get(reverse(name)).url == reverse("mfa_index")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert not is_signed_in(client)
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert is_signed_in(client)
    stored = Authenticator.objects.get(user=official, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200


def test_a_password_alone_does_not_sign_in_who_has_a_second_factor(official: Account, client: Client) -> None:
    with_password(official)
    secret = generate_totp_secret()
    TOTP.activate(official, secret)
    assert password_sign_in(client, official).url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_signed_in(client)


def test_who_becomes_an_agent_shows_the_factor_at_the_next_page(family: Account, client: Client) -> None:
    TOTP.activate(family, generate_totp_secret())
    client.force_login(family)
    assert is_signed_in(client)
    membership = family.memberships.get()
    membership.organisation = membership.organisation.__class__.objects.create(name="Ville", kind="commune")
    membership.role = "official"
    membership.save()
    assert client.get(reverse("accounts:mine")).url.startswith(reverse("mfa_reauthenticate"))
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("mfa_reauthenticate"))
    assert client.get(reverse("mfa_reauthenticate")).status_code == 200


def test_an_agent_keeps_a_second_factor(official: Account, sign_in: Callable[[Account], Client]) -> None:
    TOTP.activate(official, generate_totp_secret())
    browser = sign_in(official)
    assert browser.get(reverse("mfa_deactivate_totp")).status_code == 200
    browser.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=official).exists()


def test_a_link_of_the_console_signs_an_agent_in_once_and_is_noted(official: Account, client: Client) -> None:
    path = console_sign_in_link(official)
    assert client.get(path).status_code == 200
    assert not is_signed_in(client)
    client.post(path)
    assert is_signed_in(client)
    assert Client().post(path).status_code == 410
    actions = list(Access.objects.filter(concerns=official).order_by("pk").values_list("action", flat=True))
    assert actions == [Action.CONSOLE_LINK, Action.SIGN_IN]


def test_in_a_demo_the_link_of_the_console_serves_many_times(official: Account, settings) -> None:
    settings.DEMO_NOTICE = True
    path = console_sign_in_link(official)
    for _ in range(3):
        browser = Client()
        browser.post(path)
        assert is_signed_in(browser)


def test_a_closed_account_stays_out(family: Account, client: Client) -> None:
    with_password(family)
    email_link = reverse("accounts:use_link", args=[links.email_link_token(family)])
    console_link = console_sign_in_link(family)
    family.is_active = False
    family.save()
    password_sign_in(client, family)
    client.post(email_link)
    client.post(console_link)
    assert not is_signed_in(client)


def test_attempts_are_limited(family: Account, client: Client) -> None:
    statuses = [
        client.post(reverse("accounts:request_link"), {"email": family.email}).status_code for _ in range(7)
    ]
    assert statuses[0] == 302
    assert statuses[-1] == 429
    page = client.post(
        reverse("accounts:request_link"), {"email": family.email}, headers={"accept-language": "en"}
    )
    assert "Too many attempts" in page.content.decode()
    with_password(family)
    for _ in range(6):
        client.post(reverse("account_login"), {"login": family.email, "password": "wrong"})
    password_sign_in(client, family)
    assert not is_signed_in(client)


@pytest.mark.parametrize("password", ["short", "motdepasse", "123456789012345", "aaaaaaaaaaa"])
def test_weak_passwords_are_refused(
    password: str, family: Account, sign_in: Callable[[Account], Client]
) -> None:
    page = sign_in(family).post(
        reverse("account_set_password"), {"password1": password, "password2": password}
    )
    assert page.status_code == 200
    family.refresh_from_db()
    assert not family.has_usable_password()


def test_a_forgotten_password_is_chosen_again_by_e_mail(
    family: Account, client: Client, mailoutbox: Mails
) -> None:
    client.post(reverse("account_reset_password"), {"email": family.email})
    page = client.get(link_in(mailoutbox[0]), follow=True)
    done = client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert done.request["PATH_INFO"] == reverse("account_reset_password_from_key_done")
    family.refresh_from_db()
    assert family.check_password(PASSWORD)
    assert client.get(link_in(mailoutbox[0]), follow=True).status_code == 200


def test_signing_out_takes_a_press(family: Account, sign_in: Callable[[Account], Client]) -> None:
    browser = sign_in(family)
    assert browser.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(browser)
    browser.post(reverse("account_logout"))
    assert not is_signed_in(browser)


def test_the_session_ends_with_the_browser(family: Account, sign_in: Callable[[Account], Client]) -> None:
    cookie = sign_in(family).cookies["sessionid"]
    assert not cookie["max-age"]
    assert not cookie["expires"]


def test_nobody_signs_up(client: Client) -> None:
    assert client.get("/compte/inscription/").status_code in {302, 404}
    assert Account.objects.count() == 0


def test_pages_follow_the_language_of_the_account(
    family: Account, sign_in: Callable[[Account], Client]
) -> None:
    browser = sign_in(family)
    browser.post(reverse("accounts:mine"), {"name": "Ada", "language": "en"})
    assert 'lang="en"' in browser.get(reverse("accounts:mine")).content.decode()
    again = sign_in(Account.objects.get(pk=family.pk))
    assert 'lang="en"' in again.get(reverse("accounts:mine")).content.decode()
    assert timezone.now() >= Account.objects.get(pk=family.pk).last_login
