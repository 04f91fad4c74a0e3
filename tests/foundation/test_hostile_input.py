"""What someone sends to harm: workbooks that explode, sizes that lie, searches without end, floods of requests."""

import io
import struct
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from pytest_django.fixtures import Settings

from croisee.foundation import throttle
from croisee.foundation.documents.services import render_pdf
from croisee.foundation.imports import forms
from croisee.foundation.imports.services import is_row_number
from croisee.foundation.listings import Column as Head
from croisee.foundation.listings import Listing
from croisee.foundation.tables import Column, FaultyInput, bombs, read_bytes

COLUMNS = [Column("a")]


def workbook(cells: dict[str, str]) -> bytes:
    book = Workbook()
    for name, text in cells.items():
        book.active[name] = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(files: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_two_cells_in_opposite_corners_do_not_end_the_process() -> None:
    data = workbook({"A1": "a", "A2": "1", "XFD1048576": "stray"})
    assert len(data) < 10_000
    with translation.override("en"), pytest.raises(FaultyInput) as refused:
        read_bytes(data, COLUMNS, file="t.xlsx")
    assert "too far apart" in refused.value.faults[0].problem


def test_a_far_cell_that_is_only_coloured_does_no_harm() -> None:
    book = Workbook()
    book.active["A1"], book.active["A2"] = "a", "1"
    book.active["XFD1048576"].fill = PatternFill("solid", fgColor="FF0000")
    stream = io.BytesIO()
    book.save(stream)
    assert read_bytes(stream.getvalue(), COLUMNS, file="t.xlsx").columns["a"] == ["1"]


@given(column=st.integers(1, 16_384), row=st.integers(1, 1_048_576))
def test_the_rectangle_is_measured_to_the_furthest_cell(column: int, row: int) -> None:
    name = get_column_letter(column)
    part = f'<row r="{row}"><c r="A1"><v>1</v></c><c s="2" r="{name}{row}" t="s"><v>0</v></c></row>'.encode()
    assert bombs._cells(part) == column * row
    assert bombs._cells(f'<row r="{row}"/><c r="{name}{row}" s="1"/><c r="{name}{row}"></c>'.encode()) == 0


def test_rows_without_named_cells_count_too() -> None:
    assert bombs._cells(b'<row r="1048576"><c t="s"><v>1</v></c></row>') == 1_048_576


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string"><text:p>x',
        '<table:table-row><table:table-cell office:value-type="float" table:number-columns-repeated="16384">',
    ],
)
def test_what_libreoffice_repeats_is_counted(row: str) -> None:
    with pytest.raises(bombs.TooSpread):
        bombs.examine(zipped({"content.xml": f"{row}</table:table-row>".encode()}), 1_000_000)


def test_empty_rows_repeated_to_the_end_of_a_sheet_do_no_harm() -> None:
    row = b'<table:table-row table:number-rows-repeated="1048571"><table:table-cell/></table:table-row>'
    bombs.examine(zipped({"content.xml": row}), 1_000_000)


def test_a_size_that_lies_is_not_believed() -> None:
    data = bytearray(zipped({"a.xml": b"0" * 5_000_000}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 10)  # what it says that it unpacks to
    with pytest.raises(bombs.TooLarge):
        bombs.examine(bytes(data), 1_000_000)


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_otherwise_is_no_workbook(kind: int) -> None:
    with pytest.raises(FaultyInput):
        read_bytes(zipped({"xl/workbook.xml": b"x"}, kind), COLUMNS, file="t.xlsx")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_fault_or_a_table(noise: bytes) -> None:
    for start in (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b""):
        with suppress(FaultyInput):
            read_bytes(start + noise, COLUMNS, file="t", max_bytes=100_000)


def test_a_file_too_large_is_refused_before_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MAX_BYTES", 10)
    form = forms.FileForm({}, {"file": SimpleUploadedFile("a.csv", b"x" * 11)})
    assert not form.is_valid()
    assert forms.FileForm({}, {"file": SimpleUploadedFile("a.csv", b"x" * 10)}).is_valid()


def test_a_number_of_a_thousand_digits_is_no_row() -> None:
    assert is_row_number("12")
    assert not is_row_number("9" * 5_000)
    assert not is_row_number("-1")


def test_a_search_of_a_thousand_words_costs_a_dozen(rf: RequestFactory) -> None:
    listing = Listing(rf.get("/", {"q": "a " * 1_000}), [], [Head("name", "Name")], search=["name"])
    assert len(listing._words) == 12


@pytest.fixture
def database_cache(settings: Settings, db: None) -> None:
    """The cache of a real installation: the table is that of the migrations' command."""
    from django.core.management import call_command

    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}
    }
    call_command("createcachetable")
    caches["default"].clear()


def test_a_limit_holds_in_the_cache_of_the_database_over_any_minute(
    database_cache: None, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [650.0]
    monkeypatch.setattr(throttle, "time", SimpleNamespace(time=lambda: now[0]))

    def ask(address: str = "192.0.2.1") -> bool:
        return throttle.exceeded(rf.get("/", REMOTE_ADDR=address), "test", limit=3)

    assert [ask() for _ in range(5)] == [False, False, False, True, True]
    assert not ask("192.0.2.2"), "another visitor is not held up"
    now[0] += 59
    assert ask(), "a new minute of the clock is not a new minute of the visitor"
    now[0] += 1
    assert not ask(), "who waited a minute is answered, however often they asked before"


@pytest.mark.django_db(transaction=True)
def test_a_flood_at_the_same_instant_is_counted_request_by_request(
    database_cache: None, rf: RequestFactory
) -> None:
    def ask(_number: int) -> bool:
        try:
            return throttle.exceeded(rf.get("/"), "flood", limit=5, seconds=3600)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(80))).count(False) == 5


def test_behind_a_proxy_visitors_are_told_apart_and_cannot_pretend(
    db: None, rf: RequestFactory, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def ask(forwarded: str) -> bool:
        request = rf.get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": forwarded})
        return throttle.exceeded(request, "proxy", limit=1)

    assert not ask("198.51.100.1")
    assert not ask("198.51.100.2")
    assert ask("203.0.113.9, 198.51.100.1"), "what a visitor writes before the proxy's word is not believed"
    assert ask("203.0.113.10, 198.51.100.1")


def test_another_s_import_work_and_e_mails_do_not_exist(
    account_of: Callable[..., object], sign_in: Callable[..., Client], campaign_manager: object
) -> None:
    from django.urls import reverse

    from croisee.foundation.accounts.roles import Role
    from croisee.foundation.imports.models import ImportDraft
    from croisee.foundation.progress.models import Progress

    draft = ImportDraft.objects.create(kind="stages.round", account=campaign_manager)
    work = Progress.objects.create(account=campaign_manager, title="x", work="x")
    other = sign_in(account_of(Role.CAMPAIGN_MANAGER))
    for name in ("draft", "apply", "discard"):
        url = reverse(f"imports:{name}", args=[draft.pk])
        assert (other.get if name == "draft" else other.post)(url).status_code == 404
    for name in ("columns", "correct", "faulty_rows", "corrected_rows", "replace_file"):
        url = reverse(f"imports:{name}", args=[draft.pk, "pupils"])
        assert (other.get if name == "faulty_rows" else other.post)(url).status_code == 404
    for name in ("detail", "status", "cancel", "start_again"):
        url = reverse(f"progress:{name}", args=[work.pk])
        assert (other.post if name in {"cancel", "start_again"} else other.get)(url).status_code == 404


def test_markup_in_data_is_words_in_a_pdf(db: None) -> None:
    from pypdf import PdfReader

    odd = '#panic("x") *b* $x$ <script> "quoted" \\ #read("/etc/passwd")'
    data = dict.fromkeys(
        ("title", "answer", "sentence", "reason_heading", "reason", "scope", "generation", "tested_on"), odd
    )
    pdf = render_pdf("territory/address.typ", {**data, "facts": [[odd, odd]], "notes": [odd]})
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)
    assert '#panic("x") *b* $x$ <script>' in text
    assert "root:" not in text
