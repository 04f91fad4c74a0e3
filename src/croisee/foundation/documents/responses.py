"""PDF over HTTP."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """`pdf` as a page that the browser shows, and saves under `name`; kept by no cache on the way."""
    disposition = content_disposition_header(False, name) or "inline"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
