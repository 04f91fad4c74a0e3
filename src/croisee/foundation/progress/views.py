"""The page that follows a piece of background work."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from croisee.foundation.accounts.access import signed_in
from croisee.foundation.progress import services
from croisee.foundation.progress.models import Progress, State

SHOWN = 50


def _found(request: HttpRequest, pk: UUID) -> Progress:
    progress: Progress = get_object_or_404(Progress.objects.visible_to(signed_in(request)), pk=pk)
    if progress.state == State.RUNNING and services.mark_interrupted(pk):
        progress.refresh_from_db()
    return progress


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The latest pieces of work of the reader (of everyone for administrators)."""
    rows = Progress.objects.visible_to(signed_in(request))[:SHOWN]
    return render(request, "progress/mine.html", {"rows": rows})


@never_cache
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the work is; the status part refreshes itself, or the page does without scripts."""
    return render(request, "progress/detail.html", {"progress": _found(request, pk), "announce": False})


@never_cache
@require_GET
def status(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of the page that changes; `seen` is the step that the page already announced."""
    progress = _found(request, pk)
    announce = request.GET.get("seen", "") != f"{progress.state}:{progress.message}"
    return render(request, "progress/_status.html", {"progress": progress, "announce": announce})


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the work to stop."""
    progress = _found(request, pk)
    services.cancel(progress)
    return redirect(progress)


@require_POST
def start_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the work back in the queue."""
    progress = _found(request, pk)
    if not services.start_again(progress):
        messages.warning(request, _("This work cannot start again now: it is under way, or its like is."))
    return redirect(progress)
