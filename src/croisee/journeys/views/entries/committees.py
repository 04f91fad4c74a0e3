"""Committees: planned, their agenda, what they decide, their papers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.services import record_export
from croisee.foundation.dates import in_words
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.journeys.forms.entries import CommitteeForm, LineForm, MinutesForm, line_forms, lines_of
from croisee.journeys.models import Committee, CommitteeState, Programme, Verdict
from croisee.journeys.queries import entries as queries
from croisee.journeys.services.entries import committees as services
from croisee.journeys.services.entries import papers
from croisee.journeys.views.entries.common import MANAGER, MEETINGS, TEAM, VERDICTS, programmes_trail

NAMED = ("programme__organisation",)


def _managed(request: HttpRequest, pk: UUID) -> tuple[Account, Committee]:
    account = signed_in(request)
    rows = Committee.objects.managed_by(account).select_related(*NAMED)
    return account, get_object_or_404(rows, pk=pk)


@role_required(*TEAM)
@require_safe
def committee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A meeting: its agenda, or what it decided. A référent reads the lines of the people that concern them."""
    account = signed_in(request)
    found = get_object_or_404(Committee.objects.visible_to(account).select_related(*NAMED), pk=pk)
    manages = queries.manages(account, found.programme)
    rows = list(queries.decided(account, found))
    open_ = found.state == CommitteeState.PLANNED
    context = {
        "committee": found,
        "tone": MEETINGS[found.state],
        "lines": [(row, VERDICTS[row.verdict]) for row in rows],
        "counts": [
            (str(label), sum(row.verdict == verdict for row in rows)) for verdict, label in Verdict.choices
        ],
        "waiting": list(queries.waiting_for(found)) if manages and open_ else [],
        "manages": manages,
        "is_open": open_,
        "members": services.present_at(found.members),
        "trail": programmes_trail(found.programme),
    }
    return render(request, "journeys/entries/committee.html", context)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def new_committee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Plan a meeting of a programme."""
    account = signed_in(request)
    programme = get_object_or_404(Programme.objects.managed_by(account), pk=pk)
    page = FormPage(
        _("Plan a meeting"),
        programmes_trail(programme),
        _("The requests that wait are put on its agenda next."),
        _("Plan the meeting"),
        _("The meeting is planned. Now choose what is on its agenda."),
    )
    return _form(request, account, Committee(programme=programme), page)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def edit_committee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a meeting to another day or place."""
    account, found = _managed(request, pk)
    page = FormPage(
        _("Move the meeting"),
        [*programmes_trail(found.programme), (found.get_absolute_url(), _title(found))],
        said=_("The meeting is saved."),
    )
    return _form(request, account, found, page)


def _title(found: Committee) -> str:
    return _("Committee of %(day)s") % {"day": in_words(found.held_on)}


def _form(request: HttpRequest, account: Account, row: Committee, page: FormPage) -> HttpResponse:
    form = CommitteeForm(request.POST or None, instance=row, account=account)
    return page.answer(request, form, lambda: services.plan(row, seen=form.last_seen()))


@role_required(*MANAGER)
@require_POST
def set_agenda(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the requests ticked (`chosen`) on the agenda, and take the others off."""
    _account, found = _managed(request, pk)
    try:
        n = services.set_agenda(found, request.POST.getlist("chosen"))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        text = ngettext("%(n)d request is on the agenda.", "%(n)d requests are on the agenda.", n)
        messages.success(request, text % {"n": n})
    return redirect(found)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def decide_committee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write what is decided, line by line: kept as it is (`do=keep`), or closed (`do=close`)."""
    account, found = _managed(request, pk)
    if found.state != CommitteeState.PLANNED:
        return redirect(found)
    rows = list(queries.to_decide(found))
    data = request.POST or None
    minutes, lines = MinutesForm(found, data), line_forms(found, rows, data)
    # All of them are asked, so that every line says what is wrong with it.
    sound = [form.is_valid() for form in (minutes, *lines)]
    if request.method == "POST" and all(sound):
        closes = request.POST.get("do") == "close"
        try:
            if closes:
                services.close(found, minutes.cleaned_data, lines_of(lines), account)
            else:
                services.write_down(found, minutes.cleaned_data, lines_of(lines))
        except ValidationError as refusal:
            _refuse(minutes, lines, refusal)
        else:
            text = (
                _("The minutes are closed: what was decided took effect, and those concerned are told.")
                if closes
                else _("Kept. Nothing takes effect before the minutes are closed.")
            )
            messages.success(request, text)
            return redirect("journeys:committee" if closes else "journeys:decide_committee", found.pk)
    context = {
        "committee": found,
        "minutes": minutes,
        "lines": lines,
        "wrong": minutes.is_bound,
        "trail": [*programmes_trail(found.programme), (found.get_absolute_url(), _title(found))],
    }
    status = 422 if minutes.is_bound else 200
    return render(request, "journeys/entries/decide.html", context, status=status)


def _refuse(minutes: MinutesForm, lines: list[LineForm], refusal: ValidationError) -> None:
    """Show what is missing at the top, and beside each line."""
    minutes.add_error(None, refusal.messages)
    if isinstance(refusal, services.Unready):
        for form in lines:
            form.lacks(refusal.lines.get(form.decision.pk, {}))


@role_required(*MANAGER)
@require_POST
def cancel_committee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a meeting."""
    account, found = _managed(request, pk)
    said(request, lambda: services.cancel(found, account), _("The meeting is cancelled; its requests wait."))
    return redirect(found)


@role_required(*MANAGER)
@require_safe
def agenda(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The agenda, to print."""
    account, found = _managed(request, pk)
    try:
        pdf = papers.agenda(found)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(found)
    record_export(account, found, _("agenda of a committee"))
    return pdf_response(pdf, f"ordre-du-jour-{found.held_on:%Y-%m-%d}.pdf")


@role_required(*MANAGER)
@require_POST
def minutes_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The minutes, with a reference that anyone can verify."""
    account, found = _managed(request, pk)
    try:
        document: Any = papers.issue_minutes(found, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(found)
    record_export(account, found, _("minutes of a committee"))
    return pdf_response(document.pdf, f"{document.reference}.pdf")
