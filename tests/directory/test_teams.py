"""Teams: invited by who manages them, never left with nobody who does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from croisee.foundation.accounts import services, teams
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.privacy import erase, unused_accounts
from croisee.foundation.accounts.roles import Kind, Role


@pytest.fixture
def company(db) -> Organisation:
    return Organisation.objects.create(name="Boulangerie", kind=Kind.EMPLOYER)


def join(organisation, role, email, *, administers=False) -> Membership:
    account = Account.objects.create_user(email, name=email.split("@")[0])
    return Membership.objects.create(
        account=account, organisation=organisation, role=role, administers=administers
    )


@pytest.fixture
def boss(company) -> Membership:
    return join(company, Role.EMPLOYER, "boss@example.org", administers=True)


class TestInviting:
    """Who invites whom."""

    def test_the_first_one_manages_the_team(self, company):
        assert services.invite("a@example.org", company, Role.EMPLOYER).administers
        assert not services.invite("b@example.org", company, Role.EMPLOYER).administers

    def test_a_colleague(self, company, boss):
        made = teams.invite_colleague(boss.account, company, "new@example.org", Role.EMPLOYER, "New")
        assert (made.role, made.administers) == (Role.EMPLOYER, False)
        with pytest.raises(ValidationError):
            teams.invite_colleague(boss.account, company, "new@example.org", Role.EMPLOYER)
        with pytest.raises(teams.NotYours):
            teams.invite_colleague(made.account, company, "other@example.org", Role.EMPLOYER)

    def test_never_above_one_s_own_role(self, organisation_of):
        school, town = organisation_of(Kind.SCHOOL), organisation_of(Kind.METROPOLIS)
        head = join(school, Role.SCHOOL_HEAD, "head@example.org", administers=True).account
        staff = join(school, Role.SCHOOL_STAFF, "staff@example.org", administers=True).account
        manager = join(town, Role.CAMPAIGN_MANAGER, "manager@example.org", administers=True).account
        assert teams.roles_offered(head, school) == [Role.SCHOOL_HEAD, Role.SCHOOL_STAFF]
        assert teams.roles_offered(staff, school) == [Role.SCHOOL_STAFF]
        assert Role.ADMINISTRATOR not in teams.roles_offered(manager, town)
        assert teams.roles_offered(head, town) == []


class TestKeepingOne:
    """One who manages the team stays: in the service, and in the database."""

    def test_the_last_one_neither_leaves_nor_steps_back(self, company, boss):
        join(company, Role.EMPLOYER, "other@example.org")
        with pytest.raises(teams.LastOfTeam):
            teams.end_colleague(boss.account, boss)
        with pytest.raises(teams.LastOfTeam):
            teams.set_administers(boss.account, boss, administers=False)
        with pytest.raises(teams.LastOfTeam):
            services.end_membership(boss)
        with pytest.raises(teams.LastOfTeam):
            erase(boss.account)
        assert (
            not unused_accounts(boss.started_on.replace(year=boss.started_on.year + 9))
            .filter(pk=boss.account_id)
            .exists()
        )

    @pytest.mark.parametrize("change", [{"administers": False}, {"ended_on": "2999-01-01"}])
    def test_the_database_refuses_too(self, company, boss, change):
        other = join(company, Role.EMPLOYER, "other@example.org")
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=boss.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=boss.pk).delete()
        Membership.objects.filter(pk=other.pk).update(administers=True)
        Membership.objects.filter(pk=boss.pk).update(**change)

    def test_who_is_alone_may_be_erased(self, company, boss):
        with pytest.raises(teams.LastOfTeam):
            teams.end_colleague(boss.account, boss)
        erase(boss.account)
        assert not company.memberships.filter(ended_on__isnull=True).exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_end_each_other_at_the_same_moment(self):
        company = Organisation.objects.create(name="Garage", kind=Kind.EMPLOYER)
        pair = [join(company, Role.EMPLOYER, f"{n}@example.org", administers=True) for n in "ab"]
        join(company, Role.EMPLOYER, "c@example.org")

        def end(number: int) -> bool:
            try:
                by = Account.objects.get(pk=pair[number].account_id)
                teams.end_colleague(by, Membership.objects.get(pk=pair[1 - number].pk))
            except ValidationError:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(end, range(2))) == [False, True]
        assert teams.administering(company).count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_step_back_by_raw_updates_at_the_same_moment(self):
        company = Organisation.objects.create(name="Garage", kind=Kind.EMPLOYER)
        pair = [join(company, Role.EMPLOYER, f"{n}@example.org", administers=True) for n in "ab"]

        def step_back(membership: Membership) -> bool:
            try:
                Membership.objects.filter(pk=membership.pk).update(administers=False)
            except IntegrityError:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(step_back, pair)) == [False, True]


class TestPages:
    """On screen."""

    def test_invite_give_take_and_end(self, company, boss, sign_in, django_assert_max_num_queries):
        browser: Client = sign_in(boss.account)
        for number in range(60):
            join(company, Role.EMPLOYER, f"m{number}@example.org")
        with django_assert_max_num_queries(12):
            page = browser.get(reverse("directory:team", args=[company.pk]))
        assert page.status_code == 200
        url = reverse("directory:invite_colleague", args=[company.pk])
        assert browser.get(url).status_code == 200
        browser.post(url, {"email": "deputy@example.org", "name": "D", "role": Role.EMPLOYER})
        deputy = Membership.objects.get(account__email="deputy@example.org")
        url = reverse("directory:change_member", args=[deputy.pk])
        assert browser.get(url).status_code == 200
        for asked, expected in (("give", True), ("take", False)):
            browser.post(f"{url}?do={asked}")
            deputy.refresh_from_db()
            assert deputy.administers is expected
        browser.post(f"{url}?do=end")
        deputy.refresh_from_db()
        assert deputy.ended_on is not None
        assert browser.post(f"{url}?do=end").status_code == 404
        response = browser.get(reverse("directory:teams"))
        assert response["Location"] == reverse("directory:team", args=[company.pk])

    def test_nobody_else(self, company, boss, sign_in, account_of):
        member = join(company, Role.EMPLOYER, "plain@example.org")
        browser = sign_in(member.account)
        assert browser.get(reverse("directory:team", args=[company.pk])).status_code == 200
        assert browser.get(reverse("directory:invite_colleague", args=[company.pk])).status_code == 404
        url = reverse("directory:change_member", args=[boss.pk])
        assert browser.get(url).status_code == browser.post(f"{url}?do=end").status_code == 404
        own = reverse("directory:change_member", args=[member.pk])
        browser.post(f"{own}?do=give")
        member.refresh_from_db()
        assert not member.administers
        stranger = sign_in(account_of(Role.EMPLOYER))
        assert stranger.get(reverse("directory:team", args=[company.pk])).status_code == 404

    def test_an_organisation_enters_by_its_number(self, campaign_manager, sign_in):
        browser = sign_in(campaign_manager)
        url = reverse("directory:company")
        assert browser.get(url).status_code == 200
        assert "number" in browser.post(url, {"number": "73282932000075"}).context["form"].errors
        form = browser.post(url, {"number": "732 829 320 00074"}).context["form"]
        assert form.initial["number"] == "73282932000074"
        values = {"number": "73282932000074", "kind": Kind.EMPLOYER, "name": "SA", "email": "x@example.org"}
        for _twice in range(2):
            browser.post(url, values)
        assert Organisation.objects.filter(siret="73282932000074").count() == 1
        assert Membership.objects.get(account__email="x@example.org").administers
