"""Imports through the web, from the upload to the one time they are applied."""

import hashlib
import tempfile
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.imports.kinds import ImportKind, Outcome, Tables, Target, TargetRefused, kind_named
from croisee.foundation.imports.left_out import faulty_lines
from croisee.foundation.imports.mapping import propose, remember
from croisee.foundation.imports.models import ImportDraft, ImportFile, RememberedColumn
from croisee.foundation.imports.reading import (
    MAX_BYTES,
    FileReading,
    Reading,
    read,
    read_file,
    understand,
    without,
)
from croisee.foundation.tables import Column, Fault, FaultyInput, read_bytes, unsafe_cell, write_xlsx
from croisee.foundation.tables.columns import header_key

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from croisee.foundation.accounts.models import Account

    Upload = UploadedFile[bytes]

ROW_NUMBER = Column("row_number", aliases=("numéro de ligne", "numero_de_ligne"))


def is_row_number(text: str) -> bool:
    """Whether `text` numbers a row; more digits than any spreadsheet has rows are no number of one."""
    return text.isdecimal() and len(text) <= 9


def may_import(kind: ImportKind, account: "Account") -> bool:
    """Whether `account` holds one of the roles of this kind of import."""
    return account.has_role(*kind.roles)


def begin(
    kind_name: str,
    files: Mapping[str, "Upload"],
    account: "Account",
    target: str = "",
    choices: Collection[str] = (),
) -> ImportDraft:
    """Keep the uploaded `files` (by slot) as a new draft; nothing else is written before `apply`.

    Raises PermissionError without the role, TargetRefused when it cannot go to `target`. Drafts past their date,
    anyone's, are erased on the way.
    """
    kind = kind_named(kind_name)
    if not may_import(kind, account):
        raise PermissionError(kind_name)
    kind.target(target, account)
    purge()
    with transaction.atomic():
        draft = ImportDraft.objects.create(kind=kind.name, account=account, target=target)
        choose(draft, choices)
        for slot in kind.slots:
            if slot.name in files:
                _keep(draft, slot.name, files[slot.name])
    return draft


def choose(draft: ImportDraft, choices: Collection[str]) -> None:
    """Tick these choices of the kind, and no other."""
    with transaction.atomic():
        _open(draft)
        draft.choices = [choice.name for choice in draft.declared.choices if choice.name in choices]
        draft.save(update_fields=["choices", "updated_at"])


def _keep(draft: ImportDraft, slot: str, upload: "Upload") -> None:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    file = ImportFile(draft=draft, slot=slot, name=PurePath(upload.name or slot).name[-200:])
    file.sha256 = digest.hexdigest()
    file.content.save(file.name, upload, save=False)
    if draft.declared.mapped:
        _propose(file)
        file.save()
        return
    headings = {header_key(heading) for heading in read_file(file, file.name).headings}
    remembered = RememberedColumn.objects.filter(kind=draft.kind, slot=slot)
    file.mapping = {row.column: row.heading for row in remembered if header_key(row.heading) in headings}
    file.save()


def _propose(file: ImportFile) -> None:
    """Propose how a file may be understood; one that cannot be read has its faults on its page."""
    with suppress(FaultyInput, TargetRefused):
        target = file.draft.goal()
        propose(file, understand(file, file.name, target).sheet, target)


def map_columns(
    file: ImportFile,
    columns: Mapping[str, str],
    words: Mapping[str, Mapping[str, str]],
    dates: str = "",
    header_row: int | None = None,
) -> None:
    """Understand a file so from now on.

    `columns` gives the heading of each column, `words` what those of closed lists mean (column, then word as compared,
    then value), `dates` what comes first in them. With headings in another row than before, the columns are proposed
    anew under those.
    """
    with transaction.atomic():
        _open(file.draft)
        known = {column.name for column in file.declared.columns}
        if header_row != file.header_row:
            file.header_row, file.confirmed = header_row, False
            _propose(file)
        else:
            file.mapping = {name: heading for name, heading in columns.items() if name in known and heading}
            for column, said in words.items():
                file.words.setdefault(column, {}).update(said)
            file.dates, file.confirmed = dates, True
        file.save()


def answer(draft: ImportDraft, answers: Mapping[int, str]) -> None:
    """Keep what the sender says about rows, by their numbers; the kind takes only answers that it asked for."""
    with transaction.atomic():
        _open(draft)
        draft.refresh_from_db(fields=["answers"])
        draft.answers |= {str(row): text[:100] for row, text in answers.items()}
        draft.save(update_fields=["answers", "updated_at"])


def replace_file(draft: ImportDraft, slot: str, upload: "Upload") -> None:
    """Put another file in place of one of the draft; its corrections go with the old one."""
    with transaction.atomic():
        _open(draft)
        old = draft.files.filter(slot=slot)
        erase_contents(list(old))
        old.delete()
        # What was said of rows was said of the rows of the other file.
        draft.answers = {}
        draft.save(update_fields=["answers", "updated_at"])
        _keep(draft, slot, upload)


def choose_columns(file: ImportFile, chosen: Mapping[str, str]) -> None:
    """Read the wanted columns `chosen` (column to heading of the file) so from now on."""
    with transaction.atomic():
        _open(file.draft)
        known = {column.name for column in file.declared.columns}
        mapping = {**file.mapping, **chosen}
        file.mapping = {name: heading for name, heading in mapping.items() if name in known and heading}
        file.save()


def correct(file: ImportFile, cells: Mapping[int, Mapping[str, str]]) -> None:
    """Change cells of a file: row number, then column, then text. The uploaded file itself stays as it is."""
    known = {column.name for column in file.declared.columns}
    with transaction.atomic():
        _open(file.draft)
        file.refresh_from_db(fields=["corrections"])
        for row, changes in cells.items():
            texts = {
                name: text.replace("\0", "").strip()[:1000] for name, text in changes.items() if name in known
            }
            file.corrections.setdefault(str(row), {}).update(texts)
        file.save()


def correct_from_file(reading: FileReading, upload: "Upload") -> int:
    """Take corrected rows from a file: those downloaded, with their row numbers; return how many.

    Raises FaultyInput when that file cannot be read or names a row that is no number.
    """
    wanted = [Column(c.name, (*c.aliases, reading.file.mapping.get(c.name, c.name)), required=False)
              for c in reading.columns]  # fmt: skip
    table = read_bytes(upload.read(), [ROW_NUMBER, *wanted], file=upload.name or "", max_bytes=MAX_BYTES)
    if table.faults:
        raise FaultyInput(table.faults)
    wrong = [place for place, text in enumerate(table.columns[ROW_NUMBER.name]) if not is_row_number(text)]
    if wrong:
        problem, remedy = _("this is no row number."), _("Keep the row numbers of the file you downloaded.")
        raise FaultyInput([table.fault(place, ROW_NUMBER.name, problem, remedy) for place in wrong])
    given = [column.name for column in wanted if table.has(column.name)]
    cells = {
        int(number): {name: unsafe_cell(table.columns[name][place]) for name in given}
        for place, number in enumerate(table.columns[ROW_NUMBER.name])
    }
    correct(reading.file, cells)
    return len(cells)


def apply(
    draft: ImportDraft,
    account: "Account",
    *,
    keep_valid: bool = False,
    advance: Callable[[int, int], None] | None = None,
) -> str:
    """Do the import, once, in one transaction; return the address of its result.

    With `keep_valid`, rows at fault are left out, and those that no longer hold without them, until the
    rest holds together. An import already applied returns its result again and does nothing. Raises
    FaultyInput when anything is wrong that may not be left out, PermissionError without the role; nothing
    is written then. `advance(done, total)` is told how far it is.
    """
    with transaction.atomic():
        draft = ImportDraft.objects.select_for_update().get(pk=draft.pk)
        if draft.applied_at:
            return draft.result_url
        kind = draft.declared
        if not may_import(kind, account):
            raise PermissionError(kind.name)
        reading = read(draft)
        tables, left_out = settled(reading, keep_valid=keep_valid)
        told = advance or (lambda done, total: None)
        outcome = _target_kept(draft, lambda t: kind.apply(tables, account, replace(t, advance=told)))
        draft.result_url, draft.result_said = outcome.url, outcome.said
        draft.applied_at, draft.rows_left_out = timezone.now(), left_out
        draft.save()
        if kind.mapped:
            _conclude(reading)
        else:
            _remember(draft)
        erase_contents(list(draft.files.all()))
    return draft.result_url


def _conclude(reading: Reading) -> None:
    """Remember how the files were understood, and keep the rows left out as a file to correct and send again."""
    for file_reading in reading.files.values():
        if file_reading.understanding is not None:
            remember(file_reading.file, file_reading.understanding)
        if reading.faulty_rows(file_reading.file.slot):
            header, lines = faulty_lines(reading, file_reading.file.slot)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "rows.xlsx"
                write_xlsx(path, header, lines)
                file_reading.file.left_out.save("rows.xlsx", ContentFile(path.read_bytes()))


def _target_kept(draft: ImportDraft, write: "Callable[[Target], str | Outcome]") -> Outcome:
    """What `write` did; a target refused under the lock is a fault of the whole."""
    try:
        done = write(draft.goal())
    except TargetRefused as refusal:
        raise FaultyInput([Fault(str(draft), None, None, refusal.problem, refusal.remedy)]) from None
    return done if isinstance(done, Outcome) else Outcome(done)


def settled(reading: Reading, *, keep_valid: bool) -> tuple[Tables, int]:
    """Tables without faults, and how many rows were left out for that; FaultyInput when it cannot be."""
    tables, faults, left_out = reading.tables, reading.faults, 0
    while faults:
        whole = [fault for fault in faults if fault.row is None or reading.file_of(fault) is None]
        if whole or not keep_valid or not reading.complete:
            raise FaultyInput(whole or faults)
        rows: dict[str, set[int]] = {}
        for fault in faults:
            rows.setdefault(fault.file, set()).add(fault.row or 0)
        left_out += sum(len(numbers) for numbers in rows.values())
        tables = {slot: without(table, rows.get(table.file, set())) for slot, table in tables.items()}
        faults = reading.checked(tables)
    if not reading.complete:
        raise FaultyInput([_incomplete(reading)])
    return tables, left_out


def _incomplete(reading: Reading) -> Fault:
    missing = [
        slot for slot in reading.draft.declared.slots if slot.required and slot.name not in reading.files
    ]
    label = str(missing[0].label) if missing else ""
    return Fault(label, None, None, _("this file is missing."), _("Send it."))


def _remember(draft: ImportDraft) -> None:
    for file in draft.files.all():
        for column, heading in file.mapping.items():
            RememberedColumn.objects.update_or_create(
                kind=draft.kind, slot=file.slot, heading=heading[:200], defaults={"column": column}
            )


def discard(draft: ImportDraft) -> None:
    """Erase a draft that was not applied, with its files."""
    with transaction.atomic():
        _open(draft)
        erase_contents(list(draft.files.all()))
        draft.delete()


def purge() -> int:
    """Erase the imports past their date, with the files of those not applied; return how many."""
    with transaction.atomic():
        expired = ImportDraft.objects.filter(expires_at__lt=timezone.now())
        drafts = list(expired.select_for_update(skip_locked=True))
        erase_contents(list(ImportFile.objects.filter(draft__in=drafts)), left_out=True)
        ImportDraft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    return len(drafts)


def erase_contents(files: list[ImportFile], *, left_out: bool = False) -> None:
    """Once the transaction is committed, delete what was uploaded; the folder too when it is left empty.

    The rows left out of an import stay to be fetched, unless `left_out`.
    """

    def erase() -> None:
        for file in files:
            name = str(file.content.name)
            file.content.storage.delete(name)
            if left_out and file.left_out:
                file.left_out.storage.delete(str(file.left_out.name))
            with suppress(OSError):
                file.content.storage.delete(str(PurePath(name).parent))

    transaction.on_commit(erase)


class AlreadyApplied(Exception):  # noqa: N818  reads as the sentence it is
    """The import was done: its draft cannot change any more."""


def _open(draft: ImportDraft) -> None:
    """Lock the draft against its being applied meanwhile. Raises AlreadyApplied."""
    if ImportDraft.objects.select_for_update().get(pk=draft.pk).applied_at:
        raise AlreadyApplied
