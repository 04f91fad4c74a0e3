"""Preparing a round, computing it, publishing it."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.stages.forms.rounds import RoundForm
from croisee.stages.models import Round, RoundState
from croisee.stages.services import rounds as services


@role_required(Role.CAMPAIGN_MANAGER)
def new_round(request: HttpRequest) -> HttpResponse:
    """Name the round and its draw; the files come next."""
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        round_ = services.prepare(signed_in(request), **form.cleaned_data)
        return redirect(services.files_address(round_))
    return render(request, "stages/round_form.html", {"form": form})


@role_required(Role.CAMPAIGN_MANAGER)
@require_POST
def compute(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Start the computation, and go and watch it."""
    rounds = Round.objects.visible_to(request.user).select_related("campaign")
    round_ = get_object_or_404(rounds, Q(state=RoundState.DRAFT) | Q(campaign__isnull=False), pk=pk)
    try:
        return redirect(services.start_computing(round_, signed_in(request)))
    except TransitionRefused as refused:
        messages.error(request, refused.reason)
        return redirect(round_)


@role_required(Role.CAMPAIGN_MANAGER)
@require_POST
def change_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Publish, withdraw, prepare again or discard."""
    round_ = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    verb = services.VERBS.get(request.POST.get("transition", ""))
    if verb is None:
        raise Http404
    try:
        verb(round_, signed_in(request))
    except TransitionRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("Done: the round is now “%s”.") % round_.get_state_display())
    return redirect("stages:rounds" if round_.state == RoundState.DISCARDED else round_)
