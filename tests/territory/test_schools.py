"""Schools, put together from four files."""

from pathlib import Path

import pytest

from croisee.territory.loaders.loading import Outcome
from croisee.territory.models import School
from tests.territory import official
from tests.territory.official import EAST_TOWN, WEST_TOWN, load

DIRECTORY = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Code_postal;"
    "Code_commune;latitude;longitude;precision_localisation;Appartenance_Education_Prioritaire;etat"
)
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def uai(number: int, department: str = "035") -> str:
    figures = f"{department}{number:04d}"
    return figures + LETTERS[int(figures) % 23]


def write(folder: Path, name: str, header: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def in_directory(number: int, commune: str = WEST_TOWN, **changed: str) -> str:
    values = {
        "uai": uai(number),
        "nom": f"Collège {number}",
        "type": "Collège",
        "statut": "Public",
        "adresse": "1 rue Haute",
        "postal": "35900",
        "commune": commune,
        "lat": "48.05",
        "lon": "-1.70",
        "precision": "Numéro de rue",
        "ep": "",
        "etat": "OUVERT",
    } | changed
    return ";".join(values.values())


def test_the_directory(metropolis: Path) -> None:
    rows = [
        in_directory(1),
        in_directory(2, EAST_TOWN, ep="REP", lat="", lon=""),
        in_directory(3, "75056"),
        in_directory(4, etat="FERME"),
        in_directory(5, type="Service Administratif"),
        in_directory(6, type="Ecole", precision="COMMUNE"),
    ]
    [result] = load(write(metropolis, "fr-en-annuaire-education.csv", DIRECTORY, *rows))
    assert (result.kept, result.refused) == (3, 0)
    first, second, sixth = (School.objects.get(uai=uai(number)) for number in (1, 2, 6))
    assert (first.location, first.latitude, first.longitude) == ("point", 48.05, -1.7)
    assert (second.location, second.priority, second.commune_id) == ("commune", "REP", EAST_TOWN)
    assert second.longitude == pytest.approx(official.degrees(346_000, 6_782_000)[0], abs=0.02)
    assert (sixth.kind, sixth.location) == ("ecole", "commune")


@pytest.mark.parametrize("wrong", ["0350001Z", "035001A", "", "ABCDEFGH"])
def test_a_wrong_uai_is_refused(metropolis: Path, wrong: str) -> None:
    [result] = load(write(metropolis, "annuaire.csv", DIRECTORY, in_directory(1), in_directory(2, uai=wrong)))
    assert (result.kept, result.refused) == (1, 1)
    assert (result.faults[0].row, result.faults[0].field) == (3, "Identifiant_de_l_etablissement")


def test_a_school_whose_point_is_wrong_is_kept_without_it(metropolis: Path) -> None:
    [result] = load(
        write(
            metropolis, "annuaire.csv", DIRECTORY, in_directory(1, lat="148.0"), in_directory(2, lat="nord")
        )
    )
    assert (result.kept, result.refused) == (2, 2)
    assert set(School.objects.values_list("location", flat=True)) == {"commune"}


def test_files_without_communes_are_completed_by_the_others(metropolis: Path) -> None:
    names = "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive"
    rows = [f"{uai(number)};Collège {number};Collège;Public" for number in (1, 2, 3, 4)]
    write(metropolis, "colleges.csv", names, *rows, f"{uai(5, '075')};Collège 5;Collège;Public")
    nearest = "NUMERO_UAI,Code_commune_Insee,Patromyne établissement,Adresse_établissement,"
    write(
        metropolis,
        "college-qpv-proche.csv",
        nearest + "Rep+,Rep,DISTANCE_QPV le plus proche",
        f'{uai(1)},{WEST_TOWN},UN,1 RUE HAUTE,Oui,Non,"161,26"',
        f'{uai(2)},75056,DEUX,2 RUE HAUTE,Non,Non,"1,2"',
    )
    rep = "ACADEMIE;N°Département;DEPARTEMENT;COMMUNE;UAI tête de réseau;NUMERO;"
    write(
        metropolis,
        "rep-rentree-2022.csv",
        rep + "NOM DE L'ETABLISSEMENT;TYPE_DETABLISSEMENT;EP;circonscription",
        f"RENNES;35;ILLE;LEVANT-SUR-ILLE;{uai(3)};{uai(3)};TROIS;COLLEGE;REP;",
        f"RENNES;35;ILLE;LEVANT-SUR-ILLE;{uai(3)};{uai(9)};NEUF;ECOLE MATERNELLE;REP+;",
        f"RENNES;35;ILLE;SAINT-MALO;{uai(8)};{uai(8)};HUIT;COLLEGE;REP;",
        f"RENNES;35;ILLE;LEVANT-SUR-ILLE;{uai(3)};{uai(7)};SEPT;COLLEGE;ZEP;",
    )
    situation = "Numéro établissement;Situation relative à un QPV (quartier prioritaire de la Ville)"
    write(
        metropolis,
        "qpv-etab.csv",
        situation,
        f"{uai(1)};dans un QPV",
        f"{uai(3)};à moins de 300 m d'un QPV",
        f"{uai(4)};",
    )
    results = load(metropolis)
    assert [one.outcome for one in results] == [Outcome.LOADED] * 4
    held = {school.uai: school for school in School.objects.all()}
    assert set(held) == {uai(number) for number in (1, 3, 4, 9)}  # 2 turned out to be in Paris
    assert (held[uai(1)].commune_id, held[uai(1)].priority, held[uai(1)].priority_year) == (
        WEST_TOWN,
        "none",
        2022,
    )
    assert (held[uai(3)].priority, held[uai(3)].qpv_situation) == ("REP", "near")
    assert (held[uai(9)].kind, held[uai(9)].commune_id) == ("ecole", EAST_TOWN)
    assert (held[uai(4)].location, held[uai(4)].commune_id) == ("none", None)
    again = load(metropolis)
    assert {one.difference.added + one.difference.removed for one in again} == {0}
    assert {one.outcome for one in load(metropolis)} == {Outcome.UNCHANGED}


def test_a_table_with_a_missing_column_is_not_taken_for_another(metropolis: Path) -> None:
    [result] = load(
        write(metropolis, "annuaire.csv", DIRECTORY.replace("Type_etablissement", "Genre"), in_directory(1))
    )
    assert result.outcome is Outcome.UNRECOGNISED


def test_an_empty_directory_and_another_encoding(metropolis: Path) -> None:
    [result] = load(write(metropolis, "annuaire.csv", DIRECTORY))
    assert result.outcome is Outcome.REFUSED
    path = metropolis / "annuaire.csv"
    path.write_bytes("\n".join([DIRECTORY, in_directory(1, nom="Collège Émile Zola"), ""]).encode("cp1252"))
    load(path)
    assert School.objects.get().name == "Collège Émile Zola"
