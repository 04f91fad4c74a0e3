"""The pages of an import: send files, see what was understood, correct, and do it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from croisee.foundation.accounts.access import signed_in
from croisee.foundation.imports import pages, services
from croisee.foundation.imports.forms import ChoicesForm, ColumnsForm, FileForm, UploadForm
from croisee.foundation.imports.kinds import ImportKind, TargetRefused, kind_named
from croisee.foundation.imports.models import ImportDraft, ImportFile
from croisee.foundation.imports.reading import Reading, read
from croisee.foundation.listings import Column, Listing
from croisee.foundation.tables import FaultyInput


def _allowed_kind(request: HttpRequest, name: str) -> ImportKind:
    try:
        kind = kind_named(name)
    except KeyError:
        raise Http404(name) from None
    if not services.may_import(kind, signed_in(request)):
        raise Http404(name)
    return kind


def _found(request: HttpRequest, pk: UUID) -> ImportDraft:
    draft: ImportDraft = get_object_or_404(ImportDraft.objects.visible_to(signed_in(request)), pk=pk)
    _allowed_kind(request, draft.kind)
    return draft


def _open_file(request: HttpRequest, pk: UUID, slot: str) -> tuple[ImportDraft, ImportFile]:
    """A file of a draft that may still change."""
    draft = _found(request, pk)
    if draft.applied_at:
        raise Http404(str(pk))
    return draft, get_object_or_404(draft.files.select_related("draft"), slot=slot)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The reader's imports of the last days."""
    rows = ImportDraft.objects.visible_to(signed_in(request)).prefetch_related("files")
    return render(request, "imports/mine.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the files of an import of that kind."""
    declared = _allowed_kind(request, kind)
    key = request.GET.get("target", "").replace("\0", "")[:200]
    try:
        target = declared.target(key, signed_in(request))
    except TargetRefused:
        raise Http404(key) from None
    form = UploadForm(declared, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        names = {slot.name for slot in declared.slots}
        files = {name: upload for name, upload in form.cleaned_data.items() if upload and name in names}
        return redirect(services.begin(kind, files, signed_in(request), key, form.ticked()))
    return render(request, "imports/begin.html", {"form": form, "kind": declared, "target": target})


@require_GET
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was understood of the files, all that is wrong, and what can be done."""
    draft = _found(request, pk)
    if draft.applied_at:
        return render(request, "imports/applied.html", {"draft": draft})
    reading = read(draft)
    listing = _fault_listing(request, reading)
    if listing.wants_export:
        return listing.export()
    context = {
        "draft": draft,
        "files": pages.file_pages(reading),
        "reading": reading,
        "listing": listing,
        "count": len(reading.faults),
        "can_leave_out": _can_leave_out(reading),
        "earlier": pages.same_files(draft),
        "target": pages.target_of(draft),
        "choices_form": ChoicesForm(draft.declared, initial=dict.fromkeys(draft.choices, True)),
    }
    return render(request, "imports/draft.html", context)


def _fault_listing(request: HttpRequest, reading: Reading) -> Listing:
    names = [file.shown_name for file in reading.files.values()]
    return Listing(
        request,
        reading.faults,
        name="faults",
        columns=[
            Column("file", _("File"), sort="file"),
            Column("row", _("Row"), sort="row", numeric=True),
            Column("field", _("Column"), sort="field"),
            Column("problem", _("What is wrong")),
            Column("remedy", _("What to do")),
        ],
        search=["field", "problem", "remedy"],
        choices={"file": (_("File"), [(name, name) for name in names])} if len(names) > 1 else {},
        empty_title=_("Nothing is wrong"),
        empty_text=_("The files can be imported as they are."),
    )


def _can_leave_out(reading: Reading) -> bool:
    """Whether there are faults, all of them about rows."""
    return bool(reading.faults) and reading.complete and all(f.row is not None for f in reading.faults)


@require_POST
def columns(request: HttpRequest, pk: UUID, slot: str) -> HttpResponse:
    """Say which heading is which column."""
    draft, file = _open_file(request, pk, slot)
    form = ColumnsForm(read(draft).files[slot], request.POST)
    if form.is_valid():
        services.choose_columns(file, form.cleaned_data)
    else:
        messages.error(request, _("Choose a heading for each column that is needed."))
    return redirect(draft)


@require_POST
def choices(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for something beside the files, or no longer."""
    draft = _found(request, pk)
    form = ChoicesForm(draft.declared, request.POST)
    if form.is_valid() and not draft.applied_at:
        services.choose(draft, form.ticked())
    return redirect(draft)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: UUID, slot: str) -> HttpResponse:
    """Correct cells on the page."""
    draft, file = _open_file(request, pk, slot)
    if request.method == "POST":
        cells: dict[int, dict[str, str]] = {}
        for name, text in request.POST.items():
            number, separator, column = name.partition(":")
            if separator and services.is_row_number(number):
                cells.setdefault(int(number), {})[column] = str(text)
        services.correct(file, cells)
    reading = read(draft)
    rows = pages.rows_to_correct(reading, slot)
    if not rows:
        return redirect(draft)
    left = len(reading.faulty_rows(slot))
    context = {"draft": draft, "file": file, "rows": rows, "left": left, "saved": request.method == "POST"}
    return render(request, "imports/correct.html", context)


@require_GET
def faulty_rows(request: HttpRequest, pk: UUID, slot: str) -> HttpResponse:
    """The faulty rows alone, to correct in a spreadsheet."""
    draft, _file = _open_file(request, pk, slot)
    content = pages.faulty_rows_file(read(draft), slot)
    headers = {"Content-Disposition": f'attachment; filename="{slot}.csv"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
def corrected_rows(request: HttpRequest, pk: UUID, slot: str) -> HttpResponse:
    """Take the corrected rows back."""
    draft, _file = _open_file(request, pk, slot)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            count = services.correct_from_file(read(draft).files[slot], form.cleaned_data["file"])
        except FaultyInput as refused:
            messages.error(request, " ".join(str(fault) for fault in refused.faults[:3]))
        else:
            messages.success(request, ngettext("%(n)d row taken.", "%(n)d rows taken.", count) % {"n": count})
    else:
        _say_why_not(request, form)
    return redirect(draft)


@require_POST
def replace_file(request: HttpRequest, pk: UUID, slot: str) -> HttpResponse:
    """Put another file in the place of one."""
    draft, _file = _open_file(request, pk, slot)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        services.replace_file(draft, slot, form.cleaned_data["file"])
    else:
        _say_why_not(request, form)
    return redirect(draft)


def _say_why_not(request: HttpRequest, form: FileForm) -> None:
    messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))


@require_POST
def apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do the import, once."""
    draft = _found(request, pk)
    try:
        url = services.apply(draft, signed_in(request), keep_valid="keep_valid" in request.POST)
    except FaultyInput as refused:
        messages.error(request, " ".join(str(fault) for fault in refused.faults[:3]))
        return redirect(draft)
    said = ImportDraft.objects.visible_to(signed_in(request)).get(pk=pk).result_said
    messages.success(request, said or _("The import is done."))
    return redirect(url or draft.get_absolute_url())


@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the import up; its files are erased."""
    draft = _found(request, pk)
    try:
        services.discard(draft)
    except services.AlreadyApplied:
        messages.warning(request, _("This import was done: it cannot be given up any more."))
        return redirect(draft)
    messages.success(request, _("The import is given up; its files are erased."))
    return redirect("imports:mine")
