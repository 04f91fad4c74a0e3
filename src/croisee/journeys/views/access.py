"""Who is followed elsewhere, and access to a journey: looked for, asked for, answered, ended."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.forms import add_refusal
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing
from croisee.foundation.throttle import exceeded
from croisee.journeys.crossing import masked
from croisee.journeys.forms.rights import AnswerForm, AskForm, FindForm, token_of
from croisee.journeys.models import AccessRequest, AccessState
from croisee.journeys.queries import rights as queries
from croisee.journeys.services import rights as services

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)
SEARCHES_AN_HOUR = 30


@role_required(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def find_person(request: HttpRequest) -> HttpResponse:
    """Look for somebody who may be followed in another programme; what is sought is in no address."""
    account = signed_in(request)
    form = FindForm(request.POST or None)
    found: list[dict[str, object]] | None = None
    if request.method == "POST" and form.is_valid():
        if exceeded(request, f"find_person:{account.pk}", limit=SEARCHES_AN_HOUR, seconds=3600):
            form.add_error(None, _("That was many searches: look for others in an hour."))
        else:
            values = form.cleaned_data
            rows = queries.find(account, values["family_name"], values["given_name"], values["birth_date"])
            _note(account, rows)
            found = [_shown(one, account) for one in rows]
    return render(request, "journeys/rights/find.html", {"form": form, "found": found})


def _note(account: Account, rows: list[queries.Found]) -> None:
    """Each search leaves a line in the log of accesses: whom it found, or that it found nobody."""
    for one in rows:
        own = one.person.own[0].account if one.person.own else None  # type: ignore[attr-defined]  # prefetched
        record_read(account, one.person, _("search across programmes"), own)
    if not rows:
        for team in account.organisations(*TEAM)[:1]:
            record_read(account, team, _("search across programmes: nobody"))


def _shown(one: queries.Found, account: Account) -> dict[str, object]:
    """Somebody found: by name when the reader sees the journey, else by initials, with whom to write to."""
    seen = one.mine is not None
    token = token_of(one.person, account)
    return {
        "name": str(one.person) if seen else masked(one.person.given_name, one.person.family_name),
        "url": one.mine.get_absolute_url() if one.mine else "",
        "asked": one.asked,
        "journeys": one.journeys,
        "form": None if seen or one.asked else AskForm(None, account, found=token),
    }


@role_required(*TEAM)
@require_POST
def ask_access(request: HttpRequest) -> HttpResponse:
    """Ask for access to the journey of somebody found a moment ago."""
    account = signed_in(request)
    form = AskForm(request.POST, account)
    if form.is_valid():
        person = get_object_or_404(queries.followed_people(), pk=form.cleaned_data["found"])
        try:
            services.ask(person, account, form.cleaned_data["reason"])
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("The request has gone: you are told by e-mail when it is answered."))
            return redirect("journeys:access")
    else:
        errors = [str(error) for found in form.errors.values() for error in found]
        messages.error(request, " ".join(errors))
    return redirect("journeys:find_person")


@role_required(*TEAM)
@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """Requests to answer, and one's own."""
    account, today = signed_in(request), timezone.localdate()
    waiting = Listing(
        request,
        queries.to_answer(account).select_related("person", "asker"),
        name="to-answer",
        prefix="a-",
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: str(row.person),
                "person__family_name",
                link=lambda row: reverse("journeys:access_request", args=[row.pk]),
            ),
            Column("asker", _("Asked by"), lambda row: str(row.asker), "asker__name"),
            Column("on", _("Asked on"), lambda row: timezone.localdate(row.created_at), "created_at"),
            *_standing(today),
        ],
        choices={"state": (_("State"), AccessState.choices)},
        empty_title=_("Nobody asks"),
        empty_text=_(
            "When a colleague asks to see a journey that you follow, you decide here, and until when."
        ),
    )
    mine = Listing(
        request,
        queries.asked_by(account).select_related("person"),
        name="mine",
        prefix="m-",
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: queries.name_for_asker(row, today),
                link=lambda row: reverse("journeys:access_request", args=[row.pk]),
            ),
            Column("on", _("Asked on"), lambda row: timezone.localdate(row.created_at), "created_at"),
            *_standing(today),
        ],
        empty_title=_("You asked for nothing"),
        empty_text=_(
            "Look for a person by name and birth date: if another programme follows them, you can ask."
        ),
    )
    for listing in (waiting, mine):
        if listing.wants_export:
            return listing.export()
    return render(request, "journeys/rights/access.html", {"waiting": waiting, "mine": mine})


def _standing(today: date) -> list[Column]:
    """How a request stands, and until when the journey is open."""
    return [
        Column(
            "state",
            _("State"),
            lambda row: queries.standing(row, today)[0],
            badge=lambda row: queries.standing(row, today)[1],
        ),
        Column("until", _("Open until"), lambda row: row.until, "until"),
    ]


@role_required(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def access_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A request: who asks to see whom, why; the référent answers, the asker reads the answer."""
    account, today = signed_in(request), timezone.localdate()
    rows = AccessRequest.objects.visible_to(account).select_related("person", "asker", "answered_by")
    row = get_object_or_404(rows, pk=pk)
    answers = queries.to_answer(account).filter(pk=row.pk).exists()
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        if not answers:
            raise Http404(str(pk))
        if form.is_valid() and _answer(request, form, row, account):
            return redirect("journeys:access_request", row.pk)
    in_force = row.state == AccessState.GRANTED and row.until is not None and row.until >= today
    context = {
        "row": row,
        "name": str(row.person) if answers else queries.name_for_asker(row, today),
        "shown": queries.access_shown(row, today),
        "form": form if answers and row.state == AccessState.ASKED else None,
        "answers": answers,
        "in_force": in_force,
        "journey": queries.journey_for(row, account) if answers or in_force else None,
    }
    return render(request, "journeys/rights/request.html", context)


def _answer(request: HttpRequest, form: AnswerForm, row: AccessRequest, account: Account) -> bool:
    """Grant or refuse, as the button said; what is refused is said in the form. Whether it was done."""
    values = form.cleaned_data
    try:
        if request.POST.get("do") == "grant":
            services.grant(row, account, values["until"], values["answer"])
            messages.success(
                request, _("The journey is open to your colleague, who is told, as the person is.")
            )
        else:
            services.refuse(row, account, values["answer"])
            messages.success(request, _("Refused: your colleague reads why."))
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    except TransitionRefused as refusal:
        form.add_error(None, refusal.reason)
        return False
    return True


@role_required(Role.FAMILY, *TEAM)
@require_POST
def end_access(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an access back at once: who follows the person, the person, or who had it."""
    account = signed_in(request)
    row = get_object_or_404(queries.endable_by(account), pk=pk)
    try:
        services.end(row, account)
    except (ValidationError, TransitionRefused) as refusal:
        reason = refusal.reason if isinstance(refusal, TransitionRefused) else " ".join(refusal.messages)
        messages.error(request, reason)
    else:
        messages.success(request, _("The access is over: the journey is closed to them."))
    if queries.deciding(account).filter(pk=row.person_id).exists():
        return redirect("journeys:my_crossings")
    return redirect("journeys:access_request", row.pk)
