"""The pages of accounts and of the journal, as each role sees them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.models import Access, Action

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]

OWN = [
    "accounts:mine",
    "accounts:my_data",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
]
OPEN = [
    "account_login",
    "accounts:request_link",
    "accounts:link_sent",
    "account_reset_password",
    "account_inactive",
]


@pytest.mark.parametrize("name", OWN)
def test_one_s_own_pages_open(name: str, family: Account, sign_in: SignIn) -> None:
    assert sign_in(family).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_of_sign_in_open_to_anyone(name: str, language: str, client: Client) -> None:
    response = client.get(reverse(name), headers={"accept-language": language})
    assert response.status_code == 200
    assert f'lang="{language}"' in response.content.decode()


@pytest.mark.parametrize("name", ["accounts:organisations", "audit:changes", "audit:accesses"])
@pytest.mark.parametrize("export", ["", "?export=csv", "?export=xlsx"])
def test_administrators_lists_open_and_export(
    name: str, export: str, administrator: Account, sign_in: SignIn
) -> None:
    assert sign_in(administrator).get(reverse(name) + export).status_code == 200


def test_the_journal_names_what_was_read_in_words(administrator: Account, sign_in: SignIn) -> None:
    Access.objects.create(
        action=Action.READ, subject_type="accounts.Account", subject_id="5", account=administrator
    )
    Access.objects.create(
        action=Action.READ, subject_type="gone.Thing", subject_id="6", account=administrator
    )
    page = (
        sign_in(administrator)
        .get(reverse("audit:accesses"), headers={"accept-language": "fr"})
        .content.decode()
    )
    assert "compte 5" in page
    assert "gone.Thing 6" in page
    assert "accounts.Account" not in page


def test_an_administrator_invites_and_ends_a_role(
    administrator: Account, sign_in: SignIn, organisation_of: Callable[[Kind], Organisation], mailoutbox: list
) -> None:
    school, browser = organisation_of(Kind.SCHOOL), sign_in(administrator)
    page = reverse("accounts:invite", args=[school.pk])
    wrong = browser.post(page, {"email": "not an address", "role": Role.SCHOOL_HEAD})
    assert wrong.status_code == 200
    outside = browser.post(page, {"email": "head@example.org", "role": Role.ADMINISTRATOR})
    assert outside.status_code == 200
    browser.post(page, {"email": "Head@Example.org", "name": "Ada", "role": Role.SCHOOL_HEAD})
    membership = Membership.objects.get(account__email="head@example.org")
    assert membership.role == Role.SCHOOL_HEAD

    again = browser.post(page, {"email": "head@example.org", "role": Role.SCHOOL_HEAD})
    assert again.status_code == 200
    assert Membership.objects.filter(account__email="head@example.org").count() == 1

    assert browser.get(reverse("accounts:organisation", args=[school.pk])).status_code == 200
    assert browser.get(reverse("accounts:membership", args=[membership.pk])).status_code == 200
    browser.post(reverse("accounts:end_membership", args=[membership.pk]))
    membership.refresh_from_db()
    assert membership.ended_on is not None
    assert not membership.account.roles()
    line = membership.events.get(pgh_label="update")
    assert line.pgh_context == {"account": str(administrator.pk), "where": "accounts:end_membership"}
    page = reverse("audit:change", args=["accounts.membership", line.pgh_id])
    assert "accounts:end_membership" in browser.get(page).content.decode()


def test_the_last_administrator_stays(administrator: Account, sign_in: SignIn) -> None:
    membership = administrator.memberships.get()
    response = sign_in(administrator).post(
        reverse("accounts:end_membership", args=[membership.pk]), follow=True
    )
    assert b"notice error" in response.content
    assert administrator.has_role(Role.ADMINISTRATOR)
