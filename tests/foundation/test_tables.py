"""Reading tables as people send them: every encoding, delimiter and fault; what we write reads back."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.tables import (
    Column,
    FaultyInput,
    Refused,
    read_bytes,
    read_header,
    read_table,
    values,
)
from croisee.foundation.tables.writing import safe_cell, unsafe_cell, write_csv, write_xlsx

COLUMNS = [Column("pupil_id"), Column("rank"), Column("title", required=False)]
ROWS = "pupil_id,rank,title\nA,1,Garage du Marché\nB,2,\n"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def read(data: bytes | str, columns=COLUMNS, **options):
    return read_bytes(data.encode() if isinstance(data, str) else data, columns, file="t.csv", **options)


def refusal(data: bytes | str, columns=COLUMNS, **options):
    with pytest.raises(FaultyInput) as caught:
        read(data, columns, **options)
    return caught.value.faults


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_newline_reads_alike(encoding, delimiter, newline):
    data = ROWS.replace(",", delimiter).replace("\n", newline).encode(encoding)
    table = read(data)
    assert table.columns == {"pupil_id": ["A", "B"], "rank": ["1", "2"], "title": ["Garage du Marché", ""]}
    assert table.rows == [2, 3]
    assert not table.faults
    assert bool(table.notes) == (encoding not in {"utf-8", "utf-8-sig"})


def test_gzip_whatever_its_name():
    assert read(gzip.compress(ROWS.encode(), mtime=0)).columns["pupil_id"] == ["A", "B"]


def test_header_matches_whatever_case_accents_and_spaces():
    table = read("Élève ;RANK;Pupil-ID\n3;1;A\n", [*COLUMNS, Column("eleve")])
    assert table.columns["pupil_id"] == ["A"]
    assert table.columns["eleve"] == ["3"]
    assert table.headers["rank"] == "RANK"


def test_aliases_are_known():
    table = read("NUMERO;EP\nX;REP+\n", [Column("uai", ("Numéro",)), Column("status", ("EP",))])
    assert table.columns == {"uai": ["X"], "status": ["REP+"]}


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    table = read('\npupil_id,rank,title\nA,1,"two\nlines"\n\n,,\nB,2,\nC,3\nD,4,,,\n')
    assert table.columns["pupil_id"] == ["A", "B", "D"]
    assert table.rows == [3, 6, 8]
    assert [(fault.row, fault.problem) for fault in table.faults] == [
        (7, "the row has 2 cells where the header has 3.")
    ]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_title_above_the_header_is_passed_over(delimiter):
    data = "Export of 12 March\n\nby,whom;ever\n" + ROWS.replace(",", delimiter)
    table = read(data)
    assert table.columns["pupil_id"] == ["A", "B"]
    assert table.rows == [5, 6]
    assert read_header(data.encode(), COLUMNS, file="t.csv") == ["pupil_id", "rank", "title"]


def test_a_row_that_names_a_column_by_chance_is_no_header():
    columns = [Column("town", ("city",)), Column("name")]
    faults = refusal("a,b\ncity,1\n", columns)
    assert {fault.row for fault in faults} == {1}


def test_too_many_cells():
    table = read("pupil_id,rank,title\nA,1,12 rue X, Rennes\nB,2,\n")
    assert table.rows == [3]
    assert table.faults[0].row == 2
    assert "double quotes" in table.faults[0].remedy


@pytest.mark.parametrize("data", [b"", b"  \n\n ", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_empty(data):
    (fault,) = refusal(data)
    assert fault.row is None
    assert fault.problem == "the file is empty."
    assert "pupil_id,rank" in fault.remedy


def test_header_alone():
    (fault,) = refusal("pupil_id,rank,title\n\n")
    assert fault.problem == "the file has a header and no row."
    assert not len(read("pupil_id,rank,title\n", allow_empty=True))


def test_missing_and_renamed_columns():
    faults = refusal("pupil,rang\nA,1\n")
    assert [fault.field for fault in faults] == ["pupil_id", "rank"]
    assert "“pupil” looks like it: rename it to “pupil_id”" in faults[0].remedy
    assert "“rang” looks like it" in faults[1].remedy


def test_doubled_column():
    (fault,) = refusal("pupil_id,rank,Pupil ID\nA,1,B\n")
    assert fault.field == "Pupil ID"
    assert "twice" in fault.problem


def test_unknown_delimiter():
    (fault,) = refusal("pupil_id^rank^title\nA^1^x\n")
    assert "delimiter is none of" in fault.problem


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"PK\x03\x04 not a zip", "not a workbook"),
        (b"pupil_id,rank\nA,\x001\n", "NUL"),
        (b"\xff\xfe\x00", "not a text file"),
        (gzip.compress(ROWS.encode(), mtime=0)[:-12], "cut short"),
    ],
)
def test_files_that_are_no_table(data, words):
    (fault,) = refusal(data)
    assert words in fault.problem
    assert fault.remedy


def test_half_utf8_half_latin():
    (fault,) = refusal("pupil_id,rank\nÉlodie été,1\n".encode() + "é,2\n".encode("latin-1"))
    assert fault.row == 3
    assert "not valid in UTF-8" in fault.problem


def test_too_large_even_compressed():
    assert (
        "larger than 1 MB"
        in refusal(gzip.compress(b"x" * 3_000_000, mtime=0), max_bytes=1_048_576)[0].problem
    )


def test_open_quote_and_text_after_a_quote():
    table = read('pupil_id,rank,title\n"A"x,1,\nB,2,\nC,3,"never closed\nD,4,\n')
    assert table.columns["pupil_id"] == ["B"]
    assert [fault.row for fault in table.faults] == [2, 4]
    assert "never closed" in table.faults[1].problem


def test_long_cells():
    table = read(f"pupil_id,rank,title\nA,1,{'x' * 1001}\n")
    assert table.faults[0].field == "title"
    assert "1001 characters" in table.faults[0].problem
    table = read(f"pupil_id,rank,title\nA,1,{'x' * 200_000}\nB,1,\n")
    assert table.faults[0].row == 2
    assert table.columns["pupil_id"] == ["B"]


def test_file_that_is_not_there(tmp_path):
    for path, word in ((tmp_path / "none.csv", "no such file"), (tmp_path, "folder")):
        with pytest.raises(FaultyInput) as caught:
            read_table(path, COLUMNS)
        assert word in caught.value.faults[0].problem


def test_two_gigabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    with pytest.raises(FaultyInput) as caught:
        read_table(path, COLUMNS)
    assert "larger than 512 MB" in caught.value.faults[0].problem


def test_parse_names_row_field_and_remedy():
    table = read("pupil_id,Rank,title\nA,1,\nB,x,\nC,,\nD,0,\nE,2.0,\n")
    faults = []
    assert table.parse("rank", values.positive_integer, faults) == [1, None, None, None, 2]
    assert [(fault.row, fault.field) for fault in faults] == [(3, "Rank"), (5, "Rank")]
    assert str(faults[0]).startswith("t.csv, row 3, column “Rank”: “x” is not a whole number.")


@pytest.mark.parametrize(
    ("parser", "text", "value"),
    [
        (values.decimal, "2,35", 2.35),
        (values.decimal, "-1.68e1", -16.8),
        (values.decimal, "1 234,5".replace(" ", "\u202f"), 1234.5),
        (values.integer, "12,0", 12),
        (values.yes_or_no, "OUI", True),
        (values.yes_or_no, "faux", False),
        (lambda text: values.date(text).isoformat(), "25/03/2012", "2012-03-25"),
        (lambda text: values.date(text).isoformat(), "2012-03-25 00:00:00", "2012-03-25"),
    ],
)
def test_values(parser, text, value):
    assert parser(text) == value


@pytest.mark.parametrize(
    ("parser", "text"),
    [
        (values.decimal, "nan"),
        (values.decimal, "inf"),
        (values.decimal, "1,2,3"),
        (values.decimal, "1_000"),
        (values.integer, "1.5"),
        (values.integer, "٣x"),
        (values.positive_integer, "0"),
        (values.natural_integer, "-1"),
        (values.date, "31/02/2012"),
        (values.date, "2012"),
        (values.yes_or_no, "peut-être"),
    ],
)
def test_refused_values_say_what_to_write(parser, text):
    with pytest.raises(Refused) as caught:
        parser(text)
    assert caught.value.problem
    assert caught.value.remedy


def test_workbook(tmp_path):
    import datetime as dt

    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("other").append(["x"])
    sheet = book.active
    sheet.append([])
    sheet.append(["pupil_id", "rank", "title"])
    sheet.append(["A", 1, dt.datetime(2012, 3, 25)])  # noqa: DTZ001  a spreadsheet's dates have no zone
    sheet.append([None, None, None])
    sheet.append([35000012345678, 2.5, True])
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", COLUMNS)
    assert table.columns["pupil_id"] == ["A", "35000012345678"]
    assert table.columns["rank"] == ["1", "2.5"]
    assert table.columns["title"] == ["2012-03-25", "1"]
    assert table.rows == [3, 5]
    assert table.notes


def test_workbook_bomb(tmp_path):
    write_xlsx(tmp_path / "t.xlsx", ["pupil_id", "rank"], [["A" * 1000, 1]] * 5000)
    with pytest.raises(FaultyInput) as caught:
        read_table(tmp_path / "t.xlsx", COLUMNS, max_bytes=1_048_576)
    assert "unpacks to more than 1 MB" in caught.value.faults[0].problem


DANGEROUS = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=HYPERLINK(0)"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_written_starts_a_formula(text, tmp_path):
    write_csv(tmp_path / "t.csv", ["a"], [[text]])
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        cell = list(csv.reader(stream))[1][0]
    assert cell == "'" + text
    assert unsafe_cell(cell) == text
    write_xlsx(tmp_path / "t.xlsx", ["a"], [[text]])
    from openpyxl import load_workbook

    assert load_workbook(tmp_path / "t.xlsx").active["A2"].data_type == "s"


@pytest.mark.parametrize("number", ["-1.68", "+3", "12", "-1,68", -2, 3.5])
def test_numbers_stay_numbers(number):
    assert safe_cell(number) == str(number)


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8))
def test_what_is_written_reads_back(rows):
    data = _written(rows)
    table = read(data, [Column("a"), Column("b"), Column("c")], allow_empty=True)
    full = [[cell.strip() for cell in map(safe_cell, row)] for row in rows]
    full = [row for row in full if any(row)]
    assert [list(row) for row in zip(*table.columns.values(), strict=True)] == full
    assert not table.faults


def _written(rows) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow("abc")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return stream.getvalue().encode()


@given(CELL)
def test_safe_cells_have_a_way_back(text):
    assert unsafe_cell(safe_cell(text)) == text or text.startswith("'")


@given(st.binary(max_size=300))
def test_no_bytes_whatever_end_in_a_crash(data):
    try:
        read(data)
    except FaultyInput as refused:
        assert refused.faults  # noqa: PT017  both ends are right; only a crash is not


def test_path_is_named_by_its_last_part(tmp_path: Path):
    (tmp_path / "pupils.csv").write_text("x\n")
    with pytest.raises(FaultyInput) as caught:
        read_table(tmp_path / "pupils.csv", COLUMNS)
    assert caught.value.faults[0].file == "pupils.csv"
