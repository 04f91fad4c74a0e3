"""Applications for apprenticeships: made, answered, confirmed, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.apprenticeship.ages import AgeCase, age_case
from croisee.apprenticeship.forms.offers import ANSWERS, ApplyForm, InterviewForm, ProposeForm, RefuseForm
from croisee.apprenticeship.queries import offers as queries
from croisee.apprenticeship.services import applications as services
from croisee.apprenticeship.views.common import ASKERS, EDITORS, trail_of
from croisee.apprenticeship.wording import reason, told
from croisee.directory.models import Capacity, Person
from croisee.foundation import throttle
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.forms import METHODS, add_refusal
from croisee.foundation.lifecycles.queries import history
from croisee.foundation.listings import Column, Listing
from croisee.opportunities.models import ApplicationState, Opportunity, Source

if TYPE_CHECKING:
    from django import forms

    from croisee.apprenticeship.models import Candidacy

APPLIED_AN_HOUR = 20
BOTH = tuple(dict.fromkeys((*ASKERS, *EDITORS)))


def page_of(row: Candidacy) -> str:
    """The page of an application."""
    return reverse("apprenticeship:application", args=[row.pk])


@role_required(*ASKERS)
@require_http_methods(METHODS)
def apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Apply to an offer, for oneself or for somebody one follows."""
    account = signed_in(request)
    offer: Any = get_object_or_404(queries.open_offers(account).filter(source=Source.OWN), pk=pk)
    people = queries.people_for(account)
    if not people:
        messages.error(
            request, _("You follow nobody who could apply, and no person is linked to your account.")
        )
        return redirect("apprenticeship:offers")
    more = offer.apprenticeship
    case = _case(people, offer)
    form = ApplyForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        people=people,
        case=case,
        centre=more.centre_words if more.centre_id else "",
        without_cv=more.without_cv,
    )
    if request.method == "POST" and form.is_valid():
        if throttle.exceeded(
            request, f"apprenticeship.apply:{account.pk}", limit=APPLIED_AN_HOUR, seconds=3600
        ):
            form.add_error(None, _("You applied many times in an hour: go on a little later."))
        elif (made := _applied(account, offer, form)) is not None:
            messages.success(request, _("Your application is sent: the company is told."))
            return redirect(page_of(made))
    context = {
        "form": form,
        "offer": offer,
        "too_young": case == AgeCase.TOO_YOUNG,
        "back": reverse("opportunities:opportunity", args=[offer.pk]),
    }
    return render(request, "apprenticeship/offers/apply.html", context, status=422 if form.is_bound else 200)


def _case(people: list[Person], offer: Any) -> AgeCase:
    """What the age asks for; among several people, the box is there as soon as one of them needs it."""
    cases = [age_case(one.birth_date, offer.starts_on, offer.apprenticeship.contracts) for one in people]
    if len(cases) == 1:
        return cases[0]
    asking = [case for case in cases if case not in (AgeCase.FITS, AgeCase.TOO_YOUNG)]
    return asking[0] if asking else AgeCase.FITS


def _applied(account: Account, offer: Opportunity, form: ApplyForm) -> Candidacy | None:
    try:
        return services.apply(account, form.chosen_person(), offer, form.letter())
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return None


@role_required(*BOTH)
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """Every application that one may read: made, or received."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.candidacies(account).order_by("-created_at", "pk"),
        name="apprenticeship-applications",
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: row.application.person,
                "application__person__family_name",
                link=page_of,
            ),
            Column(
                "offer",
                _("Offer"),
                lambda row: row.application.period.opportunity.title,
                "application__period__opportunity__title",
            ),
            Column(
                "company",
                _("Company"),
                lambda row: row.application.period.opportunity.organisation.name,
                "application__period__opportunity__organisation__name",
            ),
            Column("created_at", _("Sent on"), lambda row: row.created_at.date(), "created_at"),
            Column(
                "state",
                _("State"),
                lambda row: capfirst(told(row).words),
                "application__state",
                badge=lambda row: told(row).tone,
            ),
        ],
        search=[
            "application__period__opportunity__title",
            "application__period__opportunity__organisation__name",
            "application__person__family_name",
            "application__person__given_name",
        ],
        choices={
            "application__state": (
                _("State"),
                [(state, ApplicationState(state).label) for state in _SHOWN_STATES],
            ),
            "application__period__opportunity": (_("Offer"), _offers_of(account, request)),
        },
        empty_title=_("No application yet"),
        empty_text=_("Applications that you send or receive appear here, with their answers."),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "applies": account.has_role(*ASKERS), "trail": trail_of(account)}
    return render(request, "apprenticeship/offers/applications.html", context)


_SHOWN_STATES = ("asked", "offered", "confirmed", "not_granted", "given_back", "lapsed", "cancelled")


def _offers_of(account: Account, request: HttpRequest) -> list[tuple[str, str]]:
    """The offers that one may narrow the list to: one's own, the latest hundred."""
    if not account.has_role(*EDITORS):
        return []
    rows = queries.shown_offers(account).order_by("-updated_at").values_list("pk", "title")[:100]
    return [(str(pk), title) for pk, title in rows]


def _read(request: HttpRequest, pk: UUID) -> Candidacy:
    return get_object_or_404(queries.candidacies(signed_in(request)), pk=pk)


@role_required(*BOTH)
@require_safe
def application(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One application: what was written, what is answered, what can be done."""
    account, row = signed_in(request), _read(request, pk)
    return render(request, "apprenticeship/offers/application.html", _context(account, row, {}))


def _context(account: Account, row: Candidacy, forms_given: dict[str, forms.Form]) -> dict[str, Any]:
    made = queries.candidacies(account).filter(pk=row.pk)
    answers = made.model.objects.visible_to(account).answered_by(account).filter(pk=row.pk).exists()
    makes = made.model.objects.visible_to(account).made_by(account).filter(pk=row.pk).exists()
    own = _own_account(row.application.person)
    if own != account:
        record_read(account, row.application.person, _("application for an apprenticeship"), own)
    state = ApplicationState(row.application.state)
    offer = row.application.period.opportunity
    return {
        "row": row,
        "offer": offer,
        "person": row.application.person,
        "told": told(row),
        "reason": reason(row),
        "answers": answers and state == ApplicationState.ASKED,
        "may_confirm": makes and state == ApplicationState.OFFERED,
        "may_withdraw": makes
        and state in (ApplicationState.ASKED, ApplicationState.OFFERED, ApplicationState.CONFIRMED),
        "confirmed": state == ApplicationState.CONFIRMED,
        "is_own": own == account,
        "offer_url": reverse("apprenticeship:offer", args=[offer.pk])
        if answers
        else reverse("opportunities:opportunity", args=[offer.pk]),
        "invite_form": forms_given.get("invite") or InterviewForm(auto_id="invite-%s"),
        "propose_form": forms_given.get("propose") or ProposeForm(auto_id="propose-%s"),
        "refuse_form": forms_given.get("refuse") or RefuseForm(auto_id="refuse-%s"),
        "changes": history(row.application),
        "trail": [(reverse("apprenticeship:applications"), _("Applications"))],
    }


def _own_account(person: Person) -> Account | None:
    """The person's own account, which reads who opened the application."""
    contact = (
        person.contacts.filter(capacity=Capacity.SELF, account__isnull=False)
        .select_related("account")
        .first()
    )
    return contact.account if contact is not None else None


@role_required(Role.EMPLOYER)
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite, offer a place or say no."""
    account, row = signed_in(request), _read(request, pk)
    get_object_or_404(type(row).objects.visible_to(account).answered_by(account), pk=row.pk)
    asked = request.POST.get("answer", "")
    if asked not in ANSWERS:
        raise Http404
    form = ANSWERS[asked](request.POST, auto_id=f"{asked}-%s")
    if form.is_valid():
        try:
            messages.success(request, _answered(asked, row, account, form.cleaned_data))
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(page_of(row))
    context = _context(account, row, {asked: form})
    return render(request, "apprenticeship/offers/application.html", context, status=422)


def _answered(asked: str, row: Candidacy, account: Account, values: dict[str, Any]) -> str:
    if asked == "invite":
        services.invite(row, account, values["interview_at"], values["interview_place"], values["text"])
        return _("The invitation is sent.")
    if asked == "propose":
        services.propose(row, account, values["text"])
        return _("The place is offered: the person confirms within fifteen days.")
    services.refuse(row, account, values["outcome"], values["text"])
    return _("Your answer is sent.")


@role_required(*ASKERS)
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm a place, or withdraw."""
    account, row = signed_in(request), _read(request, pk)
    get_object_or_404(type(row).objects.visible_to(account).made_by(account), pk=row.pk)
    verbs = {
        "confirm": (
            services.confirm,
            _("Confirmed. Your other applications are withdrawn; the company tells you how to sign."),
        ),
        "withdraw": (services.withdraw, _("Withdrawn: the company is told.")),
    }
    asked = request.POST.get("decision", "")
    if asked not in verbs:
        raise Http404
    verb, said = verbs[asked]
    try:
        verb(row, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, said)
    return redirect(page_of(row))


@role_required(*BOTH)
@require_safe
def cv(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The CV of an application."""
    account, row = signed_in(request), _read(request, pk)
    if not row.cv:
        raise Http404
    record_read(account, row.application.person, _("CV"), _own_account(row.application.person))
    ending = str(row.cv.name).rpartition(".")[2]
    return FileResponse(row.cv.open("rb"), as_attachment=True, filename=f"cv.{ending}")
