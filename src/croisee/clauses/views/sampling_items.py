"""One statement drawn for an audit: its proof, the finding, the company's answer, the decision."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.clauses.anomalies import hours_text
from croisee.clauses.forms.sampling import AnswerForm, DecisionForm, FindingForm
from croisee.clauses.models import AuditItem, ItemState
from croisee.clauses.months import named
from croisee.clauses.queries import sampling as queries
from croisee.clauses.services import sampling as services
from croisee.clauses.views.sampling import TONES
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.documents.uploads import MARKS
from croisee.foundation.lifecycles.services import TransitionRefused

MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
IMAGES = ("jpg", "jpeg", "png")


@role_required(Role.FACILITATEUR, Role.EMPLOYER)
@require_http_methods(["GET", "HEAD", "POST"])
def audit_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the proof; facilitateurs send a finding, the company answers it."""
    account, item = signed_in(request), found(request, pk)
    audits = account.has_role(Role.FACILITATEUR)
    form = _form(request, item, audits=audits)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and (after := _sent(request, item, account, form, audits=audits)):
            return after
    record_read(account, item, _("statement drawn for an audit"))
    return render(request, "clauses/sampling/item.html", context(item, account, form, audits=audits))


def found(request: HttpRequest, pk: UUID) -> AuditItem:
    """An item that the reader may see; 404 for any other."""
    return get_object_or_404(queries.with_everything(AuditItem.objects.visible_to(request.user)), pk=pk)


def _form(request: HttpRequest, item: AuditItem, *, audits: bool) -> FindingForm | AnswerForm | None:
    """What this reader may write now: a finding, an answer, nothing."""
    data = request.POST or None
    if audits:
        initial = {"hours_refused": item.statement.hours}
        return FindingForm(data, initial=initial) if item.state == ItemState.TO_READ else None
    return AnswerForm(data, request.FILES or None) if item.state == ItemState.CHALLENGED else None


def _sent(
    request: HttpRequest, item: AuditItem, account: Account, form: Form, *, audits: bool
) -> HttpResponse | None:
    """Keep what was written; None when the form must be shown again with why not."""
    values = form.cleaned_data
    try:
        if audits:
            refused: Decimal = values["hours_refused"] or Decimal(0)
            services.challenge(item, account, finding=values["finding"], refused=refused)
        else:
            services.answer(item, account, text=values["text"], file=values["file"])
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
        return redirect(item)
    if not audits:
        messages.success(request, _("Your answer is sent: somebody else than who made the finding decides."))
        return redirect(item)
    messages.success(request, _("The finding is sent: the company may answer."))
    return redirect(queries.following(item) or item.audit)


def context(item: AuditItem, account: Account | None, form: Form | None, *, audits: bool) -> dict[str, Any]:
    """What the page of an item shows to a reader (None: the contact who came by a link)."""
    row, today = item.statement, timezone.localdate()
    open_ = item.state in queries.OPEN_FINDINGS
    why_not = services.why_not_decide(item, account, today) if audits and account and open_ else ""
    decides = audits and open_ and not why_not
    return {
        "item": item,
        "row": row,
        "audits": audits,
        "light": account is None,
        "title": _("Statement %(order)d: %(month)s") % {"order": item.order, "month": named(row.month)},
        "state": item.get_state_display() if audits else _for_company(item),
        "tone": TONES[ItemState(item.state)],
        "hours": hours_text(row.hours),
        "refused": hours_text(item.hours_refused),
        "upheld": hours_text(item.hours_upheld),
        "left": hours_text(row.hours - item.hours_upheld),
        "proof_kind": media(str(row.proof.name or "")),
        "answer_kind": media(str(item.answer_file.name or "")),
        "form": form,
        "decision": DecisionForm(refused=item.hours_refused) if decides else None,
        "why_not": why_not,
        "late": open_ and item.answer_by is not None and today > item.answer_by,
    }


def _for_company(item: AuditItem) -> str:
    """Where an item stands, said to the company that it is about."""
    if item.state == ItemState.CHALLENGED:
        return _("waits for your answer")
    return (
        _("your answer is being read") if item.state == ItemState.ANSWERED else str(item.get_state_display())
    )


def media(name: str) -> str:
    """`image`, `pdf`, `other` or nothing: how a file is shown."""
    kind = name.rpartition(".")[2].lower()
    if kind in IMAGES:
        return "image"
    return kind if kind == "pdf" else "other" if name else ""


@role_required(Role.FACILITATEUR)
@require_POST
def accept_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that statement and proof agree; go on to the next one."""
    item = found(request, pk)
    try:
        services.accept(item, signed_in(request))
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
        return redirect(item)
    messages.success(request, _("Statement %(order)d is conform.") % {"order": item.order})
    return redirect(queries.following(item) or item.audit)


@role_required(Role.FACILITATEUR)
@require_POST
def decide_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Uphold a finding or lift it: somebody else than who made it."""
    account, item = signed_in(request), found(request, pk)
    form = DecisionForm(request.POST, refused=item.hours_refused)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect(item)
    values, lifts = form.cleaned_data, request.POST.get("do") == "lift"
    try:
        if lifts:
            services.lift(item, account, decision=values["decision"])
        else:
            hours = item.hours_refused if values["hours_upheld"] is None else values["hours_upheld"]
            services.uphold(item, account, decision=values["decision"], hours=hours)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    else:
        said = (
            _("The finding is lifted.") if lifts else _("The finding is upheld, and the statement corrected.")
        )
        messages.success(request, said + " " + _("The company is told."))
    return redirect(item)


@role_required(Role.FACILITATEUR, Role.EMPLOYER)
@require_GET
@never_cache
def answer_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file that the company joined to its answer."""
    item = found(request, pk)
    record_read(signed_in(request), item, _("file of an answer to an audit"))
    return file_of(item)


def file_of(item: AuditItem) -> HttpResponseBase:
    """The file of an answer, shown when it is an image or a PDF; 404 without one."""
    if not item.answer_file:
        raise Http404
    try:
        file = item.answer_file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    start = file.read(8)
    file.seek(0)
    kind = next((kind for mark, kind in MARKS.items() if start.startswith(mark)), "")
    response = FileResponse(
        file,
        as_attachment=not kind,
        filename=str(_("answer")) + f"-{item.order}.{kind or 'bin'}",
        content_type=MEDIA.get(kind, "application/octet-stream"),
    )
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
