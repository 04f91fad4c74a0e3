"""Whom a pupil's page is open to: who lets families in, who takes it back, and what is left of a family that goes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.privacy import apply_retention, erase
from croisee.foundation.accounts.queries import everything_about
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.models import Access, Action
from croisee.foundation.audit.tracking import event_model
from croisee.stages.models import FamilyAccess, Round, RoundPupil
from croisee.stages.services import rounds as services
from tests.stages.test_rounds import OTHER_SCHOOL, SCHOOL, computed, manager, published

__all__ = ["computed", "manager", "published"]

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
AccountOf = Callable[..., Account]


@pytest.fixture
def head(account_of: AccountOf) -> Account:
    school = Organisation.objects.create(name="Collège A", kind=Kind.SCHOOL, uai=SCHOOL)
    return account_of(Role.SCHOOL_HEAD, school)


def pupil_of(round_: Round, school: str) -> RoundPupil:
    found: RoundPupil = round_.pupils.filter(school_uai=school).earliest("reference")
    return found


def test_a_head_lets_in_and_takes_back_for_the_school_s_own_pupils_alone(
    published: Round, head: Account, sign_in: SignIn
) -> None:
    browser = sign_in(head)
    own, other = pupil_of(published, SCHOOL), pupil_of(published, OTHER_SCHOOL)
    services.invite_family(other, "autre@example.org")
    elsewhere = FamilyAccess.objects.get(pupil=other)
    for name, pk in (("pupil", other.pk), ("invite_family", other.pk), ("remove_family", elsewhere.pk)):
        send = browser.get if name == "pupil" else browser.post
        assert send(reverse(f"stages:{name}", args=[pk]), {"email": "moi@example.org"}).status_code == 404
    browser.post(reverse("stages:invite_family", args=[own.pk]), {"email": "parent@example.org"})
    access = FamilyAccess.objects.get(pupil=own)
    family = sign_in(access.account)
    assert family.get(own.get_absolute_url()).status_code == 200
    url = reverse("stages:remove_family", args=[access.pk])
    assert url in browser.get(own.get_absolute_url()).content.decode()
    assert browser.get(url).status_code == 405
    browser.post(url)
    assert family.get(own.get_absolute_url()).status_code == 404
    assert FamilyAccess.objects.get() == elsewhere


def test_a_head_who_is_also_a_parent_elsewhere_reads_there_and_no_more(
    published: Round, head: Account, sign_in: SignIn
) -> None:
    child = pupil_of(published, OTHER_SCHOOL)
    services.invite_family(child, head.email)
    services.invite_family(child, "other.parent@example.org")
    browser = sign_in(head)
    page = browser.get(child.get_absolute_url())
    assert page.status_code == 200
    assert "other.parent" not in page.content.decode()
    assert (
        browser.post(reverse("stages:invite_family", args=[child.pk]), {"email": "x@example.org"}).status_code
        == 404
    )
    mine = browser.get(reverse("stages:my_internships"), {"export": "csv"}).content.decode()
    assert child.reference in mine
    assert pupil_of(published, SCHOOL).reference not in mine.splitlines()[-1]
    assert mine.count("\n") == 2, (
        "a header and the child: the school's pupils are listed, and noted, elsewhere"
    )


def test_a_parent_never_sees_the_other_parent(published: Round, sign_in: SignIn) -> None:
    pupil = pupil_of(published, SCHOOL)
    first = services.invite_family(pupil, "one@example.org")
    services.invite_family(pupil, "two@example.org")
    assert "two@example.org" not in sign_in(first).get(pupil.get_absolute_url()).content.decode()
    assert [access.account for access in FamilyAccess.objects.visible_to(first)] == [first]


def test_an_agent_s_address_gets_this_pupil_and_keeps_its_second_factor(
    published: Round, official: Account, client: Client
) -> None:
    pupil = pupil_of(published, SCHOOL)
    services.invite_family(pupil, official.email.upper())
    official.refresh_from_db()
    assert official.roles() == {Role.OFFICIAL, Role.FAMILY}
    assert list(RoundPupil.objects.visible_to(official)) == [pupil]
    client.force_login(official)
    answer = client.get(pupil.get_absolute_url())
    assert answer.status_code == 302, "the middleware leads to the second factor first"


def test_inviting_twice_makes_one_account_one_role_and_one_access(published: Round, manager: Client) -> None:
    pupil = pupil_of(published, SCHOOL)
    for _ in range(2):
        manager.post(reverse("stages:invite_family", args=[pupil.pk]), {"email": "Twice@example.org"})
    account = Account.objects.get(email="twice@example.org")
    assert account.memberships.count() == FamilyAccess.objects.count() == 1


def test_what_is_given_and_taken_back_is_in_the_journal(
    published: Round, campaign_manager: Account, manager: Client
) -> None:
    pupil = pupil_of(published, SCHOOL)
    manager.post(reverse("stages:invite_family", args=[pupil.pk]), {"email": "parent@example.org"})
    manager.post(reverse("stages:remove_family", args=[FamilyAccess.objects.get().pk]))
    events = (
        event_model(FamilyAccess)._default_manager.order_by("pgh_id").values_list("pgh_label", "pgh_context")
    )
    assert [label for label, _context in events] == ["insert", "delete"]
    assert {context["account"] for _label, context in events} == {str(campaign_manager.pk)}


def test_lists_and_exports_of_pupils_are_noted(published: Round, manager: Client) -> None:
    url = reverse("stages:pupils", args=[published.pk])
    manager.get(url)
    manager.get(url, {"export": "csv"})
    noted = Access.objects.filter(subject_type="stages.Round").order_by("pk").values_list("action", flat=True)
    assert list(noted) == [Action.READ, Action.EXPORT]


def test_a_family_that_is_erased_leaves_no_link_and_the_pupil_stays(published: Round) -> None:
    pupil = pupil_of(published, SCHOOL)
    one = services.invite_family(pupil, "one@example.org")
    two = services.invite_family(pupil, "two@example.org")
    told = everything_about(one)["stages.FamilyAccess"]["rows"]
    assert [row["reference"] for row in told] == [pupil.reference]
    erase(one)
    assert RoundPupil.objects.filter(pk=pupil.pk).exists()
    assert [access.account for access in FamilyAccess.objects.all()] == [two]
    Account.objects.filter(pk=two.pk).update(is_active=False)
    apply_retention(published.created_at.date(), apply=True)
    assert not FamilyAccess.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_instant_make_one_family(account_of: AccountOf) -> None:
    metropolis = account_of(Role.CAMPAIGN_MANAGER).organisations(Role.CAMPAIGN_MANAGER).get()
    round_ = Round.objects.create(organisation=metropolis, name="R", school_year="2026-2027", seed=1)
    pupils = [
        RoundPupil.objects.create(round=round_, reference=name, school_uai=SCHOOL, week="2027-W05")
        for name in ("A", "B")
    ]

    def click(number: int) -> object:
        try:
            return services.invite_family(pupils[number % 2], "siblings@example.org").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(click, range(6)))) == 1
    family = Account.objects.get(email="siblings@example.org")
    assert family.memberships.count() == 1
    assert family.family_accesses.count() == 2
