"""Agents go nowhere without a second factor."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from croisee.foundation.accounts.adapters import STRONG
from croisee.foundation.accounts.models import Account

# A link made on the server's console counts: who has that console could do anything anyway.
SATISFYING = {"mfa", "console"}
LEAVING = {"account_logout", "set_language"}
PROVING = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
SETTING_UP = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}


def is_satisfied(request: HttpRequest, account: Account) -> bool:
    """Whether a second factor was shown in this session."""
    return any(record["method"] in SATISFYING for record in get_authentication_records(request, account))


class SecondFactorMiddleware:
    """Leads an agent whose session has no second factor to show one, or set one up, before any page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_args: object) -> HttpResponse | None:
        """Let through whoever needs no second factor, has shown it, or is about to."""
        account = request.user
        if not isinstance(account, Account) or is_satisfied(request, account) or not account.is_agent():
            return None
        enabled = is_mfa_enabled(account, STRONG)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in LEAVING | (PROVING if enabled else SETTING_UP):
            return None
        if enabled:
            return redirect(
                f"{resolve_url('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}"
            )
        messages.warning(
            request, _("Your role gives access to other people’s data: first set up a second factor.")
        )
        return redirect("mfa_index")


@receiver(authenticator_added, dispatch_uid="accounts.setting_up_shows_it")
def setting_up_shows_it(
    request: HttpRequest, user: Account, authenticator: Authenticator, **_: object
) -> None:
    """Whoever sets up a factor has just used it: not to be asked for it again at once."""
    if authenticator.type in STRONG:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
