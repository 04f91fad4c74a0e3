"""Jobs suggested while somebody writes ROME codes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from croisee.directory import rome
from croisee.foundation.accounts.access import role_required
from croisee.foundation.accounts.roles import Role

WRITERS = (
    Role.FACILITATEUR,
    Role.PROGRAMME_MANAGER,
    Role.REFERENT,
    Role.TRAINING_CENTRE,
    Role.MENTOR,
    Role.EMPLOYER,
    Role.FAMILY,
)
"""Who fills in jobs somewhere."""


@role_required(*WRITERS)
@require_POST
def suggest_jobs(request: HttpRequest) -> HttpResponse:
    """The jobs that `q` may mean, as options of a list; what comes before the last comma is kept."""
    text = request.POST.get("q", "").replace("\0", "")[:200]
    before = ", ".join(rome.codes_in(text.rpartition(",")[0]))
    found = [
        {"code": one.code, "value": f"{before}, {one.code}" if before else one.code, "label": one.label}
        for one in rome.suggested(text)
    ]
    return render(request, "directory/jobs.html", {"found": found})
