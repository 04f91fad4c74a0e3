"""The answer to a place, and the seats that are left after a round."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from croisee.foundation.accounts.access import role_required
from croisee.opportunities.models import Application, ApplicationState, Period
from croisee.stages import next_steps
from croisee.stages.forms.wishes import GiveBackForm
from croisee.stages.queries import choices as queries
from croisee.stages.queries import results
from croisee.stages.queries.wishes import has_begun
from croisee.stages.services import places as services
from croisee.stages.views.wishes import READERS, frame, in_campaign, situation_of, start_of


@role_required(*READERS)
def answer_place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm the place, or give it back; giving back is asked twice, on a page of its own."""
    account, where = situation_of(request, pk, reading=False)
    in_campaign(where)
    place = where.place
    if request.method == "POST" and request.POST.get("answer") == "confirm":
        rows = Application.objects.visible_to(account).filter(person=where.person)
        application = get_object_or_404(rows, pk=_uuid_or_none(request.POST.get("place")))
        try:
            services.confirm_place(application, account)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("The place is confirmed. The convention is signed next."))
        return redirect("stages:my_internship", pk)
    if place is None:
        messages.info(request, _("There is no place to give back."))
        return redirect("stages:my_internship", pk)
    if place.state == ApplicationState.CONFIRMED and has_begun(place):
        messages.info(request, next_steps.why_not_given_back())
        return redirect("stages:my_internship", pk)
    form = GiveBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.give_back_place(place, account)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("The place was given back: somebody else can have it."))
        return redirect("stages:my_internship", pk)
    context = frame(account, where, "my_internship") | {
        "form": form,
        "place": results.place_of(where, account, queries.starting_point(where)),
    }
    return render(request, "stages/wishes/give_back.html", context)


@role_required(*READERS)
def whats_left(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The seats left in the pupil's week after a round, the nearest first."""
    account, where = situation_of(request, pk)
    in_campaign(where)
    context = frame(account, where, "whats_left") | start_of(where)
    context["left"] = queries.left(where, context["start"]) if where.can_take_left else []
    return render(request, "stages/wishes/whats_left.html", context)


@role_required(*READERS)
@require_POST
def take_left(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one of them: confirmed at once."""
    account, where = situation_of(request, pk, reading=False)
    in_campaign(where)
    period = get_object_or_404(
        Period.objects.visible_to(account), pk=_uuid_or_none(request.POST.get("period"))
    )
    try:
        services.take_left(where.person, period, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("stages:whats_left", pk)
    messages.success(request, _("The place is confirmed. The convention is signed next."))
    return redirect("stages:my_internship", pk)


def _uuid_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
