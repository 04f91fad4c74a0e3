"""`croisee signin`: the first administrator's way in, and the way back for who lost a second factor."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role

pytestmark = pytest.mark.django_db


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("signin", *arguments, stdout=out)
    return out.getvalue().strip()


def test_a_fresh_installation_gets_its_metropolis_and_first_administrator() -> None:
    link = printed("Chef@example.org", "--establish", "Rennes Métropole")
    account = Account.objects.get(email="chef@example.org")
    assert account.has_role(Role.ADMINISTRATOR)
    assert "/compte/console/" in link


def test_a_metropolis_is_established_once() -> None:
    printed("chef@example.org", "--establish", "Rennes Métropole")
    with pytest.raises(CommandError):
        printed("other@example.org", "--establish", "Another")
    assert not Account.objects.filter(email="other@example.org").exists()


def test_an_unknown_address_gets_no_link() -> None:
    with pytest.raises(CommandError):
        printed("nobody@example.org")
