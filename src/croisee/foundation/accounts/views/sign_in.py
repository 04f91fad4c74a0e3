"""Signing in: password, passkey, or a one-time link."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import LoginView
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from croisee.foundation.accounts import links, services
from croisee.foundation.accounts.forms import LinkForm
from croisee.foundation.accounts.models import Account


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """The sign-in page: both ways in, side by side."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's form, and the one that asks for a link."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "link_form": LinkForm(auto_id="link_%s")}


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def request_link(request: HttpRequest) -> HttpResponse:
    """Ask for a sign-in link; the answer is the same for every address."""
    form = LinkForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/request_link.html", {"form": form})
    email = form.cleaned_data["email"]
    refusal: HttpResponse | None = ratelimit.consume_or_429(request, action="sign_in_link", key=email)
    if refusal is not None:
        return refusal
    services.send_sign_in_link(email)
    return redirect("accounts:link_sent")


@login_not_required
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """What to do next."""
    minutes = int(links.EMAIL_LINK_LASTS.total_seconds() // 60)
    return render(request, "accounts/link_sent.html", {"minutes": minutes})


@login_not_required
@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "POST"])
def use_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link of an e-mail: its button signs in, opening it does not."""
    if request.method != "POST":
        return _offer(request, links.holder_of_email_link(token), "accounts/use_link.html")
    account = links.redeem_email_link(token)
    if account is None:
        return _offer(request, None, "accounts/use_link.html")
    record_authentication(request, account, method="link")
    response: HttpResponse = perform_login(request, Login(user=account))
    return response


@login_not_required
@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "POST"])
def use_console_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link made on the server's console: its button signs in, second factor included."""
    if request.method != "POST":
        return _offer(request, links.holder_of_console_link(token), "accounts/use_console_link.html")
    account = links.redeem_console_link(token)
    if account is None:
        return _offer(request, None, "accounts/use_console_link.html")
    adapter = get_adapter()
    if request.user.is_authenticated:
        adapter.logout(request)
    record_authentication(request, account, method="console")
    adapter.login(request, account)
    response: HttpResponse = adapter.post_login(
        request,
        account,
        email_verification="none",
        signal_kwargs=None,
        email=None,
        signup=False,
        redirect_url=None,
    )
    return response


def _offer(request: HttpRequest, holder: Account | None, template: str) -> HttpResponse:
    return render(request, template, {"holder": holder}, status=200 if holder is not None else 410)
