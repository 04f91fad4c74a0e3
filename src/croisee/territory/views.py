"""The check of an address and where one gets from there, open to everyone, and the data sets that are loaded."""

import numpy as np
import shapely
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.foundation import throttle
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.territory.answers import Answer, answer_address, place_of
from croisee.territory.france import in_france
from croisee.territory.models import Epci, Street
from croisee.territory.queries import search_addresses, territory_status
from croisee.territory.reach.queries import around, surveys
from croisee.territory.reach.services import start_reach
from croisee.territory.services import issue_proof
from croisee.territory.travel.areas import BANDS, areas
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import current_network
from croisee.territory.travel.schools import schools_reached
from croisee.territory.travel.wording import rests_on, travels

SUGGESTED = 8
LONGEST_ADDRESS = 200
PROOFS_A_MINUTE = 10
AREAS_A_MINUTE = 60
TONES = {Answer.YES: "yes", Answer.NO: "no", Answer.UNCERTAIN: "uncertain", Answer.UNKNOWN: "uncertain"}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Ask about an address (`q`), choose among those it may be, and read the answer about one (`ban`).

    What is asked is not stored, nor is it in the address of a page, which servers and browsers write down: it is
    posted. `?ban=` alone is read from there, for whoever chooses to share an answer.
    """
    text = _typed(request, "q")
    identifier = _typed(request, "ban") or request.GET.get("ban", "")
    found = [] if identifier or not text else search_addresses(text, SUGGESTED)
    if found and found[0].exact and not (len(found) > 1 and found[1].exact):
        identifier = found[0].identifier
    place = place_of(identifier) if identifier else None
    answer = None if place is None else answer_address(place)
    context = {
        "text": text or (place.label if place else ""),
        "answer": answer,
        "identifier": identifier,
        "tone": TONES[answer.verdict.answer] if answer else "",
        "found": [] if answer else found,
        "nothing_found": bool(text) and not found and answer is None,
        "is_loaded": Street.objects.visible_to(request.user).exists(),
    }
    return render(request, "territory/address.html", context)


@login_not_required
@never_cache
@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """The addresses that `q` may mean, as options of a list."""
    found = search_addresses(_typed(request, "q"), SUGGESTED)
    return render(request, "territory/suggestions.html", {"found": found})


def _typed(request: HttpRequest, name: str) -> str:
    """What was posted under a name, as long as an address can be."""
    return request.POST.get(name, "").replace("\0", "").strip()[:LONGEST_ADDRESS]


@login_not_required
@require_POST
def proof(request: HttpRequest) -> HttpResponse:
    """The PDF about one address, whose reference anyone can verify."""
    if throttle.exceeded(request, "territory.proof", limit=PROOFS_A_MINUTE):
        return HttpResponse(
            _("Too many proofs in a minute. Wait a little."), status=429, content_type="text/plain"
        )
    place = place_of(_typed(request, "ban"))
    if place is None:
        raise Http404
    account = request.user if isinstance(request.user, Account) else None
    document = issue_proof(answer_address(place), account)
    headers = {"Content-Disposition": f'attachment; filename="adresse-{document.reference}.pdf"'}
    return HttpResponse(document.pdf, content_type="application/pdf", headers=headers)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def from_here(request: HttpRequest) -> HttpResponse:
    """Where one gets to from an address, in the morning: asked and answered as `address` is, nothing is kept."""
    text, identifier = _typed(request, "q"), _typed(request, "ban")
    found = [] if identifier or not text else search_addresses(text, SUGGESTED)
    if found and (len(found) == 1 or (found[0].exact and not found[1].exact)):
        identifier = found[0].identifier
    place = place_of(identifier) if identifier else None
    mode = _mode(request)
    context = {
        "text": text or (place.label if place else ""),
        "modes": Mode.choices,
        "mode": mode,
        "identifier": identifier if place else "",
        "place": place,
        "found": [] if place else found,
        "nothing_found": bool(text) and not found and place is None,
        "is_loaded": Street.objects.visible_to(request.user).exists(),
        **(_from(place.longitude, place.latitude, place.label, mode) if place else {}),
    }
    return render(request, "territory/from_here.html", context)


@login_not_required
@never_cache
@require_POST
def areas_from_here(request: HttpRequest) -> HttpResponse:
    """The areas around a point (`lon`, `lat` in degrees, `by`) as GeoJSON, with what the page says of them."""
    if throttle.exceeded(request, "territory.areas", limit=AREAS_A_MINUTE):
        return JsonResponse({"error": _("Too many places in a minute. Wait a little.")}, status=429)
    lon, lat = _degrees(request, "lon"), _degrees(request, "lat")
    if lon is None or lat is None or not in_france(np.array([lon]), np.array([lat]))[0]:
        return JsonResponse({"error": _("This point is not in France.")}, status=400)
    mode, label = _mode(request), _typed(request, "label") or _("the point chosen on the map")
    said = _from(lon, lat, label, mode)
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(area.shape),
            "properties": {
                "minutes": area.minutes,
                "name": travels(mode, area.minutes),
                "detail": "",
                "url": "",
            },
        }
        for area in areas(current_network(), lon, lat, mode)
    ]
    html = render_to_string("territory/_from_here.html", said, request)
    return JsonResponse({"type": "FeatureCollection", "features": features, "html": html})


def _from(lon: float, lat: float, label: str, mode: Mode) -> dict[str, object]:
    """What is said of a point."""
    network = current_network()
    reached = around(lon, lat) if mode == Mode.TRANSIT else []
    return {
        "lon": f"{lon:.6f}",
        "lat": f"{lat:.6f}",
        "label": label,
        "mode": mode,
        "rests_on": rests_on(network.basis(mode)),
        "reached": reached,
        "nobody_near": mode == Mode.TRANSIT and not reached and bool(surveys()),
        "schools": schools_reached(network, lon, lat, mode, BANDS[-1]),
        "longest": BANDS[-1],
        "bands": BANDS,
    }


def _mode(request: HttpRequest) -> Mode:
    asked = request.POST.get("by", "")
    return Mode(asked) if asked in Mode.values else Mode.TRANSIT


def _degrees(request: HttpRequest, name: str) -> float | None:
    try:
        degrees = float(request.POST.get(name, ""))
    except ValueError:
        return None
    return degrees if abs(degrees) <= 180 else None


@role_required(Role.ADMINISTRATOR)
@require_GET
def data_sets(request: HttpRequest) -> HttpResponse:
    """What is loaded for each EPCI, of when, and what is missing."""
    territories = Epci.objects.visible_to(request.user).select_related("reach_survey")
    context = {
        "statuses": [(territory_status(epci), getattr(epci, "reach_survey", None)) for epci in territories]
    }
    return render(request, "territory/data_sets.html", context)


@role_required(Role.ADMINISTRATOR)
@require_POST
def compute_reach(request: HttpRequest) -> HttpResponse:
    """Have what is within reach of each place of the EPCI `epci` computed, and follow it."""
    epci = get_object_or_404(Epci.objects.visible_to(request.user), pk=_typed(request, "epci"))
    return redirect(start_reach(epci, signed_in(request)))
