"""Noting contacts, coming back to them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses.forms.follow_up import ContactForm, PutOffForm
from croisee.clauses.models import Commitment, ContactLog, Contract, Participant
from croisee.clauses.queries import follow_up as queries
from croisee.clauses.services import follow_up as services
from croisee.clauses.views.operations import FORM, top
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.forms import said
from croisee.foundation.listings import Column, Listing

SUBJECTS: dict[str, type[Model]] = {
    "contract": Contract,
    "commitment": Commitment,
    "participant": Participant,
}


@role_required(Role.FACILITATEUR)
@require_safe
def follow_up(request: HttpRequest) -> HttpResponse:
    """What to come back to, by today or later."""
    account, today = signed_in(request), timezone.localdate()
    rows = ContactLog.objects.visible_to(account).filter(next_on__isnull=False)
    named = ("by", "contract", "commitment__organisation", "commitment__clause__lot", "participant__person")
    listing = Listing(
        request,
        rows.select_related(*named).order_by("next_on", "-at"),
        name="follow_up",
        columns=[
            Column(
                "next_on",
                _("Come back to it on"),
                sort="next_on",
                badge=lambda row: "warn" if row.next_on <= today else "info",
            ),
            Column("about", _("About"), queries.about, link=queries.url_of),
            Column("text", _("What was said")),
            Column(
                "at", _("Noted on"), sort="at", link=lambda row: reverse("clauses:contact", args=[row.pk])
            ),
            Column("by", _("By"), sort="by__name"),
        ],
        search=["text", "with_whom", "commitment__organisation__name", "contract__title"],
        choices={"by": (_("By"), [(str(account.pk), _("me"))])},
        empty_title=_("Nothing to come back to"),
        empty_text=_("When you note a contact, say when to come back to it: it appears here on that day."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "clauses/follow_up/follow_up.html", {"listing": listing, "trail": [top()]})


@role_required(Role.FACILITATEUR)
@require_POST
def note_contact(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Note a contact about a contract, a company or a participant."""
    account = signed_in(request)
    if kind not in SUBJECTS:
        raise Http404(kind)
    rows = SUBJECTS[kind]._default_manager.visible_to(account)  # type: ignore[attr-defined]  # a VisibleQuerySet
    subject = get_object_or_404(rows, pk=pk)
    form = ContactForm(request.POST)
    back = redirect(f"{subject.get_absolute_url()}#journal")
    if not form.is_valid():
        messages.error(request, _("Nothing was noted: %(why)s") % {"why": _faults(form)})
        return back
    try:
        services.note(**{kind: subject}, by=account, **form.values())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Noted."))
    return back


def _faults(form: ContactForm) -> str:
    return " ".join(
        f"{form.fields[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()
    )


@role_required(Role.FACILITATEUR)
@require_http_methods(FORM)
def contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One contact: read, settled, put off, or taken out by whoever wrote it."""
    account = signed_in(request)
    found = get_object_or_404(
        ContactLog.objects.visible_to(account).select_related(
            "by", "contract", "commitment__organisation", "commitment__clause__lot", "participant__person"
        ),
        pk=pk,
    )
    subject = queries.url_of(found)
    if request.method == "POST":
        return _changed(request, found, subject)
    if found.participant is not None:
        record_read(account, found.participant, _("contact about a participant"))
    context = {
        "entry": found,
        "about": queries.about(found),
        "subject_url": subject,
        "mine": found.by_id == account.pk and found.channel not in queries.AUTOMATIC,
        "trail": [top(), (subject, queries.about(found))],
    }
    return render(request, "clauses/follow_up/contact.html", context)


def _changed(request: HttpRequest, found: ContactLog, subject: str) -> HttpResponse:
    account = signed_in(request)
    what = request.POST.get("what", "")
    if what == "strike":
        done = said(request, lambda: services.strike(found, account), _("The entry is taken out."))
        return redirect(subject if done else request.path)
    if what not in ("settle", "put_off"):
        raise Http404
    form = PutOffForm(request.POST)
    day = form.cleaned_data["next_on"] if form.is_valid() else None
    if what == "put_off" and day is None:
        messages.error(request, _("Choose a day to come to put it off."))
        return redirect(request.path)
    words = _("Put off.") if what == "put_off" else _("Settled: it is no longer to come back to.")
    said(request, lambda: services.settle(found, account, day if what == "put_off" else None), words)
    return redirect("clauses:follow_up" if what == "settle" else request.path)
