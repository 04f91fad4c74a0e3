"""Economic sites: the list with its map, one site with its units, how it is written and outlined."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.forms import METHODS, FormPage
from croisee.foundation.listings import Column, Listing
from croisee.foundation.listings.columns import Where
from croisee.premises import inventory
from croisee.premises.forms.sites import MANAGERS, OutlineForm, SiteForm
from croisee.premises.inventory import Standing
from croisee.premises.models import Site, SiteState, SiteVocation, Unit
from croisee.premises.models.units import DEVELOPERS
from croisee.premises.queries import sites as queries
from croisee.premises.queries import units as unit_queries
from croisee.premises.services import sites as services
from croisee.premises.views.unit_tables import TONES, plain_number

INVENTORY_TONES = {
    Standing.NOT_ASKED: "plain",
    Standing.UP_TO_DATE: "ok",
    Standing.CONSULTING: "info",
    Standing.DUE: "warn",
    Standing.LATE: "bad",
}


def trail_of(site: Site | None = None) -> list[tuple[str, str]]:
    """Where a page of economic sites hangs."""
    trail = [
        (reverse("premises:units"), _("Premises and land")),
        (reverse("premises:sites"), _("Economic sites")),
    ]
    return trail if site is None else [*trail, (_page(site), site.name)]


def _page(site: Site) -> str:
    return reverse("premises:site", args=[site.pk])


def _develops(request: HttpRequest) -> bool:
    return isinstance(request.user, Account) and request.user.has_role(*DEVELOPERS)


def _hectares(name: str) -> Any:
    def value(site: Site) -> float | None:
        found = getattr(site, name)
        return None if found is None else plain_number(found)

    return value


@login_not_required
@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """Every economic site, with where its inventory stands."""
    listing = Listing(
        request,
        queries.listed(request.user),
        name="sites",
        columns=[
            Column("name", pgettext("site", "Site"), sort="name", link=_page),
            Column("commune_name", _("Commune"), sort="commune_name"),
            Column(
                "vocation", _("Main vocation"), lambda row: capfirst(row.get_vocation_display()), "vocation"
            ),
            Column(
                "state", pgettext("site", "State"), lambda row: capfirst(row.get_state_display()), "state"
            ),
            Column("gross", _("Gross surface (ha)"), _hectares("gross"), "gross", numeric=True),
            Column("known", _("Premises and plots"), sort="known", numeric=True),
            Column("empty", _("Of which empty"), sort="empty", numeric=True),
            Column("updated_on", _("Inventory of"), sort="updated_on"),
            Column(
                "inventory",
                _("Inventory"),
                lambda row: capfirst(queries.of_inventory(row).label),
                badge=lambda row: INVENTORY_TONES[queries.of_inventory(row)],
            ),
        ],
        search=["name", "commune_name", "manager_name"],
        choices={
            "vocation": (_("Main vocation"), [(one, capfirst(label)) for one, label in SiteVocation.choices]),
            "state": (
                pgettext("site", "State"),
                [(one, capfirst(label)) for one, label in SiteState.choices],
            ),
            "late": (_("Inventory"), [(Where("late", queries.is_late()), capfirst(Standing.LATE.label))]),
        },
        empty_title=_("No economic site yet"),
        empty_text=_("Sites are written here, or read from a file of the CNIG standard."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "develops": _develops(request),
        "map_url": reverse("premises:sites_map"),
        "trail": trail_of()[:1],
    }
    return render(request, "premises/sites/sites.html", context)


@login_not_required
@require_safe
def sites_map(request: HttpRequest) -> JsonResponse:
    """The outlines of the sites."""
    found = queries.geojson(Site.objects.visible_to(request.user))
    return JsonResponse(found, content_type="application/geo+json")


@login_not_required
@require_safe
def site(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One site: what it is, where its inventory stands, its units."""
    found = get_object_or_404(Site.objects.visible_to(request.user), pk=pk)
    rows = unit_queries.with_cost(Unit.objects.visible_to(request.user).filter(site=found))
    listing = Listing(
        request,
        rows.order_by("name", "pk"),
        name="units",
        columns=[
            Column("name", _("Premises"), sort="name", link=Unit.get_absolute_url),
            Column("kind", _("Kind"), lambda row: capfirst(row.get_kind_display()), "kind"),
            Column(
                "surface", _("Surface (m²)"), lambda row: plain_number(row.surface), "surface", numeric=True
            ),
            Column(
                "state",
                pgettext("premises", "State"),
                lambda row: capfirst(row.get_state_display()),
                "state",
                badge=lambda row: TONES[row.state] or "plain",
            ),
            Column("vacant_since", _("Vacant since"), sort="vacant_since"),
        ],
        empty_title=_("No premises are known here yet"),
        empty_text=_("Premises and plots are put in this site on their own page, or by its outline."),
    )
    if listing.wants_export:
        return listing.export()
    stands = queries.of_inventory(found)
    context = {
        "site": found,
        "listing": listing,
        "manager": dict(MANAGERS).get(found.manager_kind, found.manager_kind),
        "standing": stands,
        "tone": INVENTORY_TONES[stands],
        "late": stands == Standing.LATE,
        "due_on": inventory.due_on(found.updated_on),
        "consulted_until": inventory.consultation_ends(found.consulted_on) if found.consulted_on else None,
        "develops": _develops(request),
        "map_url": f"{reverse('premises:site_map', args=[found.pk])}" if found.outline else "",
        "units_url": f"{reverse('premises:units_map')}?site={found.pk}",
        "trail": trail_of(),
    }
    return render(request, "premises/sites/site.html", context)


@login_not_required
@require_safe
def site_map(request: HttpRequest, pk: UUID) -> JsonResponse:
    """The outline of one site."""
    get_object_or_404(Site.objects.visible_to(request.user), pk=pk)
    found = queries.geojson(Site.objects.visible_to(request.user).filter(pk=pk))
    return JsonResponse(found, content_type="application/geo+json")


@role_required(*DEVELOPERS)
@require_http_methods(METHODS)
def new_site(request: HttpRequest) -> HttpResponse:
    """Write a new site."""
    account = signed_in(request)
    form = SiteForm(request.POST or None, instance=Site(), account=account)
    page = FormPage(
        _("New economic site"), trail_of(), button=_("Keep this site"), said=_("The site is kept.")
    )
    return _saved(request, page, form, lambda: services.add_site(_values(form), account))


@role_required(*DEVELOPERS)
@require_http_methods(METHODS)
def edit_site(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a site, date its inventory, begin its consultation."""
    account = signed_in(request)
    found = get_object_or_404(Site.objects.visible_to(account), pk=pk)
    form = SiteForm(request.POST or None, instance=found, account=account)
    page = FormPage(
        _("Change: %(name)s") % {"name": found.name}, trail_of(found), said=_("The site is saved.")
    )
    return _saved(
        request, page, form, lambda: services.change_site(found, _values(form), account, form.last_seen())
    )


def _values(form: SiteForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in form._meta.fields or ()}


def _saved(request: HttpRequest, page: FormPage, form: SiteForm, save: Any) -> HttpResponse:
    """A site has no page of its own by its model: the way to it is given here."""
    made: list[Site] = []
    answer = page.answer(request, form, lambda: made.append(save()), to=reverse("premises:sites"))
    if made:
        answer["Location"] = _page(made[0])
    return answer


@role_required(*DEVELOPERS)
@require_http_methods(METHODS)
def outline_site(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Draw the outline of a site from a file."""
    account = signed_in(request)
    found = get_object_or_404(Site.objects.visible_to(account), pk=pk)
    form = OutlineForm(request.POST, request.FILES) if request.method == "POST" else OutlineForm()
    page = FormPage(
        _("Outline of %(name)s") % {"name": found.name},
        trail_of(found),
        _("The units that lie inside, and in no site yet, are put in it."),
        _("Draw this outline"),
    )

    def save() -> None:
        taken = services.outline_site(found, form.cleaned_data["file"], account)
        said = ngettext("%(n)d unit was put in it.", "%(n)d units were put in it.", taken) % {"n": taken}
        messages.success(
            request, f"{_('The outline is drawn.')} {said}" if taken else _("The outline is drawn.")
        )

    return page.answer(request, form, save, to=_page(found))
