"""One's own account: name, language, roles, second factor, and what the software keeps and noted about oneself."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from croisee.foundation.accounts import queries, services
from croisee.foundation.accounts.access import signed_in
from croisee.foundation.accounts.forms import ProfileForm
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.queries import accesses_to


@never_cache
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The account page."""
    account = signed_in(request)
    form = ProfileForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        services.set_profile(account, form.cleaned_data["name"], form.cleaned_data["language"])
        with override(account.language):
            messages.success(request, _("Your account is saved."))
        response = redirect("accounts:mine")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            account.language,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
        return response
    context = {
        "form": form,
        "memberships": queries.own_memberships(account),
        "factors": Authenticator.objects.filter(user=account).order_by("created_at"),
        "agent": account.is_agent(),
        "acts": bool(account.roles() - {Role.FAMILY}),
        "accesses": accesses_to(account)[:20],
    }
    return render(request, "accounts/mine.html", context)


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything kept about oneself, as a JSON file (GDPR articles 15 and 20)."""
    account = signed_in(request)
    content = {
        "account": account.email,
        "on": timezone.localdate(),
        "data": queries.everything_about(account),
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="croisee-mes-donnees.json"'
    return response
