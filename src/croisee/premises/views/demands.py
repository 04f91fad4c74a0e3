"""The pages of demands: the list, one demand with what fits it, what was proposed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing
from croisee.premises.fit_wording import LIMITS
from croisee.premises.forms.demands import CloseForm, DemandForm
from croisee.premises.kinds import NOT_CLASSIC, UnitKind, Use
from croisee.premises.models import Demand, DemandState, Where
from croisee.premises.queries import demands as queries
from croisee.premises.queries import lettings as lettings_read
from croisee.premises.queries import matching
from croisee.premises.services import demands as services
from croisee.premises.stock import Limit

READERS = (Role.DEVELOPER, Role.EMPLOYER, Role.PROJECT_HOLDER)
PER_PAGE = 50


def trail_of(demand: Demand | None = None) -> list[tuple[str, str]]:
    """Where a page of a demand hangs."""
    trail = [(reverse("premises:demands"), _("Demands for premises"))]
    return trail if demand is None else [*trail, (demand.get_absolute_url(), demand.title)]


def surfaces_of(demand: Demand) -> str:
    """The surfaces asked for."""
    least = _plain(demand.least_surface)
    if demand.most_surface is None:
        return _("%(least)s m² at least") % {"least": least}
    return _("%(least)s to %(most)s m²") % {"least": least, "most": _plain(demand.most_surface)}


def number(value: Decimal | None) -> int | float | None:
    """An amount as a table shows and a file holds it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(value: Decimal) -> str:
    """A number without the decimals that say nothing."""
    places = 0 if value == value.to_integral_value() else 1
    return str(number_format(value, places, use_l10n=True, force_grouping=True))


def place_of(demand: Demand, names: dict[str, str]) -> str:
    """Where premises are looked for, in words."""
    if demand.where == Where.NEIGHBOURHOOD:
        return names.get(demand.zone_codes, demand.zone_codes)
    near = {"metres": number_format(demand.metres, 0, use_l10n=True, force_grouping=True)}
    if demand.where == Where.NEAR_LINE:
        return _("at most %(metres)s m from line %(line)s") % (near | {"line": demand.line})
    if demand.where == Where.NEAR_POINT:
        return _("at most %(metres)s m from %(address)s") % (near | {"address": demand.address})
    return str(Where.ANYWHERE.label)


@role_required(*READERS)
@require_safe
def demands(request: HttpRequest) -> HttpResponse:
    """The demands that one reads, each open one with how many units fit and the best of them."""
    account = signed_in(request)
    develops = account.has_role(Role.DEVELOPER)
    reading = _Reading(account)
    columns = [
        Column("title", _("What one looks for"), sort="title", link=Demand.get_absolute_url),
        Column("use", pgettext("premises", "Use"), Demand.get_use_display, "use"),
        Column("surface", _("Surface"), surfaces_of, "least_surface"),
        Column(
            "most_rent", _("€ a month at most"), lambda row: number(row.most_rent), "most_rent", numeric=True
        ),
        Column("wanted_from", pgettext("premises", "From"), sort="wanted_from"),
        Column("fits", _("Fit"), reading.fits, numeric=True),
        Column("best", _("Best"), reading.best, numeric=True),
        Column("wanted", _("Interest"), sort="wanted", numeric=True),
        Column("state", pgettext("premises", "State"), Demand.get_state_display, "state"),
    ]
    if develops:
        columns.insert(1, Column("organisation", _("Company"), sort="organisation__name"))
        columns.append(Column("outcome", _("Why, or where"), sort="outcome"))
    listing = Listing(
        request,
        queries.demands_of(account),
        name="demands",
        columns=columns,
        search=["title", "organisation__name", "activity"] if develops else (),
        choices={
            "state": (pgettext("premises", "State"), DemandState.choices),
            "use": (pgettext("premises", "Use"), Use.choices),
            "where": (_("Where"), Where.choices),
        }
        if develops
        else {},
        empty_title=_("No demand yet"),
        empty_text=_(
            "Say in two minutes what you look for: what fits is shown at once, and what comes on offer is sent to you."
        ),
    )
    reading.listing = listing
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "develops": develops}
    return render(request, "premises/demands/demands.html", context)


class _Reading:
    """How the demands that are shown stand: counted once for all of them, when the first is drawn."""

    listing: Listing

    def __init__(self, account: Account) -> None:
        self.account = account
        self._found: dict[UUID, matching.Standing] | None = None

    def _of(self, demand: Demand) -> matching.Standing | None:
        if self._found is None:
            shown = [one for one in self.listing.shown if one.state == DemandState.OPEN]
            self._found = matching.standings(shown, matching.stock_for(self.account)) if shown else {}
        return self._found.get(demand.pk)

    def fits(self, demand: Demand) -> object:
        """How many units fit an open demand."""
        found = self._of(demand)
        return None if found is None else found.fits

    def best(self, demand: Demand) -> object:
        """The points of the best."""
        found = self._of(demand)
        return None if found is None or not found.fits else found.points


@role_required(*READERS)
@require_http_methods(METHODS)
def new_demand(request: HttpRequest) -> HttpResponse:
    """Say what one looks for."""
    account = signed_in(request)
    form = DemandForm(request.POST or None, instance=Demand(), account=account)
    page = FormPage(
        _("Look for premises"),
        trail_of(),
        _("Two minutes: what is below is enough, the rest can wait."),
        _("See what fits"),
        _("Your demand is written: here is what fits it today. What comes on offer is sent to you."),
        template="premises/demands/form.html",
    )

    def save() -> Demand:
        return services.ask(account, form.cleaned_data.get("organisation"), form.values())

    return page.answer(request, form, save)


@role_required(*READERS)
@require_http_methods(METHODS)
def edit_demand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a demand."""
    account = signed_in(request)
    found = get_object_or_404(Demand.objects.visible_to(account), pk=pk)
    form = DemandForm(request.POST or None, instance=found, account=account)
    page = FormPage(
        _("Change the demand"),
        trail_of(found),
        said=pgettext("premises", "The demand is saved."),
        template="premises/demands/form.html",
    )
    return page.answer(request, form, lambda: services.change(found, form.values(), form.last_seen()))


@role_required(*READERS)
@require_safe
def demand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One demand: what fits, what nearly does and what would make it, what was proposed."""
    account = signed_in(request)
    rows = Demand.objects.visible_to(account).select_related("organisation")
    found = get_object_or_404(rows, pk=pk)
    proposals = queries.proposals_by_unit(found)
    names = queries.neighbourhood_names({found.zone_codes})
    context: dict[str, Any] = {
        "demand": found,
        "surfaces": surfaces_of(found),
        "place": place_of(found, names),
        "asks": _asked(found),
        "kinds": [UnitKind(kind).label for kind in found.kinds],
        "develops": account.has_role(Role.DEVELOPER),
        "proposals": sorted(proposals.values(), key=lambda one: (one.state == "declined", one.created_at)),
        "visits": lettings_read.visits_of_demand(found),
        "options": lettings_read.options_of_demand(found),
        "lettings": lettings_read.lettings_of_demand(found),
        "is_open": found.state == DemandState.OPEN,
        "trail": trail_of(),
    }
    if context["is_open"]:
        context |= _matched(request, found, account, proposals)
    return render(request, "premises/demands/demand.html", context)


def _matched(
    request: HttpRequest, demand: Demand, account: Account, proposals: dict[UUID, Any]
) -> dict[str, Any]:
    """What fits and what nearly does: three queries, whatever the number of units."""
    judged = matching.judged_for(demand, account)
    page = Paginator(list(judged.fits), PER_PAGE).get_page(request.GET.get("page"))
    unusual = sum(judged.stock.units[at].kind in NOT_CLASSIC for at in judged.fits)
    return {
        "page": page,
        "fits": matching.matches(judged, page.object_list, proposals),
        "misses": matching.misses(judged, proposals) if page.number == 1 else [],
        "unusual": unusual,
        "classic": len(judged.fits) - unusual,
    }


def _asked(demand: Demand) -> list[str]:
    """What must be there, in words."""
    found = [str(label) for name, label in _FLAGS.items() if getattr(demand, name)]
    if demand.least_height is not None:
        found.append(
            _("%(n)s m under the ceiling") % {"n": number_format(demand.least_height, use_l10n=True)}
        )
    if demand.least_kva is not None:
        found.append(_("%(n)s kVA") % {"n": _plain(demand.least_kva)})
    if demand.erp_type:
        found.append(_("open to the public: %(type)s") % {"type": demand.get_erp_type_display()})
    if demand.opens_at or demand.closes_at:
        opens, closes = (f"{one:%H:%M}" if one else "…" for one in (demand.opens_at, demand.closes_at))
        found.append(_("open from %(opens)s to %(closes)s") % {"opens": opens, "closes": closes})
    return found


_FLAGS = {
    str(limit): label
    for limit, label in LIMITS.items()
    if limit
    in (
        Limit.GROUND_FLOOR,
        Limit.ACCESSIBLE,
        Limit.DELIVERY,
        Limit.EXTRACTION,
        Limit.WATER,
        Limit.THREE_PHASE,
        Limit.SHOP_WINDOW,
    )
}
"""What must be there or not, in words."""


@role_required(*READERS)
@require_http_methods(METHODS)
def close_demand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that premises were found elsewhere, or that the search is given up."""
    account = signed_in(request)
    found = get_object_or_404(Demand.objects.visible_to(account), pk=pk)
    form = CloseForm(request.POST or None)
    page = FormPage(
        _("End the search"),
        trail_of(found),
        _("Premises found here end it by themselves, once the letting is noted."),
        _("End the search"),
        _("The search is ended: it can be opened again."),
    )

    def save() -> Demand:
        values = form.cleaned_data
        return services.close(found, values["how"], values["outcome"], account)

    return page.answer(request, form, save)


@role_required(*READERS)
@require_POST
def reopen_demand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look again."""
    account = signed_in(request)
    found = get_object_or_404(Demand.objects.visible_to(account), pk=pk)
    said(request, lambda: services.reopen(found, account), _("The search is open again."))
    return redirect(found)


def _unit(request: HttpRequest, demand: Demand, account: Account) -> Any:
    """The unit that a form names; None with a message when it is none that may be proposed."""
    try:
        key = UUID(request.POST.get("unit", ""))
    except ValueError:
        key = UUID(int=0)
    unit = queries.unit_for(demand, account, key)
    if unit is None:
        messages.error(request, _("Choose premises from the list."))
    return unit


@role_required(Role.DEVELOPER)
@require_POST
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose a unit to who asks."""
    account = signed_in(request)
    found = get_object_or_404(Demand.objects.visible_to(account), pk=pk)
    unit = _unit(request, found, account)
    if unit is not None:
        done = _("“%(unit)s” is proposed; who asks is told by e-mail.") % {"unit": unit.name}
        said(request, lambda: services.propose(found, unit, account), done)
    return redirect(found)


@role_required(*READERS)
@require_POST
def interest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that a unit interests, proposed or not."""
    account = signed_in(request)
    found = get_object_or_404(Demand.objects.visible_to(account), pk=pk)
    unit = _unit(request, found, account)
    if unit is not None:
        done = _("The owner of “%(unit)s” is told that it interests you.") % {"unit": unit.name}
        said(request, lambda: services.want(found, unit, account), done)
    return redirect(found)
