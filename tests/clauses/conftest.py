"""The world of social clauses."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from croisee.foundation.accounts.models import Account
from tests.clauses_world import ClausesWorld, dated_figures, make_clauses_world


@pytest.fixture
def world(db: None) -> ClausesWorld:
    """A buyer, a facilitateur, two companies, a lot under way, people at work."""
    return make_clauses_world()


@pytest.fixture
def figures(db: None) -> None:
    """The figures with dates that come with the service."""
    dated_figures()


@pytest.fixture
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
