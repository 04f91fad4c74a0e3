"""The pages of a campaign: where it stands, its rules for everyone, supply and demand, applications and offers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export
from croisee.foundation.lifecycles.queries import available, history
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing
from croisee.opportunities.models import Application, ApplicationState, Opportunity, Origin
from croisee.stages import loaded
from croisee.stages.forms.campaigns import CampaignForm
from croisee.stages.models import Campaign
from croisee.stages.phases import Phase, phase, turn
from croisee.stages.queries import balance as balances
from croisee.stages.queries import campaigns as queries
from croisee.stages.services import campaigns as services
from croisee.stages.services import placing

READERS = (Role.CAMPAIGN_MANAGER, Role.OFFICIAL)
TONES = {
    Phase.DRAFT: "info",
    Phase.CLOSED: "warn",
    Phase.SECOND_CLOSED: "warn",
    Phase.FINISHED: "info",
    Phase.CANCELLED: "bad",
}
STATE_TONES = {
    ApplicationState.ASKED: "info",
    ApplicationState.OFFERED: "warn",
    ApplicationState.CONFIRMED: "ok",
}


@role_required(*READERS)
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign one may see."""
    rows = Campaign.objects.visible_to(request.user)
    listing = Listing(
        request,
        rows,
        name="campaigns",
        columns=[
            Column("name", _("Name"), sort="name", link=lambda row: row.get_absolute_url()),
            Column("school_year", _("School year"), sort="school_year"),
            Column("phase", _("Where it stands"), lambda row: phase(row).label, badge=lambda row: _tone(row)),
            Column("opens_at", _("Wishes open"), sort="opens_at"),
            Column("publishes_at", _("Places are published"), sort="publishes_at"),
        ],
        search=["name", "school_year"],
        empty_title=_("No campaign yet"),
        empty_text=_("A campaign holds the calendar and the rules of one school year’s internships."),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "may_create": _manages(request), "latest": rows.first()}
    return render(request, "stages/campaigns/list.html", context)


@role_required(*READERS)
def campaign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where a campaign stands: phase, calendar, next thing to do, figures."""
    found = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    manages = _manages(request)
    context = _frame(request, found) | {
        "figures": queries.figures(found, exact=manages),
        "steps": queries.timeline(found),
        "next": queries.next_thing(found) if manages else None,
        "rounds": queries.rounds_of(found, signed_in(request)),
        "without_week": queries.without_week(found) if manages else [],
        "actions": available(found, signed_in(request)),
        "changes": history(found) if manages else [],
        "may_change": manages and bool(services.open_fields(found)),
    }
    return render(request, "stages/campaigns/campaign.html", context)


@role_required(Role.CAMPAIGN_MANAGER)
def new_campaign(request: HttpRequest) -> HttpResponse:
    """A campaign in preparation, its dates proposed; `?from=` duplicates another."""
    account = signed_in(request)
    former = None
    if text := request.GET.get("from"):
        try:
            former = get_object_or_404(Campaign.objects.visible_to(account), pk=UUID(text))
        except ValueError:
            raise Http404 from None
    form = CampaignForm(
        request.POST or None,
        initial=services.proposal(timezone.localdate(), former) if not request.POST else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create(account, form.values())
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(
                request, _("The campaign is prepared. Nobody else sees it before it is announced.")
            )
            return redirect(made)
    return render(request, "stages/campaigns/form.html", {"form": form, "campaign": None, "former": former})


@role_required(Role.CAMPAIGN_MANAGER)
def edit_campaign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what may still be changed."""
    found = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    if not services.open_fields(found):
        messages.error(request, _("Nothing of this campaign can be changed any more."))
        return redirect(found)
    form = CampaignForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change(found, form.values(), form.cleaned_data["version"])
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("The campaign is changed.") if changed else _("Nothing was changed."))
            return redirect(found)
    return render(request, "stages/campaigns/form.html", {"form": form, "campaign": found, "former": None})


@role_required(Role.CAMPAIGN_MANAGER)
@require_POST
def move_campaign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Announce, close or cancel."""
    found = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    verb = services.VERBS.get(request.POST.get("transition", ""))
    if verb is None:
        raise Http404
    try:
        verb(found, signed_in(request))
    except TransitionRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("Done: the campaign is now “%s”.") % found.get_state_display())
    return redirect(found)


@role_required(Role.CAMPAIGN_MANAGER)
@require_POST
def start_round(request: HttpRequest, pk: UUID, turn: int) -> HttpResponseBase:
    """Compute the round of a turn, and go and watch it."""
    found = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    if turn not in placing.TURNS:
        raise Http404
    try:
        return redirect(placing.start_round(found, turn, signed_in(request)))
    except TransitionRefused as refused:
        messages.error(request, refused.reason)
        return redirect(found)


@login_not_required
def rules(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rules and the calendar of an announced campaign, in plain words, for everyone."""
    found = get_object_or_404(queries.public(), pk=pk)
    context = {
        "campaign": found,
        "steps": queries.timeline(found),
        "phase": phase(found),
        "tone": _tone(found),
        "by_timetable": loaded.has_timetable(),
    }
    return render(request, "stages/campaigns/rules.html", context)


@role_required(*READERS)
def balance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Supply against demand, by sector, week, school or neighbourhood."""
    found = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    by = request.GET.get("by", "")
    by = by if by in balances.VIEWS else "sector"
    lines = balances.VIEWS[by](found, exact=_manages(request))
    labels = {
        "sector": _("Sector"),
        "week": _("Week"),
        "school": _("School"),
        "neighbourhood": _("Neighbourhood"),
    }
    listing = Listing(
        request,
        lines,
        name=f"balance-{by}",
        columns=_balance_columns(by, labels[by], lines),
        empty_title=_("Nothing to compare yet"),
        empty_text=_("Offers and classes appear here as soon as they are entered."),
        per_page=100,
    )
    if listing.wants_export:
        return listing.export()
    context = _frame(request, found) | {
        "listing": listing,
        "caption": labels[by],
        "views": [(f"?by={name}", label, name == by) for name, label in labels.items()],
        "second": turn(found) == 2,
        "hidden": any(line.hidden for line in lines),
    }
    return render(request, "stages/campaigns/balance.html", context)


def _balance_columns(by: str, label: str, lines: list[balances.Line]) -> list[Column]:
    most = max([line.pressure or 0 for line in lines], default=0) or 1
    named = {
        "seats": _("Seats"),
        "reserved": _("Reserved"),
        "pupils": _("Pupils"),
        "wishing": _("With wishes"),
        "first": _("First wishes"),
        "wishes": _("Wishes"),
    }
    absent = {"sector": {"pupils", "wishing"}, "neighbourhood": {"seats", "reserved"}}.get(by, set())
    columns = [Column("label", label, sort="label")]
    columns += [
        Column(name, text, sort=name, numeric=True) for name, text in named.items() if name not in absent
    ]
    if by != "neighbourhood":
        pressure = _("Wishes per seat") if by == "sector" else _("Pupils per seat")
        columns.append(
            Column(
                "pressure",
                pressure,
                sort="pressure",
                numeric=True,
                bar=lambda line: None if line.pressure is None else 100 * line.pressure / most,
            )
        )
    columns.append(
        Column("flag", _("To look at"), sort="flag", badge=lambda line: "warn" if line.flag else "")
    )
    return columns


@role_required(Role.CAMPAIGN_MANAGER)
def applications(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Wishes and places of a campaign, by the pupils' references."""
    account = signed_in(request)
    found = get_object_or_404(Campaign.objects.visible_to(account), pk=pk)
    listing = Listing(
        request,
        queries.applications(found, account),
        name="applications",
        columns=[
            Column(
                "reference",
                _("Pupil"),
                sort="reference",
                link=lambda row: reverse("stages:my_internship", args=[row.person_id]),
            ),
            Column("school", _("School"), sort="school"),
            Column("class_name", _("Class"), sort="class_name"),
            Column(
                "offer", _("Offer"), lambda row: row.period.opportunity.title, "period__opportunity__title"
            ),
            Column("host", _("Host"), lambda row: row.period.opportunity.organisation.name),
            Column("week", _("Week of"), lambda row: row.period.starts_on, "period__starts_on"),
            Column("turn", _("Round"), sort="turn", numeric=True),
            Column("rank", _("Rank"), sort="rank", numeric=True),
            Column("origin", _("How"), Application.get_origin_display, "origin"),
            Column("state", _("State"), Application.get_state_display, "state", badge=_state_tone),
            Column("reserved_seat", _("Reserved seat"), sort="reserved_seat"),
            Column("answer_by", _("To be confirmed before"), sort="answer_by"),
        ],
        search=["reference", "period__opportunity__title", "school"],
        choices={
            "state": (_("State"), ApplicationState.choices),
            "origin": (_("How"), Origin.choices),
            "turn": (_("Round"), [(1, _("first")), (2, _("second"))]),
        },
        empty_title=_("No application here"),
        empty_text=_(
            "Wishes appear here as families and schools enter them; places, once the round is published."
        ),
    )
    if listing.wants_export:
        record_export(account, found, _("export of the applications of a campaign"))
        return listing.export()
    return _listing_page(request, found, _("Wishes and places"), listing)


def _state_tone(row: Application) -> str:
    return STATE_TONES.get(ApplicationState(row.state), "")


@role_required(Role.CAMPAIGN_MANAGER)
def offers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every offer of a campaign by week, with what was asked, taken and left."""
    account = signed_in(request)
    found = get_object_or_404(Campaign.objects.visible_to(account), pk=pk)
    listing = Listing(
        request,
        queries.offers(found, account),
        name="offers",
        columns=[
            Column(
                "title",
                _("Offer"),
                lambda row: row.opportunity.title,
                "opportunity__title",
                link=lambda row: reverse("stages:offer", args=[row.opportunity_id]),
            ),
            Column(
                "host",
                _("Host"),
                lambda row: row.opportunity.organisation.name,
                "opportunity__organisation__name",
            ),
            Column(
                "sector", _("Sector"), lambda row: row.opportunity.get_sector_display(), "opportunity__sector"
            ),
            Column("city", _("Town"), lambda row: row.opportunity.city, "opportunity__city"),
            Column("week", _("Week of"), lambda row: row.starts_on, "starts_on"),
            Column(
                "state", _("State"), lambda row: row.opportunity.get_state_display(), "opportunity__state"
            ),
            Column("asked", _("Wishes"), sort="asked", numeric=True),
            Column("seats", _("Seats"), sort="seats", numeric=True),
            Column("reserved", _("Reserved"), sort="reserved", numeric=True),
            Column("taken", _("Taken"), sort="taken", numeric=True),
            Column("left", _("Free"), sort="left", numeric=True),
        ],
        search=["opportunity__title", "opportunity__organisation__name", "opportunity__city"],
        choices={
            "opportunity__state": (_("State"), Opportunity.lifecycle.states.choices),
            "left__gt": (_("Free seats"), [("0", _("some left"))]),
        },
        empty_title=_("No offer yet"),
        empty_text=_("Offers appear here as employers propose them for this campaign."),
    )
    if listing.wants_export:
        return listing.export()
    return _listing_page(request, found, _("Offers"), listing)


def _listing_page(request: HttpRequest, found: Campaign, title: str, listing: Listing) -> HttpResponse:
    context = _frame(request, found) | {"title": title, "listing": listing}
    return render(request, "stages/campaigns/listing.html", context)


def _manages(request: HttpRequest) -> bool:
    """Whether the reader runs campaigns, and sees each pupil anyway."""
    return signed_in(request).has_role(Role.CAMPAIGN_MANAGER)


def _tone(found: Campaign) -> str:
    return TONES.get(phase(found), "ok")


def _frame(request: HttpRequest, found: Campaign) -> dict[str, Any]:
    """What every page of a campaign shows around its matter."""
    pages = [("stages:campaign", _("Where it stands")), ("stages:balance", _("Supply and demand"))]
    if _manages(request):
        pages += [
            ("stages:campaign_applications", _("Wishes and places")),
            ("stages:campaign_offers", _("Offers")),
        ]
    links = [(reverse(name, args=[found.pk]), label) for name, label in pages]
    above = [(reverse("stages:campaigns"), _("Campaigns")), (found.get_absolute_url(), found.name)]
    return {
        "campaign": found,
        "phase": phase(found),
        "tone": _tone(found),
        "tabs": [(url, label, url == request.path) for url, label in links],
        "trail": [(url, label) for url, label in above if url != request.path],
    }
