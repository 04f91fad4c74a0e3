"""The papers of a candidature: added, read, taken away."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.audit.services import record_export
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.incubation.forms.committees import (
    PaperForm,
)
from croisee.incubation.models import CandidaturePaper
from croisee.incubation.services import candidatures as services
from croisee.incubation.views.candidatures import page_of, readable
from croisee.incubation.views.common import (
    BOTH,
    candidature_trail,
)


@role_required(*BOTH)
@require_http_methods(METHODS)
def add_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a paper to a candidature."""
    account, found = readable(request, pk)
    form = PaperForm(request.POST or None, request.FILES or None)
    page = FormPage(
        _("Add a paper"),
        [*candidature_trail(account, found), (page_of(found), _("Candidature"))],
        _("Read by the incubator and the committee alone."),
        _("Add the paper"),
        _("The paper is there."),
    )
    return page.answer(
        request,
        form,
        lambda: services.add_paper(found, form.cleaned_data["name"], form.cleaned_data["file"]),
        to=page_of(found),
    )


def _paper(request: HttpRequest, pk: UUID) -> CandidaturePaper:
    rows = CandidaturePaper.objects.visible_to(signed_in(request))
    return get_object_or_404(rows.select_related("candidature__project"), pk=pk)


@role_required(*BOTH)
@require_safe
def candidature_paper(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A paper, as a file to keep."""
    found = _paper(request, pk)
    record_export(signed_in(request), found.candidature, _("paper of a candidature"))
    try:
        content = found.file.open("rb")
    except FileNotFoundError as gone:
        raise Http404(str(pk)) from gone
    suffix = str(found.file.name).rpartition(".")[2]
    return FileResponse(content, as_attachment=True, filename=f"{found.name}.{suffix}")


@role_required(*BOTH)
@require_POST
def delete_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a paper away from a draft."""
    found = _paper(request, pk)
    said(request, lambda: services.remove_paper(found), _("The paper is taken away."))
    return redirect("incubation:candidature", found.candidature_id)
