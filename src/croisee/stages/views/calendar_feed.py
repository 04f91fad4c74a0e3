"""One's calendar: the page, the file, and the secret address that calendar software reads."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from croisee.foundation import throttle
from croisee.foundation.accounts.access import signed_in
from croisee.stages.models import CalendarFeed
from croisee.stages.queries.agenda import entries
from croisee.stages.services import feeds

READINGS_A_MINUTE = 60
SHOWN = 30
ADDRESS = "stages.calendar_address"


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request: HttpRequest) -> HttpResponse:
    """What one's calendar holds from today on; get the file, have an address, renew it, close it."""
    account = signed_in(request)
    if request.method == "POST":
        if request.POST.get("what") == "revoke":
            feeds.revoke(account)
            messages.success(request, _("The address is closed: calendars that read it find nothing more."))
            return redirect("stages:calendar_page")
        # Shown once, on the page that follows: loading that page again does not renew the address.
        path = reverse("stages:calendar_feed", args=[feeds.renew(account)])
        request.session[ADDRESS] = f"{settings.SITE_URL}{path}"
        return redirect("stages:calendar_page")
    found = entries(account)
    shown = [entry for entry in found if entry.day >= timezone.localdate()][:SHOWN]
    context = {
        "entries": shown,
        "more": len(found) - len(shown),
        "address": request.session.pop(ADDRESS, ""),
        "has_feed": CalendarFeed.objects.visible_to(account).exists(),
    }
    response = render(request, "stages/attendance/agenda.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """One's calendar as a file."""
    return _file(feeds.calendar_file(signed_in(request)))


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address: what its account's roles see today, and no more."""
    if throttle.exceeded(request, "stages.calendar", limit=READINGS_A_MINUTE):
        return HttpResponse(status=429)
    account = feeds.account_of(token)
    if account is None:
        raise Http404
    return _file(feeds.calendar_file(account))


def _file(content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="stages.ics"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
