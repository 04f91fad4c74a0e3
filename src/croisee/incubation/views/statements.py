"""Monthly statements: prepared and sent by the manager, read by the company, handed to finance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst, slugify
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.forms import add_refusal, said
from croisee.foundation.listings import Column, Listing
from croisee.incubation.forms.statements import LineForm
from croisee.incubation.models import Incubator, LineKind, Statement, StatementLine, StatementState
from croisee.incubation.queries import statements as queries
from croisee.incubation.queries.spaces import chosen
from croisee.incubation.services import statements as services
from croisee.incubation.services.statement_papers import shown_amount, shown_quantity, statement_pdf
from croisee.incubation.views.spaces import address_of, choices_of

if TYPE_CHECKING:
    import datetime as dt

MANAGER = (Role.INCUBATOR_MANAGER,)
READERS = (Role.INCUBATOR_MANAGER, Role.EMPLOYER)
TONES = {StatementState.DRAFT: "warn", StatementState.ISSUED: "ok", StatementState.REPLACED: "info"}


def _tone(row: Statement) -> str:
    return TONES[StatementState(row.state)]


def _month_page(name: str, incubator: Incubator, month: dt.date) -> str:
    return address_of(name, incubator, month=f"{month:%Y-%m}")


def _said_month(month: dt.date) -> str:
    return capfirst(date_format(month, "F Y"))


def _amount(value: Any) -> str:
    return number_format(value, 2, use_l10n=True, force_grouping=True)


@role_required(*MANAGER)
@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """The statements of a month: prepared, checked, sent; what other customers booked."""
    account = signed_in(request)
    found, every = chosen(account, request.GET.get("incubator", ""))
    if found is None:
        return render(request, "incubation/spaces/none.html", {"title": _("Monthly statements")})
    today = timezone.localdate()
    month = queries.month_from(request.GET.get("month", ""), today)
    listing = Listing(
        request,
        queries.statements_of(found, month),
        name="statements",
        columns=[
            Column(
                "organisation",
                _("Company"),
                lambda row: row.organisation.name,
                "organisation__name",
                link=Statement.get_absolute_url,
            ),
            Column("state", _("State"), lambda row: row.get_state_display(), "state", badge=_tone),
            Column("issued_at", pgettext("statement of rent", "Sent on"), sort="issued_at"),
            Column("total", _("Total before tax (€)"), lambda row: _amount(row.total), "total", numeric=True),
        ],
        search=["organisation__name"],
        choices={"state": (_("State"), StatementState.choices)},
        empty_title=_("Nothing is prepared for this month"),
        empty_text=_("Prepare the month: rents, charges and bookings are counted by themselves."),
    )
    outside = Listing(
        request,
        queries.outside_bookings(found, month),
        name="outside",
        prefix="o-",
        columns=[
            Column("outside", _("Customer")),
            Column("space", pgettext("incubator", "Space"), lambda row: row.space.name),
            Column("starts_at", pgettext("hour", "From"), sort="starts_at"),
            Column("ends_at", pgettext("hour", "To"), lambda row: f"{localtime(row.ends_at):%H:%M}"),
            Column("price", _("Price before tax (€)"), lambda row: _amount(row.price), "price", numeric=True),
        ],
        empty_title=_("No other customer booked in this month"),
    )
    for one in (listing, outside):
        if one.wants_export:
            return one.export()
    rows = list(listing.matching)
    drafts = sum(row.state == StatementState.DRAFT for row in rows)
    standing = [row.total for row in rows if row.state != StatementState.REPLACED]
    context = {
        "listing": listing,
        "outside": outside if outside.total else None,
        "incubator": found,
        "month": month,
        "month_words": _said_month(month),
        "month_value": f"{month:%Y-%m}",
        "drafts": drafts,
        "sent": sum(row.state == StatementState.ISSUED for row in rows),
        "total": shown_amount(sum(standing)) if standing else "",
        "over": add_months(month, 1) <= today,
        "begun": month <= today,
        "before": _month_page("statements", found, add_months(month, -1)),
        "after": _month_page("statements", found, add_months(month, 1)),
        "lines_url": _month_page("statement_lines", found, month),
        "tabs": choices_of("statements", every, found),
    }
    return render(request, "incubation/statements/statements.html", context)


def _of_month(request: HttpRequest, pk: UUID) -> tuple[Incubator, dt.date]:
    account = signed_in(request)
    found = get_object_or_404(Incubator.objects.visible_to(account).managed_by(account), pk=pk)
    return found, queries.month_from(request.POST.get("month", ""), timezone.localdate())


@role_required(*MANAGER)
@require_POST
def prepare_statements(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the drafts of a month, or write them again."""
    found, month = _of_month(request, pk)
    try:
        done = services.prepare(found, month)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _said(done))
    return redirect(_month_page("statements", found, month))


def _said(done: services.Prepared) -> str:
    if done == services.Prepared():
        return _("Everything was up to date: nothing changed.")
    parts = []
    if done.made:
        parts.append(ngettext("%d statement made", "%d statements made", done.made) % done.made)
    if done.changed:
        parts.append(ngettext("%d changed", "%d changed", done.changed) % done.changed)
    if done.removed:
        parts.append(ngettext("%d taken away", "%d taken away", done.removed) % done.removed)
    return f"{', '.join(parts)}."


@role_required(*MANAGER)
@require_POST
def issue_statements(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send every draft of a month to finance."""
    account = signed_in(request)
    found, month = _of_month(request, pk)
    try:
        count = services.issue_all(found, month, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        words = ngettext(
            "%d statement is sent: download the lines for finance.",
            "%d statements are sent: download the lines for finance.",
            count,
        )
        messages.success(request, words % count)
    return redirect(_month_page("statements", found, month))


@role_required(*MANAGER)
@require_safe
def statement_lines(request: HttpRequest) -> HttpResponse:
    """The lines of a month for finance: statements that were sent, one line a row, no tax."""
    account = signed_in(request)
    found, _every = chosen(account, request.GET.get("incubator", ""))
    if found is None:
        return render(request, "incubation/spaces/none.html", {"title": _("Lines for finance")})
    month = queries.month_from(request.GET.get("month", ""), timezone.localdate())
    listing = Listing(
        request,
        queries.lines_for_finance(found, month),
        name=f"finance-{month:%Y-%m}",
        columns=[
            Column(
                "incubator",
                capfirst(pgettext("premises", "incubator")),
                lambda row: row.statement.incubator.name,
            ),
            Column("siret", _("SIRET"), lambda row: row.statement.organisation.siret),
            Column("company", _("Company"), lambda row: row.statement.organisation.name),
            Column("month", _("Month"), lambda row: f"{row.statement.month:%Y-%m}"),
            Column("kind", _("Kind"), lambda row: row.get_kind_display(), "kind"),
            Column("label", pgettext("statement of rent", "What for"), sort="label"),
            Column("quantity", _("Quantity"), lambda row: _figure(row.quantity), "quantity", numeric=True),
            Column(
                "unit_price",
                _("Unit price (€)"),
                lambda row: float(row.unit_price),
                "unit_price",
                numeric=True,
            ),
            Column(
                "amount", _("Amount before tax (€)"), lambda row: float(row.amount), "amount", numeric=True
            ),
        ],
        search=["statement__organisation__name", "label"],
        choices={"kind": (_("Kind"), LineKind.choices)},
        empty_title=_("No statement of this month was sent"),
        empty_text=_("Send the drafts of the month: their lines then stand here."),
    )
    if listing.wants_export:
        return listing.export()
    back = _month_page("statements", found, month)
    context = {
        "listing": listing,
        "month_words": _said_month(month),
        "incubator": found,
        "trail": [(back, _("Monthly statements"))],
    }
    return render(request, "incubation/statements/lines.html", context)


def _figure(value: Any) -> float:
    return float(value)


@role_required(Role.EMPLOYER)
@require_safe
def my_statements(request: HttpRequest) -> HttpResponse:
    """The statements that one's company received."""
    listing = Listing(
        request,
        queries.received(signed_in(request)),
        name="my-statements",
        columns=[
            Column(
                "month",
                _("Month"),
                lambda row: _said_month(row.month),
                "month",
                link=Statement.get_absolute_url,
            ),
            Column("organisation", _("Company"), lambda row: row.organisation.name, "organisation__name"),
            Column("incubator", capfirst(pgettext("premises", "incubator")), lambda row: row.incubator.name),
            Column("state", _("State"), lambda row: row.get_state_display(), "state", badge=_tone),
            Column("total", _("Total before tax (€)"), lambda row: _amount(row.total), "total", numeric=True),
        ],
        search=["organisation__name"],
        empty_title=_("No statement yet"),
        empty_text=_("Once your company is hosted by an incubator, its monthly statements stand here."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "incubation/statements/mine.html", {"listing": listing})


def _visible(request: HttpRequest, pk: UUID) -> Statement:
    rows = Statement.objects.visible_to(signed_in(request))
    rows = rows.select_related("incubator__organisation", "organisation").prefetch_related("lines")
    return get_object_or_404(rows, pk=pk)


def _managed(request: HttpRequest, pk: UUID) -> Statement:
    account = signed_in(request)
    rows = Statement.objects.visible_to(account).managed_by(account)
    return get_object_or_404(rows.select_related("incubator", "organisation"), pk=pk)


@role_required(*READERS)
@require_safe
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One statement, line by line."""
    return _shown(request, _visible(request, pk), LineForm())


def _shown(request: HttpRequest, found: Statement, form: LineForm) -> HttpResponse:
    account = signed_in(request)
    manages = Statement.objects.visible_to(account).managed_by(account).filter(pk=found.pk).exists()
    draft = found.state == StatementState.DRAFT
    others = (
        Statement.objects.visible_to(account)
        .filter(incubator=found.incubator_id, organisation=found.organisation_id, month=found.month)
        .exclude(pk=found.pk)
    )
    if manages:
        trail = [(_month_page("statements", found.incubator, found.month), _("Monthly statements"))]
    else:
        trail = [(reverse("incubation:my_statements"), _("Monthly statements"))]
    lines = [
        {
            "line": line,
            "quantity": shown_quantity(line.quantity),
            "unit_price": shown_amount(line.unit_price),
            "amount": shown_amount(line.amount),
            "own": line.kind == LineKind.OTHER,
        }
        for line in queries.in_order(found.lines.all())
    ]
    context = {
        "statement": found,
        "lines": lines,
        "total": shown_amount(found.total),
        "tone": _tone(found),
        "month_words": _said_month(found.month),
        "manages": manages,
        "draft": draft and manages,
        "over": add_months(found.month, 1) <= timezone.localdate(),
        "may_replace": manages and found.state == StatementState.ISSUED,
        "others": [(one.get_absolute_url(), one.get_state_display()) for one in others],
        "form": form,
        "trail": trail,
    }
    status = 422 if form.is_bound else 200
    return render(request, "incubation/statements/statement.html", context, status=status)


@role_required(*MANAGER)
@require_POST
def add_line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add another line to a draft."""
    found = _managed(request, pk)
    form = LineForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            services.add_line(found, values["label"], values["quantity"], values["unit_price"])
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The line is added."))
            return redirect(found)
    return _shown(request, _visible(request, pk), form)


@role_required(*MANAGER)
@require_POST
def remove_line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take away a line that was added to a draft."""
    account = signed_in(request)
    rows = StatementLine.objects.visible_to(account).select_related("statement")
    own = Statement.objects.visible_to(account).managed_by(account)
    line = get_object_or_404(rows.filter(statement__in=own), pk=pk)
    said(request, lambda: services.remove_line(line), _("The line is taken away."))
    return redirect(line.statement)


@role_required(*MANAGER)
@require_POST
def issue_statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a statement to finance."""
    account = signed_in(request)
    found = _managed(request, pk)
    said(
        request,
        lambda: services.issue(found, account),
        _("The statement is sent: the company is told, and its lines are in the file for finance."),
    )
    return redirect(found)


@role_required(*MANAGER)
@require_POST
def replace_statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Replace a statement that was sent by a new draft."""
    account = signed_in(request)
    found = _managed(request, pk)
    try:
        new = services.replace(found, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(found)
    messages.success(request, _("Here is the new draft: check it, then send it."))
    return redirect(new)


@role_required(*READERS)
@require_safe
def statement_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A statement as a PDF."""
    found = _visible(request, pk)
    name = slugify(f"releve-{found.month:%Y-%m}-{found.organisation}")
    return pdf_response(statement_pdf(found), f"{name}.pdf")
