"""Searching, and the page of an offer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from croisee.foundation.accounts.access import signed_in
from croisee.opportunities import queries
from croisee.opportunities.describing import in_short
from croisee.opportunities.forms import LONGEST_ADDRESS, SavedSearchForm, SearchForm
from croisee.opportunities.kinds import kind_of
from croisee.opportunities.models import Opportunity, OpportunityState, Source
from croisee.opportunities.searching import Criteria, find
from croisee.opportunities.travelling import ways_to
from croisee.territory.answers import place_of
from croisee.territory.queries import search_addresses
from croisee.territory.travel.network import Network, current_network
from croisee.territory.travel.ways import ways_between
from croisee.territory.travel.wording import rests_on

PER_PAGE = 20
# The point one searches from is kept in the session: addresses of pages are written down by servers and browsers.
PLACE = "opportunities.place"
# What was typed and is no address, to be shown once more and corrected.
UNKNOWN = "opportunities.unknown"
TONES = {
    OpportunityState.DRAFT: "",
    OpportunityState.SUBMITTED: "info",
    OpportunityState.PUBLISHED: "ok",
    OpportunityState.UNPUBLISHED: "warn",
    OpportunityState.REJECTED: "bad",
    OpportunityState.WITHDRAWN: "bad",
}


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Ask (posted, so that the address stays out of the page's own), then read what is found."""
    if request.method == "POST":
        _keep_place(request)
        return redirect(search_url(Criteria.of(request.POST)))
    criteria = criteria_of(request)
    offers = queries.findable(signed_in(request))
    network = current_network()
    found = queries.with_periods(find(offers, criteria, network))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    asked = criteria.asked()
    unknown = request.session.pop(UNKNOWN, "")
    initial = {**asked, "address": unknown or request.session.get(PLACE, {}).get("label", "")}
    context = {
        "form": SearchForm(initial=initial, weeks=queries.weeks_on_offer()),
        "page": page,
        "found": _shown(list(page), criteria, network),
        "rests_on": rests_on(network.basis(criteria.mode)) if criteria.has_point else "",
        "asked": asked,
        "in_short": in_short(criteria),
        "more_asked": bool(set(asked) - {"text"} or unknown) or criteria.has_point,
        "no_point": criteria.lacks_point,
        "map_url": f"{reverse('opportunities:search_map')}?{urlencode(asked)}",
        "map_point": f"{criteria.lon:.6f},{criteria.lat:.6f}" if criteria.has_point else "",
        "loosened": [] if page.paginator.count else _loosened(offers, criteria),
        "save_form": SavedSearchForm(initial={"alerts": True}, auto_id="save-%s"),
        "previous_url": search_url(criteria, page.number - 1) if page.has_previous() else "",
        "next_url": search_url(criteria, page.number + 1) if page.has_next() else "",
    }
    return render(request, "opportunities/search.html", context)


@require_GET
def search_map(request: HttpRequest) -> JsonResponse:
    """The same offers as points."""
    found = find(queries.findable(signed_in(request)), criteria_of(request))
    return JsonResponse(queries.geojson(found), content_type="application/geo+json")


@require_GET
def opportunity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about an offer that its reader may know."""
    visible = queries.with_periods(Opportunity.objects.visible_to(request.user))
    offer = get_object_or_404(visible, pk=pk)
    account = signed_in(request)
    kind = kind_of(offer)
    place = request.session.get(PLACE)
    today = timezone.localdate()
    context = {
        "offer": offer,
        "kind": kind,
        "tone": TONES[OpportunityState(offer.state)],
        "details": kind.details(offer, account),
        "step": kind.next_step(offer, account),
        "periods": list(offer.periods.all()),
        "is_published": offer.state == OpportunityState.PUBLISHED,
        "is_partners": offer.source == Source.PARTNER,
        "reserve_waits": offer.reserved_until is None or today <= offer.reserved_until,
        **_ways(offer, place),
        "back": reverse("opportunities:search"),
    }
    return render(request, "opportunities/opportunity.html", context)


def criteria_of(request: HttpRequest) -> Criteria:
    """What this address asks, seen from the point of the session."""
    return seen_from(Criteria.of(request.GET), request)


def seen_from(criteria: Criteria, request: HttpRequest) -> Criteria:
    """The same, from the point of the session if there is one."""
    place = request.session.get(PLACE)
    return criteria.at(place["lon"], place["lat"]) if place else criteria


def search_url(criteria: Criteria, page: int = 1) -> str:
    """The address of a search, which holds no point."""
    query = QueryDict(mutable=True)
    query.update(criteria.asked())
    if page > 1:
        query["page"] = str(page)
    address = reverse("opportunities:search")
    return f"{address}?{query.urlencode()}" if query else address


def _keep_place(request: HttpRequest) -> None:
    """Keep the point of the address that was typed; none typed, forget it; the same typed, leave it."""
    typed = request.POST.get("address", "").replace("\0", "").strip()[:LONGEST_ADDRESS]
    if not typed:
        request.session.pop(PLACE, None)
        return
    if typed == request.session.get(PLACE, {}).get("label"):
        return
    identifier = request.POST.get("ban", "").replace("\0", "")[:LONGEST_ADDRESS]
    found = [] if identifier else search_addresses(typed, 1)
    if found:
        identifier = found[0].identifier
    place = place_of(identifier) if identifier else None
    if place is None:
        request.session.pop(PLACE, None)
        request.session[UNKNOWN] = typed
        messages.warning(
            request, _("This address was not found: travel times are not told. Check its spelling.")
        )
        return
    if found and not found[0].exact:
        messages.info(
            request, _("Travel times are counted from “%s”, the nearest to what you typed.") % place.label
        )
    request.session[PLACE] = {"lon": place.longitude, "lat": place.latitude, "label": place.label}


def _shown(offers: list[Any], criteria: Criteria, network: Network) -> list[dict[str, Any]]:
    """Offers of the list, with how far they are and their free seats."""
    ways = {}
    if criteria.lon is not None and criteria.lat is not None:
        ways = ways_to(network, offers, criteria.lon, criteria.lat, criteria.mode)
    shown = []
    for offer in offers:
        periods = list(offer.periods.all())
        shown.append(
            {
                "offer": offer,
                "way": ways.get(offer.pk),
                "free": sum(period.free for period in periods),
                "weeks": [period for period in periods if period.free > 0],
                "is_partners": offer.source == Source.PARTNER,
                "partner": kind_of(offer).partner,
            }
        )
    return shown


def _loosened(offers: Any, criteria: Criteria) -> list[tuple[str, str, int]]:
    return [(label, search_url(looser), count) for label, looser, count in queries.loosened(offers, criteria)]


def _ways(offer: Opportunity, place: dict[str, Any] | None) -> dict[str, Any]:
    """How one gets there from the address of the session: nothing without one."""
    if place is None or offer.lon is None or offer.lat is None:
        return {}
    ways = ways_between((place["lon"], place["lat"]), (offer.lon, offer.lat))
    return {"ways": ways, "start": place["label"]}
