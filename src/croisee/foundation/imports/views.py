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
from croisee.foundation.imports.background import start
from croisee.foundation.imports.forms import ChoicesForm, ColumnsForm, FileForm, UploadForm
from croisee.foundation.imports.kinds import ImportKind, TargetRefused, kind_named
from croisee.foundation.imports.mapping import Understanding
from croisee.foundation.imports.mapping_forms import MappingForm
from croisee.foundation.imports.models import ImportDraft, ImportFile
from croisee.foundation.imports.reading import Reading, read
from croisee.foundation.listings import Column, Listing
from croisee.foundation.listings.listing import MEDIA_TYPES
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
        return render(
            request, "imports/applied.html", {"draft": draft, "files": draft.files.exclude(left_out="")}
        )
    mapped = draft.declared.mapped
    reading = read(draft)
    if mapped and (unsaid := [f for f in reading.files.values() if f.understanding and not f.file.confirmed]):
        return redirect("imports:mapping", draft.pk, unsaid[0].file.slot)
    listing, plan = _fault_listing(request, reading), _plan_listing(request, reading)
    for table in (listing, plan):
        if table.wants_export:
            return table.export()
    context = {
        "draft": draft,
        "files": pages.file_pages(reading),
        "reading": reading,
        "listing": listing,
        "count": len(reading.faults),
        "can_leave_out": _can_leave_out(reading),
        "plan": plan if reading.plan else None,
        "under_way": pages.under_way(draft) if draft.declared.long else None,
        # A file that its rows recognise does no harm twice: nothing to warn of.
        "earlier": None if mapped else pages.same_files(draft),
        "target": pages.target_of(reading),
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


def _plan_listing(request: HttpRequest, reading: Reading) -> Listing:
    """What will become of each row."""
    words = sorted({row.what for row in reading.plan})
    return Listing(
        request,
        reading.plan,
        name="plan",
        prefix="p_",
        per_page=25,
        columns=[
            Column("row", _("Row"), sort="row", numeric=True),
            Column("who", _("Who"), sort="who"),
            Column("what", _("What will happen"), sort="what", badge=lambda row: row.tone),
            Column("detail", _("In detail")),
        ],
        search=["who", "detail"],
        choices={"what": (_("What will happen"), [(word, word) for word in words])} if len(words) > 1 else {},
        empty_title=_("No row"),
        empty_text=_("No row of the file could be understood."),
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


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, pk: UUID, slot: str) -> HttpResponse:
    """Say which column of the file is which of ours, what comes first in its dates, what its words mean."""
    draft, file = _open_file(request, pk, slot)
    understanding = read(draft).files[slot].understanding
    if understanding is None:
        return redirect(draft)
    form = MappingForm(understanding, file.header_row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.map_columns(
            file, form.mapping, form.said_words, form.cleaned_data.get("dates", ""), form.header
        )
        file.refresh_from_db()
        understanding = read(draft).files[slot].understanding or understanding
        if not _say_what_is_left(request, file, understanding):
            return redirect(draft)
        return redirect("imports:mapping", draft.pk, slot)
    context = {
        "draft": draft,
        "file": file,
        "form": form,
        "understanding": understanding,
        "missing": [understanding.slot.label_of(column.name) for column in understanding.missing],
        "crowded": [understanding.slot.label_of(name) for name in understanding.crowded()],
    }
    return render(request, "imports/mapping.html", context)


def _say_what_is_left(request: HttpRequest, file: ImportFile, understanding: Understanding) -> bool:
    """Whether something is still to be said on the page of columns; it is said in a message."""
    if not file.confirmed:
        messages.info(request, _("The headings are read in another row: look at the columns again."))
        return True
    if understanding.missing:
        names = ", ".join(understanding.slot.label_of(column.name) for column in understanding.missing)
        messages.error(request, _("Say which column of the file holds: %(names)s.") % {"names": names})
        return True
    # Asked once: a second time with the same answers goes on, and those rows are at fault.
    asked = {name for name in request.POST if name.startswith("word-")}
    left = [word for word in understanding.unsaid() if word.name not in asked]
    if left or (understanding.dates_are_open and not understanding.dates):
        messages.info(request, _("Now say what these words and dates mean."))
        return True
    return False


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer what must be said about rows: who is somebody known already."""
    draft = _found(request, pk)
    if draft.applied_at:
        raise Http404(str(pk))
    if request.method == "POST":
        said = {
            int(number): str(text)
            for name, text in request.POST.items()
            if services.is_row_number(number := name.removeprefix("row-")) and name.startswith("row-")
        }
        services.answer(draft, said)
        draft.refresh_from_db()
    reading = read(draft)
    if not reading.questions or (request.method == "POST" and not reading.waiting):
        return redirect(draft)
    context = {"draft": draft, "rows": pages.asked_rows(reading), "waiting": reading.waiting}
    return render(request, "imports/questions.html", context)


@require_GET
def left_out(request: HttpRequest, pk: UUID, slot: str, extension: str) -> HttpResponse:
    """The rows at fault, under the columns of the file itself, to correct and send again; also once the rest is in."""
    draft = _found(request, pk)
    file = get_object_or_404(draft.files.select_related("draft"), slot=slot)
    if extension not in MEDIA_TYPES or not draft.declared.mapped:
        raise Http404(extension)
    if draft.applied_at:
        if not file.left_out or extension != "xlsx":
            raise Http404(slot)
        with file.left_out.open("rb") as stream:
            content = stream.read()
    else:
        content = pages.left_out_file(read(draft), slot, extension)
    headers = {
        "Content-Disposition": f'attachment; filename="{slot}.{extension}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=MEDIA_TYPES[extension], headers=headers)


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
    keep_valid = "keep_valid" in request.POST
    if draft.declared.long and not draft.applied_at and read(draft).count >= draft.declared.long:
        return redirect(start(draft, signed_in(request), keep_valid=keep_valid))
    try:
        url = services.apply(draft, signed_in(request), keep_valid=keep_valid)
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
