"""Offers of apprenticeship: found by everybody, written and moved by companies, training centres, managers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.apprenticeship import expiry
from croisee.apprenticeship.expiry import Standing, Why
from croisee.apprenticeship.forms.offers import CloseForm, OfferForm
from croisee.apprenticeship.models import ClosedBecause, Closing, Diploma, Remote
from croisee.apprenticeship.offer_kind import details
from croisee.apprenticeship.queries import offers as queries
from croisee.apprenticeship.services import offers as services
from croisee.apprenticeship.views.common import EDITORS, READERS, trail_of
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.forms import METHODS, add_refusal
from croisee.foundation.lifecycles.queries import history
from croisee.foundation.listings import Column, Listing
from croisee.opportunities.models import OpportunityState, Source
from croisee.opportunities.sectors import Sector

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account, Organisation
    from croisee.opportunities.models import Opportunity


def page_of(row: Opportunity) -> str:
    """The page of an offer for those who offer it."""
    return reverse("apprenticeship:offer", args=[row.pk])


def _public_page(row: Opportunity) -> str:
    return reverse("opportunities:opportunity", args=[row.pk])


def _diploma(row: Any) -> str:
    return capfirst(row.apprenticeship.get_diploma_display()) if row.apprenticeship.diploma else ""


@role_required(*READERS)
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """Everything one can apply to today."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.open_offers(account),
        name="apprenticeships",
        columns=[
            Column("title", _("Offer"), sort="title", link=_public_page),
            Column("organisation", _("Company"), lambda row: row.organisation.name, "organisation__name"),
            Column("city", _("Town"), sort="city"),
            Column("diploma", _("Diploma aimed at"), _diploma, "apprenticeship__diploma"),
            Column("starts_on", _("First day"), sort="starts_on"),
            Column("seats", _("Places"), lambda row: row.seats - row.taken, "seats", numeric=True),
            Column("until", _("Shown until"), sort="until"),
            Column("source", _("Where one applies"), _where),
        ],
        search=["title", "organisation__name", "city", "searchable"],
        choices={
            "apprenticeship__diploma": (_("Diploma aimed at"), Diploma.choices),
            "sector": (_("Sector"), Sector.choices),
            "apprenticeship__remote": (_("Where the work is done"), Remote.choices),
        },
        empty_title=_("No offer is open now"),
        empty_text=_("Come back soon, or save a search: you are told when there is something."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "search_url": f"{reverse('opportunities:search')}?kind=apprenticeship",
        "applies": account.has_role(Role.FAMILY, Role.REFERENT),
        "writes": account.has_role(*EDITORS),
    }
    return render(request, "apprenticeship/offers/open.html", context)


def _where(row: Opportunity) -> str:
    return _("La bonne alternance") if row.source == Source.PARTNER else _("here")


@role_required(*EDITORS)
@require_safe
def my_offers(request: HttpRequest) -> HttpResponse:
    """Every offer that one may change, or that names one's training centre."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.with_applications(queries.shown_offers(account)).order_by("-updated_at", "pk"),
        name="apprenticeship-offers",
        columns=[
            Column("title", _("Offer"), sort="title", link=page_of),
            Column(
                "standing",
                _("State"),
                lambda row: capfirst(expiry.stood(row).standing.label),
                "standing",
                badge=lambda row: expiry.stood(row).tone,
            ),
            Column("organisation", _("Company"), lambda row: row.organisation.name, "organisation__name"),
            Column("starts_on", _("First day"), sort="starts_on"),
            Column("until", _("Shown until"), sort="until"),
            Column("seats", _("Places"), sort="seats", numeric=True),
            Column("taken", _("Taken"), sort="taken", numeric=True),
            Column("asked", _("Applications"), sort="asked", numeric=True),
            Column("waiting", _("To answer"), sort="waiting", numeric=True),
        ],
        search=["title", "organisation__name", "city"],
        choices={
            "standing": (_("State"), Standing.choices),
            "state": (_("Checking"), OpportunityState.choices),
        },
        empty_title=_("No offer yet"),
        empty_text=_("An offer takes two minutes: the trade, the first day, a few sentences."),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "manages": account.has_role(Role.PROGRAMME_MANAGER)}
    return render(request, "apprenticeship/offers/mine.html", context)


@role_required(*EDITORS)
@require_http_methods(METHODS)
def new_offer(request: HttpRequest) -> HttpResponse:
    """A new offer, on one page."""
    account = signed_in(request)
    form = OfferForm(
        request.POST or None,
        organisations=list(account.organisations(Role.EMPLOYER).order_by("name")),
        centres=queries.centres(),
        email=account.email if account.has_role(Role.EMPLOYER) else "",
    )
    if request.method == "POST" and form.is_valid() and (offer := _save(request, form, account)):
        return redirect(page_of(offer))
    return _form_page(request, form, account)


@role_required(*EDITORS)
@require_http_methods(METHODS)
def edit_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an offer; who has a place keeps it."""
    account = signed_in(request)
    offer = get_object_or_404(queries.own_offers(account), pk=pk)
    if offer.state == OpportunityState.WITHDRAWN:
        messages.error(request, _("This offer is withdrawn: duplicate it to offer it again."))
        return redirect(page_of(offer))
    form = OfferForm(
        request.POST or None, organisations=[offer.organisation], centres=queries.centres(), offer=offer
    )
    if request.method == "POST" and form.is_valid() and (saved := _save(request, form, account)):
        return redirect(page_of(saved))
    return _form_page(request, form, account)


def _save(request: HttpRequest, form: OfferForm, account: Account) -> Opportunity | None:
    """Save what the form says, and propose it if asked; None where the form now says why not."""
    proposes = request.POST.get("then") == "submit"
    try:
        offer = services.save_offer(
            account,
            _company(form),
            form.values(request.POST.get("ban", "")),
            offer=form.offer,
            seen=form.last_seen() if form.offer is not None else None,
            new_id=form.cleaned_data["new_id"] if form.offer is None else None,
        )
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return None
    if not proposes or offer.state not in (OpportunityState.DRAFT, OpportunityState.REJECTED):
        messages.success(request, _("Your offer is saved."))
    else:
        moved = services.submit(offer, account)
        messages.success(
            request,
            _("The offer is published.")
            if moved.state == OpportunityState.PUBLISHED
            else _("Your offer is proposed: the manager of programmes checks it, then everybody sees it."),
        )
    if offer.lon is None:
        messages.warning(
            request,
            _("The address was not found on the map: people will not see how far your offer is from them."),
        )
    return offer


def _company(form: OfferForm) -> Organisation:
    """Whose offer it is: chosen from one's own companies, or found by its number."""
    if form.offer is not None:
        return form.offer.organisation
    if (chosen := form.chosen_organisation()) is not None:
        return chosen
    cleaned = form.cleaned_data
    return services.company_of(cleaned["siret"], cleaned["company"], cleaned["company_email"])


def _form_page(request: HttpRequest, form: OfferForm, account: Account) -> HttpResponse:
    offer = form.offer
    context = {
        "form": form,
        "offer": offer,
        "proposable": offer is None or offer.state in (OpportunityState.DRAFT, OpportunityState.REJECTED),
        "publishes": account.has_role(Role.PROGRAMME_MANAGER),
        "trail": trail_of(account),
        "back": page_of(offer) if offer is not None else trail_of(account)[-1][0],
    }
    return render(request, "apprenticeship/offers/form.html", context, status=422 if form.is_bound else 200)


@role_required(*EDITORS)
@require_safe
def offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An offer as its company sees it: where it stands, who applied, what can be done."""
    account = signed_in(request)
    shown = get_object_or_404(queries.shown_offers(account), pk=pk)
    return render(request, "apprenticeship/offers/offer.html", _context(account, shown, CloseForm()))


def _context(account: Account, shown: Any, form: CloseForm) -> dict[str, Any]:
    stood = expiry.stood(shown)
    edits = queries.own_offers(account).filter(pk=shown.pk).exists()
    state = OpportunityState(shown.state)
    closed = stood.standing in (Standing.FILLED, Standing.CANCELLED)
    return {
        "offer": shown,
        "more": shown.apprenticeship,
        "stood": stood,
        "until": in_words(stood.until),
        "details": details(shown, account),
        "applications": queries.candidacies(account).filter(application__period__opportunity=shown).count(),
        "edits": edits and state != OpportunityState.WITHDRAWN,
        "may_propose": edits and state in (OpportunityState.DRAFT, OpportunityState.REJECTED),
        "may_pause": edits and state == OpportunityState.PUBLISHED and not closed,
        "may_resume": edits and state == OpportunityState.UNPUBLISHED and not shown.why_rejected,
        "may_extend": edits
        and not closed
        and (stood.standing in (Standing.ACTIVE, Standing.EXPIRED) or stood.why == Why.ENOUGH),
        "may_close": edits and not shown.apprenticeship.closed_as and state != OpportunityState.WITHDRAWN,
        "may_check": account.has_role(Role.PROGRAMME_MANAGER),
        "full": stood.why == Why.ENOUGH,
        "close_form": form,
        "changes": history(shown),
        "trail": trail_of(account),
    }


@role_required(*EDITORS)
@require_POST
def move_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose, pause, show again, extend or withdraw."""
    account = signed_in(request)
    shown = get_object_or_404(queries.own_offers(account), pk=pk)
    verbs = {
        "submit": lambda: _said_state(services.submit(shown, account)),
        "pause": lambda: _said_state(services.pause(shown, account)),
        "resume": lambda: _said_state(services.resume(shown, account)),
        "extend": lambda: (
            _("The offer is shown until %(day)s.") % {"day": in_words(services.extend(shown, account))}
        ),
        "withdraw": lambda: _said_told(services.withdraw(shown, account), _("The offer is withdrawn.")),
    }
    asked = request.POST.get("transition", "")
    if asked not in verbs:
        raise Http404
    try:
        messages.success(request, verbs[asked]())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(page_of(shown))


def _said_state(moved: Opportunity) -> str:
    return _("Done: the offer is now “%s”.") % moved.get_state_display()


def _said_told(people: int, done: str) -> str:
    """What was done, and how many people were told."""
    if not people:
        return done
    said = ngettext("%(n)d person who applied is told.", "%(n)d people who applied are told.", people)
    return f"{done} {said % {'n': people}}"


@role_required(*EDITORS)
@require_POST
def close_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark it as filled or cancelled, with the reason."""
    account = signed_in(request)
    shown = get_object_or_404(queries.own_offers(account), pk=pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return render(request, "apprenticeship/offers/offer.html", _context(account, shown, form), status=422)
    try:
        told = services.close(
            shown,
            account,
            Closing(form.cleaned_data["closing"]),
            ClosedBecause(form.cleaned_data["because"]),
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _said_told(told, _("The offer is closed.")))
    return redirect(page_of(shown))


@role_required(*EDITORS)
@require_POST
def duplicate_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draft of the same words."""
    account = signed_in(request)
    shown = get_object_or_404(queries.own_offers(account), pk=pk)
    made = services.duplicate(shown, account)
    messages.success(request, _("Here is the same offer as a draft: look at its dates, then propose it."))
    return redirect("apprenticeship:edit_offer", made.pk)
