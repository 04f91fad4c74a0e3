"""The public pages that say whether a document is genuine, without saying whom it is about."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from croisee.foundation import throttle
from croisee.foundation.documents.forms import FileForm, ReferenceForm
from croisee.foundation.documents.queries import document_of_reference
from croisee.foundation.documents.references import normalised

ANSWERS_A_MINUTE = 20


@login_not_required
@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a reference, and lead to its page."""
    form = ReferenceForm(request.GET if "reference" in request.GET else None)
    if form.is_valid():
        return redirect("documents:verify", form.cleaned_data["reference"])
    return render(request, "documents/ask.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, reference: str) -> HttpResponse:
    """Genuine or unknown; a file sent is the original or was altered."""
    if throttle.exceeded(request, "documents.verify", limit=ANSWERS_A_MINUTE):
        return render(request, "documents/too_many.html", status=429)
    written = normalised(reference)
    if written is not None and written != reference:
        return redirect("documents:verify", written)
    document = document_of_reference(written) if written else None
    if document is None:
        context = {"reference": reference, "mistyped": written is None}
        return render(request, "documents/unknown.html", context, status=404)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    same = _digest(form.cleaned_data["file"]) == document.sha256 if form.is_valid() else None
    return render(request, "documents/genuine.html", {"document": document, "form": form, "same": same})


def _digest(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
