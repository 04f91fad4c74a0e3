"""Active establishments: INSEE's StockEtablissement (CSV, zip or Parquet), of which the EPCI's communes are kept.

The file does not say who owns an establishment. Its shop sign or usual name is kept only when the file, or the legal
units loaded after it, tell that the owner is a legal person: the name of a sole trader is a person's.
"""

import datetime as dt
import re

import pyarrow as pa
import pyarrow.compute as pc
import pyproj
from django.utils.translation import gettext as _
from psycopg import sql

from croisee.foundation.identifiers import InvalidIdentifier, siret
from croisee.territory.loaders.bulk import Staging
from croisee.territory.loaders.loading import STALE, Format, Load, NotConcerned, Peek
from croisee.territory.loaders.streams import read_blocks
from croisee.territory.models import DataSet, DataSetKind, Establishment
from croisee.territory.models.establishments import NATURAL_PERSON

COLUMNS = (
    "siret",
    "etatAdministratifEtablissement",
    "codeCommuneEtablissement",
    "codePostalEtablissement",
    "numeroVoieEtablissement",
    "indiceRepetitionEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "activitePrincipaleEtablissement",
    "trancheEffectifsEtablissement",
    "anneeEffectifsEtablissement",
    "dateCreationEtablissement",
    "caractereEmployeurEtablissement",
    "etablissementSiege",
    "denominationUsuelleEtablissement",
    "enseigne1Etablissement",
    "categorieJuridiqueUniteLegale",
    "denominationUniteLegale",
    "longitude",
    "latitude",
    "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
)
HIDDEN = "[ND]"
"""What INSEE writes in place of what an owner has asked not to be published."""
COLUMNS_OUT = (
    "siret",
    "name",
    "legal_category",
    "naf",
    "employees_band",
    "employees_year",
    "created_on",
    "is_employer",
    "is_head_office",
    "address",
    "postcode",
    "commune_id",
    "longitude",
    "latitude",
    "data_set_id",
)


def recognises(peek: Peek) -> bool:
    """A table of establishments with their state and commune."""
    wanted = {"siret", "etatadministratifetablissement", "codecommuneetablissement"}
    return peek.family == "table" and wanted <= peek.columns


def load(load: Load) -> None:
    """Store the active establishments of the EPCI's communes."""
    staging = Staging(Establishment, COLUMNS_OUT)
    codes = pa.array(list(load.communes))
    concerned = 0
    with staging.copying() as copy:
        for block in read_blocks(
            load.path, load.source, COLUMNS, refuse=load.refusals.add, advance=load.advance
        ):
            table = block.table.append_column(
                "row", pa.array(range(block.first_row, block.first_row + len(block.table)))
            )
            kept = pc.is_in(table["codeCommuneEtablissement"], value_set=codes)
            active = pc.equal(table["etatAdministratifEtablissement"], "A")
            table = table.filter(pc.and_(kept, active))
            load.elsewhere += len(block.table) - len(table)
            concerned += len(table)
            rows = [row for line in table.to_pylist() if (row := _establishment(load, line)) is not None]
            if rows:
                columns = [list(column) for column in zip(*rows, strict=True)]
                copy.write(pa.table([pa.array(column) for column in columns], names=list(COLUMNS_OUT)))
    if not concerned:
        raise NotConcerned
    # Names and categories that the legal units gave are not lost when this file, which has none, comes again.
    load.difference = staging.merge(
        scope=sql.SQL("held.commune_id = ANY(%s)"),
        parameters=[sorted(set(load.communes.values()))],
        keep=() if _tells_owners(load) else ("name", "legal_category"),
    )
    others = DataSet.objects.filter(epci=load.epci, kind=DataSetKind.SIRENE).exclude(pk=load.data_set.pk)
    others.filter(establishments__isnull=True).delete()
    if load.difference.added:
        DataSet.objects.filter(epci=load.epci, kind=DataSetKind.LEGAL_UNITS).update(checksum=STALE)
    load.kept = Establishment.objects.filter(data_set=load.data_set).count()


def _tells_owners(load: Load) -> bool:
    from croisee.territory.loaders.streams import columns_of

    return "categorieJuridiqueUniteLegale" in columns_of(load.path, load.source)


def _establishment(load: Load, line: dict[str, object]) -> tuple[object, ...] | None:
    """A row of the table, or None after having refused it."""
    said = {name: "" if value in {None, HIDDEN} else str(value).strip() for name, value in line.items()}
    try:
        number = siret(said["siret"])
    except InvalidIdentifier:
        problem = _("“%(siret)s” is not a SIRET number.") % {"siret": said["siret"]}
        load.refuse(
            int(str(line["row"])),
            "siret",
            problem,
            _("Correct it (14 figures; a spreadsheet may have rounded them)."),
        )
        return None
    category = said.get("categorieJuridiqueUniteLegale", "")
    longitude, latitude = _point(said)
    street = " ".join(
        said.get(name, "")
        for name in (
            "numeroVoieEtablissement",
            "indiceRepetitionEtablissement",
            "typeVoieEtablissement",
            "libelleVoieEtablissement",
        )
    )
    return (
        number,
        legal_name(category, said),
        category[:4],
        said.get("activitePrincipaleEtablissement", "")[:6],
        said.get("trancheEffectifsEtablissement", "")[:2].replace("NN", ""),
        _year(said.get("anneeEffectifsEtablissement", "")),
        _day(said.get("dateCreationEtablissement", "")),
        said.get("caractereEmployeurEtablissement", "") == "O",
        said.get("etablissementSiege", "").casefold() in {"true", "1", "oui"},
        " ".join(street.split())[:200],
        said.get("codePostalEtablissement", "")[:5],
        load.communes[said["codeCommuneEtablissement"]],
        longitude,
        latitude,
        str(load.data_set.pk),
    )


def _year(text: str) -> int | None:
    return int(text[:4]) if re.match(r"[12]\d{3}", text) else None


def _day(text: str) -> dt.date | None:
    """A day of the file; INSEE writes 1900-01-01 for one that is not known."""
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        return None
    return None if day.year <= 1900 else day


def legal_name(category: str, said: dict[str, str]) -> str:
    """The name of an establishment whose owner is known to be a legal person; nothing for any other."""
    if category in {"", NATURAL_PERSON}:
        return ""
    names = ("enseigne1Etablissement", "denominationUsuelleEtablissement", "denominationUniteLegale")
    return next((said[name][:200] for name in names if said.get(name)), "")


_to_degrees = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)


def _point(said: dict[str, str]) -> tuple[float | None, float | None]:
    """The point of an establishment, which INSEE gives in Lambert-93 and geocoded copies in degrees; or none."""
    try:
        if said.get("longitude") and said.get("latitude"):
            point = float(said["longitude"]), float(said["latitude"])
        else:
            x, y = (
                float(said.get(f"coordonneeLambert{axis}Etablissement") or "nan")
                for axis in ("Abscisse", "Ordonnee")
            )
            point = _to_degrees.transform(x, y)
    except ValueError:
        return None, None
    sound = -180 <= point[0] <= 180 and -90 <= point[1] <= 90
    return point if sound else (None, None)


FORMAT = Format(DataSetKind.SIRENE, recognises, load)
