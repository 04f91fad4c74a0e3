"""Owners and their lists: kept on screen, by a spreadsheet, confirmed once a month by a link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing
from croisee.foundation.listings.listing import MEDIA_TYPES
from croisee.premises import owner_links
from croisee.premises.forms.owners import InviteOwnerForm
from croisee.premises.kinds import UnitKind
from croisee.premises.models import Unit, UnitState
from croisee.premises.models.units import UNIT
from croisee.premises.ownerlists.explained import columns_explained, model_file
from croisee.premises.ownerlists.kind import address_for
from croisee.premises.queries import owners as queries
from croisee.premises.services import owners as services
from croisee.premises.services import units
from croisee.premises.views.unit_tables import TONES

KEEPERS = (Role.LANDLORD, Role.DEVELOPER)


@role_required(Role.LANDLORD)
@require_safe
def my_units(request: HttpRequest) -> HttpResponse:
    """One's own premises: how each stands, what is missing, what can be noted at once."""
    account = signed_in(request)
    today = timezone.localdate()
    listing = Listing(
        request,
        queries.own_units(account),
        name="premises",
        columns=[
            Column("name", _("Premises"), sort="name"),
            Column("state", pgettext("premises", "State"), Unit.get_state_display, "state"),
            Column("surface", _("Surface (m²)"), lambda row: float(row.surface), "surface", numeric=True),
            Column("rent", _("Rent (€/month)"), _euros, "rent", numeric=True),
            Column("vacant_since", _("Vacant since"), sort="vacant_since"),
            Column("checked_on", _("True on"), sort="checked_on"),
        ],
        search=["name", "reference", "address"],
        choices={
            "state": (pgettext("premises", "State"), UnitState.choices),
            "kind": (_("Kind"), UnitKind.choices),
        },
        empty_title=_("No premises in your list yet"),
        empty_text=_("Import your spreadsheet, or add premises one by one."),
    )
    if listing.wants_export:
        listing.columns = [*listing.columns, *_more()]
        return listing.export()
    rows: list[Any] = listing.shown
    queries.dress(rows)
    for row in rows:
        row.tone = TONES[row.state]
    context = {
        "listing": listing,
        "rows": rows,
        "owners": list(account.organisations(Role.LANDLORD).order_by("name")),
        "stale": queries.to_confirm(account, today).count(),
    }
    return render(request, "premises/owners/mine.html", context)


def _more() -> list[Column]:
    """What the file has beside what the page shows under the name."""
    return [
        Column("reference", _("Reference")),
        Column("kind", _("Kind"), Unit.get_kind_display),
        Column("address", _("Address")),
        Column("available_from", _("Available from")),
    ]


def _euros(unit: Unit) -> float | None:
    return None if unit.rent is None else float(unit.rent)


@role_required(Role.LANDLORD)
@require_POST
def move_own_unit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note at once, as of today, how premises stand."""
    account = signed_in(request)
    found = get_object_or_404(Unit.objects.visible_to(account).kept_by(account), pk=pk)
    asked = request.POST.get("transition", "")
    back = f"{reverse('premises:my_units')}#u-{found.pk}"
    if asked not in queries.QUICK:
        said(request, _refuse_unsaid, "")
        return redirect(back)
    done = _("Done: “%(name)s” is now “%(state)s”.") % {
        "name": found.name,
        "state": UNIT.states(UNIT.transition(asked).target).label,
    }
    said(request, lambda: units.move(found, asked, account), done)
    return redirect(back)


def _refuse_unsaid() -> None:
    raise ValidationError(_("Choose what to note of these premises."))


def _owner(account: Account, pk: UUID) -> Organisation:
    found: Organisation = get_object_or_404(queries.owners_for(account), pk=pk)
    return found


@role_required(Role.LANDLORD)
@require_POST
def confirm_units(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that the list of an owner is true today."""
    account = signed_in(request)
    if not account.organisations(Role.LANDLORD).filter(pk=pk).exists():
        raise Http404
    found = _owner(account, pk)
    said(request, lambda: services.confirm(found), _("Thank you: the list is noted as true today."))
    return redirect("premises:my_units")


@role_required(*KEEPERS)
@require_safe
def import_units(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What may be in the table of an owner, what becomes of it, and the way to send one."""
    account = signed_in(request)
    found = _owner(account, pk)
    context = {
        "owner": found,
        "columns": columns_explained(),
        "begin_url": address_for(found),
        "trail": _trail(account),
    }
    return render(request, "premises/owners/import.html", context)


def _trail(account: Account) -> list[tuple[str, str]]:
    if account.has_role(Role.LANDLORD):
        return [(reverse("premises:my_units"), _("My premises"))]
    return [(reverse("premises:owners"), _("Owners’ lists"))]


@role_required(*KEEPERS)
@require_safe
def owner_list_model(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A table to fill, with what is here already."""
    found = _owner(signed_in(request), pk)
    headers = {"Content-Disposition": 'attachment; filename="locaux.xlsx"'}
    content = model_file(queries.listed_for(found))
    return HttpResponse(content, content_type=MEDIA_TYPES["xlsx"], headers=headers)


@role_required(Role.DEVELOPER)
@require_safe
def owners(request: HttpRequest) -> HttpResponse:
    """Owners: what they have, who keeps the list, when it was last said to be true."""
    listing = Listing(
        request,
        queries.owners(),
        name="owners",
        columns=[
            Column("name", pgettext("premises", "Owner"), sort="name", link=_import_of),
            Column("count", pgettext("owner", "Premises"), sort="count", numeric=True),
            Column("empty", pgettext("owner", "Empty"), sort="empty", numeric=True),
            Column("oldest", _("True since"), _true_since, "oldest"),
            Column("kept_here", _("Keeps the list"), _kept, "kept_here", badge=_kept_tone),
        ],
        search=["name"],
        empty_title=_("No owner yet"),
        empty_text=_(
            "Invite social landlords: they keep their own list, and say once a month that it is true."
        ),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "premises/owners/owners.html", {"listing": listing})


def _import_of(row: Organisation) -> str:
    return reverse("premises:import_units", args=[row.pk])


def _true_since(row: Any) -> Any:
    """The day since which every unit of an owner was said to be true; none when one never was."""
    return None if row.oldest is None or row.oldest == queries.LONG_AGO else row.oldest


def _kept(row: Any) -> str:
    return _("yes") if row.kept_here else _("nobody yet")


def _kept_tone(row: Any) -> str:
    return "ok" if row.kept_here else "warn"


@role_required(Role.DEVELOPER)
@require_http_methods(METHODS)
def invite_owner(request: HttpRequest) -> HttpResponse:
    """Invite somebody to keep the list of an owner."""
    form = InviteOwnerForm(request.POST or None, owners=queries.may_own())
    page = FormPage(
        _("Invite an owner"),
        [(reverse("premises:owners"), _("Owners’ lists"))],
        _("An e-mail says how to sign in without a password; another opens the list by a link."),
        _("Send the invitation"),
        _("The invitation has left."),
    )
    return page.answer(
        request,
        form,
        lambda: services.invite(
            form.cleaned_data["email"],
            form.cleaned_data["name"],
            form.cleaned_data["organisation"],
            form.cleaned_data["new_name"],
            form.cleaned_data["siret"],
        ),
        reverse("premises:owners"),
    )


@login_not_required
@never_cache
@require_http_methods(METHODS)
def owner_list(request: HttpRequest, token: str) -> HttpResponse:
    """The list that a link opens: read, and said to be true in one click, without signing in."""
    held = owner_links.read(token)
    if held is None:
        return render(request, "premises/owners/link.html", {"owner": None}, status=404)
    try:
        owner = services.kept_by_link(*held)
    except ValidationError:
        return render(request, "premises/owners/link.html", {"owner": None}, status=404)
    if request.method == "POST":
        count = services.confirm_by_link(*held)
        text = ngettext(
            "Thank you: %(n)d unit is noted as true today.",
            "Thank you: %(n)d units are noted as true today.",
            count,
        )
        said(request, lambda: None, text % {"n": count})
        return redirect(request.path)
    rows: list[Any] = queries.listed_for(owner)
    for row in rows:
        row.tone = TONES[row.state]
    today = timezone.localdate()
    context = {
        "owner": owner,
        "rows": rows,
        "all_true": bool(rows) and all(row.checked_on == today for row in rows),
    }
    return render(request, "premises/owners/link.html", context)
