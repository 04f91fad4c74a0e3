"""The one door to rows: who sees which accounts, organisations, memberships and accesses."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from croisee.foundation.accounts.access import role_required
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.models import Access
from croisee.foundation.audit.queries import changes
from croisee.foundation.audit.services import record_read
from croisee.foundation.records import VisibleQuerySet

SOURCE = Path(__file__).resolve().parents[2] / "src" / "croisee"
OURS = [model for model in apps.get_models() if model.__module__.startswith("croisee.")]


def reads_past_the_door(model: type[Model]) -> bool:
    """Whether the rows of a model can be had without its own `visible_to`."""
    rows = model._default_manager.all()
    own = isinstance(rows, VisibleQuerySet) and type(rows).visible_to is not VisibleQuerySet.visible_to
    return not own and not hasattr(model, "pgh_tracked_model")


def test_every_model_says_who_sees_its_rows() -> None:
    assert [model._meta.label for model in OURS if reads_past_the_door(model)] == []


def direct_reads(path: Path) -> list[str]:
    """Where a module of views reads rows past `visible_to`: `X.objects.<anything else>`."""
    tree = ast.parse(path.read_text())
    return [
        f"{path.relative_to(SOURCE)}:{node.lineno}: objects.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in {"objects", "_default_manager"}
        and node.attr != "visible_to"
        and not ast.unparse(node.value.value).endswith("Authenticator")
    ]


def test_views_read_rows_through_visible_to_alone() -> None:
    views = [*SOURCE.rglob("views.py"), *SOURCE.rglob("views/*.py")]
    assert len(views) > 4
    assert [read for path in views for read in direct_reads(path)] == []


def test_no_code_switches_triggers_off() -> None:
    forbidden = ("pgtrigger.ignore", "DISABLE TRIGGER", "session_replication_role")
    for path in SOURCE.rglob("*.py"):
        code = ast.unparse(ast.parse(path.read_text()))
        calls = [word for word in forbidden if word in code and f"`{word}`" not in code]
        assert not calls, path


@pytest.mark.django_db
class TestWhoSeesWhat:
    """Rows of accounts, by role."""

    def test_nobody_sees_anything(self, family: Account) -> None:
        for model in (Account, Organisation, Membership, Access):
            assert not model.objects.visible_to(AnonymousUser()).exists()

    def test_people_see_themselves(self, family: Account, school_head: Account) -> None:
        for account in (family, school_head):
            assert list(Account.objects.visible_to(account)) == [account]
            assert list(Membership.objects.visible_to(account)) == list(account.memberships.all())
            assert list(Organisation.objects.visible_to(account)) == list(account.organisations())

    def test_administrators_see_everything(self, administrator: Account, family: Account) -> None:
        assert Account.objects.visible_to(administrator).count() == 2
        assert Membership.objects.visible_to(administrator).count() == 2
        assert changes(administrator)
        assert not changes(family)

    def test_people_see_who_read_their_file(
        self, family: Account, school_head: Account, employer: Account
    ) -> None:
        record_read(school_head, family, "dossier")
        record_read(family, family, "own")
        [line] = Access.objects.visible_to(family)
        assert (line.account, line.reason) == (school_head, "dossier")
        assert list(Access.objects.visible_to(school_head)) == [line]
        assert not Access.objects.visible_to(employer).exists()


@pytest.mark.django_db
def test_a_view_opens_to_its_roles(
    family: Account, school_head: Account, rf: RequestFactory, account_of: Callable[..., Account]
) -> None:
    @role_required(Role.SCHOOL_HEAD, Role.OFFICIAL)
    def view(request) -> HttpResponse:
        return HttpResponse("in")

    assert view.roles == {Role.SCHOOL_HEAD, Role.OFFICIAL}
    request = rf.get("/page/?q=1")
    request.user = school_head
    assert view(request).status_code == 200
    for account in (family, account_of(None)):
        request.user = account
        with pytest.raises(Http404):
            view(request)
    request.user = AnonymousUser()
    assert view(request).url.endswith("?next=/page/%3Fq%3D1")
    with pytest.raises(ValueError, match="at least one role"):
        role_required()
