"""The main navigation stays short, for each role."""

from collections.abc import Callable

import pytest
from django.test import RequestFactory
from django.utils.dates import WEEKDAYS
from django.utils.translation import override

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.portal.context import navigation

MOST_LINKS = 5


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_few_links_and_none_twice(role: Role, account_of: Callable[..., Account], rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = account_of(role)
    labels = [item.label for item in navigation(request)]
    assert len(labels) <= MOST_LINKS
    assert len(set(labels)) == len(labels)


def test_days_have_no_capital_in_french() -> None:
    with override("fr"):
        assert [str(day) for day in WEEKDAYS.values()][:2] == ["lundi", "mardi"]
