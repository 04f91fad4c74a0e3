"""Mentors: who they are, whom they could follow, the page of a pair."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.apprenticeship.forms.mentoring import InviteForm, LeaveForm, MentorForm, NoteForm, ProposeForm
from croisee.apprenticeship.models import Mentor, MentorNote, Mentorship, MentorshipState
from croisee.apprenticeship.queries import mentoring as queries
from croisee.apprenticeship.services import mentoring as services
from croisee.directory import rome
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing
from croisee.journeys.models import Journey

TEAM = (Role.PROGRAMME_MANAGER, Role.REFERENT)
PAIR = (Role.MENTOR, Role.FAMILY, *TEAM)


def _trail(account: Account) -> list[tuple[str, str]]:
    if account.has_role(*TEAM):
        return [(reverse("apprenticeship:mentors"), _("Mentors"))]
    return [(reverse("apprenticeship:mentorships"), _("Mentorships"))]


@role_required(*TEAM)
@require_safe
def mentors(request: HttpRequest) -> HttpResponse:
    """Every mentor, with room, charter and check."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.with_load(Mentor.objects.visible_to(account)),
        name="mentors",
        columns=[
            Column(
                "name", _("Name"), lambda row: str(row.account), "account__name", link=Mentor.get_absolute_url
            ),
            Column("jobs", _("Jobs"), lambda row: ", ".join(map(rome.label_of, row.jobs))),
            Column("city", _("Town"), sort="city"),
            Column("follows", _("Follows"), lambda row: f"{row.follows} / {row.most}", "follows"),
            Column("charter_on", _("Charter accepted on"), sort="charter_on"),
            Column("checked_on", _("Checked on"), sort="checked_on"),
        ],
        search=["account__name", "city", "presentation"],
        choices={"available": (_("Takes somebody more"), [(True, _("yes")), (False, _("no"))])},
        empty_title=_("No mentor yet"),
        empty_text=_("Invite professionals: they say what they offer, you check who they are."),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "invites": account.has_role(Role.PROGRAMME_MANAGER)}
    return render(request, "apprenticeship/mentoring/mentors.html", context)


@role_required(Role.PROGRAMME_MANAGER)
@require_http_methods(METHODS)
def invite_mentor(request: HttpRequest) -> HttpResponse:
    """Invite somebody to be a mentor."""
    account = signed_in(request)
    form = InviteForm(request.POST or None, organisations=queries.where_mentors_work(account))
    page = FormPage(
        _("Invite a mentor"),
        _trail(account),
        _("An e-mail says how to sign in, and asks for the charter."),
        _("Send the invitation"),
        _("The invitation has left."),
    )
    return page.answer(
        request,
        form,
        lambda: services.invite(
            form.cleaned_data["organisation"], form.cleaned_data["email"], form.cleaned_data["name"]
        ),
    )


@role_required(Role.MENTOR, *TEAM)
@require_safe
def mentor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mentor."""
    account = signed_in(request)
    found = get_object_or_404(queries.with_load(Mentor.objects.visible_to(account)), pk=pk)
    context = {
        "mentor": found,
        "jobs": [rome.label_of(code) for code in found.jobs],
        "own": found.account_id == account.pk,
        "checks": account.has_role(Role.PROGRAMME_MANAGER),
        "pairs": list(queries.pairs(account).filter(mentor=found)),
        "trail": _trail(account),
    }
    return render(request, "apprenticeship/mentoring/mentor.html", context)


@role_required(Role.MENTOR)
@require_http_methods(METHODS)
def my_offer(request: HttpRequest) -> HttpResponse:
    """What one offers as a mentor."""
    account = signed_in(request)
    found = Mentor.objects.visible_to(account).filter(account=account).first() or Mentor(account=account)
    form = MentorForm(request.POST or None, instance=found, account=account)
    page = FormPage(_("What I offer as a mentor"), _trail(account), said=_("It is saved."))
    return page.answer(request, form, lambda: _saved(found, form), reverse("apprenticeship:mentorships"))


def _saved(found: Mentor, form: MentorForm) -> Mentor:
    if found._state.adding:
        found = services.begin(found.account)
    return services.change(found, form.cleaned_data)


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def check_mentor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that a mentor was checked, for adults or for minors as well."""
    found = get_object_or_404(Mentor.objects.visible_to(request.user), pk=pk)
    services.check(found, minors=request.POST.get("minors") == "yes")
    messages.success(request, _("The check is noted."))
    return redirect(found)


@role_required(*TEAM)
@require_http_methods(METHODS)
def propose_mentor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mentors put forward for the person of a journey; propose one of them."""
    account = signed_in(request)
    journey = get_object_or_404(
        Journey.objects.visible_to(account).followed_by(account).select_related("person__profile"),
        pk=pk,
        person__isnull=False,
    )
    person = journey.person
    if person is None:
        raise Http404
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = get_object_or_404(Mentor.objects.visible_to(account), pk=form.cleaned_data["mentor"])
        values = {name: form.cleaned_data[name] for name in ("why", "representative_on")}
        if said(
            request,
            lambda: services.propose(chosen, person, account, **values),
            _("The pair is proposed: both are told."),
        ):
            return redirect(journey)
    context = {
        "journey": journey,
        "person": person,
        "form": form,
        "suggested": queries.suggestions(person, account),
        "minor": queries.is_minor(person),
        "trail": [(journey.get_absolute_url(), str(person))],
    }
    return render(request, "apprenticeship/mentoring/propose.html", context)


@role_required(*PAIR)
@require_safe
def mentorships(request: HttpRequest) -> HttpResponse:
    """The pairs that one is in, or follows."""
    account = signed_in(request)
    team = account.has_role(*TEAM)
    listing = Listing(
        request,
        queries.pairs(account),
        name="mentorships",
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: str(row.person) if team else row.person.given_name,
                "person__given_name",
                link=Mentorship.get_absolute_url,
            ),
            Column("mentor", _("Mentor"), lambda row: str(row.mentor.account), "mentor__account__name"),
            Column("state", _("Stands"), Mentorship.get_state_display, "state"),
            Column("started_on", _("Since"), sort="started_on"),
            Column("met", _("Last meeting"), sort="met"),
        ],
        choices={"state": (_("Stands"), MentorshipState.choices)},
        empty_title=_("No mentorship yet"),
        empty_text=_("Pairs are proposed from the page of a journey; both accept or decline."),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "is_mentor": account.has_role(Role.MENTOR), "team": team}
    return render(request, "apprenticeship/mentoring/mentorships.html", context)


@role_required(*PAIR)
@require_safe
def mentorship(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page of a pair."""
    account = signed_in(request)
    found = get_object_or_404(queries.pairs(account), pk=pk)
    return _page(request, account, found, NoteForm(), LeaveForm(), 200)


def _page(
    request: HttpRequest, account: Account, found: Mentorship, note: NoteForm, leave: LeaveForm, status: int
) -> HttpResponse:
    as_mentor, oneself = _sides(account, found)
    accepted = found.mentor_accepted_on if as_mentor else found.person_accepted_on
    context = {
        "pair": found,
        "as_mentor": as_mentor,
        "in_pair": as_mentor or oneself,
        "to_accept": found.state == MentorshipState.PROPOSED and (as_mentor or oneself) and accepted is None,
        "living": found.state in (MentorshipState.PROPOSED, MentorshipState.UNDER_WAY),
        "notes": list(MentorNote.objects.visible_to(account).filter(mentorship=found).select_related("by")),
        "note_form": note,
        "leave_form": leave,
        "trail": _trail(account),
    }
    return render(request, "apprenticeship/mentoring/mentorship.html", context, status=status)


def _sides(account: Account, pair: Mentorship) -> tuple[bool, bool]:
    """Whether the reader is the mentor of the pair; whether it is the person."""
    oneself = Mentorship.objects.visible_to(account).of_oneself(account).filter(pk=pair.pk).exists()
    return pair.mentor.account_id == account.pk, oneself


@role_required(Role.MENTOR, Role.FAMILY)
@require_POST
def accept_mentorship(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Accept a pair that is proposed."""
    account = signed_in(request)
    found = get_object_or_404(Mentorship.objects.visible_to(account).select_related("mentor"), pk=pk)
    as_mentor, oneself = _sides(account, found)
    if not as_mentor and not oneself:
        raise Http404
    said(request, lambda: services.accept(found, as_mentor=as_mentor), _("Accepted."))
    return redirect(found)


@role_required(*PAIR)
@require_POST
def leave_mentorship(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decline or end a pair."""
    account = signed_in(request)
    found = get_object_or_404(queries.pairs(account), pk=pk)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _page(request, account, found, NoteForm(), form, 422)
    try:
        done = _("It is noted, and both are told.")
        said(request, lambda: services.leave(found, account, **form.cleaned_data), done)
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    return redirect(found)


@role_required(Role.MENTOR, Role.FAMILY)
@require_POST
def note_mentorship(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note a meeting."""
    account = signed_in(request)
    found = get_object_or_404(queries.pairs(account), pk=pk)
    if not any(_sides(account, found)):
        raise Http404
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, account, found, form, LeaveForm(), 422)
    said(request, lambda: services.note(found, form.cleaned_data, account), _("The meeting is noted."))
    return redirect(found)
