"""What is sent as CNIG files: a CSV, a spreadsheet, GeoJSON, or a ZIP of several; each is told by its columns."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from croisee.foundation.tables import Column, FaultyInput, Table, read_bytes, read_header
from croisee.premises.cnig import BY_NAME, STANDARDS, FileStandard
from croisee.premises.cnig.files import columns, of_geojson, recognised

SLOTS = {"POLE-ECO": "poles", "SITE-ECO": "sites", "TERRAIN-ECO": "terrains", "friches": "friches"}
"""Where the file of each standard goes. ETABLISSEMENT goes nowhere: it does not say since when one is there."""
STANDARD_OF = {slot: BY_NAME[name] for name, slot in SLOTS.items()}
MOST_FILES = 20
MOST_BYTES = 60 * 1024 * 1024
WORKBOOK = "[Content_Types].xml"
EVERY_COLUMN = tuple(
    {
        column.name: Column(column.name, required=False)
        for standard in STANDARDS
        for column in columns(standard)
    }.values()
)


def sorted_out(name: str, data: bytes) -> dict[str, SimpleUploadedFile]:
    """The files of an upload by slot. Raises ValidationError for what is none of them, or two of one."""
    found: dict[str, SimpleUploadedFile] = {}
    passed_over = False
    for file, content in _members(name, data):
        standard, content = _told(file, content)
        if standard is None:
            continue
        slot = SLOTS.get(standard.name)
        if slot is None:
            passed_over = True
            continue
        if slot in found:
            raise ValidationError(
                _("Two files are of %(standard)s: send one at a time.") % {"standard": standard.name}
            )
        found[slot] = SimpleUploadedFile(file, content)
    if found:
        return found
    if passed_over:
        raise ValidationError(
            _(
                "ETABLISSEMENT does not say since when a company is there: nothing can be made of it. Note the "
                "letting on the page of the premises."
            )
        )
    raise ValidationError(
        _(
            "No file of CNIG Sites économiques (SITE-ECO, TERRAIN-ECO, POLE-ECO) or CNIG Friches is known by its "
            "columns here. The first row must hold the names of the standard."
        )
    )


def tables_of(files: dict[str, SimpleUploadedFile]) -> dict[str, Table]:
    """The files read as tables, by slot. Raises FaultyInput."""
    return {
        slot: read_bytes(
            file.read(), columns(STANDARD_OF[slot]), file=file.name or slot, max_bytes=MOST_BYTES
        )
        for slot, file in files.items()
    }


def _members(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """The file itself, or those of a ZIP."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return [(name, data)]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        inside = [one for one in packed.infolist() if not one.is_dir()]
        if any(one.filename == WORKBOOK for one in inside):
            return [(name, data)]
        if len(inside) > MOST_FILES or sum(one.file_size for one in inside) > MOST_BYTES:
            raise ValidationError(_("This archive is too large: send its files one by one."))
        members = []
        for one in inside:
            try:
                with packed.open(one) as stream:
                    content = stream.read(MOST_BYTES + 1)
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
                raise ValidationError(
                    _("This archive cannot be opened: make it again, without a password.")
                ) from None
            if len(content) > MOST_BYTES:
                raise ValidationError(_("This archive is too large: send its files one by one."))
            members.append((PurePath(one.filename).name, content))
        return members


def _told(name: str, data: bytes) -> tuple[FileStandard | None, bytes]:
    """Which standard a file is of, and the table that it holds."""
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        try:
            return of_geojson(data.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            return None, data
    try:
        header = read_header(data, EVERY_COLUMN, file=name, max_bytes=MOST_BYTES)
    except FaultyInput:
        return None, data
    return recognised(header), data
