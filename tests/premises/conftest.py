"""The world of premises."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from croisee.foundation.accounts.models import Account
from tests.premises_world import PremisesWorld, make_premises_world


@pytest.fixture
def world(db: None) -> PremisesWorld:
    """Two landlords, two companies, a developer."""
    return make_premises_world()


@pytest.fixture(autouse=True)
def english(settings: Any) -> Iterator[None]:
    """Everything is read in English, whatever is translated by now."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def enter(english: None, sign_in: Callable[[Account], Client]) -> Callable[[Account], Client]:
    """`sign_in` for an account whose language is English."""

    def make(account: Account) -> Client:
        Account.objects.filter(pk=account.pk).update(language="en")
        return sign_in(account)

    return make
