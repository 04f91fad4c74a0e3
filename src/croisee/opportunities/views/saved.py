"""Saved searches: kept, found again, renamed, silenced, deleted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.foundation.accounts.access import signed_in
from croisee.foundation.listings import Column, Listing
from croisee.opportunities import queries
from croisee.opportunities.describing import in_short
from croisee.opportunities.forms import SavedSearchForm
from croisee.opportunities.models import SavedSearch
from croisee.opportunities.searching import Criteria
from croisee.opportunities.services import Refused
from croisee.opportunities.services import searches as services
from croisee.opportunities.views.search import PLACE, search_url, seen_from


@require_GET
def saved_searches(request: HttpRequest) -> HttpResponse:
    """One's own."""
    listing = Listing(
        request,
        SavedSearch.objects.visible_to(request.user),
        name="searches",
        columns=[
            Column("name", _("Name"), sort="name", link=_address),
            Column("criteria", _("What is searched"), lambda row: in_short(Criteria.kept(row.criteria))),
            Column("alerts", _("E-mails about new offers")),
            Column("created_at", _("Saved on"), sort="created_at"),
        ],
        search=["name"],
        empty_title=_("No saved search"),
        empty_text=_("Search for offers, then save the search under a name: you are told what is new."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "opportunities/saved_searches.html", {"listing": listing})


def _address(row: SavedSearch) -> str:
    return reverse("opportunities:saved_search", args=[row.pk])


@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep the search of the page under a name."""
    criteria = seen_from(Criteria.of(request.POST), request)
    form = SavedSearchForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the search a name of at most 100 characters."))
        return redirect(search_url(criteria))
    try:
        services.save_search(signed_in(request), **form.cleaned_data, criteria=criteria)
    except Refused as refused:
        messages.error(request, refused.reason)
        return redirect(search_url(criteria))
    messages.success(request, _("The search is saved."))
    return redirect("opportunities:saved_searches")


@require_http_methods(["GET", "HEAD", "POST"])
def saved_search(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them: open it, change it, delete it."""
    search = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        return _act(request, search)
    return _page(request, search, SavedSearchForm(instance=search))


def _act(request: HttpRequest, search: SavedSearch) -> HttpResponse:
    action = request.POST.get("action")
    if action == "open":
        return _open(request, search)
    if action == "delete":
        services.delete_search(search)
        messages.success(request, _("The search is deleted."))
        return redirect("opportunities:saved_searches")
    if action != "change":
        raise Http404
    form = SavedSearchForm(request.POST, initial={"name": search.name})
    if form.is_valid():
        try:
            services.change_search(search, form.cleaned_data["name"], alerts=form.cleaned_data["alerts"])
        except Refused as refused:
            form.add_error("name", refused.reason)
        else:
            messages.success(request, _("Changed."))
            return redirect("opportunities:saved_search", pk=search.pk)
    return _page(request, search, form)


def _page(request: HttpRequest, search: SavedSearch, form: SavedSearchForm) -> HttpResponse:
    criteria = Criteria.kept(search.criteria)
    account = signed_in(request)
    count = queries.found_now(criteria, account)
    context = {
        "search": search,
        "form": form,
        "in_short": in_short(criteria),
        "count": count,
        "new": queries.new_for(search, account, timezone.now()).count(),
    }
    return render(request, "opportunities/saved_search.html", context)


def _open(request: HttpRequest, search: SavedSearch) -> HttpResponse:
    """Go to its results, from the point that it was saved with."""
    criteria = Criteria.kept(search.criteria)
    if criteria.has_point:
        request.session[PLACE] = {
            "lon": criteria.lon,
            "lat": criteria.lat,
            "label": _("around the address of “%s”") % search.name,
        }
    else:
        request.session.pop(PLACE, None)
    return redirect(search_url(criteria))
