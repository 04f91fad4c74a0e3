"""`croisee stages place` and `verify`, as people run them: real processes, files in, files out, no database."""

import csv
import errno
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from croisee.foundation.tables import OutputFailed
from croisee.stages import run as runs
from tests.stages.generated_round import write_round

NO_DATABASE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "LC_ALL": "en_US.UTF-8"}


@pytest.fixture(scope="module")
def round_(tmp_path_factory):
    """A round of 600 pupils with short lists: some need theirs to go on."""
    folder = write_round(tmp_path_factory.mktemp("round"), 600, seed=5, wishes=4, schools=8)
    rows = cells(folder / "offers.csv")
    asked = {row[2] for row in cells(folder / "wishes.csv")}
    kept = [row for number, row in enumerate(rows) if row[0] in asked or number % 4 == 0]
    with (folder / "offers.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(kept)
    return folder


def arguments(folder: Path) -> list[str]:
    pairs = [
        ("offers", "csv"),
        ("pupils", "csv"),
        ("wishes", "csv"),
        ("zones", "geojson"),
        ("schools", "csv"),
    ]
    return [part for name, kind in pairs for part in (f"--{name}", str(folder / f"{name}.{kind}"))]


def place(folder: Path, out: Path, *options: str) -> None:
    call_command("stages", "place", *arguments(folder), "-o", str(out), *options)


def verify(folder: Path, out: Path) -> None:
    call_command("stages", "verify", str(out), *arguments(folder))


def process(*words: str, **options) -> subprocess.CompletedProcess:
    environment = {**os.environ, **NO_DATABASE}
    return subprocess.run(
        [sys.executable, "-m", "croisee", "stages", *words],
        capture_output=True, text=True, env=environment, check=False, **options,
    )  # fmt: skip


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def table(path: Path) -> list[dict]:
    header, *rows = cells(path)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def out(round_, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results") / "out"
    place(round_, folder, "--seed", "7")
    return folder


def test_without_a_database_in_a_process_of_its_own(round_, tmp_path, out):
    done = process("place", *arguments(round_), "-o", str(tmp_path / "out"), "--seed", "7")
    assert done.returncode == 0, done.stderr
    assert "Audited" in done.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "certificate.json", "placements.csv", "report.html",
    ]  # fmt: skip
    for name in ("placements.csv", "certificate.json"):
        assert (tmp_path / "out" / name).read_bytes() == (out / name).read_bytes()


def test_placements_are_one_row_a_pupil_and_hold_by_counting_again(round_, out):
    rows = table(out / "placements.csv")
    assert list(rows[0]) == ["pupil_id", "offer_id", "week", "rank", "from_wishes", "reserved_seat", "reason"]
    pupils = {row["pupil_id"]: row for row in table(round_ / "pupils.csv")}
    assert [row["pupil_id"] for row in rows] == sorted(pupils)
    offers = {(row["offer_id"], row["week"]): row for row in table(round_ / "offers.csv")}
    wishes = {(row["pupil_id"], row["rank"]): row["offer_id"] for row in table(round_ / "wishes.csv")}
    taken = {}
    for row in rows:
        assert row["reason"]
        if not row["offer_id"]:
            assert (row["rank"], row["from_wishes"], row["reserved_seat"]) == ("", "0", "0")
            continue
        assert row["week"] == pupils[row["pupil_id"]]["week"]
        taken[row["offer_id"], row["week"]] = taken.get((row["offer_id"], row["week"]), 0) + 1
        if row["from_wishes"] == "1":
            assert wishes[row["pupil_id"], row["rank"]] == row["offer_id"]
    assert all(count <= int(offers[pool]["seats"]) for pool, count in taken.items())
    assert any(row["from_wishes"] == "0" and row["offer_id"] for row in rows)


def test_certificate_states_what_was_read_and_proved(round_, out):
    document = json.loads((out / "certificate.json").read_text())
    assert (document["seed"], document["ok"]) == (7, True)
    for kind, name in (("offers", "offers.csv"), ("zones", "zones.geojson")):
        digest = hashlib.sha256((round_ / name).read_bytes()).hexdigest()
        assert document["inputs"][kind] == {"name": name, "sha256": digest}
    assert all(entry["proved"] and entry["statement"] for entry in document["properties"])
    counts, rows = document["counts"], table(out / "placements.csv")
    assert counts["placed"] == sum(bool(row["offer_id"]) for row in rows)
    assert counts["from_wishes"] + counts["beyond_wishes"] == counts["placed"]
    assert counts["placed_on_own_wishes_alone"] < counts["placed"]


def test_rows_in_another_order_give_the_same_places(round_, tmp_path, out):
    shutil.copytree(round_, tmp_path / "shuffled")
    for name in ("offers.csv", "pupils.csv", "wishes.csv"):
        header, *rows = (round_ / name).read_text().splitlines()
        (tmp_path / "shuffled" / name).write_text("\n".join([header, *reversed(rows)]))
    place(tmp_path / "shuffled", tmp_path / "out", "--seed", "7")
    assert (tmp_path / "out" / "placements.csv").read_bytes() == (out / "placements.csv").read_bytes()


def test_another_seed_gives_other_places(round_, tmp_path, out):
    place(round_, tmp_path / "out", "--seed", "8")
    assert (tmp_path / "out" / "placements.csv").read_bytes() != (out / "placements.csv").read_bytes()


def test_every_spelling_of_the_files_gives_the_same_places(round_, tmp_path, out):
    shutil.copytree(round_, tmp_path / "odd")
    text = (round_ / "offers.csv").read_text()
    (tmp_path / "odd" / "offers.csv").write_bytes(text.replace(",", ";").encode("utf-16"))
    text = (round_ / "pupils.csv").read_text()
    (tmp_path / "odd" / "pupils.csv").write_bytes(text.replace("pupil_id", "Pupil ID").encode("utf-8-sig"))
    text = (round_ / "offers.csv").read_text().replace(", ", " ")
    (tmp_path / "odd" / "offers.csv").write_bytes(text.replace(",", "\t").replace("’", "'").encode("latin-1"))
    place(tmp_path / "odd", tmp_path / "out", "--seed", "7")
    ours, theirs = (table(folder / "placements.csv") for folder in (out, tmp_path / "out"))
    assert ours == theirs


def test_verify_agrees(round_, out):
    verify(round_, out)


CORRUPTIONS = {
    "another free offer": lambda rows: _swap(rows, lambda row: row["from_wishes"] == "1"),
    "no place any more": lambda rows: rows[3].update(
        offer_id="", rank="", from_wishes="0", reserved_seat="0"
    ),
    "reserved seat": lambda rows: rows[0].update(
        reserved_seat="1" if rows[0]["reserved_seat"] == "0" else "0"
    ),
    "from_wishes": lambda rows: rows[0].update(from_wishes="1" if rows[0]["from_wishes"] == "0" else "0"),
    "pupil twice": lambda rows: rows.append(dict(rows[0])),
    "pupil missing": lambda rows: rows.pop(),
    "unknown offer": lambda rows: rows[0].update(offer_id="NONE", rank="1"),
    "another week": lambda rows: rows[0].update(offer_id=rows[0]["offer_id"] or "O00001", week="2027-W33"),
}


def _swap(rows, wanted):
    first, second = [row for row in rows if wanted(row)][:2]
    first["offer_id"], second["offer_id"] = second["offer_id"], first["offer_id"]


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("hidden", [False, True], ids=["hash tells", "hash forged"])
def test_verify_rejects_what_was_corrupted(round_, out, tmp_path, name, hidden):
    shutil.copytree(out, tmp_path / "out")
    rows = table(out / "placements.csv")
    header = list(rows[0])
    CORRUPTIONS[name](rows)
    path = tmp_path / "out" / "placements.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header)
        writer.writeheader()
        writer.writerows(rows)
    if hidden:
        document = json.loads((out / "certificate.json").read_text())
        document["outputs"]["placements.csv"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        (tmp_path / "out" / "certificate.json").write_text(json.dumps(document))
    with pytest.raises(CommandError):
        verify(round_, tmp_path / "out")


def test_verify_rejects_another_file_of_pupils(round_, out, tmp_path):
    shutil.copytree(round_, tmp_path / "round")
    with (tmp_path / "round" / "wishes.csv").open("a") as stream:
        stream.write("P00000,40,O00001\r\n")
    with pytest.raises(CommandError):
        verify(tmp_path / "round", out)


def faulty(round_, tmp_path) -> Path:
    folder = shutil.copytree(round_, tmp_path / "faulty")
    with (folder / "pupils.csv").open("a") as stream:
        stream.write("P00000,,2012-05-01,,-1.6,48.1,2027-W05,,\r\nQ1,,hier,,-1.6,48.1,2027-W05,,\r\n")
    with (folder / "wishes.csv").open("a") as stream:
        stream.write("Q1,1,O00001\r\nZZ,1,O00001\r\n")
    return folder


def test_one_fault_and_nothing_is_written(round_, tmp_path):
    folder = faulty(round_, tmp_path)
    done = process(
        "place", *arguments(folder), "-o", str(tmp_path / "out"), "--faults", str(tmp_path / "f.csv")
    )
    assert done.returncode == 1
    assert "pupils.csv, row 602, column “pupil_id”" in done.stderr
    assert "3 faults; nothing was written." in done.stderr
    assert not (tmp_path / "out").exists()
    assert [row["row"] for row in table(tmp_path / "f.csv")][:2] == ["602", "603"]


def test_keep_valid_places_the_others_and_lists_what_was_left_out(round_, tmp_path, out):
    folder = faulty(round_, tmp_path)
    place(folder, tmp_path / "out", "--keep-valid", "--seed", "7")
    assert (tmp_path / "out" / "placements.csv").read_bytes() == (out / "placements.csv").read_bytes()
    assert len(table(tmp_path / "out" / "faults.csv")) == 4
    assert json.loads((tmp_path / "out" / "certificate.json").read_text())["counts"]["faults"] == 3
    verify(folder, tmp_path / "out")
    place(round_, tmp_path / "out", "--seed", "7")
    assert not (tmp_path / "out" / "faults.csv").exists()


def test_formulas_are_defused(round_, tmp_path):
    folder = shutil.copytree(round_, tmp_path / "evil")
    for name in ("offers.csv", "wishes.csv"):
        text = (folder / name).read_text()
        (folder / name).write_text(re.sub(r"\bO0", "=O0", text))
    text = (folder / "pupils.csv").read_text() + "@SUM(A1),,2012-05-01,<script>,-1.6,48.1,2027-W05,,\n"
    (folder / "pupils.csv").write_text(text)
    place(folder, tmp_path / "out")
    written = [cell for row in cells(tmp_path / "out" / "placements.csv") for cell in row]
    assert not [cell for cell in written if cell.startswith(("=", "+", "-", "@"))]
    assert "'@SUM(A1)" in written
    assert "<script" not in (tmp_path / "out" / "report.html").read_text()
    verify(folder, tmp_path / "out")


def test_full_disk_leaves_the_folder_as_it_was(round_, tmp_path, out, monkeypatch):
    shutil.copytree(out, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(runs, "write_report", full)
    with pytest.raises(CommandError, match="Rien n’a été modifié"):
        place(round_, tmp_path / "out", "--seed", "9")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_file_size_limit_of_the_system(round_, tmp_path):
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    done = process(
        "place", *arguments(round_), "-o", str(tmp_path / "out"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard)),
    )  # fmt: skip
    assert done.returncode == 1
    assert "no room left on the disk" in done.stderr
    assert not list(tmp_path.iterdir())


def test_interrupt_leaves_the_folder_as_it_was(round_, tmp_path, out, monkeypatch, capsys):
    shutil.copytree(out, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def interrupted(*args, **kwargs):
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(runs, "write_report", interrupted)
    with pytest.raises(SystemExit) as caught:
        place(round_, tmp_path / "out", "--seed", "9")
    assert caught.value.code == 130
    assert "Interrompu" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_interrupt_of_a_real_process(round_, tmp_path):
    running = subprocess.Popen(
        [sys.executable, "-m", "croisee", "stages", "place", *arguments(round_), "-o", str(tmp_path / "out")],
        env={**os.environ, **NO_DATABASE}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while running.poll() is None and not list(tmp_path.glob(".croisee-*")):
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    if running.returncode:  # 0 when it was faster than the interrupt
        assert running.returncode == 130
        assert "Interrupted: nothing was written." in said
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("missing", ["--offers", "--zones", "--schools"])
def test_a_file_that_is_not_there_is_named(round_, tmp_path, missing):
    given = arguments(round_)
    given[given.index(missing) + 1] = str(tmp_path / "nowhere.csv")
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        call_command("stages", "place", *given, "-o", str(tmp_path / "out"))
    assert not list(tmp_path.iterdir())


def test_without_zones_nor_a_territory_it_says_what_to_give(round_, tmp_path):
    files = arguments(round_)[:6]
    done = process("place", *files, "-o", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "--zones FILE needs no database" in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_unwritable_folder(round_, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CommandError, match="fichier"):
        place(round_, tmp_path / "out")


def test_audit_that_fails_writes_nothing(round_, tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "ineligible", lambda outcome: [0])
    with pytest.raises((CommandError, OutputFailed)):
        place(round_, tmp_path / "out")
    assert not (tmp_path / "out").exists()


class _Page(HTMLParser):
    """Opening tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_report_stands_alone_and_is_accessible(round_, tmp_path, language):
    place(round_, tmp_path / "out", "--lang", language)
    text = (tmp_path / "out" / "report.html").read_text()
    page = _Page()
    page.feed(text)
    names = [tag for tag, _attrs in page.tags]
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert not [
        value
        for _tag, attrs in page.tags
        for key, value in attrs.items()
        if key in {"src", "href"} and not value.startswith("#")
    ]
    assert "url(" not in text
    assert dict(page.tags)["html"] == {"lang": language}
    assert names.count("h1") == 1
    assert names.count("table") == names.count("caption")
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")
    targets = {attrs["id"] for _tag, attrs in page.tags if "id" in attrs}
    assert {attrs["href"][1:] for tag, attrs in page.tags if tag == "a"} <= targets
    widths = [attrs["width"] for tag, attrs in page.tags if tag == "rect" and "height" in attrs]
    assert all(re.fullmatch(r"[\d.]+", width) for width in widths)
    assert ("Qui n’a pas de place" in text) == (language == "fr")


@pytest.mark.slow
def test_ten_thousand_pupils(tmp_path):
    folder = write_round(tmp_path / "round", 10_000)
    place(folder, tmp_path / "out")
    counts = json.loads((tmp_path / "out" / "certificate.json").read_text())["counts"]
    assert counts["pupils"] == counts["placed"] == 10_000
    assert counts["placed_on_own_wishes_alone"] < 10_000
    assert (tmp_path / "out" / "report.html").stat().st_size < 4_000_000
    verify(folder, tmp_path / "out")
