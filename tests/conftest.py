"""Shared fixtures: a metropolis with one signed-in person per role."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import HELD_IN, Kind, Role
from croisee.foundation.accounts.services import console_sign_in_link
from croisee.territory.travel import network
from tests.browser import browser, browser_page, visit

__all__ = ["browser", "browser_page", "visit"]

AccountFactory = Callable[..., Account]

# How long an example takes says something of the machine and of its neighbours, nothing of what is tested.
settings.register_profile("croisee", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("croisee")


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """Rate limits count in the cache: each test starts at nought."""
    cache.clear()


@pytest.fixture(autouse=True)
def nothing_loaded_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was loaded goes with each test's transaction: the next one looks again, then only at what it loads itself,
    however long it takes."""
    monkeypatch.setattr(network, "LOOKED_AT_EVERY", threading.TIMEOUT_MAX)
    network.look_again()


@pytest.fixture(autouse=True)
def language_of_the_installation() -> Iterator[None]:
    """Pages and the command line leave a language active: the next test never meets it.

    Afterwards rather than before, so that results which a module's tests share are in the installation's language too.
    """
    yield
    translation.deactivate()


@pytest.fixture
def organisation_of(db: None) -> Callable[[Kind], Organisation]:
    """`organisation_of(kind)`: the test's organisation of that kind, made when first asked for."""

    def get(kind: Kind) -> Organisation:
        return Organisation.objects.get_or_create(name=f"Test {kind}", kind=kind)[0]

    return get


@pytest.fixture
def account_of(organisation_of: Callable[[Kind], Organisation]) -> AccountFactory:
    """`account_of(role, organisation=None)`: a new account that holds the role (none for None)."""

    def make(role: Role | None, organisation: Organisation | None = None) -> Account:
        number = Account.objects.count() + 1
        account: Account = Account.objects.create_user(
            f"{role or 'nobody'}{number}@example.org", name=f"Test {number}"
        )
        if role is not None:
            kind = next(kind for kind in Kind if kind in HELD_IN[role])
            Membership.objects.create(
                account=account, organisation=organisation or organisation_of(kind), role=role
            )
        return account

    return make


@pytest.fixture
def administrator(account_of: AccountFactory) -> Account:
    """Runs the installation."""
    return account_of(Role.ADMINISTRATOR)


@pytest.fixture
def campaign_manager(account_of: AccountFactory) -> Account:
    """Runs the internship campaign of the metropolis."""
    return account_of(Role.CAMPAIGN_MANAGER)


@pytest.fixture
def school_head(account_of: AccountFactory) -> Account:
    """Heads a collège."""
    return account_of(Role.SCHOOL_HEAD)


@pytest.fixture
def official(account_of: AccountFactory) -> Account:
    """A director or an elected official."""
    return account_of(Role.OFFICIAL)


@pytest.fixture
def employer(account_of: AccountFactory) -> Account:
    """Offers internships."""
    return account_of(Role.EMPLOYER)


@pytest.fixture
def family(account_of: AccountFactory) -> Account:
    """A pupil's family."""
    return account_of(Role.FAMILY)


@pytest.fixture
def sign_in() -> Callable[[Account], Client]:
    """`sign_in(account)`: a browser in which the account is signed in, second factor shown."""

    def make(account: Account) -> Client:
        client = Client()
        response = client.post(console_sign_in_link(Account.objects.get(pk=account.pk)))
        assert response.status_code == 302, response.content.decode()
        return client

    return make
