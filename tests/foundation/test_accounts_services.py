"""Invitations, ends of roles, erasure and retention."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from croisee.foundation.accounts import privacy, services
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import HELD_IN, Kind, Role
from croisee.foundation.audit.models import Access
from croisee.foundation.audit.services import record_read

pytestmark = pytest.mark.django_db
OrganisationOf = Callable[[Kind], Organisation]
AccountOf = Callable[..., Account]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", Kind)
def test_a_role_is_given_where_it_is_held_and_nowhere_else(
    role: Role, kind: Kind, organisation_of: OrganisationOf
) -> None:
    if kind in HELD_IN[role]:
        assert services.invite("someone@example.org", organisation_of(kind), role).account.has_role(role)
    else:
        with pytest.raises(ValidationError):
            services.invite("someone@example.org", organisation_of(kind), role)
        assert not Account.objects.exists()


def test_inviting_writes_to_the_person(
    organisation_of: OrganisationOf, mailoutbox: list, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.invite("Head@Example.org", organisation_of(Kind.SCHOOL), Role.SCHOOL_HEAD, "Ada")
        services.invite("boss@example.org", organisation_of(Kind.EMPLOYER), Role.EMPLOYER)
        services.invite("parent@example.org", organisation_of(Kind.SCHOOL), Role.FAMILY)
    head, boss, parent = mailoutbox
    assert head.to == ["head@example.org"]
    assert "/mot-de-passe/nouveau/" in head.body
    assert reverse("accounts:request_link") in boss.body
    assert reverse("accounts:request_link") in parent.body
    assert "votre enfant" in parent.body
    assert "votre enfant" not in boss.body


@pytest.mark.parametrize("email", ["", "not an address", "a@b", "x" * 260 + "@example.org"])
def test_a_wrong_address_is_refused_whole(email: str, organisation_of: OrganisationOf) -> None:
    with pytest.raises(ValidationError):
        services.invite(email, organisation_of(Kind.SCHOOL), Role.SCHOOL_HEAD)
    assert not Account.objects.exists()


def test_one_address_is_one_account(family: Account) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create_user(f"  {family.email.upper()} ")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_account SET email = upper(email)")
    assert Account.objects.get(email=family.email.upper()) == family


def test_a_role_ends_at_once_and_can_be_given_again(school_head: Account) -> None:
    membership = school_head.memberships.get()
    services.end_membership(membership)
    assert not school_head.roles()
    with pytest.raises(ValidationError):
        services.end_membership(membership)
    services.invite(school_head.email, membership.organisation, Role.SCHOOL_HEAD)
    school_head.refresh_from_db()
    assert school_head.has_role(Role.SCHOOL_HEAD)
    with pytest.raises(ValidationError):
        services.invite(school_head.email, membership.organisation, Role.SCHOOL_HEAD)


def test_a_membership_cannot_end_before_it_starts(school_head: Account) -> None:
    membership = school_head.memberships.get()
    with pytest.raises(ValidationError):
        services.end_membership(membership, timezone.localdate() - timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(ended_on=date(2000, 1, 1))


def test_the_last_administrator_stays(administrator: Account, account_of: AccountOf) -> None:
    with pytest.raises(services.LastAdministrator):
        services.end_membership(administrator.memberships.get())
    closed = account_of(Role.ADMINISTRATOR)
    closed.is_active = False
    closed.save()
    with pytest.raises(services.LastAdministrator):
        services.end_membership(administrator.memberships.get())
    account_of(Role.ADMINISTRATOR)
    services.end_membership(administrator.memberships.get())


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_leave_at_once_do_not_both_go(account_of: AccountOf) -> None:
    memberships = [account_of(Role.ADMINISTRATOR).memberships.get() for _ in range(3)]

    def leave(membership: Membership) -> bool:
        try:
            services.end_membership(membership)
        except services.LastAdministrator:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(leave, memberships)) == [False, True, True]


class RolesOfADay(TestCase):
    """Roles held on a day: what the dates say, whatever they are."""

    @given(
        st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        st.none() | st.integers(0, 400),
        st.dates(date(2020, 1, 1), date(2031, 1, 1)),
    )
    def test_a_role_is_held_from_its_first_day_to_the_eve_of_its_end(
        self, start: date, days: int | None, day: date
    ) -> None:
        account = Account.objects.create_user("someone@example.org")
        organisation = Organisation.objects.create(name="Collège", kind=Kind.SCHOOL)
        end = None if days is None else start + timedelta(days=days)
        Membership.objects.create(
            account=account, organisation=organisation, role=Role.SCHOOL_HEAD, started_on=start, ended_on=end
        )
        held = day >= start and (end is None or day < end)
        assert account.roles(day) == ({Role.SCHOOL_HEAD} if held else set())


def test_siret_and_uai_are_checked_in_words() -> None:
    organisation = Organisation(name="X", kind=Kind.SCHOOL, siret="73282932000075", uai="0350028A")
    with pytest.raises(ValidationError) as refusal:
        organisation.full_clean()
    assert set(refusal.value.message_dict) == {"siret", "uai"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name="X", kind=Kind.SCHOOL, siret="12")


def test_erasing_takes_the_person_out_everywhere(family: Account, school_head: Account) -> None:
    email, name = family.email, family.name
    record_read(school_head, family, "dossier")
    privacy.erase(family)
    family.refresh_from_db()
    assert not family.is_active
    assert not family.roles()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{email}%"])
            assert cursor.fetchone() == (0,), table
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{name}%"])
            assert cursor.fetchone() == (0,), table
    assert Access.objects.filter(concerns=family).exists()


def test_the_last_administrator_is_not_erased(administrator: Account) -> None:
    with pytest.raises(services.LastAdministrator):
        privacy.erase(administrator)
    administrator.refresh_from_db()
    assert administrator.is_active


def privacy_report(*arguments: str) -> str:
    """What `croisee privacy` prints."""
    out = StringIO()
    call_command("privacy", *arguments, stdout=out)
    return out.getvalue()


def test_retention_counts_then_erases_what_is_past_its_time(
    family: Account, employer: Account, administrator: Account
) -> None:
    old = timezone.now() - timedelta(days=4 * 365)
    Account.objects.filter(pk__in=[family.pk, administrator.pk]).update(last_login=old, created_at=old)
    Account.objects.filter(pk=employer.pk).update(last_login=timezone.now(), created_at=old)
    assert "1" in privacy_report()
    family.refresh_from_db()
    assert family.is_active
    privacy_report("--apply")
    assert list(Account.objects.filter(is_active=False)) == [family]
    assert "1" not in privacy_report()


def test_one_person_is_erased_by_the_command(family: Account, administrator: Account) -> None:
    privacy_report("--erase", family.email)
    assert Account.objects.get(pk=family.pk).is_active
    privacy_report("--erase", family.email, "--apply")
    assert not Account.objects.get(pk=family.pk).is_active
    for email in ("nobody@example.org", administrator.email):
        with pytest.raises(CommandError):
            privacy_report("--erase", email, "--apply")


def test_an_installation_is_established_once(mailoutbox: list, client: Client) -> None:
    out = StringIO()
    call_command("establish", "Métropole", "first@example.org", stdout=out)
    account = Account.objects.get()
    assert account.has_role(Role.ADMINISTRATOR)
    assert account.events.first().pgh_context == {"account": None, "where": "croisee establish"}
    client.post("/" + out.getvalue().split()[-1].split("/", 3)[3])
    assert client.get(reverse("audit:changes")).status_code == 200
    for metropolis, email in (("Autre", "second@example.org"), ("Autre", "no address")):
        with pytest.raises(CommandError):
            call_command("establish", metropolis, email)


def test_a_link_is_made_on_the_console_for_who_has_an_account(official: Account, client: Client) -> None:
    out = StringIO()
    call_command("signin", official.email, stdout=out)
    client.post("/" + out.getvalue().strip().split("/", 3)[3])
    assert client.get(reverse("accounts:mine")).status_code == 200
    with pytest.raises(CommandError):
        call_command("signin", "nobody@example.org")
