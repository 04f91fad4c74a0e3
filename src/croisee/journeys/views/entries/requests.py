"""Requests for entry: the list, a new one, the page of one; decided here where there is no committee."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.directory import services as directory
from croisee.directory.models import Capacity, Person
from croisee.foundation import throttle
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.dates import age_in_years
from croisee.foundation.forms import METHODS, FormPage, add_refusal, said
from croisee.foundation.listings import Column, Listing
from croisee.journeys.forms.entries import AcceptForm, EditRequestForm, RefuseForm, RequestForm
from croisee.journeys.models import Journey, JourneyState, Programme
from croisee.journeys.queries import entries as queries
from croisee.journeys.services.entries import requests as services
from croisee.journeys.views.entries.common import MANAGER, STATES, TEAM, VERDICTS, requests_trail, standing

ANOTHER = "another"
ASKED_A_MINUTE = 20


@role_required(*TEAM)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The requests that one wrote or decides on, the latest first."""
    account = signed_in(request)
    shown = Programme.objects.visible_to(account)
    listing = Listing(
        request,
        queries.requests_listed(account),
        name="requests",
        columns=[
            Column("person", _("Person"), _person, "person__family_name", link=_page_of),
            Column("programme", _("Programme"), lambda row: row.programme.name, "programme__name"),
            Column(
                "stands",
                _("State"),
                lambda row: standing(row.stands),
                "stands",
                badge=lambda row: STATES[row.stands],
            ),
            Column("asked_on", _("Asked on"), sort="asked_on"),
            Column("prescriber", _("Sent by"), lambda row: row.prescriber and row.prescriber.name),
            Column("meeting_on", _("On the agenda of"), sort="meeting_on"),
        ],
        search=["person__family_name", "person__given_name"],
        choices={
            "stands": (_("State"), [(one, standing(one)) for one in queries.STANDS]),
            "programme": (_("Programme"), list(shown.values_list("pk", "name"))),
            "meeting_on__isnull": (_("Agenda"), [(True, _("on none")), (False, _("on one"))]),
        },
        empty_title=_("No request yet"),
        empty_text=_("Ask for the entry of somebody: the committee looks at it in its next meeting."),
    )
    if listing.wants_export:
        for one in shown[:1]:
            record_export(account, one, _("list of requests for entry"))
        return listing.export()
    return render(request, "journeys/entries/requests.html", {"listing": listing})


def _person(row: Journey) -> str:
    return f"{row.person.family_name} {row.person.given_name}" if row.person else _("erased person")


def _page_of(row: Journey) -> str:
    return reverse("journeys:request", args=[row.pk])


@role_required(*TEAM)
@require_http_methods(METHODS)
def new_request(request: HttpRequest) -> HttpResponse:
    """Ask for the entry of somebody, known or new; `?programme=` chooses the programme beforehand."""
    account = signed_in(request)
    form = RequestForm(request.POST or None, account=account, programme=request.GET.get("programme", ""))
    known: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        if throttle.exceeded(request, "journeys.request", limit=ASKED_A_MINUTE):
            form.add_error(None, _("Too many requests in a minute. Wait a little, then send this one again."))
        else:
            values = dict(form.cleaned_data)
            same, programme = values.pop("same"), values.pop("programme")
            try:
                made = services.ask_entry(
                    programme, values, account, person=_same(values, same), another=same == ANOTHER
                )
            except directory.AlreadyKnown as refusal:
                known = queries.whom_it_may_be(refusal.people, account, programme)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The request is there: it waits to be decided."))
                return redirect("journeys:request", made.pk)
    page = FormPage(
        _("Ask for an entry"),
        requests_trail(),
        _(
            "For somebody who may enter a programme. Who is known already is found by the exact name and birth date."
        ),
        _("Send the request"),
    )
    context = {
        "page": page,
        "form": form,
        "back": page.trail[-1][0],
        "known": known,
        "nowhere": not form.fields["programme"].queryset.exists(),  # type: ignore[attr-defined]
    }
    status = 422 if form.is_bound else 200
    return render(request, "journeys/entries/new_request.html", context, status=status)


def _same(values: dict[str, Any], same: str) -> Person | None:
    """The known person whom the reader chose: only among those of that very name and birth date."""
    if not same or same == ANOTHER:
        return None
    found = directory.people_named(*(values[name] for name in directory.IDENTITY))
    return next((one for one in found if str(one.pk) == same), None)


def _asked(request: HttpRequest, pk: UUID) -> tuple[Account, Any]:
    account = signed_in(request)
    return account, get_object_or_404(queries.request_with_decisions(account), pk=pk)


@role_required(*TEAM)
@require_safe
def request_for_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A request: what it says, what was decided."""
    account, found = _asked(request, pk)
    return _page(request, account, found)


def _page(
    request: HttpRequest,
    account: Account,
    found: Any,
    accept: AcceptForm | None = None,
    refuse: RefuseForm | None = None,
) -> HttpResponse:
    manages = queries.manages(account, found.programme)
    contact = None
    if found.person is not None:
        contact = found.person.contacts.filter(capacity=Capacity.SELF).select_related("account").first()
        record_read(account, found, _("request for entry"), contact.account if contact else None)
    waits = found.state == JourneyState.PROPOSED and found.person is not None
    decides = waits and manages and not found.programme.has_committee
    context = {
        "asked": found,
        "person": found.person,
        "age": age_in_years(found.person.birth_date, timezone.localdate()) if found.person else None,
        "profile": getattr(found.person, "profile", None) if manages else None,
        "contact": contact if manages else None,
        "stands": standing(found.stands),
        "tone": STATES[found.stands],
        "opens": found.entered_on is not None
        and Journey.objects.visible_to(account).filter(pk=found.pk).exists(),
        "decided": [(row, VERDICTS[row.verdict]) for row in found.decided],
        "waits": waits,
        "manages": manages,
        "accept": (accept or AcceptForm(found.programme)) if decides else None,
        "refuse": (refuse or RefuseForm()) if decides else None,
        "trail": requests_trail(),
    }
    status = 422 if accept or refuse else 200
    return render(request, "journeys/entries/request.html", context, status=status)


@role_required(*TEAM)
@require_http_methods(METHODS)
def edit_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a request that waits."""
    _account, found = _asked(request, pk)
    address = reverse("journeys:request", args=[found.pk])
    if found.state != JourneyState.PROPOSED:
        messages.error(request, _("This request is decided: it is not changed any more."))
        return redirect(address)
    form = EditRequestForm(request.POST or None, journey=found)
    page = FormPage(
        _("Correct the request"),
        [*requests_trail(), (address, _person(found))],
        said=_("The request is saved."),
    )
    return page.answer(
        request,
        form,
        lambda: services.change_request(found, form.cleaned_data, seen=form.seen_at()),
        to=address,
    )


@role_required(*TEAM)
@require_POST
def withdraw_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a request back."""
    account, found = _asked(request, pk)
    said(request, lambda: services.withdraw(found, account), _("The request is withdrawn."))
    return redirect("journeys:request", found.pk)


@role_required(*MANAGER)
@require_POST
def decide_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Accept (`verdict=accepted`) or refuse, where no committee decides."""
    account = signed_in(request)
    rows = queries.request_with_decisions(account)
    found: Any = get_object_or_404(
        rows.filter(programme__in=Programme.objects.managed_by(account).order_by().values("pk")), pk=pk
    )
    accepts = request.POST.get("verdict") == "accepted"
    form: Any = AcceptForm(found.programme, request.POST) if accepts else RefuseForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            if accepts:
                services.accept_directly(found, values["referent"], values["on"], account)
            else:
                services.refuse_directly(found, values["reason"], account)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request, _("The decision is noted; the person is told, where an e-mail is known.")
            )
            return redirect("journeys:request", found.pk)
    return _page(request, account, found, form if accepts else None, None if accepts else form)
