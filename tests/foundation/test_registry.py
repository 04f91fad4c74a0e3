"""What services announce: every model says whether it is about people; home cards come in order."""

from typing import Any

import pytest
from django.apps import apps

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.queries import everything_about
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, HomeCards, HomeCounts, impersonal_models, personal_data

OURS = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("croisee.") and not hasattr(model, "pgh_tracked_model")
]


def test_every_model_says_whether_it_is_about_people() -> None:
    assert [
        model._meta.label for model in OURS if model not in personal_data and model not in impersonal_models
    ] == []
    assert [
        model._meta.label for model in OURS if model in personal_data and model in impersonal_models
    ] == []


@pytest.mark.django_db
def test_every_rule_runs(family: Account) -> None:
    for model, rule in personal_data.items():
        assert str(rule.purpose)
        assert str(rule.retention.words)
        assert rule.concerns(family).model is model
        assert rule.retention.expired(family.created_at.date()).count() == 0
    held = everything_about(family)
    assert held["accounts.Account"]["rows"][0]["email"] == family.email


@pytest.mark.django_db
def test_cards_come_in_order_once(family: Account) -> None:
    cards = HomeCards()
    late, soon = Card("B", "", "/b/", order=60), Card("A", "", "/a/", order=10)

    def make_late(account: Account) -> Card:
        return late

    for _ in range(2):
        cards.register(Role.FAMILY, make_late)
    cards.register(Role.FAMILY, lambda account: soon)
    cards.register(Role.FAMILY, lambda account: None)
    cards.register(Role.EMPLOYER, lambda account: Card("other", "", "/"))
    assert cards.cards_for(family) == [soon, late]


@pytest.mark.django_db
def test_numbers_of_cards_take_one_query(
    family: Account, employer: Account, django_assert_num_queries: Any
) -> None:
    counts = HomeCounts()
    counts.register("test_accounts", lambda account: Account.objects.order_by("email"), Role.FAMILY)
    counts.register(
        "test_own", lambda account: Account.objects.filter(pk=account.pk), Role.FAMILY, Role.EMPLOYER
    )
    counts.register("test_nothing", lambda account: Account.objects.none(), Role.FAMILY)
    family.roles()
    with django_assert_num_queries(1):
        assert counts.of(family) == {"test_accounts": 2, "test_own": 1, "test_nothing": 0}
        assert counts.of(family)["test_own"] == 1
    assert counts.of(employer) == {"test_own": 1}
    assert HomeCounts().of(Account.objects.get(pk=family.pk)) == {}
