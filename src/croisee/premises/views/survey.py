"""The walk with a telephone, which works without a network; and what is done with what was seen."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing
from croisee.premises.forms.survey import KeepForm, SightingForm
from croisee.premises.kinds import UnitKind
from croisee.premises.models import Sighting, SightingPhoto, SightingState, Unit
from croisee.premises.queries import survey as queries
from croisee.premises.services import survey as services
from croisee.premises.survey_words import words

DEVELOPER = (Role.DEVELOPER,)
STYLES = ("croisee", "frame", "components", "forms", "tables", "cards")
NEEDED = (
    *(f"croisee/{name}.css" for name in STYLES),
    "croisee/mark.svg",
    "vendor/bricolage-grotesque-5.3.0/bricolage-grotesque-latin-wght-normal.woff2",
    "premises/survey.css",
    "premises/survey.js",
)
"""What the page of the walk needs of static files: kept on the telephone."""


def trail_of(sighting: Sighting | None = None) -> list[tuple[str, str]]:
    """Where a page of what was seen hangs."""
    trail = [(reverse("premises:sightings"), _("Seen on the field"))]
    return trail if sighting is None else [*trail, (_page(sighting), str(sighting))]


def _page(sighting: Sighting) -> str:
    return reverse("premises:sighting", args=[sighting.pk])


def _mark(account: Account) -> str:
    """What tells the entries of one account from another's on a shared telephone, and says nothing else."""
    return salted_hmac("premises.survey", str(account.pk)).hexdigest()[:16]


@role_required(*DEVELOPER)
@require_http_methods(METHODS)
def survey(request: HttpRequest) -> HttpResponse:
    """The page of the walk. Its script keeps and sends what is seen; without script the form does, with a network."""
    account = signed_in(request)
    form = SightingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = _uuid(request.POST.get("key", ""))
        try:
            row = services.receive(key, form.cleaned_data, account)
            for index, file in enumerate(request.FILES.getlist("photos")[: services.MOST_PHOTOS]):
                services.add_photo(row, UUID(int=key.int ^ (index + 1)), file)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("Kept: it waits among what was seen on the field."))
            return redirect("premises:survey")
    context = {
        "form": form,
        "account": _mark(account),
        "language": get_language(),
        "most_photos": services.MOST_PHOTOS,
        "key": uuid4(),
        "words": words(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "premises/survey/walk.html", context, status=status)


def _uuid(text: str) -> UUID:
    """An identifier that a page sent; a new one for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


@login_not_required
@require_safe
def survey_worker(request: HttpRequest) -> HttpResponse:
    """The script that answers for the walk without a network: it keeps the page and the files that it needs."""
    files = [static(name) for name in NEEDED]
    version = salted_hmac("premises.survey.files", "|".join(files)).hexdigest()[:12]
    script = render_to_string(
        "premises/survey/worker.js", {"files": files, "page": reverse("premises:survey"), "version": version}
    )
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@role_required(*DEVELOPER)
@require_safe
def survey_token(request: HttpRequest) -> JsonResponse:
    """Who is signed in, without a name, and what a form must bring: asked before something is sent."""
    return JsonResponse({"token": get_token(request), "account": _mark(signed_in(request))})


@role_required(*DEVELOPER)
@require_POST
def sync_sighting(request: HttpRequest) -> JsonResponse:
    """Keep what a telephone sends; the same sent again finds the first. Faults by field, in words."""
    account = signed_in(request)
    form = SightingForm(request.POST)
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return _refused({"": [_("This entry has no key: write it down again.")]})
    if not form.is_valid():
        labels = {name: str(one.label or "") for name, one in form.fields.items()}
        return _refused(
            {labels.get(name, ""): [str(one) for one in texts] for name, texts in form.errors.items()}
        )
    try:
        services.receive(key, form.cleaned_data, account)
    except ValidationError as refusal:
        return _refused({"": refusal.messages})
    return JsonResponse({"key": str(key)})


@role_required(*DEVELOPER)
@require_POST
def sync_photo(request: HttpRequest) -> JsonResponse:
    """Keep a photo of what this account sent before."""
    account = signed_in(request)
    try:
        sighting, key = UUID(request.POST.get("sighting", "")), UUID(request.POST.get("key", ""))
    except ValueError:
        return _refused({"": [_("This photo has no key: take it again.")]})
    row = Sighting.objects.visible_to(account).filter(client_key=sighting, seen_by=account).first()
    if row is None:
        return _refused({"": [_("What the photo shows was not received yet.")]})
    try:
        services.add_photo(row, key, request.FILES.get("file"))
    except ValidationError as refusal:
        return _refused({"": refusal.messages})
    return JsonResponse({"key": str(key)})


def _refused(faults: dict[str, list[str]]) -> JsonResponse:
    """Faults in words, each with the name of its field where it has one."""
    words = [
        f"{name} : {text}" if name and name != NON_FIELD_ERRORS else text
        for name, texts in faults.items()
        for text in texts
    ]
    return JsonResponse({"faults": words}, status=422)


@role_required(*DEVELOPER)
@require_safe
def sightings(request: HttpRequest) -> HttpResponse:
    """What was seen on the field, the latest first."""
    account = signed_in(request)
    columns = [
        Column("seen_at", _("Seen on"), _when, "seen_at", link=_page),
        Column("kind", _("What it is"), lambda row: capfirst(row.get_kind_display()), "kind"),
        Column("address", _("Address or landmark"), sort="address"),
        Column("surface", _("m²"), lambda row: row.surface, "surface", numeric=True),
        Column("pictures", _("Photos"), sort="pictures", numeric=True),
        Column("state", _("State"), Sighting.get_state_display, "state"),
        Column("seen_by", _("Seen by"), lambda row: str(row.seen_by or "–"), "seen_by__name"),
    ]
    listing = Listing(
        request,
        queries.sightings(account),
        name="sightings",
        columns=columns,
        search=["address", "note"],
        choices={"state": (_("State"), SightingState.choices), "kind": (_("What it is"), UnitKind.choices)},
        empty_title=_("Nothing was seen yet"),
        empty_text=_("Open the walk on your telephone, and go and look: it works without a network."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "premises/survey/sightings.html", {"listing": listing})


def _when(row: Sighting) -> str:
    return date_format(localtime(row.seen_at), "SHORT_DATETIME_FORMAT")


@role_required(*DEVELOPER)
@require_safe
def sighting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One thing seen: photos, place, known units near it, what to do with it."""
    account = signed_in(request)
    row = get_object_or_404(queries.sightings(account), pk=pk)
    is_open = row.state == SightingState.RECEIVED
    context = {
        "sighting": row,
        "photos": list(row.photos.all()),
        "near": queries.near(row, account) if is_open else [],
        "is_open": is_open,
        "trail": trail_of(),
    }
    return render(request, "premises/survey/sighting.html", context)


@role_required(*DEVELOPER)
@require_safe
def sighting_photo(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A photo taken on the field."""
    photo = get_object_or_404(SightingPhoto.objects.visible_to(signed_in(request)), pk=pk)
    return FileResponse(photo.file.open("rb"), filename=f"photo.{str(photo.file.name).rpartition('.')[2]}")


@role_required(*DEVELOPER)
@require_http_methods(METHODS)
def keep_sighting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a unit of what was seen."""
    account = signed_in(request)
    row = get_object_or_404(Sighting.objects.visible_to(account), pk=pk)
    initial = {
        "name": row.address or capfirst(row.get_kind_display()),
        "kind": row.kind,
        "surface": row.surface,
        "address": row.address,
        "description": row.note,
    }
    form = KeepForm(request.POST if request.method == "POST" else None, initial=initial)
    page = FormPage(
        _("Make a unit of it"),
        trail_of(row),
        _(
            "Its photos and its position go with it. It is found, not yet offered: complete it on its own page."
        ),
        _("Make the unit"),
        _("The unit is there, with the photos of the walk."),
    )

    def save() -> Unit:
        values: dict[str, Any] = form.cleaned_data | {"lon": row.lon, "lat": row.lat}
        return services.keep(row, values, account)

    return page.answer(request, form, save)


@role_required(*DEVELOPER)
@require_POST
def move_sighting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Dismiss what was seen, look at it again, or add it to a unit that was known."""
    account = signed_in(request)
    row = get_object_or_404(Sighting.objects.visible_to(account), pk=pk)
    wanted = request.POST.get("transition", "")
    if wanted == "know":
        unit = get_object_or_404(
            Unit.objects.visible_to(account).kept_by(account), pk=_uuid(request.POST.get("unit", ""))
        )
        done = said(
            request, lambda: services.attach(row, unit, account), _("Added to the unit, with its photos.")
        )
        return redirect(unit if done else _page(row))
    words = {
        "dismiss": _("Dismissed: it can be looked at again."),
        "reopen": _("It is to be looked at again."),
    }
    if wanted not in words:
        messages.error(request, _("Choose what to do with it."))
        return redirect(_page(row))
    try:
        said(request, lambda: services.move(row, wanted, account), words[wanted])
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    return redirect(_page(row))
