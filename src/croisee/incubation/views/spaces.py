"""Incubators as everyone sees them; for their managers, the spaces, the rent grid, who is where and until when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing
from croisee.incubation.forms.spaces import GridForm, IncubatorForm, SpaceForm, written
from croisee.incubation.models import Incubator, Space, SpaceKind
from croisee.incubation.offer_kind import conditions
from croisee.incubation.queries import spaces as queries
from croisee.incubation.services import spaces as services

MANAGER = (Role.INCUBATOR_MANAGER,)


def _asked(request: HttpRequest) -> str:
    return request.GET.get("incubator", "")


def address_of(name: str, incubator: Incubator, **query: str) -> str:
    """The address of a page about an incubator."""
    more = "".join(f"&{key}={value}" for key, value in query.items())
    return f"{reverse(f'incubation:{name}')}?incubator={incubator.pk}{more}"


def choices_of(name: str, every: list[Incubator], here: Incubator | None) -> list[tuple[str, str, bool]]:
    """The tabs that choose one of several incubators; none for one."""
    if len(every) < 2:
        return []
    return [(address_of(name, one), one.name, one == here) for one in every]


@login_not_required
@require_safe
def incubators(request: HttpRequest) -> HttpResponse:
    """Every incubator: what is free there, from which rent."""
    account = request.user
    listing = Listing(
        request,
        queries.public_incubators(),
        name="incubators",
        columns=[
            Column("name", pgettext("premises", "Incubator"), sort="name", link=Incubator.get_absolute_url),
            Column("city", _("Town"), sort="city"),
            Column("organisation", _("Run by"), lambda row: row.organisation.name, "organisation__name"),
            Column("let", pgettext("incubator", "Spaces"), sort="let", numeric=True),
            Column("free", _("Free today"), lambda row: row.free or 0, "free", numeric=True),
            Column("lowest", _("Rent from (€/m²/month)"), _lowest, "lowest", numeric=True),
        ],
        search=["name", "city", "organisation__name", "description"],
        empty_title=_("No incubator yet"),
        empty_text=_("Once a metropolis or an association writes its own, everyone finds it here."),
    )
    if listing.wants_export:
        return listing.export()
    may_write = isinstance(account, Account) and queries.without_incubator(account).exists()
    return render(request, "incubation/spaces/incubators.html", {"listing": listing, "may_write": may_write})


def _lowest(row: Any) -> str | None:
    return None if row.lowest is None else number_format(row.lowest, 2, use_l10n=True)


@login_not_required
@require_safe
def incubator(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One incubator, for everyone: what it offers, at which rent, how to apply, where it is."""
    every = Incubator.objects.visible_to(request.user).select_related("organisation").prefetch_related("grid")
    found = get_object_or_404(every, pk=pk)
    context = {
        "incubator": found,
        "address": written(found),
        "offered": queries.offered(found),
        "conditions": conditions(found),
        "manages": Incubator.objects.visible_to(request.user).managed_by(request.user).filter(pk=pk).exists(),
        "trail": [(reverse("incubation:incubators"), pgettext("premises", "Incubators"))],
    }
    return render(request, "incubation/spaces/incubator.html", context)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def new_incubator(request: HttpRequest) -> HttpResponse:
    """Write the incubator of an organisation that has none."""
    account = signed_in(request)
    organisations = queries.without_incubator(account)
    first = organisations.first()
    if first is None:
        messages.info(request, _("Your organisation has its incubator already: change that one."))
        return redirect("incubation:incubators")
    form = IncubatorForm(
        request.POST or None,
        instance=Incubator(organisation=first),
        account=account,
        organisations=organisations,
    )
    page = FormPage(
        _("New incubator"),
        [(reverse("incubation:incubators"), pgettext("premises", "Incubators"))],
        _("Everyone sees this page; the search finds it. Spaces and rents come next."),
        _("Publish the incubator"),
        _("The incubator is published: add its spaces, then its rents."),
    )
    return page.answer(request, form, lambda: _save(form, account))


@role_required(*MANAGER)
@require_http_methods(METHODS)
def edit_incubator(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an incubator."""
    account = signed_in(request)
    found = get_object_or_404(Incubator.objects.visible_to(account).managed_by(account), pk=pk)
    form = IncubatorForm(request.POST or None, instance=found, account=account)
    page = FormPage(
        _("Change the incubator"),
        [(found.get_absolute_url(), found.name)],
        said=_("The incubator is saved: its page and the search show it."),
    )
    return page.answer(request, form, lambda: _save(form, account))


def _save(form: IncubatorForm, account: Account) -> Incubator:
    return services.save_incubator(
        form.instance, account, form.cleaned_data["address"], seen=form.last_seen()
    )


@role_required(*MANAGER)
@require_http_methods(METHODS)
def rent_grid(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rent grid: kinds of spaces by year of the stay."""
    account = signed_in(request)
    found = get_object_or_404(Incubator.objects.visible_to(account).managed_by(account), pk=pk)
    seen = services.grid_seen(found)
    form = GridForm(request.POST or None, incubator=found, seen=seen)
    page = FormPage(
        _("Rent grid"),
        [(found.get_absolute_url(), found.name)],
        said=_("The grid is saved: agreements to come begin with it."),
        template="incubation/spaces/grid.html",
        extra={"incubator": found},
    )
    return page.answer(
        request,
        form,
        lambda: services.save_grid(found, form.cells(), seen=form.cleaned_data["seen"] or seen),
        found.get_absolute_url(),
    )


@role_required(*MANAGER)
@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    """The spaces of an incubator: what they are, who is in each today."""
    account = signed_in(request)
    found, every = queries.chosen(account, _asked(request))
    if found is None:
        return render(request, "incubation/spaces/none.html", {"title": pgettext("incubator", "Spaces")})
    listing = Listing(
        request,
        queries.spaces_of(found),
        name="spaces",
        columns=[
            Column("name", pgettext("incubator", "Space"), sort="name", link=_edit),
            Column("kind", _("Kind"), lambda row: row.get_kind_display(), "kind"),
            Column("floor", _("Floor"), sort="floor", numeric=True),
            Column("surface", _("Surface (m²)"), lambda row: float(row.surface), "surface", numeric=True),
            Column("seats", _("Seats"), sort="seats", numeric=True),
            Column("accessible", _("Accessible"), sort="accessible"),
            Column("standing", _("Today"), _standing, badge=_tone),
            Column("tenant", _("Company"), sort="tenant"),
            Column("term", _("Term"), sort="term"),
        ],
        search=["name", "equipment"],
        choices={
            "kind": (_("Kind"), SpaceKind.choices),
            "withdrawn_on__isnull": (_("In service"), [(True, _("yes")), (False, _("no"))]),
        },
        empty_title=_("No space yet"),
        empty_text=_("Add offices, workshops, desks, rooms: what is free is then shown to everyone."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "incubator": found,
        "tabs": choices_of("spaces", every, found),
        "trail": [(address_of("occupancy_plan", found), _("Occupancy plan"))],
    }
    return render(request, "incubation/spaces/spaces.html", context)


def _edit(row: Space) -> str:
    return reverse("incubation:edit_space", args=[row.pk])


def _standing(row: Any) -> str:
    if row.withdrawn_on is not None:
        return _("no longer in service")
    if row.bookable:
        return _("booked by hours")
    return pgettext("space", "occupied") if row.tenant else pgettext("space", "free")


def _tone(row: Any) -> str:
    if row.withdrawn_on is not None or row.bookable:
        return "info"
    return "warn" if row.tenant else "ok"


@role_required(*MANAGER)
@require_http_methods(METHODS)
def new_space(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a space to an incubator."""
    account = signed_in(request)
    found = get_object_or_404(Incubator.objects.visible_to(account).managed_by(account), pk=pk)
    form = SpaceForm(request.POST or None, instance=Space(incubator=found), account=account)
    page = FormPage(
        _("New space"),
        [(address_of("spaces", found), pgettext("incubator", "Spaces"))],
        button=_("Add the space"),
        said=_("The space is added."),
    )
    return page.answer(request, form, lambda: services.save_space(form.instance), address_of("spaces", found))


@role_required(*MANAGER)
@require_http_methods(METHODS)
def edit_space(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a space; take it out of service, or put it back."""
    account = signed_in(request)
    own = Space.objects.visible_to(account).managed_by(account).select_related("incubator")
    found = get_object_or_404(own, pk=pk)
    form = SpaceForm(request.POST or None, instance=found, account=account)
    where = address_of("spaces", found.incubator)
    page = FormPage(
        _("Change this space"),
        [(where, pgettext("incubator", "Spaces"))],
        said=_("The space is saved."),
        template="incubation/spaces/space.html",
        extra={"space": found},
    )
    return page.answer(
        request, form, lambda: services.save_space(form.instance, seen=form.last_seen()), where
    )


@role_required(*MANAGER)
@require_POST
def move_space(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a space out of service, or put it back."""
    account = signed_in(request)
    found = get_object_or_404(Space.objects.visible_to(account).managed_by(account), pk=pk)
    if request.POST.get("do") == "restore":
        said(request, lambda: services.restore_space(found), _("The space is in service again."))
    else:
        said(request, lambda: services.withdraw_space(found), _("The space is no longer in service."))
    return redirect("incubation:edit_space", pk)


@role_required(*MANAGER)
@require_safe
def occupancy_plan(request: HttpRequest) -> HttpResponse:
    """Who is in which space from when to when, over twelve months; what is free, and from which day."""
    account = signed_in(request)
    found, every = queries.chosen(account, _asked(request))
    if found is None:
        return render(request, "incubation/spaces/none.html", {"title": _("Occupancy plan")})
    today = timezone.localdate()
    plan = queries.plan_of(found, queries.window_from(request.GET.get("from", ""), today), today)
    listing = Listing(
        request,
        plan.rows,
        name="plan",
        columns=[
            Column("name", pgettext("incubator", "Space"), sort="name"),
            Column("kind", _("Kind"), lambda row: row.kind_label, "kind"),
            Column(
                "surface", _("Surface (m²)"), lambda row: float(row.space.surface), "surface", numeric=True
            ),
            Column("who", _("Who is there")),
            Column("free", pgettext("space", "Free"), lambda row: row.free_words),
        ],
        search=["name", "who"],
        choices={
            "kind": (_("Kind"), [one for one in SpaceKind.choices if one[0] != SpaceKind.ROOM]),
            "standing": (
                _("Today"),
                [
                    ("free", pgettext("space", "free")),
                    ("taken", pgettext("space", "occupied")),
                ],
            ),
        },
        empty_title=_("No space yet"),
        empty_text=_(
            "Add offices, workshops and desks: this page then shows who is where, and what gets free."
        ),
    )
    if listing.wants_export:
        return listing.export()
    months = queries.WINDOW
    context = {
        "listing": listing,
        "plan": plan,
        "incubator": found,
        "earlier": address_of("occupancy_plan", found, **{"from": _month(add_months(plan.first, -months))}),
        "later": address_of("occupancy_plan", found, **{"from": _month(add_months(plan.first, months))}),
        "tabs": choices_of("occupancy_plan", every, found),
    }
    return render(request, "incubation/spaces/plan.html", context)


def _month(day: Any) -> str:
    return f"{day:%Y-%m}"
