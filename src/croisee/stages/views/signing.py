"""Signing by one's own link: public pages, opened by the secret in their address alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.foundation import throttle
from croisee.foundation.documents.responses import pdf_response
from croisee.stages.conventions import document
from croisee.stages.forms.conventions import SignForm
from croisee.stages.models import ConventionState, Signatory, Signature, SignatureLink
from croisee.stages.models.conventions import ENDED
from croisee.stages.queries import conventions as queries
from croisee.stages.services import signing

GUESSES_A_MINUTE = 20
PDFS_A_MINUTE = 20
View = Callable[[HttpRequest, str], HttpResponse]


def _by_link(view: Callable[[HttpRequest, str, SignatureLink], HttpResponse]) -> View:
    """A view opened by a link's secret: an unknown one says nothing, and none goes further in a referrer."""

    @login_not_required
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        link = queries.link_of(token)
        if link is None:
            busy = throttle.exceeded(request, "stages.sign", limit=GUESSES_A_MINUTE)
            context = {"state": "busy" if busy else "unknown"}
            response = render(request, "stages/conventions/link.html", context, status=429 if busy else 404)
        else:
            response = view(request, token, link)
        # The site alone, not the page: the token is in its address. Without any origin, forms could not be sent.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return opened


@require_http_methods(["GET", "HEAD", "POST"])
@_by_link
def sign(request: HttpRequest, token: str, link: SignatureLink) -> HttpResponse:
    """Read the whole convention, and sign it; signed already, when; expired, how to have another link."""
    row = queries.living_signature(link)
    state = _standing(link, row)
    if state != "open" or row is None:
        status = {"unknown": 404, "expired": 410}.get(state, 200)
        return _said(request, state, token, row, status=status)
    return sign_page(request, row, {"token": token}, done=request.path, on_behalf="")


def _standing(link: SignatureLink, row: Signature | None) -> str:
    """What this link opens: open, signed, expired, ended (nothing to sign), being written, unknown."""
    convention = link.signature.convention
    if convention.state in ENDED:
        return "ended"
    if row is None:
        return "unknown"
    if row.signed_at is not None:
        return "signed_expired" if queries.expired(link) else "signed"
    if convention.state == ConventionState.DRAFT:
        return "written"
    if convention.state not in signing.TO_SIGN:
        return "ended"
    return "expired" if queries.expired(link) else "open"


def _said(
    request: HttpRequest, state: str, token: str, row: Signature | None, status: int = 200
) -> HttpResponse:
    context = {
        "state": state,
        "token": token,
        "row": row,
        "email": masked(row.email) if row else "",
        "complete": row is not None and row.convention.state in document.COMPLETE,
    }
    return render(request, "stages/conventions/link.html", context, status=status)


def sign_page(
    request: HttpRequest, row: Signature, more: dict[str, Any], *, done: str, on_behalf: str
) -> HttpResponse:
    """The document in full and the form that signs it, by link or signed in; once signed, on to `done`."""
    version = signing.current(row.convention)
    asked = request.method == "POST"
    initial = {"read": version.sha256, "name": row.name}
    form = SignForm(request.POST) if asked else SignForm(initial=initial)
    changed: list[str] = []
    if asked and form.is_valid():
        account = request.user if request.user.is_authenticated and "token" not in more else None
        try:
            signing.sign(
                row.convention,
                row.signatory,
                name=form.cleaned_data["name"],
                read=form.cleaned_data["read"],
                account=account,
                on_behalf=on_behalf,
            )
        except signing.Changed as refusal:
            changed = refusal.entries
            form = SignForm(initial=initial)
            more = {**more, "refusal": refusal.reason}
        except signing.Refused as refusal:
            more = {**more, "refusal": refusal.reason}
        else:
            if "token" not in more:
                messages.success(
                    request, _("Thank you: your signature is kept. A receipt is sent to you by e-mail.")
                )
            return redirect(done)
    context = {
        **document.data(row.convention),
        "row": row,
        "who": Signatory(row.signatory).label,
        "on_behalf": on_behalf,
        "form": form,
        "changed": changed,
        "refusal": "",
        "token": "",
        **more,
    }
    return render(request, "stages/conventions/sign.html", context, status=409 if context["refusal"] else 200)


@require_GET
@_by_link
def sign_pdf(request: HttpRequest, token: str, link: SignatureLink) -> HttpResponse:
    """The convention as a PDF, for who has a valid link."""
    row = queries.living_signature(link)
    state = _standing(link, row)
    if state not in {"open", "signed"}:
        return _said(request, state, token, row, status=410)
    if throttle.exceeded(request, "stages.sign_pdf", limit=PDFS_A_MINUTE):
        return _said(request, "busy", token, row, status=429)
    return pdf_response(document.convention_pdf(link.signature.convention), "convention.pdf")


@require_POST
@_by_link
def renew_link(request: HttpRequest, token: str, link: SignatureLink) -> HttpResponse:
    """Send a new link to the address that the expired one was sent to."""
    row = queries.living_signature(link)
    try:
        new = signing.renew(link)
    except signing.Refused:
        return _said(request, _standing(link, row), token, row)
    return _said(request, "renewed" if new else "renewed_already", token, row)


def masked(email: str) -> str:
    """An address that its owner recognises: c…@example.org."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}" if email else ""
