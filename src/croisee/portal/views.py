"""The public pages: home, map, neighbourhoods, the rule, and what every public site owes its visitors."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition

from croisee.foundation.accounts.access import signed_in
from croisee.foundation.registry import home_cards, public_cards
from croisee.portal import geojson, queries
from croisee.portal import reach as within_reach
from croisee.portal.maps import MapView, territory_layers, zone_map
from croisee.portal.silhouette import territory_silhouette
from croisee.portal.tables import TABLES, figures_table


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """What Croisée is, an address to check, the territory at a glance, and where to go next."""
    context = {
        "figures": queries.figures(),
        "silhouette": territory_silhouette(),
        "cards": public_cards.cards(),
    }
    return render(request, "portal/home.html", context)


def mine(request: HttpRequest) -> HttpResponse:
    """The home page of someone signed in: what each service has for the roles held today."""
    account = signed_in(request)
    memberships = account.memberships.active().select_related("organisation")
    context = {"cards": home_cards.cards_for(account), "memberships": memberships}
    return render(request, "portal/mine.html", context)


@login_not_required
def territory_map(request: HttpRequest) -> HttpResponse:
    """The map of the territory, and the same in tables: `?table=` zones, communes or schools."""
    chosen = request.GET.get("table", "")
    if chosen not in TABLES:
        chosen = "zones"
    caption, make_table = TABLES[chosen]
    listing = make_table(request)
    if listing.wants_export:
        return listing.export()
    page = reverse("portal:map")
    drawn = queries.generations()
    context = {
        "map": MapView(territory_layers(drawn, queries.kinds(), queries.has_stops())),
        "undrawn": queries.generation_without_outline(drawn),
        "listing": listing,
        "caption": caption,
        "tabs": [(f"{page}?table={key}#tables", label, key == chosen) for key, (label, _) in TABLES.items()],
        "sources": queries.sources(),
    }
    return render(request, "portal/map.html", context)


@login_not_required
@gzip_page
@condition(etag_func=geojson.state)
def layer(request: HttpRequest, layer: str) -> HttpResponse:
    """A layer of the map as GeoJSON."""
    text = geojson.collection(layer, geojson.state(request, layer))
    return HttpResponse(text, content_type="application/geo+json", headers={"Cache-Control": "no-cache"})


@login_not_required
def reach(request: HttpRequest) -> HttpResponse:
    """What the neighbourhoods reach in 30 and 45 minutes against the metropolis's median, as a map and a table."""
    shown = within_reach.Shown.asked_by(request)
    if shown is None:
        return render(request, "portal/reach.html", {"shown": None})
    listing = within_reach.zones_table(request, shown)
    if listing.wants_export:
        return listing.export()
    context = {
        "shown": shown,
        "tabs_of": shown.tabs(),
        "listing": listing,
        "map": within_reach.squares_map(shown) if shown.median else None,
        "classes": within_reach.CLASSES,
        "basis": within_reach.basis_of(shown.survey),
        "rests_on": within_reach.rests_on(within_reach.basis_of(shown.survey)),
        "outdated": within_reach.is_outdated(shown.survey),
    }
    return render(request, "portal/reach.html", context)


@login_not_required
@gzip_page
@condition(etag_func=within_reach.state)
def reach_squares(request: HttpRequest) -> HttpResponse:
    """The squares of 200 m with what they reach, as GeoJSON."""
    shown = within_reach.Shown.asked_by(request)
    text = within_reach.squares_geojson(shown) if shown else within_reach.NOTHING
    return HttpResponse(text, content_type="application/geo+json", headers={"Cache-Control": "no-cache"})


@login_not_required
def zone(request: HttpRequest, code: str) -> HttpResponse:
    """A neighbourhood: where it is, its communes, what statistics say of it, its schools, its neighbours."""
    found = queries.zone_by_code(code)
    figures = queries.figures_of(found)
    listing = figures_table(request, figures)
    if figures and listing.wants_export:
        return listing.export()
    context = {
        "zone": found,
        "communes": queries.communes_of(found),
        "hectares": queries.area_in_hectares(found),
        "listing": listing if figures else None,
        "sources": queries.sources_of(figures),
        "schools": queries.schools_near(found),
        "neighbours": queries.neighbours_of(found),
        "map": zone_map(found) if found.geometry is not None else None,
        "reach": within_reach.in_words(found),
    }
    return render(request, "portal/zone.html", context)


@login_not_required
def rules(request: HttpRequest) -> HttpResponse:
    """How places are given, for everybody to read."""
    return render(request, "portal/rules.html")


@login_not_required
def about(request: HttpRequest) -> HttpResponse:
    """What Croisée is and whom it serves."""
    return render(request, "portal/about.html", {"sources": queries.sources()})


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "portal/accessibility.html")


@login_not_required
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes the site, and what becomes of personal data."""
    return render(request, "portal/legal.html", {"retention": queries.retention_rules()})
