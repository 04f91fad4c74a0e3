"""Tables of participants: the list, one table with its columns, its first lines and its files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import FormPage
from croisee.foundation.listings import Column, Listing
from croisee.foundation.progress.models import Progress, State
from croisee.journeys.forms.returns import ColumnForm, ExportForm, NewTableForm, TableForm
from croisee.journeys.models import ReturnColumn, ReturnTable
from croisee.journeys.queries import returns as queries
from croisee.journeys.returning import DAY_FORMATS, FIELDS, FORMAT, MODEL, Fact
from croisee.journeys.services.returns import exporting
from croisee.journeys.services.returns import tables as services
from croisee.journeys.views.returns.common import FORM, Trail, done, managed, name_of, note_export, tabs, top


def _trail(found: ReturnTable | None = None) -> Trail:
    trail = [top(), (reverse("journeys:return_tables"), _("Tables"))]
    return trail if found is None else [*trail, (_address(found), found.name)]


def _address(found: ReturnTable) -> str:
    return reverse("journeys:return_table", args=[found.pk])


def _own(request: HttpRequest, pk: UUID) -> ReturnTable:
    rows = ReturnTable.objects.visible_to(request.user).select_related("programme")
    return get_object_or_404(rows, pk=pk)


@role_required(Role.PROGRAMME_MANAGER)
@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """The tables of the programmes one manages."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.tables(account),
        name="tables",
        columns=[
            Column("name", _("Table"), sort="name", link=_address),
            Column("programme", _("Programme"), lambda row: row.programme.name, "programme__name"),
            Column("wide", _("Columns"), sort="wide", numeric=True),
            Column("note", _("Where it comes from")),
        ],
        search=["name", "programme__name"],
        empty_title=_("No table yet"),
        empty_text=_(
            "Make one from the model of participants, then change its columns as your authority asks."
        ),
    )
    if listing.wants_export:
        return listing.export()
    return render(
        request, "journeys/returns/tables.html", {"tabs": tabs(account, "return_tables"), "listing": listing}
    )


@role_required(Role.PROGRAMME_MANAGER)
@require_http_methods(FORM)
def new_table(request: HttpRequest) -> HttpResponse:
    """Make a table: from the model, from another one, or blank."""
    form = NewTableForm(request.POST or None, managed(request), queries.tables(signed_in(request)))

    def save() -> ReturnTable:
        values = form.cleaned_data
        source = form.tables.get(values["like"])
        if source is not None:
            return services.copy_table(values["programme"], values["name"], source)
        columns = MODEL if values["like"] == NewTableForm.MODEL else ()
        return services.make_table(values["programme"], values["name"], columns)

    made: list[ReturnTable] = []
    page = FormPage(
        _("New table"),
        _trail(),
        _("Authorities differ: a table is made here to look like the form that yours asks for."),
        _("Make the table"),
    )
    answer = page.answer(request, form, lambda: made.append(save()), reverse("journeys:return_tables"))
    return redirect(_address(made[0])) if made else answer


@role_required(Role.PROGRAMME_MANAGER)
@require_safe
def table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The columns of a table, its first lines, its files."""
    found = _own(request, pk)
    form = ExportForm(request.GET)
    valid = form.is_valid()
    wanted = form.wanted(exporting.XLSX) if valid else ExportForm.usual()
    columns, lines = exporting.preview(found, wanted)
    rows = list(found.columns.order_by("order", "pk"))
    context = {
        "table": found,
        "trail": _trail(),
        "form": form,
        "valid": valid,
        "count": queries.participants(found.programme, wanted.period, wanted.which).count(),
        "shown": len(lines),
        "header": [column.header for column in columns],
        "lines": lines,
        "columns": [_column(row, place, len(rows)) for place, row in enumerate(rows)],
    }
    return render(request, "journeys/returns/table.html", context, status=200 if valid else 422)


def _column(row: ReturnColumn, place: int, count: int) -> dict[str, Any]:
    fact = FIELDS.get(row.field)
    holds = str(fact.label) if fact else (_("fixed text: %(text)s") % {"text": row.fixed or "–"})
    return {
        "row": row,
        "holds": holds,
        "group": str(fact.group) if fact else "",
        "words": ", ".join(_said(fact, value, word) for value, word in row.words.items()),
        "first": place == 0,
        "last": place == count - 1,
    }


def _said(fact: Fact | None, value: str, word: str) -> str:
    """How a value is said: the value in the reader's language, then the word of the authority."""
    if value == FORMAT:
        return str(DAY_FORMATS.get(word, word))
    label = fact.values.get(value, value) if fact else value
    return f"{label} → {word or '–'}"


@role_required(Role.PROGRAMME_MANAGER)
@require_http_methods(FORM)
def edit_table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The name of a table, and where it comes from."""
    found = _own(request, pk)
    form = TableForm(request.POST or None, initial={"name": found.name, "note": found.note})
    page = FormPage(_("Name of the table"), _trail(found), said=_("The table is saved."))
    return page.answer(
        request,
        form,
        lambda: services.rename_table(found, form.cleaned_data["name"], form.cleaned_data["note"]),
        _address(found),
    )


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def delete_table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete a table."""
    found = _own(request, pk)
    done(request, lambda: services.delete_table(found), _("The table is deleted."))
    return redirect("journeys:return_tables")


@role_required(Role.PROGRAMME_MANAGER)
@require_http_methods(FORM)
def new_column(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a column."""
    found = _own(request, pk)
    form = ColumnForm(request.POST or None)
    page = FormPage(
        _("New column"),
        _trail(found),
        _("Once it is added, the words for each value can be written on its page."),
        _("Add the column"),
        _("The column is added at the end."),
    )
    return page.answer(request, form, lambda: services.add_column(found, form.values()), _address(found))


def _own_column(request: HttpRequest, pk: UUID) -> ReturnColumn:
    rows = ReturnColumn.objects.visible_to(request.user).select_related("table")
    return get_object_or_404(rows, pk=pk)


@role_required(Role.PROGRAMME_MANAGER)
@require_http_methods(FORM)
def edit_column(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A column: header, what it holds, the words for its values."""
    row = _own_column(request, pk)
    form = ColumnForm(request.POST or None, row)
    page = FormPage(
        row.header,
        _trail(row.table),
        _("A value without a word of its own is written as it is kept here."),
        said=_("The column is saved."),
    )
    return page.answer(request, form, lambda: services.change_column(row, form.values()), _address(row.table))


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def move_column(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a column one place up or down: `do` says which."""
    row = _own_column(request, pk)
    ways = {"up": -1, "down": 1}
    if request.POST.get("do") not in ways:
        raise Http404
    services.move_column(row, ways[request.POST["do"]])
    messages.success(request, _("The column is moved."))
    return redirect(f"{_address(row.table)}#columns")


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def delete_column(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a column away."""
    row = _own_column(request, pk)
    done(request, lambda: services.delete_column(row), _("The column is deleted."))
    return redirect(f"{_address(row.table)}#columns")


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def export_table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file of a table: at once, or in the background when it is long."""
    found, account = _own(request, pk), signed_in(request)
    kind = request.POST.get("as", "")
    if kind not in exporting.MEDIA_TYPES:
        raise Http404
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose two days in order, then ask for the file again."))
        return redirect(_address(found))
    wanted = form.wanted(kind)
    if exporting.is_long(found, wanted):
        return redirect(exporting.prepare_in_background(found, wanted, account))
    content = exporting.table_file(found, wanted, account)
    response = HttpResponse(content, content_type=exporting.MEDIA_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{slugify(found.name) or "participants"}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@role_required(Role.PROGRAMME_MANAGER)
@require_safe
@never_cache
def prepared_table(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """A file that was made in the background, for whoever asked for it."""
    account = signed_in(request)
    work = f"{exporting.prepare.__module__}.{exporting.prepare.__qualname__}"
    rows = Progress.objects.visible_to(account).filter(account=account, work=work, state=State.DONE)
    progress = get_object_or_404(rows, pk=pk)
    name = exporting.prepared_name(progress.pk, kind)
    if kind not in exporting.MEDIA_TYPES or not default_storage.exists(name):
        raise Http404
    return FileResponse(
        default_storage.open(name),
        content_type=exporting.MEDIA_TYPES[kind],
        as_attachment=True,
        filename=f"participants.{kind}",
    )


@role_required(Role.PROGRAMME_MANAGER)
@require_safe
def incomplete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The lines of a table that lack something due: whose they are, which columns."""
    found = _own(request, pk)
    form = ExportForm(request.GET)
    wanted = form.wanted(exporting.XLSX) if form.is_valid() else ExportForm.usual()
    rows = list(exporting.incomplete(found, wanted, timezone.localdate()))
    listing = Listing(
        request,
        rows,
        name="incomplete",
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: name_of(row.line.journey),
                sort="person",
                link=lambda row: reverse("journeys:journey_returns", args=[row.line.journey.pk]),
            ),
            Column("entered_on", _("Entered on"), lambda row: row.line.journey.entered_on, sort="entered_on"),
            Column("count", _("Columns"), lambda row: len(row.headers), sort="count", numeric=True),
            Column("headers", _("Columns without an answer that is due"), lambda row: ", ".join(row.headers)),
        ],
        empty_title=_("No line lacks anything"),
        empty_text=_("Every answer that is due is there, for these participants and these columns."),
    )
    if listing.wants_export:
        note_export(request, _("lines of a table that lack something"))
        return listing.export()
    context = {"table": found, "trail": _trail(found), "listing": listing}
    return render(request, "journeys/returns/incomplete.html", context)
