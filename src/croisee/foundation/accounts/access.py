"""Who may open a page: `role_required` on a view; rows are then read through `visible_to` alone."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], R]


def role_required(*roles: Role) -> Callable[[View[P, R]], View[P, R | HttpResponse]]:
    """View decorator: open to who holds one of `roles` today.

    Others get the answer of a page that does not exist; who is not signed in goes to the sign-in page. The
    roles stay readable on the view as `roles`: the test of every address derives from them what to expect.
    """
    if not roles:
        raise ValueError("role_required needs at least one role")

    def decorate(view: View[P, R]) -> View[P, R | HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponse:
            if not isinstance(request.user, Account):
                return redirect_to_login(request.get_full_path())
            if not request.user.has_role(*roles):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.roles = frozenset(roles)  # type: ignore[attr-defined]  # a mark, see roles_of
        return cast("View[P, R | HttpResponse]", guarded)

    return decorate


def roles_of(view: Callable[..., object]) -> frozenset[Role]:
    """The roles that may open a view guarded by `role_required`; none for another view."""
    return getattr(view, "roles", frozenset())


def signed_in(request: HttpRequest) -> Account:
    """The account that asks, where the middleware lets nobody else through."""
    if not isinstance(request.user, Account):
        raise TypeError("this view is open to people who are not signed in")
    return request.user
