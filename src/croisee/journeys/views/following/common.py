"""What the pages of one journey share: the row that one may open, a page of one form, what is said after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.accounts.access import signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export
from croisee.foundation.forms import add_refusal
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.journeys.models import Journey

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse

    from croisee.foundation.accounts.models import Account

    M = TypeVar("M", bound=Model)

TEAM = (Role.REFERENT, Role.PROGRAMME_MANAGER)
Trail = list[tuple[str, str]]


def written_in(request: HttpRequest, pk: UUID) -> Journey:
    """A journey that the reader may write in, with its person and programme; 404 otherwise."""
    rows = Journey.objects.followed_by(signed_in(request)).select_related(
        "person__profile", "programme__organisation"
    )
    return get_object_or_404(rows, pk=pk)


def hanging(request: HttpRequest, model: type[M], pk: UUID, *joined: str) -> M:
    """A row of a journey that the reader may write in; 404 otherwise."""
    rows = model.objects.followed_by(signed_in(request))  # type: ignore[attr-defined]  # of a HangingQuerySet
    found: M = get_object_or_404(rows.select_related("journey__person", "journey__programme", *joined), pk=pk)
    return found


def name_of(journey: Journey) -> str:
    """The person's name; what is said once erased."""
    return str(journey.person) if journey.person else _("erased person")


def team_trail(journey: Journey | None = None) -> Trail:
    """The pages above."""
    trail = [(reverse("journeys:caseload"), _("Caseload"))]
    return trail if journey is None else [*trail, (journey.get_absolute_url(), name_of(journey))]


def form_page(
    request: HttpRequest, form: forms.Form, heading: str, button: str, journey: Journey, **more: Any
) -> HttpResponse:
    """A page of one form about a journey. `more`: lead, template, and what that template takes."""
    trail = team_trail(journey)
    template = more.pop("template", "journeys/following/form.html")
    context = {"form": form, "heading": heading, "button": button, "trail": trail, "back": trail[-1][0]}
    return render(request, template, {"lead": "", "journey": journey, **context, **more})


def reason_of(refusal: ValidationError | TransitionRefused) -> str:
    """Why something is refused, in one text."""
    return refusal.reason if isinstance(refusal, TransitionRefused) else " ".join(refusal.messages)


def done_or_refused(request: HttpRequest, act: Callable[[], object], said: str) -> bool:
    """Do `act`, and say it was done; or say why it was refused. Whether it was done."""
    try:
        act()
    except (ValidationError, TransitionRefused) as refusal:
        messages.error(request, reason_of(refusal))
        return False
    messages.success(request, said)
    return True


def saved(request: HttpRequest, form: Any, act: Callable[[], object], said: str) -> bool:
    """Do what a sent form says; what is refused is said in it. Whether it was done."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    except TransitionRefused as refusal:
        form.add_error(None, refusal.reason)
        return False
    messages.success(request, said)
    return True


def note_export(account: Account, what: str) -> None:
    """Note that a list about several people was taken out of the software."""
    for team in account.organisations(*TEAM).order_by("name")[:1]:
        record_export(account, team, what)


def back_to(journey: Journey, part: str = "") -> HttpResponse:
    """Back to the page of the journey, at one of its parts."""
    return redirect(journey.get_absolute_url() + (f"#{part}" if part else ""))
