"""The pages of employers: their offers."""

from typing import Any
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

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.queries import history
from croisee.foundation.listings import Column, Listing
from croisee.opportunities.models import Opportunity, OpportunityState, Period
from croisee.stages.forms.offers import OfferForm, WithdrawForm, WithdrawWeekForm
from croisee.stages.models import Campaign, RoundOffer
from croisee.stages.offer_kind import hours_in_words
from croisee.stages.phases import OFFERS_WELCOME, phase
from croisee.stages.queries import offers as queries
from croisee.stages.services import offers as services
from croisee.stages.services import withdrawals
from croisee.stages.services.replacing import Replacement
from croisee.stages.siting import Site, written
from croisee.stages.wording import week_of_monday

EDITORS = (Role.EMPLOYER, Role.CAMPAIGN_MANAGER)
TONES = {
    OpportunityState.DRAFT: "info",
    OpportunityState.SUBMITTED: "warn",
    OpportunityState.PUBLISHED: "ok",
    OpportunityState.UNPUBLISHED: "warn",
    OpportunityState.REJECTED: "bad",
    OpportunityState.WITHDRAWN: "bad",
}


def address_of(offer: Opportunity) -> str:
    """The page of an offer for those who offer it."""
    return reverse("stages:offer", args=[offer.pk])


@role_required(Role.EMPLOYER)
@require_safe
def my_offers(request: HttpRequest) -> HttpResponse:
    """Every offer of one's establishments, with its seats."""
    account = signed_in(request)
    own = queries.own_offers(account).filter(organisation__in=account.organisations(Role.EMPLOYER))
    campaigns = [(str(one.pk), one.name) for one in Campaign.objects.visible_to(account)]
    listing = Listing(
        request,
        own.order_by("-updated_at", "pk"),
        name="offers",
        columns=[
            Column("title", _("Offer"), sort="title", link=address_of),
            Column(
                "state",
                _("State"),
                Opportunity.get_state_display,
                "state",
                badge=lambda row: TONES[row.state],
            ),
            Column("campaign", _("Campaign"), lambda row: row.internship.campaign.name),
            Column("organisation", _("Establishment"), sort="organisation__name"),
            Column("seats", _("Seats"), sort="seats", numeric=True),
            Column("reserved", _("Reserved"), sort="reserved", numeric=True),
            Column("held", _("Held"), sort="held", numeric=True),
            Column("confirmed", _("Confirmed"), sort="confirmed", numeric=True),
        ],
        search=["title", "organisation__name"],
        choices={
            "state": (_("State"), OpportunityState.choices),
            "internship__campaign": (_("Campaign"), campaigns),
        },
        empty_title=_("No offer yet"),
        empty_text=_("An offer takes two minutes: what the pupil will do, which weeks, how many seats."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "welcome": bool(queries.welcoming()),
        "earlier": RoundOffer.objects.visible_to(account).filter(round__campaign=None).exists(),
        "teams": account.organisations(Role.EMPLOYER).order_by("name"),
    }
    return render(request, "stages/offers/list.html", context)


@role_required(Role.EMPLOYER)
@require_http_methods(["GET", "HEAD", "POST"])
def new_offer(request: HttpRequest) -> HttpResponse:
    """A new offer, on one page."""
    account = signed_in(request)
    campaigns = queries.welcoming()
    organisations = list(account.organisations(Role.EMPLOYER).order_by("name"))
    if not campaigns:
        return render(request, "stages/offers/none_welcome.html")
    asked = request.GET.get("campagne", "")
    campaign = next((one for one in campaigns if str(one.pk) == asked), campaigns[0])
    wanted = request.GET.get("organisme", "")
    organisations.sort(key=lambda one: str(one.pk) != wanted)
    form = OfferForm(
        request.POST or None,
        account=account,
        campaign=campaign,
        organisations=organisations,
        facts=queries.facts_of(organisations[0].siret),
        weeks=queries.weeks_of(campaign),
    )
    if request.method == "POST" and form.is_valid() and (offer := _save(request, form, account)):
        return redirect(address_of(offer))
    page = {"campaigns": campaigns, "organisation": organisations[0]}
    return _form_page(request, form, campaign, page)


@role_required(*EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an offer; what pupils hold is kept."""
    account = signed_in(request)
    offer = _mine(account, pk)
    if offer.state == OpportunityState.WITHDRAWN:
        messages.error(request, _("This offer is withdrawn: duplicate it to offer it again."))
        return redirect(address_of(offer))
    campaign = offer.internship.campaign
    form = OfferForm(
        request.POST or None,
        account=account,
        campaign=campaign,
        organisations=[offer.organisation],
        facts=queries.facts_of(offer.organisation.siret),
        weeks=queries.weeks_of(campaign),
        offer=offer,
        periods=Period.objects.visible_to(account).filter(opportunity=offer),
    )
    if request.method == "POST" and form.is_valid() and (saved := _save(request, form, account)):
        return redirect(address_of(saved))
    return _form_page(request, form, campaign, {"offer": offer, "organisation": offer.organisation})


def _save(request: HttpRequest, form: OfferForm, account: Account) -> Opportunity | None:
    """Save what the form says, and propose it if asked; None where the form now says why not."""
    proposes = request.POST.get("then") == "submit"
    try:
        offer = services.save_offer(
            account,
            form.chosen_organisation(),
            form.campaign,
            form.values(request.POST.get("ban", "")),
            offer=form.offer,
            seen=form.last_seen() if form.offer is not None else None,
            new_id=form.cleaned_data["new_id"] if form.offer is None else None,
        )
    except ValidationError as refusal:
        form.refuse(refusal)
        return None
    if proposes and offer.state in (OpportunityState.DRAFT, OpportunityState.REJECTED):
        try:
            services.submit(offer, account)
        except ValidationError as refusal:
            messages.error(request, " ".join([_("Your offer is saved as a draft."), *refusal.messages]))
            return offer
        messages.success(
            request, _("Your offer is proposed: the campaign manager checks it, then pupils see it.")
        )
    else:
        messages.success(request, _("Your offer is saved."))
    if offer.lon is None:
        messages.warning(
            request,
            _("The address was not found on the map: pupils will not see how far your offer is from them."),
        )
    return offer


def _form_page(
    request: HttpRequest, form: OfferForm, campaign: Campaign, context: dict[str, Any]
) -> HttpResponse:
    account = signed_in(request)
    offer = form.offer
    proposable = offer is None or offer.state in (OpportunityState.DRAFT, OpportunityState.REJECTED)
    page = {
        "form": form,
        "campaign": campaign,
        "proposable": proposable,
        **_parent(account),
    }
    return render(request, "stages/offers/form.html", {**page, **context})


def _parent(account: Account) -> dict[str, Any]:
    """Where the reader comes from: an employer's offers, a manager's offers to check."""
    if account.has_role(Role.EMPLOYER):
        return {"parent_url": reverse("stages:my_internship_offers"), "parent_label": _("My offers")}
    return {"parent_url": reverse("opportunities:moderation"), "parent_label": _("Offers to check")}


@role_required(*EDITORS)
@require_safe
def offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An offer as its host sees it: where it stands, its weeks, what can be done."""
    account = signed_in(request)
    shown = _mine(account, pk)
    return render(request, "stages/offers/offer.html", _offer_context(account, shown))


def _offer_context(account: Account, shown: Opportunity) -> dict[str, Any]:
    periods = list(Period.objects.visible_to(account).filter(opportunity=shown))
    open_weeks = [period.starts_on for period in periods if period.seats]
    holders = queries.holders_by_period(periods)
    state = OpportunityState(shown.state)
    campaign = shown.internship.campaign
    welcome = phase(campaign) in OFFERS_WELCOME
    return {
        "offer": shown,
        "internship": shown.internship,
        "place": written(Site(shown.address, shown.postcode, shown.city)),
        "hours": hours_in_words(shown.internship.hours),
        "campaign": campaign,
        "tone": TONES[state],
        "weeks": [
            {
                "label": capfirst(week_of_monday(period.starts_on)),
                "period": period,
                "holders": holders[period.pk],
            }
            for period in periods
        ],
        "may_propose": welcome and state in (OpportunityState.DRAFT, OpportunityState.REJECTED),
        "may_edit": state != OpportunityState.WITHDRAWN,
        "may_pause": state == OpportunityState.PUBLISHED,
        "may_resume": services.may_resume(shown, account),
        "may_withdraw": state not in (OpportunityState.WITHDRAWN, OpportunityState.REJECTED),
        "may_duplicate": account.has_role(Role.EMPLOYER) and bool(queries.welcoming()),
        "hosts": account.has_role(Role.EMPLOYER) and shown.confirmed,  # type: ignore[attr-defined]  # annotated
        "withdraw_form": WithdrawForm(),
        "week_form": WithdrawWeekForm(open_weeks) if len(open_weeks) > 1 else None,
        "changes": history(shown),
        **_parent(account),
    }


@role_required(*EDITORS)
@require_POST
def move_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose, pause, show again or withdraw, all of it or a week."""
    account = signed_in(request)
    shown = _mine(account, pk)
    verbs = {"submit": services.submit, "pause": services.pause, "resume": services.resume}
    asked = request.POST.get("transition", "")
    if asked == "withdraw":
        return _withdraw(request, account, shown)
    if asked == "withdraw_week":
        return _withdraw_week(request, account, shown)
    if asked not in verbs:
        raise Http404
    try:
        moved = verbs[asked](shown, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Done: the offer is now “%s”.") % moved.get_state_display())
    return redirect(address_of(shown))


def _withdraw(request: HttpRequest, account: Account, shown: Opportunity) -> HttpResponse:
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        context = {**_offer_context(account, shown), "withdraw_form": form}
        return render(request, "stages/offers/offer.html", context)
    try:
        replaced = withdrawals.withdraw(shown, account, form.cleaned_data["reason"])
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The offer is withdrawn."))
        _say_replaced(request, replaced)
    return redirect(address_of(shown))


def _withdraw_week(request: HttpRequest, account: Account, shown: Opportunity) -> HttpResponse:
    mondays = Period.objects.visible_to(account).filter(opportunity=shown).values_list("starts_on", flat=True)
    form = WithdrawWeekForm(mondays, request.POST)
    if not form.is_valid():
        context = {**_offer_context(account, shown), "week_form": form}
        return render(request, "stages/offers/offer.html", context)
    try:
        replaced = withdrawals.withdraw_week(shown, form.monday(), account, form.cleaned_data["reason"])
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The week is withdrawn; the other weeks of the offer stay."))
        _say_replaced(request, replaced)
    return redirect(address_of(shown))


def _say_replaced(request: HttpRequest, replaced: list[Replacement]) -> None:
    """What became of the pupils who had a place, if there were any."""
    if not replaced:
        return
    placed = sum(one.new is not None for one in replaced)
    text = ngettext(
        "%(pupils)d pupil had a place here: %(placed)d has another one. Families and schools are told.",
        "%(pupils)d pupils had a place here: %(placed)d have another one. Families and schools are told.",
        len(replaced),
    )
    messages.info(request, text % {"pupils": len(replaced), "placed": placed})


@role_required(Role.EMPLOYER)
@require_POST
def duplicate_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a draft of the same words in the campaign that takes offers; its weeks are chosen next."""
    account = signed_in(request)
    shown = _mine(account, pk)
    campaigns = queries.welcoming()
    # The newest: what is duplicated is most often last year's.
    campaign = campaigns[-1] if campaigns else shown.internship.campaign
    try:
        made = services.duplicate(shown, campaign, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(address_of(shown))
    messages.success(
        request, _("Here is the same offer as a draft for “%s”: choose its weeks.") % campaign.name
    )
    return redirect("stages:edit_offer", made.pk)


def _mine(account: Account, pk: UUID) -> Opportunity:
    """An offer that `account` may change; another one does not exist."""
    return get_object_or_404(queries.own_offers(account), pk=pk)
