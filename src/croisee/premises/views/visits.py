"""The pages of visits and options."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing
from croisee.premises.calendars import calendar_of
from croisee.premises.forms.lettings import NoteForm, OptionForm, VisitForm
from croisee.premises.models import Option, OptionState, Proposal, Visit, VisitState
from croisee.premises.notices.demands import asker_of
from croisee.premises.queries import lettings as queries
from croisee.premises.services import options as holding
from croisee.premises.services import visits as services
from croisee.premises.views.proposals import KEEPERS, SIDES, address_of, proposals_trail


def _visits_trail() -> list[tuple[str, str]]:
    return [(reverse("premises:visits"), _("Visits of premises"))]


@role_required(*SIDES)
@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """One's visits, those to come first."""
    account = signed_in(request)
    keeps = account.has_role(*KEEPERS)
    listing = Listing(
        request,
        queries.visits_for(account),
        name="visits",
        columns=[
            Column(
                "at", _("When"), lambda row: date_format(localtime(row.at), "SHORT_DATETIME_FORMAT"), "at"
            ),
            Column("unit", _("Premises"), lambda row: row.unit.name, "unit__name"),
            Column("where", _("Where"), lambda row: row.meeting_point or row.unit.address),
            Column("who", _("Who"), lambda row: asker_of(row.demand), "demand__organisation__name"),
            Column("state", pgettext("premises", "State"), Visit.get_state_display, "state"),
            Column("note", _("What was said"), sort="note"),
        ],
        search=["unit__name", "demand__title", "demand__organisation__name"],
        choices={"state": (pgettext("premises", "State"), VisitState.choices)},
        empty_title=_("No visit yet"),
        empty_text=_("A visit is planned once premises interest somebody."),
    )
    if listing.wants_export:
        return listing.export()
    planned = [row for row in listing.shown if row.state == VisitState.PLANNED]
    context = {"listing": listing, "keeps": keeps, "planned": planned, "now": timezone.now()}
    return render(request, "premises/lettings/visits.html", context)


@role_required(*SIDES)
@require_safe
def visit_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A visit, for calendars."""
    account = signed_in(request)
    found = get_object_or_404(Visit.objects.visible_to(account).select_related("unit"), pk=pk)
    response = HttpResponse(calendar_of(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="visite.ics"'
    return response


def _proposal(request: HttpRequest, pk: UUID) -> Proposal:
    """A proposal of a unit that one keeps; Http404 for another."""
    account = signed_in(request)
    rows = Proposal.objects.visible_to(account).kept_by(account).select_related("unit", "demand")
    found: Proposal = get_object_or_404(rows, pk=pk)
    return found


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def new_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Plan a visit."""
    proposal = _proposal(request, pk)
    form = VisitForm(request.POST or None, instance=Visit(), account=signed_in(request))
    page = FormPage(
        _("Plan a visit of %(unit)s") % {"unit": proposal.unit.name},
        proposals_trail(proposal),
        _("Both sides are told by e-mail, with a file for their calendars."),
        _("Plan the visit"),
        _("The visit is planned; both sides are told."),
    )
    return page.answer(
        request,
        form,
        lambda: services.plan(proposal, form.cleaned_data["at"], form.cleaned_data["meeting_point"]),
        address_of(proposal),
    )


def _kept_visit(request: HttpRequest, pk: UUID) -> Visit:
    account = signed_in(request)
    rows = Visit.objects.visible_to(account).kept_by(account).select_related("unit", "demand")
    found: Visit = get_object_or_404(rows, pk=pk)
    return found


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def edit_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a visit."""
    found = _kept_visit(request, pk)
    form = VisitForm(request.POST or None, instance=found, account=signed_in(request))
    page = FormPage(
        _("Move the visit of %(unit)s") % {"unit": found.unit.name},
        _visits_trail(),
        _("Both sides are told again."),
        said=_("The visit is moved; both sides are told."),
    )
    return page.answer(
        request,
        form,
        lambda: services.move(
            found, form.cleaned_data["at"], form.cleaned_data["meeting_point"], form.last_seen()
        ),
        reverse("premises:visits"),
    )


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def finish_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that a visit was held."""
    account = signed_in(request)
    found = _kept_visit(request, pk)
    form = NoteForm(request.POST or None)
    page = FormPage(
        _("The visit of %(unit)s was held") % {"unit": found.unit.name},
        _visits_trail(),
        _("What was said is read by both sides."),
        _("Note it"),
        pgettext("premises", "The visit is noted."),
    )
    return page.answer(
        request,
        form,
        lambda: services.finish(found, form.cleaned_data["note"], account),
        reverse("premises:visits"),
    )


@role_required(*SIDES)
@require_POST
def cancel_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a visit, from either side."""
    account = signed_in(request)
    found = get_object_or_404(Visit.objects.visible_to(account), pk=pk)
    said(request, lambda: services.cancel(found, account), _("The visit is cancelled; the others are told."))
    return redirect("premises:visits")


@role_required(*KEEPERS)
@require_safe
def options(request: HttpRequest) -> HttpResponse:
    """Options on premises, those that hold first."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.options_for(account),
        name="options",
        columns=[
            Column("unit", _("Premises"), lambda row: row.unit.name, "unit__name"),
            Column("who", _("Who"), lambda row: asker_of(row.demand), "demand__organisation__name"),
            Column("until", _("Until"), sort="until"),
            Column("state", pgettext("premises", "State"), Option.get_state_display, "state", badge=_tone),
        ],
        search=["unit__name", "demand__title", "demand__organisation__name"],
        choices={"state": (pgettext("premises", "State"), OptionState.choices)},
        empty_title=_("No option yet"),
        empty_text=_("An option keeps premises for somebody until a day; it is put from their page."),
    )
    if listing.wants_export:
        return listing.export()
    held = [row for row in listing.shown if row.state == OptionState.HELD]
    context = {"listing": listing, "held": held, "trail": proposals_trail()}
    return render(request, "premises/lettings/options.html", context)


def _tone(row: Option) -> str:
    return "ok" if row.state == OptionState.HELD else ""


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def new_option(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a unit for who asks."""
    account = signed_in(request)
    proposal = _proposal(request, pk)
    form = OptionForm(request.POST or None)
    page = FormPage(
        _("Keep %(unit)s") % {"unit": proposal.unit.name},
        proposals_trail(proposal),
        _("Nobody else is offered these premises till then; the day after, they are offered again."),
        _("Put the option"),
        _("The premises are under option; who asks is told."),
    )
    return page.answer(
        request,
        form,
        lambda: holding.hold(proposal, form.cleaned_data["until"], account),
        address_of(proposal),
    )


@role_required(*SIDES)
@require_POST
def lift_option(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lift an option, from either side."""
    account = signed_in(request)
    found = get_object_or_404(Option.objects.visible_to(account).select_related("demand"), pk=pk)
    said(
        request,
        lambda: holding.lift(found, account),
        _("The option is lifted: the premises are offered again."),
    )
    mine = Option.objects.visible_to(account).asked_by(account).filter(pk=pk).exists()
    return redirect(found.demand if mine else "premises:options")
