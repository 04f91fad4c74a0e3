"""Which e-mails one receives, and those that were sent."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.listings import Column, Listing
from croisee.foundation.notices import services
from croisee.foundation.notices.declaration import all_notices, notice_named
from croisee.foundation.notices.forms import PreferencesForm
from croisee.foundation.notices.models import Ledger, State

TONES = {
    State.SENT: "ok",
    State.FAILED: "bad",
    State.BOUNCED: "bad",
    State.WAITING: "info",
    State.SENDING: "info",
}


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose how to receive each notice."""
    account = signed_in(request)
    form = PreferencesForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        for name, frequency in form.cleaned_data.items():
            services.prefer(account, notice_named(name), frequency)
        messages.success(request, _("Your choices are kept."))
        return redirect("notices:preferences")
    always = [notice for notice in all_notices() if not notice.can_be_disabled and notice.concerns(account)]
    return render(request, "notices/preferences.html", {"form": form, "always": always})


@role_required(Role.ADMINISTRATOR)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Every e-mail owed: to whom, which notice, when, and what became of it; never its text."""
    listing = Listing(
        request,
        Ledger.objects.visible_to(signed_in(request)).select_related("account"),
        name="ledger",
        columns=[
            Column("created_at", _("Owed on"), value=lambda row: row.created_at, sort="created_at"),
            Column("account", _("To"), value=lambda row: row.recipient, sort="account__email"),
            Column("notice", _("Notice"), value=_label, sort="notice"),
            Column(
                "state",
                _("State"),
                value=lambda row: row.get_state_display(),
                sort="state",
                badge=lambda row: TONES.get(row.state, ""),
            ),
            Column("sent_at", _("Sent on"), value=lambda row: row.sent_at, sort="sent_at"),
            Column("attempts", _("Attempts"), value=lambda row: row.attempts, numeric=True),
        ],
        search=["account__email", "email"],
        choices={"state": (_("State"), State.choices)},
        empty_title=_("No e-mail yet"),
        empty_text=_("E-mails that this site sends will be listed here."),
    )
    if listing.wants_export:
        return listing.export()
    failed = Ledger.objects.visible_to(signed_in(request)).filter(state__in=[State.FAILED, State.BOUNCED])
    context = {"listing": listing, "failed": failed.select_related("account")[:50]}
    return render(request, "notices/ledger.html", context)


def _label(row: Ledger) -> str:
    try:
        return str(row.declared.label)
    except KeyError:  # of an app no longer installed
        return row.notice


@role_required(Role.ADMINISTRATOR)
@require_POST
def send_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Owe a failed e-mail anew."""
    row = get_object_or_404(Ledger.objects.visible_to(signed_in(request)), pk=pk)
    if services.send_again(row):
        messages.success(request, _("The e-mail is on its way again."))
    return redirect("notices:ledger")
