"""Openings suggested to a person, with reasons and what is missing; taken up as a step, or set aside."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from croisee.directory.rome import label_of
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.listings import Column, Listing
from croisee.journeys.models import Dismissal, Journey, StepKind
from croisee.journeys.queries import suggestions as queries
from croisee.journeys.queries.recipients import own_account
from croisee.journeys.ranking import MOST, Ranked
from croisee.journeys.reasons import missing, points_table, reasons
from croisee.journeys.services import suggestions as services
from croisee.journeys.views.caseload import up
from croisee.territory.travel.wording import rests_on

READERS = (Role.REFERENT, Role.PROGRAMME_MANAGER, Role.FAMILY)
EVERY_JOB = "all"


class _Line:
    """An opening, as the table shows it."""

    def __init__(self, ranked: Ranked, found: queries.Suggestions) -> None:
        self.ranked, self.found = ranked, found
        self.opening = ranked.opening
        self.key, self.title, self.where = self.opening.key, self.opening.title, self.opening.organisation
        self.points, self.kind = ranked.points, self.opening.kind.value
        self.kind_label = StepKind(self.opening.kind).label
        self.jobs = [label_of(code) for code in self.opening.jobs]

    @property
    def why(self) -> str:
        """The reasons, each with its points."""
        return " · ".join(f"{one.text} ({one.points})" for one in reasons(self.ranked, self.found.seeker))

    @property
    def lacking(self) -> str:
        """What would make it fit."""
        return ", ".join(missing(self.ranked, self.found.seeker))


@role_required(Role.REFERENT, Role.PROGRAMME_MANAGER)
@require_safe
def suggestions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Openings for the person of a journey."""
    account = signed_in(request)
    journey = get_object_or_404(queries.with_person(account), pk=pk)
    record_read(account, journey, _("openings suggested"), own_account(journey))
    trail = [
        up(account),
        (journey.get_absolute_url(), _name(journey)),
    ]
    return _page(request, journey, trail, own=False)


@role_required(Role.FAMILY)
@require_safe
def my_openings(request: HttpRequest) -> HttpResponse:
    """Openings for oneself, from the journey that began last."""
    journey = queries.of_oneself(signed_in(request)).first()
    if journey is None:
        return render(request, "journeys/caseload/no_openings.html")
    return _page(request, journey, [(reverse("journeys:my_journey"), _("My journey"))], own=True)


def _name(journey: Journey) -> str:
    return str(journey.person or _("erased person"))


def _page(request: HttpRequest, journey: Journey, trail: list[tuple[str, str]], *, own: bool) -> HttpResponse:
    every_job = request.GET.get("jobs") == EVERY_JOB
    found = queries.suggestions(journey, every_job=every_job)
    fitting = _listing(request, found, found.fitting, "fitting", "")
    limited = _listing(request, found, found.limited, "limited", "far_")
    for listing in (fitting, limited):
        if listing.wants_export:
            if not own:
                record_export(signed_in(request), journey, _("openings suggested"), own_account(journey))
            return listing.export()
    context = {
        "journey": journey,
        "name": _name(journey),
        "own": own,
        "fitting": fitting,
        "limited": limited,
        "left_out": found.left_out,
        "every_job": every_job,
        "has_jobs": bool(found.seeker.jobs),
        "jobs": [label_of(code) for code in found.seeker.jobs],
        "located": found.located,
        "rests_on": rests_on(found.basis),
        "table": points_table(),
        "most": MOST,
        "aside": found.aside,
        "trail": trail,
        "heading": _("Openings for me") if own else _("Openings for %(name)s") % {"name": _name(journey)},
    }
    return render(request, "journeys/caseload/suggestions.html", context)


def _listing(
    request: HttpRequest, found: queries.Suggestions, ranked: list[Ranked], name: str, prefix: str
) -> Listing:
    lines = [_Line(one, found) for one in ranked]
    kinds = sorted({line.kind for line in lines})
    return Listing(
        request,
        lines,
        name=name,
        prefix=prefix,
        per_page=20,
        columns=[
            Column("title", _("Opening"), sort="title"),
            Column("where", _("With whom"), sort="where"),
            Column("points", _("Points out of %(most)d") % {"most": MOST}, sort="points", numeric=True),
            Column("why", _("Why")),
            Column("lacking", _("What is missing")),
            Column("starts_on", _("Begins on"), lambda line: line.opening.starts_on, sort="starts_on"),
        ],
        search=["title", "where"],
        choices={"kind": (_("Kind"), [(kind, StepKind(kind).label) for kind in kinds])}
        if len(kinds) > 1
        else {},
        empty_title=_("No opening yet"),
        empty_text=_(
            "Openings come from companies, training centres and the actions of the territory: look again soon."
        ),
    )


def _journey(request: HttpRequest, pk: UUID) -> tuple[Journey, bool]:
    """A journey that one follows, or one's own, and whether it is one's own."""
    account = signed_in(request)
    own = queries.of_oneself(account).filter(pk=pk).first()
    if own is not None:
        return own, True
    return get_object_or_404(queries.with_person(account), pk=pk), False


def _back(journey: Journey, *, own: bool) -> HttpResponse:
    return redirect("journeys:my_openings") if own else redirect("journeys:suggestions", journey.pk)


@role_required(*READERS)
@require_POST
def take_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a planned step of an opening: `key` names it."""
    journey, own = _journey(request, pk)
    opening = queries.opening_of(journey, request.POST.get("key", ""))
    if opening is None:
        messages.error(request, _("This opening is no longer there, or is a step already."))
        return _back(journey, own=own)
    try:
        services.take_up(journey, opening, signed_in(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        text = _("“%(title)s” is a planned step of the journey.")
        messages.success(request, text % {"title": opening.title})
    return _back(journey, own=own)


@role_required(*READERS)
@require_POST
def set_aside(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that an opening is not for the person: `key` names it, `reason` says why."""
    journey, own = _journey(request, pk)
    opening = queries.opening_of(journey, request.POST.get("key", ""))
    if opening is None:
        messages.error(request, _("This opening is no longer there, or is a step already."))
        return _back(journey, own=own)
    try:
        services.set_aside(journey, opening, signed_in(request), request.POST.get("reason", ""))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Noted: this opening is not suggested again."))
    return _back(journey, own=own)


@role_required(*READERS)
@require_POST
def suggest_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back that an opening is not wanted."""
    row = get_object_or_404(Dismissal.objects.visible_to(signed_in(request)), pk=pk)
    journey, own = _journey(request, row.journey_id)
    services.suggest_again(row)
    messages.success(request, _("This opening is suggested again while it is open."))
    return _back(journey, own=own)
