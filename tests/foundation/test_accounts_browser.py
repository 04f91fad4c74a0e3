"""The pages of accounts in a real browser: what they look like, and passkeys."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.accounts.services import console_sign_in_link
from croisee.foundation.audit.services import record_read
from tests.browser import Visit, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = ["account_login", "accounts:request_link", "accounts:link_sent", "account_reset_password"]
OWN = ["accounts:mine", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn"]
FOR_ADMINISTRATORS = ["accounts:organisations", "audit:changes", "audit:accesses"]


@pytest.mark.parametrize("name", PUBLIC)
def test_pages_of_sign_in_look_right(visit: Visit, name: str) -> None:
    look(visit.open(reverse(name)), name.replace(":", "-"))
    visit.assert_quiet()


def test_one_s_own_pages_look_right(visit: Visit, school_head: Account, administrator: Account) -> None:
    record_read(administrator, school_head, "Demande d’accès")
    visit.sign_in(school_head)
    for name in OWN:
        look(visit.open(reverse(name)), name.replace(":", "-"))
    visit.assert_quiet()


def test_administrators_pages_look_right(
    visit: Visit, administrator: Account, family: Account, organisation_of: Callable[[Kind], Organisation]
) -> None:
    visit.sign_in(administrator)
    school = organisation_of(Kind.SCHOOL)
    membership = family.memberships.get()
    event = membership.events.get()
    paths = {name.replace(":", "-"): reverse(name) for name in FOR_ADMINISTRATORS}
    paths["accounts-organisation"] = reverse("accounts:organisation", args=[school.pk])
    paths["accounts-invite"] = reverse("accounts:invite", args=[school.pk])
    paths["accounts-membership"] = reverse("accounts:membership", args=[membership.pk])
    paths["audit-change"] = reverse("audit:change", args=["accounts.membership", event.pgh_id])
    for name, path in paths.items():
        look(visit.open(path), name)
    visit.assert_quiet()


def test_a_passkey_is_added_then_signs_in_alone(visit: Visit, school_head: Account) -> None:
    devtools = visit.page.context.new_cdp_session(visit.page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page = visit.open(console_sign_in_link(school_head))
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.goto(visit.site + reverse("mfa_add_webauthn"))
    page.get_by_label("Cette clé suffit pour me connecter").check()
    page.get_by_role("button", name="Ajouter").click()
    page.wait_for_url("**" + reverse("mfa_view_recovery_codes"))
    assert Authenticator.objects.filter(user=school_head, type=Authenticator.Type.WEBAUTHN).exists()

    page.get_by_role("button", name="Se déconnecter").first.click()
    page.goto(visit.site + reverse("account_login"))
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.wait_for_url("**/mon-espace/")
    page.goto(visit.site + reverse("accounts:mine"))
    assert page.get_by_role("heading", name="Mon compte").is_visible()
    visit.assert_quiet()


def test_the_link_of_the_console_signs_in_by_its_button(visit: Visit, official: Account) -> None:
    page = visit.open(console_sign_in_link(official))
    look(page, "accounts-console-link")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/mon-espace/")
    visit.assert_quiet()
