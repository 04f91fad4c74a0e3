"""Which schools are in REP or REP+: the ministry's yearly list, or the education directory, as published."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from croisee.foundation.tables import Column, Fault, FaultyInput, Refused, Table, read_table, values

COLUMNS = [
    Column(
        "uai",
        (
            "school_uai", "NUMERO", "NUMERO_UAI", "UAI_NUMERO", "code_uai", "Identifiant_de_l_etablissement",
            "identifiant", "numero_etablissement",
        ),
    ),
    Column(
        "status",
        (
            "EP", "education_prioritaire", "appartenance_education_prioritaire", "rep_status", "statut_rep",
            "statut_ep", "label_ep", "label",
        ),
        required=False,
    ),
    Column("rep", required=False),
    Column("rep+", required=False),
    Column(
        "name", ("NOM DE L'ETABLISSEMENT", "Nom_etablissement", "nom", "Patromyne établissement",
        "appellation_officielle"), required=False,
    ),
    Column("lat", ("latitude",), required=False),
    Column("lon", ("longitude", "lng", "long"), required=False),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class School:
    """A school: its name, its status ("REP", "REP+" or ""), and where it is (nan when not known)."""

    uai: str
    name: str
    status: str
    lon: float = float("nan")
    lat: float = float("nan")


def read_schools(path: Path | str) -> dict[str, School]:
    """The schools of a file, by UAI. Raises FaultyInput when it does not say who is in REP.

    Read: the list of REP and REP+ schools (`NUMERO`, `EP`), the directory
    (`Identifiant_de_l_etablissement`, `Appartenance_Education_Prioritaire`, `latitude`, `longitude`), and any
    table with `uai` and either `status` (REP, REP+) or `rep` and `rep+` (oui, non).
    """
    table = read_table(path, COLUMNS)
    if not any(table.has(name) for name in ("status", "rep", "rep+")):
        raise FaultyInput(
            [
                Fault(
                    table.file,
                    1,
                    None,
                    _("no column says which schools are in REP or REP+."),
                    _("Give the ministry's list (columns NUMERO and EP), or columns “uai” and “status”."),
                )
            ]
        )
    faults = list(table.faults)
    schools = {}
    points = [_numbers(table, name) for name in ("lon", "lat")]
    for index, uai in enumerate(table.columns["uai"]):
        if uai:
            key = uai.upper()
            schools[key] = School(
                key, table.columns["name"][index], _status(table, index), points[0][index], points[1][index]
            )
    if faults:
        raise FaultyInput(faults)
    return schools


def _numbers(table: Table, name: str) -> list[float]:
    """Coordinates, nan where they are empty or no number: a school's place is a help, never a condition."""
    numbers = []
    for cell in table.columns[name]:
        try:
            numbers.append(values.decimal(cell) if cell else float("nan"))
        except Refused:
            numbers.append(float("nan"))
    return numbers


def _status(table: Table, index: int) -> str:
    words = table.columns["status"][index].upper().replace(" ", "")
    plus = table.columns["rep+"][index].casefold() in values.YES
    rep = table.columns["rep"][index].casefold()
    if plus or words == "REP+" or rep == "rep+":
        return "REP+"
    if words in {"REP", "OUI", "1", "TRUE"} or rep in values.YES or rep == "rep":
        return "REP"
    return ""
