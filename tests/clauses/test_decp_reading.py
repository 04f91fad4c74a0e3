"""Files of the DECP of any shape are read a record at a time; what is no such file is said in one sentence."""

import gzip
import json
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from croisee.clauses.decp import reading
from croisee.clauses.decp.reading import Record, TooLarge, read_records
from croisee.foundation.tables import FaultyInput


@pytest.fixture(autouse=True)
def in_english():
    """The sentences are compared in their source."""
    with translation.override("en"):
        yield


@pytest.fixture
def read(tmp_path: Path):
    """`read(content)`: the containers and the values of what a file of that content holds."""

    def read(content: bytes | str) -> list[tuple[str, object]]:
        path = tmp_path / "decp.json"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return [(record.container, record.value) for record in read_records(path, "decp.json")]

    return read


@pytest.fixture
def problem(read):
    """`problem(content)`: what is said of a file that is refused."""

    def problem(content: bytes | str) -> str:
        with pytest.raises(FaultyInput) as refused:
            read(content)
        return str(refused.value.faults[0])

    return problem


@pytest.mark.parametrize(
    ("content", "containers"),
    [
        ('{"marches": [{"id": "1"}, {"id": "2"}]}', ["marches", "marches"]),
        (
            '{"marches": {"marche": [{"id": "1"}], "contrat-concession": [{"id": "2"}]}}',
            ["marche", "contrat-concession"],
        ),
        (
            '{"marches": {"contrat-concession": {"id": "1"}, "marche": {"id": "2"}}}',
            ["contrat-concession", "marche"],
        ),
        ('[{"id": "1"}, {"id": "2"}]', ["", ""]),
        ('{"marche": [{"id": "1"}], "other": [1], "x": {"marches": [{}]}}', ["marche"]),
        ('{"marches": {"marche": []}}', []),
        ('{"generated": {"by": ["x"]}, "marches": [null, 1, "a", [2]]}', ["marches"] * 4),
    ],
)
def test_every_root_is_known(read, content, containers):
    assert [container for container, _value in read(content)] == containers


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(read, encoding):
    content = '{"marches": [{"objet": "Réfection d’été"}]}'.encode(encoding)
    assert read(content) == [("marches", {"objet": "Réfection d’été"})]
    assert read(gzip.compress(content)) == [("marches", {"objet": "Réfection d’été"})]


def test_what_is_nearly_json_is_read(read):
    content = '{"marches": [{"a": NaN, "b": [-Infinity, NaN ], "c": "NaN", "d": "x\ny\u0000"}]}'
    assert read(content) == [("marches", {"a": None, "b": [None, None], "c": "NaN", "d": "x y "})]


@pytest.mark.parametrize("digits", [1999, 2001, 4301, 300_000])
@pytest.mark.parametrize("before", [0, reading.CHUNK - 1000])
def test_numbers_that_no_computer_reads_do_not_break_the_parser(read, digits, before):
    [(_one, text), (_two, number), _last] = read(f'["{"x" * before}", {"1" * digits}, "end"]')
    assert len(text) == before
    assert str(number).startswith("1111")


def test_a_record_larger_than_any_contract_is_passed_over(read):
    values = [value for _container, value in read("[[" + "1," * 300_000 + '1], {"id": "1"}]')]
    assert isinstance(values[0], TooLarge)
    assert values[1] == {"id": "1"}
    [(_container, deep)] = read("[" * 200_001 + "]" * 200_001)
    assert isinstance(deep, TooLarge)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty."),
        ("\ufeff", "the file is empty."),
        ("<html></html>", "this is not JSON."),
        ('{"marches": [{"id": "1"}', "cut short: it ends after contract 1"),
        ('{"marches": [{"id": tr', "cut short: it ends after contract 0"),
        ('{"marches": [{"id": "1"}, {"id": ]}', "not valid JSON after contract 1"),
        ('{"marches": [], }', "not valid JSON after contract 0"),
        ('{"marches": [{"montant": 1e99999999999999999999}]}', "not valid JSON"),
        ("{}", "holds no list of contracts"),
        ('{"marches": 1}', "holds no list of contracts"),
        ("3", "holds no list of contracts"),
    ],
)
def test_what_cannot_be_read_is_said(problem, content, said):
    assert said in problem(content)


def test_a_damaged_gzip_is_said(problem):
    assert "cut short or damaged" in problem(gzip.compress(b'{"marches": []}' + b" " * 10_000)[:-9])


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FaultyInput) as refused:
        list(read_records(tmp_path / "none.json", "none.json"))
    assert "no such file" in str(refused.value.faults[0])


@given(st.lists(st.text(max_size=30), max_size=20), st.integers(1, 400))
def test_chunks_may_end_anywhere(tmp_path_factory, texts, size):
    path = tmp_path_factory.mktemp("chunks") / "decp.json"
    path.write_text(json.dumps({"marches": texts}, ensure_ascii=False), "utf-8")
    held, chunk = reading.HELD_BACK, reading.CHUNK
    reading.HELD_BACK, reading.CHUNK = 8, size
    try:
        found = list(read_records(path, "decp.json"))
    finally:
        reading.HELD_BACK, reading.CHUNK = held, chunk
    assert found == [Record(at, "marches", text) for at, text in enumerate(texts)]


def test_progress_reaches_the_size_of_the_file(tmp_path):
    path = tmp_path / "decp.json"
    path.write_bytes(gzip.compress(json.dumps([{"id": str(n)} for n in range(20_000)]).encode()))
    heard = []
    list(read_records(path, "decp.json", heard.append))
    assert heard == sorted(heard)
    assert heard[-1] == path.stat().st_size
