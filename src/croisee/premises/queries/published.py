"""What the CNIG files would hold today, with every gap; and what everyone may see, for open data."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.tables.writing import safe_cell
from croisee.premises.cnig import rows as cnig
from croisee.premises.cnig.files import csv_bytes, file_name
from croisee.premises.cnig.occupants import establishment_rows
from croisee.premises.cnig.rows import Gap, Known, Loss, Made, Place, Share
from croisee.premises.kinds import LAND
from croisee.premises.models import Letting, Site, Unit, UnitState
from croisee.premises.queries.vacancy_rates import site_rates
from croisee.territory.models import Commune, Establishment

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

IMPORT_KIND = "premises.cnig"
LAST_IMPORTS = 8


@dataclass(frozen=True)
class Publication:
    """The five files of today."""

    files: Sequence[Made]

    @property
    def gaps(self) -> list[Gap]:
        """Every gap of every file."""
        return [gap for made in self.files for gap in made.gaps]

    def file(self, name: str) -> Made | None:
        """One file by its name, as "SITE-ECO"."""
        return next((made for made in self.files if made.standard.name == name), None)


def publication() -> Publication:
    """What is kept here, as rows of the standards: a fixed number of queries, whatever there is."""
    sites = list(Site.objects.order_by("cnig_id", "pk"))
    land = list(
        Unit.objects.filter(kind__in=LAND).select_related("owner", "site").order_by("cnig_id", "name", "pk")
    )
    lettings = _occupants()
    known = _known(sites, land, lettings)
    terrains = cnig.terrain_rows(land)
    kept = {row["terr_id"] for row in terrains.rows}
    ground = [unit for unit in land if unit.cnig_id and unit.cnig_id in kept]
    return Publication(
        (
            cnig.site_rows(sites, known),
            terrains,
            establishment_rows(lettings, ground, known),
            cnig.pole_rows(sites),
            cnig.friche_rows(land, known),
        )
    )


def _occupants() -> list[Letting]:
    """Who occupies premises of an economic site today."""
    today = timezone.localdate()
    running = Letting.objects.filter(unit__site__isnull=False, starts_on__lte=today)
    running = running.filter(Q(left_on__isnull=True) | Q(left_on__gte=today))
    return list(running.select_related("unit", "tenant").order_by("created_at", "pk"))


def _known(sites: Sequence[Site], land: Iterable[Unit], lettings: Iterable[Letting]) -> Known:
    sirets = {letting.tenant.siret for letting in lettings if letting.tenant and letting.tenant.siret}
    establishments = {
        one.siret: one for one in Establishment.objects.filter(pk__in=sirets).select_related("data_set")
    }
    codes = {site.commune_code for site in sites} | {unit.commune_code for unit in land}
    codes |= {one.commune_id for one in establishments.values()}
    communes = Commune.objects.filter(pk__in=codes).select_related("epci").defer("outline")
    producer = Organisation.objects.filter(kind=Kind.METROPOLIS).order_by("created_at", "pk").first()
    rates = site_rates(timezone.localdate().year, sites)
    return Known(
        producer=producer.name if producer else "",
        communes={one.code: Place(one.name, one.epci.name, one.epci.code) for one in communes},
        establishments=establishments,
        vacancy={one.site.pk: Share(one.rate.total, one.rate.vacant, one.rate.unsure) for one in rates},
    )


def without_identifier() -> int:
    """How many sites and pieces of land have no identifier of the standard yet: one query."""
    land = Unit.objects.filter(cnig_id="", kind__in=LAND).exclude(state=UnitState.WITHDRAWN)
    rows = Site.objects.filter(cnig_id="").order_by().values("pk")
    return rows.union(land.order_by().values("pk"), all=True).count()


def archive(found: Publication) -> bytes:
    """The five files, the gaps and a notice, as a ZIP."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for made in found.files:
            packed.writestr(file_name(made.standard), csv_bytes(made.standard, made.rows))
        packed.writestr("ecarts.csv", gaps_csv(found.gaps))
        packed.writestr("LISEZMOI.txt", notice())
    return stream.getvalue()


def gaps_csv(gaps: Iterable[Gap]) -> bytes:
    """The report of gaps, for a spreadsheet."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_("File"), _("What"), _("Field"), _("What it costs"), _("Why"), _("What to do")])
    for gap in gaps:
        cells = (gap.file, gap.name, gap.field, said_loss(gap.loss), gap.problem, gap.remedy)
        writer.writerow([safe_cell(cell) for cell in cells])
    return stream.getvalue().encode("utf-8-sig")


def said_loss(loss: Loss) -> str:
    """What a gap costs, in words."""
    return {
        Loss.ROW: _("left out of the file"),
        Loss.CELL: _("cell left empty"),
        Loss.PRECISION: _("written “inconnu”"),
    }[loss]


def notice() -> str:
    """What who opens the files should know."""
    lines = (
        _("CNIG Sites économiques v1.0.1: SITE-ECO, TERRAIN-ECO, ETABLISSEMENT, POLE-ECO (semicolons)."),
        _("CNIG Friches v1.0.6: friches.csv (commas); WKT with the latitude first, as its example has it."),
        _("Coordinates are WGS 84 degrees. In Sites économiques: longitude, latitude."),
        _("Rows that lack what a standard requires are not in the files: ecarts.csv lists them."),
        _("Private owners are not named; sole traders are not listed."),
    )
    return "\r\n".join(lines) + "\r\n"


def recent_imports(account: Account) -> list[ImportDraft]:
    """The reader's own imports of CNIG files of the last days, those done first seen as such."""
    return list(ImportDraft.objects.visible_to(account).filter(kind=IMPORT_KIND)[:LAST_IMPORTS])
