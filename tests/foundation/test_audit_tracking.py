"""The audit trail: every way of writing leaves a line, and no line is changed or lost."""

import sys

import pghistory
import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.apps import program
from croisee.foundation.audit.tracking import event_model

pytestmark = pytest.mark.django_db


def labels(organisation: Organisation) -> list[str]:
    """What happened to the organisation, oldest first."""
    return list(organisation.events.order_by("pgh_id").values_list("pgh_label", flat=True))


def test_every_way_of_writing_leaves_a_line() -> None:
    saved = Organisation.objects.create(name="Saved", kind=Kind.EMPLOYER)
    saved.name = "Saved again"
    saved.save()
    Organisation.objects.filter(pk=saved.pk).update(name="By update")
    Organisation.objects.bulk_update([Organisation(pk=saved.pk, name="By bulk update")], ["name"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_organisation SET name = 'By SQL' WHERE id = %s", [saved.pk])
    names = list(saved.events.order_by("pgh_id").values_list("name", flat=True))
    assert names == ["Saved", "Saved again", "By update", "By bulk update", "By SQL"]
    assert labels(saved) == ["insert", *["update"] * 4]

    [bulk] = Organisation.objects.bulk_create([Organisation(name="Bulk", kind=Kind.OTHER)])
    assert labels(bulk) == ["insert"]
    Organisation.objects.filter(pk=bulk.pk)._raw_delete("default")
    lines = event_model(Organisation)._default_manager.filter(pgh_obj_id=bulk.pk).order_by("pgh_id")
    assert list(lines.values_list("pgh_label", flat=True)) == ["insert", "delete"]


def test_saving_without_a_change_leaves_no_line() -> None:
    organisation = Organisation.objects.create(name="Same", kind=Kind.OTHER)
    organisation.save()
    assert labels(organisation) == ["insert"]


def test_a_password_change_is_noted_and_the_password_is_not_kept(family: Account) -> None:
    family.set_password("something long enough")
    family.save()
    assert family.events.count() == 2
    kept = {field.name for field in family.events.model._meta.get_fields()}
    assert kept.isdisjoint({"password", "last_login"})


def run(statement: str, *, ignoring: bool) -> None:
    """Run SQL, after asking the database to ignore every trigger if so wanted."""
    with connection.cursor() as cursor:
        if ignoring:
            cursor.execute(
                "SELECT set_config('pgtrigger.ignore', (SELECT '{' || string_agg(tgname, ',') || '}'"
                " FROM pg_trigger WHERE tgname LIKE 'pgtrigger%%'), true)"
            )
        cursor.execute(statement)


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE accounts_organisationevent SET name = 'Rewritten'",
        "UPDATE accounts_organisationevent SET name = ''",
        "UPDATE accounts_organisationevent SET pgh_context = NULL, pgh_label = 'x'",
        "DELETE FROM accounts_organisationevent",
        "UPDATE accounts_accountevent SET email = 'someone.else@example.org'",
        "UPDATE accounts_accountevent SET email = '', is_active = NOT is_active",
    ],
)
def test_history_is_not_rewritten_even_by_who_asks_triggers_to_be_ignored(
    attempt: str, family: Account
) -> None:
    Organisation.objects.create(name="Kept", kind=Kind.OTHER)
    for ignoring in (False, True):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run(attempt, ignoring=ignoring)


def test_ignoring_triggers_does_not_silence_the_trail() -> None:
    with pgtrigger.ignore():
        organisation = Organisation.objects.create(name="Noticed", kind=Kind.OTHER)
    assert labels(organisation) == ["insert"]


def test_erasure_may_blank_personal_columns_and_old_lines_may_go(family: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_accountevent SET email = '', name = ''")
        assert cursor.rowcount
        cursor.execute("ALTER TABLE accounts_accountevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE accounts_accountevent SET pgh_created_at = NOW() - INTERVAL '3653 days'")
        cursor.execute("ALTER TABLE accounts_accountevent ENABLE TRIGGER USER")
        cursor.execute("DELETE FROM accounts_accountevent")
        assert cursor.rowcount


def test_a_line_says_who_and_from_where(family: Account) -> None:
    with pghistory.context(account=str(family.pk), url="account_profile"):
        organisation = Organisation.objects.create(name="Known", kind=Kind.OTHER)
    assert organisation.events.get().pgh_context == {"account": str(family.pk), "url": "account_profile"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["/x/bin/croisee", "territory", "load"], "croisee territory"),
        (["/x/src/croisee/__main__.py", "privacy"], "croisee privacy"),
        (["/x/bin/pytest", "tests/someone.py"], "pytest"),
        (["/x/pytest/__main__.py", "tests/someone.py"], "pytest"),
    ],
)
def test_a_program_is_known_by_its_name(
    arguments: list[str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", arguments)
    assert program() == named


def test_a_line_names_the_program_when_nothing_more_is_known() -> None:
    organisation = Organisation.objects.create(name="Made by a test", kind=Kind.OTHER)
    assert organisation.events.get().pgh_context == {"account": None, "where": program()}


def test_the_database_refuses_a_role_where_it_is_not_held(family: Account) -> None:
    school = Organisation.objects.create(name="Collège", kind=Kind.SCHOOL)
    with pytest.raises(DatabaseError, match="cannot be held"), transaction.atomic():
        Membership.objects.create(account=family, organisation=school, role=Role.ADMINISTRATOR)
    with pytest.raises(DatabaseError), transaction.atomic():
        Organisation.objects.filter(pk=school.pk).update(kind=Kind.METROPOLIS)
