"""Forums and job datings: the agenda, one meeting, how it is prepared, who came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.apprenticeship.calendars import calendar_of_meeting
from croisee.apprenticeship.forms.meetings import MeetingForm
from croisee.apprenticeship.models import Meeting, MeetingKind, MeetingState, Registration
from croisee.apprenticeship.queries import meetings as queries
from croisee.apprenticeship.services import meetings as services
from croisee.apprenticeship.services.plannings import planning_pdf
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.forms import METHODS, FormPage
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing

MANAGER = (Role.PROGRAMME_MANAGER,)


def trail_of(meeting: Meeting | None = None) -> list[tuple[str, str]]:
    """Where a page of a meeting hangs."""
    trail = [(reverse("apprenticeship:meetings"), _("Forums and job datings"))]
    return trail if meeting is None else [*trail, (meeting.get_absolute_url(), meeting.title)]


def _when(row: Meeting) -> str:
    return date_format(localtime(row.starts_at), "SHORT_DATETIME_FORMAT")


@login_not_required
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """The agenda: those announced, for everyone; for who organises, those in preparation as well."""
    account = request.user
    organises = isinstance(account, Account) and account.has_role(*MANAGER)
    columns = [
        Column("starts_at", _("When"), _when, "starts_at"),
        Column("title", pgettext("forum", "Meeting"), sort="title", link=_link(account)),
        Column("kind", _("Kind"), Meeting.get_kind_display, "kind"),
        Column("place", pgettext("meeting", "Place"), sort="place"),
        Column("companies", _("Companies"), sort="companies", numeric=True),
    ]
    if organises:
        columns += [
            Column("state", _("Stands"), Meeting.get_state_display, "state"),
            Column("people", _("People"), sort="people", numeric=True),
            Column("taken", _("Slots taken"), lambda row: f"{row.taken} / {row.slots}", "taken"),
        ]
    listing = Listing(
        request,
        queries.agenda(account),
        name="meetings",
        columns=columns,
        search=["title", "place", "description"],
        choices={"kind": (_("Kind"), MeetingKind.choices)},
        empty_title=_("No meeting is announced"),
        empty_text=_("Forums, job datings and visits of companies are announced here."),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "organises": organises, "signed": isinstance(account, Account)}
    return render(request, "apprenticeship/meetings/meetings.html", context)


def _link(account: Any) -> Any:
    """Who is signed in opens the page; others take the file for their calendar."""
    if isinstance(account, Account):
        return Meeting.get_absolute_url
    return lambda row: reverse("apprenticeship:meeting_file", args=[row.pk])


@login_not_required
@require_safe
def meeting_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A meeting that is announced, for calendars."""
    found = get_object_or_404(queries.announced(), pk=pk)
    response = HttpResponse(calendar_of_meeting(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rencontre.ics"'
    return response


@require_safe
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One meeting: who is there, the slots that are free, one's own."""
    account = signed_in(request)
    found = get_object_or_404(Meeting.objects.visible_to(account).select_related("organiser"), pk=pk)
    acts = set(account.memberships.active().values_list("role", "organisation"))
    organises = any((role, found.organiser_id) in acts for role in MANAGER)
    people = queries.people_of(account) if _books(account) else []
    shown = queries.stands_of(found, people, everything=organises)
    hosts = {organisation for role, organisation in acts if role == Role.EMPLOYER}
    context = {
        "meeting": found,
        "organises": organises,
        "people": people,
        "stands": shown,
        "hosts": hosts,
        "asks": bool(hosts) and not any(one.stand.organisation_id in hosts for one in shown),
        "is_open": found.state == MeetingState.PUBLISHED,
        "may_change": organises and found.state in (MeetingState.DRAFT, MeetingState.PUBLISHED),
        "registered": set(
            Registration.objects.visible_to(account)
            .filter(meeting=found, person__in=people)
            .values_list("person", flat=True)
        )
        if people
        else set(),
        "results": list(queries.results_of(found)) if organises and found.state == MeetingState.OVER else [],
        "trail": trail_of(),
    }
    return render(request, "apprenticeship/meetings/meeting.html", context)


def _books(account: Account) -> bool:
    return account.has_role(Role.FAMILY, Role.REFERENT, Role.PROGRAMME_MANAGER)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def new_meeting(request: HttpRequest) -> HttpResponse:
    """Prepare a meeting."""
    account = signed_in(request)
    organiser = account.organisations(*MANAGER).order_by("name")[0]
    form = MeetingForm(request.POST or None, instance=Meeting(organiser=organiser), account=account)
    page = FormPage(
        _("New meeting"),
        trail_of(),
        _("Nobody sees it until you announce it."),
        _("Prepare the meeting"),
        _("The meeting is prepared: give stands to companies, then announce it."),
    )
    return page.answer(request, form, lambda: services.prepare(organiser, form.cleaned_data))


@role_required(*MANAGER)
@require_http_methods(METHODS)
def edit_meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a meeting."""
    account = signed_in(request)
    found = get_object_or_404(Meeting.objects.visible_to(account).organised_by(account), pk=pk)
    form = MeetingForm(request.POST or None, instance=found, account=account)
    page = FormPage(_("Change the meeting"), trail_of(found), said=pgettext("forum", "The meeting is saved."))
    return page.answer(request, form, lambda: services.change(found, form.cleaned_data))


@role_required(*MANAGER)
@require_POST
def move_meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Announce, close or cancel a meeting."""
    account = signed_in(request)
    found = get_object_or_404(Meeting.objects.visible_to(account).organised_by(account), pk=pk)
    said = {
        "publish": _("The meeting is announced: people can book."),
        "close": _("The meeting is closed: its results are on its page."),
        "cancel": _("The meeting is cancelled; those who had booked are told."),
    }
    transition = request.POST.get("transition", "")
    if transition not in said:
        messages.error(request, _("Choose what to do with the meeting."))
        return redirect(found)
    try:
        services.move(found, transition, account)
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, said[transition])
    return redirect(found)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def presence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list of the day, on a phone: who came."""
    account = signed_in(request)
    found = get_object_or_404(Meeting.objects.visible_to(account).organised_by(account), pk=pk)
    if request.method == "POST":
        came = {"yes": True, "no": False}.get(request.POST.get("came", ""))
        row = get_object_or_404(found.registrations, pk=_uuid(request.POST.get("registration", "")))
        services.note_came(row, came)
        return redirect(f"{reverse('apprenticeship:presence', args=[pk])}#p-{row.pk}")
    rows = list(queries.list_of_the_day(found))
    context = {
        "meeting": found,
        "rows": rows,
        "came": sum(bool(row.came) for row in rows),
        "trail": trail_of(found),
    }
    return render(request, "apprenticeship/meetings/presence.html", context)


def _uuid(text: str) -> UUID:
    """An identifier that a form sent; one of nothing for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@role_required(*MANAGER)
@require_safe
def planning(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The planning of a meeting by stand, and the list of the day, to print."""
    account = signed_in(request)
    found = get_object_or_404(Meeting.objects.visible_to(account).organised_by(account), pk=pk)
    return pdf_response(planning_pdf(found), "planning.pdf")
