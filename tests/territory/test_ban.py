"""Addresses: the national base and the communes' own format, with everything that can be wrong in them."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from django.db import connection

from benchmarks import made_up_addresses
from croisee.territory.loaders import ban, refusals
from croisee.territory.loaders.loading import Outcome
from croisee.territory.models import Address, DataSet, Street, Zone
from tests.territory import official
from tests.territory.official import ban_row, load, write_ban


def faults(result: object) -> list[tuple[int | None, str | None]]:
    return [(fault.row, fault.field) for fault in result.faults]  # type: ignore[attr-defined]


def test_addresses_are_stored_and_tagged(metropolis: Path) -> None:
    rows = [
        ban_row(1),
        ban_row(2, at=(340_500.0, 6_780_500.0), type_position="segment"),
        ban_row(3, rep="bis", id="35901_0001_00003_bis"),
        ban_row(1, "Allée des Ormes", key="35902_ab12", at=(346_000.0, 6_782_000.0)),
        ban_row(4, key="75056_0001"),
    ]
    [result] = load(write_ban(metropolis, rows, "adresses-35.csv.gz"))
    assert (result.kept, result.refused, result.difference.added) == (4, 0, 4)
    held = {one.ban_id: one for one in Address.objects.select_related("street")}
    assert held["35901_0001_00001"].zone_codes == ["QN03591M"]
    assert held["35901_0001_00002"].zone_codes == []
    assert held["35901_0001_00003_bis"].label == "3 bis Rue de Brest, 35910 Ponant"
    assert held["35901_0001_00002"].position == "segment"
    assert Street.objects.get(key="35901_0001").size == 3
    assert DataSet.objects.get(kind="ban").elsewhere == 1


def test_the_same_file_again_changes_nothing_and_reads_nothing(
    metropolis: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_ban(metropolis, [ban_row(1)])
    load(path)
    monkeypatch.setattr(ban, "read_blocks", lambda *args, **named: pytest.fail("the file is read again"))
    [again] = load(path)
    assert again.outcome is Outcome.UNCHANGED


def test_only_differences_are_written(metropolis: Path) -> None:
    load(write_ban(metropolis, [ban_row(n) for n in (1, 2, 3)]))
    [again] = load(write_ban(metropolis, [ban_row(1), ban_row(2, type_position="parcelle"), ban_row(4)]))
    assert (again.difference.added, again.difference.changed, again.difference.removed) == (1, 1, 1)
    assert sorted(Address.objects.values_list("number", flat=True)) == [1, 2, 4]


def test_a_newer_file_takes_the_place_of_an_older_one_of_another_name(metropolis: Path) -> None:
    load(write_ban(metropolis, [ban_row(1), ban_row(1, "Rue Basse", key="35901_0002")], "adresses-2025.csv"))
    load(write_ban(metropolis, [ban_row(1)], "adresses-2026.csv"))
    assert [one.vintage for one in DataSet.objects.filter(kind="ban")] == ["2026"]
    assert list(Street.objects.values_list("key", flat=True)) == ["35901_0001"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code_insee": "3590"}, "code_insee"),
        ({"code_insee": "ZZ901"}, "code_insee"),
        ({"numero": "douze"}, "numero"),
        ({"numero": ""}, "numero"),
        ({"lon": "", "x": ""}, "lat"),
        ({"lon": "abc", "x": "abc"}, "lat"),
        ({"lon": "2.35", "lat": "48.85"}, "lat"),
        ({"lon": "-160.0", "lat": "20.0"}, "lat"),
        ({"nom_voie": ""}, "nom_voie"),
        ({"id": ""}, "nom_voie"),
    ],
)
def test_a_wrong_row_is_refused_and_the_others_kept(
    metropolis: Path, changed: dict[str, str], field: str
) -> None:
    [result] = load(write_ban(metropolis, [ban_row(1), ban_row(2, **changed), ban_row(3)]))
    assert result.outcome is Outcome.LOADED
    assert faults(result) == [(3, field)]
    assert sorted(Address.objects.values_list("number", flat=True)) == [1, 3]
    assert result.report is not None
    report = result.report.read_text("utf-8-sig").splitlines()
    assert report[0] == "file,row,field,problem,remedy"
    assert report[1].startswith("adresses-35.csv,3,")


def test_swapped_coordinates_are_called_so(metropolis: Path) -> None:
    longitude, latitude = official.degrees(342_000.0, 6_782_000.0)
    [result] = load(write_ban(metropolis, [ban_row(1), ban_row(2, lon=latitude, lat=longitude)]))
    assert "invers" in result.faults[0].problem or "swapped" in result.faults[0].problem


def test_degrees_that_are_missing_are_made_from_metres(metropolis: Path) -> None:
    load(write_ban(metropolis, [ban_row(1, lon="", lat="")]))
    address = Address.objects.get()
    assert (address.longitude, address.latitude) == pytest.approx(
        official.degrees(342_000.0, 6_782_000.0), abs=1e-9
    )


def test_an_identifier_that_comes_twice_is_refused_the_second_time(metropolis: Path) -> None:
    [result] = load(write_ban(metropolis, [ban_row(1), ban_row(2), ban_row(1, type_position="parcelle")]))
    assert faults(result) == [(4, "id")]
    assert Address.objects.get(number=1).position == "entrance"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_other_encodings(metropolis: Path, encoding: str) -> None:
    load(write_ban(metropolis, [ban_row(1, "Rue de l'Épée")], encoding=encoding))
    assert Street.objects.get().name == "Rue de l'Épée"


def test_a_file_with_another_delimiter(metropolis: Path) -> None:
    path = write_ban(metropolis, [ban_row(1)])
    path.write_text(path.read_text().replace(";", ","))
    [result] = load(path)
    assert result.kept == 1


def test_a_missing_column_makes_it_no_address_file(metropolis: Path) -> None:
    path = write_ban(metropolis, [ban_row(1)])
    path.write_text(path.read_text().replace("nom_voie", "voirie"))
    [result] = load(path)
    assert result.outcome is Outcome.UNRECOGNISED


def test_an_empty_file_is_refused(metropolis: Path) -> None:
    path = metropolis / "adresses-35.csv"
    path.write_bytes(b"")
    [result] = load(path)
    assert result.outcome is Outcome.REFUSED
    assert not Address.objects.exists()


def test_addresses_of_other_territories_are_not_kept(metropolis: Path) -> None:
    [result] = load(write_ban(metropolis, [ban_row(1, key="75056_0001")]))
    assert result.outcome is Outcome.ELSEWHERE
    assert not DataSet.objects.filter(kind="ban").exists()


def test_the_format_of_communes_is_read(metropolis: Path) -> None:
    longitude, latitude = official.degrees(342_000.0, 6_782_000.0)
    header = "cle_interop;uid_adresse;voie_nom;numero;suffixe;commune_nom;position;x;y;long;lat;source;date_der_maj"
    rows = [
        f"35901_0001_00012_bis;;Rue de l'Aubépine;12;bis;Ville;délivrance postale;;;{longitude};{latitude};Ville;",
        f"35901_0002_99999;;La Lande;99999;;Ville;segment;;;{longitude};{latitude};Ville;2026-01-01",
        f"A7482_6956_11;;Rue du Verdon;11;;Ville;entrée;;;{longitude};{latitude};Ville;2026-01-01",
    ]
    path = metropolis / "bal.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8-sig")
    [result] = load(path)
    assert (result.kept, faults(result)) == (2, [(4, "code_insee")])
    assert Address.objects.get(number=12).position == "postbox"
    assert Address.objects.get(number=0).street.name == "La Lande"


@pytest.mark.parametrize("moment", ["reading", "merging", "reporting"])
def test_an_interrupted_load_leaves_the_database_as_it_was(
    metropolis: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    load(write_ban(metropolis, [ban_row(1)]))
    before = (list(Address.objects.values()), list(DataSet.objects.values()))

    def stop(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if moment == "reading":
            patch.setattr(ban._Reading, "refuse_repeated", stop)
        elif moment == "merging":
            patch.setattr(ban, "_drop_what_is_empty", stop)
        else:
            patch.setattr(refusals.Refusals, "add", stop)
        with pytest.raises(KeyboardInterrupt):
            load(write_ban(metropolis, [ban_row(2), ban_row(3, numero="x")]))
    assert (list(Address.objects.values()), list(DataSet.objects.values())) == before
    [again] = load(write_ban(metropolis, [ban_row(2), ban_row(3, numero="x")]))
    assert (again.kept, again.refused) == (1, 1)


def test_a_full_disk_stops_the_load_and_says_so(metropolis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    [result] = load(write_ban(metropolis, [ban_row(1), ban_row(2, numero="x")]))
    assert result.outcome is Outcome.REFUSED
    assert "No space left on device" in result.faults[0].problem
    assert not Address.objects.exists()


def test_zones_that_come_later_reach_the_addresses_already_there(db: None, tmp_path: Path) -> None:
    load(official.write_epci(tmp_path), official.write_outlines(tmp_path))
    load(write_ban(tmp_path, [ban_row(1), ban_row(2, at=(340_500.0, 6_780_500.0))]))
    assert Address.objects.get(number=1).zone_codes == []
    load(official.write_qpv(tmp_path))
    assert len(Address.objects.get(number=1).zone_codes) == 1
    assert Address.objects.get(number=2).zone_codes == []


def test_a_made_up_metropolis_is_tagged_as_geos_tags_it(db: None, tmp_path: Path) -> None:
    path = made_up_addresses.write_metropolis(tmp_path, 5_000)
    results = load(tmp_path, epci=made_up_addresses.EPCI)
    assert [result.outcome for result in results] == [Outcome.LOADED] * 4
    assert Address.objects.count() == 5_000
    zones = {zone.code: zone.geometry for zone in Zone.objects.all()}
    longitude, latitude, codes = (
        np.array(values, dtype=object)
        for values in zip(*Address.objects.values_list("longitude", "latitude", "zone_codes"), strict=True)
    )
    points = shapely.points(longitude.astype(float), latitude.astype(float))
    for code, outline in zones.items():
        assert [code in held for held in codes] == shapely.intersects(outline, points).tolist()
    assert any(codes)
    [again] = load(path, epci=made_up_addresses.EPCI)
    assert again.outcome is Outcome.UNCHANGED


def test_a_load_waits_for_no_other(metropolis: Path) -> None:
    from croisee.territory.loaders.loading import LOCK, LoadRunning

    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(LoadRunning):
            load(write_ban(metropolis, [ban_row(1)]))
    finally:
        other.close()
