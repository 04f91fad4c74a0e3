"""`croisee territory load` and `croisee territory status`, and the real files of three metropolises."""

from pathlib import Path

import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError

from croisee.territory.loaders.sources import files_of
from croisee.territory.models import Commune, DataSet, School, Zone
from tests.territory import official
from tests.territory.official import EPCI, ban_row, write_ban


def run(*words: object, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("territory", *map(str, words))
    return capsys.readouterr().out


def test_load_says_what_became_of_each_file(metropolis: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_ban(metropolis, [ban_row(1), ban_row(2, numero="x")])
    (metropolis / "notes.txt").write_text("du texte\n")
    call_command("territory", "load", "--epci", EPCI, "--from", str(metropolis))
    output = capsys.readouterr()
    assert "adresses-35.csv" in output.out
    assert "notes.txt" not in output.out
    assert "1 fichier n’est dans aucun format" in output.out
    assert "adresses-35.csv" in output.err
    assert "reports" in output.err
    assert "notes.txt" in run("load", "--epci", EPCI, "--from", metropolis, "-v", "2", capsys=capsys)


def test_only_some_kinds(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    official.write_epci(tmp_path)
    official.write_outlines(tmp_path)
    official.write_qpv(tmp_path)
    run("load", "--epci", EPCI, "--from", tmp_path, "--only", "epci", "outlines", capsys=capsys)
    assert set(DataSet.objects.values_list("kind", flat=True)) == {"epci", "outlines"}


@pytest.mark.parametrize(
    ("epci", "place"), [("243500130", "."), ("12", "."), (EPCI, "/nowhere/at/all"), ("243500139", "empty")]
)
def test_what_cannot_be_loaded_is_an_error(db: None, tmp_path: Path, epci: str, place: str) -> None:
    (tmp_path / "empty").mkdir()
    where = tmp_path / "empty" if place == "empty" else place if place.startswith("/") else tmp_path
    with pytest.raises(CommandError):
        call_command("territory", "load", "--epci", epci, "--from", str(where))


def test_links_of_a_folder_are_followed_once(metropolis: Path, tmp_path: Path) -> None:
    (metropolis / "notes.txt").write_text("du texte\n")
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "data").symlink_to(metropolis, target_is_directory=True)
    (linked / "again").symlink_to(linked, target_is_directory=True)
    names = [file.name for file in files_of(str(linked))]
    assert names == ["notes.txt"]


def test_an_empty_folder_is_named(db: None, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CommandError, match=f"{empty}.*no file|{empty}.*aucun fichier"):
        call_command("territory", "load", "--epci", EPCI, "--from", str(empty))


def test_a_refused_file_ends_in_an_error_and_the_others_are_loaded(metropolis: Path) -> None:
    write_ban(metropolis, [ban_row(1)])
    (metropolis / "vide.csv").write_bytes(b"")
    with pytest.raises(CommandError):
        call_command("territory", "load", "--epci", EPCI, "--from", str(metropolis))
    assert DataSet.objects.filter(kind="ban").exists()


def test_an_interruption_says_where_it_leaves_things(
    metropolis: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from croisee.territory.loaders import ban

    def stop(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ban, "_drop_what_is_empty", stop)
    with pytest.raises(CommandError) as error:
        call_command("territory", "load", "--epci", EPCI, "--from", str(write_ban(metropolis, [ban_row(1)])))
    assert error.value.returncode == 130
    assert not DataSet.objects.filter(kind="ban").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.parquet", b"PAR1 and nothing more"),
        ("a.xlsx", b"PK\x03\x04 no workbook"),
        ("a.zip", b"PK\x03\x04 no archive"),
        ("a.csv.gz", b"\x1f\x8b no gzip"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": ['),
        ("a.json", b'[{"code": "1"'),
        ("a.csv", b""),
    ],
)
def test_a_damaged_file_is_refused_by_name(metropolis: Path, name: str, content: bytes) -> None:
    (metropolis / name).write_bytes(content)
    [result] = official.load(metropolis)
    assert result.outcome.value == "refused"
    assert (result.source, result.faults[0].file) == (name, name)


def test_a_map_too_large_for_memory_is_refused(metropolis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from croisee.territory.loaders import recognition

    monkeypatch.setattr(recognition, "LARGEST_IN_MEMORY", 100)
    [result] = official.load(official.write_qpv(metropolis))
    assert result.outcome.value == "refused"


def test_status_says_what_is_there_and_what_is_missing(
    metropolis: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run("status", capsys=capsys)
    for word in (
        "Métropole d'essai",
        "qpv2024.geojson",
        "Licence Ouverte 2.0",
        "data.gouv.fr",
        "Base Adresse Nationale",
    ):
        assert word in said
    assert "Base Adresse Nationale" not in "\n".join(line for line in said.splitlines() if "kept" in line)


def test_status_of_nothing(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert "croisee territory load" in run("status", capsys=capsys)


def load_real(epci: str, folder: Path) -> None:
    names = ("territoires", "qpv", "rennes", "education", "ban", "sirene")
    call_command("territory", "load", "--epci", epci, "--from", *(str(folder / name) for name in names))


def colleges() -> tuple[int, int, int]:
    held = School.objects.filter(kind="college")
    return held.count(), held.filter(priority="REP").count(), held.filter(priority="REP+").count()


def test_lille(db: None, real_data: Path) -> None:
    load_real("200093201", real_data)
    assert Commune.objects.filter(outline__isnull=False).count() == 95
    assert Zone.objects.filter(kind="qpv", generation=2015, outline__isnull=False).count() == 26
    assert Zone.objects.filter(kind="qpv", generation=2024).count() == 26
    mended = Zone.objects.get(code="QP059067")
    assert mended.repaired
    assert shapely.is_valid(mended.geometry)
    south = Zone.objects.get(code="QP059074")
    assert {"59350", "59220", "59360", "59346"} == set(south.commune_codes)
    assert colleges()[0] == 32
    assert set(DataSet.objects.get(kind="qpv", layer="qpvs").covered_communes) == set(
        Commune.objects.values_list("code", flat=True)
    )


def test_marseille(db: None, real_data: Path) -> None:
    load_real("200054807", real_data)
    assert Commune.objects.count() == 92
    assert Commune.objects.filter(outline__isnull=False).count() == 31
    zones = Zone.objects.filter(kind="qpv", generation=2015, outline__isnull=False)
    assert zones.count() == 37
    assert zones.filter(repaired=True).values_list("code", flat=True).get() == "QP013058"
    assert "13055" in DataSet.objects.get(kind="qpv", layer="qpvs").covered_communes
    assert (
        "13117" not in DataSet.objects.get(kind="qpv", layer="qpvs").covered_communes
    )  # Vitrolles: nothing is known


def test_rennes(db: None, real_data: Path) -> None:
    load_real("243500139", real_data)
    assert Commune.objects.filter(outline__isnull=False).count() == 43
    assert Zone.objects.filter(kind="neighbourhood").count() == 12
    assert Zone.objects.filter(kind="subneighbourhood").count() == 45
    names = set(Zone.objects.filter(kind="qpv", outline__isnull=True).values_list("name", flat=True))
    assert names == {
        "Villejean",
        "Maurepas",
        "Le Blosne",
        "Cleunay",
        "Bréquigny - Champs-Manceaux - Les Clôteaux",
    }
    located = School.objects.filter(kind="college", commune__isnull=False)
    assert set(located.filter(priority="REP+").values_list("name", flat=True)) == {
        "Collège les Hautes Ourmes"
    }
    assert located.filter(priority="REP").count() == 4
    assert School.objects.filter(kind="lycee", location="point").count() >= 30
    assert not School.objects.filter(uai="0350052S").exists()  # Val-Couesnon is in another EPCI


def test_toulouse_from_the_regional_file(db: None, real_data: Path) -> None:
    load_real("243100518", real_data)
    zones = Zone.objects.filter(kind="qpv", outline__isnull=False)
    assert zones.count() >= 10
    assert all(shapely.is_valid(zone.geometry) for zone in zones)
