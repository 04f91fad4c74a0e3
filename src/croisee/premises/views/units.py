"""Premises and plots: the list with its map, one unit, its story, how it is written, moved and photographed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.lifecycles.queries import available
from croisee.premises.forms.units import MoveForm, PictureForm, UnitForm
from croisee.premises.models import OFFERED, Picture, PictureKind, Unit
from croisee.premises.models.units import KEEPERS, UNIT
from croisee.premises.queries import units as queries
from croisee.premises.queries.story import story
from croisee.premises.queries.unit_facts import facts, zone_of
from croisee.premises.services import units as services
from croisee.premises.services.sheets import unit_sheet
from croisee.premises.views.unit_tables import TONES, units_listing
from croisee.premises.wording import empty_for

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

ASKERS = (Role.EMPLOYER, Role.PROJECT_HOLDER)
STAFF = (Role.DEVELOPER, Role.OFFICIAL)
SHOWN_TYPES = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}


def trail_of(unit: Unit | None = None) -> list[tuple[str, str]]:
    """Where a page of premises hangs."""
    trail = [(reverse("premises:units"), _("Premises and land"))]
    return trail if unit is None else [*trail, (unit.get_absolute_url(), unit.name)]


def _has(account: Reader, *roles: Role) -> bool:
    return isinstance(account, Account) and account.has_role(*roles)


def _asks(account: Reader) -> bool:
    """Whether one may say what one looks for: a visitor signs in for it."""
    return not isinstance(account, Account) or account.has_role(*ASKERS)


@login_not_required
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """What is offered, for everyone; everything, for those who follow the territory; one's own as well, for owners."""
    account = request.user
    staff = _has(account, *STAFF)
    listing = units_listing(request, staff=staff)
    if listing.wants_export:
        return listing.export()
    other, classic = queries.sides(Unit.objects.visible_to(account))
    context = {
        "listing": listing,
        "map_url": f"{reverse('premises:units_map')}?{request.GET.urlencode()}",
        "other": other,
        "classic": classic,
        "staff": staff,
        "keeps": _has(account, *KEEPERS),
        "develops": _has(account, Role.DEVELOPER),
        "asks": _asks(account),
        "trail": [],
    }
    return render(request, "premises/units/units.html", context)


@login_not_required
@require_safe
def units_map(request: HttpRequest) -> JsonResponse:
    """The same units as points; of one site alone, for `site`."""
    rows: Any = units_listing(request, staff=_has(request.user, *STAFF)).matching
    if request.GET.get("site"):
        rows = rows.filter(site=_uuid(request.GET["site"]))
    return JsonResponse(queries.geojson(rows), content_type="application/geo+json")


def _uuid(text: str) -> UUID:
    """An identifier in an address; one of nothing for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@login_not_required
@require_safe
def unit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One unit: what it is, its pictures, where it is; for who keeps it, what is missing and what can be done."""
    account = request.user
    visible = Unit.objects.visible_to(account).select_related("owner", "site")
    found = get_object_or_404(visible, pk=pk)
    pictures = list(Picture.objects.visible_to(account).filter(unit=found))
    context: dict[str, Any] = {
        "unit": found,
        "facts": facts(found),
        "zone": zone_of(found),
        "photos": [one for one in pictures if one.kind == PictureKind.PHOTO],
        "plans": [one for one in pictures if one.kind == PictureKind.PLAN],
        "offered": found.published and found.state in OFFERED,
        "signed": isinstance(account, Account),
        "asks": _asks(account),
        "keeps": False,
        "tone": TONES[found.state],
        "empty_for": empty_for(found, timezone.localdate()),
        "trail": trail_of(),
    }
    if isinstance(account, Account) and queries.keeps(account, found):
        moves, lets = queries.moves(found, available(found, account))
        missing, known = queries.completeness(found, len(context["photos"]))
        context |= {
            "keeps": True,
            "missing": missing,
            "known": known,
            "needed": [one for one in missing if one.needed],
            "doubles": queries.doubles(found),
            "moves": moves,
            "lets": lets,
            "move_form": MoveForm(initial={"on": timezone.localdate()}),
        }
    return render(request, "premises/units/unit.html", context)


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def new_unit(request: HttpRequest) -> HttpResponse:
    """Write a unit that was found."""
    account = signed_in(request)
    form = UnitForm(request.POST or None, instance=Unit(), account=account)
    return _form_page(request, form, None)


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def edit_unit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is known of a unit; its state stays."""
    account = signed_in(request)
    found = get_object_or_404(Unit.objects.visible_to(account).kept_by(account), pk=pk)
    form = UnitForm(request.POST or None, instance=found, account=account)
    return _form_page(request, form, found)


def _form_page(request: HttpRequest, form: UnitForm, found: Unit | None) -> HttpResponse:
    account = signed_in(request)
    page = FormPage(
        _("New premises or plot") if found is None else _("Change: %(name)s") % {"name": found.name},
        trail_of(found),
        _("The name, the kind and the surface are enough to begin; the rest can wait.")
        if found is None
        else "",
        _("Keep these premises") if found is None else "",
        template="premises/units/form.html",
    )

    def save() -> Unit:
        values = form.values(request.POST.get("ban", ""))
        if found is None:
            saved = services.add(
                {name: value for name, value in values.items() if name != "owner"}, values["owner"], account
            )
        else:
            saved = services.change(found, values, account, form.last_seen())
        _say_saved(request, saved, new=found is None)
        return saved

    return page.answer(request, form, save)


def _say_saved(request: HttpRequest, saved: Unit, *, new: bool) -> None:
    """That it is kept; what should be looked at again."""
    messages.success(
        request, _("The premises are kept: qualify them, then offer them.") if new else _("Saved.")
    )
    if saved.address and saved.lon is None:
        messages.warning(
            request,
            _("The address was not found on the map: choose it from the list that opens as you type."),
        )
    if new and (others := queries.doubles(saved)):
        names = ", ".join(one.name for one in others)
        messages.warning(request, _("This may be known already: %(names)s.") % {"names": names})


@role_required(*KEEPERS)
@require_POST
def move_unit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a unit along its states, from a day on."""
    account = signed_in(request)
    found = get_object_or_404(Unit.objects.visible_to(account).kept_by(account), pk=pk)
    asked = request.POST.get("transition", "")
    if asked not in {one.name for one in UNIT.transitions}:
        raise Http404
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the day of the change."))
        return redirect(found)
    said(
        request,
        lambda: services.move(found, asked, account, form.cleaned_data["on"]),
        _("Done: “%(name)s” is now “%(state)s”.")
        % {"name": found.name, "state": UNIT.states(UNIT.transition(asked).target).label},
    )
    return redirect(found)


@role_required(*KEEPERS)
@require_safe
def unit_story(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All that happened to a unit, in one line of time."""
    account = signed_in(request)
    found = get_object_or_404(Unit.objects.visible_to(account).kept_by(account), pk=pk)
    context = {
        "unit": found,
        "events": story(found, account),
        "tones": TONES,
        "trail": trail_of(found),
    }
    return render(request, "premises/units/story.html", context)


@login_not_required
@require_safe
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One unit on paper."""
    account = request.user
    found = get_object_or_404(Unit.objects.visible_to(account).select_related("owner", "site"), pk=pk)
    photo = Picture.objects.visible_to(account).filter(unit=found, kind=PictureKind.PHOTO).first()
    pdf = unit_sheet(found, photo, contact=isinstance(account, Account))
    return pdf_response(pdf, f"{pgettext('file', 'premises')}-{found.reference or str(found.pk)[:8]}.pdf")


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def new_picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a photo or a plan."""
    account = signed_in(request)
    found = get_object_or_404(Unit.objects.visible_to(account).kept_by(account), pk=pk)
    form = PictureForm(request.POST, request.FILES) if request.method == "POST" else PictureForm()
    page = FormPage(
        _("Add a picture"),
        trail_of(found),
        button=_("Add"),
        said=_("The picture is added."),
    )
    cleaned = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return page.answer(
        request,
        form,
        lambda: services.add_picture(
            found,
            cleaned["file"],
            cleaned["caption"],
            account,
            cleaned["kind"],
            cleaned["taken_on"],
        ),
        to=f"{found.get_absolute_url()}#pictures",
    )


@login_not_required
@require_safe
def picture(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file of a picture, for who may see its unit."""
    found = get_object_or_404(Picture.objects.visible_to(request.user), pk=pk)
    ending = str(found.file.name).rpartition(".")[2]
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=SHOWN_TYPES.get(ending, "application/octet-stream"))
    name = f"{found.kind}-{str(found.pk)[:8]}.{ending}"
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@role_required(*KEEPERS)
@require_POST
def remove_picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete a picture."""
    account = signed_in(request)
    found = get_object_or_404(
        Picture.objects.visible_to(account).kept_by(account).select_related("unit"), pk=pk
    )
    services.remove_picture(found, account)
    messages.success(request, _("The picture is removed."))
    return redirect(f"{found.unit.get_absolute_url()}#pictures")
