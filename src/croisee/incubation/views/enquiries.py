"""First contacts: the public page, the list of managers, one of them; a person whom a référent sends."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation import throttle
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing
from croisee.incubation.forms.projects import AnswerForm, ContactForm, MetForm, SendForm
from croisee.incubation.models import Enquiry, EnquiryState, Incubator, Origin
from croisee.incubation.queries import projects as queries
from croisee.incubation.services import enquiries as services
from croisee.incubation.views.common import ENQUIRIES, MANAGER, enquiries_trail, of_incubator, projects_trail
from croisee.journeys.models import Journey

MESSAGES_AN_HOUR = 6


@login_not_required
@never_cache
@require_http_methods(METHODS)
def new_enquiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Talk about an idea: a page for everyone. What a machine fills in is thanked for and thrown away."""
    incubator = get_object_or_404(Incubator.objects.visible_to(request.user), pk=pk)
    form = ContactForm(request.POST or None, instance=Enquiry(incubator=incubator), account=request.user)  # type: ignore[arg-type]  # anyone
    if request.method == "POST" and form.is_valid():
        if throttle.exceeded(request, "incubation.enquiry", limit=MESSAGES_AN_HOUR, seconds=3600):
            form.add_error(None, _("Too many messages in an hour from here. Telephone, or try again later."))
            return _contact_page(request, incubator, form, 429)
        if not form.is_a_machine:
            services.write(incubator, form.cleaned_data)
        return redirect("incubation:enquiry_sent", incubator.pk)
    return _contact_page(request, incubator, form, 422 if form.is_bound else 200)


def _contact_page(request: HttpRequest, incubator: Incubator, form: ContactForm, status: int) -> HttpResponse:
    context = {
        "incubator": incubator,
        "form": form,
        "trail": [(incubator.get_absolute_url(), incubator.name)],
    }
    return render(request, "incubation/projects/contact.html", context, status=status)


@login_not_required
@require_safe
def enquiry_sent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is said once a message is sent."""
    incubator = get_object_or_404(Incubator.objects.visible_to(request.user), pk=pk)
    return render(request, "incubation/projects/contact_sent.html", {"incubator": incubator})


@role_required(*MANAGER)
@require_safe
def enquiries(request: HttpRequest) -> HttpResponse:
    """First contacts, those to be answered first."""
    account = signed_in(request)
    managed = queries.incubators_managed(account)
    listing = Listing(
        request,
        queries.enquiries_listed(account),
        name="enquiries",
        columns=[
            Column("name", _("Name"), sort="name", link=_page_of),
            Column(
                "text", _("The idea"), lambda row: row.text if len(row.text) <= 90 else f"{row.text[:89]}…"
            ),
            Column("origin", _("Sent by"), Enquiry.get_origin_display, "origin"),
            Column(
                "incubator",
                pgettext("premises", "Incubator"),
                lambda row: row.incubator.name,
                "incubator__name",
            ),
            Column("created_at", _("Since"), sort="created_at"),
            Column(
                "state",
                _("State"),
                Enquiry.get_state_display,
                "state",
                badge=lambda row: ENQUIRIES.get(row.state, " "),
            ),
        ],
        search=["name", "text", "email"],
        choices={
            "state": (_("State"), EnquiryState.choices),
            "origin": (_("Sent by"), Origin.choices),
            **of_incubator("incubator", managed),
        },
        empty_title=_("Nobody wrote yet"),
        empty_text=_(
            "Each incubator has a public page to talk about an idea: give its address, or note whom you met."
        ),
    )
    if listing.wants_export:
        for one in managed[:1]:
            record_export(account, one, _("list of first contacts"))
        return listing.export()
    context = {"listing": listing, "managed": managed, "trail": projects_trail(account)}
    return render(request, "incubation/projects/enquiries.html", context)


def _page_of(row: Enquiry) -> str:
    return reverse("incubation:enquiry", args=[row.pk])


@role_required(*MANAGER)
@require_http_methods(METHODS)
def met_enquiry(request: HttpRequest) -> HttpResponse:
    """Note somebody whom one met."""
    account = signed_in(request)
    managed = queries.incubators_managed(account)
    form = MetForm(request.POST or None, instance=Enquiry(), account=account, incubators=managed)
    page = FormPage(
        _("Note a contact"),
        enquiries_trail(),
        _("Somebody whom you met or who telephoned. Nobody is written to."),
        _("Note the contact"),
        _("The contact is noted."),
    )
    return page.answer(
        request,
        form,
        lambda: services.enter(form.cleaned_data["incubator"], form.cleaned_data),
        to=reverse("incubation:enquiries"),
    )


def _managed(request: HttpRequest, pk: UUID) -> Enquiry:
    rows = Enquiry.objects.visible_to(signed_in(request))
    return get_object_or_404(rows.select_related("incubator", "project", "sent_by", "person"), pk=pk)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def enquiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A first contact: read it, answer it."""
    account, found = signed_in(request), _managed(request, pk)
    is_open = found.state in (EnquiryState.NEW, EnquiryState.ANSWERED)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = (
            _("The answer is sent by e-mail.")
            if found.email
            else _("The answer is noted: tell it by telephone.")
        )
        said(request, lambda: services.answer(found, form.cleaned_data["answer"], account), done)
        return redirect("incubation:enquiry", found.pk)
    record_read(account, found, _("first contact"))
    context = {
        "enquiry": found,
        "tone": ENQUIRIES.get(EnquiryState(found.state), ""),
        "is_open": is_open,
        "form": form if is_open else None,
        "trail": enquiries_trail(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "incubation/projects/enquiry.html", context, status=status)


@role_required(*MANAGER)
@require_POST
def move_enquiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close a contact (`transition=close`) or open it again (`reopen`)."""
    account, found = signed_in(request), _managed(request, pk)
    done = {"close": _("The contact is closed."), "reopen": _("The contact is open again.")}
    transition = request.POST.get("transition", "")
    if transition not in done:
        messages.error(request, _("Choose what to do with this contact."))
    else:
        said(request, lambda: services.move(found, transition, account), done[transition])
    return redirect("incubation:enquiry", found.pk)


@role_required(Role.REFERENT)
@require_http_methods(METHODS)
def send_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A référent sends the person of a journey to an incubator, with the person's agreement."""
    account = signed_in(request)
    rows = Journey.objects.visible_to(account).followed_by(account).select_related("person")
    journey = get_object_or_404(rows.filter(person__isnull=False), pk=pk)
    incubators = list(Incubator.objects.visible_to(account))
    form = SendForm(request.POST or None, incubators=incubators)
    where = reverse("journeys:journey", args=[journey.pk])
    person: Any = journey.person
    page = FormPage(
        _("Send to an incubator"),
        [(reverse("journeys:caseload"), _("Caseload")), (where, str(person))],
        _("The incubator gets the name, how to reach the person and these lines; it answers the person."),
        _("Send"),
        _("The incubator is told: it gets in touch with the person."),
        template="incubation/projects/send_person.html",
        extra={"sent": queries.sent_by(account, person), "nowhere": not incubators},
    )
    return page.answer(
        request,
        form,
        lambda: services.send_person(
            journey, form.cleaned_data["incubator"], form.cleaned_data["text"], account
        ),
        to=where,
    )
