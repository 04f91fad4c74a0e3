"""One statement of hours: what it says, its proof beside, deciding, correcting, and its versions."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.clauses.anomalies import Anomaly, Stated, anomalies, blocking, hours_text, others
from croisee.clauses.forms.statements import USUAL_REASONS, CorrectForm, DecideForm
from croisee.clauses.models import WAITING, Statement, StatementState
from croisee.clauses.months import address, named
from croisee.clauses.queries import statements as queries
from croisee.clauses.queries.anomalies import gathered
from croisee.clauses.services import correcting, sharing
from croisee.clauses.views.statements import decide, filtered, narrowed
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.documents.uploads import MARKS
from croisee.foundation.lifecycles.services import TransitionRefused

READERS = (Role.FACILITATEUR, Role.EMPLOYER)
MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
STATE_TONES = {
    StatementState.DRAFT: "",
    StatementState.SENT: "info",
    StatementState.CHECKED: "info",
    StatementState.VALIDATED: "ok",
    StatementState.REJECTED: "bad",
    StatementState.CORRECTED: "",
}


def found(request: HttpRequest, pk: UUID) -> Statement:
    """A statement that one may see, with `own_account`, the account of the person it is about. 404 otherwise."""
    rows = queries.with_own_account(queries.readable(signed_in(request)))
    row: Statement = get_object_or_404(rows, pk=pk)
    return row


def note_reading(account: Account, row: Statement, reason: str) -> None:
    """Note that somebody read of a person's hours; the person sees the line, when there is an account."""
    about = getattr(row, "own_account", None)
    record_read(account, row, reason, Account(pk=about) if about else None)


@role_required(*READERS)
@require_GET
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A month's hours of one person, as the facilitateur or the company reads them."""
    account, row = signed_in(request), found(request, pk)
    note_reading(account, row, _("hours of a month"))
    decides = account.has_role(Role.FACILITATEUR)
    known = queries.versions(row, account)
    shown = next(version for version in known if version.statement.pk == row.pk)
    odd: tuple[Anomaly, ...] = ()
    beside: list[Stated] = []
    if decides and row.state in (*WAITING, StatementState.VALIDATED):
        stated, facts = gathered([(row.pk, row.assignment.participant_id, row.month)], timezone.localdate())
        odd = anomalies(stated[row.pk], facts) if row.state in WAITING else ()
        beside = others(stated[row.pk], facts)
    newest = known[0].statement.pk == row.pk
    context = {
        "row": row,
        "hours": hours_text(row.hours),
        "weekly": _("%(hours)s a week") % {"hours": hours_text(row.assignment.weekly_hours)},
        "lot_url": row.assignment.commitment.clause.lot.get_absolute_url() if decides else "",
        "declare_url": _declare_url(row, account),
        "month_total": hours_text(row.hours + sum((one.hours for one in beside), Decimal(0))),
        "title": _("%(person)s, %(month)s")
        % {"person": row.assignment.participant, "month": named(row.month)},
        "tone": STATE_TONES[StatementState(row.state)],
        "decides": decides,
        "deciding": decides and row.state in WAITING,
        "anomalies": odd,
        "asks_for_reason": blocking(odd),
        "beside": [(one, hours_text(one.hours)) for one in beside],
        "versions": [_shown(version) for version in known],
        "newer": None if newest else known[0].statement,
        "counts_for": [(part, hours_text(part.hours)) for part in shown.allocations],
        "elsewhere": hours_text(shown.elsewhere) if shown.elsewhere else "",
        "shares": decides and row.state in sharing.SHARED_WHILE,
        "correct_url": _correct_url(row, account) if newest else "",
        "proof_kind": _media(row),
        "reasons": USUAL_REASONS,
        "seen_at": timezone.now().isoformat(),
        "queue": _queue(request),
    }
    return render(request, "clauses/statements/statement.html", context)


def _shown(version: queries.Version) -> dict[str, Any]:
    """A version as the history shows it."""
    more = version.hours_difference
    return {
        "statement": version.statement,
        "hours": hours_text(version.statement.hours),
        "before": version.before,
        "difference": f"{'+' if more > 0 else '−'}{hours_text(abs(more))}" if more else "",
        "proof_changed": version.proof_changed,
        "changes": version.changes,
    }


def _declare_url(row: Statement, account: Account) -> str:
    """Where a company finishes a draft."""
    if row.state != StatementState.DRAFT or account.has_role(Role.FACILITATEUR):
        return ""
    return reverse("clauses:declare", args=[row.assignment_id, address(row.month)])


def _correct_url(row: Statement, account: Account) -> str:
    if row.state not in correcting.CORRECTABLE:
        return ""
    if account.has_role(Role.FACILITATEUR):
        return reverse("clauses:correct_statement", args=[row.pk])
    return reverse("clauses:declare", args=[row.assignment_id, address(row.month)])


def _media(row: Statement) -> str:
    """`image`, `pdf` or nothing: how the proof is shown."""
    kind = str(row.proof.name).rpartition(".")[2].lower() if row.proof else ""
    return {"pdf": "pdf", "jpg": "image", "jpeg": "image", "png": "image"}.get(kind, "other" if kind else "")


def _queue(request: HttpRequest) -> str:
    """The filters of the list that one goes through, when statements are taken one by one."""
    if "queue" not in request.GET:
        return ""
    kept = request.GET.copy()
    kept.pop("after", None)
    return kept.urlencode()


@role_required(Role.FACILITATEUR)
@require_GET
def next_statement(request: HttpRequest) -> HttpResponse:
    """Go to the next statement of the list, after the one that `after` names; back to the list when none is left."""
    account = signed_in(request)
    # By the filters of the list, not by its search: pages are taken in the order of waiting.
    rows = narrowed(request, filtered(request, account)[0])
    key = _key(request.GET.get("after", ""))
    last = Statement.objects.visible_to(account).filter(pk=key).first() if key else None
    following = queries.after(rows, last) if last else rows.values_list("pk", flat=True).first()
    query = request.GET.copy()
    query.pop("after", None)
    query["queue"] = "1"
    if following is None:
        messages.success(request, _("You have gone through all the statements of this list."))
        query.pop("queue")
        return redirect(f"{reverse('clauses:statements')}?{query.urlencode()}")
    return redirect(f"{reverse('clauses:statement', args=[following])}?{query.urlencode()}")


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@role_required(Role.FACILITATEUR)
@require_POST
def decide_statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decide one statement; then the next one of the list, when they are taken one by one."""
    account, row = signed_in(request), found(request, pk)
    form = DecideForm(request.POST)
    page = reverse("clauses:statement", args=[pk])
    queue = QueryDict(request.GET.urlencode(), mutable=True)
    if not form.is_valid() or form.cleaned_data["do"] == "ready":
        messages.error(request, _("This reason is too long: 500 characters at most."))
    else:
        decided = decide(request, account, [row.pk], form)
        if decided is not None and decided.moved and "queue" in queue and form.cleaned_data["do"] != "check":
            queue["after"] = str(pk)
            return redirect(f"{reverse('clauses:next_statement')}?{queue.urlencode()}")
    return redirect(f"{page}?{queue.urlencode()}" if queue else page)


@role_required(*READERS)
@require_GET
@never_cache
def statement_proof(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file that proves a month's hours, for who may see the statement: shown when it is an image or a PDF."""
    row = found(request, pk)
    if not row.proof:
        raise Http404
    try:
        file = row.proof.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    note_reading(signed_in(request), row, _("proof of hours"))
    start = file.read(8)
    file.seek(0)
    kind = next((kind for mark, kind in MARKS.items() if start.startswith(mark)), "")
    name = "-".join((_("proof"), f"{address(row.month)}.{kind or 'bin'}"))
    response = FileResponse(
        file,
        as_attachment=not kind,
        filename=name,
        content_type=MEDIA.get(kind, "application/octet-stream"),
    )
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def correct_statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write a new version of validated or rejected hours; it is checked and validated like any other."""
    account, row = signed_in(request), found(request, pk)
    if row.state not in correcting.CORRECTABLE:
        messages.info(request, _("A statement is corrected once it is validated or rejected."))
        return redirect(row)
    form = CorrectForm(request.POST or None, request.FILES or None, statement=row)
    if request.method == "POST" and form.is_valid():
        try:
            new = correcting.correct(row, account=account, send=True, **form.cleaned_data)
        except ValidationError as refusal:
            for message in refusal.messages:
                form.add_error(None, message)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(
                request,
                _("Version %(n)d is written: check it and validate it. Until then the one before counts.")
                % {"n": new.version},
            )
            return redirect(
                "clauses:globalise" if request.POST.get("to_share") else "clauses:statement", new.pk
            )
    context = {
        "row": row,
        "form": form,
        "month": named(row.month),
        "hours": hours_text(row.hours),
        "version": row.version,
        "to_share": "share" in request.GET,
    }
    return render(request, "clauses/statements/correct.html", context)
