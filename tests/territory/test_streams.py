"""Large tables a block at a time."""

import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.loaders import streams
from croisee.territory.loaders.streams import read_blocks

ROWS = ["é1;x;10", "é2;y;20", "é3;z;30"]
TEXT = "\n".join(["Numéro;Autre;Lon", *ROWS, ""])


def read(path: Path, wanted: tuple[str, ...] = ("numero", "lon")) -> tuple[list[dict[str, str]], list[Fault]]:
    refused: list[Fault] = []
    rows = [
        row
        for block in read_blocks(path, path.name, wanted, refuse=refused.append)
        for row in block.table.to_pylist()
    ]
    return rows, refused


EXPECTED = [{"numero": f"é{n}", "lon": f"{n}0"} for n in (1, 2, 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_encoding_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert read(path) == (EXPECTED, [])


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_any_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TEXT.replace(";", delimiter), encoding="utf-8")
    assert read(path) == (EXPECTED, [])


def test_compressed(tmp_path: Path) -> None:
    gz, archive = tmp_path / "table.csv.gz", tmp_path / "table.zip"
    gz.write_bytes(gzip.compress(TEXT.encode()))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("StockTable.csv", TEXT)
    assert read(gz) == read(archive) == (EXPECTED, [])


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"Numéro": ["é1", "é2", "é3"], "Lon": [10, 20, 30], "Autre": [None, 1, 2]}), path)
    assert read(path) == (EXPECTED, [])
    assert streams.columns_of(path, "table.parquet") == ["Numéro", "Lon", "Autre"]


def test_ragged_rows_are_refused_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Numéro;Autre;Lon\né1;x;10\né2;y\né3;z;30;9\né4;z;40\n", encoding="utf-8")
    rows, refused = read(path)
    assert [row["numero"] for row in rows] == ["é1", "é4"]
    assert [fault.row for fault in refused] == [3, 4]


def test_many_blocks_give_every_row_and_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BLOCK", 4096)
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["numero", *(f"ligne {n:06d}" for n in range(5_000)), ""]), encoding="utf-8")
    blocks = list(read_blocks(path, path.name, ("numero",), refuse=lambda fault: None))
    assert len(blocks) > 5
    for block in blocks:
        assert block.table["numero"][0].as_py() == f"ligne {block.first_row - 2:06d}"
    assert sum(len(block.table) for block in blocks) == 5_000


def test_a_file_of_any_size_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.csv.gz"
    with gzip.open(path, "wt", compresslevel=1) as stream:
        stream.write("numero;remplissage\n")
        line = "1;" + "x" * 2_000 + "\n"
        for _ in range(100):
            stream.write(line * 1_000)  # 200 MB in all
    pool = pa.default_memory_pool()
    before, highest, rows = pool.bytes_allocated(), 0, 0
    for block in read_blocks(path, path.name, ("numero",), refuse=lambda fault: None):
        highest = max(highest, pool.bytes_allocated() - before)
        rows += len(block.table)
    assert rows == 100_000
    assert highest < 100_000_000


@pytest.mark.parametrize("content", [b"", b"  \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(FaultyInput):
        read(path)


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Numéro;Autre;Lon\n", encoding="utf-8")
    assert read(path) == ([], [])


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress((TEXT * 1000).encode())[:-20])
    with pytest.raises(FaultyInput):
        read(path)


def test_a_zip_of_several_tables_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tables.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.csv", TEXT)
        file.writestr("b.csv", TEXT)
    with pytest.raises(FaultyInput):
        read(path)
