"""The way in by a link: looking at its page does nothing; its button opens one commitment."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from croisee.clauses.models import Assignment, CompanyLink
from croisee.clauses.queries import company as queries
from croisee.clauses.queries import links, sampling
from croisee.clauses.queries.callers import Caller
from croisee.clauses.queries.declaring import Limits
from croisee.clauses.services import links as services
from croisee.clauses.views import declaring
from croisee.clauses.views.declaring import Screen, month_or_404
from croisee.directory.services import joining
from croisee.foundation import throttle

KEY = "clauses.link"
"""Where a visitor's session keeps the identifier of the link that was opened."""
GUESSES_A_MINUTE = OPENED_A_MINUTE = 20
ACCOUNTS_AN_HOUR = 10
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


# The page behind the link of the e-mail


def _by_secret(
    view: Callable[[HttpRequest, str, CompanyLink], HttpResponse],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view opened by a link's secret: an unknown one says nothing, and none goes further in a referrer."""

    @login_not_required
    @never_cache
    @sensitive_variables("token")
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        link = links.link_of(token)
        if link is None:
            busy = throttle.exceeded(request, "clauses.link", limit=GUESSES_A_MINUTE)
            response = _page(request, "busy" if busy else "unknown", 429 if busy else 404)
        else:
            response = view(request, token, link)
        # The site alone, not the page: the secret is in its address. Without any origin, forms could not be sent.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return opened


def _page(request: HttpRequest, state: str, status: int = 200, **more: object) -> HttpResponse:
    return render(request, "clauses/company/link.html", {"state": state, **more}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@_by_secret
def link(request: HttpRequest, token: str, link: CompanyLink) -> HttpResponse:
    """What the link is for, and the button that opens it: programs that read e-mails open nothing."""
    standing = links.standing(link)
    about: dict[str, Any] = {"token": token, "commitment": link.commitment, "email": masked(link.email)}
    if standing != "open":
        return _page(request, standing, 410, **about)
    if request.method != "POST":
        return _page(request, "open", **about)
    if throttle.exceeded(request, "clauses.link_opened", limit=OPENED_A_MINUTE):
        return _page(request, "busy", 429)
    services.open_link(link)
    request.session.cycle_key()
    request.session[KEY] = str(link.pk)
    return redirect("clauses:light")


@require_POST
@_by_secret
def renew_link(request: HttpRequest, token: str, link: CompanyLink) -> HttpResponse:
    """Send a new link to the address that the expired one was sent to."""
    try:
        services.renew(link)
    except ValidationError:
        return _page(request, "closed", 410, commitment=link.commitment)
    return _page(request, "renewed", email=masked(link.email))


def masked(email: str) -> str:
    """An address that its owner recognises: c…@example.org."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}" if email else ""


# What it opens


def opened_by_link(
    view: Callable[Concatenate[HttpRequest, CompanyLink, P], HttpResponse],
) -> View[P]:
    """A view for who opened a link that still holds: asked of the database at each page."""

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        found = links.living(request.session.get(KEY, ""))
        if found is None:
            request.session.pop(KEY, None)
            return _page(request, "over", 403)
        return view(request, found, *args, **kwargs)

    return cast("View[P]", guarded)


@opened_by_link
def light(request: HttpRequest, link: CompanyLink) -> HttpResponse:
    """What the company owes under this commitment, what is to be declared, and the offer of an account."""
    caller, today = Caller(link=link), timezone.localdate()
    rows = list(queries.commitments(caller, today))
    limits = Limits.on(today)
    team = joining.team_of(link.commitment.organisation).exists()
    context = {
        "light": True,
        "rows": queries.owed(caller, rows, limits.hours_a_day, today),
        "rejected": queries.rejected(caller),
        "penalties": queries.penalties(caller),
        "findings": list(sampling.to_answer_by_link(link)),
        "company": link.commitment.organisation,
        "email": link.email,
        "has_team": team,
        "today": today,
        "hours_a_day": limits.hours_a_day,
    }
    return render(request, "clauses/company/home.html", context)


def _screen(link: CompanyLink, month: str) -> Screen:
    return Screen(Caller(link=link), link.commitment, month_or_404(month))


def _of_person(link: CompanyLink, pk: UUID, month: str) -> tuple[Screen, Assignment]:
    screen = _screen(link, month)
    return screen, get_object_or_404(screen.caller.assignments(), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@opened_by_link
def declare_month(request: HttpRequest, link: CompanyLink, month: str) -> HttpResponse:
    """The month of everybody at work under this commitment."""
    return declaring.show(request, _screen(link, month))


@require_POST
@opened_by_link
def check_hours(request: HttpRequest, link: CompanyLink, pk: UUID, month: str) -> HttpResponse:
    """What there is to say of the hours just written."""
    return declaring.said(request, *_of_person(link, pk, month))


@require_POST
@opened_by_link
def correct_hours(request: HttpRequest, link: CompanyLink, pk: UUID, month: str) -> HttpResponse:
    """Correct the hours of one person, rejected or validated."""
    return declaring.correct(request, *_of_person(link, pk, month))


@require_POST
@opened_by_link
def take_back(request: HttpRequest, link: CompanyLink, pk: UUID, month: str) -> HttpResponse:
    """Take back what was sent for one person and not checked yet."""
    return declaring.retract(request, *_of_person(link, pk, month))


@require_POST
@opened_by_link
def nothing_done(request: HttpRequest, link: CompanyLink, month: str) -> HttpResponse:
    """Say that nobody worked, or take that back."""
    return declaring.say_nothing(request, _screen(link, month))


@require_POST
@opened_by_link
def leave(request: HttpRequest, link: CompanyLink) -> HttpResponse:
    """Close what the link opened, on a computer that others use."""
    request.session.flush()
    return _page(request, "left")


@require_POST
@opened_by_link
def make_account(request: HttpRequest, link: CompanyLink) -> HttpResponse:
    """An account in one click: at once for the first of a company, else its team is asked."""
    if throttle.exceeded(request, "clauses.account", limit=ACCOUNTS_AN_HOUR, seconds=3600):
        return _page(request, "busy", 429)
    try:
        arrival = services.make_account(link)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("clauses:light")
    account, target = arrival.account, reverse("clauses:company")
    if account is None:
        return _page(request, "asked", company=arrival.organisation)
    if request.user == account:
        return redirect(target)
    if account.is_agent():
        messages.info(
            request, _("Sign in with your password to go on: your account now acts for the company.")
        )
        return redirect(f"{reverse('account_login')}?next={target}")
    if request.user.is_authenticated:
        get_adapter().logout(request)
    record_authentication(request, account, method="link")
    response: HttpResponse = perform_login(request, Login(user=account, redirect_url=target))
    return response
