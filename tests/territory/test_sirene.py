"""Establishments: those of the territory, without the names of persons."""

import datetime as dt
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, transaction

from croisee.territory.loaders.loading import Outcome
from croisee.territory.models import DataSet, Establishment
from tests.territory import official
from tests.territory.official import WEST_TOWN, load

HEADER = (
    "siret,etatAdministratifEtablissement,codeCommuneEtablissement,codePostalEtablissement,numeroVoieEtablissement,"
    "typeVoieEtablissement,libelleVoieEtablissement,activitePrincipaleEtablissement,trancheEffectifsEtablissement,"
    "caractereEmployeurEtablissement,etablissementSiege,denominationUsuelleEtablissement,enseigne1Etablissement,"
    "coordonneeLambertAbscisseEtablissement,coordonneeLambertOrdonneeEtablissement"
)


def siret(siren: str, nic: int = 1) -> str:
    """The first valid SIRET of a SIREN from an order number."""
    from croisee.foundation.identifiers import InvalidIdentifier
    from croisee.foundation.identifiers import siret as checked

    for last in range(10):
        try:
            return checked(f"{siren}{nic:04d}{last}")
        except InvalidIdentifier:
            continue
    raise AssertionError(siren)


FIRM, PERSON = "552100554", "443061841"
LA_POSTE = "35600000049837"


def row(
    number: str, *, state: str = "A", town: str = WEST_TOWN, sign: str = "AU BON PAIN", usual: str = ""
) -> str:
    return f"{number},{state},{town},35900,12,RUE,HAUTE,10.71C,03,O,true,{usual},{sign},342000,6782000"


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "StockEtablissement_utf8.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def test_active_establishments_of_the_territory(metropolis: Path) -> None:
    rows = [
        row(siret(FIRM)),
        row(siret(FIRM, 2), state="F"),
        row(siret(FIRM, 3), town="75056"),
        row(LA_POSTE),
        row("12345678901234"),
    ]
    [result] = load(write(metropolis, *rows))
    assert (result.kept, result.refused) == (2, 1)
    assert (result.faults[0].row, result.faults[0].field) == (6, "siret")
    held = Establishment.objects.get(siret=siret(FIRM))
    assert (held.naf, held.employees_band, held.is_employer, held.is_head_office) == (
        "10.71C",
        "03",
        True,
        True,
    )
    assert (held.address, held.postcode, held.commune_id) == ("12 RUE HAUTE", "35900", WEST_TOWN)
    assert (held.longitude, held.latitude) == pytest.approx(official.degrees(342_000.0, 6_782_000.0))
    assert Establishment.objects.filter(siret=LA_POSTE).exists()


def test_no_name_is_kept_while_the_owner_is_not_known(metropolis: Path) -> None:
    load(write(metropolis, row(siret(FIRM), sign="JEAN DUPONT"), row(siret(PERSON), usual="MARIE DURAND")))
    assert set(Establishment.objects.values_list("name", "legal_category")) == {("", "")}


def write_units(folder: Path) -> Path:
    path = folder / "StockUniteLegale_utf8.csv"
    rows = [
        "siren,categorieJuridiqueUniteLegale,denominationUniteLegale,nomUniteLegale,prenom1UniteLegale",
        f"{FIRM},5710,BOULANGERIE DES ORMES,,",
        f"{PERSON},1000,,DURAND,MARIE",
        "999999990,5710,AILLEURS,,",
    ]
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return path


def test_legal_units_name_legal_persons_only(metropolis: Path) -> None:
    stock, units = (
        write(metropolis, row(siret(FIRM)), row(siret(PERSON), sign="CHEZ MARIE DURAND")),
        write_units(metropolis),
    )
    load(units, stock)
    assert set(Establishment.objects.values_list("siret", "name", "legal_category")) == {
        (siret(FIRM), "BOULANGERIE DES ORMES", "5710"),
        (siret(PERSON), "", "1000"),
    }
    stock.write_text(stock.read_text().replace("HAUTE", "BASSE"))
    load(stock)  # the names that the other file gave stay
    assert Establishment.objects.get(siret=siret(FIRM)).name == "BOULANGERIE DES ORMES"


def test_a_copy_that_tells_the_owners_is_named_at_once(metropolis: Path) -> None:
    header = HEADER + ",categorieJuridiqueUniteLegale"
    load(write(metropolis, row(siret(FIRM)) + ",5710", row(siret(PERSON)) + ",1000", header=header))
    assert set(Establishment.objects.values_list("name", flat=True)) == {"AU BON PAIN", ""}


def test_the_database_itself_refuses_a_person_s_name(metropolis: Path) -> None:
    load(write(metropolis, row(siret(PERSON))))
    for category in ("", "1000"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Establishment.objects.update(name="MARIE DURAND", legal_category=category)


def test_zip_and_parquet_say_the_same(metropolis: Path) -> None:
    path = write(metropolis, row(siret(FIRM)))
    load(path)
    expected = list(Establishment.objects.values_list("siret", "address", "longitude"))
    table = pyarrow.csv.read_csv(
        path, convert_options=pa.csv.ConvertOptions(column_types={"siret": pa.string()})
    )
    pq.write_table(table, metropolis / "StockEtablissement.parquet")
    with zipfile.ZipFile(metropolis / "StockEtablissement_utf8.zip", "w") as archive:
        archive.write(path, path.name)
    for copy in ("StockEtablissement.parquet", "StockEtablissement_utf8.zip"):
        [result] = load(metropolis / copy)
        assert (result.outcome, result.kept) == (Outcome.LOADED, 1)
        assert list(Establishment.objects.values_list("siret", "address", "longitude")) == expected
    assert DataSet.objects.filter(kind="sirene").count() == 1


def test_an_establishment_that_closed_goes(metropolis: Path) -> None:
    load(write(metropolis, row(siret(FIRM)), row(siret(FIRM, 2))))
    [result] = load(write(metropolis, row(siret(FIRM)), row(siret(FIRM, 2), state="F")))
    assert result.difference.removed == 1


def test_a_header_alone_concerns_nobody(metropolis: Path) -> None:
    [result] = load(write(metropolis))
    assert result.outcome is Outcome.ELSEWHERE


def test_the_day_of_creation_and_the_year_of_the_headcount_are_kept(metropolis: Path) -> None:
    header = HEADER + ",dateCreationEtablissement,anneeEffectifsEtablissement"
    rows = (
        row(siret(FIRM)) + ",2015-06-04,2024",
        row(siret(PERSON)) + ",1900-01-01,",
        row(siret(FIRM, 2)) + ",x,x",
    )
    load(write(metropolis, *rows, header=header))
    found = Establishment.objects.order_by("pk").values_list("pk", "created_on", "employees_year")
    wanted = {
        siret(FIRM): (dt.date(2015, 6, 4), 2024),
        siret(PERSON): (None, None),
        siret(FIRM, 2): (None, None),
    }
    assert {key: (created, year) for key, created, year in found} == wanted
